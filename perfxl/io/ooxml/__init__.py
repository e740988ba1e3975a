"""Changing an .xlsx in its package: what is not meant to change stays byte for byte."""
