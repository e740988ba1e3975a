"""Workbooks of Excel (.xlsx, .xlsm), read in one pass on the standard library's XML parser."""
