"""Write the command reference from the help of ``aigg`` and each of its commands.

    python tools/command_reference.py docs/commands.md

The width is fixed, so that the page does not depend on the terminal.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from graph_builder.cli import aigg

WIDTH = 88
USAGE = 2
HEAD = """\
# Commands
The output of `aigg -h` and `aigg COMMAND -h`. `make docs` generates this page.

- Exit code: 0 if all went well, 1 if the command found something to report (such as a mistake in a
  file), 2 if it was called wrongly or failed.
- Results go to the standard output, notes and errors to the standard error stream.
- Output is complete, or a message and exit code 2 say that it is not. A reader that goes away, such
  as `head`, ends a command quietly (SIGPIPE), as it ends other programs.
"""


def pages() -> Iterator[tuple[str, str]]:
    """Yield each command as it is typed, the group first, and what its ``--help`` prints."""
    for words in _commands():
        result = CliRunner().invoke(
            aigg, [*words, "--help"], prog_name="aigg", terminal_width=WIDTH
        )
        yield " ".join(("aigg", *words)), result.stdout


def _commands() -> Iterator[list[str]]:
    """Yield the words of each command, a group before its own."""
    yield []
    context = click.Context(aigg)
    for name in aigg.list_commands(context):
        yield [name]
        command = aigg.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ([name, each] for each in command.list_commands(click.Context(command)))


def reference() -> str:
    """Return the whole reference in Markdown."""
    parts = (f"\n## {name}\n```text\n{text}```\n" for name, text in pages())
    return "".join((HEAD, *parts))


def main(arguments: list[str]) -> int:
    """Write the reference to the file named on the command line, in English everywhere."""
    if len(arguments) != 1:
        print("use: command_reference.py TARGET", file=sys.stderr)
        return USAGE
    os.environ["LANGUAGE"] = "en"
    Path(arguments[0]).write_text(reference(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
