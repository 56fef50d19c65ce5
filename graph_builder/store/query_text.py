"""The text of a SPARQL query: its tokens, the terms that it names, and whether absence decides it.

It is read by regular expressions, since the engine shows nobody its parse tree; literals and
comments are masked first. Names are resolved by the engine, under the prologue of the query.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any, NamedTuple
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode, Store

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
_RELATIVE_IRI = re.compile(r"<[^<>:\s\"{}|^`\\]*>")
_BASE = re.compile(r"\bBASE\s*<", re.IGNORECASE)
_FORM = re.compile(
    rf"{IRI_PATTERN}|{WORD_START}(?P<form>SELECT|CONSTRUCT|ASK|DESCRIBE)\b(?!:)", re.IGNORECASE
)
_PREFIXED_NAME = r"(?<![?$\w.:@-])(?:[^\W\d_][\w-]*)?:(?:[\w:%-](?:[\w:.%-]*[\w:%-])?)?"
#: A term, but for the name of a datatype or function.
_TERM = re.compile(rf"(?<!\^\^)(?:{IRI_PATTERN}|{_PREFIXED_NAME})(?!\s*\()")
_ANY_NAME = re.compile(rf"{IRI_PATTERN}|{_PREFIXED_NAME}")
#: The columns of a query that begins here, up to its dataset or pattern.
_COLUMNS = re.compile(r"SELECT\b[^{}]*?(?=\{|\bWHERE\b|\bFROM\b)", re.IGNORECASE)
_SELECT_ALL = re.compile(r"SELECT\s*(?:(?:DISTINCT|REDUCED)\s*)?(?P<star>\*)", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")
_NEGATION = re.compile(
    rf"{WORD_START}(?:NOT\s+EXISTS|MINUS)\b(?!:)|!\s*(?:BOUND|EXISTS)\b", re.IGNORECASE
)
_NUMBER = re.compile(rf"{WORD_START}(?:COUNT|SUM|AVG|MIN|MAX|SAMPLE|HAVING)\b(?!:)", re.IGNORECASE)
#: What gives a value that says whether something is recorded, in an expression with a name.
_CONDITION = re.compile(rf"{WORD_START}(?:EXISTS|COALESCE|IF|BOUND)\s*[({{]", re.IGNORECASE)
_NAME_OF_EXPRESSION = re.compile(rf"{WORD_START}AS\s+[?$]", re.IGNORECASE)
_TEMPLATE = re.compile(r"CONSTRUCT\s*\{", re.IGNORECASE)
_PREFIX_DECLARATION = re.compile(rf"{WORD_START}PREFIX\s+([^\s:]*):", re.IGNORECASE)
_ALTERNATIVES = re.compile(rf"{WORD_START}(?:UNION|VALUES|IN|OPTIONAL)\b(?!:)|\|", re.IGNORECASE)
_NAMED_GRAPHS = re.compile(rf"{WORD_START}(?:FROM|GRAPH)\b(?!:)", re.IGNORECASE)
_SERVICE = re.compile(rf"{WORD_START}SERVICE\b(?!:)(?P<silent>\s*SILENT\b(?!:))?", re.IGNORECASE)
#: A service by its name, which is nothing that the graph could have.
_NAMED_SERVICE = re.compile(rf"(?:{_SERVICE.pattern})\s*{IRI_PATTERN}", re.IGNORECASE)
_GRAPH_VARIABLE = re.compile(rf"{WORD_START}GRAPH\s*(?P<name>[?$]\w+)\s*\{{", re.IGNORECASE)
_GRAPH_NAME = re.compile(
    rf"{WORD_START}GRAPH\s*(?P<name>{IRI_PATTERN}|{_PREFIXED_NAME})", re.IGNORECASE
)
_IRI = re.compile(IRI_PATTERN)
_TAG_OR_DATATYPE = re.compile(
    rf"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^(?:{IRI_PATTERN}|[\w-]*:[\w-]+))?"
)
#: A relation, by its name or IRI, at the end of what stands before a literal.
_RELATION_BEFORE = re.compile(r"(?:[\w-]*:[\w-]+|[^\s<>]>|\?\w+|\ba)\s+\Z")


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


def find_relative_iri(text: str) -> re.Match[str] | None:
    """Return the first relative IRI of a query without a base of its own, or None."""
    masked = mask_literals_and_comments(text)
    return None if _BASE.search(masked) else _RELATIVE_IRI.search(masked)


def resolve_relative_iris(text: str, base: str) -> str:
    """Return a query with its relative IRIs resolved, unless it has a base of its own."""
    if not find_relative_iri(text):
        return text
    return _IRI_TEXT_OR_COMMENT.sub(
        lambda found: (
            f"<{urljoin(base, found[0][1:-1])}>" if _RELATIVE_IRI.fullmatch(found[0]) else found[0]
        ),
        text,
    )


def resolve_names(prologue: str, names: Iterable[str], base: str | None = None) -> list[NamedNode]:
    """Return the IRIs of names under a prologue; raises SyntaxError if one has no meaning."""
    asked = f"{prologue}\nSELECT ?name {{ VALUES ?name {{ {' '.join(names)} }} }}"
    rows: Any = Store().query(asked, base_iri=base, prefixes=dict(PREFIXES))
    return [row[0] for row in rows]


def list_terms(text: str) -> list[str]:
    """Return the IRIs that a valid query asks for, each once.

    Datatypes, functions and the addresses of services are left out. The template of a CONSTRUCT
    query asks for nothing.
    """
    prologue, rest = split_prologue(text)
    asked = _NAMED_SERVICE.sub(" ", _skip_template(rest))
    names = dict.fromkeys(found[0] for found in _TERM.finditer(asked))
    found = dict.fromkeys(node.value for node in resolve_names(prologue, names))
    return [iri for iri in found if not iri.startswith(PREFIXES["xsd"])]


def list_object_literals(text: str) -> list[Literal]:
    """Return the texts that a valid query asks for as objects of triples, each once.

    Those in conditions, in lists of values and of functions stand behind a sign and are left out.
    """
    prologue, rest = split_prologue(text)
    query = text[len(text) - len(_skip_template(rest)) :]
    found = (
        f"{each[0]}{_TAG_OR_DATATYPE.match(query, each.end())[0]}"  # type: ignore[index]
        for each in _IRI_TEXT_OR_COMMENT.finditer(query)
        if each[0][0] in "\"'" and _RELATION_BEFORE.search(query, 0, each.start())
    )
    return resolve_names(prologue, dict.fromkeys(found))  # type: ignore[return-value]


def name_all_columns(text: str, base: str | None = None) -> str:
    """Return a query with the columns of its ``SELECT *`` in the order in which it names them.

    The engine sorts them by name. A query whose columns cannot be told stays as it is.
    """
    if "*" not in text:
        return text
    prologue, rest = split_prologue(text)
    star = _SELECT_ALL.match(rest)
    if not star:
        return text
    try:
        found: Any = Store().query(text, base_iri=base, prefixes=dict(PREFIXES))
    except (OSError, RuntimeError, SyntaxError, ValueError):  # it is told when the query is asked
        return text
    columns = {variable.value for variable in found.variables}
    named = [
        name for name in dict.fromkeys(_VARIABLE.findall(_IRI.sub(" ", rest))) if name in columns
    ]
    if not columns or len(named) < len(columns):
        return text
    start, end = (len(prologue) + position for position in star.span("star"))
    return f"{text[:start]} {' '.join(f'?{name}' for name in named)} {text[end:]}"


def uses_negation_or_aggregation(text: str) -> bool:
    """Return whether the answer to a query can change because something is not recorded.

    So it is for negation, for numbers, since what is not recorded is not counted, and for values
    that say whether something is recorded.
    """
    words = _mask_literals_and_iris(text)
    return (
        has_negation(text)
        or bool(_NUMBER.search(words))
        or any(map(_CONDITION.search, _iter_named_expressions(words)))
    )


def has_negation(text: str) -> bool:
    """Return whether a query asks for what is not recorded."""
    return bool(_NEGATION.search(_mask_literals_and_iris(text)))


def has_alternatives(text: str) -> bool:
    """Return whether a query can be true in several ways, of which one may be denied."""
    return bool(_ALTERNATIVES.search(_mask_literals_and_iris(text)))


def uses_graph_or_from(text: str) -> bool:
    """Return whether a query names graphs, or asks which graph something is in."""
    return bool(_NAMED_GRAPHS.search(_mask_literals_and_iris(text)))


def replace_services(text: str) -> str:
    """Return a query with GRAPH in place of SERVICE, of the same length and as valid.

    The engine calls a service as soon as it is given a query, even if nobody reads the answer.
    """
    words = mask_literals_and_comments(text)
    for found in _SERVICE.finditer(words):
        start, end = found.span()
        text = f"{text[:start]}{'GRAPH'.ljust(end - start)}{text[end:]}"
    return text


def list_graph_names(text: str) -> list[str]:
    """Return the IRIs that a valid query has after GRAPH, each once."""
    prologue, rest = split_prologue(text)
    names = dict.fromkeys(found["name"] for found in _GRAPH_NAME.finditer(rest))
    return [*dict.fromkeys(node.value for node in resolve_names(prologue, names))] if names else []


def has_graph_variable(text: str) -> bool:
    """Return whether a query has a variable after GRAPH."""
    return bool(_GRAPH_VARIABLE.search(_mask_literals_and_iris(text)))


def filter_graph_variables(text: str, condition: str) -> str:
    """Return a query in which each variable after GRAPH stands only for graphs of a condition.

    ``{0}`` in the condition stands for the variable.
    """
    words = _IRI_TEXT_OR_COMMENT.sub(lambda found: " " * len(found[0]), text)
    ends = {
        _find_closing_bracket(words, each.end()): each["name"]
        for each in _GRAPH_VARIABLE.finditer(words)
    }
    for end in sorted(ends, reverse=True):
        text = f"{text[:end]} FILTER ({condition.format(ends[end])}){text[end:]}"
    return text


def _find_closing_bracket(words: str, start: int) -> int:
    """Return the position behind the bracket that closes the group begun before a position."""
    depth, position = 1, start
    while depth and position < len(words):
        depth += (words[position] == "{") - (words[position] == "}")
        position += 1
    return position


def find_undeclared_prefix(text: str) -> tuple[str, int] | None:
    """Return the first prefix of a query that nothing declares, with its offset, or None."""
    prologue, rest = split_prologue(text)
    declared = {*PREFIXES, *_PREFIX_DECLARATION.findall(mask_literals_and_comments(prologue))}
    for found in _ANY_NAME.finditer(rest):
        prefix, colon, _ = found[0].partition(":")
        if colon and not prefix.startswith("<") and prefix not in declared:
            return prefix, len(prologue) + found.start()
    return None


class UnboundColumn(NamedTuple):
    """A variable that a query selects and no pattern binds, and the variables of the patterns."""

    name: str
    bound: frozenset[str]


def find_unbound_columns(text: str) -> list[UnboundColumn]:
    """Return the columns of a valid SELECT query that nothing in the query can give a value."""
    words = _mask_literals_and_iris(text)
    columns = _COLUMNS.match(words)
    if columns is None:
        return []
    bound = frozenset(_VARIABLE.findall(words[columns.end() :]))
    if not bound:  # no pattern can bind anything
        return []
    depths = [*accumulate((sign == "(") - (sign == ")") for sign in columns[0])]
    found = [(each[1], depths[each.start()]) for each in _VARIABLE.finditer(columns[0])]
    wanted = [name for name, depth in found if not depth]
    named = [name for name, depth in found if depth]
    return [UnboundColumn(each, bound) for each in wanted if each not in {*bound, *named}]


def _skip_template(query: str) -> str:
    """Return a query without its prologue, and without the template of a CONSTRUCT query."""
    template = _TEMPLATE.match(query)
    return query[_find_closing_bracket(query, template.end()) :] if template else query


def _iter_named_expressions(words: str) -> Iterator[str]:
    """Yield the expressions whose values get a name: ``(... AS ?name)``."""
    for found in _NAME_OF_EXPRESSION.finditer(words):
        depth, position = 0, found.start()
        while position and depth >= 0:
            position -= 1
            depth += (words[position] == ")") - (words[position] == "(")
        yield words[position : found.start()]


def _mask_literals_and_iris(text: str) -> str:
    """Return a query after its prologue with spaces in place of literals, comments and IRIs."""
    return _IRI.sub(" ", split_prologue(text)[1])
