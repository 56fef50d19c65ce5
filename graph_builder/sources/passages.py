"""Checks the anchors and spans of a source's facts against its text."""

import hashlib

from graph_builder.sources.model import ELLIPSIS, Fact
from graph_builder.sources.positions import Findings, Place
from graph_builder.sources.reader import Document
from graph_builder.texts import quoted


def check_spans(document: Document) -> Findings:
    """Return a finding for each fact whose span ends behind the end of the source's text."""
    findings = Findings()
    length = document.source.text.length if document.source.text else None
    for located in document.facts:
        end = located.record.end
        if length is not None and end is not None and end > length:
            message = f"the span ends at {end:,}, the text of the source at {length:,}"
            findings.add(located.place, message, "end")
    return findings


def check_passages(document: Document, text: str) -> Findings:
    """Return a finding for each fact whose anchor does not stand at its span in the text.

    Spans count code points from 0, the end excluded, as Web Annotation's TextPositionSelector does
    (https://www.w3.org/TR/annotation-model/#text-position-selector).
    """
    findings = Findings()
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
    for located in document.facts:
        _check(located.record, located.place, text, findings)
    return findings


def _check(fact: Fact, place: Place, text: str, findings: Findings) -> None:
    if fact.anchor is None:
        return
    if fact.start is None or fact.end is None:
        if find_anchor(fact.anchor, text) is None:
            findings.add(place, f"the anchor {quoted(fact.anchor)} is not in the text", "anchor")
    elif not matches(fact.anchor, text[fact.start : fact.end]):
        found = find_anchor(fact.anchor, text)
        stands = f"; it stands at {found[0]}-{found[1]}" if found else " nor elsewhere in the text"
        message = (
            f"the anchor {quoted(fact.anchor)} does not stand at {fact.start}-{fact.end}{stands}"
        )
        findings.add(place, message, "anchor")


def matches(anchor: str, passage: str) -> bool:
    """Return whether a passage is the anchor's words, or begins and ends with those around an …."""
    first, ellipsis, last = (part.strip() for part in anchor.partition(ELLIPSIS))
    if not ellipsis:
        return passage == anchor
    long_enough = len(passage) >= len(first) + len(last)
    return long_enough and passage.startswith(first) and passage.endswith(last)


def find_anchor(anchor: str, text: str) -> tuple[int, int] | None:
    """Return the span of the first place in the text where an anchor stands, or None."""
    first, _, last = (part.strip() for part in anchor.partition(ELLIPSIS))
    start = text.find(first)
    if start < 0:
        return None
    end = start + len(first)
    if last:
        end = text.find(last, end) + len(last)
        if end < start + len(first) + len(last):
            return None
    return start, end
