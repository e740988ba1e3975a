"""An xlwings engine for LibreOffice: `register()`, then plain xlwings. See the README beside this file.

It stands alone: nothing here imports anything of perfxl.
"""

from .office_engine import register
from .office_errors import LibreOfficeError

__all__ = ["LibreOfficeError", "register"]
