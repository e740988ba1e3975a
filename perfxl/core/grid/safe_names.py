"""Names of files and sheets that survive Windows, Excel, mail and archives, whatever a unit or project is called.

Sources: Microsoft, “Naming Files, Paths, and Namespaces” (forbidden characters, reserved names, dots and
blanks at the end); Excel refuses `[` and `]` in names and paths of more than 218 characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet

# Excel opens no longer path, and Windows itself stops at 260.
LONGEST_PATH = 218
# In UTF-16 units; Linux counts bytes: 80 Chinese characters are 240 of the 255 that it allows.
LONGEST_NAME = 80
_MOST_BYTES = 240
_UNNAMED = "未命名"

# Forbidden, or misread in links: the full-width sign reads the same and is an ordinary character.
_FULL_WIDTH = str.maketrans('<>:"/\\|?*[]#%', "＜＞：＂／＼｜？＊［］＃％")  # noqa: RUF001
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)
_DOTS, _BLANKS, _BEGINNING = re.compile(r"\.{2,}"), re.compile(" {2,}"), re.compile(r"^(?:[ .]|~\$)+")
# Control, invisible and unassigned characters, and those of private fonts.
_INVISIBLE = ("C", "Zl", "Zp")
# What turns the sign before it into an emoji.
_SELECTORS = {"\ufe0e", "\ufe0f", "\u20e3"}


def safe_name(text: str, longest: int = LONGEST_NAME) -> str:
    """A text as the name of a file or folder, without its ending: as much of the text as names allow.

    Never empty, no path, NFC, at most `longest` UTF-16 units, and safe again when applied to itself.
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if char.isspace() else char for char in text if char.isspace() or _shows(char))
    text = unicodedata.normalize("NFC", text.translate(_FULL_WIDTH))
    text = _DOTS.sub(".", _BLANKS.sub(" ", text))
    # A dot in front hides a file; `~$` is Excel's mark of a file that is open.
    text = _BEGINNING.sub("", text)
    if _RESERVED.fullmatch(text.partition(".")[0].strip()):
        text = f"_{text}"
    return _cut(text, longest) or _UNNAMED


def unit_file_name(code: str, name: str, year: int, longest: int = LONGEST_NAME) -> str:
    """`116001 某某局本级 2024年绩效文本.xlsx`; a long name of the unit is cut, never its code or the year."""
    end = f" {year}年绩效文本.xlsx"
    room, room_bytes = longest - len(code) - 1 - len(end), _MOST_BYTES - len(code) - 1 - len(end.encode())
    return f"{code} {_cut(safe_name(name, max(room, 1)), max(room, 1), room_bytes)}{end}"


def department_folder(prefix: str, name: str, longest: int = LONGEST_NAME) -> str:
    """`116 某某局`, the folder of a department."""
    return f"{prefix} {safe_name(name, max(longest - len(prefix) - 1, 1))}"


_LONGEST_SHEET = 31
# Excel forbids the first of each pair in a sheet name; the second reads the same.
_NOT_IN_SHEETS = str.maketrans("[]:*?/\\", "［］：＊？／＼")  # noqa: RUF001


def sheet_name(text: str) -> str:
    """A text as the name of a sheet, of any length; `""` where nothing of it can be seen."""
    text = " ".join(text.split())
    return "".join(char for char in text if char.isprintable()).translate(_NOT_IN_SHEETS)


def free_sheet_name(name: str, taken: AbstractSet[str]) -> str:
    """The name, at most 31 UTF-16 units long and none of the taken ones (case-folded): `1.培训（2）`."""
    found, number = _cut_sheet(name, _LONGEST_SHEET), 1
    while found.casefold() in taken:
        number += 1
        end = f"（{number}）"
        found = _cut_sheet(name, _LONGEST_SHEET - len(end)) + end
    return found


def _cut_sheet(name: str, longest: int) -> str:
    while length(name) > longest:
        name = name[:-1]
    name = name.rstrip()
    return name[:-1] + "’" if name.endswith("'") else name


def length(name: str) -> int:
    """The length of a name or path as Windows counts it."""
    return len(name.encode("utf-16-le", errors="surrogatepass")) // 2


def _shows(char: str) -> bool:
    kind = unicodedata.category(char)
    # Signs beyond the first plane are emoji; characters there may be part of a person's or place's name.
    return not kind.startswith(_INVISIBLE) and char not in _SELECTORS and (ord(char) <= 0xFFFF or kind == "Lo")


def _cut(text: str, longest: int, most_bytes: int = _MOST_BYTES) -> str:
    text = text[:longest]
    while length(text) > longest or len(text.encode()) > most_bytes:
        text = text[:-1]
    # Windows drops dots and blanks at the end without a word.
    return text.rstrip(" .")
