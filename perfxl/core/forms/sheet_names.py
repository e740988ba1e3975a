"""What the sheets of the standard workbook are called, and the version of its template."""

from __future__ import annotations

TEMPLATE_VERSION = 1

COVER = "封面"
GUIDE = "填报说明"
DEPARTMENT = "部门整体绩效目标"
SUMMARY = "部门汇总"
FINDINGS = "校验结果"
LISTS = "_lists"
IDENTITY = "_perfxl"
RESERVED = (COVER, GUIDE, DEPARTMENT, SUMMARY, FINDINGS, LISTS, IDENTITY)

# The head of the guide's list of what to fill in how.
GUIDE_HEADERS = ("工作表", "栏目", "填写要求")
