"""`perfxl addin status`: each thing that goes wrong on desks, one small check each, with its remedy."""

from __future__ import annotations

from collections.abc import Callable

from perfxl.io.addin import checks_of_files as files
from perfxl.io.addin import checks_of_programs as programs
from perfxl.io.addin import checks_of_python as python
from perfxl.io.addin.check_results import Result
from perfxl.io.addin.machine import Machine
from perfxl.io.addin.places import Places, places

_CHECKS: tuple[Callable[[Machine, Places], Result | None], ...] = (
    programs.excel_is_there,
    programs.wps_leaves_excel_alone,
    programs.no_hidden_excel,
    files.addin_is_there,
    files.addin_is_unchanged,
    files.module_fits_package,
    files.addin_is_not_blocked,
    programs.addin_is_not_disabled,
    python.interpreter_is_set,
    python.interpreter_runs_perfxl,
    python.interpreter_is_sound,
    files.settings_can_be_read,
    files.nothing_is_synchronised,
    programs.macros_may_run,
    programs.python_may_be_started,
)


def status(machine: Machine) -> list[Result]:
    """All checks in order. PerfxlError where there can be no Excel."""
    at = places(machine)
    return [result for check in _CHECKS if (result := check(machine, at)) is not None]
