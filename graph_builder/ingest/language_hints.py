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
#: The languages of two letters, as ISO 639-1 lists them, and codes that it withdrew.
_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv "
    "cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr "
    "ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr "
    "ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve "
    "vi vo wa wo xh yi yo za zh zu"
)
#: The codes that ISO 639-2 leaves to private use: from qaa to qtz.
_PRIVATE = re.compile(r"q[a-t][a-z]")
_WORDS = re.compile(r"\w+")
_MIN_WORDS = 2


def is_language(tag: str) -> bool:
    """Return whether a tag begins with the code of a language; those of three letters may be any.

    ISO 639-3 has some 8,000 codes of three letters; only those of private use name none.
    """
    code = tag.partition("-")[0]
    is_long = len(code) > 2  # noqa: PLR2004 -- the other codes have two letters
    return not _PRIVATE.fullmatch(code) if is_long else code in _TWO_LETTERS.split()


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
