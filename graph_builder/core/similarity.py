"""How like two folded texts are, as whole texts and word by word."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TypeVar

CandidateT = TypeVar("CandidateT")

#: From so many points of 100 on, a writing may be a misspelling of another. Of the names of the
#: shipped graph with one to three slips in them, 98 of 100 reach it; of words that mean none, few.
MIN_SCORE = 72.0
_MAX_CHARACTERS = 200
_QUERY_WEIGHT, _WORDWISE_FACTOR = 0.8, 0.95

_Similarity = Callable[[str, str], float]


def find_best_matches(
    asked: Sequence[str],
    known: Iterable[tuple[Sequence[str], CandidateT]],
    least: float = MIN_SCORE,
) -> list[tuple[float, CandidateT]]:
    """Return what is known by words like those asked, each with a score up to 100, best first.

    The score is the better of two: how much the whole texts have in common, and how much each word
    has in common with the word most like it, where what was asked weighs more than what it leaves
    out. Method: normalised indel similarity, https://rapidfuzz.github.io/RapidFuzz/.
    """
    from rapidfuzz.distance.Indel import normalized_similarity

    text = " ".join(asked)
    if not text or len(text) > _MAX_CHARACTERS:
        return []
    like = cache(normalized_similarity)
    found = []
    for written, thing in known:
        whole = normalized_similarity(text, " ".join(written))
        score = 100 * max(whole, _score_by_words(asked, written, like))
        if score >= least:
            found.append((score, thing))
    return sorted(found, key=lambda pair: -pair[0])


def _score_by_words(asked: Sequence[str], written: Sequence[str], like: _Similarity) -> float:
    share = _QUERY_WEIGHT * _measure_overlap(asked, written, like) + (
        1 - _QUERY_WEIGHT
    ) * _measure_overlap(written, asked, like)
    return _WORDWISE_FACTOR * share


def _measure_overlap(these: Sequence[str], those: Sequence[str], like: _Similarity) -> float:
    """Return how much of some words' letters others have, each word met by the one most like it."""
    met = sum(len(word) * max((like(word, other) for other in those), default=0) for word in these)
    return met / (sum(map(len, these)) or 1)
