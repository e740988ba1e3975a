"""An xlwings engine for LibreOffice."""
