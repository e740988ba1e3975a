"""The consolidated workbook as data: its sheets are filled row by row, while the files are gone through."""
