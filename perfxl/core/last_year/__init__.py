"""Last year's text, carried over into a new workbook."""
