"""A difference told: as lines for people, grouped and short, or as JSON with everything in it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Store

from graph_builder.compare.diff import CHANGE_TOPICS, Change, ChangeValue, GraphDiff
from graph_builder.core.text import MAX_SHORT_CHARACTERS, escape_controls, escape_markdown, shorten
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.query.named_questions import to_text
from graph_builder.store.graph import Graph
from graph_builder.store.loading import add_ontology

_CHANGE_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_MAX_LISTED_NAMES = 20
_MAX_VALUE_LENGTH = 160
_STATED_BASIS = NamedNode(expand("basis:stated"))
_QUOTED_DATATYPES = (PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString")


class ChangeGroup(NamedTuple):
    """What the changes of one line share; ``plural`` is empty where nothing is counted.

    By ``rank`` what comes or goes as a whole stands before what only changes.
    """

    rank: int
    hub: str
    noun: str
    plural: str
    sign: str
    qualifier: str
    tail: str

    def order(self) -> tuple[object, ...]:
        """Return what lines are sorted by."""
        return self.rank, self.hub.casefold(), self

    def line(self, names: list[str]) -> str:
        """Return the line without its sign: ``2 endorsers of A Declaration (Press): Chile, Kenya``.

        Of more than 20 names the first are shown and the others counted.
        """
        listed = sorted(names, key=lambda name: (name.casefold(), name))
        more = len(listed) - _MAX_LISTED_NAMES
        shown = ", ".join(listed[:_MAX_LISTED_NAMES]) + (f" and {more:,} more" if more > 0 else "")
        noun = self.noun
        if self.plural:
            noun = f"{len(listed):,} {self.noun if len(listed) == 1 else self.plural}"
        hub = f" of {self.hub}" if self.hub else ""
        return f"{noun}{hub}{self.qualifier}: {shown}{self.tail}"


class ChangeWording:
    """The words for a difference: those of the new version, else the old, else the ontology."""

    def __init__(self, found: GraphDiff) -> None:
        """Look names up in both versions of a difference."""
        shipped = Store()
        add_ontology(shipped)
        self._graphs = (found.new, found.old, Graph(shipped))
        sources = {change.source for change in found.changes if change.source}
        self._shared = Counter(map(self._publication, sources))

    def of(self, change: Change) -> tuple[ChangeGroup, str]:
        """Return the group of a change, and the name by which it is listed there."""
        if change.topic in ("fact", "strength"):
            return self._fact(change)
        if change.topic == "value":
            return self._value_of(change)
        return self._description(change) if change.relation else self._thing(change)

    def label(self, iri: str) -> str:
        """Return the label of a thing, or its prefixed name where it has none."""
        labels = (graph.label(iri) for graph in self._graphs)
        return next((label for label in labels if label != compact(iri)), compact(iri))

    def _fact(self, change: Change) -> tuple[ChangeGroup, str]:
        noun, plural = self._noun(change.relation, "fact")
        name, hub = self._shown(NamedNode(change.subject)), self._shown(change.object_)
        if not self._word(change.relation, "aigg:subjectRole"):
            name, hub = hub, name
        period, tail = "".join(f", {each}" for each in change.said.get("period", ())), ""
        if change.topic == "strength":
            period, tail = "", f" — {self._turn(change)}"
        qualifier = f"{self._marks(change)}{period} ({self._source(change.source)})"
        return ChangeGroup(0, hub, noun, plural, _CHANGE_SIGNS[change.kind], qualifier, tail), name

    def _value_of(self, change: Change) -> tuple[ChangeGroup, str]:
        noun, _ = self._noun(change.relation, "fact")
        hub = self._shown(NamedNode(change.subject))
        group = ChangeGroup(
            0, hub, noun + _format_language_tag(change), "", "~", self._marks(change), ""
        )
        return group, f"{self._turn(change)} ({self._source(change.source)})"

    def _description(self, change: Change) -> tuple[ChangeGroup, str]:
        """Return the group of a property of a thing; short values that come or go share one."""
        noun, plural = self._noun(change.relation, "")
        thing = self._thing_name(change)
        sign, turn = _CHANGE_SIGNS[change.kind], self._turn(change)
        if sign != "~" and change.topic != "source" and len(turn) <= MAX_SHORT_CHARACTERS:
            return ChangeGroup(
                1, "", noun, plural, sign, _format_language_tag(change), ""
            ), f"{thing} {turn}"
        return ChangeGroup(2, thing, noun + _format_language_tag(change), "", sign, "", ""), turn

    def _thing(self, change: Change) -> tuple[ChangeGroup, str]:
        iri, sign = change.subject, _CHANGE_SIGNS[change.kind]
        if change.topic == "source":
            return ChangeGroup(
                0, "", "source", "", sign, f" {_get_source_id(iri)}", ""
            ), self._titled(iri)
        class_ = next(filter(None, (graph.class_of(iri) for graph in self._graphs)), "")
        noun = self.label(class_) if class_ else change.topic
        plural = self._word(class_, "aigg:plural") or noun + "s"
        return ChangeGroup(0, "", noun, plural, sign, "", ""), self._thing_name(change)

    def _thing_name(self, change: Change) -> str:
        thing = change.topic == "thing"
        return self._shown(NamedNode(change.subject)) if thing else compact(change.subject)

    def _noun(self, relation: str, otherwise: str) -> tuple[str, str]:
        """Return noun and plural for what a relation leads to or from, or its quoted label."""
        for end in ("aigg:subjectRole", "aigg:objectRole"):
            if noun := self._word(relation, end):
                return noun, self._word(relation, "aigg:plural") or noun + "s"
        label = f"“{_shorten(self.label(relation))}”"
        return (f"{otherwise} {label}", f"{otherwise}s {label}") if otherwise else (label, label)

    def _turn(self, change: Change) -> str:
        """Return what became what, what came or what went."""
        if change.topic == "strength" and not change.aspect:
            return "told apart by what is not compared"
        before, after = change.before, change.after
        aspect = f"{change.aspect} " if change.aspect else ""
        if before and after:
            return aspect + self._became(before, after)
        went = f"{change.aspect} {'added' if after else 'removed'}: " if aspect else ""
        return went + self._listed(after or before)

    def _became(self, before: tuple[ChangeValue, ...], after: tuple[ChangeValue, ...]) -> str:
        """Return what became what, with what tells both apart where they would look the same."""
        pairs = zip(_join_texts(before), _join_texts(after), strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if same > MAX_SHORT_CHARACTERS:
            start = same - MAX_SHORT_CHARACTERS // 2
            before, after = (("…" + _join_texts(values)[start:],) for values in (before, after))
        shown = [self._listed(before), self._listed(after)]
        if shown[0] == shown[1]:
            shown = [", ".join(map(_format_exact, values)) for values in (before, after)]
        return " -> ".join(shown)

    def _marks(self, change: Change) -> str:
        """Return how a statement is said that is no plain fact, unless that is what changed.

        A denied endorsement must not read like one.
        """
        if change.aspect in ("modality", "standing", "basis"):
            return ""
        said = change.said
        marks = () if "a fact" in said["standing"] else said.get("modality", ())
        doubts = (basis for basis in said.get("basis", ()) if basis != _STATED_BASIS)
        shown = dict.fromkeys(map(self._shown, (*marks, *doubts)))
        return f" [{', '.join(shown)}]" if shown else ""

    def _source(self, iri: str) -> str:
        """Return publisher and date of a source, and its id where another one has both too."""
        shown = self._publication(iri)
        return f"{shown}; {compact(iri)}" if self._shared[shown] > 1 else shown

    def _publication(self, iri: str) -> str:
        said = (self._word(iri, name) for name in ("aigg:publisherName", "dcterms:issued"))
        return _shorten(", ".join(filter(None, said)) or self.label(iri))

    def _titled(self, iri: str) -> str:
        return f"“{_shorten(self.label(iri))}” ({self._publication(iri)})"

    def _listed(self, values: tuple[ChangeValue, ...]) -> str:
        return ", ".join(map(self._shown, values))

    def _shown(self, value: ChangeValue) -> str:
        """Return a thing by its label, words in quotation marks, a number or date as it is."""
        if isinstance(value, NamedNode):
            return _shorten(self.label(value.value))
        if isinstance(value, Literal) and value.datatype.value in _QUOTED_DATATYPES:
            return f"“{_shorten(value.value)}”"
        return _shorten(_join_texts((value,)))

    def _word(self, iri: str, name: str) -> str:
        """Return the value of a property, the English one if there are several, or nothing."""
        for graph in self._graphs if iri else ():
            pattern = (NamedNode(iri), NamedNode(expand(name)), None)
            if found := [quad.object for quad in graph.engine.quads(*pattern)]:
                return to_text(
                    min(found, key=lambda o: (getattr(o, "language", "") != "en", str(o)))
                )
        return ""


def _format_language_tag(change: Change) -> str:
    """Return the language of what changed, where it is not English."""
    return f" ({change.language})" if change.language not in ("", "en") else ""


def _get_source_id(iri: str) -> str:
    return iri.removeprefix(PREFIXES["source"])


def _join_texts(values: tuple[ChangeValue, ...]) -> str:
    return ", ".join(value if isinstance(value, str) else to_text(value) for value in values)


def _format_exact(value: ChangeValue) -> str:
    """Return a value with all by which it differs from one that looks the same."""
    return compact(value.value) if isinstance(value, NamedNode) else str(value)


def _shorten(value: str) -> str:
    return shorten(value, _MAX_VALUE_LENGTH)


_HEADINGS = ("Facts", "Values", "How it is said", "Sources", "Things", "Ontology")

#: Under each heading the signs and the texts of its lines.
DiffSections = dict[str, list[tuple[str, str]]]


def format_diff(found: GraphDiff, extension: str, names: tuple[str, str]) -> str:
    """Return a difference as text, md or json; ``names`` are those of the two versions.

    Text and Markdown show 20 names of a group, JSON shows all.
    """
    words = ChangeWording(found)
    if extension == "json":
        return _format_json(found, names, words)
    parts = _build_sections(found, words)
    return _format_markdown(parts, names) if extension == "md" else _format_text(parts)


def group_diff_lines(found: GraphDiff) -> DiffSections:
    """Return a difference as lines under their headings, each with its sign: +, - or ~."""
    return _build_sections(found, ChangeWording(found))


def _build_sections(found: GraphDiff, words: ChangeWording) -> DiffSections:
    lines = {
        heading: list(_iter_lines((c for c in found.changes if c.topic == topic), words))
        for topic, heading in zip(CHANGE_TOPICS, _HEADINGS, strict=True)
    }
    return {heading: each for heading, each in lines.items() if each}


def _iter_lines(changes: Iterator[Change], words: ChangeWording) -> Iterator[tuple[str, str]]:
    """Yield sign and text of a line for each group of changes."""
    groups: dict[ChangeGroup, list[str]] = defaultdict(list)
    for change in changes:
        group, name = words.of(change)
        groups[group].append(name)
    for group in sorted(groups, key=ChangeGroup.order):
        yield group.sign, group.line(groups[group])


def _format_text(parts: DiffSections) -> str:
    shown = (
        "".join((f"{heading}\n", *(f"{sign} {escape_controls(line)}\n" for sign, line in lines)))
        for heading, lines in parts.items()
    )
    return "\n".join(shown) or "no difference\n"


def _format_markdown(parts: DiffSections, names: tuple[str, str]) -> str:
    title = f"# What changed from {escape_markdown(names[0])} to {escape_markdown(names[1])}\n"
    shown = (
        "".join(
            (f"## {heading}\n", *(f"- \\{sign} {escape_markdown(line)}\n" for sign, line in lines))
        )
        for heading, lines in parts.items()
    )
    return "\n".join((title, *shown)) if parts else f"{title}\nNo difference.\n"


def _format_json(found: GraphDiff, names: tuple[str, str], words: ChangeWording) -> str:
    iris = sorted({iri for change in found.changes for iri in _iter_iris(change)})
    tree = {
        "old": names[0],
        "new": names[1],
        "changes": [_build_record(change) for change in found.changes],
        "labels": {iri: words.label(iri) for iri in iris},
    }
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def _build_record(change: Change) -> dict[str, object]:
    """Return what a change has by name, IRIs in full."""
    named = {
        "topic": change.topic,
        "kind": change.kind,
        "subject": change.subject,
        "relation": change.relation,
        "object": to_text(change.object_),
        "language": change.language,
        "source": change.source,
        "aspect": change.aspect,
        "before": _list_texts(change.before),
        "after": _list_texts(change.after),
        "said": {aspect: _list_texts(values) for aspect, values in change.said.items()},
    }
    return {name: value for name, value in named.items() if value}


def _list_texts(values: tuple[ChangeValue, ...]) -> list[str]:
    return [value if isinstance(value, str) else to_text(value) for value in values]


def _iter_iris(change: Change) -> Iterator[str]:
    yield from filter(None, (change.subject, change.relation, change.source))
    said = (value for values in change.said.values() for value in values)
    for value in (change.object_, *change.before, *change.after, *said):
        if isinstance(value, NamedNode):
            yield value.value
