"""The Excel add-in: built from `vba_stub/`, put where Excel finds it, and what goes wrong on a desk."""
