"""Turn parameter values that users type into SPARQL terms, checked, typed and escaped."""

import re
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from graph_builder.core.errors import QueryError, UnknownNameError
from graph_builder.core.text import quote, shorten
from graph_builder.core.vocabulary import BASE, NS, PREFIXES, compact, expand, is_country_iri
from graph_builder.query.entity_search import MIN_WORDS_SCORE, is_absent_country, rank_kind
from graph_builder.store.label_index import IndexedName, NameKind

if TYPE_CHECKING:
    from graph_builder.store.graph import Graph

_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]+')
_DATE_DATATYPES = {4: "gYear", 7: "gYearMonth", 10: "date"}
_LITERAL_TERM = re.compile(r'"(.*)"(?:\^\^|@)?.*')
_FORBIDDEN_CHARACTER = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")


#: What is searched by its meaning: words, and the marks that stand in names.
_WORDS = re.compile(r"[\w\s.,&'\u2019\u2013()/-]+")
#: The score from which on a name means what a text says, and no more.
_SAME_MEANING = 90.0
_MAX_CANDIDATES = 8
#: The value that leaves the answer as wide as it can be.
ALL_VALUES = "all"
#: That value in SPARQL.
UNDEFINED = "UNDEF"


class ParameterKind(StrEnum):
    """The kinds of parameter values: an entity of a kind, one or ``all``, or a literal."""

    ACTOR = "actor"
    ACTOR_OR_ALL = "actor or all"
    EVENT = "event"
    INSTRUMENT = "instrument"
    SOURCE = "source"
    THEME = "theme"
    THING = "thing"
    THING_OR_ALL = "thing or all"
    SOURCE_OR_ALL = "source or all"
    TEXT = "text"
    LANGUAGE = "language"
    DATE = "date"
    DATE_OR_ALL = "date or all"
    INTEGER = "integer"

    @property
    def takes_all(self) -> bool:
        """Whether ``all`` is a value of this kind."""
        return self.value.endswith(f" or {ALL_VALUES}")

    @property
    def of_one(self) -> "ParameterKind":
        """The kind of the other values, if ``all`` is one."""
        return ParameterKind(self.value.removesuffix(f" or {ALL_VALUES}"))


def format_sparql_term(value: str, kind: ParameterKind, graph: "Graph") -> str:
    """Return a value as a SPARQL term; raises QueryError if it is not of its kind.

    An entity is given by its IRI, prefixed name, or a name that only it has.
    """
    if kind.takes_all:
        if value.casefold() == ALL_VALUES:
            return UNDEFINED
        kind = kind.of_one
    match kind:
        case ParameterKind.TEXT:
            return _format_literal(value)
        case ParameterKind.LANGUAGE:
            return _check_pattern(
                value.lower(), r"[a-z]{2,3}(-[a-z0-9]{2,8})*", "a language tag such as en"
            )
        case ParameterKind.DATE:
            return _format_date(value)
        case ParameterKind.INTEGER:
            return _check_pattern(value, r"-?\d{1,18}", "a whole number").strip('"')
    return f"<{resolve_entity(value, graph, kind)}>"


def format_typed_value(term: str) -> str:
    """Return a SPARQL term as a user would type it, the reverse of ``format_sparql_term``."""
    if literal := _LITERAL_TERM.fullmatch(term):
        return literal[1].replace('\\"', '"')
    if term == UNDEFINED:
        return ALL_VALUES
    return compact(term[1:-1]) if term.startswith("<") else term


def resolve_entity(value: str, graph: "Graph", kind: ParameterKind = ParameterKind.THING) -> str:
    """Return the IRI of an entity given by its IRI, prefixed name, or a name that only it has.

    Case, accents and punctuation of a name do not matter. Labels and aliases come first, then
    titles of sources, then relations and classes, then ids and codes. Raises UnknownNameError with
    the nearest names, QueryError if a name fits several entities.
    """
    prefix, _, local = value.partition(":")
    if prefix in PREFIXES and re.fullmatch(r"[\w-]+", local):
        found = [expand(value)]
    elif _IRI.fullmatch(value) and (value in graph or "//" in value):
        found = [value]
    else:
        found = _find_by_name(value, graph, kind)
    found = [iri for iri in found if iri in graph and _is_of_kind(iri, kind)]
    if not found and is_absent_country(graph, value):
        raise QueryError(f"no fact in this graph is about {quote(value)}")
    if not found:
        raise UnknownNameError(kind.value, value, near=_suggest_names(value, graph, kind))
    if len(found) > 1:
        either = " or ".join(_format_candidate(graph.label(iri), iri) for iri in found)
        raise QueryError(f"{quote(value)} can mean {either}; give one of these ids")
    return found[0]


def _find_by_name(value: str, graph: "Graph", kind: ParameterKind) -> list[str]:
    """Return the entities with a name, only those for which it has the best rank."""
    found: dict[tuple[int, bool], set[str]] = {}
    for name in graph.label_index.find_exact(value):
        if _is_of_kind(name.iri, kind):
            found.setdefault(_rank_name(name), set()).add(name.iri)
    if found:
        return sorted(found[min(found)])
    return _find_by_words(value, graph, kind) if _WORDS.fullmatch(value) else []


def _rank_name(name: IndexedName) -> tuple[int, bool]:
    """Return the rank of a name, the lower the better, and whether it is of anything but a country.

    The rank is 0 for a label or alias, 1 for a title, 2 for an ontology term, 3 for an id or code.
    """
    is_other = not is_country_iri(name.iri)
    if name.iri.startswith(NS) or not name.iri.startswith(BASE):
        return 2, is_other
    return {NameKind.TITLE: 1, NameKind.CODE: 3}.get(name.kind, 0), is_other


def _find_by_words(value: str, graph: "Graph", kind: ParameterKind) -> list[str]:
    """Return the entities whose names mean what a text says; if any means just that, only those.

    What is said of things, such as an undertaking, is taken only if no thing fits. A single word
    of a name is too little.
    """
    found = [
        (score, name.iri)
        for score, name in graph.word_index.find(value, lambda name: _is_of_kind(name.iri, kind))
        if score >= MIN_WORDS_SCORE
    ]
    best_kind = min((rank_kind(iri) // 2 for _, iri in found), default=0)
    found = [(score, iri) for score, iri in found if rank_kind(iri) // 2 == best_kind]
    same = [iri for score, iri in found if score >= _SAME_MEANING]
    asked = graph.search_words.interpret(value)
    if len(asked) == 1:
        (meaning, word), *_ = asked
        return same[:_MAX_CANDIDATES] if word not in meaning else []
    if same:
        return same[:_MAX_CANDIDATES]
    wholes = [iri for _, iri in found if not _is_part_of_any(iri, {iri for _, iri in found}, graph)]
    return wholes[:_MAX_CANDIDATES]


def _is_part_of_any(iri: str, others: set[str], graph: "Graph") -> bool:
    """Return whether an event is a session or side event of one of others."""
    wholes = {graph.value(iri, expand(each)) for each in ("aigg:sessionOf", "aigg:sideEventOf")}
    return bool(wholes & others)


def _suggest_names(value: str, graph: "Graph", kind: ParameterKind) -> list[str]:
    """Return the names nearest to a text, one for each entity, with its prefixed name."""
    found: dict[str, str] = {}
    for _, name in graph.label_index.find_similar(value, lambda name: _is_of_kind(name.iri, kind)):
        found.setdefault(name.iri, _format_candidate(name.text, name.iri))
    return list(found.values())


def _format_candidate(name: str, iri: str) -> str:
    return f"{shorten(name)} ({compact(iri)})"


def _is_of_kind(iri: str, kind: ParameterKind) -> bool:
    """Return whether an IRI can be of a kind, which the project's own IRIs show."""
    foreign = not iri.startswith(BASE)
    return kind is ParameterKind.THING or foreign or iri.startswith(PREFIXES[kind.value])


def _format_date(value: str) -> str:
    """Return a day, month or year as a literal with the datatype of its precision."""
    expected = "a date such as 2025-02-10, 2025-02 or 2025"
    found = _check_pattern(value, r"\d{4}(-\d{2}){0,2}", expected)
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError as error:
        raise QueryError(f"{quote(value)} is not a date in the calendar") from error
    return f"{found}^^xsd:{_DATE_DATATYPES[len(value)]}"


def _format_literal(value: str) -> str:
    if _FORBIDDEN_CHARACTER.search(value):
        raise QueryError(f"{quote(value)} contains a backslash or a control character")
    return '"' + value.replace('"', '\\"') + '"'


def _check_pattern(value: str, pattern: str, expected: str) -> str:
    if not re.fullmatch(pattern, value, re.ASCII):
        raise QueryError(f"{quote(value)} is not {expected}")
    return f'"{value}"'
