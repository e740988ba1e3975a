"""The macros inside a file as oletools reads them, independently of what wrote them."""

from __future__ import annotations

import warnings


def read_macros(data: bytes) -> dict[str, str]:
    """Module name → its text, attributes included."""
    with warnings.catch_warnings():
        # oletools is older than the parser library that it uses.
        warnings.simplefilter("ignore", DeprecationWarning)
        from oletools.olevba import VBA_Parser

        parser = VBA_Parser("workbook", data=data)
        try:
            return {name.rpartition(".")[0]: text for _, _, name, text in parser.extract_macros()}
        finally:
            parser.close()
