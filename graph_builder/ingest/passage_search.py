"""Search for a quoted passage in a text, bridging what copying and typesetting change.

Words are compared under NFC (Unicode, annex 15). Ligatures, quotation marks, dashes, no-break and
zero-width characters, soft hyphens, line breaks and hyphens at the end of a line may differ, and
each such difference is named. Letters, case and accents may not.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graph_builder.core.text import format_count, quote_whole
from graph_builder.ingest.model import ELLIPSIS

_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d")
_QUOTES = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a\u02bb\u02bc\u2032\u00b4`\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02", '"'),
}
_OPENING, _CLOSING = frozenset("\u00ab\u2039"), frozenset("\u00bb\u203a")
#: Besides format characters (category Cf): a grapheme joiner and variation selectors, all marks.
_INVISIBLE_MARKS = re.compile("[\u034f\u180b-\u180d\ufe00-\ufe0f]")
_LIGATURES = re.compile("[\u0132\u0133\ufb00-\ufb06\ufb13-\ufb17\ufb50-\ufdff\ufe70-\ufefc]")
#: Letters that a typesetter may join to one character, longest first.
_JOINED_LETTERS = re.compile(
    r"ffi|ffl|ff|fi|fl|ft|st|ij|IJ|\.\.\.|\u0644[\u0622\u0623\u0625\u0627]"
)
#: Vowels and finals of Korean syllables that are written letter by letter.
_HANGUL_PARTS = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]")
#: Thai, Lao, Burmese and Khmer; with Chinese and Japanese, which are wide, written without spaces.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_SOFT_HYPHEN, _NOT_SIGN = "\u00ad", "\u00ac"
#: Scanning programs write a hyphen at the end of a line as a soft hyphen or a not sign.
_LINE_END_HYPHEN = re.compile(rf"[-\u2010\u2011\u00ad\u00ac][^\S{_LINE_ENDS}]*[{_LINE_ENDS}]\s*")
_BROKEN_HYPHEN = re.compile(r"[-\u2010\u2011\u00ad\u00ac]\s+")
_MAX_NEAREST_TEXT = 2_000_000
_MIN_NEAREST_SCORE = 60.0
_MAX_WORD = 24


@dataclass(frozen=True)
class Passage:
    """The span of a passage in a text, and in what it differs from the anchor."""

    start: int
    end: int
    differences: tuple[str, ...] = ()


class PassageIndex:
    """A text as its letters, folded and without spaces and dashes, each with its span."""

    def __init__(self, text: str, *, is_anchor: bool = False) -> None:
        """Index a text, or an anchor, whose spaces may stand for line breaks."""
        self.text = text
        self._hyphenation = _BROKEN_HYPHEN if is_anchor else _LINE_END_HYPHEN
        self._breaks = None if is_anchor else re.compile(f"[{_LINE_ENDS}]")
        letters: list[str] = []
        self._starts, self._ends = array("I"), array("I")
        for kind, start, end in _iter_tokens(text):
            if kind == "plain":
                letters.append(text[start:end])
                self._starts.extend(range(start, end))
                self._ends.extend(range(start + 1, end + 1))
            else:
                folded = _fold_unit(text[start:end])
                letters.append(folded)
                self._starts.extend([start] * len(folded))
                self._ends.extend([end] * len(folded))
        self.letters = "".join(letters)

    def find(self, anchor: str) -> Passage | None:
        """Return the first occurrence of an anchor, one without differences if there is any."""
        first, last = _split_anchor(anchor)
        for exact in (True, False):
            for start in self._iter_matches(first, 0, exact=exact):
                if last is None:
                    return start
                end = next(self._iter_matches(last, start.end, exact=exact), None)
                if end:
                    return _join(start, end)
                break
        return None

    def match(self, anchor: str, start: int, end: int) -> Passage | None:
        """Return the passage of a span if it is the anchor, or has its words around an …."""
        first, last = _split_anchor(anchor)
        found = self._match_at(first, bisect_left(self._starts, start))
        if found is None or found.start != start:
            return None
        if last is None:
            return found if found.end == end else None
        tail = self._match_at(last, bisect_right(self._ends, end) - len(last.letters))
        return _join(found, tail) if tail and tail.end == end and tail.start >= found.end else None

    def find_nearest(self, anchor: str) -> str | None:
        """Return the passage most similar to the part of an anchor that is not in the text."""
        from rapidfuzz.fuzz import partial_ratio_alignment

        parts = [part for part in _split_anchor(anchor) if part]
        missing = next((p for p in parts if not any(self._iter_matches(p, 0))), parts[0])
        if not missing.letters or len(self.text) > _MAX_NEAREST_TEXT:
            return None
        found = partial_ratio_alignment(
            _lower(missing.letters), _lower(self.letters), score_cutoff=_MIN_NEAREST_SCORE
        )
        if found is None or found.dest_start >= found.dest_end:
            return None
        start, end = self._starts[found.dest_start], self._ends[found.dest_end - 1]
        return _trim_words(self.get_word(start, end).split(), missing.text)

    def _iter_matches(
        self, part: "PassageIndex", start: int, *, exact: bool = False
    ) -> Iterator[Passage]:
        """Yield each occurrence of a part of an anchor after a position of the text."""
        position = bisect_left(self._starts, start) - 1
        while part.letters:
            position = self.letters.find(part.letters, position + 1)
            if position < 0:
                return
            found = self._match_at(part, position)
            if found and found.start >= start and not (exact and found.differences):
                yield found

    def _match_at(self, part: "PassageIndex", position: int) -> Passage | None:
        """Return the passage whose letters begin at a position, if the gaps between them agree."""
        end = position + len(part.letters)
        if position < 0 or not part.letters or not self.letters.startswith(part.letters, position):
            return None
        if end < len(self.letters) and _is_mark(self.letters[end]) and not self.get_gap(end):
            return None
        differences = _Differences()
        for number, at in enumerate(range(position, end)):
            if number and not self._compare_gaps(part, number, at, differences):
                return None
            own, other = self.get_unit(at), part.get_unit(number)
            if own != other:
                differences.add_unit("text", self, at, own, other)
                differences.add_unit("anchor", part, number, other, own)
        dashes = self._match_edges(part, position, end, differences)
        if dashes is None:
            return None
        before, after = dashes
        return Passage(
            self._starts[position] - before, self._ends[end - 1] + after, differences.format()
        )

    def _match_edges(
        self, part: "PassageIndex", position: int, end: int, differences: "_Differences"
    ) -> tuple[int, int] | None:
        """Return how many characters before and after the letters belong to a passage.

        They are the dashes with which an anchor begins or ends; None if the text has others.
        """
        before, after = self.get_gap(position), self.get_gap(end)
        lead, tail = part.get_gap(0), part.get_gap(len(part.letters))
        if not _fold_gap(before).rstrip().endswith(_fold_gap(lead).strip()):
            return None
        if not _fold_gap(after).lstrip().startswith(_fold_gap(tail).strip()):
            return None
        first = _count_from_dash(before) if _fold_gap(lead).strip() else 0
        last = _count_from_dash(after[::-1]) if _fold_gap(tail).strip() else 0
        for at, own, other in (
            (position, before[len(before) - first :], lead),
            (end, after[:last], tail),
        ):
            differences.add_gap("text", self, at, own, other, _fold_gap(own))
        return first, last

    def _compare_gaps(
        self, part: "PassageIndex", number: int, at: int, differences: "_Differences"
    ) -> bool:
        """Return whether what is between two letters may mean the same; note what differs."""
        own, other = self.get_gap(at), part.get_gap(number)
        if own == other:
            return True
        common = self.list_readings(at) & part.list_readings(number)
        if not common:
            return False
        reading = max(common, key=len)
        differences.add_gap("text", self, at, own, other, reading)
        differences.add_gap("anchor", part, number, other, own, reading)
        return True

    def list_readings(self, at: int) -> frozenset[str]:
        """Return what the gap before a letter may mean: nothing, a space, a hyphen ...."""
        gap = self.get_gap(at)
        before, after = self.letters[at - 1], self.letters[at]
        readings = {_fold_gap(gap)}
        if _drop_invisible(gap, _SOFT_HYPHEN) == _SOFT_HYPHEN:
            readings.add("-")  # some programs show it within a line, too
        elif self._hyphenation.fullmatch(_drop_invisible(gap, _SOFT_HYPHEN)):
            readings |= {"-"} | ({""} if before.isalpha() and after.isalpha() else set())
        elif gap.isspace() and (
            self.text[self._ends[at - 1] - 1] in _OPENING or self.text[self._starts[at]] in _CLOSING
        ):
            readings.add("")
        elif _is_unspaced(before) and _is_unspaced(after) and _fold_gap(gap) == " ":
            readings |= {""} if not self._breaks or self._breaks.search(gap) else set()
        return frozenset(readings)

    def get_unit(self, at: int) -> str:
        """Return a letter as the text has it."""
        return self.text[self._starts[at] : self._ends[at]]

    def get_gap(self, at: int) -> str:
        """Return the characters between a letter and the one before it."""
        start = self._ends[at - 1] if at else 0
        end = self._starts[at] if at < len(self._starts) else len(self.text)
        return self.text[start:end]

    def get_word(self, start: int, end: int) -> str:
        """Return the characters of a span and those around it up to the next space."""
        before = self.text[max(0, start - _MAX_WORD) : start]
        after = self.text[end : end + _MAX_WORD]
        left = re.search(r"\S*\Z", before)
        right = re.match(r"\S*", after)
        return f"{left[0] if left else ''}{self.text[start:end]}{right[0] if right else ''}"

    def get_gap_word(self, at: int) -> str:
        """Return the words on both sides of the gap before a letter."""
        gap = self.get_gap(at)
        start = self._ends[at - 1] if at else 0
        return self.get_word(start, start + len(gap))

    def get_unit_word(self, at: int) -> str:
        """Return the word that holds a letter."""
        return self.get_word(self._starts[at], self._ends[at])


class _Differences:
    """What a passage and an anchor differ in, each kind with the first word that has it."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, str], list[str]] = {}

    def add_unit(self, side: str, index: PassageIndex, at: int, own: str, other: str) -> None:
        """Note the characters of a letter that are neither plain nor on the other side."""
        for character in own[1:] or own:  # of a letter with marks, the marks
            if not character.isascii() and character not in other and character != _fold_unit(own):
                self._add(side, _name_character(character), index.get_unit_word(at), character)

    def add_gap(
        self, side: str, index: PassageIndex, at: int, own: str, other: str, reading: str
    ) -> None:
        """Note the characters of a gap that are neither plain nor on the other side."""
        word = index.get_gap_word(at)
        named = [c for c in own if not c.isascii() and c not in other and c != _NOT_SIGN]
        for character in named:
            self._add(side, _name_character(character), word, character)
        if named or reading == _fold_gap(own):
            return
        if not own.isspace():
            self._add(side, "a hyphen at the end of a line", word)
        else:
            self._add(side, "a line break" if "\n" in own else "a space", word)

    def _add(self, side: str, name: str, word: str, character: str = "") -> None:
        shown = quote_whole(word, character)
        words = self._words.setdefault((side, name), [])
        if shown not in words:
            words.append(shown)

    def format(self) -> tuple[str, ...]:
        """Return a clause for each difference."""
        return tuple(
            f"the {side} has {name} in {words[0]}"
            + (f" and in {format_count(len(words) - 1, 'more word')}" if len(words) > 1 else "")
            for (side, name), words in self._words.items()
        )


def count_least_characters(anchor: str) -> int:
    """Return how few characters the words of an anchor can have in a text."""
    return len(_JOINED_LETTERS.sub("x", fold_passage(anchor)))


def fold_passage(anchor: str) -> str:
    """Return the letters of an anchor, by which two of them are compared."""
    return "".join(part.letters for part in _split_anchor(anchor) if part)


def _trim_words(words: list[str], anchor: str) -> str:
    """Return words without those at both ends that make them less like an anchor."""
    from rapidfuzz.fuzz import ratio

    while len(words) > 1:
        best = max((words, words[1:], words[:-1]), key=lambda each: ratio(" ".join(each), anchor))
        if best is words:
            break
        words = best
    return " ".join(words)


@lru_cache(maxsize=1024)
def _split_anchor(anchor: str) -> tuple[PassageIndex, PassageIndex | None]:
    """Return the words before and after the …."""
    first, ellipsis, last = anchor.partition(ELLIPSIS)
    return (
        PassageIndex(first.strip(), is_anchor=True),
        PassageIndex(last.strip(), is_anchor=True) if ellipsis else None,
    )


def _join(first: Passage, last: Passage) -> Passage:
    both = dict.fromkeys((*first.differences, *last.differences))
    return Passage(first.start, last.end, tuple(both))


def _iter_tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the spans of plain letters and of others, without the gaps between them."""
    characters = set(text)
    gaps = _format_class({c for c in characters if _is_gap(c)})
    marks = _format_class({c for c in characters if _is_mark(c)})
    others = _format_class(
        {c for c in characters if not _is_gap(c) and (c == _NOT_SIGN or _fold_unit(c) != c)}
    )
    line_end = rf"{_NOT_SIGN}(?=[^\S{_LINE_ENDS}]*[{_LINE_ENDS}])"
    pattern = re.compile(
        rf"(?P<gap>(?:[{gaps}]|{line_end})+)"
        rf"|(?P<plain>(?:[^{gaps}{marks}{others}](?![{marks}]))+)"
        rf"|(?P<unit>[^{gaps}][{marks}]*)",
        re.DOTALL,
    )
    for match in pattern.finditer(text):
        if match.lastgroup and match.lastgroup != "gap":
            yield match.lastgroup, match.start(), match.end()


def _format_class(characters: set[str]) -> str:
    """Return characters for the inside of ``[]``, which must not be empty."""
    return "".join(map(re.escape, sorted(characters))) or "\ud800"


def _is_gap(character: str) -> bool:
    return character.isspace() or character in _DASHES or unicodedata.category(character) == "Cf"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or bool(_HANGUL_PARTS.match(character))


def _is_unspaced(character: str) -> bool:
    """Return whether a letter is of a script that has no spaces between words."""
    wide = unicodedata.east_asian_width(character) in "WF" and not _HANGUL.match(character)
    return wide or bool(_UNSPACED.match(character))


@lru_cache(maxsize=4096)
def _fold_unit(unit: str) -> str:
    """Return a letter with its marks under NFC, with ligatures, quotation marks and … as plain."""
    plain = _INVISIBLE_MARKS.sub("", unit) or unit
    folded = "".join(_fold_character(character) for character in plain)
    return unicodedata.normalize("NFC", folded)


def _fold_character(character: str) -> str:
    if _LIGATURES.match(character):
        letters = unicodedata.normalize("NFKC", character)
        return character if any(map(str.isspace, letters)) else letters
    return "..." if character == ELLIPSIS else _QUOTES.get(character, character)


def _drop_invisible(gap: str, kept: str = "") -> str:
    return "".join(c for c in gap if c in kept or unicodedata.category(c) != "Cf")


@lru_cache(maxsize=4096)
def _fold_gap(gap: str) -> str:
    """Return what is between two letters with one hyphen for dashes and one space for spaces."""
    plain = "".join("-" if c in _DASHES else c for c in _drop_invisible(gap))
    return re.sub(r"\s+", " ", re.sub("-+", "-", plain))


def _count_from_dash(gap: str) -> int:
    """Return how many characters a gap has from its last dashes to its end."""
    last = max((number for number, c in enumerate(gap) if c in _DASHES), default=len(gap))
    while last and gap[last - 1] in _DASHES:
        last -= 1
    return len(gap) - last


def _lower(text: str) -> str:
    """Return text of the same length in lower case."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _name_character(character: str) -> str:
    """Return a character's Unicode name and number: ``a soft hyphen (U+00AD)``."""
    name = unicodedata.name(character, "character").lower().removeprefix("latin small ")
    article = "an" if name[0] in "aeiou" else "a"
    return f"{article} {name} (U+{ord(character):04X})"
