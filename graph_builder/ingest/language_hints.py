"""Guesses of the language of a name, by its function words and its alphabet."""

import re
import unicodedata

from graph_builder.core.text import format_count

#: Words that join others in names of a language; words of two languages count for both.
_FUNCTION_WORDS = {
    "English": {"of", "the", "and", "for", "on", "in", "to", "with"},
    "French": {"de", "la", "le", "les", "des", "du", "et", "pour", "sur", "aux", "l", "d"},
    "Spanish": {"de", "la", "del", "el", "los", "las", "y", "para", "sobre"},
    "Portuguese": {"de", "da", "do", "das", "dos", "e", "para", "sobre"},
    "Italian": {"di", "della", "dello", "dei", "delle", "del", "per", "e", "sulla"},
    "German": {"der", "die", "das", "des", "und", "für", "zur", "zum", "von", "über"},
}
_NAMES = {
    "en": "English",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "it": "Italian",
    "de": "German",
}
#: The alphabets of languages that have another one than Latin, as Unicode names them.
_ALPHABETS = {
    "hi": {"DEVANAGARI"},
    "mr": {"DEVANAGARI"},
    "ne": {"DEVANAGARI"},
    "ru": {"CYRILLIC"},
    "uk": {"CYRILLIC"},
    "bg": {"CYRILLIC"},
    "ar": {"ARABIC"},
    "fa": {"ARABIC"},
    "ur": {"ARABIC"},
    "zh": {"CJK"},
    "ja": {"CJK", "HIRAGANA", "KATAKANA"},
    "ko": {"HANGUL", "CJK"},
    "el": {"GREEK"},
    "he": {"HEBREW"},
    "bn": {"BENGALI"},
    "ta": {"TAMIL"},
    "th": {"THAI"},
}
_WORDS = re.compile(r"\w+")
_MIN_WORDS = 2


def describe_other_language(text: str, tag: str) -> str:
    """Return why a text does not look like the language of its tag, "" if it may be in it.

    It looks like another language if two of its words join words there, and none does here.
    """
    language = tag.partition("-")[0]
    if language in _ALPHABETS:
        has_letters = bool(_list_alphabets(text) & _ALPHABETS[language])
        return "" if has_letters else f"has no letter of the alphabet of {language!r}"
    if language not in _NAMES:
        return ""
    if (alphabets := _list_alphabets(text)) and "LATIN" not in alphabets:
        return f"has no Latin letter, which {language!r} is written in"
    words = _WORDS.findall(text.lower())
    if any(word in _FUNCTION_WORDS[_NAMES[language]] for word in words):
        return ""
    counts = {
        name: sum(word in joining for word in words) for name, joining in _FUNCTION_WORDS.items()
    }
    name = max(counts, key=lambda each: counts[each])
    if counts[name] < _MIN_WORDS:
        return ""
    return f"looks {name} ({format_count(counts[name], 'word')})"


def _list_alphabets(text: str) -> set[str]:
    names = (unicodedata.name(letter, "") for letter in text if letter.isalpha())
    return {name.split(" ")[0] for name in names}
