"""Collecting, step by step: the files, what they give, and everything that is written from it."""
