"""Index of what the names of entities mean, for searches that use other words than the names.

``Delhi summit`` is the AI Impact Summit 2026, held in New Delhi: a word may say where or when an
entity is, or of which country, instead of standing in its name.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graph_builder.core.search_words import Meaning, SearchWords, load_search_words
from graph_builder.core.vocabulary import PREFIXES, compact, expand, is_country_iri
from graph_builder.store.label_index import (
    MAX_NAME,
    FoldedName,
    IndexedName,
    NameFilter,
    NameKind,
    ScoredName,
    is_everyday,
)

if TYPE_CHECKING:
    from graph_builder.store.graph import Graph

#: The properties whose values place their subjects, and over how many steps.
PLACING = {
    "aigg:heldIn": 2,
    "aigg:venue": 2,
    "aigg:locatedIn": 2,
    "aigg:basedIn": 2,
    "aigg:adoptedAt": 3,
    "aigg:madeAt": 3,
    "aigg:sessionOf": 2,
    "aigg:editionOf": 1,
    "aigg:parentBody": 1,
    "aigg:legalBasis": 2,
    "aigg:issuedBy": 1,
    "aigg:issuedIn": 1,
    "aigg:jurisdiction": 1,
    "aigg:postIn": 1,
    "aigg:represented": 1,
    "aigg:holderOf": 1,
    "aigg:leads": 1,
    "aigg:chairs": 1,
}
#: The properties whose subjects place their values.
PLACED_BY = ("aigg:adopted", "aigg:hosted", "aigg:established")
#: The properties whose values date their subjects.
DATING = ("schema:startDate", "dcterms:issued", "aigg:adoptedOn")
#: An entity that places another one, and over how many steps from that one.
Link = tuple[str, int]
#: The share of a text's weight that a name and its context must cover.
_MIN_COVERED = 0.6
#: The kinds that a word such as "summit" or "act" tells apart.
_NAMED_KINDS = ("actor", "event", "instrument")
_OF_CONTEXT = 0.9
#: For sums of rounded numbers.
_MARGIN = 1e-9
#: How much better a score gets by each factor of e in the number of facts about an entity.
_OF_FAME = 0.02
_FULL = 100.0


class Entry(NamedTuple):
    """A name with the meanings of its words."""

    name: IndexedName
    meanings: tuple[Meaning, ...]


class MeaningTable(Protocol):
    """What the names of entities mean, what places these, and how many facts are about them."""

    def count_entities(self) -> int:
        """Return the number of entities that have names with a meaning."""
        ...

    def count_entities_of(self, meaning: Meaning) -> int:
        """Return the number of entities with a name that has a concept of a meaning."""
        ...

    def find_entities(self, meaning: Meaning) -> Iterable[str]:
        """Return the entities of which a name, or what places them, has a concept of a meaning."""
        ...

    def list_entries(self, iri: str) -> Sequence[Entry]:
        """Return the names of an entity."""
        ...

    def get_context(self, iri: str) -> frozenset[str]:
        """Return what places an entity: concepts of places, countries and parents, and years."""
        ...

    def count_facts(self, iri: str) -> int:
        """Return the number of assertions about an entity."""
        ...


def find_meanings(folded: Iterable[FoldedName], words: SearchWords) -> Mapping[str, list[Entry]]:
    """Return the names of each entity that have a meaning, sources and the ontology left out."""
    entries = defaultdict(list)
    for each, name in folded:
        if name.iri.startswith(_SEARCHED) and not is_everyday(name) and not _is_code(name):
            meanings = tuple(meaning for meaning, _ in words.interpret_words(each))
            if meanings:
                entries[name.iri].append(Entry(name, meanings))
    return entries


def collect_places(iri: str, find_links: Callable[[str], Iterable[Link]]) -> list[str]:
    """Return what places an entity: what it has links to, and what these have, as far as counts."""
    steps = [*find_links(iri)]
    for to, depth in steps:
        if depth > 1:
            steps += [(next_, depth - 1) for next_, _ in find_links(to)]
    return [to for to, _ in steps]


def list_concepts(iri: str, entries: Iterable[Entry]) -> set[str]:
    """Return what an entity adds to the context of those that it places, given its names."""
    return {compact(iri)}.union(*(meaning for each in entries for meaning in each.meanings))


class MeaningsInMemory:
    """The meanings of all names of a graph, read at the first search."""

    def __init__(self, graph: "Graph") -> None:
        """Use a graph; what is added to it after the first search is not found."""
        self._graph = graph

    @cached_property
    def entries(self) -> Mapping[str, list[Entry]]:
        """The names of each entity, by IRI, sources and terms of the ontology left out."""
        return find_meanings(self._graph.label_index.iter_folded(), load_search_words())

    @cached_property
    def _entities_by_concept(self) -> Mapping[str, set[str]]:
        found = defaultdict(set)
        for iri, entries in self.entries.items():
            for entry in entries:
                for concept in frozenset[str]().union(*entry.meanings):
                    found[concept].add(iri)
        return found

    @cached_property
    def _entities_by_context(self) -> Mapping[str, set[str]]:
        found = defaultdict(set)
        for iri in self.entries:
            for concept in self.get_context(iri):
                found[concept].add(iri)
        return found

    @cached_property
    def contexts(self) -> Mapping[str, frozenset[str]]:
        """What places each entity: concepts of places, countries, parent bodies and years."""
        linked = self._link_entities()
        found: dict[str, set[str]] = defaultdict(set)
        for iri in self.entries:
            if places := collect_places(iri, lambda each: linked.get(each, ())):
                found[iri] = set().union(*map(self._list_concepts, places))
        for predicate in DATING:
            for quad in self._iter_merged(predicate):
                if isinstance(quad.object, Literal):
                    found[getattr(quad.subject, "value", "")].add(quad.object.value[:4])
        return {iri: frozenset(concepts) for iri, concepts in found.items()}

    def _link_entities(self) -> Mapping[str, list[tuple[str, int]]]:
        linked = defaultdict(list)
        for predicate, depth in PLACING.items():
            for quad in self._iter_merged(predicate):
                if isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode):
                    linked[quad.subject.value].append((quad.object.value, depth))
        for predicate in PLACED_BY:
            for quad in self._iter_merged(predicate):
                if isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode):
                    linked[quad.object.value].append((quad.subject.value, 1))
        return linked

    def _iter_merged(self, predicate: str) -> Iterator[Quad]:
        node = NamedNode(expand(predicate))
        yield from self._graph.engine.quads(None, node, None, DefaultGraph())

    def _list_concepts(self, iri: str) -> set[str]:
        return list_concepts(iri, self.entries.get(iri, ()))

    @cached_property
    def _fact_counts(self) -> Mapping[str, int]:
        ends = (NamedNode(expand("rdf:subject")), NamedNode(expand("rdf:object")))
        quads = (quad for end in ends for quad in self._graph.engine.quads(None, end, None))
        return Counter(getattr(quad.object, "value", "") for quad in quads)

    def count_entities(self) -> int:
        """Return the number of entities that have names with a meaning."""
        return len(self.entries)

    def count_entities_of(self, meaning: Meaning) -> int:
        """Return the number of entities with a name that has a concept of a meaning."""
        return len(set().union(*(self._entities_by_concept.get(each, ()) for each in meaning)))

    def find_entities(self, meaning: Meaning) -> Iterable[str]:
        """Return the entities of which a name, or what places them, has a concept of a meaning."""
        tables = (self._entities_by_concept, self._entities_by_context)
        return set().union(*(table.get(each, ()) for table in tables for each in meaning))

    def list_entries(self, iri: str) -> Sequence[Entry]:
        """Return the names of an entity."""
        return self.entries.get(iri, ())

    def get_context(self, iri: str) -> frozenset[str]:
        """Return what places an entity: concepts of places, countries and parents, and years."""
        return self.contexts.get(iri, frozenset())

    def count_facts(self, iri: str) -> int:
        """Return the number of assertions about an entity."""
        return self._fact_counts[iri]


class WordIndex:
    """The meanings of all names of a graph, with those that place each entity."""

    def __init__(self, table: MeaningTable, words: SearchWords) -> None:
        """Look meanings up in a table, and those of texts among the words of searches."""
        self._table = table
        self._words = words
        self._weigh = cache(self._compute_weight)

    def list_context(self, iri: str) -> frozenset[str]:
        """Return what places an entity: concepts of places, countries and parents, and years."""
        return self._table.get_context(iri)

    def find(self, text: str, accepts: NameFilter = lambda _: True) -> list[ScoredName]:
        """Return the names whose words mean those of a text, scores up to 100, best first.

        One name for each entity. With 100, name and text mean the same; below, words of the text
        may place the entity instead. Where words are missing, or name another kind of thing, such
        as a summit, the score is below 50.
        """
        asked = [meaning for meaning, _ in self._words.interpret(text[:MAX_NAME])]
        if not asked:
            return []
        hints = {self._words.kinds.get(each, "") for meaning in asked for each in meaning} - {""}
        weights = [self._weigh(meaning) for meaning in asked]
        best: dict[str, ScoredName] = {}
        for iri in set().union(*map(self._table.find_entities, _select_telling(asked, weights))):
            for entry in self._table.list_entries(iri):
                score = self._score(asked, weights, entry, hints)
                score *= 1 + _OF_FAME * math.log1p(self._table.count_facts(iri))
                if score > best.get(iri, (0.0,))[0] and accepts(entry.name):
                    best[iri] = min(score, _FULL), entry.name
        return sorted(best.values(), key=lambda scored: (-scored[0], scored[1]))

    def _compute_weight(self, meaning: Meaning) -> float:
        """Return the inverse document frequency of a meaning among entities."""
        having = self._table.count_entities_of(meaning)
        return math.log(1 + self._table.count_entities() / (1 + having))

    def _score(
        self, asked: list[Meaning], weights: list[float], entry: Entry, hints: set[str]
    ) -> float:
        """Return how well a name and its context cover a text, and the text the name; 0 if not."""
        context = self._table.get_context(entry.name.iri)
        own = frozenset[str]().union(*entry.meanings)
        in_name = [bool(meaning & own) for meaning in asked]
        if not any(in_name):
            return 0.0
        covered = sum(
            weight * (1 if inside else _OF_CONTEXT)
            for meaning, weight, inside in zip(asked, weights, in_name, strict=True)
            if inside or meaning & context
        )
        share = covered / (sum(weights) or 1)
        is_whole = all(
            inside or meaning & context for meaning, inside in zip(asked, in_name, strict=True)
        )
        if not is_whole and share < _MIN_COVERED:
            return 0.0
        wanted = frozenset[str]().union(*asked)
        total = Counter({meaning: self._weigh(meaning) for meaning in entry.meanings})
        used = sum(weight for meaning, weight in total.items() if meaning & wanted)
        score = share * (0.5 + 0.5 * used / (sum(total.values()) or 1))
        is_whole &= not hints or _get_kind(entry.name.iri) in {*hints, ""}
        return _FULL * score if is_whole else _FULL / 2 * score


def _select_telling(asked: list[Meaning], weights: list[float]) -> list[Meaning]:
    """Return the rarest meanings of a text, of which a name or its context must have one.

    The others together weigh less than a name and its context must cover.
    """
    ranked = sorted(zip(weights, asked, strict=True), key=lambda each: -each[0])
    rest, selected = sum(weights), list[Meaning]()
    for weight, meaning in ranked:
        if selected and rest < (_MIN_COVERED - _MARGIN) * sum(weights):
            break
        selected.append(meaning)
        rest -= weight
    return selected


def _is_code(name: IndexedName) -> bool:
    """Return whether a name is the code of a country, which is no word: that of Ukraine is UA."""
    return name.kind is NameKind.CODE and is_country_iri(name.iri)


def _get_kind(iri: str) -> str:
    """Return the kind of an entity, "" for one of a kind that no word of a search names."""
    kind = compact(iri).partition(":")[0]
    return kind if kind in _NAMED_KINDS else ""


_SEARCHED = tuple(
    PREFIXES[kind]
    for kind in (
        *("actor", "event", "instrument", "place", "outcome", "position", "undertaking", "post"),
        *("report", "theme", "source"),
    )
)
