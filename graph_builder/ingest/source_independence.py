"""Source independence: copies and syndicated reports count as one source.

Two sources are independent if their origins differ. The origin of a source that copies, translates
or rewrites another is that of the other; else it is the name that its record gives, such as that of
a news agency; else its publisher. A copy adds no support to what it repeats: X. L. Dong,
L. Berti-Équille and D. Srivastava, Integrating Conflicting Data: The Role of Source Dependence,
PVLDB 2(1), 2009. The records say who copies whom; nothing is inferred from equal mistakes.
"""

import unicodedata
from collections.abc import Mapping

from graph_builder.core.errors import suggest_similar
from graph_builder.core.text import quote_id, shorten
from graph_builder.ingest.fact_file_reader import ReadResult, SourceDocument
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import Source

MAX_CYCLE_CHARACTERS = 200


def find_origins(documents: Mapping[str, SourceDocument]) -> dict[str, str]:
    """Return the name of the origin of each source by id; no source may rest on itself.

    Names that differ only in case, accents or spaces become one: the first in code point order.
    """
    sources = {name: document.source for name, document in documents.items()}
    names = {
        name: _get_origin_name(_trace_originals(name, sources)[-1], sources) for name in sources
    }
    spelling: dict[str, str] = {}
    for name in sorted(names.values(), reverse=True):
        spelling[_fold_name(name)] = name
    return {source: spelling[_fold_name(name)] for source, name in names.items()}


def check_origins(result: ReadResult) -> Diagnostics:
    """Return a finding for each source that rests on itself, in a cycle, or on an unknown one."""
    sources = {name: document.source for name, document in result.documents.items()}
    diagnostics = Diagnostics()
    for name, document in result.documents.items():
        if message := _describe_problem(name, sources, result):
            diagnostics.add(document.location, message, "rests-on")
    return diagnostics


def _describe_problem(name: str, sources: Mapping[str, Source], result: ReadResult) -> str | None:
    other = sources[name].rests_on
    if other == name:
        return "a source cannot rest on itself; delete the line, or name the source that it repeats"
    if other and other not in sources:
        if not result.complete or f"source:{other}" in result.invalid_ids:
            return None
        if unread := result.explain_unread(f"source:{other}"):
            return f"unknown source {quote_id(other)}{unread}"
        near = suggest_similar(other, sources)
        advice = "f it is not in these files, write 'origin:' with the name of its publisher"
        return f"unknown source {quote_id(other)}{f'{near} I' if near else '; i'}{advice}"
    cycle = _trace_originals(name, sources)
    if sources[cycle[-1]].rests_on == name:
        shown = shorten(" -> ".join((*cycle, name)), MAX_CYCLE_CHARACTERS)
        return f"these sources rest on each other in a circle; delete one rests-on: {shown}"
    return None


def _trace_originals(name: str, sources: Mapping[str, Source]) -> list[str]:
    """Return a source, the one it rests on, and so on, up to the original or a repetition."""
    chain = [name]
    while (other := sources[chain[-1]].rests_on) in sources and other not in chain:
        chain.append(str(other))
    return chain


def _get_origin_name(name: str, sources: Mapping[str, Source]) -> str:
    return sources[name].origin or sources[name].publisher


def _fold_name(name: str) -> str:
    """Return a name without accents, case and repeated spaces, for comparison."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
