"""Checks of anchors and spans: the quoted words of a source, and where they stand in its text.

An anchor and its span are TextQuoteSelector and TextPositionSelector of the Web Annotation Model
(https://www.w3.org/TR/annotation-model/): spans count code points from 0, the end excluded.
"""

from collections.abc import Iterable
from functools import lru_cache

from graph_builder.core.text import quote, quote_whole, shorten
from graph_builder.ingest.fact_file_reader import SourceDocument
from graph_builder.ingest.located_facts import may_have
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import Fact
from graph_builder.ingest.passage_search import Passage, PassageIndex
from graph_builder.ingest.record_validation import LocatedRecord
from graph_builder.ingest.source_texts import SourceText

_MAX_SHOWN_PASSAGE = 120
_build_index = lru_cache(maxsize=8)(PassageIndex)


def check_span_ends(document: SourceDocument) -> Diagnostics:
    """Return a finding for each fact whose span ends after the end of the source's text."""
    diagnostics = Diagnostics()
    length = document.source.text.length if document.source.text else None
    if length is None or not may_have(document.facts, "end"):
        return diagnostics
    for located in document.facts:
        end = located.record.end
        if end is not None and end > length:
            message = f"end is {end:,}, but the text of the source has only {length:,} characters"
            diagnostics.add(located.location, message, "end")
    return diagnostics


def check_source_text(document: SourceDocument, source: SourceText) -> Diagnostics:
    """Return a finding if a text is not the one that the record of a source describes."""
    diagnostics = Diagnostics()
    expected = document.source.text
    if expected is None:
        return diagnostics
    text = source.normal_form
    form = source.find_form(expected.sha256)
    if form is None:
        cause = (
            "; the text taken from a web page or a PDF may change with the version of the library"
            if source.is_extracted
            else ""
        )
        message = (
            f"this text has {len(text):,} characters and is not the recorded one "
            f"({expected.length:,} characters, another SHA-256){cause}; check with the recorded "
            "text, or record the length and SHA-256 of this one"
        )
        diagnostics.add(document.location, message, "text")
    elif expected.length not in (len(form), len(text)):
        message = f"length is {expected.length:,}, but this text has {len(text):,} characters"
        diagnostics.add(document.location, message, "text", "length")
    return diagnostics


def check_anchors(
    facts: Iterable[LocatedRecord[Fact]], source: SourceText, digest: str | None = None
) -> tuple[Diagnostics, Diagnostics]:
    """Return a finding for each fact whose anchor is not in the text, or not at its span.

    The second are warnings: what the text and the anchor of a passage that was found differ in.
    ``digest`` is the SHA-256 of the text to which the spans refer.
    """
    listed = [each for each in facts if each.record.anchor is not None]
    check = _AnchorCheck(_choose_form(listed, source, digest), source.page)
    for located in listed:
        check.check(located.record, located.location)
    return check.diagnostics, check.warnings


def _choose_form(facts: list[LocatedRecord[Fact]], source: SourceText, digest: str | None) -> str:
    """Return the form of a text to which the spans of its facts refer.

    It is the recorded one; else the one in which most spans fit, for they shift with line breaks.
    """
    recorded = source.find_form(digest) if digest else None
    if recorded is not None:
        return recorded
    spans = [each.record for each in facts if each.record.start is not None]
    return max(
        source.forms if spans else source.forms[:1], key=lambda form: _count_spans(spans, form)
    )


def _count_spans(facts: Iterable[Fact], text: str) -> int:
    return sum(_match_span(fact, _build_index(text)) is not None for fact in facts)


def _match_span(fact: Fact, index: PassageIndex) -> Passage | None:
    if fact.anchor is None or fact.start is None or fact.end is None:
        return None
    return index.match(fact.anchor, fact.start, fact.end)


class _AnchorCheck:
    """The findings about the anchors of facts in a text, and the warnings."""

    def __init__(self, text: str, page: str) -> None:
        self.diagnostics, self.warnings = Diagnostics(), Diagnostics()
        self._index, self._page = _build_index(text), page

    def check(self, fact: Fact, location: Location) -> None:
        """Report an anchor that is not in the text, or not at its span, and what differs in it."""
        anchor = fact.anchor or ""
        if fact.start is not None and fact.end is not None:
            if fact.start >= fact.end:
                return
            found = self._index.match(anchor, fact.start, fact.end)
            if found is None:
                self._report_span(fact, location)
        elif (found := self._index.find(anchor)) is None:
            found = self._find_outside(anchor, location)
        if found and found.differences:
            message = f"the passage is found, but {', '.join(found.differences)}"
            self.warnings.add(location, message, "anchor")

    def _find_outside(self, anchor: str, location: Location) -> Passage | None:
        """Return a passage of a web page outside its main text, or report that there is none."""
        found = _build_index(self._page).find(anchor) if self._page else None
        if found is None:
            message = f"the anchor {quote(anchor)} is not in the text{self._format_nearest(anchor)}"
            self.diagnostics.add(location, message, "anchor")
        else:
            message = f"the passage {quote(anchor)} stands outside the main text of the web page"
            self.warnings.add(location, message, "anchor")
        return found

    def _report_span(self, fact: Fact, location: Location) -> None:
        anchor = fact.anchor or ""
        found = self._index.find(anchor)
        elsewhere = (
            f"; it is at {found.start}-{found.end}"
            if found
            else f" or elsewhere in the text{self._format_nearest(anchor)}"
        )
        place = f"characters {fact.start}-{fact.end}"
        message = f"the anchor {quote(anchor)} is not at {place}{elsewhere}"
        self.diagnostics.add(location, message, "anchor")

    def _format_nearest(self, anchor: str) -> str:
        near = self._index.find_nearest(anchor)
        shown = quote_whole(shorten(near, _MAX_SHOWN_PASSAGE)) if near else ""
        return f"; the nearest passage is {shown}" if shown else ""
