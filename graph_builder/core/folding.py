"""Folding of names: what a reader takes for the same text gets the same key.

Every search compares names by this one table: `find`, the search inside pictures and that of a
site. Pages hold it as ``folding_table.js``, which `format_folding_table` writes.
"""

import json
import re
import unicodedata
from typing import NamedTuple


class Folding(NamedTuple):
    """Characters, as the inside of a regular expression's ``[]``, and the text that replaces them.

    They are lower case and decomposed (NFKD), as names are when the table is applied. The syntax
    is what Python and JavaScript share: characters, ranges, escapes of four hexadecimal digits.
    """

    characters: str
    replacement: str
    reason: str


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
        r"\u0640\u064b-\u0652\u0670",
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
    Folding("\u03c2", "\u03c3", "The form of the Greek letter at the end of a word."),
)

_KEPT = "LMNC"


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
    plain = unicodedata.normalize("NFKD", text).upper().lower()
    return tuple(plain.translate(_REPLACEMENTS).split())


def format_folding_table() -> str:
    """Return the table as a module in JavaScript, in ASCII."""
    rows = "".join(
        f"  {{ characters: {json.dumps(row.characters)}, "
        f"replacement: {json.dumps(row.replacement)} }},\n"
        for row in FOLDINGS
    )
    return f"// Written by tools/folding_table.py.\nexport const FOLDINGS = [\n{rows}];\n"


def _replacement(character: str) -> str:
    """Return what replaces a character. What steers a terminal stays, so that it spoils a name."""
    for row in FOLDINGS:
        if re.fullmatch(f"[{row.characters}]", character):
            return row.replacement
    return character if unicodedata.category(character)[0] in _KEPT else " "
