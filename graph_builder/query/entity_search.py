"""Find entities by any of their names, in any language and even misspelt."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import Literal, NamedNode

from graph_builder.core.errors import UnknownNameError
from graph_builder.core.transliteration import has_other_letters, measure_sound_similarity
from graph_builder.core.vocabulary import ID_KINDS, NS, PREFIXES, compact, expand, is_country_iri
from graph_builder.store.graph import Graph, GraphLike
from graph_builder.store.label_index import IndexedName, NameFilter, NameKind, ScoredName


class MatchType(StrEnum):
    """How a name matches: as label, alias, id or code, by the meaning of its words, or nearly.

    ``words``: all words of the text mean words of the name, or say where or when the entity is.
    ``prefix``: the name begins with the text. ``near``: some words match, or the spelling is near.
    """

    EXACT = "exact"
    ALIAS = "alias"
    ID = "id"
    WORDS = "words"
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


#: A name that matched, how, and with which score.
RankedName = tuple[MatchType, ScoredName]
_MATCH_TYPES = {
    NameKind.LABEL: MatchType.EXACT,
    NameKind.ALIAS: MatchType.ALIAS,
    NameKind.TITLE: MatchType.EXACT,
    NameKind.CODE: MatchType.ID,
}
_FULL_SCORE = 100.0
#: The score below which some word of a text is not in the name (see ``WordIndex``).
MIN_WORDS_SCORE = 50.0
#: The order in which searches most likely mean the kinds of ids.
_KIND_ORDER = {"event": 1, "instrument": 1, "theme": 1, "place": 1, "post": 3, "report": 3}
_KIND_ORDER |= {"outcome": 3, "position": 3, "undertaking": 3, "source": 4}
_LAST_KIND, _OTHER_KIND = 4, 5


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
    return build_matches(dataset, rank_names(dataset, text, kind=kind)[:limit])


def rank_names(graph: Graph, text: str, *, kind: str | None = None) -> list[RankedName]:
    """Return the best name of each entity that a text may refer to, best first, as ``find`` does.

    What a match says of an entity takes longer to find out than what it is called.
    """
    is_kind = _build_kind_filter(graph, kind)
    is_absent = is_absent_country(graph, text)

    def is_eligible(name: IndexedName) -> bool:
        is_another = is_absent and is_country_iri(name.iri)
        return name.iri not in graph.excluded and is_kind(name) and not is_another

    best: dict[str, RankedName] = {}
    for how, scored in _iter_candidates(graph, text, is_eligible, may_be_near=not is_absent):
        best.setdefault(scored[1].iri, (how, scored))
    return list(best.values())


def build_matches(graph: Graph, names: Iterable[RankedName]) -> list[Match]:
    """Return the matches of names."""
    return [_build_match(graph, how, scored) for how, scored in names]


def _iter_candidates(
    graph: Graph, text: str, is_eligible: NameFilter, *, may_be_near: bool
) -> Iterator[RankedName]:
    """Yield all matching names, best first; near ones only if there are no others."""
    index = graph.label_index
    exact = [*filter(is_eligible, index.find_exact(text))]
    found = [(_MATCH_TYPES[name.kind], (_FULL_SCORE, name)) for name in sort_exact(exact)]
    prefixed = [scored for scored in index.find_prefix(text) if is_eligible(scored[1])]
    found += [(MatchType.PREFIX, scored) for scored in prefixed]
    if not any(rank_kind(name.iri) < _LAST_KIND for name in exact):
        found += _find_by_meaning(graph, text, is_eligible, may_be_near=may_be_near)
    if not found and may_be_near:
        near = [*index.find_similar(text, is_eligible), *find_by_sound(graph, text, is_eligible)]
        found = [(MatchType.NEAR, scored) for scored in near]
    yield from sorted(found, key=_rank_match)


def _find_by_meaning(
    graph: Graph, text: str, is_eligible: NameFilter, *, may_be_near: bool
) -> list[RankedName]:
    """Return the names whose words mean those of a text, or if they may be near, some of them."""
    return [
        (MatchType.WORDS if scored[0] >= MIN_WORDS_SCORE else MatchType.NEAR, scored)
        for scored in graph.word_index.find(text, is_eligible)
        if scored[0] >= MIN_WORDS_SCORE or may_be_near
    ]


def _rank_match(match: RankedName) -> tuple[int, int, float]:
    """Return a sort key: things, what is said of them, sources and terms; then how and score.

    What is called just so comes before things, but for a source.
    """
    how, (score, name) = match
    kind = rank_kind(name.iri)
    if how in _MATCH_TYPES.values():
        return 0 if kind < _LAST_KIND else kind // 2, 0, 0
    return kind // 2, 1 + [*MatchType].index(how), -score


def is_absent_country(graph: Graph, text: str) -> bool:
    """Return whether a text is a name of a country that no fact in the graph names."""
    countries = graph.search_words.find_countries(text)
    return bool(countries) and not any(
        graph.label_index.has_names(expand(each)) for each in countries
    )


def find_by_sound(graph: Graph, text: str, accepts: NameFilter) -> list[ScoredName]:
    """Return the labels of actors that sound like a text in another script, with scores to 100."""
    if not has_other_letters(text):
        return []
    found = [
        (_FULL_SCORE * similarity, name)
        for name in graph.label_index.names
        if name.kind is NameKind.LABEL and name.iri.startswith(PREFIXES["actor"]) and accepts(name)
        if not is_country_iri(name.iri)
        if (similarity := measure_sound_similarity(text, name.text))
    ]
    return sorted(found, key=lambda scored: (-scored[0], scored[1]))


def sort_exact(names: Iterable[IndexedName]) -> list[IndexedName]:
    """Return equal names in the order of what is most likely meant: a state before a text."""
    return sorted(names, key=lambda name: (rank_kind(name.iri), name))


def rank_kind(iri: str) -> int:
    """Return the place of the kind of an entity in the order of what searches ask for."""
    if iri.startswith(PREFIXES["actor"]):
        return 0 if is_country_iri(iri) else 1
    kind = compact(iri).partition(":")[0]
    return _KIND_ORDER.get(kind, _OTHER_KIND)


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
