"""Anchors: where words of a source stand in its text, with any white space between them."""

import hashlib
import re
from collections.abc import Iterable

from graph_builder.core.text import quote
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import ELLIPSIS, Fact
from graph_builder.ingest.reader import Located, SourceDocument

#: Quotation marks and dashes that are often typed in place of others: what they are compared as.
_SINGLE, _DOUBLE, _DASHES = (0x2018, 0x2019, 0x201A), (0x201C, 0x201D, 0x201E), (0x2011, 0x2013)
_PUNCTUATION_FOLDING = {
    **dict.fromkeys((*_SINGLE, 0x2039, 0x203A), "'"),
    **dict.fromkeys((*_DOUBLE, 0xAB, 0xBB), '"'),
    **dict.fromkeys((*_DASHES, 0x2014), "-"),
}


def format_spelling_hint(anchor: str, text: str) -> str:
    """Return what the text writes where only capitals, dashes or quotation marks differ."""
    found = find_anchor(_fold_punctuation(anchor), _fold_punctuation(text))
    return f"; it writes {quote(text[slice(*found)])}" if found else ""


def _fold_punctuation(text: str) -> str:
    """Return text of the same length, its capitals, dashes and quotation marks made alike."""
    return "".join(
        c.lower() if len(c.lower()) == 1 else c for c in text.translate(_PUNCTUATION_FOLDING)
    )


def is_anchor_match(anchor: str, passage: str) -> bool:
    """Return whether a passage is the anchor's words, or begins and ends with those around an …."""
    first, last = _build_patterns(anchor)
    if last is None:
        return bool(first.fullmatch(passage))
    begun = first.match(passage)
    return bool(begun and re.search(f"(?:{last.pattern})$", passage[begun.end() :]))


def find_anchor(anchor: str, text: str) -> tuple[int, int] | None:
    """Return the span of the first place in the text where an anchor stands, or None."""
    first, last = _build_patterns(anchor)
    begun = first.search(text)
    ended = last.search(text, begun.end()) if begun and last else begun
    return (begun.start(), ended.end()) if begun and ended else None


def _build_patterns(anchor: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Return the words before and after the …, with any white space, or a line break, between."""
    first, ellipsis, last = anchor.partition(ELLIPSIS)
    return _build_pattern(first), _build_pattern(last) if ellipsis else None


def _build_pattern(text: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, text.split())))


def check_span_ends(document: SourceDocument) -> Diagnostics:
    """Return a finding for each fact whose span ends behind the end of the source's text."""
    findings = Diagnostics()
    length = document.source.text.length if document.source.text else None
    for located in document.facts:
        end = located.record.end
        if length is not None and end is not None and end > length:
            message = f"the span ends at {end:,}, the text of the source at {length:,}"
            findings.add(located.place, message, "end")
    return findings


def check_source_text(document: SourceDocument, text: str) -> Diagnostics:
    """Return a finding if a text is not the one that a source's record describes."""
    findings = Diagnostics()
    expected = document.source.text
    if expected and hashlib.sha256(text.encode()).hexdigest() != expected.sha256:
        message = (
            f"the text at hand ({len(text):,} characters) is not the one that the spans count on "
            f"({expected.length:,} characters, other SHA-256)"
        )
        findings.add(document.place, message, "text")
    elif expected and len(text) != expected.length:
        message = f"length is {expected.length:,}, the text at hand has {len(text):,} characters"
        findings.add(document.place, message, "text", "length")
    return findings


def check_anchors(facts: Iterable[Located[Fact]], text: str) -> Diagnostics:
    """Return a finding for each fact whose anchor does not stand at its span in the text.

    Spans count code points from 0, the end excluded, as Web Annotation's TextPositionSelector does
    (https://www.w3.org/TR/annotation-model/#text-position-selector).
    """
    findings = Diagnostics()
    for located in facts:
        _check_anchor(located.record, located.place, text, findings)
    return findings


def _check_anchor(fact: Fact, place: Location, text: str, findings: Diagnostics) -> None:
    if fact.anchor is None:
        return
    if fact.start is None or fact.end is None:
        if find_anchor(fact.anchor, text) is None:
            message = f"the anchor {quote(fact.anchor)} is not in the text"
            findings.add(place, message + format_spelling_hint(fact.anchor, text), "anchor")
    elif fact.start < fact.end and not is_anchor_match(fact.anchor, text[fact.start : fact.end]):
        found = find_anchor(fact.anchor, text)
        stands = f"; it stands at {found[0]}-{found[1]}" if found else " nor elsewhere in the text"
        message = (
            f"the anchor {quote(fact.anchor)} does not stand at {fact.start}-{fact.end}{stands}"
        )
        findings.add(place, message, "anchor")
