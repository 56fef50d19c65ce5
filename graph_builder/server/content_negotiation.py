"""Content negotiation: which of the formats on offer a client prefers (RFC 9110, 12.5.1)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import QueryResultsFormat, RdfFormat

from graph_builder.server.limits import HTTPError

TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"

#: Media types of rows and booleans; the first is the default.
RESULT_FORMATS: Mapping[str, QueryResultsFormat] = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
    "application/json": QueryResultsFormat.JSON,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
}

#: Media types of graphs; the first is the default.
GRAPH_FORMATS: Mapping[str, RdfFormat] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    # Turtle is N3 and TriG, and N-Triples are N-Quads, where there is one graph.
    "text/n3": RdfFormat.TURTLE,
    "application/trig": RdfFormat.TURTLE,
    "application/n-quads": RdfFormat.N_TRIPLES,
    "application/x-turtle": RdfFormat.TURTLE,
    "text/plain": RdfFormat.N_TRIPLES,
    "application/json": RdfFormat.JSON_LD,
    "application/xml": RdfFormat.RDF_XML,
}
_UTF_8 = ("text/csv", "text/n3", "text/plain", "text/tab-separated-values", "text/turtle")
_WEIGHT = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")
_MAX_RANGES = 64
#: Each may be as long as the head of a request.
_CACHED_HEADERS = 128


@dataclass(frozen=True)
class _MediaRange:
    """One media range of an Accept header with its weight, from 0 to 1."""

    type_: str
    subtype: str
    weight: float

    def fits(self, media: str) -> bool:
        """Return whether a media type lies in this range."""
        type_, _, subtype = media.partition("/")
        return self.type_ in ("*", type_) and self.subtype in ("*", subtype)

    @property
    def precision(self) -> int:
        """Return how many parts of a media type the range names: 0, 1 or 2."""
        return (self.type_ != "*") + (self.subtype != "*")


def choose_media_type(accept: str, offered: Iterable[str]) -> str:
    """Return the media type on offer that an Accept header prefers; of equals, the first.

    By RFC 9110, section 12.5.1: the most precise range that fits a type gives its weight, and a
    weight of 0 excludes it. No header accepts everything. Raises HTTPError, 406, if none
    fits.
    """
    return _choose(accept, tuple(offered))


@lru_cache(maxsize=_CACHED_HEADERS)
def _choose(accept: str, choices: tuple[str, ...]) -> str:
    ranges = [_parse_range(part) for part in accept.split(",")[:_MAX_RANGES] if part.strip()]
    if not ranges:
        return choices[0]
    weights = {media: _get_weight(media, [each for each in ranges if each]) for media in choices}
    best = max(choices, key=lambda media: weights[media])
    if not weights[best]:
        raise HTTPError(
            406, f"None of the accepted media types is available; choose from {', '.join(choices)}."
        )
    return best


def _get_weight(media: str, ranges: "Sequence[_MediaRange | None]") -> float:
    fitting = [each for each in ranges if each and each.fits(media)]
    return max(fitting, key=lambda each: (each.precision, each.weight)).weight if fitting else 0.0


def _parse_range(part: str) -> _MediaRange | None:
    """Return a media range, or None if it is not valid by RFC 9110."""
    media, *parameters = (word.strip().lower() for word in part.split(";"))
    type_, slash, subtype = media.partition("/")
    if media == "*":
        type_, slash, subtype = "*", "/", "*"  # some clients write this
    if not (type_ and slash and subtype) or (type_ == "*" and subtype != "*"):
        return None
    weight = next((value[2:] for value in parameters if value.startswith("q=")), "1")
    return _MediaRange(type_, subtype, float(weight)) if _WEIGHT.match(weight) else None


def get_content_type(media: str) -> str:
    """Return a media type as the value of Content-Type, with the encoding where it has one."""
    return f"{media}; charset=utf-8" if media in _UTF_8 else media
