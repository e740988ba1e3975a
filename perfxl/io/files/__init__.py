"""Files: found, read whole and safely, written without a moment in which they are half written."""
