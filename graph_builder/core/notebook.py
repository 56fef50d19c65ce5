"""HTML for notebooks, with all text escaped: tables, preformatted text, pages in frames."""

from collections.abc import Iterable, Sequence
from html import escape

from graph_builder.core.text import escape_controls, shorten

#: A cell: its text, and its tooltip.
TableCell = tuple[str, str]

_MAX_CELL_CHARACTERS = 300
_STYLE = (
    "<style>.aigg th, .aigg td { text-align: left !important; vertical-align: top; "
    "max-width: 30em }</style>"
)
#: Scripts run, but not with the origin of the notebook; links open in new windows or downloads.
_SANDBOX = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"


def format_html_table(
    columns: Sequence[str], rows: Iterable[Sequence[TableCell]], note: str
) -> str:
    """Return rows as an HTML table with a note below it."""
    head = "".join(f"<th>{_escape_short(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(map(_format_cell, row))}</tr>\n" for row in rows)
    return (
        f'{_STYLE}\n<table class="aigg">\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}</tbody>\n</table>\n<p>{_escape_short(note)}</p>\n"
    )


def format_preformatted(text: str) -> str:
    """Return text as HTML that keeps its line breaks; a long text scrolls."""
    style = "white-space: pre-wrap; max-height: 40em; overflow: auto"
    return f'<pre style="{style}">{escape(text)}</pre>\n'


def format_iframe(page: str, title: str) -> str:
    """Return a page as a sandboxed frame, isolated from the notebook."""
    return (
        f'<iframe sandbox="{_SANDBOX}" title="{escape(title)}" srcdoc="{escape(page)}"'
        ' style="width: 100%; height: 760px; border: 0"></iframe>\n'
    )


def _format_cell(cell: TableCell) -> str:
    text, hint = cell
    title = f' title="{_escape_short(hint)}"' if hint else ""
    return f"<td{title}>{_escape_short(text)}</td>"


def _escape_short(text: str) -> str:
    return escape(shorten(escape_controls(text), _MAX_CELL_CHARACTERS))
