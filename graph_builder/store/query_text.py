"""The text of a SPARQL query: its tokens, the terms that it names, and whether absence decides it.

It is read by regular expressions, since the engine shows nobody its parse tree; literals and
comments are masked first. Names are resolved by the engine, under the prologue of the query.
"""

import re
from collections.abc import Iterable
from typing import Any

from pyoxigraph import NamedNode, Store

from graph_builder.core.vocabulary import PREFIXES

IRI_PATTERN = r"<[^<>\"{}|^`\\\x00-\x20]*>"
#: What may not come before a word that is a keyword or a name.
WORD_START = r"(?<![?$:\w.-])"
_IRI_TEXT_OR_COMMENT = re.compile(
    rf"{IRI_PATTERN}|#[^\n\r]*"
    r'|"""(?:[^"\\]|\\.|""?(?!"))*"""'
    r"|'''(?:[^'\\]|\\.|''?(?!'))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'",
    re.DOTALL,
)
_FORM = re.compile(
    rf"{IRI_PATTERN}|{WORD_START}(?P<form>SELECT|CONSTRUCT|ASK|DESCRIBE)\b(?!:)", re.IGNORECASE
)
_PREFIXED_NAME = r"(?<![?$\w.:@-])(?:[^\W\d_][\w-]*)?:(?:[\w:%-](?:[\w:.%-]*[\w:%-])?)?"
#: A term, but for the name of a datatype or function.
_TERM = re.compile(rf"(?<!\^\^)(?:{IRI_PATTERN}|{_PREFIXED_NAME})(?!\s*\()")
_NEGATION_OR_AGGREGATE = re.compile(
    rf"{WORD_START}(?:NOT\s+EXISTS|MINUS|COUNT|SUM|AVG|MIN|MAX|SAMPLE|HAVING)\b(?!:)"
    r"|!\s*(?:BOUND|EXISTS)\b",
    re.IGNORECASE,
)
_ALTERNATIVES = re.compile(rf"{WORD_START}(?:UNION|VALUES|IN|OPTIONAL)\b(?!:)|\|", re.IGNORECASE)
_NAMED_GRAPHS = re.compile(rf"{WORD_START}(?:FROM|GRAPH)\b(?!:)", re.IGNORECASE)
_IRI = re.compile(IRI_PATTERN)


def mask_literals_and_comments(text: str) -> str:
    """Return a query with spaces in place of its literals and comments."""
    return _IRI_TEXT_OR_COMMENT.sub(
        lambda found: found[0] if found[0].startswith("<") else " " * len(found[0]), text
    )


def split_prologue(text: str) -> tuple[str, str]:
    """Return the prologue of a query, and the rest with masked literals and comments."""
    masked = mask_literals_and_comments(text)
    start = next((each.start() for each in _FORM.finditer(masked) if each["form"]), 0)
    return text[:start], masked[start:]


def resolve_names(prologue: str, names: Iterable[str], base: str | None = None) -> list[NamedNode]:
    """Return the IRIs of names under a prologue; raises SyntaxError if one has no meaning."""
    asked = f"{prologue}\nSELECT ?name {{ VALUES ?name {{ {' '.join(names)} }} }}"
    rows: Any = Store().query(asked, base_iri=base, prefixes=dict(PREFIXES))
    return [row[0] for row in rows]


def list_terms(text: str) -> list[str]:
    """Return the IRIs that a valid query names, each once, without datatypes and functions."""
    prologue, rest = split_prologue(text)
    names = dict.fromkeys(found[0] for found in _TERM.finditer(rest))
    found = dict.fromkeys(node.value for node in resolve_names(prologue, names))
    return [iri for iri in found if not iri.startswith(PREFIXES["xsd"])]


def uses_negation_or_aggregation(text: str) -> bool:
    """Return whether the answer to a query can change because something is not recorded.

    So it is for negation and for numbers: what is not recorded is not counted.
    """
    return bool(_NEGATION_OR_AGGREGATE.search(_mask_literals_and_iris(text)))


def has_alternatives(text: str) -> bool:
    """Return whether a query can be true in several ways, of which one may be denied."""
    return bool(_ALTERNATIVES.search(_mask_literals_and_iris(text)))


def uses_graph_or_from(text: str) -> bool:
    """Return whether a query names graphs, or asks which graph something is in."""
    return bool(_NAMED_GRAPHS.search(_mask_literals_and_iris(text)))


def _mask_literals_and_iris(text: str) -> str:
    """Return a query after its prologue with spaces in place of literals, comments and IRIs."""
    return _IRI.sub(" ", split_prologue(text)[1])
