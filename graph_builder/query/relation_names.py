"""Find a relation by any of its names: label, id, the words for the other direction, or a role."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from graph_builder.core.errors import QueryError, UnknownNameError
from graph_builder.core.folding import fold_words
from graph_builder.core.text import join_alternatives, quote
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.query.entity_search import find_subjects
from graph_builder.store.graph import Graph

Words = tuple[str, ...]
NameIterator = Callable[[Graph, str], Iterator[str]]
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ROLES = ("aigg:subjectRole", "aigg:objectRole")


def resolve_relation(graph: Graph, name: str) -> str:
    """Return the IRI of the relation with a name.

    Its label and id come first, then other names. Raises UnknownNameError with the nearest names,
    QueryError if a name fits several relations.
    """
    relations = find_subjects(graph, "rdf:type", expand("aigg:Relation"))
    prefix, colon, _ = name.partition(":")
    if colon and prefix in PREFIXES and expand(name) in relations:
        return expand(name)
    if name in relations:
        return name
    for names in (_iter_own_names, _iter_other_names):
        known = _index_names(graph, relations, names)
        found = sorted(known.get(fold_words(_CAPITAL.sub(" ", name)), ()))
        if len(found) > 1:
            either = join_alternatives([compact(each) for each in found])
            raise QueryError(f"{quote(name)} can mean {either}; give one of these ids")
        if found:
            return found[0]
    raise UnknownNameError("relation", name, [graph.label(iri) for iri in relations])


def _index_names(graph: Graph, relations: set[str], names: NameIterator) -> dict[Words, set[str]]:
    known: dict[Words, set[str]] = defaultdict(set)
    for iri in relations:
        for each in names(graph, iri):
            known[fold_words(each)].add(iri)
    return known


def _iter_own_names(graph: Graph, iri: str) -> Iterator[str]:
    """Yield the labels of a relation, and its local name as words."""
    yield from graph.labels(iri).values()
    yield str(_CAPITAL.sub(" ", compact(iri).partition(":")[2]))


def _iter_other_names(graph: Graph, iri: str) -> Iterator[str]:
    """Yield the words for the other direction, and the nouns for those whom a relation joins."""
    yield graph.inverse_label(iri)
    for role in filter(None, (graph.value(iri, expand(each)) for each in _ROLES)):
        yield from (role, graph.value(iri, expand("aigg:plural")) or f"{role}s")
