"""The one description of the form: template, reader, addresses and formulas all come from here.

Each sheet of the standard workbook that people fill in is a `Form` (see `form`). No other module
lists labels or positions.
"""

from __future__ import annotations

from dataclasses import replace

from perfxl.core.form import At, Caption, Column, Field, Form, Kind, Table

TEMPLATE_VERSION = 1

COVER = "封面"
GUIDE = "填报说明"
DEPARTMENT = "部门整体绩效目标"
SUMMARY = "部门汇总"
FINDINGS = "校验结果"
LISTS = "_lists"
IDENTITY = "_perfxl"
# The head of the guide's list of what to fill in how.
GUIDE_HEADERS = ("工作表", "栏目", "填写要求")
RESERVED = (COVER, GUIDE, DEPARTMENT, SUMMARY, FINDINGS, LISTS, IDENTITY)

PLAN_DATES = ("3月底", "6月底", "10月底", "12月底")

# ---------------------------------------------------------------------------- the project form

SELF_CHECK_AREA = "A1:G1"
TITLE_AREA = "A2:G2"
UNIT_LINE_AREA = "A3:E3"
UNIT_OF_ACCOUNT_AREA = "F3:G3"
UNIT_OF_ACCOUNT = "单位：万元"
TITLE_ENDS = ("绩效目标表", "绩效目标申报表")
# What the official blank form says where the objective belongs, often left standing.
PLACEHOLDER_OBJECTIVE = "目标内容"

_PLAN_ALIASES = (
    ("3月末", "三月底", "一季度", "第一季度"),
    ("6月末", "六月底", "二季度", "上半年"),
    ("10月末", "十月底", "三季度"),
    ("12月末", "十二月底", "四季度", "全年"),
)
_PLAN_AREAS = (("B7:C7", "B8:C8"), ("D7:E7", "D8:E8"), ("F7", "F8"), ("G7", "G8"))

_PROJECT_FIELDS = (
    Field(
        "project_code",
        "项目编码",
        "A4",
        "B4:C4",
        Kind.CODE,
        aliases=("项目代码", "项目编号"),
        hint="从预算管理一体化系统复制 21 位项目编码，不要手工录入。",
    ),
    Field(
        "project_name",
        "项目名称",
        "D4",
        "E4:G4",
        hint="与预算管理一体化系统中的项目名称一致。",
    ),
    Field(
        "total_budget",
        "预算数",
        "B5",
        "C5",
        Kind.AMOUNT,
        aliases=("预算金额", "预算总额", "项目预算数", "预算资金总额"),
        group="purpose",
        hint="以万元为单位，最多两位小数。等于财政资金加其他资金。",
    ),
    Field(
        "fiscal_funds",
        "其中：财政资金",
        "D5",
        "E5",
        Kind.AMOUNT,
        aliases=("财政资金", "财政拨款", "其中：财政拨款", "当年财政拨款"),
        group="purpose",
        hint="以万元为单位，最多两位小数。没有可不填。",
    ),
    Field(
        "other_funds",
        "其他资金",
        "F5",
        "G5",
        Kind.AMOUNT,
        aliases=("其它资金", "其中：其他资金"),
        group="purpose",
        hint="以万元为单位，最多两位小数。没有可不填。",
    ),
    Field(
        "purpose",
        "预算规模及资金用途",
        "A5:A6",
        "B6:G6",
        Kind.LONG_TEXT,
        aliases=("资金用途", "预算规模和资金用途", "资金规模及用途"),
        hint="写明钱花在哪里、用于谁。",
    ),
    *(
        Field(
            f"spending_plan.{i}",
            date,
            *_PLAN_AREAS[i],
            Kind.PERCENT,
            aliases=_PLAN_ALIASES[i],
            at=At.BELOW,
            group="plan",
            hint="填百分比，如 50。可按分期填写（四期合计 100%），也可按累计进度填写（12 月底为 100%）。",
        )
        for i, date in enumerate(PLAN_DATES)
    ),
    Field(
        "objective",
        "绩效目标",
        "A9",
        "B9:G9",
        Kind.LONG_TEXT,
        aliases=("年度绩效目标", "项目绩效目标", "年度目标", "总体目标"),
        hint="写明做什么、做多少、达到什么效果、何时完成。建议 30 至 200 字。",
    ),
    Field(
        "sub_objective",
        "对应分项目标",
        "A10",
        "B10:G10",
        aliases=("对应分项", "对应分项绩效目标"),
        optional=True,
        hint="从下拉列表中选择本项目对应的分项绩效目标（在“部门整体绩效目标”表中填写）。",
    ),
)

_PROJECT_CAPTIONS = (
    Caption("plan", "资金支出计划（%）", "A7:A8", aliases=("支出计划", "资金支出计划", "支出进度计划")),
)

_FOOTERS = (
    "填报人",
    "填表人",
    "联系人",
    "联系电话",
    "单位负责人",
    "负责人",
    "审核人",
    "填报日期",
    "填表日期",
    "填报说明",
    "备注",
    "注：",
    "注:",
    "说明：",
    "说明:",
)

_CATEGORY_HINT = "从下拉列表中选择。"
_INDICATOR_HINTS = {
    "category": _CATEGORY_HINT,
    "subcategory": "先选一级指标，再从下拉列表中选择所属的二级指标。",
    "name": "写具体衡量什么，如“慰问劳模人数”。需要增加一行时：在表内任一行上点右键，选“插入”。",
    "definition": "写计算方法或统计口径，如“实际发放人数÷应发放人数×100%”。",
    "target": "写符号、数值和计量单位，如“≥95%”“＝88人”“≤12月31日”。",
    "target_basis": "写依据的文件、标准、计划、合同或上年完成值，不要照抄指标值。",
    "weight": "本指标的分值，数字。",
}
_INDICATOR_LABELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "category": ("一级指标", ()),
    "subcategory": ("二级指标", ()),
    "name": ("三级指标", ("指标名称", "三级指标名称")),
    "definition": ("绩效指标描述", ("指标描述", "指标解释", "指标内容", "绩效指标描述及计算方法")),
    "target": ("指标值", ("目标值", "绩效指标值", "年度指标值")),
    "target_basis": ("指标值确定依据", ("确定依据", "指标值依据", "指标值设定依据", "指标依据")),
    "weight": ("分值权重", ("权重", "分值", "分值（权重）")),
}
_PLAIN_COLUMNS = (
    ("category", "A"),
    ("subcategory", "B"),
    ("name", "C"),
    ("definition", "D:E"),
    ("target", "F"),
    ("target_basis", "G"),
)
_WEIGHTED_COLUMNS = (
    ("category", "A"),
    ("subcategory", "B"),
    ("name", "C"),
    ("definition", "D"),
    ("target", "E"),
    ("weight", "F"),
    ("target_basis", "G"),
)
_OPTIONAL_COLUMNS = ("weight", "definition", "target_basis")
INDICATOR_HEADER_ROW = 11


def project_form(*, weights: bool) -> Form:
    """The project form of a framework; weights: its table has a 分值权重 column."""
    places = _WEIGHTED_COLUMNS if weights else _PLAIN_COLUMNS
    widths = (12.5, 15.5, 16.0, 13.5, 12.5, 14.0, 14.5)
    columns = tuple(
        Column(
            key,
            _INDICATOR_LABELS[key][0],
            area,
            widths[ord(area[0]) - 65],
            Kind.NUMBER if key == "weight" else Kind.TEXT,
            _INDICATOR_LABELS[key][1],
            optional=key in _OPTIONAL_COLUMNS,
            hint=_INDICATOR_HINTS[key],
        )
        for key, area in places
    )
    return Form(
        "project",
        _PROJECT_FIELDS,
        _PROJECT_CAPTIONS,
        (Table("indicators", INDICATOR_HEADER_ROW, columns),),
        _FOOTERS,
        widths,
    )


# A target in columns of its own parts, as the systems of finance bureaus export it. No template has them.
_PARTS_OF_TARGETS = (
    Column(
        "operator", "计算符号", "E", 8.0, aliases=("指标符号", "运算符号", "符号", "比较符号"), optional=True
    ),
    Column("measure_unit", "计量单位", "F", 8.0, aliases=("度量单位", "指标单位", "单位"), optional=True),
)


def _read_form() -> Form:
    form = project_form(weights=True)
    [table] = form.tables
    return replace(form, tables=(replace(table, columns=(*table.columns, *_PARTS_OF_TARGETS)),))


# What a reader looks for: the columns of every framework at once, and of other forms.
PROJECT_FORM = _read_form()

# ------------------------------------------------------------------------------------ the cover

COVER_TITLE_AREA = "A4:F5"
COVER_NOTE_AREA = "B15:E15"
COVER_TITLE_ENDS = "部门预算绩效文本"

COVER_FORM = Form(
    "cover",
    (
        Field(
            "department",
            "主管部门",
            "B8",
            "C8:E8",
            aliases=("部门名称", "主管部门名称"),
            optional=True,
            hint="填主管部门全称。",
        ),
        Field(
            "budget_unit.code",
            "单位编码",
            "B9",
            "C9:E9",
            Kind.CODE,
            aliases=("预算单位编码", "单位代码"),
            optional=True,
            hint="6 位：3 位部门编码加 3 位单位编码，本级为 001。",
        ),
        Field(
            "budget_unit.name",
            "单位名称",
            "B10",
            "C10:E10",
            aliases=("预算单位", "预算单位名称"),
            optional=True,
            hint="填预算单位全称。",
        ),
        Field(
            "year",
            "预算年度",
            "B11",
            "C11:E11",
            Kind.YEAR,
            aliases=("年度", "预算年份"),
            optional=True,
            hint="四位年份，如 2024。",
        ),
        Field(
            "compiled_by",
            "编制单位",
            "B12",
            "C12:E12",
            optional=True,
            hint="编制本文本的单位。",
        ),
        Field(
            "reviewed_by",
            "审核单位",
            "B13",
            "C13:E13",
            optional=True,
            hint="审核本文本的财政部门。",
        ),
    ),
    widths=(6.0, 16.0, 22.0, 22.0, 22.0, 6.0),
)

# ------------------------------------------------------------------------ the department as a whole

DEPARTMENT_SELF_CHECK_AREA = "A1:D1"
DEPARTMENT_TITLE_AREA = "A2:D2"
DEPARTMENT_UNIT_LINE_AREA = "A3:C3"
DEPARTMENT_UNIT_OF_ACCOUNT_AREA = "D3"

DEPARTMENT_FORM = Form(
    "department",
    (
        Field(
            "overall_objective",
            "总体绩效目标",
            "A4",
            "B4:D4",
            Kind.LONG_TEXT,
            aliases=("一、总体绩效目标", "部门总体绩效目标"),
            hint="写明本年度总体上要做到什么、达到什么效果。写预期，不写总结。",
        ),
        Field(
            "declared_total",
            "项目支出总额（万元）",
            "A5",
            "B5",
            Kind.AMOUNT,
            aliases=("项目支出总额", "项目支出预算总额", "项目支出预算"),
            optional=True,
            hint="选填：部门预算中的项目支出总额。填写后，校验时与各项目预算数之和核对。",
        ),
        Field(
            "projects_total",
            "各项目预算合计（万元）",
            "C5",
            "D5",
            Kind.AMOUNT,
            aliases=("各项目预算合计", "项目预算合计"),
            optional=True,
            formula="total_budget",
            hint="自动计算，不需要填写。",
        ),
    ),
    tables=(
        Table(
            "sub_objectives",
            8,
            (
                Column("number", "序号", "A", 13.0, Kind.NUMBER, optional=True),
                Column(
                    "name",
                    "分项名称",
                    "B",
                    24.0,
                    aliases=("分项", "分项目标名称"),
                    hint="一个分项一行，如“劳模慰问金的发放”。",
                ),
                Column(
                    "objective",
                    "绩效目标",
                    "C",
                    32.0,
                    aliases=("分项绩效目标",),
                    hint="本分项要达到的目标。",
                ),
                Column(
                    "indicators",
                    "绩效指标",
                    "D",
                    32.0,
                    aliases=("分项绩效指标",),
                    hint="用什么衡量，达到多少。",
                ),
            ),
            caption="二、分项绩效目标",
        ),
        Table(
            "implementation_measures",
            16,
            (
                Column("number", "序号", "A", 13.0, Kind.NUMBER, optional=True),
                Column("name", "措施名称", "B", 24.0, aliases=("保障措施", "措施"), hint="一条措施一行。"),
                Column(
                    "text",
                    "措施内容",
                    "C:D",
                    64.0,
                    aliases=("具体内容", "内容"),
                    hint="怎样做、谁负责、何时完成。",
                ),
            ),
            caption="三、工作保障措施",
        ),
    ),
    footers=_FOOTERS,
    widths=(13.0, 24.0, 32.0, 32.0),
)

# The headings that the sample text uses and most texts repeat.
USUAL_MEASURES = (
    "完善制度建设",
    "加强支出管理",
    "加强绩效运行监控",
    "做好绩效自评",
    "规范财务资产管理",
    "加强内部监督",
    "加强宣传培训调研",
)
