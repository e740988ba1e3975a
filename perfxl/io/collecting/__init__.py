"""Files that came back, however they lie, and the workbook that they are consolidated into."""
