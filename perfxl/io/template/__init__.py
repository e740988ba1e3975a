"""The standard workbook and the empty roster, drawn from the forms."""
