"""Checks the anchors and spans of a source's facts against its text."""

import hashlib
from collections.abc import Iterable

from graph_builder.sources.anchors import find_anchor, matches, written_instead
from graph_builder.sources.model import Fact
from graph_builder.sources.positions import Findings, Place
from graph_builder.sources.reader import Document, Located
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


def check_text(document: Document, text: str) -> Findings:
    """Return a finding if a text is not the one that a source's record describes."""
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
    return findings


def check_passages(facts: Iterable[Located[Fact]], text: str) -> Findings:
    """Return a finding for each fact whose anchor does not stand at its span in the text.

    Spans count code points from 0, the end excluded, as Web Annotation's TextPositionSelector does
    (https://www.w3.org/TR/annotation-model/#text-position-selector).
    """
    findings = Findings()
    for located in facts:
        _check(located.record, located.place, text, findings)
    return findings


def _check(fact: Fact, place: Place, text: str, findings: Findings) -> None:
    if fact.anchor is None:
        return
    if fact.start is None or fact.end is None:
        if find_anchor(fact.anchor, text) is None:
            message = f"the anchor {quoted(fact.anchor)} is not in the text"
            findings.add(place, message + written_instead(fact.anchor, text), "anchor")
    elif fact.start < fact.end and not matches(fact.anchor, text[fact.start : fact.end]):
        found = find_anchor(fact.anchor, text)
        stands = f"; it stands at {found[0]}-{found[1]}" if found else " nor elsewhere in the text"
        message = (
            f"the anchor {quoted(fact.anchor)} does not stand at {fact.start}-{fact.end}{stands}"
        )
        findings.add(place, message, "anchor")
