"""Index of the names of entities, with exact, prefix and fuzzy lookup.

A text is looked up among labels, aliases (names that sources use), titles, ids and codes. A text
with a prefix, such as ``event:ai-summit``, is looked up only among the ids with that prefix.
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
    """The kinds of names: label, alias in a source, title, and id or code; best first."""

    LABEL = 0
    ALIAS = 1
    TITLE = 2
    CODE = 3


class IndexedName(NamedTuple):
    """A name of an entity: the text as written, its language or "", its property, and the IRI."""

    kind: NameKind
    text: str
    language: str
    predicate: str
    iri: str


Tokens = tuple[str, ...]
NameFilter = Callable[[IndexedName], bool]
ScoredName = tuple[float, IndexedName]

_NAME_PROPERTIES = {
    "rdfs:label": NameKind.LABEL,
    "aigg:displayLabel": NameKind.LABEL,
    "skos:prefLabel": NameKind.LABEL,
    "aigg:name": NameKind.ALIAS,
    "skos:altLabel": NameKind.ALIAS,
    "dcterms:title": NameKind.TITLE,
    "aigg:alpha2": NameKind.CODE,
    "aigg:alpha3": NameKind.CODE,
}
_MIN_FUZZY_LETTERS = 4  # shorter names would match almost anything


class LabelIndex:
    """The names of a graph; they are read and folded at the first lookup."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine; names that are added to it after the first lookup are not found."""
        self._engine = engine

    @cached_property
    def _all(self) -> list[tuple[Tokens, IndexedName]]:
        """All names with their folded words, in no particular order."""
        names = set(self._iter_names())
        ids = {
            IndexedName(NameKind.CODE, _get_local_name(iri), "", "", iri)
            for iri in {name.iri for name in names}
        }
        return [(fold_words(name.text), name) for name in names | ids]

    def _iter_names(self) -> Iterator[IndexedName]:
        for predicate, kind in _NAME_PROPERTIES.items():
            for quad in self._engine.quads(None, NamedNode(expand(predicate)), None):
                entity, name = quad.subject, quad.object
                if isinstance(entity, NamedNode) and isinstance(name, Literal):
                    yield IndexedName(
                        kind, name.value, name.language or "", predicate, entity.value
                    )

    @cached_property
    def _by_key(self) -> Mapping[str, list[IndexedName]]:
        by_key = defaultdict(list)
        for tokens, name in self._all:
            for key in _build_keys(tokens):
                by_key[key].append(name)
        return by_key

    def find_exact(self, text: str) -> list[IndexedName]:
        """Return the names equal to a text but for case, accents, punctuation and word order."""
        query, prefix = _parse_search_text(text)
        found = {name for key in _build_keys(query) for name in self._by_key.get(key, ())}
        return sorted(n for n in found if not prefix or _is_id_with_prefix(n, prefix))

    def find_prefix(self, text: str) -> list[ScoredName]:
        """Return the names that begin with a text, or in which each word of it begins a word.

        The score is the percentage of the name's letters that the text covers. It is halved if a
        word of the text is not a whole word of the name.
        """
        query, prefix = _parse_search_text(text)
        found = [
            (_score_coverage(query, tokens), name)
            for tokens, name in self._iter_comparable(prefix)
            if query and _is_prefix_match(query, tokens)
        ]
        return sorted(found, key=_score_sort_key)

    def find_similar(self, text: str, accepts: NameFilter = lambda _: True) -> list[ScoredName]:
        """Return the names that pass a filter and resemble a text, with scores up to 100."""
        query, prefix = _parse_search_text(text)
        if len("".join(query)) < _MIN_FUZZY_LETTERS:
            return []
        candidates = (
            (tokens, name)
            for tokens, name in self._iter_comparable(prefix)
            if len("".join(tokens)) >= _MIN_FUZZY_LETTERS and accepts(name)
        )
        return sorted(find_best_matches(query, candidates), key=_score_sort_key)

    def iter_shared_names(self) -> Iterator[list[IndexedName]]:
        """Yield the groups of equal names that belong to several entities, without ids and codes.

        Names are equal as in ``find_exact``. A group whose words are in the same order comes twice.
        """
        for names in self._by_key.values():
            shared = sorted(name for name in names if name.kind != NameKind.CODE)
            if len({name.iri for name in shared}) > 1:
                yield shared

    def _iter_comparable(self, prefix: str) -> Iterable[tuple[Tokens, IndexedName]]:
        """Return the names for prefix and fuzzy lookup: ids only for a text with a prefix."""
        return (
            (tokens, name)
            for tokens, name in self._all
            if (_is_id_with_prefix(name, prefix) if prefix else name.kind != NameKind.CODE)
        )


def _parse_search_text(text: str) -> tuple[Tokens, str]:
    """Return the words of a text, and its prefix if it is a prefixed name or IRI of the project."""
    prefix, _, local = compact(text.strip()).partition(":")
    if prefix in PREFIXES and re.fullmatch(r"[\w.-]+", local):
        return fold_words(local), prefix
    return fold_words(text), ""


def _score_sort_key(scored: ScoredName) -> tuple[float, IndexedName]:
    return -scored[0], scored[1]


def _is_id_with_prefix(name: IndexedName, prefix: str) -> bool:
    """Return whether a name is an id, not a code, of an entity whose IRI has a prefix."""
    return not name.predicate and name.iri.startswith(PREFIXES[prefix])


def _get_local_name(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def _build_keys(tokens: Tokens) -> set[str]:
    """Return two lookup keys for words: joined without spaces, and sorted."""
    return {"".join(tokens), " ".join(sorted(tokens))} - {""}


def _is_prefix_match(query: Tokens, tokens: Tokens) -> bool:
    """Return whether a name begins with the query, or each query word begins one of its words."""
    text, name = "".join(query), "".join(tokens)
    return len(text) <= len(name) and (
        name.startswith(text)
        or all(any(word.startswith(start) for word in tokens) for start in query)
    )


def _score_coverage(query: Tokens, tokens: Tokens) -> float:
    whole = 100 if set(query) <= set(tokens) else 50
    return whole * len("".join(query)) / len("".join(tokens))
