"""Origins: whose word a source is, so that a copy is not counted as a second voice.

Two sources are independent if their origins differ. The origin of a source that copies, translates
or rewrites another is that of the other; else it is the name that its record gives, such as that of
a news agency; else its publisher. A copy adds no support to what it repeats: X. L. Dong,
L. Berti-Équille and D. Srivastava, Integrating Conflicting Data: The Role of Source Dependence,
PVLDB 2(1), 2009. Here the records say who copies whom; nothing is guessed from equal mistakes.
"""

import unicodedata
from collections.abc import Mapping

from graph_builder.core.errors import proposal
from graph_builder.core.text import quoted, shortened
from graph_builder.ingest.locations import Findings
from graph_builder.ingest.model import Source
from graph_builder.ingest.reader import Document, Reading

LONGEST = 200


def origins(documents: Mapping[str, Document]) -> dict[str, str]:
    """Return the name of the origin of each source by id; the sources rest on no circle.

    Of names that differ in case, accents or spaces alone the least stands for all.
    """
    sources = {name: document.source for name, document in documents.items()}
    names = {name: _named(_chain(name, sources)[-1], sources) for name in sources}
    spelled: dict[str, str] = {}
    for name in sorted(names.values(), reverse=True):
        spelled[_folded(name)] = name
    return {source: spelled[_folded(name)] for source, name in names.items()}


def check_origins(reading: Reading) -> Findings:
    """Return a finding for each source that rests on itself, in a circle, or on an unknown one."""
    sources = {name: document.source for name, document in reading.documents.items()}
    findings = Findings()
    for name, document in reading.documents.items():
        if message := _complaint(name, sources, reading):
            findings.add(document.place, message, "rests-on")
    return findings


def _complaint(name: str, sources: Mapping[str, Source], reading: Reading) -> str | None:
    other = sources[name].rests_on
    if other == name:
        return "a source does not rest on itself; delete the line, or name the one it repeats"
    if other and other not in sources:
        if not reading.whole or f"source:{other}" in reading.unread:
            return None
        near = proposal(other, sources)
        advice = "where it is no source here, write 'origin:' with the name of its publisher"
        return f"unknown source {quoted(other)}{near or ';'} {advice}"
    circle = _chain(name, sources)
    if sources[circle[-1]].rests_on == name:
        shown = shortened(" -> ".join((*circle, name)), LONGEST)
        return f"these sources rest on each other in a circle: {shown}"
    return None


def _chain(name: str, sources: Mapping[str, Source]) -> list[str]:
    """Return a source, the one it rests on and so forth, up to one that rests on no further one."""
    chain = [name]
    while (other := sources[chain[-1]].rests_on) in sources and other not in chain:
        chain.append(str(other))
    return chain


def _named(name: str, sources: Mapping[str, Source]) -> str:
    return sources[name].origin or sources[name].publisher


def _folded(name: str) -> str:
    """Return a name without accents, case and spaces too many, for comparing."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
