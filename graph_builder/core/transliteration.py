"""Compare names across scripts by their sound: 莫迪, मोदी and مودي are Modi.

Method: the text in Latin letters, as the package ``anyascii`` gives it, reduced to its consonants
in classes that transliterations confuse, as Soundex does it (Russell 1918, for English only).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

#: Two consonants are the least that tells one name from another.
MIN_SOUNDS = 2
_MIN_SIMILARITY = 0.8
_MIN_RESULT = 0.72
_CLASSES = (
    (r"(.)\1+", r"\1"),
    ("g(?=[ei])", "j"),
    ("ph", "f"),
    ("[sz]h|tch|ch|j", "s"),
    ("ts|c(?=[ei])|[xz]", "s"),
    ("ng(?![aeiou])", "n"),
    ("(?<=[kgtdbp])h", ""),
    ("[cqg]", "k"),
    ("[wv]", "f"),
    ("r", "l"),
    ("[aeiouyh]", ""),
)
_NASAL = re.compile("m(?![aeiouymhw])")  # before a consonant of Indian scripts
_ARABIC = re.compile("[\u0600-\u06ff]")
_PATTERNS = tuple((re.compile(pattern), replacement) for pattern, replacement in _CLASSES)


def has_other_letters(text: str) -> bool:
    """Return whether a text has letters of another script than Latin."""
    return any(
        each.isalpha() and not unicodedata.name(each, "").startswith(("LATIN", "FULLWIDTH LATIN"))
        for each in text
    )


@lru_cache(maxsize=4096)
def _spell(text: str) -> tuple[str, ...]:
    """Return the words of a text in Latin letters."""
    from anyascii import anyascii

    return tuple(word.lower() for word in re.split(r"[^A-Za-z]+", anyascii(text)) if word)


@lru_cache(maxsize=4096)
def spell_sounds(text: str) -> tuple[str, ...]:
    """Return the consonants of each word of a text, in classes; words without any are left out."""
    is_arabic = bool(_ARABIC.search(text))
    sounds = []
    for word in _spell(text):
        spelt = re.sub("[wy]", "", word) if is_arabic else _NASAL.sub("n", word)
        for pattern, replacement in _PATTERNS:
            spelt = pattern.sub(replacement, spelt)
        sounds.append(spelt)
    return tuple(each for each in sounds if each)


def measure_sound_similarity(text: str, name: str) -> float:
    """Return how alike a text and a name sound, 0 to 1; 0 if they do not sound alike.

    Each word of the text is compared to the most similar word of the name. Half of the result is
    how alike they are spelt in Latin letters, which tells apart what has the same consonants.
    """
    asked, sounds = spell_sounds(text), spell_sounds(name)
    if not sounds or len("".join(asked)) < MIN_SOUNDS:
        return 0.0
    alike = _measure_similarity(asked, sounds, MIN_SOUNDS)
    if alike < _MIN_SIMILARITY:
        return 0.0
    result = (alike + _measure_similarity(_spell(text), _spell(name), 0)) / 2
    return result if result >= _MIN_RESULT else 0.0


def _measure_similarity(asked: Sequence[str], words: Sequence[str], exactly: int) -> float:
    """Return how alike words are to words of a name, one by one or joined, to the name's end."""
    from rapidfuzz.distance.Indel import normalized_similarity

    ends = ["".join(words[first:]) for first in range(len(words))]
    joined = max(normalized_similarity("".join(asked), end) for end in ends)
    return max(joined, min(_find_similarity(each, words, exactly) for each in asked))


def _find_similarity(word: str, words: Iterable[str], exactly: int) -> float:
    """Return how alike a word is to the most similar of others; short ones only if it is one."""
    from rapidfuzz.distance.Indel import normalized_similarity

    if len(word) <= exactly:
        return float(word in words)
    return max(normalized_similarity(word, each) for each in words)
