"""A difference told: as lines for people, grouped and short, or as JSON with everything in it."""

import json
from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import NamedNode

from graph_builder.catalogue import text
from graph_builder.difference import TOPICS, Change, Difference, Value
from graph_builder.texts import unmarked, visible
from graph_builder.wording import Group, Words

_HEADINGS = ("Facts", "Values", "How it is said", "Sources", "Things", "Ontology")

#: Under each heading the signs and the texts of its lines.
Parts = dict[str, list[tuple[str, str]]]


def write(found: Difference, extension: str, names: tuple[str, str]) -> str:
    """Return a difference as text, md or json; ``names`` are those of the two versions.

    Text and Markdown show 20 names of a group, JSON shows all.
    """
    words = Words(found)
    if extension == "json":
        return _json(found, names, words)
    parts = _parts(found, words)
    return _markdown(parts, names) if extension == "md" else _text(parts)


def told(found: Difference) -> Parts:
    """Return a difference as lines under their headings, each with its sign: +, - or ~."""
    return _parts(found, Words(found))


def _parts(found: Difference, words: Words) -> Parts:
    lines = {
        heading: list(_lines((c for c in found.changes if c.topic == topic), words))
        for topic, heading in zip(TOPICS, _HEADINGS, strict=True)
    }
    return {heading: each for heading, each in lines.items() if each}


def _lines(changes: Iterator[Change], words: Words) -> Iterator[tuple[str, str]]:
    """Yield sign and text of a line for each group of changes."""
    groups: dict[Group, list[str]] = defaultdict(list)
    for change in changes:
        group, name = words.of(change)
        groups[group].append(name)
    for group in sorted(groups, key=Group.order):
        yield group.sign, group.line(groups[group])


def _text(parts: Parts) -> str:
    shown = (
        "".join((f"{heading}\n", *(f"{sign} {visible(line)}\n" for sign, line in lines)))
        for heading, lines in parts.items()
    )
    return "\n".join(shown) or "no difference\n"


def _markdown(parts: Parts, names: tuple[str, str]) -> str:
    title = f"# What changed from {unmarked(names[0])} to {unmarked(names[1])}\n"
    shown = (
        "".join((f"## {heading}\n", *(f"- \\{sign} {unmarked(line)}\n" for sign, line in lines)))
        for heading, lines in parts.items()
    )
    return "\n".join((title, *shown)) if parts else f"{title}\nNo difference.\n"


def _json(found: Difference, names: tuple[str, str], words: Words) -> str:
    iris = sorted({iri for change in found.changes for iri in _iris(change)})
    tree = {
        "old": names[0],
        "new": names[1],
        "changes": [_record(change) for change in found.changes],
        "labels": {iri: words.label(iri) for iri in iris},
    }
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def _record(change: Change) -> dict[str, object]:
    """Return what a change has by name, IRIs in full."""
    named = {
        "topic": change.topic,
        "kind": change.kind,
        "subject": change.subject,
        "relation": change.relation,
        "object": text(change.object_),
        "language": change.language,
        "source": change.source,
        "aspect": change.aspect,
        "before": _texts(change.before),
        "after": _texts(change.after),
        "said": {aspect: _texts(values) for aspect, values in change.said.items()},
    }
    return {name: value for name, value in named.items() if value}


def _texts(values: tuple[Value, ...]) -> list[str]:
    return [value if isinstance(value, str) else text(value) for value in values]


def _iris(change: Change) -> Iterator[str]:
    yield from filter(None, (change.subject, change.relation, change.source))
    said = (value for values in change.said.values() for value in values)
    for value in (change.object_, *change.before, *change.after, *said):
        if isinstance(value, NamedNode):
            yield value.value
