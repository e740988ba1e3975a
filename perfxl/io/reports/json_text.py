"""JSON as the reports print it: readable Chinese, and nothing that a terminal would obey."""

from __future__ import annotations

import json
import re
from typing import Any

# json escapes the control characters below the blank; those above, line separators and what turns the
# reading direction it leaves.
_CONTROL = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def json_text(value: Any) -> str:
    """A value as indented JSON with a line break at its end; control characters are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
