"""The data that comes with perfxl: frameworks, the sample, indicators to copy."""
