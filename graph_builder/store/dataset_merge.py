"""Queries whose default graph is the merge of several graphs (SPARQL 1.1 Query, section 13.2.1).

pyoxigraph counts a triple twice that two of these graphs contain. So the graphs are merged into a
temporary store first, which is then queried.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph_builder.core.vocabulary import PREFIXES
from graph_builder.store.query_text import (
    IRI_PATTERN,
    WORD_START,
    name_all_columns,
    resolve_names,
    split_prologue,
)

_DATASET_CLAUSE = re.compile(
    rf"{WORD_START}FROM(?P<named>\s+NAMED)?\s*"
    rf"(?P<graph>{IRI_PATTERN}|(?<=\s)[^\s<>{{}}]*:[^\s<>{{}}]*)|{IRI_PATTERN}",
    re.IGNORECASE,
)
_SEVERAL_FROM = re.compile(r"FROM.*FROM", re.IGNORECASE | re.DOTALL)

#: The graphs to merge into the default graph, and the named graphs.
_Dataset = tuple[Sequence[NamedNode], Sequence[NamedNode]]


def query_dataset(
    store: Store,
    text: str,
    default: Sequence[NamedNode] = (),
    named: Sequence[NamedNode] = (),
    base: str | None = None,
) -> Any:
    """Return the engine's answer to a query; raises what the engine raises.

    The dataset consists of the graphs given or, if none are, of those in the query's FROM clauses.
    """
    merged, beside = (default, named) if default or named else _parse_from_clauses(text, base)
    options: dict[str, Any] = {}
    if merged or beside:
        options = {"default_graph": [*{*merged}], "named_graphs": [*beside]}
    if len({*merged}) > 1:
        store = _merge_graphs(store, merged, beside)
        options["default_graph"] = DefaultGraph()
    asked = name_all_columns(text, base)
    # to hand over all takes longer than to answer a small query
    prefixes = {name: iri for name, iri in PREFIXES.items() if f"{name}:" in asked}
    return store.query(asked, base_iri=base, prefixes=prefixes, **options)


def _parse_from_clauses(text: str, base: str | None) -> _Dataset:
    """Return the dataset of the FROM clauses if these name several default graphs."""
    if not _SEVERAL_FROM.search(text):
        return [], []
    prologue, rest = split_prologue(text)
    found = [*_DATASET_CLAUSE.finditer(rest)]
    clauses = [(each["graph"], not each["named"]) for each in found if each["graph"]]
    if sum(is_default for _, is_default in clauses) <= 1:
        return [], []
    parts = ([g for g, is_default in clauses if is_default is wanted] for wanted in (True, False))
    try:
        default, named = (resolve_names(prologue, graphs, base) for graphs in parts)
    except SyntaxError:  # the query itself has this error and is refused for it
        return [], []
    return default, named


def _merge_graphs(store: Store, merged: Iterable[NamedNode], beside: Iterable[NamedNode]) -> Store:
    """Return a store with some graphs merged into the default graph, and others as named graphs."""
    made = Store()
    for graph in merged:
        quads = store.quads_for_pattern(None, None, None, graph)
        made.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for graph in beside:
        made.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return made
