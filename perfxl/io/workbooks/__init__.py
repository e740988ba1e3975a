"""Workbooks of every kind, read as people see them, and written without loss."""
