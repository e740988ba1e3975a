"""The registry and short paths of a real Windows. Only ever called there; as little code as can be."""

from __future__ import annotations

import sys
from collections.abc import Mapping

RegistryValue = str | int | bytes

if sys.platform == "win32":
    import ctypes
    import winreg
    from contextlib import suppress
    from itertools import count

    _HIVES = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCR": winreg.HKEY_CLASSES_ROOT}
    _LONGEST = 32_768

    def values(key: str) -> Mapping[str, RegistryValue] | None:
        """The key's values by name; None when there is no such key or it may not be read."""
        hive, _, below = key.partition("\\")
        found: dict[str, RegistryValue] = {}
        try:
            with winreg.OpenKey(_HIVES[hive], below) as opened, suppress(OSError):
                for number in count():
                    name, value, _ = winreg.EnumValue(opened, number)
                    if isinstance(value, str | int | bytes):
                        found[name] = value
        except OSError:
            return None
        return found

    def short_path(path: str) -> str | None:
        """The 8.3 form of a path that exists; None where the disk keeps none."""
        buffer = ctypes.create_unicode_buffer(_LONGEST)
        length = ctypes.windll.kernel32.GetShortPathNameW(path, buffer, _LONGEST)
        return buffer.value if 0 < length < _LONGEST else None

else:

    def values(key: str) -> Mapping[str, RegistryValue] | None:
        """No registry here."""
        raise NotImplementedError(key)

    def short_path(path: str) -> str | None:
        """No short paths here."""
        raise NotImplementedError(path)
