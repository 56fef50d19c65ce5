"""What the words of a search mean, in the languages that people search in.

``KI-Gipfel in Paris``, ``sommet de Paris sur l'IA`` and ``巴黎人工智能峰会`` ask for the same. A
table of the words of the field and of places (``ontology/search-words.csv``) and the everyday names
of countries turn a text into meanings, by which names are compared.
"""

import csv
import json
import re
from collections.abc import Iterator
from functools import cache

from graph_builder.core.everyday_names import load_country_names
from graph_builder.core.folding import fold_words, list_foldings
from graph_builder.core.resources import find_data_folder
from graph_builder.core.transliteration import has_other_letters
from graph_builder.core.vocabulary import is_country_id

#: What a word may mean: concepts of the table, ids of countries, or the folded word itself.
Meaning = frozenset[str]
Words = tuple[str, ...]

_STOP_WORDS = "-"
_STEM = "*"
_KEY_LENGTH = 2
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # U.S., E.U.
_MIN_COUNTRY_NAME = 3
_PHRASE = 2  # words, at least
#: Scripts whose words are not, or not always, separated by spaces: Thai to Khmer, kana, Han, and
#: Hangul, which is folded to its letters.
UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+"
)


class SearchWords:
    """The table of words, folded, for looking up the longest phrase at a place in a text."""

    def __init__(
        self,
        kinds: dict[str, str],
        stems: dict[str, list[tuple[Words, str]]],
        stop_words: set[str],
        phrases: dict[Words, set[str]],
    ) -> None:
        """Set the kinds of concepts, the stems by their first letters, stop words and phrases."""
        self.kinds = kinds
        self.stems = stems
        self.stop_words = stop_words
        self.phrases = phrases
        self.lengths: dict[str, int] = {}
        for words in phrases:
            self.lengths[words[0]] = max(self.lengths.get(words[0], 0), len(words))
        self._stems_of_words: dict[str, list[tuple[Words, str]]] = {}

    def find_concepts(self, words: Words) -> set[str]:
        """Return the concepts of a phrase; none for other words."""
        return self.phrases.get(words, set())

    def find_longest(self, word: str) -> int:
        """Return the number of words of the longest phrase that begins with a word; 0 for none."""
        return self.lengths.get(word, 0)

    def interpret(self, text: str) -> list[tuple[Meaning, str]]:
        """Return the meanings of a text, each with its folded words; words such as ``of`` are out.

        The words of a text without letters of a known phrase mean themselves.
        """
        joined = _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
        return self.interpret_words(fold_words(joined))

    def interpret_words(self, words: Words) -> list[tuple[Meaning, str]]:
        """Return the meanings of folded words, as ``interpret`` does for a text."""
        return list(self._iter_meanings([part for word in words for part in _split_scripts(word)]))

    def find_countries(self, text: str) -> set[str]:
        """Return the prefixed ids of the countries that a text is a name of, in any language."""
        return {each for each in self.find_concepts(fold_words(text)) if is_country_id(each)}

    def find_meant_countries(self, text: str) -> set[str]:
        """Return the ids of the countries that a text means and says no more of, such as French."""
        asked = self.interpret(text)
        meant = asked[0][0] if len(asked) == 1 else frozenset()
        return {each for each in meant if is_country_id(each)}

    def _iter_meanings(self, words: list[str]) -> Iterator[tuple[Meaning, str]]:
        place = 0
        while place < len(words):
            word = words[place]
            number, concepts = self._find_phrase(words, place)
            if word in self.stop_words and number < _PHRASE:
                number = 1
            elif number:
                yield frozenset(concepts), " ".join(words[place : place + number])
            elif UNSPACED.match(word):
                yield from self._iter_unspaced(word)
            else:
                yield frozenset({word}), word
            place += number or 1

    def _find_phrase(self, words: list[str], place: int) -> tuple[int, set[str]]:
        """Return the number of words of the longest phrase at a place, and its concepts."""
        longest = self.find_longest(words[place])
        for number in range(min(longest, len(words) - place), 1, -1):
            if found := self.find_concepts(tuple(words[place : place + number])):
                return number, found
        stems = self._find_stems(words[place])
        for phrase, concept in stems:
            following = words[place : place + len(phrase)]
            if len(phrase) > 1 and len(following) == len(phrase) and _begin_with(following, phrase):
                return len(phrase), {concept}
        found = self.find_concepts((words[place],)) if longest else set()
        found = found | {concept for phrase, concept in stems if len(phrase) == 1}
        return (1, found) if found else (0, found)

    def _find_stems(self, word: str) -> list[tuple[Words, str]]:
        """Return the phrases of stems whose first stem begins a word."""
        if word not in self._stems_of_words:
            candidates = self.stems.get(word[:_KEY_LENGTH], ())
            self._stems_of_words[word] = [
                each for each in candidates if word.startswith(each[0][0])
            ]
        return self._stems_of_words[word]

    def _iter_unspaced(self, word: str) -> Iterator[tuple[Meaning, str]]:
        """Yield the meanings of a run of letters without spaces: the longest known parts first."""
        place, rest = 0, ""
        while place < len(word):
            for end in range(len(word), place, -1):
                part = word[place:end]
                concepts = self.find_concepts((part,))
                if part in self.stop_words or concepts:
                    if rest:
                        yield frozenset({rest}), rest
                    if part not in self.stop_words:
                        yield frozenset(concepts), part
                    place, rest = end, ""
                    break
            else:
                rest, place = rest + word[place], place + 1
        if rest:
            yield frozenset({rest}), rest


def _read_search_words(*, with_countries: bool) -> SearchWords:
    """Read the table and, if they are wanted, the names of countries."""
    words = SearchWords({}, {}, set(), {})
    path = find_data_folder("ontology") / "search-words.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            _add_concept(words, row.pop("concept"), row.pop("kind"), row)
    for id_, name, _, _ in load_country_names() if with_countries else ():
        for folded in list_foldings(name):
            if _is_telling(name, "".join(folded)):
                words.phrases.setdefault(folded, set()).add(id_)
    return SearchWords(words.kinds, words.stems, words.stop_words, words.phrases)


def _add_concept(words: SearchWords, concept: str, kind: str, forms: dict[str, str]) -> None:
    words.kinds[concept] = kind
    for form in (each for cell in forms.values() for each in cell.split(", ") if each):
        folded = tuple("".join(fold_words(word.rstrip(_STEM))) for word in _split_form(form))
        if concept == _STOP_WORDS:
            words.stop_words.add("".join(folded))
        elif _STEM in form:
            words.stems.setdefault(folded[0][:_KEY_LENGTH], []).append((folded, concept))
        else:
            words.phrases.setdefault(folded, set()).add(concept)


def format_search_words() -> str:
    """Return the table as a module in JavaScript: folded phrases, stems, stop words and kinds."""
    words = _read_search_words(with_countries=False)
    phrases = {" ".join(form): sorted(concepts) for form, concepts in words.phrases.items()}
    stems = [[" ".join(form), concept] for each in words.stems.values() for form, concept in each]
    kinds = {concept: kind for concept, kind in words.kinds.items() if kind}
    values = {
        "PHRASES": dict(sorted(phrases.items())),
        "STEMS": sorted(stems),
        "STOP_WORDS": sorted(words.stop_words),
        "KINDS": kinds,
    }
    lines = (f"export const {name} = {json.dumps(value)};\n" for name, value in values.items())
    return "// Written by tools/search_words_table.py.\n" + "".join(lines)


def _is_telling(name: str, folded: str) -> bool:
    """Return whether a name of a country can be told from other words in a text.

    Short ones are abbreviations, which in Greek or Cyrillic letters may be Latin words: ΗΠΑ.
    """
    if not name.isascii() and folded.isascii() and has_other_letters(name):
        return len(folded) > _MIN_COUNTRY_NAME
    return len(folded) >= _MIN_COUNTRY_NAME or name.isupper()


def _begin_with(words: list[str], stems: Words) -> bool:
    return all(word.startswith(stem) for word, stem in zip(words, stems, strict=True))


def _split_form(form: str) -> list[str]:
    """Return the words of a form of the table as they are folded, each with its mark of a stem."""
    words = []
    for word in form.split():
        folded = fold_words(word.rstrip(_STEM))
        words += [*folded[:-1], folded[-1] + (_STEM if word.endswith(_STEM) else "")]
    return words


def _split_scripts(word: str) -> list[str]:
    """Return the parts of a word with and without spaces between words: パリ, ai, サミット."""
    if not UNSPACED.search(word):
        return [word]
    parts, place = [], 0
    for run in UNSPACED.finditer(word):
        parts += [word[place : run.start()], run[0]]
        place = run.end()
    return [part for part in (*parts, word[place:]) if part]


@cache
def load_search_words() -> SearchWords:
    """Return the table of words; it is read once."""
    return _read_search_words(with_countries=True)
