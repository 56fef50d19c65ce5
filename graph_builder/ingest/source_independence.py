"""Origins: whose word a source is, so that a copy is not counted as a second voice.

Two sources are independent if their origins differ. The origin of a source that copies, translates
or rewrites another is that of the other; else it is the name that its record gives, such as that of
a news agency; else its publisher. A copy adds no support to what it repeats: X. L. Dong,
L. Berti-Équille and D. Srivastava, Integrating Conflicting Data: The Role of Source Dependence,
PVLDB 2(1), 2009. Here the records say who copies whom; nothing is guessed from equal mistakes.
"""

import unicodedata
from collections.abc import Mapping

from graph_builder.core.errors import suggest_similar
from graph_builder.core.text import quote, shorten
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import Source
from graph_builder.ingest.reader import ReadResult, SourceDocument

MAX_CIRCLE_CHARACTERS = 200


def find_origins(documents: Mapping[str, SourceDocument]) -> dict[str, str]:
    """Return the name of the origin of each source by id; the sources rest on no circle.

    Of names that differ in case, accents or spaces alone the least stands for all.
    """
    sources = {name: document.source for name, document in documents.items()}
    names = {
        name: _get_origin_name(_trace_originals(name, sources)[-1], sources) for name in sources
    }
    spelled: dict[str, str] = {}
    for name in sorted(names.values(), reverse=True):
        spelled[_fold_name(name)] = name
    return {source: spelled[_fold_name(name)] for source, name in names.items()}


def check_origins(reading: ReadResult) -> Diagnostics:
    """Return a finding for each source that rests on itself, in a circle, or on an unknown one."""
    sources = {name: document.source for name, document in reading.documents.items()}
    findings = Diagnostics()
    for name, document in reading.documents.items():
        if message := _describe_problem(name, sources, reading):
            findings.add(document.place, message, "rests-on")
    return findings


def _describe_problem(name: str, sources: Mapping[str, Source], reading: ReadResult) -> str | None:
    other = sources[name].rests_on
    if other == name:
        return "a source does not rest on itself; delete the line, or name the one it repeats"
    if other and other not in sources:
        if not reading.whole or f"source:{other}" in reading.unread:
            return None
        near = suggest_similar(other, sources)
        advice = "where it is no source here, write 'origin:' with the name of its publisher"
        return f"unknown source {quote(other)}{near or ';'} {advice}"
    circle = _trace_originals(name, sources)
    if sources[circle[-1]].rests_on == name:
        shown = shorten(" -> ".join((*circle, name)), MAX_CIRCLE_CHARACTERS)
        return f"these sources rest on each other in a circle: {shown}"
    return None


def _trace_originals(name: str, sources: Mapping[str, Source]) -> list[str]:
    """Return a source, the one it rests on and so forth, up to one that rests on no further one."""
    chain = [name]
    while (other := sources[chain[-1]].rests_on) in sources and other not in chain:
        chain.append(str(other))
    return chain


def _get_origin_name(name: str, sources: Mapping[str, Source]) -> str:
    return sources[name].origin or sources[name].publisher


def _fold_name(name: str) -> str:
    """Return a name without accents, case and spaces too many, for comparing."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
