"""perfxl: the reviewer of 部门预算绩效文本 (department budget performance texts)."""

__version__ = "0.1.0"
