"""What came back from the units: whose it is, which file counts, what was altered, what to send back."""
