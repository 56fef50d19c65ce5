"""Index of the names of entities, with exact, prefix and fuzzy lookup.

A text is looked up among labels, aliases (names that sources use), titles, ids and codes. A text
with a prefix, such as ``event:ai-summit``, is looked up only among the ids with that prefix.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple, Protocol

from pyoxigraph import Literal, NamedNode

from graph_builder.core.everyday_names import load_everyday_names
from graph_builder.core.folding import fold_words, list_foldings
from graph_builder.core.search_words import UNSPACED, SearchWords, load_search_words
from graph_builder.core.similarity import NameIndex, measure_similarity
from graph_builder.core.text import shorten
from graph_builder.core.transliteration import has_other_letters
from graph_builder.core.vocabulary import PREFIXES, REGISTRY_GRAPH, compact, expand, is_country_iri
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
FoldedName = tuple[Tokens, IndexedName]
NameFilter = Callable[[IndexedName], bool]
ScoredName = tuple[float, IndexedName]

#: The properties whose values are names, each with its kind.
NAME_PROPERTIES = {
    "rdfs:label": NameKind.LABEL,
    "aigg:displayLabel": NameKind.LABEL,
    "skos:prefLabel": NameKind.LABEL,
    "aigg:name": NameKind.ALIAS,
    "skos:altLabel": NameKind.ALIAS,
    "dcterms:title": NameKind.TITLE,
    "aigg:alpha2": NameKind.CODE,
    "aigg:alpha3": NameKind.CODE,
    "aigg:officialNumber": NameKind.CODE,
    "aigg:celexNumber": NameKind.CODE,
    "aigg:unSymbol": NameKind.CODE,
    "aigg:billNumber": NameKind.CODE,
}
#: Kinds of entities whose labels are abbreviated.
_ABBREVIATED = (PREFIXES["actor"], PREFIXES["event"], PREFIXES["instrument"])
_REMARK = re.compile(r"\(([^()]*)\)")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]+")
_MAX_CAPITALS = 4
#: The most characters by which a thing is found: nobody types more.
MAX_NAME = 1_000
_MIN_INITIALS = 3
#: How similar, of 100, a text and the name of a country must be as wholes: "Czechoslovakia" is not
#: meant for Slovakia, nor "East Germany" for Germany.
_MIN_COUNTRY_SCORE = 80.0
_MIN_FUZZY_LETTERS = 4  # shorter names would match almost anything


class ComparableName(NamedTuple):
    """A name with its folded words, and these without spaces, and with one before each."""

    words: Tokens
    joined: str
    spaced: str
    name: IndexedName


#: Names for fuzzy lookup, by whether they are in ASCII.
SimilarNames = Mapping[bool, NameIndex[IndexedName]]


def list_comparable(folded: Iterable[FoldedName], prefix: str) -> list[ComparableName]:
    """Return the names for prefix and fuzzy lookup: ids for a text with a prefix, else no codes."""
    return [
        ComparableName(words, "".join(words), "".join(f" {word}" for word in words), name)
        for words, name in folded
        if (_is_id_with_prefix(name, prefix) if prefix else name.kind != NameKind.CODE)
    ]


def index_similar(names: Iterable[ComparableName]) -> SimilarNames:
    """Return the names that are long enough for fuzzy lookup."""
    long = [each for each in names if len(each.joined) >= _MIN_FUZZY_LETTERS]
    return {
        is_ascii: NameIndex((e.words, e.name) for e in long if e.joined.isascii() is is_ascii)
        for is_ascii in (True, False)
    }


class NameTable(Protocol):
    """The names of a graph, and which of them can have some words.

    The names that are asked for are at least those wanted; whoever asks compares them.
    """

    def list_names(self) -> Sequence[IndexedName]:
        """Return all names, sorted: those in the graph, ids, everyday names, and short forms."""
        ...

    def list_folded(self) -> Sequence[FoldedName]:
        """Return all names with their folded words, sorted; one with umlauts comes twice."""
        ...

    def has_iri(self, iri: str) -> bool:
        """Return whether an entity has a name."""
        ...

    def find_by_key(self, key: str) -> Iterable[IndexedName]:
        """Return the names whose words, joined or sorted, are a text."""
        ...

    def find_by_start(self, words: Tokens, prefix: str) -> Iterable[ComparableName]:
        """Return the names that may begin with words, or have words that begin with them.

        With a prefix, they are the ids with that prefix.
        """
        ...

    def find_similar(self, words: Tokens, prefix: str) -> SimilarNames:
        """Return the names that may be similar to words; with a prefix, the ids with it."""
        ...

    def group_by_key(self) -> Iterable[Sequence[IndexedName]]:
        """Return the groups of names that have a key in common."""
        ...


def iter_names(engine: Engine, entity: NamedNode | None = None) -> Iterator[IndexedName]:
    """Yield the names that a graph says of an entity, by default of all."""
    for predicate, kind in NAME_PROPERTIES.items():
        for quad in engine.quads(entity, NamedNode(expand(predicate)), None):
            named, name = quad.subject, quad.object
            if isinstance(named, NamedNode) and isinstance(name, Literal):
                text = shorten(name.value, MAX_NAME)
                yield IndexedName(kind, text, name.language or "", predicate, named.value)


def complete_names(said: Iterable[IndexedName], words: SearchWords) -> list[IndexedName]:
    """Return the names of entities, ids, everyday names and short forms, sorted.

    ``said`` are all names that a graph says of these entities.
    """
    names = set(said)
    iris = {name.iri for name in names}
    names |= {IndexedName(NameKind.CODE, _get_local_name(iri), "", "", iri) for iri in iris}
    names |= {short for name in names for short in _list_short_forms(name, words)}
    for id_, text, language, source in load_everyday_names():
        if (iri := expand(id_)) in iris:
            names.add(IndexedName(NameKind.ALIAS, text, language, source, iri))
    return sorted(names)


class NamesInMemory:
    """The names of a graph; they are read and folded at the first lookup."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine; names that are added to it after the first lookup are not found."""
        self._engine = engine

    @cached_property
    def _names(self) -> list[IndexedName]:
        return complete_names(iter_names(self._engine), load_search_words())

    @cached_property
    def _folded(self) -> list[FoldedName]:
        return [(words, name) for name in self._names for words in list_foldings(name.text)]

    @cached_property
    def _iris(self) -> frozenset[str]:
        return frozenset(name.iri for name in self._names)

    @cached_property
    def _by_key(self) -> Mapping[str, list[IndexedName]]:
        by_key = defaultdict(list)
        for tokens, name in self._folded:
            for key in build_keys(tokens):
                by_key[key].append(name)
        return by_key

    def list_names(self) -> Sequence[IndexedName]:
        """Return all names, sorted: those in the graph, ids, everyday names, and short forms."""
        return self._names

    def list_folded(self) -> Sequence[FoldedName]:
        """Return all names with their folded words, sorted; one with umlauts comes twice."""
        return self._folded

    def has_iri(self, iri: str) -> bool:
        """Return whether an entity has a name."""
        return iri in self._iris

    def find_by_key(self, key: str) -> Iterable[IndexedName]:
        """Return the names whose words, joined or sorted, are a text."""
        return self._by_key.get(key, ())

    @cached_property
    def _comparable(self) -> list[ComparableName]:
        return list_comparable(self._folded, "")

    @cached_property
    def _similar(self) -> SimilarNames:
        return index_similar(self._comparable)

    def find_by_start(self, words: Tokens, prefix: str) -> Iterable[ComparableName]:  # noqa: ARG002
        """Return all names: comparing them takes less time than an index of how words begin."""
        return list_comparable(self._folded, prefix) if prefix else self._comparable

    def find_similar(self, words: Tokens, prefix: str) -> SimilarNames:  # noqa: ARG002
        """Return all names."""
        return index_similar(list_comparable(self._folded, prefix)) if prefix else self._similar

    def group_by_key(self) -> Iterable[Sequence[IndexedName]]:
        """Return the groups of names that have a key in common."""
        return self._by_key.values()


class LabelIndex:
    """The names of a graph, with exact, prefix and fuzzy lookup."""

    def __init__(self, table: NameTable) -> None:
        """Look names up in a table."""
        self._table = table

    @property
    def names(self) -> Sequence[IndexedName]:
        """All names: those in the graph, ids, everyday names, and short forms of labels."""
        return self._table.list_names()

    def iter_folded(self) -> Iterator[FoldedName]:
        """Yield all names with their folded words; one with umlauts comes twice."""
        yield from self._table.list_folded()

    def list_aliases(self) -> dict[str, list[str]]:
        """Return the sorted aliases of each entity: by sources, everyday names, and short forms."""
        aliases: dict[str, set[str]] = defaultdict(set)
        for name in self.names:
            if name.kind is NameKind.ALIAS:
                aliases[name.iri].add(name.text)
        return {iri: sorted(names) for iri, names in aliases.items()}

    def has_names(self, iri: str) -> bool:
        """Return whether an entity has a name in the graph."""
        return self._table.has_iri(iri)

    def find_exact(self, text: str) -> list[IndexedName]:
        """Return the names equal to a text but for case, accents, punctuation and word order."""
        query, prefix = _parse_search_text(text)
        found = {name for key in build_keys(query) for name in self._table.find_by_key(key)}
        if not text.isascii() and has_other_letters(text):
            found = {name for name in found if name.kind is not NameKind.CODE}
        return sorted(n for n in found if not prefix or _is_id_with_prefix(n, prefix))

    def find_prefix(self, text: str) -> list[ScoredName]:
        """Return the names that begin with a text, or in which each word of it begins a word.

        The score is the percentage of the name's letters that the text covers. It is halved if a
        word of the text is not a whole word of the name.
        """
        query, prefix = _parse_search_text(text)
        if not query:
            return []
        found = [
            (_score_coverage(query, each.words), each.name)
            for each in _iter_prefix_matches(query, self._table.find_by_start(query, prefix))
        ]
        return sorted(found, key=_score_sort_key)

    def find_similar(self, text: str, accepts: NameFilter = lambda _: True) -> list[ScoredName]:
        """Return the names that pass a filter and resemble a text, with scores up to 100."""
        query, prefix = _parse_search_text(text)
        if len("".join(query)) < _MIN_FUZZY_LETTERS:
            return []
        index = self._table.find_similar(query, prefix)
        found = [
            (score, name)
            for score, name in index["".join(query).isascii()].find_best_matches(query)
            if accepts(name) and _is_likely_meant(query, name)
        ]
        return sorted(found, key=_score_sort_key)

    def iter_shared_names(self) -> Iterator[list[IndexedName]]:
        """Yield the groups of equal names that belong to several entities, without ids and codes.

        Names are equal as in ``find_exact``. A group whose words are in the same order comes twice.
        """
        for names in self._table.group_by_key():
            shared = sorted(
                name for name in names if name.kind != NameKind.CODE and _is_in_graph(name)
            )
            if len({name.iri for name in shared}) > 1:
                yield shared


def _parse_search_text(text: str) -> tuple[Tokens, str]:
    """Return the words of a text, and its prefix if it is a prefixed name or IRI of the project."""
    text = text[:MAX_NAME]
    prefix, _, local = compact(text.strip()).partition(":")
    if prefix in PREFIXES and re.fullmatch(r"[\w.-]+", local):
        return fold_words(local), prefix
    return fold_words(text), ""


def _is_in_graph(name: IndexedName) -> bool:
    """Return whether a graph says a name, which is neither an everyday name nor a short form."""
    return not name.predicate.startswith("http")


def _is_likely_meant(query: Tokens, name: IndexedName) -> bool:
    """Return whether a similar name may be proposed: that of a country only if hardly different."""
    if not is_country_iri(name.iri) and not is_everyday(name):
        return True
    return measure_similarity(query, fold_words(name.text)) >= _MIN_COUNTRY_SCORE


def is_everyday(name: IndexedName) -> bool:
    """Return whether a name is one of the package's own everyday names, not of the graph."""
    return name.predicate.startswith("http") and name.predicate != REGISTRY_GRAPH


def _list_short_forms(name: IndexedName, words: SearchWords) -> Iterator[IndexedName]:
    """Yield what a label comes to without its remark in brackets, that remark, and its initials."""
    if name.kind is not NameKind.LABEL or not name.iri.startswith(_ABBREVIATED):
        return
    plain = _REMARK.sub(" ", name.text).strip()
    remarks = [each for each in _REMARK.findall(name.text) if each[1:].isupper()]
    short = {plain, *remarks, *abbreviate(plain, words)} - {name.text, ""}
    for each in short:
        yield name._replace(kind=NameKind.ALIAS, text=each, predicate=REGISTRY_GRAPH)


def abbreviate(label: str, known: SearchWords | None = None) -> set[str]:
    """Return the initials of a name, also without those of a country or AI at its ends.

    Words in capitals stay whole: ``World AI Conference`` is WAIC. Fewer than three letters or two
    words give none.
    """
    words = [
        part
        for word in _HYPHENATED.findall(label)
        if word[0].isupper()
        for part in _WORD.findall(word)
    ]
    has_place = bool(words) and (
        words[0].isupper() or bool((known or load_search_words()).find_countries(words[0]))
    )
    starts = (0, 1) if has_place else (0,)
    ends = (len(words), len(words) - 1) if words[-1:] == ["AI"] else (len(words),)
    found = {_join_initials(words[start:end]) for start in starts for end in ends}
    return {each for each in found if len(each) >= _MIN_INITIALS}


def _join_initials(words: list[str]) -> str:
    """Return the initials of words, "" for fewer than two words."""
    initials = [
        word if word.isupper() and len(word) <= _MAX_CAPITALS else word[0].upper() for word in words
    ]
    return "".join(initials) if len(words) > 1 else ""


def _score_sort_key(scored: ScoredName) -> tuple[float, IndexedName]:
    return -scored[0], scored[1]


def _is_id_with_prefix(name: IndexedName, prefix: str) -> bool:
    """Return whether a name is an id, not a code, of an entity whose IRI has a prefix."""
    return not name.predicate and name.iri.startswith(PREFIXES[prefix])


def _get_local_name(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def build_keys(tokens: Tokens) -> set[str]:
    """Return two lookup keys for words: joined without spaces, and sorted."""
    return {"".join(tokens), " ".join(sorted(tokens))} - {""}


def _iter_prefix_matches(
    query: Tokens, names: Iterable[ComparableName]
) -> Iterator[ComparableName]:
    """Yield the names that begin with the query, or where each query word begins a word anywhere.

    Where words are not separated by spaces, as in Chinese, the query may be anywhere inside. An
    everyday name has to begin with it.
    """
    text = "".join(query)
    if not text:
        return
    is_unspaced = bool(UNSPACED.match(text))
    starts = [f" {word}" for word in query]
    longest = max(starts, key=len)  # what the fewest names have is looked for first
    for each in names:
        begins = each.joined.startswith(text) or (is_unspaced and text in each.joined)
        if begins or (
            longest in each.spaced
            and len(text) <= len(each.joined)
            and all(start in each.spaced for start in starts)
            and not is_everyday(each.name)
        ):
            yield each


def _score_coverage(query: Tokens, tokens: Tokens) -> float:
    whole = 100 if set(query) <= set(tokens) else 50
    return whole * len("".join(query)) / len("".join(tokens))
