"""What the README says first, on a machine that has nothing yet: the lock files install, and the demo runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import required
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME, DEV = "requirements.lock", "requirements-dev.lock"
# What this Python brought with its first release, or its distribution's: no machine has an older one.
OLDEST_PIP = {(3, 11): "23.0", (3, 12): "23.2.1", (3, 13): "24.2"}


def locked(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """The requirements of a lock file by name, each with its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.rstrip())
        entry = Requirement(requirement)
        assert entry.name not in found, f"{entry.name} twice in {name}"
        found[entry.name] = entry, hashes
    return found


@pytest.mark.parametrize("name", [RUNTIME, DEV])
def test_a_lock_file_pins_everything_and_names_no_place(name):
    assert "//" not in (ROOT / name).read_text(encoding="utf-8")
    for requirement, hashes in locked(name).values():
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert "*" not in str(requirement.specifier), requirement
        assert requirement.url is None
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


def test_what_both_lock_files_have_is_the_same():
    dev = locked(DEV)
    for name, entry in locked(RUNTIME).items():
        assert dev[name] == entry


@pytest.mark.parametrize(("name", "groups"), [(RUNTIME, ["build"]), (DEV, ["build", "dev"])])
def test_a_lock_file_has_what_the_project_asks_for(name, groups):
    wanted = [*PROJECT["project"]["dependencies"]]
    for group in groups:
        wanted += [entry for entry in PROJECT["dependency-groups"][group] if isinstance(entry, str)]
    have = locked(name)
    for requirement in map(Requirement, wanted):
        (pin,) = have[requirement.name.lower()][0].specifier
        assert requirement.specifier.contains(pin.version, prereleases=True), requirement


def run(*command: object) -> subprocess.CompletedProcess[str]:
    # Nothing of this process's own environment leads into the new one.
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS"}}
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def ran(*command: object) -> str:
    """What a command printed that must go well."""
    done = run(*command)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.install
@pytest.mark.skipif(sys.platform == "win32", reason="the Makefile is for machines that have make")
@pytest.mark.parametrize("pip", [f"=={OLDEST_PIP.get(sys.version_info[:2], '26.0')}", ">=26"], ids=["oldest", "newest"])
def test_a_fresh_machine_installs_the_lock_files_and_runs_the_demo(tmp_path, pip):
    venv = tmp_path / "venv"
    python = venv / "bin" / "python"
    ran(sys.executable, "-m", "venv", venv)
    pip_is_there = run(python, "-m", "pip", "install", "--quiet", "--retries", "1", "--upgrade", f"pip{pip}")
    if pip_is_there.returncode:
        nowhere = f"no package index within reach: {pip_is_there.stderr.strip()[-300:]}"
        pytest.fail(nowhere) if required("install") else pytest.skip(nowhere)

    ran("make", "install", f"VENV={venv}")
    assert ran(python, "-m", "pip", "check").strip() == "No broken requirements found."
    dev_only = locked(DEV).keys() - locked(RUNTIME).keys()
    assert not dev_only & {
        name.lower() for name in re.findall(r"^(\S+)==", ran(python, "-m", "pip", "freeze"), re.MULTILINE)
    }

    made = tmp_path / "示例"
    assert "项目 4 个，预算合计 188.90 万元" in ran(venv / "bin" / "perfxl", "demo", made)
    assert len(list(made.glob("*.xlsx"))) == 5

    ran(python, "-m", "pip", "install", "--dry-run", "--no-deps", "--require-hashes", "--requirement", DEV)
