"""The head of a named question: lines ``#+ key: value``, which say what the query is.

It follows grlc (https://grlc.io). Each key stands once; the parameters are indented below
``#+ params:``, each with the kind of its values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from graph_builder.core.errors import QueryError, suggest_similar
from graph_builder.core.text import quote
from graph_builder.query.parameters import ParameterKind

#: Keys in the head of a question that defines a network.
NETWORK_KEYS = ("nodes", "edge", "mode", "directed", "projected")
_KEYS = ("question", "summary", "description", "absence", "params", "columns", *NETWORK_KEYS)
_LINE = re.compile(r"#\+ ( *)([A-Za-z]\w*): ?(.*)", re.ASCII)
#: Comments up to one that is of a head, and not a rule such as ``#+----``.
_BEGIN = re.compile(r"(?:[^\S\n]*(?:#.*)?\n)*#\+ *\w")
#: What the value of a key has to be, and how that is said.
_FORMS = {
    "question": (re.compile(r"[0-9]{1,9}"), "a number of a question"),
    "columns": (re.compile(r"[A-Za-z]\w*(\s+[A-Za-z]\w*)*", re.ASCII), "names of columns"),
    "mode": (re.compile("one|two"), "a mode; write one or two"),
    "directed": (re.compile("yes|no"), "yes or no"),
    "nodes": (
        re.compile(r"\w+(\|\w+)*\s+\w+(\|\w+)*", re.ASCII),
        "the classes of both ends; write them like Actor Event|Report",
    ),
}
#: The kinds of parameters, for messages.
KINDS = ", ".join(ParameterKind)


@dataclass
class QuestionHead:
    """The values by key, the kinds of parameters by name, and the lines on which they stand."""

    file: str
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, ParameterKind] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    parameter_lines: dict[str, int] = field(default_factory=dict)

    def list_network_settings(self) -> Mapping[str, str]:
        """Return the values of the keys that define a network."""
        return {key: self.values[key] for key in NETWORK_KEYS if key in self.values}

    def make_error(self, key: str, message: str) -> QueryError:
        """Return the error about the value of a key, or about a key that is missing."""
        return self.make_line_error(self.lines.get(key, 1), message)

    def make_line_error(self, line: int, message: str) -> QueryError:
        """Return the error about a line."""
        return QueryError(f"{self.file}:{line}:1: {message}")

    def add_value(self, line: int, key: str, value: str) -> None:
        """Keep the value of a key; raises QueryError."""
        if key not in _KEYS:
            near = suggest_similar(key, _KEYS) or f"; known keys: {', '.join(_KEYS)}"
            raise self.make_line_error(line, f"not a head line: unknown key {quote(key)}{near}")
        if key in self.values:
            first = self.lines[key]
            raise self.make_line_error(
                line, f"{key} stands in line {first} too; keep one of the two"
            )
        if not value and key != "params":
            raise self.make_line_error(line, f"{key} is empty; fill it in or delete the line")
        if key in _FORMS and not _FORMS[key][0].fullmatch(value):
            raise self.make_line_error(line, f"{quote(value)} is not {_FORMS[key][1]}")
        self.values[key], self.lines[key] = value, line

    def add_parameter(self, line: int, name: str, kind: str) -> None:
        """Keep the kind of a parameter; raises QueryError."""
        if "params" not in self.values:
            raise self.make_line_error(
                line, "an indented line; write '#+ params:' above parameters"
            )
        if name in self.kinds:
            raise self.make_line_error(
                line, f"the parameter {quote(name)} has a kind above; keep one"
            )
        if kind not in {*ParameterKind}:
            message = f"unknown kind of parameter {quote(kind)}; known kinds: {KINDS}"
            raise self.make_line_error(line, message)
        self.kinds[name], self.parameter_lines[name] = ParameterKind(kind), line


def has_question_head(text: str) -> bool:
    """Return whether a line of a head, right or wrong, stands before the text of a query."""
    return bool(_BEGIN.match(text))


def read_question_head(text: str, file: str) -> QuestionHead:
    """Return the head of a question; raises QueryError with the line that is wrong."""
    head = QuestionHead(file)
    for number, line in enumerate(text.split("\n"), 1):
        if not line.startswith("#+"):
            continue
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            raise head.make_line_error(number, "not a head line of the form '#+ key: value'")
        indent, key, value = match[1], match[2], match[3].strip()
        (head.add_parameter if indent else head.add_value)(number, key, value)
    if "summary" not in head.values:
        raise head.make_line_error(1, "the head has no line '#+ summary: ...'")
    return head
