"""Write anew what the commands of a page print, where it is not what the page shows.

    python -m tools.shown_output README.md docs/tutorial.md

Read what changed before keeping it.
"""

import sys
import tempfile
from pathlib import Path

from tests.docs.shown_commands import fits, play


def main(pages: list[str]) -> None:
    """Run every command of the pages and put what it prints below it."""
    for page in map(Path, pages):
        text, done = page.read_text(encoding="utf-8"), ""
        with tempfile.TemporaryDirectory() as folder:
            for command, shown, found in play(text, Path(folder)):
                before, _, text = text.partition(f"$ {command}\n{shown}")
                done += f"{before}$ {command}\n{shown if fits(shown, found) else found}"
        page.write_text(done + text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
