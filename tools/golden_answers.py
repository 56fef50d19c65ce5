"""Write the golden answers anew.

    python tools/golden_answers.py

Read what changed before keeping it.
"""

from pathlib import Path
from typing import Any

from pyoxigraph import QueryResultsFormat

from graph_builder.compare.diff import combine_versions
from graph_builder.query.named_questions import questions
from graph_builder.store.loading import build

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
DATA = GOLDEN.with_name("data")


def main() -> None:
    """Ask each question with its defaults and keep the answer as CSV."""
    graph = build()
    versions = combine_versions(
        *(build(DATA / "changes" / name, only=True) for name in ("old", "new"))
    )
    for name, asked in questions().items():
        answer: Any = (versions if name == "changes" else graph).query(asked.text)
        data = answer.serialize(format=QueryResultsFormat.CSV).replace(b"\r\n", b"\n")
        (GOLDEN / f"{name}.csv").write_bytes(data)


if __name__ == "__main__":
    main()
