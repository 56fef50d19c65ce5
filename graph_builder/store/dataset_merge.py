"""Queries whose default graph is the merge of several graphs (SPARQL 1.1 Query, section 13.2.1).

pyoxigraph counts a triple twice that two of these graphs contain. So the graphs are merged into a
temporary store first, which is then queried.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph_builder.core.vocabulary import PREFIXES

_IRI = r"<[^<>\"{}|^`\\\x00-\x20]*>"
_IRI_TEXT_OR_COMMENT = re.compile(
    rf"{_IRI}|#[^\n\r]*"
    r'|"""(?:[^"\\]|\\.|""?(?!"))*"""'
    r"|'''(?:[^'\\]|\\.|''?(?!'))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'",
    re.DOTALL,
)
_WORD_START = r"(?<![?$:\w.-])"
_DATASET_CLAUSE = re.compile(
    rf"{_WORD_START}FROM(?P<named>\s+NAMED)?\s*(?P<graph>{_IRI}|(?<=\s)[^\s<>{{}}]*:[^\s<>{{}}]*)"
    rf"|{_IRI}|{_WORD_START}(?P<form>SELECT|CONSTRUCT|ASK|DESCRIBE)\b(?!:)",
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
    merged, beside = (
        (default, named) if default or named else _parse_from_clauses(store, text, base)
    )
    options: dict[str, Any] = {}
    if merged or beside:
        options = {"default_graph": [*{*merged}], "named_graphs": [*beside]}
    if len({*merged}) > 1:
        store = _merge_graphs(store, merged, beside)
        options["default_graph"] = DefaultGraph()
    return store.query(text, base_iri=base, prefixes=dict(PREFIXES), **options)


def _parse_from_clauses(store: Store, text: str, base: str | None) -> _Dataset:
    """Return the dataset of the FROM clauses if these name several default graphs."""
    found = (
        [*_DATASET_CLAUSE.finditer(_IRI_TEXT_OR_COMMENT.sub(_blank_literal, text))]
        if _SEVERAL_FROM.search(text)
        else []
    )
    clauses = [(each["graph"], not each["named"]) for each in found if each["graph"]]
    if sum(is_default for _, is_default in clauses) <= 1:
        return [], []
    prologue = next((text[: each.start()] for each in found if each["form"]), "")
    parts = ([g for g, is_default in clauses if is_default is wanted] for wanted in (True, False))
    try:
        default, named = (_resolve_graph_names(store, prologue, graphs, base) for graphs in parts)
    except SyntaxError:  # the query itself has this error and is refused for it
        return [], []
    return default, named


def _blank_literal(found: re.Match[str]) -> str:
    """Return an IRI as it is, and a literal or comment as spaces."""
    return found[0] if found[0].startswith("<") else " " * len(found[0])


def _resolve_graph_names(
    store: Store, prologue: str, graphs: list[str], base: str | None
) -> list[NamedNode]:
    """Return the IRIs of graph names under a prologue, resolved by the engine."""
    asked = f"{prologue}\nSELECT ?graph {{ VALUES ?graph {{ {' '.join(graphs)} }} }}"
    rows: Any = store.query(asked, base_iri=base, prefixes=dict(PREFIXES))
    return [row[0] for row in rows]


def _merge_graphs(store: Store, merged: Iterable[NamedNode], beside: Iterable[NamedNode]) -> Store:
    """Return a store with some graphs merged into the default graph, and others as named graphs."""
    made = Store()
    for graph in merged:
        quads = store.quads_for_pattern(None, None, None, graph)
        made.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for graph in beside:
        made.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return made
