"""Format a diff as grouped text lines, as Markdown, or as complete JSON (``aigg diff``)."""

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
    """The properties shared by the changes in one line.

    ``plural`` is "" if the names in the line are not counted. ``rank`` puts whole items that were
    added or removed before items that changed.
    """

    rank: int
    hub: str
    noun: str
    plural: str
    sign: str
    qualifier: str
    tail: str

    def get_sort_key(self) -> tuple[object, ...]:
        """Return the key by which lines are sorted."""
        return self.rank, self.hub.casefold(), self

    def format_line(self, names: list[str]) -> str:
        """Return the line without its sign: ``2 endorsers of A Declaration (Press): Chile, Kenya``.

        Of more than 20 names, the first 20 are shown and the others are counted.
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
    """Puts changes into words, with labels of the new version, the old one, or the ontology."""

    def __init__(self, diff: GraphDiff) -> None:
        """Use the labels of both versions of a diff."""
        shipped = Store()
        add_ontology(shipped)
        self._graphs = (diff.new, diff.old, Graph(shipped))
        self._blank_nodes = diff.blank_nodes
        sources = {change.source for change in diff.changes if change.source}
        self._publication_counts = Counter(map(self._format_publication, sources))

    def group_change(self, change: Change) -> tuple[ChangeGroup, str]:
        """Return the line to which a change belongs, and its name in that line."""
        if change.topic in ("fact", "strength"):
            return self._group_fact(change)
        if change.topic == "value":
            return self._group_value(change)
        if change.topic == "placement":
            return self._group_placement(change)
        return self._group_description(change) if change.relation else self._group_entity(change)

    def label(self, iri: str) -> str:
        """Return the label of an entity, or its prefixed name if it has no label.

        That of a blank node is what is said of it.
        """
        if iri in self._blank_nodes:
            return self._blank_nodes[iri]
        labels = (graph.whole_label(iri) for graph in self._graphs)
        return next((label for label in labels if label != compact(iri)), compact(iri))

    def _group_fact(self, change: Change) -> tuple[ChangeGroup, str]:
        noun, plural = self._find_noun(change.relation, "fact")
        name, hub = (
            self._format_value(NamedNode(change.subject)),
            self._format_value(change.object_),
        )
        if not self._find_text(change.relation, "aigg:subjectRole"):
            name, hub = hub, name
        period, tail = "".join(f", {each}" for each in change.said.get("period", ())), ""
        if change.topic == "strength":
            period, tail = "", f" — {self._format_before_after(change)}"
        qualifier = (
            f"{self._format_qualifiers(change)}{period} ({self._format_source(change.source)})"
        )
        return ChangeGroup(0, hub, noun, plural, _CHANGE_SIGNS[change.kind], qualifier, tail), name

    def _group_value(self, change: Change) -> tuple[ChangeGroup, str]:
        noun, _ = self._find_noun(change.relation, "fact")
        hub = self._format_value(NamedNode(change.subject))
        group = ChangeGroup(
            0,
            hub,
            noun + _format_language_tag(change),
            "",
            "~",
            self._format_qualifiers(change),
            "",
        )
        return group, f"{self._format_before_after(change)} ({self._format_source(change.source)})"

    def _group_placement(self, change: Change) -> tuple[ChangeGroup, str]:
        ends = (NamedNode(change.subject), NamedNode(change.relation), change.object_)
        tail = f" — {self._format_before_after(change)}"
        group = ChangeGroup(0, "", "statement", "statements", "~", "", tail)
        return group, " ".join(map(self._format_value, ends))

    def _group_description(self, change: Change) -> tuple[ChangeGroup, str]:
        """Return the group of a changed property; short values added or removed share one."""
        noun, plural = self._find_noun(change.relation, "")
        thing = self._get_entity_name(change)
        sign, turn = _CHANGE_SIGNS[change.kind], self._format_before_after(change)
        if sign != "~" and change.topic != "source" and len(turn) <= MAX_SHORT_CHARACTERS:
            return ChangeGroup(
                1, "", noun, plural, sign, _format_language_tag(change), ""
            ), f"{thing} {turn}"
        return ChangeGroup(2, thing, noun + _format_language_tag(change), "", sign, "", ""), turn

    def _group_entity(self, change: Change) -> tuple[ChangeGroup, str]:
        iri, sign = change.subject, _CHANGE_SIGNS[change.kind]
        if change.topic == "source":
            return ChangeGroup(
                0, "", "source", "", sign, f" {_get_source_id(iri)}", ""
            ), self._format_title(iri)
        class_ = next(filter(None, (graph.class_of(iri) for graph in self._graphs)), "")
        noun = self.label(class_) if class_ else change.topic
        plural = self._find_text(class_, "aigg:plural") or noun + "s"
        return ChangeGroup(0, "", noun, plural, sign, "", ""), self._get_entity_name(change)

    def _get_entity_name(self, change: Change) -> str:
        thing = change.topic == "thing"
        return self._format_value(NamedNode(change.subject)) if thing else compact(change.subject)

    def _find_noun(self, relation: str, default: str) -> tuple[str, str]:
        """Return a noun and its plural for one end of a relation, or else the quoted label."""
        for end in ("aigg:subjectRole", "aigg:objectRole"):
            if noun := self._find_text(relation, end):
                return noun, self._find_text(relation, "aigg:plural") or noun + "s"
        label = f"“{_shorten(self.label(relation))}”"
        return (f"{default} {label}", f"{default}s {label}") if default else (label, label)

    def _format_before_after(self, change: Change) -> str:
        """Return the values before and after a change, or what was added or removed."""
        if change.topic == "strength" and not change.aspect:
            return "differs only in properties that are not compared"
        before, after = change.before, change.after
        aspect = f"{change.aspect} " if change.aspect else ""
        if before and after:
            return aspect + self._format_replacement(before, after)
        verb = f"{change.aspect} {'added' if after else 'removed'}: " if aspect else ""
        return verb + self._join_values(after or before)

    def _format_replacement(
        self, before: tuple[ChangeValue, ...], after: tuple[ChangeValue, ...]
    ) -> str:
        """Return the values before and after, with enough detail to show how they differ."""
        pairs = zip(_join_texts(before), _join_texts(after), strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if same > MAX_SHORT_CHARACTERS:
            start = same - MAX_SHORT_CHARACTERS // 2
            before, after = (("…" + _join_texts(values)[start:],) for values in (before, after))
        shown = [self._join_values(before), self._join_values(after)]
        if shown[0] == shown[1]:
            shown = [", ".join(map(_format_exact, values)) for values in (before, after)]
        return " -> ".join(shown)

    def _format_qualifiers(self, change: Change) -> str:
        """Return the modality and basis of an assertion that is not plainly stated as a fact.

        So a denied endorsement does not read like one. Returns "" if these are what changed.
        """
        if change.aspect in ("modality", "standing", "basis"):
            return ""
        said = change.said
        modalities = () if "a fact" in said["standing"] else said.get("modality", ())
        bases = (basis for basis in said.get("basis", ()) if basis != _STATED_BASIS)
        shown = dict.fromkeys(map(self._format_value, (*modalities, *bases)))
        return f" [{', '.join(shown)}]" if shown else ""

    def _format_source(self, iri: str) -> str:
        """Return the publisher and date of a source, and its id if another source has the same."""
        shown = self._format_publication(iri)
        return f"{shown}; {compact(iri)}" if self._publication_counts[shown] > 1 else shown

    def _format_publication(self, iri: str) -> str:
        parts = (self._find_text(iri, name) for name in ("aigg:publisherName", "dcterms:issued"))
        return _shorten(", ".join(filter(None, parts)) or self.label(iri))

    def _format_title(self, iri: str) -> str:
        return f"“{_shorten(self.label(iri))}” ({self._format_publication(iri)})"

    def _join_values(self, values: tuple[ChangeValue, ...]) -> str:
        return ", ".join(map(self._format_value, values))

    def _format_value(self, value: ChangeValue) -> str:
        """Return an entity as its label, a text in quotation marks, a number or date as it is."""
        if isinstance(value, NamedNode):
            return _shorten(self.label(value.value))
        if isinstance(value, Literal) and value.datatype.value in _QUOTED_DATATYPES:
            return f"“{_shorten(value.value)}”"
        return _shorten(_join_texts((value,)))

    def _find_text(self, iri: str, name: str) -> str:
        """Return the value of a property, the English one of several, or ""."""
        for graph in self._graphs if iri else ():
            pattern = (NamedNode(iri), NamedNode(expand(name)), None)
            if found := [quad.object for quad in graph.engine.quads(*pattern)]:
                return to_text(
                    min(found, key=lambda o: (getattr(o, "language", "") != "en", str(o)))
                )
        return ""


def _format_language_tag(change: Change) -> str:
    """Return the language of a change in parentheses if it is not English."""
    return f" ({change.language})" if change.language not in ("", "en") else ""


def _get_source_id(iri: str) -> str:
    return iri.removeprefix(PREFIXES["source"])


def _join_texts(values: tuple[ChangeValue, ...]) -> str:
    return ", ".join(value if isinstance(value, str) else to_text(value) for value in values)


def _format_exact(value: ChangeValue) -> str:
    """Return a value in full, with its prefixed name, datatype or language."""
    return compact(value.value) if isinstance(value, NamedNode) else str(value)


def _shorten(value: str) -> str:
    return shorten(value, _MAX_VALUE_LENGTH)


_HEADINGS = (
    "Facts",
    "Values",
    "How sources state it",
    "Sources",
    "Things",
    "Ontology",
    "Named graphs",
)

#: The signs and texts of lines by heading.
DiffSections = dict[str, list[tuple[str, str]]]


def format_diff(diff: GraphDiff, extension: str, names: tuple[str, str]) -> str:
    """Return a diff as text, md or json; ``names`` are the names of the two versions.

    Text and Markdown show up to 20 names in a line, JSON shows all.
    """
    wording = ChangeWording(diff)
    if extension == "json":
        return _format_json(diff, names, wording)
    sections = _build_sections(diff, wording)
    return _format_markdown(sections, names) if extension == "md" else _format_text(sections)


def group_diff_lines(diff: GraphDiff) -> DiffSections:
    """Return a diff as lines by heading, each with its sign: +, - or ~."""
    return _build_sections(diff, ChangeWording(diff))


def _build_sections(diff: GraphDiff, wording: ChangeWording) -> DiffSections:
    lines = {
        heading: list(_iter_lines((c for c in diff.changes if c.topic == topic), wording))
        for topic, heading in zip(CHANGE_TOPICS, _HEADINGS, strict=True)
    }
    return {heading: each for heading, each in lines.items() if each}


def _iter_lines(changes: Iterator[Change], wording: ChangeWording) -> Iterator[tuple[str, str]]:
    """Yield the sign and text of a line for each group of changes."""
    groups: dict[ChangeGroup, list[str]] = defaultdict(list)
    for change in changes:
        group, name = wording.group_change(change)
        groups[group].append(name)
    for group in sorted(groups, key=ChangeGroup.get_sort_key):
        yield group.sign, group.format_line(groups[group])


def _format_text(sections: DiffSections) -> str:
    blocks = (
        "".join((f"{heading}\n", *(f"{sign} {escape_controls(line)}\n" for sign, line in lines)))
        for heading, lines in sections.items()
    )
    return "\n".join(blocks) or "no changes\n"


def _format_markdown(sections: DiffSections, names: tuple[str, str]) -> str:
    title = f"# What changed from {escape_markdown(names[0])} to {escape_markdown(names[1])}\n"
    blocks = (
        "".join(
            (f"## {heading}\n", *(f"- \\{sign} {escape_markdown(line)}\n" for sign, line in lines))
        )
        for heading, lines in sections.items()
    )
    return "\n".join((title, *blocks)) if sections else f"{title}\nNo changes.\n"


def _format_json(diff: GraphDiff, names: tuple[str, str], wording: ChangeWording) -> str:
    iris = sorted({iri for change in diff.changes for iri in _iter_iris(change)})
    tree = {
        "old": names[0],
        "new": names[1],
        "changes": [_build_record(change) for change in diff.changes],
        "labels": {iri: wording.label(iri) for iri in iris},
    }
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def _build_record(change: Change) -> dict[str, object]:
    """Return the non-empty fields of a change, with IRIs in full."""
    fields = {
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
    return {name: value for name, value in fields.items() if value}


def _list_texts(values: tuple[ChangeValue, ...]) -> list[str]:
    return [value if isinstance(value, str) else to_text(value) for value in values]


def _iter_iris(change: Change) -> Iterator[str]:
    yield from filter(None, (change.subject, change.relation, change.source))
    stated = (value for values in change.said.values() for value in values)
    for value in (change.object_, *change.before, *change.after, *stated):
        if isinstance(value, NamedNode):
            yield value.value
