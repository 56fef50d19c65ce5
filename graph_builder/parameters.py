"""Values of parameters: from what a user types to a term, typed and escaped, never pasted text."""

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from graph_builder.errors import QueryError, UnknownNameError
from graph_builder.vocabulary import PREFIXES, compact, expand

if TYPE_CHECKING:
    from graph_builder.store import Graph

_IRI = re.compile(r'https?://[^\x00-\x20<>"{}|^`\\]+')
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Kind(StrEnum):
    """What a parameter takes: a thing of a kind, or a literal."""

    ACTOR = "actor"
    EVENT = "event"
    THEME = "theme"
    THING = "thing"
    TEXT = "text"
    LANGUAGE = "language"
    DATE = "date"
    INTEGER = "integer"


def term(value: str, kind: Kind, graph: "Graph") -> str:
    """Return a value as a SPARQL term; raises QueryError if it does not fit its kind.

    A thing may be given by IRI, by prefixed name, or by a label that only one thing has.
    """
    match kind:
        case Kind.TEXT:
            return _literal(value)
        case Kind.LANGUAGE:
            return _matching(value, r"[a-z]{2,3}(-[a-z0-9]{2,8})*", "a language tag such as en")
        case Kind.DATE:
            return _matching(value, _DATE.pattern, "a date such as 2025-02-10") + "^^xsd:date"
        case Kind.INTEGER:
            return _matching(value, r"-?\d{1,18}", "a whole number").strip('"')
    return f"<{resolve(value, graph, kind)}>"


def resolve(value: str, graph: "Graph", kind: Kind = Kind.THING) -> str:
    """Return the IRI of a thing given by IRI, prefixed name or label.

    Raises UnknownNameError with the nearest names, QueryError where a label fits several things.
    """
    prefix, _, local = value.partition(":")
    if prefix in PREFIXES and re.fullmatch(r"[\w-]+", local):
        found = [expand(value)]
    elif _IRI.fullmatch(value):
        found = [value]
    else:
        known = graph.names(None if kind is Kind.THING else kind.value)
        found = sorted({iri for name, iri in known if name.casefold() == value.casefold()})
    if not found or found[0] not in graph:
        raise UnknownNameError(kind.value, value, _candidates(graph))
    if len(found) > 1:
        raise QueryError(f"{value!r} may mean {' or '.join(map(compact, found))}; say which")
    return found[0]


def _candidates(graph: "Graph") -> list[str]:
    """Return all names and prefixed names that a thing can be asked for by."""
    names = graph.names()
    return [name for name, _ in names] + [compact(iri) for _, iri in names]


def _literal(value: str) -> str:
    if _CONTROL.search(value):
        raise QueryError(f"{value!r} holds a backslash or a control character")
    return '"' + value.replace('"', '\\"') + '"'


def _matching(value: str, pattern: str, wanted: str) -> str:
    if not re.fullmatch(pattern, value, re.ASCII):
        raise QueryError(f"{value!r} is not {wanted}")
    return f'"{value}"'
