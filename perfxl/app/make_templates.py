"""`python -m perfxl.app.make_templates [DIR]`: workbook_templates/, an empty workbook per framework, plain and with macros."""

from __future__ import annotations

import sys
from pathlib import Path

from perfxl.app.tasks import save
from perfxl.core.forms.records import Project, Submission
from perfxl.io.addin.build import with_macros
from perfxl.io.addin.sources import checkout_folder, read_sources
from perfxl.io.data.framework_files import all_frameworks
from perfxl.io.workbooks.new_workbook import standard_workbook


def write_templates(folder: Path) -> list[Path]:
    """An empty workbook with one project form for each framework that comes with perfxl.

    Each also as .xlsm, with the add-in's macros and ribbon inside, for those who cannot install add-ins.
    PerfxlError outside of a checkout: the macros' sources are there only.
    """
    sources = read_sources(checkout_folder())
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for framework in all_frameworks().values():
        empty = Submission(framework=framework.id, projects=(Project(number=1),))
        plain = standard_workbook(empty, framework)
        for ending, data in ((".xlsx", plain), (".xlsm", with_macros(plain, sources))):
            path = folder / f"预算绩效文本模板-{framework.id}{ending}"
            save(path, data)
            written.append(path)
    return written


if __name__ == "__main__":
    for made in write_templates(Path(sys.argv[1] if len(sys.argv) > 1 else "workbook_templates")):
        sys.stdout.write(f"{made}\n")
