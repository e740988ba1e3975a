"""Cells, texts and numbers: what is on a sheet, as a person sees it, and what may be changed there."""
