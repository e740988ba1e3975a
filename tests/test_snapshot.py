"""What the published sample is told, word for word, approved by reading it: `snapshots/sample.txt`.

After a change that is meant, `python tests/test_snapshot.py` writes it anew; read the difference.
"""

from pathlib import Path

from perfxl.app.make_examples import FILLED_IN, write_examples
from perfxl.app.tasks import check
from perfxl.io.reports import report_text

APPROVED = Path(__file__).with_name("snapshots") / "sample.txt"


def told(folder: Path) -> str:
    [checked] = check([folder / FILLED_IN]).checked
    return report_text.render([checked], colour=False).replace(str(folder / FILLED_IN), FILLED_IN)


def test_the_sample_is_told_what_was_approved(examples):
    assert told(examples) == APPROVED.read_text(encoding="utf-8")


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as temporary:
        write_examples(Path(temporary))
        APPROVED.write_text(told(Path(temporary)), encoding="utf-8")
