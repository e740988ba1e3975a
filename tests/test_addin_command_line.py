"""What becomes of a workbook's name between the button and Python, character by character.

xlwings' VBA puts a line for cmd.exe together; its very expressions, out of the installed package, are
evaluated here. The line is then read as cmd.exe, the C runtime and xlwings' Python read it: whatever a
name holds, one program runs, and it finds the workbook of that name.
"""

import re
import sys
from itertools import product
from pathlib import Path

import pytest
from macro_office import DOUBLE, running_macro_office

from perfxl.io.addin.sources import read_sources

ROOT = Path(__file__).parents[1]
PYTHON = r"C:\Users\张 三\a&b^\Python312\python.exe"
COMMAND = "import perfxl.app.ribbon; perfxl.app.ribbon.validate()"
# What cmd.exe finds when a name has %…% in it.
VARIABLES = {"X": '" & calc & "', "PATH": r"C:\a;C:\b"}
LETTERS = "a1中"


@pytest.fixture(scope="module")
def modules():
    return read_sources(ROOT / "vba_stub").modules


def procedure(module, name):
    """The lines of a procedure, continued lines as one."""
    text = module.replace("\r\n", "\n").replace(" _\n", " ")
    return re.search(
        rf"^(?:Public )?(?:Function|Sub) {name}\(.*?^End (?:Function|Sub)", text, re.MULTILINE | re.DOTALL
    )[0]


def evaluated(expression, known):
    """A VBA expression of texts joined by `&`."""
    parts = re.findall(r'"(?:[^"]|"")*"|[^&"]+', expression)
    return "".join(
        part[1:-1].replace('""', '"') if part.startswith('"') else known[part.strip()] for part in parts if part.strip()
    )


def command_line(module, name, drive="C:"):
    """What `ExecuteWindows` gives to the shell for a workbook of that name."""
    text = procedure(module, "ExecuteWindows")
    paths = "False"
    for old, new in re.findall(r'PYTHONPATH = Replace\(PYTHONPATH, "(.+?)", "(.+?)"\)', text):
        paths = paths.replace(old, new)
    known = {
        "Left$(PYTHON_WIN, 2)": drive,
        "PythonDir": PYTHON.rpartition("\\")[0],
        "CondaCmd": "",
        "PythonInterpreter": f'"{PYTHON}"',
        "PYTHONPATH": paths,
        "PythonCommand": COMMAND,
        "ActiveWorkbook.Name": name,
        "Chr(34)": '"',
        "Application.Path": r"C:\Program Files\Microsoft Office\root\Office16",
        "Application.Name": "Microsoft Excel",
        "Application.Hwnd": "132456",
        "LOG_FILE": r"C:\Users\张 三\AppData\Local\Temp\xlwings-1.log",
    }
    known["DriveCommand"] = evaluated(re.search(r"DriveCommand = (Left\$.*)", text)[1], known)
    known["RunCommand"] = evaluated(re.search(r"RunCommand = (CondaCmd.*)", text)[1], known)
    return evaluated(re.search(r"WScript\.Run\((.*),\s+WindowStyle, WaitOnReturn\)", text)[1], known)


def commands(line):
    """The commands that cmd.exe takes a line for, as they reach the programs."""
    line = line.removeprefix("cmd.exe /C ")
    line = re.sub(r"%([^%]+)%", lambda found: VARIABLES.get(found[1].upper(), found[0]), line)
    made, quoted, place = [""], False, 0
    while place < len(line):
        letter = line[place]
        if letter == "^" and not quoted:
            place += 1
            letter = line[place : place + 1]
        elif letter == '"':
            quoted = not quoted
        elif letter in "&|\n" and not quoted:
            made.append("")
            letter = ""
        elif letter in "<>" and not quoted:
            letter = f"\0{letter}"
        made[-1] += letter
        place += 1
    return [one.strip() for one in made]


def arguments(command):
    """A command's arguments as the C runtime of Windows splits them."""
    made, quoted, begun = [], False, False
    for slashes, letter in re.findall(r"(\\*)(?:([^\\])|$)", command, re.DOTALL):
        if not begun and (slashes or (letter and letter not in " \t")):
            made.append("")
            begun = True
        if letter == '"':
            if begun:
                made[-1] += "\\" * (len(slashes) // 2)
                if len(slashes) % 2:
                    made[-1] += '"'
                else:
                    quoted = not quoted
        elif begun:
            made[-1] += slashes
            if letter in ("", " ", "\t") and not quoted:
                begun = False
            else:
                made[-1] += letter
    return made


def found_by_python(line):
    """The name that xlwings' `Book.caller` looks for; None when other commands run than two."""
    found = commands(line)
    if len(found) != 3 or found[0] != "C:" or found[1] != f'cd "{PYTHON.rpartition(chr(92))[0]}"':
        return None
    program, _, log = found[2].partition(" 2\0>")
    argv = arguments(program)
    code = argv[3] if len(argv) > 3 else ""
    if "\0" in program + log or argv[:3] != [PYTHON, "-B", "-c"] or log.count('"') != 2:
        return None
    if code != f'import xlwings.utils;xlwings.utils.prepare_sys_path("False"); {COMMAND}':
        return None
    name = None
    for argument in argv[4:]:
        if argument.startswith("--wb="):
            name = argument.split("=")[1].strip()
    return name if argv[5] == "--from_xl=1" and argv[-1] == "--hwnd=132456" else None


def test_the_line_is_read_rightly(modules):
    """The readers of this test know what the fault was: a full name outside of quotes."""
    line = command_line(modules["xlwings"], "预算 a&b (终稿).xlsx")
    assert found_by_python(line) == "预算 a&b (终稿).xlsx"
    outside = line.replace(r"(\"False\")", r"(\"False;C:\\a^^&calc^^&b.xlsx\")")
    assert outside != line
    assert commands(outside)[3].startswith("calc^")
    assert found_by_python(outside) is None


def test_nothing_is_put_into_the_import_path(monkeypatch):
    from xlwings.utils import prepare_sys_path

    monkeypatch.setattr(sys, "path", before := list(sys.path))
    prepare_sys_path("False")
    assert sys.path == before


def test_what_ours_asks_of_xlwings_module_is_there(modules):
    """Every call by its name and the number of its arguments; the double of other tests has the same."""
    ours, theirs = modules["RibbonPerfxl"], modules["xlwings"]
    asked = set(re.findall(r"\bxlwings\.(\w+)", re.sub(r"(?m)^\s*'.*$", "", ours)))
    assert asked == {
        "ExecuteMac",
        "ExecuteWindows",
        "FileExists",
        "GetConfig",
        "GetDirectoryConfigFilePath",
        "SheetExists",
    }
    # Sheets of other kinds than worksheets hold settings too.
    assert "ActiveWorkbook.Worksheets" not in ours
    for name in asked:
        heads = [
            re.findall(
                rf"^(?:Public )?(Function|Sub) {name}\((.*?)\)(?: As \w+)?$", text.replace(" _\n", " "), re.MULTILINE
            )
            for text in (theirs.replace("\r\n", "\n"), DOUBLE)
        ]
        (kind, taken), *more = heads[0]
        assert not more
        assert [(one, len(arguments_of(text))) for one, text in heads[1]] == [(kind, len(arguments_of(taken)))]


def arguments_of(text):
    return [one for one in re.split(r",\s*", text) if one]


def names():
    """Every ASCII character at the beginning, in the middle and alone, every two signs beside each other."""
    signs = [chr(code) for code in range(1, 127) if not chr(code).isalnum()]
    for sign in signs:
        yield from (f"{sign}a.xlsx", f"a{sign}b.xlsx", f"a{sign}", f"a{sign}X{sign}b.xlsx")
    printed = [sign for sign in signs if sign >= " "]
    yield from (f"a{one}{other}calc{one}{other}b.xlsx" for one, other in product(printed, printed))
    for blank in "\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000":
        yield from (f"{blank}a.xlsx", f"a{blank}b.xlsx", f"a.xlsx{blank}")
    yield from (
        "预算绩效文本（终稿）.xlsx",
        "＂％.xlsx",
        "😀.xlsx",
        "文" * 200 + ".xlsx",
        "a%PATH%.xlsx",
        "工作簿1",
        "^x&y^.xlsx",
    )


# No file of Windows can have these in its name, so refusing them costs nobody anything.
IMPOSSIBLE = set('"|<>\\') | {chr(code) for code in range(32)}


@pytest.mark.libreoffice
def test_every_name_is_refused_or_found(modules):
    every = list(names())
    with running_macro_office() as office:
        odd = office.odd_names(ROOT / "vba_stub" / "perfxl.xlam", every)
    assert len(odd) == len(every) > 1_000
    found = {name: found_by_python(command_line(modules["xlwings"], name)) for name in every}
    assert [name for name in every if not odd[name] and found[name] != name] == []
    assert {"^x&y^.xlsx", "a%X%b.xlsx", "a=b.xlsx", "\u3000a.xlsx"} <= {name for name in every if odd[name]}
    # Nobody is sent away without need, but for a single % and for ^.
    harmless = {name for name in every if found[name] == name and not IMPOSSIBLE & set(name)}
    assert [name for name in harmless if odd[name] and not set("%^") & set(name)] == []
