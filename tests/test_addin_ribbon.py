"""The ribbon in the shipped add-in: valid for Excel 2007 and later, and wired to what exists."""

import importlib
import re
import zipfile
from io import BytesIO

import pytest
from lxml import etree
from macros import read_macros

from perfxl.app.ribbon import BUTTONS
from perfxl.io.addin.build import RIBBON_PARTS
from perfxl.io.addin.sources import shipped_addin

# What the schemas of both namespaces ([MS-CUSTOMUI] 2.2 for 2006/01, [MS-CUSTOMUI2] 2.2 for 2009/07) allow
# below each element, and the attributes there: the part of them that we use.
CHILDREN = {
    "customUI": {"ribbon"},
    "ribbon": {"tabs"},
    "tabs": {"tab"},
    "tab": {"group"},
    "group": {"button"},
    "button": set(),
}
ATTRIBUTES = {
    "customUI": set(),
    "ribbon": set(),
    "tabs": set(),
    "tab": {"id", "label", "keytip", "insertAfterMso"},
    "group": {"id", "label"},
    "button": {"id", "label", "size", "imageMso", "keytip", "onAction", "screentip", "supertip"},
}
REQUIRED = {
    "tab": {"id", "label"},
    "group": {"id", "label"},
    "button": {"id", "label", "imageMso", "keytip", "onAction", "screentip", "supertip"},
}
LONGEST = {"keytip": 3, "label": 1024, "screentip": 1024, "supertip": 1024, "id": 1024, "onAction": 1024}

# Control names with icons in Microsoft's lists of Office control identifiers (excelcontrols.xlsx of Office
# 2013, 2016, 2019 and Microsoft 365, published as office-fluent-ui-command-identifiers): only the used ones.
ICONS = {
    "AutoSum",
    "ClearFormats",
    "Consolidate",
    "DataValidation",
    "FileDocumentManagementInformation",
    "FileOpen",
    "Help",
    "ReviewNextComment",
    "ReviewPreviousComment",
    "SheetInsert",
    "Undo",
}


def ribbon(part):
    with zipfile.ZipFile(BytesIO(shipped_addin())) as package:
        return etree.fromstring(package.read(part))


def name(element):
    return etree.QName(element).localname


@pytest.fixture(params=RIBBON_PARTS)
def root(request):
    found = ribbon(request.param)
    assert etree.QName(found).namespace == RIBBON_PARTS[request.param][0]
    return found


@pytest.fixture(scope="module")
def callbacks():
    """Sub → the Python command that it runs, out of the shipped file."""
    text = read_macros(shipped_addin())["RibbonPerfxl"]
    found = re.findall(r'Public Sub (\w+)\(control As IRibbonControl\)\r?\n    RunButton "([^"]*)"\r?\nEnd Sub', text)
    assert len(found) == text.count("Public ")
    return dict(found)


def test_elements_and_attributes_are_known_to_both_schemas(root):
    for element in root.iter(etree.Element):
        kind = name(element)
        assert etree.QName(element).namespace == etree.QName(root).namespace
        assert {name(child) for child in element} <= CHILDREN[kind]
        assert set(element.attrib) <= ATTRIBUTES[kind]
        assert set(element.attrib) >= REQUIRED.get(kind, set())
        for attribute, value in element.attrib.items():
            assert 0 < len(value) <= LONGEST.get(attribute, 1024)
            assert attribute != "size" or value in {"normal", "large"}
    assert not [element for element in root.iter() if not isinstance(element.tag, str)]


def test_names_are_unique_and_names_in_xml(root):
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(names) == len(set(names)) == 1 + 4 + len(BUTTONS)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", one) for one in names)


def test_keyboard_tips_are_unique_and_none_begins_another(root):
    tips = [element.get("keytip") for element in root.iter() if name(element) == "button"]
    assert len(tips) == len(BUTTONS)
    assert not [(a, b) for i, a in enumerate(tips) for j, b in enumerate(tips) if i != j and b.startswith(a)]
    assert all(re.fullmatch(r"[A-Z0-9]+", tip) for tip in tips)


def test_icons_are_known(root):
    used = [element.get("imageMso") for element in root.iter() if element.get("imageMso")]
    assert len(used) == len(set(used)) == len(BUTTONS)
    assert set(used) == ICONS


def test_the_labels_are_those_of_the_buttons_in_their_order(root):
    labels = [element.get("label") for element in root.iter() if name(element) == "button"]
    assert labels == list(BUTTONS)


def test_every_button_has_a_callback_and_every_callback_a_button(root, callbacks):
    actions = [element.get("onAction") for element in root.iter() if element.get("onAction")]
    assert actions == [f"RibbonPerfxl.{sub}" for sub in callbacks]


def test_every_callback_runs_the_function_of_its_button(callbacks):
    functions = {}
    for sub, command in callbacks.items():
        module, function = re.fullmatch(r"import ([\w.]+); \1\.(\w+)\(\)", command).groups()
        functions[sub] = getattr(importlib.import_module(module), function)
    assert list(functions.values()) == list(BUTTONS.values())
    # FillTotals runs fill_totals.
    for sub, function in functions.items():
        assert re.sub(r"(?<!^)(?=[A-Z])", "_", sub).lower() == function.__name__


def test_both_ribbons_say_the_same():
    shown = [[(name(e), dict(e.attrib)) for e in ribbon(part).iter(etree.Element)] for part in RIBBON_PARTS]
    assert shown[0] == shown[1]
