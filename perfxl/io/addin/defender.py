"""Microsoft Defender's rule against programs that Office starts: with it, no button reaches Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from perfxl.io.addin.machine import Machine
from perfxl.io.addin.windows import RegistryValue

# “Block all Office applications from creating child processes”, one of the attack surface reduction rules.
RULE = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
_RULES = r"Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_GROUP_POLICY = rf"HKLM\SOFTWARE\Policies\{_RULES}"
# What a management service (Intune) sets: `GUID=1|GUID=2` in one value.
_MANAGED = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
_MANAGED_VALUE = "ASRRules"
_LOCAL = rf"HKLM\SOFTWARE\{_RULES}"


class Action(Enum):
    """What the rule does, by the numbers that Defender gives it (0: off, 2: only noted down, 5: not set)."""

    BLOCK = "1"
    WARN = "6"


def office_child_processes(machine: Machine) -> Action | None:
    """What the rule does here. None where it lets Office start programs, or nothing can be found out."""
    for rules in _places(machine):
        state = next((value for name, value in rules.items() if name.lower().strip("{} ") == RULE), "5")
        if state != "5":
            return next((action for action in Action if action.value == state), None)
    return None


def _places(machine: Machine) -> Iterator[dict[str, str]]:
    """GUID → state, the place that decides before the others first."""
    yield _texts(machine.registry(_GROUP_POLICY))
    managed = _texts(machine.registry(_MANAGED))
    line = next((text for name, text in managed.items() if name.lower() == _MANAGED_VALUE.lower()), "")
    yield {name: state.strip() for name, _, state in (pair.partition("=") for pair in line.split("|"))}
    yield _texts(machine.registry(_LOCAL))


def _texts(values: Mapping[str, RegistryValue] | None) -> dict[str, str]:
    return {name: str(value).strip() for name, value in (values or {}).items()}
