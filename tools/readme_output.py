"""Write the output of README's commands anew.

    python tools/readme_output.py

Read what changed before keeping it.
"""

import os
import re
import shlex
from pathlib import Path

from click.testing import CliRunner

from graph_builder.cli import aigg

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"```console\n(\$ aigg [^\n]*)\n.*?```", re.DOTALL)


def _run(block: re.Match[str]) -> str:
    result = CliRunner().invoke(aigg, shlex.split(block[1])[2:])
    return f"```console\n{block[1]}\n{result.output}```"


def main() -> None:
    """Run every command of the README and put what it prints below it."""
    os.environ["COLUMNS"] = "100"
    text = README.read_text(encoding="utf-8")
    README.write_text(BLOCK.sub(_run, text), encoding="utf-8")


if __name__ == "__main__":
    main()
