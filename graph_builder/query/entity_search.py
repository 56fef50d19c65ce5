"""Finding things by what they are called, in any language, by whichever source, even misspelt."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import Literal, NamedNode

from graph_builder.core.errors import UnknownNameError
from graph_builder.core.vocabulary import ID_KINDS, NS, PREFIXES, expand
from graph_builder.store.graph import Graph, GraphLike
from graph_builder.store.label_index import IndexedName, NameFilter, NameKind, ScoredName


class MatchType(StrEnum):
    """How a text and a name match: the label, a source's name, an id or code, a part, nearly."""

    EXACT = "exact"
    ALIAS = "alias"
    ID = "id"
    PREFIX = "prefix"
    NEAR = "near"


@dataclass(frozen=True)
class Match:
    """A thing that a text may mean.

    ``kind`` is the IRI of its class, ``name`` the name that matched, in ``language`` ("" for none),
    ``by`` the IRIs of what gives that name: sources, or the registry, scheme or ontology. ``score``
    goes up to 100; scores compare within one way of matching, ``how``.
    """

    iri: str
    label: str
    kind: str
    name: str
    language: str
    by: tuple[str, ...]
    how: MatchType
    score: float


_MATCH_TYPES = {
    NameKind.LABEL: MatchType.EXACT,
    NameKind.ALIAS: MatchType.ALIAS,
    NameKind.TITLE: MatchType.EXACT,
    NameKind.CODE: MatchType.ID,
}
_FULL_SCORE = 100.0


def find(
    graph: GraphLike, text: str, *, kind: str | None = None, limit: int | None = 10
) -> list[Match]:
    """Return the things that a text may mean, each once, the likeliest first, at most so many.

    Case, accents, punctuation and the order of words do not matter. What is written nearly like the
    text is looked for only where nothing is called so or begins so. A narrowed graph is without
    what had not begun on its day, and without what no fact that was verified so well is about.
    ``kind`` is a kind of ids (``event``) or a class, by name or label (``person``); raises
    UnknownNameError for another.
    """
    opened = Graph.wrap(graph)
    is_kind = _build_kind_filter(opened, kind)

    def fits(name: IndexedName) -> bool:
        return name.iri not in opened.without and is_kind(name)

    best: dict[str, tuple[MatchType, ScoredName]] = {}
    for how, scored in _iter_candidates(opened, text, fits):
        best.setdefault(scored[1].iri, (how, scored))
    return [_build_match(opened, how, scored) for how, scored in list(best.values())[:limit]]


def _iter_candidates(
    graph: Graph, text: str, fits: NameFilter
) -> Iterator[tuple[MatchType, ScoredName]]:
    """Yield every name that matches, the best first; the nearly like ones in place of none."""
    called = list(filter(fits, graph.label_index.find_exact(text)))
    begun = [scored for scored in graph.label_index.find_prefix(text) if fits(scored[1])]
    yield from ((_MATCH_TYPES[name.sort], (_FULL_SCORE, name)) for name in called)
    yield from ((MatchType.PREFIX, scored) for scored in begun)
    if not called and not begun:
        yield from (
            (MatchType.NEAR, scored) for scored in graph.label_index.find_similar(text, fits)
        )


def _build_kind_filter(graph: Graph, kind: str | None) -> NameFilter:
    """Return what tells whether a name is of a thing of a kind."""
    if kind is None:
        return lambda _: True
    if kind in PREFIXES:
        return lambda name: name.iri.startswith(PREFIXES[kind])
    classes = _find_subclasses(graph, _find_class(graph, kind))
    things = set().union(*(find_subjects(graph, "rdf:type", each) for each in classes))
    return lambda name: name.iri in things


def _find_class(graph: Graph, kind: str) -> str:
    """Return the class of ours that has a name; raises UnknownNameError if none has it."""
    classes = find_subjects(graph, "rdf:type", expand("owl:Class"))
    ours = {iri: graph.label(iri) for iri in classes if iri.startswith(NS)}
    for name in graph.label_index.find_exact(kind):
        if name.iri in ours:
            return name.iri
    raise UnknownNameError("kind", kind, [*ID_KINDS, *ours.values()])


def _find_subclasses(graph: Graph, class_: str) -> set[str]:
    """Return a class and all classes below it."""
    found: set[str] = set()
    new = {class_}
    while new:
        found |= new
        new = set().union(*(find_subjects(graph, "rdfs:subClassOf", each) for each in new)) - found
    return found


def find_subjects(graph: Graph, predicate: str, value: str) -> set[str]:
    """Return the IRIs of what has a thing, given by IRI, under a property, given by prefixed name.

    All named graphs count.
    """
    quads = graph.engine.quads(None, NamedNode(expand(predicate)), NamedNode(value))
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def _build_match(graph: Graph, how: MatchType, scored: ScoredName) -> Match:
    score, name = scored
    return Match(
        iri=name.iri,
        label=graph.label(name.iri),
        kind=graph.class_of(name.iri) or graph.value(name.iri, expand("rdf:type")),
        name=name.text,
        language=name.language,
        by=_find_name_sources(graph, name),
        how=how,
        score=score,
    )


def _find_name_sources(graph: Graph, name: IndexedName) -> tuple[str, ...]:
    """Return the sources that use a name, or where the thing is declared that has the label."""
    if name.sort != NameKind.ALIAS:
        return (graph.value(name.iri, expand("rdfs:isDefinedBy")) or name.iri,)
    said = find_naming_assertions(graph, name.iri, name.text, name.language)
    return tuple(sorted({graph.value(each, expand("prov:wasDerivedFrom")) for each in said}))


def find_naming_assertions(graph: Graph, iri: str, text: str, language: str) -> list[str]:
    """Return the IRIs of the assertions that say a text of a thing, in order."""
    said = Literal(text, language=language or None)
    quads = graph.engine.quads(None, NamedNode(expand("rdf:object")), said)
    found = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    return sorted(each for each in found if graph.value(each, expand("rdf:subject")) == iri)
