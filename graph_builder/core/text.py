"""Text of whatever origin made fit to show: on one line, nothing that steers a terminal, short."""

import re
from collections.abc import Mapping
from typing import Any

MAX_SHORT_CHARACTERS = 40
_LINE_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]")
_CONTROLS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_MARKUP = re.compile(r"[\\|<>&\[\]*_`~]")


def escape_controls(text: str) -> str:
    r"""Return text on one line; control and bidirectional characters are shown as in ``\x1b``."""
    return _CONTROLS.sub(_escape_match, _LINE_BREAKS.sub(" ", text))


def _escape_match(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004


def format_period(fact: Mapping[str, Any]) -> str:
    """Return when a fact is said to hold: ``from 2023 to 2024``, ``as of 2025``, or nothing."""
    words = (("from", "from_"), ("to", "to"), ("as of", "as_of"))
    return " ".join(f"{word} {fact[name]}" for word, name in words if fact.get(name))


def escape_markdown(text: str) -> str:
    """Return visible text in which nothing is markup in a line of Markdown or a cell of a table."""
    return _MARKUP.sub(r"\\\g<0>", escape_controls(text))


def shorten(text: str, longest: int = MAX_SHORT_CHARACTERS) -> str:
    """Return text of at most so many characters; an ellipsis ends what was cut."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def quote(text: str) -> str:
    """Return text for a message: in quotation marks, shortened, every character visible."""
    return repr(shorten(text))


def format_count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun in singular or plural: ``1 theme``, ``2 themes``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
