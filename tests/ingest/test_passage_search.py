"""Passages are found in spite of typesetting and copying, and only where the words agree."""
# ruff: noqa: RUF001 - the characters that look alike are what is tested

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_builder.ingest.passage_search import (
    PassageIndex,
    count_least_characters,
    fold_passage,
)

#: An anchor, a text, the passage in it, and words of the first difference that is named.
FOUND = {
    "the same words": ("governance of AI", "on governance of AI.", "governance of AI", ""),
    "a line break": ("governance of AI", "on governance\n   of\tAI.", "governance\n   of\tAI", ""),
    "decomposed accents": ("déclaration", "de\u0301claration", "de\u0301claration", "(U+0301) in"),
    "a decomposed anchor": ("de\u0301claration", "la déclaration", "déclaration", "the anchor has"),
    "Korean letter by letter": ("한국", "\u1112\u1161\u11ab국", "\u1112\u1161\u11ab국", "U+1161"),
    "a sign of one unit": ("10 Å", "10 \u212b", "10 \u212b", "an angstrom sign (U+212B)"),
    "a soft hyphen": ("governance", "gover\u00adnance", "gover\u00adnance",
                      r"a soft hyphen (U+00AD) in 'gover\u00adnance'"),
    "a soft hyphen that is seen": ("e-mail", "e\u00admail", "e\u00admail", "a soft hyphen"),
    "ligatures": ("first office", "ﬁrst oﬃce", "ﬁrst oﬃce", "a ligature fi (U+FB01) in 'ﬁrst'"),
    "an Arabic ligature": ("سلام", "س\ufefcم", "س\ufefcم", "(U+FEFC)"),
    "a zero-width space": ("of AI", "of AI\u200b", "of AI", ""),
    "a zero-width space inside": ("policy", "pol\u200bicy", "pol\u200bicy", "zero width space"),
    "a byte order mark": ("of AI", "of \ufeffAI", "of \ufeffAI", "(U+FEFF)"),
    "a word joiner": ("of AI", "of\u2060 AI", "of\u2060 AI", "a word joiner (U+2060)"),
    "a joiner in Hindi": ("क्षेत्र", "क्\u200dषेत्र", "क्\u200dषेत्र", "zero width joiner"),
    "a non-joiner in Persian": ("می‌شود", "میشود", "میشود", "the anchor has a zero width non-jo"),
    "a no-break space": ("50 %", "50\u00a0%", "50\u00a0%", r"(U+00A0) in '50\u00a0%'"),
    "a narrow one": ("50 %", "50\u202f%", "50\u202f%", "narrow no-break space"),
    "a figure space": ("50 %", "50\u2007%", "50\u2007%", "(U+2007)"),
    "a thin space": ("50 %", "50\u2009%", "50\u2009%", "(U+2009)"),
    "a hyphen at a line end": ("governance", "govern-\n  ance", "govern-\n  ance",
                               r"a hyphen at the end of a line in 'govern-\n"),
    "one of Windows": ("governance", "govern-\r\nance", "govern-\r\nance", "at the end of a line"),
    "a soft one": ("governance", "govern\u00ad\nance", "govern\u00ad\nance", "soft hyphen"),
    "one of a scan": ("governance", "govern¬\nance", "govern¬\nance", "at the end of a line"),
    "one that stays": ("state-of-the-art", "state-\nof-the-art", "state-\nof-the-art", "line in"),
    "one of a copied anchor": ("govern- ance", "governance", "governance", "anchor has a hyph"),
    "Chinese over two lines": ("人工智能治理", "人工\n智能治理", "人工\n智能治理", "a line break"),
    "curly quotation marks": ("say \"AI\"", "say “AI”", "say “AI”", "left double quotation mark"),
    "low quotation marks": ('"KI"', "„KI“", "„KI“", "(U+201E)"),
    "guillemets": ('"IA"', "« IA »", "« IA »", "(U+00AB)"),
    "guillemets with no-break spaces": ('"IA"', "«\u202fIA\u202f»", "«\u202fIA\u202f»", "(U+202F)"),
    "curly apostrophes": ("l'Élysée", "de l’Élysée", "l’Élysée", "right single quotation mark"),
    "an apostrophe of letters": ("l'accord", "lʼaccord", "lʼaccord", "(U+02BC)"),
    "an en dash": ("2024-2025", "2024–2025", "2024–2025", "an en dash (U+2013)"),
    "an em dash": ("AI - and", "AI — and", "AI — and", "an em dash (U+2014)"),
    "a hyphen of its own code": ("e-mail", "e‐mail", "e‐mail", "a hyphen (U+2010)"),
    "a minus": ("-5 percent", "of −5 percent", "−5 percent", "a minus sign (U+2212)"),
    "an ellipsis for dots": ("so... on", "so… on", "so… on", "(U+2026)"),
    "words around an ellipsis": ("The first … last words", "x The ﬁrst of the\nlast words.",
                                 "The ﬁrst of the\nlast words", "U+FB01"),
    "all at once": ("d'une \"IA\" efficace", "d’une «\u00a0IA\u00a0» ef\u00adﬁcace",
                    "d’une «\u00a0IA\u00a0» ef\u00adﬁcace", "U+2019"),
}  # fmt: skip

ABSENT = {
    "an accent": ("Elysee", "Élysée"),
    "a decomposed accent": ("Elysee", "E\u0301lyse\u0301e"),
    "an accent at the end": ("le cafe", "le cafe\u0301"),
    "case": ("governance of ai", "governance of AI"),
    "another word": ("governance of AI", "governance for AI"),
    "a missing space": ("to day", "today"),
    "a space that the anchor lacks": ("today", "to day"),
    "a hyphen inside a line": ("governance", "govern-ance"),
    "a hyphen that the text lacks": ("co-op", "coop"),
    "years over two lines": ("20242025", "2024-\n2025"),
    "a dash with spaces at a line end": ("AIand", "AI -\nand"),
    "Korean over two lines": ("한국", "한\n국"),
    "a minus that the text lacks": ("-5 percent", "of 5 percent"),
    "other quotation marks": ("'AI'", "“AI”"),
    "ae": ("Cæsar", "Caesar"),
    "a vowel sign": ("क", "कि"),
    "the last words first": ("one … two", "two and one"),
}


@pytest.mark.parametrize(("anchor", "text", "passage", "named"), FOUND.values(), ids=FOUND)
def test_a_passage_is_found_and_what_differs_is_named(
    anchor: str, text: str, passage: str, named: str
) -> None:
    index = PassageIndex(text)
    found = index.find(anchor)
    assert found
    assert text[found.start : found.end] == passage
    assert bool(found.differences) == bool(named)
    assert named in "; ".join(found.differences)
    assert index.match(anchor, found.start, found.end) == found
    assert index.match(anchor, found.start, found.end + 1) is None
    assert index.match(anchor, found.start + 1, found.end) is None
    assert count_least_characters(anchor) <= found.end - found.start


@pytest.mark.parametrize(("anchor", "text"), ABSENT.values(), ids=ABSENT)
def test_other_words_are_not_found(anchor: str, text: str) -> None:
    index = PassageIndex(text)
    assert index.find(anchor) is None
    assert index.match(anchor, 0, len(text)) is None


def test_a_passage_without_differences_is_preferred_and_each_is_named_once() -> None:
    found = PassageIndex("the sum\u00admit, the summit").find("the summit")
    assert found
    assert (found.start, found.differences) == (13, ())
    found = PassageIndex("ﬁrst ﬁnal ﬁve ﬁrst").find("first final five first")
    assert found
    assert found.differences == (
        "the text has a ligature fi (U+FB01) in 'ﬁrst' and in 2 more words",
    )


def test_the_nearest_passage_is_in_whole_words() -> None:
    text = "Heads of state met. They called for safe, secure and trustworthy AI systems. Then rest."
    nearest = PassageIndex(text).find_nearest("safe, secured and trustworthy AI")
    assert nearest == "safe, secure and trustworthy AI"
    assert PassageIndex("12").find_nearest("governance") is None


def test_anchors_of_the_same_letters_are_the_same() -> None:
    assert fold_passage("d’une ﬁn") == fold_passage("d'une fin") != fold_passage("d'une Fin")


_LETTERS = st.sampled_from([*"abcdefghilmnoprstuvéèüñçøßAEFIS0129åДжλ人工한", "णि", "क"])
_WORDS = st.lists(st.lists(_LETTERS, min_size=1, max_size=8).map("".join), min_size=1, max_size=12)
_JOINTS = st.sampled_from([" ", " ", " ", "-", " - ", ", ", "'", ' "', '" '])
_NOISE = {
    " ": ["\n", "\r\n", "  ", "\u00a0", "\u202f", "\u2009", " \u200b", "\u2060 "],
    "-": ["‐", "‑", "–", "—", "−"],
    "'": ["’", "‘", "ʼ"],
    '"': ["“", "”", "„", "«", "»"],
    "fi": ["ﬁ"],
    "ff": ["ﬀ"],
    "fl": ["ﬂ"],
    "st": ["ﬆ"],
}


@st.composite
def _passages(draw: st.DrawFn) -> tuple[str, str, str]:
    """Return the text before a passage, the passage, and the text after it."""
    words = draw(_WORDS)
    parts = [word + draw(_JOINTS) for word in words]
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first, len(words) - 1))
    passage = "".join(parts[first:last]) + words[last]
    return "".join(parts[:first]), passage, parts[last][len(words[last]) :]


def _add_noise(text: str, random: random.Random) -> str:
    """Return a text as a program that typesets or copies might write it."""
    noisy, at = "", 0
    while at < len(text):
        two = text[at : at + 2]
        plain = two if two in _NOISE and random.random() < 0.7 else text[at]
        options = _NOISE.get(plain, [unicodedata.normalize("NFD", plain)])
        noisy += random.choice(options) if random.random() < 0.4 else plain
        at += len(plain)
        inside = text[at - 1 : at].isalpha() and text[at : at + 1].isalpha()
        if inside and unicodedata.category(text[at])[0] != "M" and random.random() < 0.15:
            noisy += random.choice(
                ["\u00ad", "\u200b", "\u200d", "\ufeff", "-\n", "\u00ad\n", "¬\r\n"]
            )
    return noisy


@pytest.mark.slow
@settings(derandomize=True, deadline=None, database=None, max_examples=300)
@given(_passages(), st.randoms(use_true_random=False))
def test_a_passage_is_found_in_every_noisy_form_of_its_text(
    parts: tuple[str, str, str], random: random.Random
) -> None:
    before, anchor, after = parts
    noisy = _add_noise(anchor, random)
    start = _add_noise(before, random)
    text = start + noisy + _add_noise(after, random)
    index = PassageIndex(text)
    found = index.find(anchor)
    assert found, (anchor, text)
    assert index.match(anchor, found.start, found.end) == found
    assert fold_passage(text[found.start : found.end]) == fold_passage(anchor)
    changed = index.find(anchor + "q")
    assert changed is None, (anchor, text)


@pytest.mark.slow
@settings(derandomize=True, deadline=None, database=None, max_examples=300)
@given(_passages(), st.randoms(use_true_random=False), st.data())
def test_a_passage_with_another_letter_is_never_found(
    parts: tuple[str, str, str], random: random.Random, data: st.DataObject
) -> None:
    before, passage, after = parts
    letters = [number for number, letter in enumerate(passage) if letter.isalpha()]
    if not letters:
        return
    at = data.draw(st.sampled_from(letters))
    anchor = passage[:at] + data.draw(st.sampled_from(["Q", "q", "Ω"])) + passage[at + 1 :]
    assert PassageIndex(_add_noise(before + passage + after, random)).find(anchor) is None
