"""What changed between two versions of a graph, by the question ``changes``.

A statement of a source is the same statement under another passage, period or strength: it counts
as said otherwise, not as one gone and one new. So does a value that takes another's place.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from graph_builder.core.vocabulary import BASE, ID_KINDS, ONTOLOGY_GRAPH, PREFIXES, expand
from graph_builder.query.named_questions import OptionalTerm, ask_for_rows, to_text
from graph_builder.store.graph import Graph, GraphLike

DiffRow = Mapping[str, OptionalTerm]
DiffRows = list[DiffRow]
T = TypeVar("T")
#: By some key, what stands in the old version and what in the new one.
ByVersion = dict[tuple[OptionalTerm, ...], tuple[list[T], list[T]]]
#: What a change tells of: an IRI or a literal of the graph, or words made of several.
ChangeValue = OptionalTerm | str

#: What changes are about, the most important first.
CHANGE_TOPICS = ("fact", "value", "strength", "source", "thing", "term")
FACT_ENDS = ("subject", "relation", "object", "source")
OLD_GRAPH, NEW_GRAPH = (NamedNode(expand(f"graph:{name}")) for name in ("old", "new"))
_NON_ENTITY_KINDS = ("source", "graph", "modality", "basis", "verification", "assertion")
_ENTITY_PREFIXES = tuple(PREFIXES[kind] for kind in ID_KINDS if kind not in _NON_ENTITY_KINDS)


def _format_period(row: DiffRow) -> str:
    """Return when a statement is said to hold: ``from 2023 to 2024``, ``as of 2025`` or nothing."""
    words = (("from", "from"), ("to", "to"), ("as of", "asOf"))
    return " ".join(f"{word} {to_text(row[name])}" for word, name in words if row[name] is not None)


def _format_passage(row: DiffRow) -> str:
    """Return where a statement stands: the section, the words, the characters."""
    words = f"“{to_text(row['passage'])}”" if row["passage"] is not None else ""
    span = (
        f"characters {to_text(row['start'])}-{to_text(row['end'])}"
        if row["start"] is not None
        else ""
    )
    return ", ".join(part for part in (to_text(row["section"]), words, span) if part)


#: The ways in which a source says a statement, and how a row of the question tells each.
ASPECTS: Mapping[str, Callable[[DiffRow], ChangeValue | None]] = {
    "modality": lambda row: row["modality"],
    "standing": lambda row: "a fact" if row["standing"] is not None else "no fact, a record only",
    "basis": lambda row: row["basis"],
    "verification": lambda row: row["verification"],
    "period": _format_period,
    "passage": _format_passage,
    "reason": lambda row: row["reason"],
    "note": lambda row: row["note"],
}


@dataclass(frozen=True)
class Change:
    """One change: ``kind`` is added, removed or changed, ``topic`` one of TOPICS.

    A fact has subject, relation, object and source, and ``said`` tells how the source says it, now
    or when it was last said. A change has ``before`` and ``after``; of a strength, ``aspect`` names
    the one of ASPECTS that differs, if it is one of them. A thing, source or term that is new or
    gone has a subject only.
    """

    topic: str
    kind: str
    subject: str
    relation: str = ""
    object_: OptionalTerm = None
    source: str = ""
    aspect: str = ""
    language: str = ""
    before: tuple[ChangeValue, ...] = ()
    after: tuple[ChangeValue, ...] = ()
    said: Mapping[str, tuple[ChangeValue, ...]] = field(default_factory=dict)

    def order(self) -> tuple[object, ...]:
        """Return what changes are sorted by."""
        values = (self.object_, self.before, self.after)
        ends = (self.subject, self.relation, *map(str, values), self.language)
        return CHANGE_TOPICS.index(self.topic), *ends, self.source, self.kind, self.aspect


@dataclass(frozen=True)
class GraphDiff:
    """The changes from one graph to another, sorted; ``unnamed`` statements were not compared."""

    old: Graph
    new: Graph
    changes: tuple[Change, ...]
    unnamed: int


def diff(old: GraphLike, new: GraphLike) -> GraphDiff:
    """Return what changed from one graph to another.

    Statements with blank nodes, which have no name to compare by, are counted and left out.
    """
    before, after = Graph.wrap(old), Graph.wrap(new)
    laid = combine_versions(before, after)
    rows = [row for row in ask_for_rows(laid, "changes") if not _is_source_graph_link(row)]
    facts = [row for row in rows if row["source"] is not None]
    others = [row for row in rows if row["source"] is None]
    changes = [
        *_iter_fact_changes(facts),
        *_iter_description_changes(others, laid.store, _find_declared_terms(before, after)),
    ]
    unnamed = {
        str(q.triple) for graph in (before, after) for q in graph.store if _has_blank_node(q)
    }
    return GraphDiff(before, after, tuple(sorted(changes, key=Change.order)), len(unnamed))


def combine_versions(old: Graph, new: Graph) -> Graph:
    """Return two graphs as ``graph:old`` and ``graph:new`` of one, without blank nodes."""
    store = Store()
    for graph, name in ((old, OLD_GRAPH), (new, NEW_GRAPH)):
        store.bulk_extend(
            Quad(quad.subject, quad.predicate, quad.object, name)
            for quad in graph.store
            if not _has_blank_node(quad)
        )
    return Graph(store)


def _is_source_graph_link(row: DiffRow) -> bool:
    """Return whether a row only names the graph of a source, which comes and goes with it."""
    graph = to_text(row["subject"]).startswith(PREFIXES["graph"])
    return graph and to_text(row["relation"]) == expand("prov:wasDerivedFrom")


def _has_blank_node(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _iter_fact_changes(rows: Iterable[DiffRow]) -> Iterator[Change]:
    """Yield the changes of what sources say."""
    stated = _group_by_version(rows, lambda row: (*(row[end] for end in FACT_ENDS),))
    alone: ByVersion[DiffRows] = defaultdict(lambda: ([], []))
    for olds, news in stated.values():
        if olds and news:
            yield from _iter_aspect_changes(olds, news)
        else:
            alone[_get_value_slot((olds or news)[0])][bool(news)].append(olds or news)
    for gone, come in alone.values():
        if len(gone) == len(come) == 1:
            yield _build_replacement(gone[0], come[0])
        else:
            yield from (_build_change("fact", "removed", each) for each in gone)
            yield from (_build_change("fact", "added", each) for each in come)


def _group_by_version(
    rows: Iterable[DiffRow], key: Callable[[DiffRow], tuple[OptionalTerm, ...]]
) -> "ByVersion[DiffRow]":
    """Return rows by a key, those of the old version and those of the new one."""
    sides: ByVersion[DiffRow] = defaultdict(lambda: ([], []))
    for row in rows:
        sides[key(row)][row["version"] == NEW_GRAPH].append(row)
    return sides


def _get_value_slot(row: DiffRow) -> tuple[OptionalTerm, ...]:
    """Return what a source may put another value into: a literal's place, but no thing's."""
    shared = row["object"] if row["language"] is None else row["language"]
    return row["subject"], row["relation"], shared, row["source"]


def _build_change(topic: str, kind: str, rows: DiffRows) -> Change:
    """Return a change of a statement that some rows make."""
    subject, relation, object_, source = (rows[0][end] for end in FACT_ENDS)
    ends = (to_text(subject), to_text(relation), object_, to_text(source))
    return Change(topic, kind, *ends, said=_collect_aspects(rows))


def _build_replacement(gone: DiffRows, come: DiffRows) -> Change:
    before, after = gone[0]["object"], come[0]["object"]
    change = _build_change("value", "changed", come)
    language = to_text(come[0]["language"])
    return replace(change, object_=None, before=(before,), after=(after,), language=language)


def _iter_aspect_changes(olds: DiffRows, news: DiffRows) -> Iterator[Change]:
    """Yield a change for each way in which a source says a statement differently."""
    was, now = _collect_aspects(olds), _collect_aspects(news)
    differing = [name for name in ASPECTS if was.get(name) != now.get(name)]
    if "modality" in differing and "standing" in differing:
        differing.remove("standing")  # it follows from the modality
    for aspect in differing or [""]:
        before, after = was.get(aspect, ()), now.get(aspect, ())
        yield replace(
            _build_change("strength", "changed", news),
            aspect=aspect,
            before=tuple(value for value in before if value not in after),
            after=tuple(value for value in after if value not in before),
        )


def _collect_aspects(rows: DiffRows) -> dict[str, tuple[ChangeValue, ...]]:
    """Return in which ways a source says a statement, in one passage or several, by aspect."""
    said: dict[str, tuple[ChangeValue, ...]] = {}
    for aspect, read in ASPECTS.items():
        values = {value for row in rows if (value := read(row))}
        if values:
            said[aspect] = tuple(sorted(values, key=str))
    return said


def _iter_description_changes(
    rows: Iterable[DiffRow], laid: Store, declared: Container[str]
) -> Iterator[Change]:
    """Yield the changes of what no source says: of the registry, the sources, the ontology."""
    for (subject,), (olds, news) in _group_by_version(rows, lambda row: (row["subject"],)).items():
        iri = to_text(subject)
        topic = _find_topic(iri, declared)
        if not any(laid.quads_for_pattern(NamedNode(iri), None, None, OLD_GRAPH)):
            yield Change(topic, "added", iri)
        elif not any(laid.quads_for_pattern(NamedNode(iri), None, None, NEW_GRAPH)):
            yield Change(topic, "removed", iri)
        else:
            yield from _iter_property_changes(topic, iri, [*olds, *news])


def _iter_property_changes(topic: str, subject: str, rows: DiffRows) -> Iterator[Change]:
    sides = _group_by_version(rows, lambda row: (row["relation"], row["language"]))
    for (relation, language), (olds, news) in sides.items():
        yield Change(
            topic,
            "changed" if olds and news else "added" if news else "removed",
            subject,
            to_text(relation),
            language=to_text(language),
            before=_sort_objects(olds),
            after=_sort_objects(news),
        )


def _sort_objects(rows: DiffRows) -> tuple[ChangeValue, ...]:
    return tuple(sorted((row["object"] for row in rows), key=str))


def _find_topic(iri: str, declared: Container[str]) -> str:
    """Return what a description is about, by the kind of its IRI or by where it is declared."""
    if iri.startswith(PREFIXES["source"]):
        return "source"
    if iri.startswith(_ENTITY_PREFIXES):
        return "thing"
    return "term" if iri.startswith(BASE) or iri in declared else "thing"


def _find_declared_terms(*graphs: Graph) -> set[str]:
    """Return the IRIs that the ontologies of some graphs say something of."""
    pattern = (None, None, None, NamedNode(ONTOLOGY_GRAPH))
    quads = (quad for graph in graphs for quad in graph.engine.quads(*pattern))
    return {to_text(quad.subject) for quad in quads}
