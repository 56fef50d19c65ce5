"""What a notebook shows: small tables, text as it stands, a page in a frame; all text escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from graph_builder.core.text import shortened, visible

#: A cell: its text, and what is told of it when a reader points at it.
Cell = tuple[str, str]

_LONGEST = 300
_STYLE = (
    "<style>.aigg th, .aigg td { text-align: left !important; vertical-align: top; "
    "max-width: 30em }</style>"
)
#: Scripts run, but not as the notebook's own; what a reader opens is opened beside it, or saved.
_SANDBOX = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]], note: str) -> str:
    """Return rows as an HTML table with a sentence below it."""
    head = "".join(f"<th>{_shown(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    return (
        f'{_STYLE}\n<table class="aigg">\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}</tbody>\n</table>\n<p>{_shown(note)}</p>\n"
    )


def words(text: str) -> str:
    """Return text of several lines as HTML that keeps them; a long text scrolls."""
    style = "white-space: pre-wrap; max-height: 40em; overflow: auto"
    return f'<pre style="{style}">{escape(text)}</pre>\n'


def frame(page: str, title: str) -> str:
    """Return a whole page as a frame that has no part in the notebook around it."""
    return (
        f'<iframe sandbox="{_SANDBOX}" title="{escape(title)}" srcdoc="{escape(page)}"'
        ' style="width: 100%; height: 760px; border: 0"></iframe>\n'
    )


def _cell(cell: Cell) -> str:
    text, hint = cell
    title = f' title="{_shown(hint)}"' if hint else ""
    return f"<td{title}>{_shown(text)}</td>"


def _shown(text: str) -> str:
    return escape(shortened(visible(text), _LONGEST))
