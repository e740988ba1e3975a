"""The check character of 项目编码, and what a mistyped code is taken for."""

from string import ascii_uppercase, digits

import pytest

from perfxl.core.forms.project_code import (
    ALPHABET,
    candidates,
    carries_check_character,
    check_character,
    fits,
    repair,
    year,
)
from perfxl.core.forms.settings import Settings
from perfxl.core.rules import RULES
from perfxl.core.rules.engine import check
from perfxl.core.rules.examples import example
from perfxl.io.data.framework_files import all_frameworks

HEBEI = all_frameworks()["hebei-2023"]
PUBLISHED = ["13081123P000222100028", "13081123P00039410001A", "13081123P00022110001Y", "13081123P00022310001A"]
KIND = 8


def told(code, **settings):
    """The ids of what is found about a code."""
    if list(RULES["IDN02"].function(project_code=code)):
        return ["IDN02"]
    return ["IDN03" for _ in RULES["IDN03"].function(project_code=code, settings=Settings(**settings))]


def with_one_wrong(code):
    for place in range(len(code)):
        for char in digits + ascii_uppercase + "-o１":
            if char != code[place]:
                yield place, char, code[:place] + char + code[place + 1 :]


def changed_round(code):
    for place in range(len(code) - 1):
        if code[place] != code[place + 1]:
            yield code[:place] + code[place + 1] + code[place] + code[place + 2 :]


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_published_codes_are_right(code):
    assert check_character(code[:20]) == code[20]
    assert fits(code)
    assert told(code) == []


def is_another_kind(wrong):
    """What no check can catch: the code of another type (a plain serial), or of a region that is not listed.

    R, T or Y in the ninth place, or other digits in the first two than those of the regions whose
    codes carry a check character.
    """
    other_type = wrong[KIND] in "RTY"
    other_region = wrong[:2].isdecimal() and wrong[:2] not in {"12", "13"}
    return other_type or other_region


@pytest.mark.parametrize("code", PUBLISHED)
def test_every_wrong_character_is_caught(code):
    missed = [(place, char) for place, char, wrong in with_one_wrong(code) if not told(wrong)]
    letters = [(KIND, char) for char in "RTY"]
    first = [(0, char) for char in digits if char != "1"]
    second = [(1, char) for char in digits if char not in "23"]
    assert missed == [*first, *second, *letters]
    assert all(is_another_kind(code[:place] + char + code[place + 1 :]) for place, char in missed)


@pytest.mark.parametrize("code", PUBLISHED)
def test_every_two_neighbours_changed_round_are_caught(code):
    missed = [wrong for wrong in changed_round(code) if told(wrong) != ["IDN03"]]
    assert missed == ["31" + code[2:], "103" + code[3:]]


@pytest.mark.parametrize("code", PUBLISHED)
def test_characters_that_are_no_letters_or_digits_are_the_matter_of_another_rule(code):
    for _, char, wrong in with_one_wrong(code):
        assert (told(wrong) == ["IDN02"]) == (char in "-o１")


@pytest.mark.parametrize(
    "wrong",
    [
        "I3081123P000222100028",
        "13081123P00O222100028",
        "13O81123POOO2221OOO28",
        "13081123P000ZZZ100028",
        "13081123P00022210002B",
        "13081123P0002221D0028",
        "13081123PQ00222100028",
        "130B1123P000222100028",
        "1308112P3000222100028",
        "130811230P00222100028",
        "13081123P002022100028",
        "130811239000222100028",
        "13081123P0002221000S8",
        "13081123P00Z222100028",
    ],
)
def test_the_only_likely_code_is_proposed(wrong):
    assert repair(wrong) == "13081123P000222100028"


def test_where_several_codes_are_as_likely_none_is_proposed():
    wrong = "13081123P000222100021"
    assert len(candidates(wrong)) > 1
    assert repair(wrong) is None
    [found] = [f for f in check(example(RULES["IDN03"], {"project_code": wrong}), HEBEI) if f.rule == "IDN03"]
    assert found.expected is None
    assert "可能应为" not in found.hint


def test_the_proposed_code_is_in_the_hint():
    [found] = [
        f for f in check(example(RULES["IDN03"], {"project_code": "13081123P00O222100028"}), HEBEI) if f.rule == "IDN03"
    ]
    assert found.expected == "13081123P000222100028"
    assert found.expected in found.hint


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_proposed_code_is_a_possible_one(code):
    for _, _, wrong in with_one_wrong(code):
        proposed = repair(wrong)
        if proposed is not None:
            assert fits(proposed)
            assert proposed != wrong
            assert (proposed[:KIND].isdecimal(), proposed[KIND]) == (True, "P")


def test_a_right_code_is_not_repaired_into_another():
    for code in PUBLISHED:
        assert code not in candidates(code)


def test_codes_of_other_types_and_regions_are_left_alone():
    for code in ("13081123R000222100021", "13081123T000222100021", "13081123Y000222100021"):
        assert told(code) == []
    assert told("51081123P000222100021") == []
    assert told("51081123P000222100021", code_prefixes=("51",)) == ["IDN03"]
    assert told("13081123P000222100021", code_prefixes=()) == []


def test_a_digit_in_the_ninth_place_is_no_type_but_only_a_likely_slip_is_told():
    assert told("130811239000222100028") == ["IDN03"]
    assert told("13081123A000222100028") == ["IDN03"]
    assert told("130811239000222100027") == []


def test_a_code_of_another_length_has_no_repair():
    assert repair("13081123P00022210002") is None
    assert not carries_check_character("13081123P00022210002", ("13",))
    assert told("13081123P00022210002") == ["IDN02"]


def test_the_alphabet_leaves_out_what_is_taken_for_digits():
    assert len(ALPHABET) == 31
    assert not set("IOSVZ") & set(ALPHABET)


def test_the_year_in_a_code():
    assert year("13081123P000222100028") == 2023
    assert year("13081123R000222100028") is None
    assert year("130811X3P000222100028") is None
    assert year("13081123") is None
