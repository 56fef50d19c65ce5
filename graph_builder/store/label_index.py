"""The names of the things of a graph: what is called so, what begins so, what is written like it.

A text is looked for among labels, names that sources use, ids and codes; one with a prefix, such as
``event:ai-summit``, among the ids of that prefix alone.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from graph_builder.core.similarity import find_best_matches, fold_words
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.store.engine import Engine


class Sort(IntEnum):
    """What a name is: what a thing is shown by, what a source calls it, a title, an id or code."""

    LABEL = 0
    ALIAS = 1
    TITLE = 2
    CODE = 3


class Name(NamedTuple):
    """A name of a thing: its sort, the text as written, its language or "", property, and IRI."""

    sort: Sort
    text: str
    language: str
    predicate: str
    iri: str


Words = tuple[str, ...]
Fits = Callable[[Name], bool]
Scored = tuple[float, Name]

_NAMING = {
    "rdfs:label": Sort.LABEL,
    "skos:prefLabel": Sort.LABEL,
    "aigg:name": Sort.ALIAS,
    "skos:altLabel": Sort.ALIAS,
    "dcterms:title": Sort.TITLE,
    "aigg:alpha2": Sort.CODE,
    "aigg:alpha3": Sort.CODE,
}
_SHORTEST = 4  # three letters misspelt are three other letters


class Names:
    """The names in a graph, read and folded when they are first asked for, and then kept."""

    def __init__(self, engine: Engine) -> None:
        """Stand on an engine; what is added to it after the first question is not seen."""
        self._engine = engine

    @cached_property
    def _all(self) -> list[tuple[Words, Name]]:
        """Every name with its words, in no particular order."""
        names = set(self._given())
        ids = {Name(Sort.CODE, _local(iri), "", "", iri) for iri in {name.iri for name in names}}
        return [(fold_words(name.text), name) for name in names | ids]

    def _given(self) -> Iterator[Name]:
        for predicate, sort in _NAMING.items():
            for quad in self._engine.quads(None, NamedNode(expand(predicate)), None):
                thing, name = quad.subject, quad.object
                if isinstance(thing, NamedNode) and isinstance(name, Literal):
                    yield Name(sort, name.value, name.language or "", predicate, thing.value)

    @cached_property
    def _by_key(self) -> Mapping[str, list[Name]]:
        found = defaultdict(list)
        for written, name in self._all:
            for key in _keys(written):
                found[key].append(name)
        return found

    def called(self, text: str) -> list[Name]:
        """Return the names that are the text, but for case, accents, punctuation and word order."""
        asked, prefix = _read(text)
        found = {name for key in _keys(asked) for name in self._by_key.get(key, ())}
        return sorted(n for n in found if not prefix or _has(n, prefix))

    def begun(self, text: str) -> list[Scored]:
        """Return the names in which each word asked begins a word, or which begin with the text.

        The score is the share of the name's letters that are asked, of 100, and half of it where a
        word asked is no whole word of the name.
        """
        asked, prefix = _read(text)
        found = [
            (_covered(asked, written), name)
            for written, name in self._compared(prefix)
            if asked and _begins(asked, written)
        ]
        return sorted(found, key=_best_first)

    def near(self, text: str, fits: Fits = lambda _: True) -> list[Scored]:
        """Return the names that fit and that the text may be a misspelling of, scored up to 100."""
        asked, prefix = _read(text)
        if len("".join(asked)) < _SHORTEST:
            return []
        known = (
            (written, name)
            for written, name in self._compared(prefix)
            if len("".join(written)) >= _SHORTEST and fits(name)
        )
        return sorted(find_best_matches(asked, known), key=_best_first)

    def shared(self) -> Iterator[list[Name]]:
        """Yield the names that are one but for what does not matter and that are of several things.

        Ids and codes do not count; names that are one in two ways come twice.
        """
        for names in self._by_key.values():
            written = sorted(name for name in names if name.sort != Sort.CODE)
            if len({name.iri for name in written}) > 1:
                yield written

    def _compared(self, prefix: str) -> Iterable[tuple[Words, Name]]:
        """Return the names that a text need not be in full: ids only of a prefix."""
        return (
            (written, name)
            for written, name in self._all
            if (_has(name, prefix) if prefix else name.sort != Sort.CODE)
        )


def _read(text: str) -> tuple[Words, str]:
    """Return the words of a text, and where it is a prefixed name or IRI of ours its prefix."""
    prefix, _, local = compact(text.strip()).partition(":")
    if prefix in PREFIXES and re.fullmatch(r"[\w.-]+", local):
        return fold_words(local), prefix
    return fold_words(text), ""


def _best_first(scored: Scored) -> tuple[float, Name]:
    return -scored[0], scored[1]


def _has(name: Name, prefix: str) -> bool:
    """Return whether a name is the id, not a code, of a thing whose IRI has a prefix."""
    return not name.predicate and name.iri.startswith(PREFIXES[prefix])


def _local(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def _keys(written: Words) -> set[str]:
    """Return what stands for all ways to set words: run together, and in order of the alphabet."""
    return {"".join(written), " ".join(sorted(written))} - {""}


def _begins(asked: Words, written: Words) -> bool:
    """Return whether a name begins with what is asked, or a word of it with each word asked."""
    text, name = "".join(asked), "".join(written)
    return len(text) <= len(name) and (
        name.startswith(text)
        or all(any(word.startswith(begun) for word in written) for begun in asked)
    )


def _covered(asked: Words, written: Words) -> float:
    whole = 100 if set(asked) <= set(written) else 50
    return whole * len("".join(asked)) / len("".join(written))
