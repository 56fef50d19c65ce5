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
from graph_builder.query.named_queries import Term, ask_terms, text
from graph_builder.store.graph import Graph, GraphLike

Row = Mapping[str, Term]
Rows = list[Row]
T = TypeVar("T")
#: By some key, what stands in the old version and what in the new one.
Sides = dict[tuple[Term, ...], tuple[list[T], list[T]]]
#: What a change tells of: an IRI or a literal of the graph, or words made of several.
Value = Term | str

#: What changes are about, the most important first.
TOPICS = ("fact", "value", "strength", "source", "thing", "term")
ENDS = ("subject", "relation", "object", "source")
OLD, NEW = (NamedNode(expand(f"graph:{name}")) for name in ("old", "new"))
_NO_THINGS = ("source", "graph", "modality", "basis", "verification", "assertion")
_THINGS = tuple(PREFIXES[kind] for kind in ID_KINDS if kind not in _NO_THINGS)


def _period(row: Row) -> str:
    """Return when a statement is said to hold: ``from 2023 to 2024``, ``as of 2025`` or nothing."""
    words = (("from", "from"), ("to", "to"), ("as of", "asOf"))
    return " ".join(f"{word} {text(row[name])}" for word, name in words if row[name] is not None)


def _passage(row: Row) -> str:
    """Return where a statement stands: the section, the words, the characters."""
    words = f"“{text(row['passage'])}”" if row["passage"] is not None else ""
    span = f"characters {text(row['start'])}-{text(row['end'])}" if row["start"] is not None else ""
    return ", ".join(part for part in (text(row["section"]), words, span) if part)


#: The ways in which a source says a statement, and how a row of the question tells each.
ASPECTS: Mapping[str, Callable[[Row], Value | None]] = {
    "modality": lambda row: row["modality"],
    "standing": lambda row: "a fact" if row["standing"] is not None else "no fact, a record only",
    "basis": lambda row: row["basis"],
    "verification": lambda row: row["verification"],
    "period": _period,
    "passage": _passage,
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
    object_: Term = None
    source: str = ""
    aspect: str = ""
    language: str = ""
    before: tuple[Value, ...] = ()
    after: tuple[Value, ...] = ()
    said: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    def order(self) -> tuple[object, ...]:
        """Return what changes are sorted by."""
        values = (self.object_, self.before, self.after)
        ends = (self.subject, self.relation, *map(str, values), self.language)
        return TOPICS.index(self.topic), *ends, self.source, self.kind, self.aspect


@dataclass(frozen=True)
class Difference:
    """The changes from one graph to another, sorted; ``unnamed`` statements were not compared."""

    old: Graph
    new: Graph
    changes: tuple[Change, ...]
    unnamed: int


def diff(old: GraphLike, new: GraphLike) -> Difference:
    """Return what changed from one graph to another.

    Statements with blank nodes, which have no name to compare by, are counted and left out.
    """
    before, after = Graph.of(old), Graph.of(new)
    laid = side_by_side(before, after)
    rows = [row for row in ask_terms(laid, "changes") if not _follows_a_source(row)]
    facts = [row for row in rows if row["source"] is not None]
    others = [row for row in rows if row["source"] is None]
    changes = [
        *_facts(facts),
        *_descriptions(others, laid.store, _declared(before, after)),
    ]
    unnamed = {str(q.triple) for graph in (before, after) for q in graph.store if _unnamed(q)}
    return Difference(before, after, tuple(sorted(changes, key=Change.order)), len(unnamed))


def side_by_side(old: Graph, new: Graph) -> Graph:
    """Return two graphs as ``graph:old`` and ``graph:new`` of one, without blank nodes."""
    store = Store()
    for graph, name in ((old, OLD), (new, NEW)):
        store.bulk_extend(
            Quad(quad.subject, quad.predicate, quad.object, name)
            for quad in graph.store
            if not _unnamed(quad)
        )
    return Graph(store)


def _follows_a_source(row: Row) -> bool:
    """Return whether a row only names the graph of a source, which comes and goes with it."""
    graph = text(row["subject"]).startswith(PREFIXES["graph"])
    return graph and text(row["relation"]) == expand("prov:wasDerivedFrom")


def _unnamed(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _facts(rows: Iterable[Row]) -> Iterator[Change]:
    """Yield the changes of what sources say."""
    stated = _sides(rows, lambda row: (*(row[end] for end in ENDS),))
    alone: Sides[Rows] = defaultdict(lambda: ([], []))
    for olds, news in stated.values():
        if olds and news:
            yield from _said_otherwise(olds, news)
        else:
            alone[_slot((olds or news)[0])][bool(news)].append(olds or news)
    for gone, come in alone.values():
        if len(gone) == len(come) == 1:
            yield _replaced(gone[0], come[0])
        else:
            yield from (_change("fact", "removed", each) for each in gone)
            yield from (_change("fact", "added", each) for each in come)


def _sides(rows: Iterable[Row], key: Callable[[Row], tuple[Term, ...]]) -> "Sides[Row]":
    """Return rows by a key, those of the old version and those of the new one."""
    sides: Sides[Row] = defaultdict(lambda: ([], []))
    for row in rows:
        sides[key(row)][row["version"] == NEW].append(row)
    return sides


def _slot(row: Row) -> tuple[Term, ...]:
    """Return what a source may put another value into: a literal's place, but no thing's."""
    shared = row["object"] if row["language"] is None else row["language"]
    return row["subject"], row["relation"], shared, row["source"]


def _change(topic: str, kind: str, rows: Rows) -> Change:
    """Return a change of a statement that some rows make."""
    subject, relation, object_, source = (rows[0][end] for end in ENDS)
    ends = (text(subject), text(relation), object_, text(source))
    return Change(topic, kind, *ends, said=_said(rows))


def _replaced(gone: Rows, come: Rows) -> Change:
    before, after = gone[0]["object"], come[0]["object"]
    change = _change("value", "changed", come)
    language = text(come[0]["language"])
    return replace(change, object_=None, before=(before,), after=(after,), language=language)


def _said_otherwise(olds: Rows, news: Rows) -> Iterator[Change]:
    """Yield a change for each way in which a source says a statement differently."""
    was, now = _said(olds), _said(news)
    differing = [name for name in ASPECTS if was.get(name) != now.get(name)]
    if "modality" in differing and "standing" in differing:
        differing.remove("standing")  # it follows from the modality
    for aspect in differing or [""]:
        before, after = was.get(aspect, ()), now.get(aspect, ())
        yield replace(
            _change("strength", "changed", news),
            aspect=aspect,
            before=tuple(value for value in before if value not in after),
            after=tuple(value for value in after if value not in before),
        )


def _said(rows: Rows) -> dict[str, tuple[Value, ...]]:
    """Return in which ways a source says a statement, in one passage or several, by aspect."""
    said: dict[str, tuple[Value, ...]] = {}
    for aspect, read in ASPECTS.items():
        values = {value for row in rows if (value := read(row))}
        if values:
            said[aspect] = tuple(sorted(values, key=str))
    return said


def _descriptions(rows: Iterable[Row], laid: Store, declared: Container[str]) -> Iterator[Change]:
    """Yield the changes of what no source says: of the registry, the sources, the ontology."""
    for (subject,), (olds, news) in _sides(rows, lambda row: (row["subject"],)).items():
        iri = text(subject)
        topic = _topic(iri, declared)
        if not any(laid.quads_for_pattern(NamedNode(iri), None, None, OLD)):
            yield Change(topic, "added", iri)
        elif not any(laid.quads_for_pattern(NamedNode(iri), None, None, NEW)):
            yield Change(topic, "removed", iri)
        else:
            yield from _described_otherwise(topic, iri, [*olds, *news])


def _described_otherwise(topic: str, subject: str, rows: Rows) -> Iterator[Change]:
    sides = _sides(rows, lambda row: (row["relation"], row["language"]))
    for (relation, language), (olds, news) in sides.items():
        yield Change(
            topic,
            "changed" if olds and news else "added" if news else "removed",
            subject,
            text(relation),
            language=text(language),
            before=_objects(olds),
            after=_objects(news),
        )


def _objects(rows: Rows) -> tuple[Value, ...]:
    return tuple(sorted((row["object"] for row in rows), key=str))


def _topic(iri: str, declared: Container[str]) -> str:
    """Return what a description is about, by the kind of its IRI or by where it is declared."""
    if iri.startswith(PREFIXES["source"]):
        return "source"
    if iri.startswith(_THINGS):
        return "thing"
    return "term" if iri.startswith(BASE) or iri in declared else "thing"


def _declared(*graphs: Graph) -> set[str]:
    """Return the IRIs that the ontologies of some graphs say something of."""
    pattern = (None, None, None, NamedNode(ONTOLOGY_GRAPH))
    quads = (quad for graph in graphs for quad in graph.engine.quads(*pattern))
    return {text(quad.subject) for quad in quads}
