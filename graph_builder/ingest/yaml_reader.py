"""YAML with positions: mappings, lists and strings only.

It builds the data from the events of a parser, not with its constructors, so that every scalar
stays a string (``NO`` is not false, 007 not 7), every value keeps its line and column, and anchors,
aliases, tags and second documents are refused before they cost time or memory. What has no value
(``null``, ``~``, nothing) is left out; its position stays.

libyaml, by PyYAML, reads what has no mistake, and takes a twelfth of the time of ruamel.yaml, which
knows YAML 1.2, reads all the rest and tells the mistakes.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType
from typing import Any

import yaml

from graph_builder.core.errors import FactsError, Finding
from graph_builder.core.text import quote, shorten
from graph_builder.ingest.locations import KEY, START, KeyPath, PositionMap
from graph_builder.ingest.text_reader import MAX_CACHED, NULL_WORDS

MAX_DEPTH = 8
#: How messages of ruamel.yaml begin, and what they mean to somebody who edits a file.
_PROBLEMS = {
    "expected <block end>": "a line whose indentation does not match the lines above",
    "mapping values are not allowed": "an extra colon; put text with a colon in quotation marks",
    "found unexpected end of stream": "a quotation mark is opened and never closed",
}
#: Text without what versions of YAML read in different ways: tabs and rare line breaks.
_COMMON_TEXT = re.compile(
    "[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
YamlTree = dict[str, "YamlTree"] | list["YamlTree"] | str
_ReadYaml = tuple[YamlTree, PositionMap, list[Finding]]


@lru_cache(maxsize=MAX_CACHED[".yaml"])
def read_yaml(text: str, file: str) -> _ReadYaml:
    """Return the data of a YAML text, the positions of its values and keys, and findings.

    What is returned is cached and may not be changed: a program that checks or builds more than
    once parses the shipped files only once. Raises FactsError where reading cannot go on.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if _is_tab_indented(line):
            message = "a tab; indent with spaces"
            raise FactsError([Finding(file, number, line.index("\t") + 1, message)])
        if line.startswith("%"):
            message = "a line that begins with %; directives are not allowed"
            raise FactsError([Finding(file, number, 1, message)])
    return _read_sound_yaml(text, file) or _read_any_yaml(text, file)


def _read_sound_yaml(text: str, file: str) -> _ReadYaml | None:
    """Return what libyaml reads in a text, or None if that is not sure to be all, and right."""
    if not yaml.__with_libyaml__ or not _COMMON_TEXT.fullmatch(text):
        return None
    reader = _EventReader(file, yaml)
    try:
        tree = reader.read_document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, FactsError, ValueError):
        return None
    has_empty_key = any("" in path for path in reader.positions)  # its position is another one
    return None if reader.findings or has_empty_key else (tree, reader.positions, [])


def _read_any_yaml(text: str, file: str) -> _ReadYaml:
    from ruamel.yaml import YAML, events
    from ruamel.yaml.error import YAMLError

    reader = _EventReader(file, events)
    try:
        tree = reader.read_document(YAML(typ="safe", pure=True).parse(text))
    except (YAMLError, ValueError, OverflowError) as error:
        raise FactsError([*reader.findings, _make_finding(error, text, reader)]) from error
    return tree, reader.positions, reader.findings


def _make_finding(error: Exception, text: str, reader: "_EventReader") -> Finding:
    """Return the finding for an error of ruamel.yaml, at the position it names or the last read."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    position, problem = (
        reader.last,
        "an escape that stands for no character; write the character itself",
    )
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        position = (mark.line + 1, mark.column + 1) if mark else START
        problem = str(error.problem or error.context).replace(repr("\0"), "the end of the file")
        meanings = [words for start, words in _PROBLEMS.items() if problem.startswith(start)]
        problem = next(iter(meanings), problem)
    elif isinstance(error, YAMLError):
        before = text[: getattr(error, "position", 0)].split("\n")
        position = len(before), len(before[-1]) + 1
        code = getattr(error, "character", 0)
        problem = f"the character U+{code:04X}, which is not allowed in text; delete it"
    return Finding(reader.file, *position, f"not YAML: {problem}")


def _is_tab_indented(line: str) -> bool:
    return "\t" in line[: len(line) - len(line.lstrip())] and bool(line.strip())


class _EventReader:
    """Builds data from the events of the parser, with positions and findings."""

    def __init__(self, file: str, events: ModuleType) -> None:
        """Read the events of a parser, whose classes are in a module."""
        self.file = file
        self._events = events
        self.positions: dict[KeyPath, tuple[int, int]] = {}
        self.findings: list[Finding] = []
        self.last = START

    def read_document(self, stream: Iterator[Any]) -> YamlTree:
        next(stream)  # the start of the stream
        start = next(stream)
        if isinstance(start, self._events.StreamEndEvent):
            self._fail(start, "the file is empty; write a source, entities or facts")
        tree = self._read_value(next(stream), stream, ())
        next(stream)  # the end of the document
        if not isinstance(after := next(stream), self._events.StreamEndEvent):
            self._fail(after, "a second document; write one document in a file")
        return tree

    def _read_value(self, event: Any, stream: Iterator[Any], path: KeyPath) -> YamlTree:
        self._check_event(event, len(path))
        self.positions.setdefault(path, _get_position(event))
        if isinstance(event, self._events.MappingStartEvent):
            return self._read_mapping(stream, path)
        if isinstance(event, self._events.SequenceStartEvent):
            return self._read_sequence(stream, path)
        return str(event.value)

    def _read_mapping(self, stream: Iterator[Any], path: KeyPath) -> YamlTree:
        mapping: dict[str, YamlTree] = {}
        while not isinstance(event := next(stream), self._events.MappingEndEvent):
            self._check_event(event, len(path))
            if not isinstance(event, self._events.ScalarEvent):
                self._fail(event, "a key must be plain text")
            key = str(event.value)
            if (*path, key, KEY) in self.positions:
                line, _ = self.positions[(*path, key, KEY)]
                self._report(event, f"the key {quote(key)} appears twice (first in line {line})")
                self._read_value(next(stream), stream, (*path, KEY))
            else:
                self.positions[(*path, key, KEY)] = _get_position(event)
                value = next(stream)
                if self._is_missing(value):  # the parser gives it the position of what comes next
                    self.positions[(*path, key)] = _get_value_position(event)
                read = self._read_value(value, stream, (*path, key))
                if not self._is_null(value):
                    mapping[key] = read
        return mapping

    def _read_sequence(self, stream: Iterator[Any], path: KeyPath) -> YamlTree:
        sequence: list[YamlTree] = []
        while not isinstance(event := next(stream), self._events.SequenceEndEvent):
            place = (*path, len(sequence))
            self.positions.pop(place, None)  # that of a null before
            read = self._read_value(event, stream, place)
            if not self._is_null(event):
                sequence.append(read)
        return sequence

    def _check_event(self, event: Any, depth: int) -> None:
        self.last = _get_position(event)
        if isinstance(event, self._events.AliasEvent):
            self._fail(
                event,
                f"the alias *{shorten(event.anchor)}; write the value itself",
            )
        if event.anchor:
            name = shorten(event.anchor)
            self._fail(event, f"the anchor &{name}; write the values where they are used")
        if getattr(event, "tag", None):
            self._fail(event, "a tag (!); write plain text and numbers only")
        if depth > MAX_DEPTH:
            self._fail(event, f"more than {MAX_DEPTH} levels of nesting")

    def _is_null(self, event: Any) -> bool:
        """Return whether an event is a value that says nothing; "null" in quotes is a word."""
        if not isinstance(event, self._events.ScalarEvent):
            return False
        is_plain = not event.style
        return event.value == "" or (is_plain and event.value in NULL_WORDS)

    def _is_missing(self, event: Any) -> bool:
        is_scalar = isinstance(event, self._events.ScalarEvent)
        return is_scalar and event.start_mark.index == event.end_mark.index

    def _report(self, event: Any, message: str) -> None:
        self.findings.append(Finding(self.file, *_get_position(event), message))

    def _fail(self, event: Any, message: str) -> None:
        self._report(event, message)
        raise FactsError(self.findings)


def _get_position(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _get_value_position(key: Any) -> tuple[int, int]:
    """Return the position of a missing value: after the key and its colon."""
    return key.end_mark.line + 1, key.end_mark.column + 2
