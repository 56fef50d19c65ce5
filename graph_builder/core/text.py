"""Safe display of untrusted text: one line, no control characters, limited length."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

MAX_SHORT_CHARACTERS = 40
#: As long as ids and most addresses are, which are of use only as a whole.
MAX_WHOLE_CHARACTERS = 240
#: The most characters of a label, of another text and of a message that people are shown. Fact
#: files have no longer texts, and are warned of longer names; data formats have all of them whole.
MAX_LABEL, MAX_TEXT, MAX_MESSAGE = 500, 10_000, 2_000
_LINE_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]")
_CONTROLS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_MARKUP = re.compile(r"[\\|<>&\[\]*_`~]")


def escape_controls(text: str) -> str:
    r"""Return text on one line, with control and bidirectional characters as escapes (``\x1b``)."""
    if text.isprintable():
        return text
    return _CONTROLS.sub(_escape_match, _LINE_BREAKS.sub(" ", text))


def _escape_match(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004


def format_message(text: str) -> str:
    """Return a message on one line, cut if it is long, with escapes for control characters."""
    return escape_controls(shorten(text, MAX_MESSAGE))


def format_period(fact: Mapping[str, Any]) -> str:
    """Return the period of a fact: ``from 2023 to 2024``, ``as of 2025``, or an empty string."""
    keys = (("from", "from_"), ("to", "to"), ("as of", "as_of"))
    return " ".join(f"{word} {fact[name]}" for word, name in keys if fact.get(name))


def escape_markdown(text: str) -> str:
    """Return safe text in which nothing is Markdown markup, in a line or in a table cell."""
    return _MARKUP.sub(r"\\\g<0>", escape_controls(text))


def shorten(text: str, max_characters: int = MAX_SHORT_CHARACTERS) -> str:
    """Return text cut to a number of characters, with an ellipsis at the end."""
    return text if len(text) <= max_characters else text[: max_characters - 1] + "…"


def capitalize(text: str) -> str:
    """Return text with an upper-case first letter and the others as they are."""
    return text[:1].upper() + text[1:]


def quote(text: str) -> str:
    """Return text for a message: quoted, shortened, and with escapes for control characters."""
    return repr(shorten(text))


def quote_whole(text: str, escaped: str = "") -> str:
    r"""Return text for a message: quoted, whole, and with escapes (``\u00ad``) for what is unseen.

    What is unseen are characters that do not print, and of those ``escaped`` also accents.
    """
    shown = "".join(
        f"\\u{ord(c):04x}"
        if not c.isascii() and (not c.isprintable() or _is_accent(c, escaped))
        else repr(c)[1:-1]
        if not c.isprintable()
        else c
        for c in text
    )
    mark = '"' if "'" in shown and '"' not in shown else "'"
    return f"{mark}{shown}{mark}"


def _is_accent(character: str, escaped: str) -> bool:
    return character in escaped and unicodedata.category(character)[0] == "M"


def shorten_id(text: str) -> str:
    """Return an id for a message: whole if it is as long as ids are."""
    return shorten(text, MAX_WHOLE_CHARACTERS)


def quote_id(text: str) -> str:
    """Return an id or an address for a message: quoted, and whole if it is as long as ids are."""
    return quote_whole(shorten_id(text))


def join_alternatives(names: Sequence[str]) -> str:
    """Return at least one name as ``a, b or c``."""
    *rest, last = names
    return f"{', '.join(rest)} or {last}" if rest else last


def join_words(words: Sequence[str]) -> str:
    """Return at least one word as ``a, b and c``."""
    *rest, last = words
    return f"{', '.join(rest)} and {last}" if rest else last


def format_count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun in singular or plural: ``1 theme``, ``2 themes``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
