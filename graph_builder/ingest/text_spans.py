"""Checks of anchors and spans: the quoted words of a source, and where they stand in its text.

An anchor and its span are TextQuoteSelector and TextPositionSelector of the Web Annotation Model
(https://www.w3.org/TR/annotation-model/): spans count code points from 0, the end excluded.
"""

import hashlib
import re
from collections.abc import Iterable

from graph_builder.core.text import quote
from graph_builder.ingest.fact_file_reader import SourceDocument
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import ELLIPSIS, Fact
from graph_builder.ingest.record_validation import LocatedRecord

#: Quotation marks and dashes that are often mistyped, and what they are compared as.
_SINGLE, _DOUBLE, _DASHES = (0x2018, 0x2019, 0x201A), (0x201C, 0x201D, 0x201E), (0x2011, 0x2013)
_PUNCTUATION_FOLDING = {
    **dict.fromkeys((*_SINGLE, 0x2039, 0x203A), "'"),
    **dict.fromkeys((*_DOUBLE, 0xAB, 0xBB), '"'),
    **dict.fromkeys((*_DASHES, 0x2014), "-"),
}


def check_span_ends(document: SourceDocument) -> Diagnostics:
    """Return a finding for each fact whose span ends after the end of the source's text."""
    diagnostics = Diagnostics()
    length = document.source.text.length if document.source.text else None
    for located in document.facts:
        end = located.record.end
        if length is not None and end is not None and end > length:
            message = f"end is {end:,}, but the text of the source has only {length:,} characters"
            diagnostics.add(located.location, message, "end")
    return diagnostics


def check_source_text(document: SourceDocument, text: str) -> Diagnostics:
    """Return a finding if a text is not the one that the record of a source describes."""
    diagnostics = Diagnostics()
    expected = document.source.text
    if expected and hashlib.sha256(text.encode()).hexdigest() != expected.sha256:
        message = (
            f"this text has {len(text):,} characters and is not the recorded one "
            f"({expected.length:,} characters, another SHA-256); check with the recorded text, or "
            "record the length and SHA-256 of this one"
        )
        diagnostics.add(document.location, message, "text")
    elif expected and len(text) != expected.length:
        message = f"length is {expected.length:,}, but this text has {len(text):,} characters"
        diagnostics.add(document.location, message, "text", "length")
    return diagnostics


def check_anchors(facts: Iterable[LocatedRecord[Fact]], text: str) -> Diagnostics:
    """Return a finding for each fact whose anchor is not in the text, or not at its span."""
    diagnostics = Diagnostics()
    for located in facts:
        _check_anchor(located.record, located.location, text, diagnostics)
    return diagnostics


def _check_anchor(fact: Fact, location: Location, text: str, diagnostics: Diagnostics) -> None:
    if fact.anchor is None:
        return
    if fact.start is None or fact.end is None:
        if find_anchor(fact.anchor, text) is None:
            message = f"the anchor {quote(fact.anchor)} is not in the text"
            diagnostics.add(location, message + format_spelling_hint(fact.anchor, text), "anchor")
    elif fact.start < fact.end and not is_anchor_match(fact.anchor, text[fact.start : fact.end]):
        span = find_anchor(fact.anchor, text)
        elsewhere = f"; it is at {span[0]}-{span[1]}" if span else " or elsewhere in the text"
        place = f"characters {fact.start}-{fact.end}"
        message = f"the anchor {quote(fact.anchor)} is not at {place}{elsewhere}"
        diagnostics.add(location, message, "anchor")


def is_anchor_match(anchor: str, passage: str) -> bool:
    """Return whether a passage is the anchor, or begins and ends with its words around an …."""
    first, last = _build_patterns(anchor)
    if last is None:
        return bool(first.fullmatch(passage))
    start = first.match(passage)
    return bool(start and re.search(f"(?:{last.pattern})$", passage[start.end() :]))


def find_anchor(anchor: str, text: str) -> tuple[int, int] | None:
    """Return the span of the first occurrence of an anchor in a text, or None."""
    first, last = _build_patterns(anchor)
    start = first.search(text)
    end = last.search(text, start.end()) if start and last else start
    return (start.start(), end.end()) if start and end else None


def _build_patterns(anchor: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Return the patterns of the words before and after the …, separated by any white space."""
    first, ellipsis, last = anchor.partition(ELLIPSIS)
    return _build_pattern(first), _build_pattern(last) if ellipsis else None


def _build_pattern(text: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, text.split())))


def format_spelling_hint(anchor: str, text: str) -> str:
    """Return what the text has instead, if only capitals, dashes or quotation marks differ."""
    span = find_anchor(_fold_punctuation(anchor), _fold_punctuation(text))
    return f"; the text has {quote(text[slice(*span)])}" if span else ""


def _fold_punctuation(text: str) -> str:
    """Return text of the same length with uniform case, dashes and quotation marks."""
    return "".join(
        c.lower() if len(c.lower()) == 1 else c for c in text.translate(_PUNCTUATION_FOLDING)
    )
