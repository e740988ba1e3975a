"""The workbook that is open in a spreadsheet program, as a backend: cells in, edits out."""
