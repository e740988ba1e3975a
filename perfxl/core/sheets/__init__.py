"""Every sheet that perfxl draws in a unit's workbook, as data."""
