"""Folding of names: what a reader takes for the same text gets the same key.

Every search compares names by this one table: `find`, the search inside pictures and that of a
site. Pages hold it as ``folding_table.js``, which `format_folding_table` writes.
"""

import json
import re
import unicodedata
from functools import cache
from typing import NamedTuple


class Folding(NamedTuple):
    """Characters, as the inside of a regular expression's ``[]``, and the text that replaces them.

    They are lower case and decomposed (NFKD), as names are when the table is applied. The syntax
    is what Python and JavaScript share: characters, ranges, escapes of four hexadecimal digits.
    """

    characters: str
    replacement: str
    reason: str


def _map_letters(letters: str, replacements: str, reason: str) -> tuple[Folding, ...]:
    """Return a row for each letter; the replacements are separated by spaces, ``-`` for none."""
    pairs = zip(letters, replacements.split(" "), strict=True)
    return tuple(Folding(letter, new.strip("-"), reason) for letter, new in pairs)


#: The first row that has a character decides. What no row has stays if it is a letter, mark, digit
#: or control character, and is a space otherwise: punctuation, dashes, quotation marks, symbols.
FOLDINGS = (
    Folding(
        r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f",
        "",
        "Accents are left out by many readers. Vowel signs of other scripts are letters and stay.",
    ),
    Folding(
        r"\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc\u1037\u1b34\u1be6\u1c37\ua9b3"
        "\U000110ba\U00011173\U000111ca\U00011236\U000112e9\U0001133b\U0001133c\U00011446"
        "\U000114c3\U000115c0\U000116b7\U0001183a\U00011943\U00011d42\U0001e94a",
        "",
        "The nukta, a dot that adapts a letter to another language, is often not written.",
    ),
    Folding(
        r"\u0640\u064b-\u0655\u0670",
        "",
        "Arabic is written without its short vowels; the tatweel only makes a word wider.",
    ),
    Folding(
        r"\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7",
        "",
        "Hebrew is written without its vowel points and accents.",
    ),
    Folding(
        r"\u00ad\u061c\u200b-\u200f\u202a-\u202c\u2060\u2066-\u2069\ufeff",
        "",
        "Soft hyphens, joiners and marks of direction are invisible; overrides are not folded.",
    ),
    Folding(
        r"\u02b9-\u02bf\u02ee",
        " ",
        "Apostrophes that Unicode counts as letters separate words as the others do.",
    ),
    Folding(r"\t-\r\u001c-\u001f\u0085", " ", "Control characters that end a line are spaces."),
    Folding("&", " and ", "The sign is read as the word."),
    Folding("æ", "ae", "A ligature without a decomposition."),
    Folding("œ", "oe", "A ligature without a decomposition."),
    Folding("ß", "ss", "German; its upper case is SS."),
    Folding("ð", "d", "Icelandic and Faroese."),
    Folding("đ", "d", "A stroke: Croatian, Vietnamese, Sami."),
    Folding("ħ", "h", "A stroke: Maltese."),
    Folding("ł", "l", "A stroke: Polish."),
    Folding("ø", "o", "A stroke: Danish and Norwegian."),
    Folding("ŧ", "t", "A stroke: Sami."),
    Folding("þ", "th", "Icelandic."),
    Folding("\u0131", "i", "The dotless i of Turkish, whose upper case is I."),
    Folding("ə", "e", "Azerbaijani."),
    Folding("\u02bb\u02bc", " ", "Apostrophes of Polynesian and Turkic languages."),
    Folding("\u0901", "\u0902", "Devanagari: the candrabindu is often written as anusvara."),
    Folding("\u0a70", "\u0a02", "Gurmukhi: tippi and bindi are the same sound."),
    Folding("\u0671", "\u0627", "Arabic: alef with wasla is an alef."),
    Folding("\u0649\u06cc\u06d2", "\u064a", "Arabic, Persian and Urdu forms of yeh."),
    Folding("\u06a9\u06aa", "\u0643", "Persian and Urdu forms of kaf."),
    Folding("\u0629\u06be\u06c1\u06d5", "\u0647", "Forms of heh; teh marbuta is read as one."),
    *(
        Folding(f"{chr(zero + digit)}", str(digit), "A digit of another script.")
        for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xE50)
        for digit in range(10)
    ),
    *_map_letters(
        "абвгдежзиклмнопрстуфхцчшщъыьэюяієґђјљњћџәғқңөұүһ",
        "a b v g d e zh z i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya "
        "i ye g dj j lj nj c dz a g q n o u u h",
        "Cyrillic as it is written in Latin letters, after BGN/PCGN.",
    ),
    *_map_letters(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g d e z i th i k l m n x o p r s s t y f ch ps o",
        "Greek as it is written in Latin letters, after ELOT 743.",
    ),
)


class Sequence(NamedTuple):
    """Letters, as a regular expression of Python and JavaScript, and what replaces them."""

    pattern: str
    replacement: str
    reason: str


#: Applied in this order to the text that the table of characters gives.
SEQUENCES = (
    Sequence(
        r"[\u0919\u091e\u0923\u0928\u092e]\u094d(?=[\u0915-\u0939])",
        "\u0902",
        "Devanagari: a nasal before a consonant may be written as anusvara.",
    ),
    Sequence(
        r"(?<![\u0600-\u06ff])\u0627\u0644(?=[\u0600-\u06ff]{3})",
        "",
        "The Arabic article.",
    ),
)

_KEPT = "LMNC"
#: A character of the table, and the last one of a range that it begins.
_CHARACTERS = re.compile(r"(\\[uU][0-9a-fA-F]+|\\.|.)(?:-(\\[uU][0-9a-fA-F]+|\\.|.))?", re.DOTALL)
_SEQUENCES = tuple((re.compile(each.pattern), each.replacement) for each in SEQUENCES)
_UMLAUT = re.compile("[äöüåø]", re.IGNORECASE)
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa"}
    | {"ø": "oe", "Ø": "Oe"}
)


class _Replacements(dict[int, str]):
    """The text that replaces each character, looked up in the table when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = replacement = _replacement(chr(code))
        return replacement


_REPLACEMENTS = _Replacements()


def fold_words(text: str) -> tuple[str, ...]:
    """Return the words of a text without case, accents and punctuation.

    Method: compatibility decomposition (Unicode, annex 15) and upper case turned to lower case,
    which both Python and JavaScript have, and which joins the letters that case folding joins.
    """
    if text.isascii():
        return tuple(text.lower().translate(_REPLACEMENTS).split())
    plain = unicodedata.normalize("NFKD", text).upper().lower().translate(_REPLACEMENTS)
    if not plain.isascii():
        for pattern, replacement in _SEQUENCES:
            plain = pattern.sub(replacement, plain)
    return tuple(plain.split())


def list_foldings(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a text, and, if it has ä, ö, ü, å or ø, those with ae, oe, ue, aa, oe.

    Both are how a reader without these letters writes: Koln and Koeln for Köln.
    """
    spelt = unicodedata.normalize("NFC", text)
    if spelt.isascii() or not _UMLAUT.search(spelt):
        return (fold_words(text),)
    return fold_words(spelt), fold_words(spelt.translate(_UMLAUTS))


def format_folding_table() -> str:
    """Return the table as a module in JavaScript, in ASCII."""
    rows = "".join(
        f"  {{ characters: {json.dumps(row.characters)}, "
        f"replacement: {json.dumps(row.replacement)} }},\n"
        for row in FOLDINGS
    )
    sequences = "".join(
        f"  {{ pattern: {json.dumps(row.pattern)}, replacement: {json.dumps(row.replacement)} }},\n"
        for row in SEQUENCES
    )
    return (
        "// Written by tools/folding_table.py.\n"
        f"export const FOLDINGS = [\n{rows}];\nexport const SEQUENCES = [\n{sequences}];\n"
    )


@cache
def _list_replacements() -> dict[str, str]:
    """Return the text that replaces each character of the table; the first row decides."""
    found: dict[str, str] = {}
    for row in FOLDINGS:
        for first, last in _CHARACTERS.findall(row.characters):
            start = ord(_unescape(first))
            for code in range(start, ord(_unescape(last or first)) + 1):
                found.setdefault(chr(code), row.replacement)
    return found


def _unescape(character: str) -> str:
    is_escape = character.startswith("\\")
    return character.encode().decode("unicode_escape") if is_escape else character


def _replacement(character: str) -> str:
    """Return what replaces a character. What steers a terminal stays, so that it spoils a name."""
    found = _list_replacements().get(character)
    if found is not None:
        return found
    return character if unicodedata.category(character)[0] in _KEPT else " "
