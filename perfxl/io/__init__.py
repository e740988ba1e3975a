"""The shell towards files: reading, writing, templates and reports."""
