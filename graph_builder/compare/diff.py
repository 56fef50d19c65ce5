"""Compare two versions of a graph by the question ``changes``.

A fact of a source that gets another passage, period or modality is one changed fact, not one
removed and one added. So is a literal that replaces another.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pyoxigraph import NamedNode, Quad, Store

from graph_builder.compare.blank_nodes import describe_blank_nodes, name_blank_nodes
from graph_builder.compare.graph_names import iter_moved_statements
from graph_builder.core.vocabulary import BASE, ID_KINDS, ONTOLOGY_GRAPH, PREFIXES, expand
from graph_builder.query.named_questions import OptionalTerm, ask_for_rows, to_text
from graph_builder.store.graph import Graph, GraphLike

DiffRow = Mapping[str, OptionalTerm]
DiffRows = list[DiffRow]
T = TypeVar("T")
#: The items of the old and of the new version by a key.
ByVersion = dict[tuple[OptionalTerm, ...], tuple[list[T], list[T]]]
#: A value in a change: a term of the graph, or text made of several terms.
ChangeValue = OptionalTerm | str

#: The topics of changes, the most important first.
CHANGE_TOPICS = ("fact", "value", "strength", "source", "thing", "term", "placement")
FACT_ENDS = ("subject", "relation", "object", "source")
OLD_GRAPH, NEW_GRAPH = (NamedNode(expand(f"graph:{name}")) for name in ("old", "new"))
_NON_ENTITY_KINDS = (
    *("source", "graph", "modality", "basis", "verification", "rank", "assertion"),
)
_ENTITY_PREFIXES = tuple(PREFIXES[kind] for kind in ID_KINDS if kind not in _NON_ENTITY_KINDS)


def _format_period(row: DiffRow) -> str:
    """Return the period of a fact: ``from 2023 to 2024``, ``as of 2025`` or ""."""
    words = (("from", "from"), ("to", "to"), ("as of", "asOf"))
    return " ".join(f"{word} {to_text(row[name])}" for word, name in words if row[name] is not None)


def _format_passage(row: DiffRow) -> str:
    """Return the locator of a fact: section, quoted passage and character positions."""
    words = f"“{to_text(row['passage'])}”" if row["passage"] is not None else ""
    span = (
        f"characters {to_text(row['start'])}-{to_text(row['end'])}"
        if row["start"] is not None
        else ""
    )
    return ", ".join(part for part in (to_text(row["section"]), words, span) if part)


#: The aspects of how a source states a fact, each with a function that reads it from a row.
ASPECTS: Mapping[str, Callable[[DiffRow], ChangeValue | None]] = {
    "modality": lambda row: row["modality"],
    "standing": lambda row: (
        "a fact" if row["standing"] is not None else "only a record, not a fact"
    ),
    "basis": lambda row: row["basis"],
    "verification": lambda row: row["verification"],
    "period": _format_period,
    "passage": _format_passage,
    "reason": lambda row: row["reason"],
    "note": lambda row: row["note"],
}


@dataclass(frozen=True)
class Change:
    """One change: ``kind`` is added, removed or changed; ``topic`` is one of CHANGE_TOPICS.

    A fact has subject, relation, object and source, and ``said`` maps aspects to how the source
    states it now or last stated it. A changed value has ``before`` and ``after``. A change of the
    topic strength has in ``aspect`` the one of ASPECTS that differs, or "" for another property. An
    entity, source or term that was added or removed has only a subject. A change of the topic
    placement has before and after as the names of the graphs in which a statement stands.
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

    def get_sort_key(self) -> tuple[object, ...]:
        """Return the key by which changes are sorted."""
        values = (self.object_, self.before, self.after)
        ends = (self.subject, self.relation, *map(str, values), self.language)
        return CHANGE_TOPICS.index(self.topic), *ends, self.source, self.kind, self.aspect


@dataclass(frozen=True)
class GraphDiff:
    """The sorted changes between two graphs.

    A blank node has an IRI that begins with ``urn:blank:``; ``blank_nodes`` has what is said of it.
    """

    old: Graph
    new: Graph
    changes: tuple[Change, ...]
    blank_nodes: Mapping[str, str]


def diff(old: GraphLike, new: GraphLike) -> GraphDiff:
    """Return the changes from one graph to another.

    Blank nodes are the same if all that is said of them, and of blank nodes next to them, is.
    Raises DiffError if they cannot be told apart in reasonable time.
    """
    before, after = Graph.wrap(old), Graph.wrap(new)
    combined = combine_versions(before, after)
    rows = [row for row in ask_for_rows(combined, "changes") if not _is_source_graph_link(row)]
    facts = [row for row in rows if row["source"] is not None]
    others = [row for row in rows if row["source"] is None]
    changes = [
        *_iter_fact_changes(facts),
        *_iter_description_changes(others, combined.store, _find_declared_terms(before, after)),
        *_iter_placement_changes(before, after),
    ]
    described = describe_blank_nodes(quad.triple for quad in combined.store)
    return GraphDiff(before, after, tuple(sorted(changes, key=Change.get_sort_key)), described)


def combine_versions(old: Graph, new: Graph) -> Graph:
    """Return a graph with two versions as ``graph:old`` and ``graph:new``, blank nodes named."""
    store = Store()
    for graph, name in ((old, OLD_GRAPH), (new, NEW_GRAPH)):
        store.bulk_extend(
            Quad(each.subject, each.predicate, each.object, name)
            for each in name_blank_nodes(graph.store)
        )
    return Graph(store)


def _iter_placement_changes(old: Graph, new: Graph) -> Iterator[Change]:
    """Yield the changes of statements that only stand in other named graphs."""
    for triple, before, after in iter_moved_statements(old, new):
        subject, relation = to_text(triple.subject), triple.predicate.value
        yield Change(
            "placement", "changed", subject, relation, triple.object, before=before, after=after
        )


def _is_source_graph_link(row: DiffRow) -> bool:
    """Return whether a row only links a source to its named graph, so adds no information."""
    graph = to_text(row["subject"]).startswith(PREFIXES["graph"])
    return graph and to_text(row["relation"]) == expand("prov:wasDerivedFrom")


def _iter_fact_changes(rows: Iterable[DiffRow]) -> Iterator[Change]:
    """Yield the changes of facts."""
    by_fact = _group_by_version(rows, lambda row: (*(row[end] for end in FACT_ENDS),))
    by_slot: ByVersion[DiffRows] = defaultdict(lambda: ([], []))
    for old_rows, new_rows in by_fact.values():
        if old_rows and new_rows:
            yield from _iter_aspect_changes(old_rows, new_rows)
        else:
            either = old_rows or new_rows
            by_slot[_get_value_slot(either[0])][bool(new_rows)].append(either)
    for removed, added in by_slot.values():
        if len(removed) == len(added) == 1:
            yield _build_replacement(removed[0], added[0])
        else:
            yield from (_build_change("fact", "removed", each) for each in removed)
            yield from (_build_change("fact", "added", each) for each in added)


def _group_by_version(
    rows: Iterable[DiffRow], key: Callable[[DiffRow], tuple[OptionalTerm, ...]]
) -> "ByVersion[DiffRow]":
    """Group rows by a key into those of the old and those of the new version."""
    groups: ByVersion[DiffRow] = defaultdict(lambda: ([], []))
    for row in rows:
        groups[key(row)][row["version"] == NEW_GRAPH].append(row)
    return groups


def _get_value_slot(row: DiffRow) -> tuple[OptionalTerm, ...]:
    """Return the key under which one literal replaces another; an entity replaces none."""
    shared = row["object"] if row["language"] is None else row["language"]
    return row["subject"], row["relation"], shared, row["source"]


def _build_change(topic: str, kind: str, rows: DiffRows) -> Change:
    """Return a change of the fact that rows state."""
    subject, relation, object_, source = (rows[0][end] for end in FACT_ENDS)
    ends = (to_text(subject), to_text(relation), object_, to_text(source))
    return Change(topic, kind, *ends, said=_collect_aspects(rows))


def _build_replacement(removed: DiffRows, added: DiffRows) -> Change:
    before, after = removed[0]["object"], added[0]["object"]
    change = _build_change("value", "changed", added)
    language = to_text(added[0]["language"])
    return replace(change, object_=None, before=(before,), after=(after,), language=language)


def _iter_aspect_changes(old_rows: DiffRows, new_rows: DiffRows) -> Iterator[Change]:
    """Yield a change for each aspect in which a source states a fact differently."""
    old, new = _collect_aspects(old_rows), _collect_aspects(new_rows)
    differing = [name for name in ASPECTS if old.get(name) != new.get(name)]
    if "modality" in differing and "standing" in differing:
        differing.remove("standing")  # implied by the modality
    for aspect in differing or [""]:
        before, after = old.get(aspect, ()), new.get(aspect, ())
        yield replace(
            _build_change("strength", "changed", new_rows),
            aspect=aspect,
            before=tuple(value for value in before if value not in after),
            after=tuple(value for value in after if value not in before),
        )


def _collect_aspects(rows: DiffRows) -> dict[str, tuple[ChangeValue, ...]]:
    """Return how a source states a fact by aspect, with several values for several passages."""
    aspects: dict[str, tuple[ChangeValue, ...]] = {}
    for aspect, read in ASPECTS.items():
        values = {value for row in rows if (value := read(row))}
        if values:
            aspects[aspect] = tuple(sorted(values, key=str))
    return aspects


def _iter_description_changes(
    rows: Iterable[DiffRow], combined: Store, declared: Container[str]
) -> Iterator[Change]:
    """Yield the changes of descriptions: the registry, the sources and the ontology."""
    for (subject,), (old_rows, new_rows) in _group_by_version(
        rows, lambda row: (row["subject"],)
    ).items():
        iri = to_text(subject)
        topic = _find_topic(iri, declared)
        if not any(combined.quads_for_pattern(NamedNode(iri), None, None, OLD_GRAPH)):
            yield Change(topic, "added", iri)
        elif not any(combined.quads_for_pattern(NamedNode(iri), None, None, NEW_GRAPH)):
            yield Change(topic, "removed", iri)
        else:
            yield from _iter_property_changes(topic, iri, [*old_rows, *new_rows])


def _iter_property_changes(topic: str, subject: str, rows: DiffRows) -> Iterator[Change]:
    by_property = _group_by_version(rows, lambda row: (row["relation"], row["language"]))
    for (relation, language), (old_rows, new_rows) in by_property.items():
        yield Change(
            topic,
            "changed" if old_rows and new_rows else "added" if new_rows else "removed",
            subject,
            to_text(relation),
            language=to_text(language),
            before=_sort_objects(old_rows),
            after=_sort_objects(new_rows),
        )


def _sort_objects(rows: DiffRows) -> tuple[ChangeValue, ...]:
    return tuple(sorted((row["object"] for row in rows), key=str))


def _find_topic(iri: str, declared: Container[str]) -> str:
    """Return the topic of a description by the kind of IRI or where it is declared."""
    if iri.startswith(PREFIXES["source"]):
        return "source"
    if iri.startswith(_ENTITY_PREFIXES):
        return "thing"
    return "term" if iri.startswith(BASE) or iri in declared else "thing"


def _find_declared_terms(*graphs: Graph) -> set[str]:
    """Return the IRIs that are subjects in the ontologies of graphs."""
    pattern = (None, None, None, NamedNode(ONTOLOGY_GRAPH))
    quads = (quad for graph in graphs for quad in graph.engine.quads(*pattern))
    return {to_text(quad.subject) for quad in quads}
