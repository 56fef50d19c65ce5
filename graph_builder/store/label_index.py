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

from graph_builder.core.folding import fold_words
from graph_builder.core.similarity import find_best_matches
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.store.engine import Engine


class NameKind(IntEnum):
    """What a name is: what a thing is shown by, what a source calls it, a title, an id or code."""

    LABEL = 0
    ALIAS = 1
    TITLE = 2
    CODE = 3


class IndexedName(NamedTuple):
    """A name of a thing: its sort, the text as written, its language or "", property, and IRI."""

    sort: NameKind
    text: str
    language: str
    predicate: str
    iri: str


Tokens = tuple[str, ...]
NameFilter = Callable[[IndexedName], bool]
ScoredName = tuple[float, IndexedName]

_NAME_PROPERTIES = {
    "rdfs:label": NameKind.LABEL,
    "skos:prefLabel": NameKind.LABEL,
    "aigg:name": NameKind.ALIAS,
    "skos:altLabel": NameKind.ALIAS,
    "dcterms:title": NameKind.TITLE,
    "aigg:alpha2": NameKind.CODE,
    "aigg:alpha3": NameKind.CODE,
}
_MIN_FUZZY_LETTERS = 4  # three letters misspelt are three other letters


class LabelIndex:
    """The names in a graph, read and folded when they are first asked for, and then kept."""

    def __init__(self, engine: Engine) -> None:
        """Stand on an engine; what is added to it after the first question is not seen."""
        self._engine = engine

    @cached_property
    def _all(self) -> list[tuple[Tokens, IndexedName]]:
        """Every name with its words, in no particular order."""
        names = set(self._given())
        ids = {
            IndexedName(NameKind.CODE, _get_local_name(iri), "", "", iri)
            for iri in {name.iri for name in names}
        }
        return [(fold_words(name.text), name) for name in names | ids]

    def _given(self) -> Iterator[IndexedName]:
        for predicate, sort in _NAME_PROPERTIES.items():
            for quad in self._engine.quads(None, NamedNode(expand(predicate)), None):
                thing, name = quad.subject, quad.object
                if isinstance(thing, NamedNode) and isinstance(name, Literal):
                    yield IndexedName(sort, name.value, name.language or "", predicate, thing.value)

    @cached_property
    def _by_key(self) -> Mapping[str, list[IndexedName]]:
        found = defaultdict(list)
        for written, name in self._all:
            for key in _build_keys(written):
                found[key].append(name)
        return found

    def find_exact(self, text: str) -> list[IndexedName]:
        """Return the names that are the text, but for case, accents, punctuation and word order."""
        asked, prefix = _parse_search_text(text)
        found = {name for key in _build_keys(asked) for name in self._by_key.get(key, ())}
        return sorted(n for n in found if not prefix or _is_id_with_prefix(n, prefix))

    def find_prefix(self, text: str) -> list[ScoredName]:
        """Return the names in which each word asked begins a word, or which begin with the text.

        The score is the share of the name's letters that are asked, of 100, and half of it where a
        word asked is no whole word of the name.
        """
        asked, prefix = _parse_search_text(text)
        found = [
            (_score_coverage(asked, written), name)
            for written, name in self._compared(prefix)
            if asked and _is_prefix_match(asked, written)
        ]
        return sorted(found, key=_score_sort_key)

    def find_similar(self, text: str, fits: NameFilter = lambda _: True) -> list[ScoredName]:
        """Return the names that fit and that the text may be a misspelling of, scored up to 100."""
        asked, prefix = _parse_search_text(text)
        if len("".join(asked)) < _MIN_FUZZY_LETTERS:
            return []
        known = (
            (written, name)
            for written, name in self._compared(prefix)
            if len("".join(written)) >= _MIN_FUZZY_LETTERS and fits(name)
        )
        return sorted(find_best_matches(asked, known), key=_score_sort_key)

    def iter_shared_names(self) -> Iterator[list[IndexedName]]:
        """Yield the names that are one but for what does not matter and that are of several things.

        Ids and codes do not count; names that are one in two ways come twice.
        """
        for names in self._by_key.values():
            written = sorted(name for name in names if name.sort != NameKind.CODE)
            if len({name.iri for name in written}) > 1:
                yield written

    def _compared(self, prefix: str) -> Iterable[tuple[Tokens, IndexedName]]:
        """Return the names that a text need not be in full: ids only of a prefix."""
        return (
            (written, name)
            for written, name in self._all
            if (_is_id_with_prefix(name, prefix) if prefix else name.sort != NameKind.CODE)
        )


def _parse_search_text(text: str) -> tuple[Tokens, str]:
    """Return the words of a text, and where it is a prefixed name or IRI of ours its prefix."""
    prefix, _, local = compact(text.strip()).partition(":")
    if prefix in PREFIXES and re.fullmatch(r"[\w.-]+", local):
        return fold_words(local), prefix
    return fold_words(text), ""


def _score_sort_key(scored: ScoredName) -> tuple[float, IndexedName]:
    return -scored[0], scored[1]


def _is_id_with_prefix(name: IndexedName, prefix: str) -> bool:
    """Return whether a name is the id, not a code, of a thing whose IRI has a prefix."""
    return not name.predicate and name.iri.startswith(PREFIXES[prefix])


def _get_local_name(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def _build_keys(written: Tokens) -> set[str]:
    """Return what stands for all ways to set words: run together, and in order of the alphabet."""
    return {"".join(written), " ".join(sorted(written))} - {""}


def _is_prefix_match(asked: Tokens, written: Tokens) -> bool:
    """Return whether a name begins with what is asked, or a word of it with each word asked."""
    text, name = "".join(asked), "".join(written)
    return len(text) <= len(name) and (
        name.startswith(text)
        or all(any(word.startswith(begun) for word in written) for begun in asked)
    )


def _score_coverage(asked: Tokens, written: Tokens) -> float:
    whole = 100 if set(asked) <= set(written) else 50
    return whole * len("".join(asked)) / len("".join(written))
