"""`python -m perfxl.app.templates [DIR]`: workbook_templates/, one empty workbook per framework."""

from __future__ import annotations

import sys
from pathlib import Path

from perfxl.app.tasks import save
from perfxl.core.model import Project, Submission
from perfxl.io.frameworks import all_frameworks
from perfxl.io.template import build_template


def write_templates(folder: Path) -> list[Path]:
    """An empty workbook with one project form for each framework that comes with perfxl."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for framework in all_frameworks().values():
        empty = Submission(framework=framework.id, projects=(Project(number=1),))
        path = folder / f"预算绩效文本模板-{framework.id}.xlsx"
        save(path, build_template(empty, framework))
        written.append(path)
    return written


if __name__ == "__main__":
    for made in write_templates(Path(sys.argv[1] if len(sys.argv) > 1 else "workbook_templates")):
        sys.stdout.write(f"{made}\n")
