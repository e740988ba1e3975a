"""What the rules on collecting (COL) look at: a file that came back, a unit, a sum of the consolidation.

Frozen records like those of a submission, so that a rule on them is one function like any other.
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from perfxl.core.forms.records import Record

# What a sent workbook's own memory and the officer's roster are called in lists.
FROM_WORKBOOK = "下发的工作簿"
FROM_ROSTER = "花名册"


class Alteration(BaseModel):
    """Something that was given and came back otherwise.

    field: the model field, `project` where the whole form is gone or new. sent, returned: as texts;
    `""` for nothing. difference: returned less sent, for amounts only. sheet, cell: where it stands
    now, `""` where nothing is there any more. project: its number, None outside projects.
    new: the unit added it; nothing that was given was touched.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    label: str
    sent: str
    returned: str
    difference: Decimal | None = None
    sheet: str = ""
    cell: str = ""
    project: int | None = None
    project_name: str = ""
    source: str = FROM_WORKBOOK
    new: bool = False


class Arrival(Record):
    """A file that came back. reason: why it cannot be read. known: it belongs to somebody.

    roster: whether there is one to belong to. unit: the name of its unit. same_as: the file of that
    unit which says exactly the same. altered: what was given and came back otherwise, of one project.
    """

    file: str = Field(title="文件")
    reason: str | None = Field(default=None, title="读取时出错")
    known: bool = Field(default=True, title="认出了单位")
    roster: bool = Field(default=True, title="有花名册")
    unit: str = Field(default="", title="单位")
    same_as: str | None = Field(default=None, title="内容与之相同的文件")
    altered: tuple[Alteration, ...] = Field(default=(), title="与下发不同")


class UnitStanding(Record):
    """A unit and its files, the one that counts first. files: none where nothing came back filled in.

    unfilled: the newest file that came back as it was handed out.
    """

    unit: str = Field(title="单位")
    files: tuple[str, ...] = Field(default=(), title="报送的文件")
    unfilled: str | None = Field(default=None, title="原样交回的文件")


class SumCheck(Record):
    """A sum as the summary shows it and as the rows below it add up, both in 万元."""

    label: str = Field(title="项目")
    shown: Decimal = Field(title="汇总数")
    expected: Decimal = Field(title="明细之和")
