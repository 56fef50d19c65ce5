"""Datasets whose default graph is that of several: a triple that two of them hold is one triple.

The engine answers from such a dataset as if it were two, although what is to be asked is the merge
of the graphs (SPARQL 1.1 Query Language, section 13.2.1). So the merge is made before it is asked.
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

#: The graphs that are merged into the default graph, and those beside it.
_Dataset = tuple[Sequence[NamedNode], Sequence[NamedNode]]


def query_dataset(
    store: Store,
    text: str,
    default: Sequence[NamedNode] = (),
    named: Sequence[NamedNode] = (),
    base: str | None = None,
) -> Any:
    """Return what the engine answers to a query, and raise what it raises.

    The dataset is that of the graphs given, if any are, and else that of the query.
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
    """Return the dataset that FROM describes, where it names several default graphs."""
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
    except SyntaxError:  # the query has it too, and will be refused for it
        return [], []
    return default, named


def _blank_literal(found: re.Match[str]) -> str:
    """Return an IRI as it is, and only spaces for a text or a comment."""
    return found[0] if found[0].startswith("<") else " " * len(found[0])


def _resolve_graph_names(
    store: Store, prologue: str, graphs: list[str], base: str | None
) -> list[NamedNode]:
    """Return what the names of graphs mean under a prologue, which the engine knows best."""
    asked = f"{prologue}\nSELECT ?graph {{ VALUES ?graph {{ {' '.join(graphs)} }} }}"
    rows: Any = store.query(asked, base_iri=base, prefixes=dict(PREFIXES))
    return [row[0] for row in rows]


def _merge_graphs(store: Store, merged: Iterable[NamedNode], beside: Iterable[NamedNode]) -> Store:
    """Return a store of the merge of some graphs, as the default graph, and of others beside it."""
    made = Store()
    for graph in merged:
        quads = store.quads_for_pattern(None, None, None, graph)
        made.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for graph in beside:
        made.bulk_extend(store.quads_for_pattern(None, None, None, graph))
    return made
