"""The standard workbook as data: its cover, guide, forms and hidden sheets."""
