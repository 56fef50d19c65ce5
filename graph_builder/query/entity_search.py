"""Find entities by any of their names, in any language and even misspelt."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import Literal, NamedNode

from graph_builder.core.errors import UnknownNameError
from graph_builder.core.vocabulary import ID_KINDS, NS, PREFIXES, expand
from graph_builder.store.graph import Graph, GraphLike
from graph_builder.store.label_index import IndexedName, NameFilter, NameKind, ScoredName


class MatchType(StrEnum):
    """How a name matches: as label, alias, id or code, by its beginning, or as a near spelling."""

    EXACT = "exact"
    ALIAS = "alias"
    ID = "id"
    PREFIX = "prefix"
    NEAR = "near"


@dataclass(frozen=True)
class Match:
    """An entity that a text may refer to.

    ``kind`` is the IRI of its class, ``name`` the name that matched, in ``language`` ("" for none),
    and ``by`` the IRIs of what gives that name: sources, or the registry, scheme or ontology.
    ``score`` is at most 100 and comparable only between matches of the same ``how``.
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
    """Return the entities that a text may refer to, best match first, at most ``limit``.

    Case, accents, punctuation and the order of words do not matter. Near spellings are searched
    only if no name equals the text or begins with it. In a selection of a graph, entities that have
    not begun on its day, or that no sufficiently verified fact is about, are not found. ``kind`` is
    a kind of ids (``event``) or the name or label of a class (``person``); raises UnknownNameError
    for any other.
    """
    dataset = Graph.wrap(graph)
    is_kind = _build_kind_filter(dataset, kind)

    def is_eligible(name: IndexedName) -> bool:
        return name.iri not in dataset.excluded and is_kind(name)

    best: dict[str, tuple[MatchType, ScoredName]] = {}
    for how, scored in _iter_candidates(dataset, text, is_eligible):
        best.setdefault(scored[1].iri, (how, scored))
    return [_build_match(dataset, how, scored) for how, scored in list(best.values())[:limit]]


def _iter_candidates(
    graph: Graph, text: str, is_eligible: NameFilter
) -> Iterator[tuple[MatchType, ScoredName]]:
    """Yield all matching names, best first; near spellings only if there are no others."""
    exact = list(filter(is_eligible, graph.label_index.find_exact(text)))
    prefixed = [scored for scored in graph.label_index.find_prefix(text) if is_eligible(scored[1])]
    yield from ((_MATCH_TYPES[name.kind], (_FULL_SCORE, name)) for name in exact)
    yield from ((MatchType.PREFIX, scored) for scored in prefixed)
    if not exact and not prefixed:
        yield from (
            (MatchType.NEAR, scored) for scored in graph.label_index.find_similar(text, is_eligible)
        )


def _build_kind_filter(graph: Graph, kind: str | None) -> NameFilter:
    """Return a filter for the names of entities of a kind."""
    if kind is None:
        return lambda _: True
    if kind in PREFIXES:
        return lambda name: name.iri.startswith(PREFIXES[kind])
    classes = _find_subclasses(graph, _find_class(graph, kind))
    things = set().union(*(find_subjects(graph, "rdf:type", each) for each in classes))
    return lambda name: name.iri in things


def _find_class(graph: Graph, kind: str) -> str:
    """Return the class of the ontology with a name; raises UnknownNameError if there is none."""
    classes = find_subjects(graph, "rdf:type", expand("owl:Class"))
    ours = {iri: graph.label(iri) for iri in classes if iri.startswith(NS)}
    for name in graph.label_index.find_exact(kind):
        if name.iri in ours:
            return name.iri
    raise UnknownNameError("kind", kind, [*ID_KINDS, *ours.values()])


def _find_subclasses(graph: Graph, class_: str) -> set[str]:
    """Return a class and all its subclasses."""
    found: set[str] = set()
    new = {class_}
    while new:
        found |= new
        new = set().union(*(find_subjects(graph, "rdfs:subClassOf", each) for each in new)) - found
    return found


def find_subjects(graph: Graph, predicate: str, value: str) -> set[str]:
    """Return the IRIs of the subjects that have an IRI as value of a property, in all graphs.

    The property is given as a prefixed name.
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
    """Return the sources that use an alias; for other names, where the entity is declared."""
    if name.kind != NameKind.ALIAS:
        return (graph.value(name.iri, expand("rdfs:isDefinedBy")) or name.iri,)
    said = find_naming_assertions(graph, name.iri, name.text, name.language)
    return tuple(sorted({graph.value(each, expand("prov:wasDerivedFrom")) for each in said}))


def find_naming_assertions(graph: Graph, iri: str, text: str, language: str) -> list[str]:
    """Return the IRIs of the assertions that give an entity a name, sorted."""
    said = Literal(text, language=language or None)
    quads = graph.engine.quads(None, NamedNode(expand("rdf:object")), said)
    found = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    return sorted(each for each in found if graph.value(each, expand("rdf:subject")) == iri)
