"""The names that records, rules and sums know: a form uses them for what they mean, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator

# Fields of one value. A form of another subject may have them too: they are texts there.
FIELDS = frozenset((
    "project_code", "project_name", "total_budget", "fiscal_funds", "other_funds", "purpose", "objective",
    "sub_objective", "year", "department", "compiled_by", "reviewed_by", "overall_objective", "declared_total",
))  # fmt: skip
# Fields of several values, each with a key of its own: `spending_plan.0`.
PARTS = {"spending_plan": ("0", "1", "2", "3"), "budget_unit": ("code", "name")}
# A project has them from its unit line and the cover.
OF_COVERS = frozenset({"year", "budget_unit"})
TABLES = frozenset({"indicators", "sub_objectives", "implementation_measures"})
# What a record, and a row of a table, knows of itself.
OF_RECORDS = frozenset((
    "sheet", "cells", "typed", "others", "form", "tables", "number", "unit_line", "plain_numbers", "uncertain",
    "in_yuan",
))  # fmt: skip
OF_ROWS = frozenset({"sheet", "cells", "typed", "others", "row", "parsed"})


def misnamed(subject: str, fields: Collection[str], tables: Collection[str], columns: Collection[str]) -> Iterator[str]:
    """What is wrong with the keys of a form, as sentences."""
    heads = {key: key.partition(".")[0] for key in (*fields, *tables)}
    taken = [key for key, head in heads.items() if head in OF_RECORDS]
    yield from (f"key“{key}”是程序自用的名称，请换一个" for key in (*taken, *sorted(OF_ROWS.intersection(columns))))
    for key in fields:
        parts = PARTS.get(heads[key], ())
        if heads[key] in TABLES:
            yield f"key“{key}”只能用于表格"
        elif parts and key not in (whole := [f"{heads[key]}.{part}" for part in parts]):
            yield f"key“{key}”只能写 {'、'.join(whole)}"
        elif subject == "project" and heads[key] in OF_COVERS:
            yield f"key“{key}”只能用于封面，项目表请换一个"
    yield from (f"key“{key}”不能用于表格" for key in tables if key in FIELDS or heads[key] in PARTS)
    plan = sum(head == "spending_plan" for head in heads.values())
    if 0 < plan < len(PARTS["spending_plan"]):
        yield "spending_plan.0 至 spending_plan.3 要么都写，要么都不写"
