"""The pure core: cells in, findings and edits out. No files, no Excel, no terminal."""
