"""Fuzzy matching of folded names: indel similarity of whole names and of their words."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from typing import Generic, TypeVar

CandidateT = TypeVar("CandidateT")

#: Lowest score, of 100, at which a text may be a misspelling of a name. Of the names of the shipped
#: graph with one to three typing errors, 98 of 100 reach it; few unrelated words do.
MIN_SCORE = 72.0
_MAX_CHARACTERS = 200
_QUERY_WEIGHT, _WORDWISE_FACTOR = 0.8, 0.95
_ROUNDING = 1e-9

_Similarity = Callable[[str, str], float]


def measure_similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how alike two names are as a whole, up to 100: indel similarity of their letters."""
    from rapidfuzz.distance.Indel import normalized_similarity

    return 100 * normalized_similarity("".join(one), "".join(other))


def find_best_matches(
    query: Sequence[str],
    candidates: Iterable[tuple[Sequence[str], CandidateT]],
    min_score: float = MIN_SCORE,
) -> list[tuple[float, CandidateT]]:
    """Return the candidates whose words are similar to those of a query, best first.

    Each comes with a score up to 100, the higher of two similarities: of the whole texts, and of
    each word to the most similar word, in which the words of the query weigh most. Method:
    normalised indel similarity, https://rapidfuzz.github.io/RapidFuzz/.
    """
    return NameIndex(candidates).find_best_matches(query, min_score)


class NameIndex(Generic[CandidateT]):
    """Names to compare with many queries: only those that can reach a score are compared in full.

    ``candidates`` are the folded words of each name, and what it stands for.
    """

    def __init__(self, candidates: Iterable[tuple[Sequence[str], CandidateT]]) -> None:
        """Index the words of the candidates."""
        self._candidates = list(candidates)
        self._texts = [" ".join(words) for words, _ in self._candidates]
        self._numbers_by_word: dict[str, list[int]] = {}
        for number, (words, _) in enumerate(self._candidates):
            for word in set(words):
                self._numbers_by_word.setdefault(word, []).append(number)
        self._words = list(self._numbers_by_word)

    def find_best_matches(
        self, query: Sequence[str], min_score: float = MIN_SCORE
    ) -> list[tuple[float, CandidateT]]:
        """Return what `find_best_matches` returns for these candidates."""
        from rapidfuzz.distance.Indel import normalized_similarity

        text = " ".join(query)
        if not text or len(text) > _MAX_CHARACTERS:
            return []
        similarity = cache(normalized_similarity)
        matches = []
        for number in self._find_comparable(query, min_score):
            words, candidate = self._candidates[number]
            whole = normalized_similarity(text, self._texts[number])
            score = 100 * max(whole, _score_by_words(query, words, similarity))
            if score >= min_score:
                matches.append((score, candidate))
        return sorted(matches, key=lambda match: -match[0])

    def _find_comparable(self, query: Sequence[str], min_score: float) -> list[int]:
        """Return the numbers of the candidates that may reach a score, in order."""
        near, near_words = find_comparable_texts(query, self._texts, self._words, min_score)
        found = {number for word in near_words for number in self._numbers_by_word[word]}
        texts = {*near}
        return sorted(found | {n for n, text in enumerate(self._texts) if text in texts})


def find_comparable_texts(
    query: Sequence[str],
    texts: Sequence[str],
    words: Sequence[str],
    min_score: float = MIN_SCORE,
) -> tuple[list[str], list[str]]:
    """Return those texts and words of which a name must have one to reach a score.

    ``texts`` are names, their words separated by spaces, and ``words`` are the words of names.
    """
    from rapidfuzz.distance.Indel import normalized_similarity
    from rapidfuzz.process import extract

    find = partial(extract, scorer=normalized_similarity, limit=None)
    near = [text for text, *_ in find(" ".join(query), texts, score_cutoff=min_score / 100)]
    # A word of the query must be as similar as this to one of the candidate.
    share = (min_score / 100 / _WORDWISE_FACTOR - (1 - _QUERY_WEIGHT)) / _QUERY_WEIGHT
    cutoff = max(share - _ROUNDING, 0)
    found = (word for each in {*query} for word, *_ in find(each, words, score_cutoff=cutoff))
    return near, list(dict.fromkeys(found))


def _score_by_words(query: Sequence[str], words: Sequence[str], similarity: _Similarity) -> float:
    of_query = _measure_overlap(query, words, similarity)
    of_candidate = _measure_overlap(words, query, similarity)
    return _WORDWISE_FACTOR * (_QUERY_WEIGHT * of_query + (1 - _QUERY_WEIGHT) * of_candidate)


def _measure_overlap(words: Sequence[str], others: Sequence[str], similarity: _Similarity) -> float:
    """Return the similarity of each word to the most similar other, weighted by its length."""
    total = sum(
        len(word) * max((similarity(word, other) for other in others), default=0) for word in words
    )
    return total / (sum(map(len, words)) or 1)
