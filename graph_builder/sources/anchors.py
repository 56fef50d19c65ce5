"""Anchors: where words of a source stand in its text, with any white space between them."""

import re

from graph_builder.sources.model import ELLIPSIS
from graph_builder.texts import quoted

#: Quotation marks and dashes that are often typed in place of others: what they are compared as.
_SINGLE, _DOUBLE, _DASHES = (0x2018, 0x2019, 0x201A), (0x201C, 0x201D, 0x201E), (0x2011, 0x2013)
_ALIKE = {
    **dict.fromkeys((*_SINGLE, 0x2039, 0x203A), "'"),
    **dict.fromkeys((*_DOUBLE, 0xAB, 0xBB), '"'),
    **dict.fromkeys((*_DASHES, 0x2014), "-"),
}


def written_instead(anchor: str, text: str) -> str:
    """Return what the text writes where only capitals, dashes or quotation marks differ."""
    found = find_anchor(_alike(anchor), _alike(text))
    return f"; it writes {quoted(text[slice(*found)])}" if found else ""


def _alike(text: str) -> str:
    """Return text of the same length, its capitals, dashes and quotation marks made alike."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text.translate(_ALIKE))


def matches(anchor: str, passage: str) -> bool:
    """Return whether a passage is the anchor's words, or begins and ends with those around an …."""
    first, last = _patterns(anchor)
    if last is None:
        return bool(first.fullmatch(passage))
    begun = first.match(passage)
    return bool(begun and re.search(f"(?:{last.pattern})$", passage[begun.end() :]))


def find_anchor(anchor: str, text: str) -> tuple[int, int] | None:
    """Return the span of the first place in the text where an anchor stands, or None."""
    first, last = _patterns(anchor)
    begun = first.search(text)
    ended = last.search(text, begun.end()) if begun and last else begun
    return (begun.start(), ended.end()) if begun and ended else None


def _patterns(anchor: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Return the words before and after the …, with any white space, or a line break, between."""
    first, ellipsis, last = anchor.partition(ELLIPSIS)
    return _words(first), _words(last) if ellipsis else None


def _words(text: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, text.split())))
