"""Say in words why a SPARQL query cannot be answered, for the shell and the endpoint alike.

The engine names what it expected next, and for many mistakes that is one keyword of dozens. So
common mistakes are looked for in the text itself, the surest first, with literals, comments and
IRIs masked; what none of them explains is told by the place where the engine stopped.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from graph_builder.core.errors import QueryError, suggest_similar
from graph_builder.core.text import join_alternatives, quote
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.store.query_text import (
    IRI_PATTERN,
    WORD_START,
    find_relative_iri,
    find_undeclared_prefix,
    mask_literals_and_comments,
)

#: The length of a query up to which all mistakes are looked for.
_MAX_EXAMINED = 5_000
_FORMS = ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT")
#: The functions of SPARQL 1.1 (section 17.4), and those of SPARQL 1.2 that the engine has.
_FUNCTIONS = (
    *("ABS", "BNODE", "BOUND", "CEIL", "COALESCE", "CONCAT", "CONTAINS", "DATATYPE", "DAY"),
    *("ENCODE_FOR_URI", "EXISTS", "FLOOR", "HOURS", "IF", "IRI", "ISBLANK", "ISIRI", "ISLITERAL"),
    *("ISNUMERIC", "ISURI", "LANG", "LANGMATCHES", "LCASE", "MD5", "MINUTES", "MONTH", "NOW"),
    *("RAND", "REGEX", "REPLACE", "ROUND", "SAMETERM", "SECONDS", "SHA1", "SHA256", "SHA384"),
    *("SHA512", "STR", "STRAFTER", "STRBEFORE", "STRDT", "STRENDS", "STRLANG", "STRLEN"),
    *("STRSTARTS", "STRUUID", "SUBSTR", "TIMEZONE", "TZ", "UCASE", "URI", "UUID", "YEAR"),
    *("ADJUST", "HASLANG", "HASLANGDIR", "ISTRIPLE", "LANGDIR", "OBJECT", "PREDICATE"),
    *("STRLANGDIR", "SUBJECT", "TRIPLE"),
)
_CALLABLE = {*_FUNCTIONS, *_AGGREGATES}
#: Keywords that a bracket may follow.
_BEFORE_BRACKET = {
    *("A", "AND", "AS", "ASC", "BIND", "BY", "DESC", "DISTINCT", "FILTER", "HAVING", "IN"),
    *("MINUS", "NOT", "OPTIONAL", "OR", "REDUCED", "SELECT", "UNION", "VALUES", "WHERE"),
}
#: Signs of word processors, and what SPARQL has in their place.
_FOREIGN_SIGNS = {
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", 'a straight "'),
    **dict.fromkeys("\u2018\u2019\u201a", "a straight '"),
    **dict.fromkeys("\u2010\u2011\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u00a0\u2007\u2009\u202f\u200b\ufeff", "a plain space"),
}
_FOREIGN_SIGN = re.compile(f"[{''.join(_FOREIGN_SIGNS)}]")
_IRI = re.compile(IRI_PATTERN)
_UNFINISHED_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^>\n]*(?P<end>>?)")
_QUOTE = re.compile(r"\"{3}|'{3}|[\"']")
_SERVICE = re.compile(
    rf"{WORD_START}SERVICE\s*(?:{WORD_START}SILENT\s*)?(?P<name>{IRI_PATTERN}|[?$:\w][^\s{{]*)",
    re.IGNORECASE,
)
_LABEL_SERVICE = re.compile(r"wikibase:label|<https?://wikiba\.se/ontology#label>")
_PROLOGUE = re.compile(
    r"(?:\s*(?:BASE\s*<[^>]*>|PREFIX\s+[^\s:]*:\s*<[^>]*>))*\s*(?P<word>@?\w*)", re.IGNORECASE
)
_CALL = re.compile(rf"{WORD_START}(?P<name>[A-Za-z_]\w*)\s*\(")
_SELECT = re.compile(
    rf"{WORD_START}SELECT\s+(?:DISTINCT\s|REDUCED\s)?(?P<columns>[^{{}}]*?)"
    rf"(?=\{{|{WORD_START}(?:WHERE|FROM)\b)",
    re.IGNORECASE,
)
_GROUP_BY = re.compile(
    rf"{WORD_START}GROUP\s+BY\b(?P<keys>[^{{}}]*?)"
    rf"(?=\}}|\Z|{WORD_START}(?:HAVING|ORDER|LIMIT|OFFSET|VALUES)\b)",
    re.IGNORECASE,
)
_AGGREGATE = re.compile(rf"{WORD_START}(?:{'|'.join(_AGGREGATES)})\s*\(", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$]\w+")
_VARIABLE_AT_END = re.compile(r"[?$]\w+\Z")
_EXPECTED_SIGN = re.compile(r'expected "([^"\w]+)"')
_BLANK_NODE = re.compile(r"_:\w+")
_BARE_WORD = re.compile(rf"(?<![@<]){WORD_START}(?P<word>[A-Za-z_][\w-]*)(?![\w:-]|\s*\()")
_KEYWORDS = {
    *_FORMS,
    *_CALLABLE,
    *_BEFORE_BRACKET,
    *("BASE", "EXISTS", "FALSE", "FROM", "GRAPH", "GROUP", "LIMIT", "NAMED", "OFFSET", "ORDER"),
    *("PREFIX", "SEPARATOR", "SERVICE", "SILENT", "TRUE", "UNDEF", "VERSION"),
}
_NAMED_BY_AS = re.compile(rf"{WORD_START}AS\s+(?P<name>[?$]\w+)\s*\)", re.IGNORECASE)
_BIND = re.compile(rf"{WORD_START}BIND\s*\(", re.IGNORECASE)
_NO_NAME = "an expression of SELECT needs ( ) and a name, as in (COUNT(?x) AS ?number)"
#: Words and signs of other languages, or in the wrong place, with what to write.
_WRONG_WORDS = {
    r"==": "write = instead of ==",
    rf"{WORD_START}AND\b(?!:)": "write && instead of AND",
    rf"{WORD_START}OR\b(?!:)": "write || instead of OR",
    rf"{WORD_START}LIKE\b(?!:)": 'write CONTAINS(?x, "text") instead of LIKE',
    rf"{WORD_START}\d{{4}}-\d\d(?:-\d\d)?\b": 'write a date as "2025-02-10"^^xsd:date',
    rf"{WORD_START}FILTER\s+(?=[?$<\d+-])": "the condition of FILTER needs ( )",
    rf"{WORD_START}(?:OPTIONAL|MINUS|UNION)\s+(?=[^\s{{])": "a { is missing here",
    rf"{WORD_START}SELECT\s+(?:DISTINCT\s+)?[?$]\w+(?:\s+[?$]\w+)*\s*(?=,)": (
        "columns of SELECT are separated by spaces, without commas"
    ),
    rf"{WORD_START}SELECT\s+(?:DISTINCT\s+)?(?:[?$]\w+\s+)*(?=(?:{'|'.join(_CALLABLE)})\s*\()": (
        _NO_NAME
    ),
    rf"{WORD_START}SELECT\s[^{{}}]*?(?=\((?:[^{{}}](?!{WORD_START}AS\b))*\{{)": _NO_NAME,
    rf"{WORD_START}(?:LIMIT|OFFSET)\s+(?=[^\s\d])": "a whole number is missing here",
    rf"{WORD_START}(?:LIMIT|OFFSET)\s+\d+\s+(?=(?:ORDER|GROUP|HAVING)\b)": (
        "this must come before LIMIT and OFFSET"
    ),
    rf"{WORD_START}SELECT\s[^{{}}]*?(?=\b(?:ORDER|GROUP|LIMIT)\s)": (
        "this must come after the pattern in { }"
    ),
}
_CALL_BY_IRI = re.compile(rf"(?:[\w-]*:)?(?P<name>{IRI_PATTERN}|[\w.-]+)\s*\(")
_FAILED_CALL = re.compile(r"custom (?:aggregate )?function <(?P<iri>[^>]*)> is not supported")
_STOP = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): (?P<reason>.*)", re.DOTALL)
#: How messages begin of what RocksDB cannot read.
_DAMAGE = re.compile(r"Corruption\b|IO error\b")
_OPENING = {"}": "{", ")": "(", "]": "["}


class Mistake(NamedTuple):
    """A mistake in a query: its offset in the text, and a sentence on it."""

    offset: int
    message: str


class _Refused(NamedTuple):
    """A query that the engine refuses.

    ``masked`` is the text without literals and comments, ``words`` also without IRIs, both with
    unchanged offsets; ``stop`` is the offset at which the engine stopped, and ``reason`` why.
    """

    text: str
    masked: str
    words: str
    stop: int
    reason: str


def check_services(text: str, name: str) -> None:
    """Raise QueryError for a query that calls another server."""
    if found := _SERVICE.search(mask_literals_and_comments(text)):
        sentence = f"SERVICE {found['name']} is not called from here"
        if _LABEL_SERVICE.fullmatch(found["name"]):
            sentence = (
                "SERVICE wikibase:label, the label service of Wikidata, is not called from here; "
                "ask for labels by OPTIONAL { ?thing rdfs:label ?label }"
            )
        raise QueryError(_format_mistake(text, name, Mistake(found.start(), sentence)))


def describe_failure(error: Exception, text: str, name: str) -> str:
    """Return a sentence on why a query without syntax errors cannot be answered."""
    return describe_unknown_function(error, text, name) or describe_evaluation_error(error)


def describe_evaluation_error(error: Exception) -> str:
    """Return a sentence on why the engine stops while a query is evaluated."""
    return describe_damage(error) or f"the query cannot be answered: {error}"


def describe_damage(error: Exception) -> str:
    """Return a sentence on an error of the engine that reads a damaged store, or ""."""
    if not _DAMAGE.match(str(error)):
        return ""
    first = str(error).splitlines()[0]
    again = "build it again with aigg build --store FOLDER and the same --facts, if any"
    return f"the store is damaged: {first}; {again}"


def describe_unknown_function(error: Exception, text: str, name: str) -> str:
    """Return which function a query calls that the engine does not know, or ""."""
    failed = _FAILED_CALL.search(str(error))
    if failed is None:
        return ""
    names = (each for each in _CALL_BY_IRI.finditer(mask_literals_and_comments(text)))
    calls = [each for each in names if failed["iri"].endswith(each["name"].strip("<>"))]
    offset = calls[0].start() if calls else 0
    return _format_mistake(text, name, Mistake(offset, f"unknown function <{failed['iri']}>"))


def format_syntax_error(error: SyntaxError, text: str, name: str) -> str:
    """Return a syntax error as ``name:line:column: ...``, with its reason in words."""
    stop, reason = _parse_error(str(error), text)
    masked = mask_literals_and_comments(text)
    words = _IRI.sub(lambda found: f"<{'i' * (len(found[0]) - 2)}>", masked)
    query = _Refused(text, masked, words, stop, reason)
    finders = (*_FINDERS, *(_SLOW_FINDERS if len(text) <= _MAX_EXAMINED else ()))
    mistake = next(filter(None, (find(query) for find in finders)), None)
    return _format_mistake(text, name, mistake or _describe_stop(query))


def _format_mistake(text: str, name: str, mistake: Mistake) -> str:
    line = text.count("\n", 0, mistake.offset) + 1
    column = mistake.offset - text.rfind("\n", 0, mistake.offset)
    return f"{name}:{line}:{column}: {mistake.message}"


def _parse_error(message: str, text: str) -> tuple[int, str]:
    """Return the offset of the engine's error in a query, and its reason.

    The engine places the error behind as many characters as the keyword has that it expected.
    """
    found = _STOP.match(message)
    if found is None:
        return 0, message
    starts = [0, *(each.end() for each in re.finditer("\n", text))]
    offset = starts[min(int(found["line"]), len(starts)) - 1] + int(found["column"]) - 1
    expected = re.sub(r"expected (?:one of )?", "", found["reason"]).split(", ")
    keywords = [len(word) for word in expected if re.fullmatch(r"[A-Za-z_\d]{2,}", word)]
    if keywords and len(keywords) >= len(expected) - expected.count("[_]"):
        offset -= min(keywords)
    elif expected == ["[_]"]:
        offset -= 1
    return max(0, min(offset, len(text))), found["reason"]


def _describe_stop(query: _Refused) -> Mistake:
    """Return where the engine stopped, with its reason if that is short."""
    rest = query.text[query.stop :].strip().split("\n")[0]
    problem = f"not SPARQL from {quote(rest)} on" if rest else "something is missing here"
    before = query.words[: query.stop].rstrip()
    call = _CALL.match(query.words, query.stop)
    if sign := _EXPECTED_SIGN.fullmatch(query.reason):
        problem += f"; {sign[1]} is expected here"
    elif not query.reason.startswith("expected"):
        problem += f" ({query.reason})"
    elif call and call["name"].upper() in _CALLABLE:
        problem += f"; check the number of arguments of {call['name']}"
    elif rest.startswith("-") and before and (variable := _VARIABLE_AT_END.search(before)):
        problem += f"; the name of a variable, such as {variable[0]}, has no -"
    elif re.match(r"[?$<\w]", rest) and before[-1:] not in ("", ".", ";", ",", "{", "}"):
        problem += "; perhaps a . is missing before it"
    return Mistake(query.stop, problem)


def _find_unfinished_text(query: _Refused) -> Mistake | None:
    found = _QUOTE.search(query.words)
    if found is None:
        return None
    sign, offset = found[0], found.start()
    if query.text[:offset].endswith(2 * sign):  # was taken for an empty text
        sign, offset = 3 * sign, offset - 2
    return Mistake(offset, f"the text that begins here has no {sign} at its end")


def _find_unfinished_iri(query: _Refused) -> Mistake | None:
    found = _UNFINISHED_IRI.search(query.words)
    if found is None:
        return None
    if found["end"]:
        return Mistake(found.start(), f"not an IRI: {quote(found[0])}; write a space as %20")
    return Mistake(found.start(), "the IRI that begins here has no > at its end")


def _find_foreign_sign(query: _Refused) -> Mistake | None:
    found = _FOREIGN_SIGN.search(query.words)
    if found is None:
        return None
    sign = f"U+{ord(found[0]):04X}"
    return Mistake(found.start(), f"{sign} is no sign of SPARQL; write {_FOREIGN_SIGNS[found[0]]}")


def _find_wrong_form(query: _Refused) -> Mistake | None:
    """Find an update, a faulty prologue, or a query that begins with another word."""
    found = _PROLOGUE.match(query.words)
    word = found["word"] if found else ""
    offset = found.start("word") if found else 0
    match word.upper():
        case "":
            rest = query.words[offset:].strip()
            return (
                None if rest else Mistake(offset, "something is missing here: the query is empty")
            )
        case "@PREFIX" | "@BASE":
            return Mistake(
                offset, f"write {word[1:].upper()} without @, and without a . at the end"
            )
        case "PREFIX" | "BASE":
            return Mistake(offset, "declare a prefix as PREFIX name: <IRI>")
        case update if update in _UPDATES:
            return Mistake(offset, f"aigg only reads; {update} would change a graph")
        case form if form not in _FORMS:
            advice = suggest_similar(word, _FORMS)
            begins = f"a query begins with {join_alternatives(_FORMS)}, not with {quote(word)}"
            return Mistake(offset, f"{begins}{advice}")
    return None


def _find_unknown_prefix(query: _Refused) -> Mistake | None:
    undeclared = find_undeclared_prefix(query.text)
    if undeclared is None:
        return None
    prefix, offset = undeclared
    advice = suggest_similar(prefix, PREFIXES) or "; declare it: PREFIX name: <IRI>"
    return Mistake(offset, f"unknown prefix {quote(prefix)}{advice}")


def _find_unknown_function(query: _Refused) -> Mistake | None:
    for call in _CALL.finditer(query.words):
        if call["name"].upper() not in _CALLABLE | _BEFORE_BRACKET:
            advice = suggest_similar(call["name"], _CALLABLE)
            return Mistake(call.start(), f"unknown function {call['name']}{advice}")
    return None


def _find_unclosed_bracket(query: _Refused) -> Mistake | None:
    opened: list[tuple[str, int]] = []
    for found in re.finditer(r"[{}()\[\]]", query.words):
        if found[0] in "{([":
            opened.append((found[0], found.start()))
        elif not opened:
            return Mistake(found.start(), f"this {found[0]} closes nothing")
        elif opened.pop()[0] != _OPENING[found[0]]:
            return Mistake(found.start(), f"a bracket is not closed before this {found[0]}")
    if not opened:
        return None
    sign, offset = opened[-1]
    return Mistake(offset, f"something is missing: this {sign} is not closed")


def _find_wrong_word(query: _Refused) -> Mistake | None:
    found = (
        Mistake(each.end() if "(?=" in pattern else each.start(), advice)
        for pattern, advice in _WRONG_WORDS.items()
        for each in re.finditer(pattern, query.words, re.IGNORECASE)
    )
    return min(found, default=None)


def _find_misplaced_aggregate(query: _Refused) -> Mistake | None:
    if "SELECT *" not in query.reason or _GROUP_BY.search(query.words):
        return None
    call = _AGGREGATE.search(query.words)
    if call is None:
        return None
    name = call[0].rstrip("( ").upper()
    return Mistake(call.start(), f"{name} stands only in SELECT, HAVING or ORDER BY")


def _find_ungrouped_column(query: _Refused) -> Mistake | None:
    """Find a column of a grouped SELECT, or of one in it, that has many values for a group."""
    for select in _SELECT.finditer(query.words):
        group = _find_group(query.words, select.end())
        if group and select["columns"].strip() == "*":
            return Mistake(
                group.start(),
                "SELECT * cannot stand with GROUP BY; name the columns and aggregates",
            )
        keys = _list_names(group["keys"]) if group else set()
        for offset, variable in _iter_plain_variables(select):
            if (group or _AGGREGATE.search(select["columns"])) and variable[1:] not in keys:
                return Mistake(
                    offset,
                    f"{variable} is not in GROUP BY; add it there, or aggregate it: "
                    f"(SAMPLE({variable}) AS ?name)",
                )
    return None


def _find_group(words: str, start: int) -> re.Match[str] | None:
    """Return the GROUP BY after the pattern that begins behind an offset, or None."""
    depth, end = 0, start
    for found in re.finditer(r"[{}]", words[start:]):
        depth += 1 if found[0] == "{" else -1
        if depth <= 0:
            end = start + found.end()
            break
    group = _GROUP_BY.search(words, end)
    return group if group and not words[end : group.start()].strip() else None


def _list_names(text: str) -> set[str]:
    return {variable[1:] for variable in _VARIABLE.findall(text)}


def _iter_plain_variables(select: re.Match[str]) -> Iterator[tuple[int, str]]:
    """Yield the variables of the columns of a grouped SELECT that no aggregate takes in."""
    columns, start = select["columns"], select.start("columns")
    named = {each.start("name") for each in _NAMED_BY_AS.finditer(columns)}
    inside = [
        (each.end(), _find_closing(columns, each.end())) for each in _AGGREGATE.finditer(columns)
    ]
    made: set[str] = set()
    for each in _VARIABLE.finditer(columns):
        if each.start() in named:
            made.add(each[0])
        elif each[0] not in made and not any(a <= each.start() < b for a, b in inside):
            yield start + each.start(), each[0]


def _find_closing(text: str, start: int) -> int:
    """Return the offset of the bracket that closes one which was opened before an offset."""
    depth = 1
    for found in re.finditer(r"[()]", text[start:]):
        depth += 1 if found[0] == "(" else -1
        if not depth:
            return start + found.start()
    return len(text)


def _find_second_name(query: _Refused) -> Mistake | None:
    """Find ``AS ?name`` with a name that has a value already."""
    in_select = "Duplicated variable" in query.reason or "overrides" in query.reason
    if in_select:
        names = [each for each in _NAMED_BY_AS.finditer(query.words) if each.start() < query.stop]
        again = [each for each in names if _is_used_elsewhere(each, query.words)]
        found = again[-1] if again else None
    else:
        binds = [each for each in _BIND.finditer(query.words) if each.start() < query.stop]
        found = _NAMED_BY_AS.search(query.words, binds[-1].end()) if binds else None
        if found and found["name"] not in query.words[: binds[-1].start()]:
            return None
    if found is None:
        return None
    return Mistake(found.start("name"), f"{found['name']} has a value already; take another name")


def _is_used_elsewhere(name: re.Match[str], words: str) -> bool:
    uses = re.finditer(rf"[?$]{name['name'][1:]}\b", words)
    return any(each.start() != name.start("name") for each in uses)


def _find_wrong_values(query: _Refused) -> Mistake | None:
    if "UNDEF" not in query.reason or not re.search(r"VALUES\s*\(", query.words, re.IGNORECASE):
        return None
    return Mistake(query.stop, "a row of VALUES has not one value for each variable, or UNDEF")


def _find_relative_iri(query: _Refused) -> Mistake | None:
    found = find_relative_iri(query.text)
    if found is None:
        return None
    return Mistake(found.start(), f"{found[0]} is relative; write the whole IRI, or BASE <IRI>")


def _find_bare_word(query: _Refused) -> Mistake | None:
    for found in _BARE_WORD.finditer(query.words):
        word = found["word"]
        if word.upper() not in _KEYWORDS:
            advice = suggest_similar(word, _KEYWORDS) if word.isupper() else ""
            kinds = f"a variable (?{word}) nor a term (prefix:{word})"
            return Mistake(found.start(), f"{quote(word)} is neither {kinds}{advice}")
    return None


def _find_shared_blank_node(query: _Refused) -> Mistake | None:
    if "<unreported>" not in query.reason:
        return None
    used: set[str] = set()
    for found in _BLANK_NODE.finditer(query.words):
        if found[0] in used:
            return Mistake(
                found.start(), f"{found[0]} stands in two patterns; use a variable instead"
            )
        used.add(found[0])
    return None


_FINDERS = (
    _find_unfinished_text,
    _find_unfinished_iri,
    _find_foreign_sign,
    _find_wrong_form,
    _find_unknown_prefix,
    _find_unknown_function,
    _find_unclosed_bracket,
)
#: Those whose time grows faster than the length of a query.
_SLOW_FINDERS = (
    _find_wrong_word,
    _find_misplaced_aggregate,
    _find_ungrouped_column,
    _find_second_name,
    _find_wrong_values,
    _find_relative_iri,
    _find_bare_word,
    _find_shared_blank_node,
)
