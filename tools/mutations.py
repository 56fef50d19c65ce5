"""Mutations of texts and bytes: what editors, programs, transfers and attackers do to a file.

Those of lines and values know the form of a file (YAML, CSV, N-Triples, the head of a query);
those of bytes know nothing.
"""

import codecs
import random
import re
from collections.abc import Callable, Sequence

Mutation = Callable[[random.Random, str], str]

#: What is put in the place of a value: each of these once was a value somewhere.
VALUES: Sequence[str] = (
    *("0", "-1", "1", "007", "1e999", "0x10", "1_000", "999999999", "1000000000", "9" * 400),
    *("NaN", "inf", "-0", "1.5", "1,234", "1.234", "²", "٣", "½", "½" * 50),
    *("2025-02-30", "2025-13", "2025-1-1", "0000", "0001-01-01", "9999-12-31", "10000", "-0044"),
    *("2025-02-10T25:61:00Z", "29/02/2023", "undated", "unknown", "2024-02-29", "2025-W07"),
    *("", " ", "null", "~", "yes", "NO", "true", "[]", "{}", "[[]]", "{a: b}", "- a", "a: b", ": "),
    *("actor:IND", "actor:XXX", "actor:", ":FRA", "event:lumen-day", "theme:ai", "theme:nothing"),
    *("actor:ind", "actor:FRA ", "ACTOR:FRA", "place:oslo", "status:active", "basis:stated", "x:y"),
    *(
        "memberOf",
        "member of",
        "hasMember",
        "startDate",
        "signed",
        "denied",
        "inferred",
        "intended",
    ),
    *("Event", "Country", "PolicyTheme", "Person", "Thing", "class", "primary", "preferred"),
    *("https://example.org/[1", "http://[::1]/", "http://0/", "https://.", "javascript:alert(1)"),
    *("https://user:pw@x.org/", "file:///etc/passwd", "https://ex ample.org/", "https://é.org/%zz"),
    *("https://xn--/", "HTTPS://EXAMPLE.ORG", "http://example.org:99999/", "//example.org/"),
    *("en", "EN-gb", "xx-yyyyyyyy", "x-private", "i-klingon", "en_US.UTF-8", "hi", "a" * 9),
    *("../../etc/passwd", "/dev/zero", "things.csv", "facts.csv#Sheet", "\\\\host\\share", "CON"),
    *(
        "\u200b",
        "\u202etxt",
        "\ufeff",
        "e\u0301",
        "é",
        "Fr\u0430nce",
        "नमस्ते",
        "🇮🇳👩‍👩‍👧",
        "\u0301" * 500,
    ),
    *("\x00", "\x1b[2J", "\x7f", "\x85", "\u2028", "\ufffe", "\U0010ffff", '"\\ud800"', '"\\x00"'),
    *(
        "&a",
        "*a",
        "!!python/object:os.system x",
        "!x y",
        "<<",
        "%YAML 1.2",
        "---",
        "...",
        "|",
        ">-",
    ),
    *(
        "'",
        '"',
        "'''",
        "\\",
        "`",
        "#",
        "# x",
        "@",
        "?",
        "=1+1",
        "=HYPERLINK(1)",
        "{0}",
        "%s",
        "${x}",
    ),
    *("<script>", "</script>", "{{7*7}}", "<b>", "&lt;", "]]>", "a…b", "…", "… x", "x …", "a … b"),
    *("x" * 201, "x" * 10_001, "ab " * 50_000, "[" * 500, "{" * 500, "[" * 20_000, "- " * 2_000),
)
_NUMBER = re.compile(r"[0-9]+")
_VALUE = re.compile(
    r"(?<=: )[^\n,}]+|(?<=- )[^\n]+|\"(?:[^\"\\\n]|\\.)*\"|<[^>\n]*>|(?<=[,;])[^,;\n]+"
)
_WORD = re.compile(r"\w+")
_ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp1252", "utf-7", "cp037")
_LINE_BREAKS = ("\r\n", "\r", "\n\n", "\x85", "\u2028", "\x0b")
#: The most characters that repeating may make.
_MOST = 40_000


def mutate(chance: random.Random, text: str) -> bytes:
    """Return a text changed in one to three ways, as bytes."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        text = chance.choice(_MUTATIONS)(chance, text)
    if not chance.randrange(12):
        return text.encode(chance.choice(_ENCODINGS), "replace")
    data = text.encode("utf-8", "surrogatepass")
    return _mutate_bytes(chance, data) if not chance.randrange(6) else data


def mutate_value(chance: random.Random, value: str) -> str:
    """Return another value: one of the list, or this one changed."""
    if chance.randrange(2):
        return chance.choice(VALUES)
    change: Mutation = chance.choice((_replace_character, _repeat, _join, _change_case, _cut))
    return change(chance, value)


def _pick(chance: random.Random, lines: Sequence[str]) -> int:
    return chance.randrange(len(lines))


def _delete_lines(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = _pick(chance, lines)
    del lines[at : at + chance.choice((1, 1, 1, 2, 5))]
    return "\n".join(lines)


def _duplicate_line(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    line = lines[_pick(chance, lines)]
    lines.insert(_pick(chance, lines), line)
    return "\n".join(lines)


def _swap_lines(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    one, other = _pick(chance, lines), _pick(chance, lines)
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _indent_line(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = _pick(chance, lines)
    blank = chance.choice((" ", "  ", "\t", "    - ", "\u00a0", "\u3000"))
    lines[at] = lines[at].lstrip() if chance.randrange(3) == 0 else blank + lines[at]
    return "\n".join(lines)


def _add_comment(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    lines.insert(_pick(chance, lines), chance.choice(("# a comment", "", "   ", "#", "#!x")))
    return "\n".join(lines)


def _replace_value(chance: random.Random, text: str) -> str:
    return _replace(chance, text, _VALUE, mutate_value)


def _copy_value(chance: random.Random, text: str) -> str:
    """Put one value of the text in the place of another."""
    values = _VALUE.findall(text) or [""]
    return _replace(chance, text, _VALUE, lambda _, __: chance.choice(values))


def _replace_word(chance: random.Random, text: str) -> str:
    words = _WORD.findall(text) or [""]
    return _replace(chance, text, _WORD, lambda _, __: chance.choice(words))


def _change_word(chance: random.Random, text: str) -> str:
    return _replace(chance, text, _WORD, mutate_value)


def _change_number(chance: random.Random, text: str) -> str:
    def change(_: random.Random, number: str) -> str:
        near = [str(int(number[:9]) + step) for step in (-1, 1, 100)]
        return chance.choice([*near, "-" + number, number + "0", number * 5, "0", "0" + number])

    return _replace(chance, text, _NUMBER, change)


def _replace(
    chance: random.Random,
    text: str,
    pattern: re.Pattern[str],
    change: Callable[[random.Random, str], str],
) -> str:
    """Return a text in which one part that fits a pattern is changed."""
    found = [*pattern.finditer(text)]
    if not found:
        return text
    match = chance.choice(found)
    return text[: match.start()] + change(chance, match[0]) + text[match.end() :]


def _insert(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    inserted: str = chance.choice((*VALUES, *'\t ,;:|"{}[]&*!%@`<>?'))
    return text[:at] + inserted + text[at:]


def _cut(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _delete_characters(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.choice((1, 1, 2, 20)) :]


def _replace_character(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chr(chance.choice((0x7F, 0x2FF, 0xD7FF, 0x1F9FF))) + text[at + 1 :]


def _repeat(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    part = text[at : at + chance.choice((1, 5, 100))]
    times = chance.choice((2, 2, 10, 1000, 100_000))
    return text[:at] + part * min(times, _MOST // (len(part) or 1)) + text[at:]


def _join(chance: random.Random, text: str) -> str:
    return text + chance.choice((" ", "\n", ",", ":", "\u200b", "-", "\u0301")) + text


def _change_case(chance: random.Random, text: str) -> str:
    change: Callable[[str], str] = chance.choice((str.upper, str.lower, str.swapcase, str.title))
    return change(text)


def _change_line_breaks(chance: random.Random, text: str) -> str:
    return text.replace("\n", chance.choice(_LINE_BREAKS))


def _change_separator(chance: random.Random, text: str) -> str:
    return text.replace(",", chance.choice((";", "\t", "|", " , ", ",,")))


_MUTATIONS: Sequence[Mutation] = (
    *(_delete_lines, _duplicate_line, _swap_lines, _indent_line, _add_comment, _insert, _cut),
    *(_replace_value, _replace_value, _replace_value, _copy_value, _copy_value, _change_number),
    *(_replace_word, _change_word, _delete_characters, _replace_character, _repeat),
    *(_change_line_breaks, _change_separator),
)


def _mutate_bytes(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    byte = bytes([chance.randrange(256)])
    found: bytes = chance.choice(
        (
            data[:at],
            data[at:],
            data[:at] + byte + data[at:],
            data[:at] + byte + data[at + 1 :],
            data[:at] + data[at + chance.randrange(1, 50) :],
            data[:at] + bytes(chance.randrange(1, 5_000)) + data[at:],
            chance.choice((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) + data,
            data[:at] + data[: chance.randrange(len(data) + 1)] + data[at:],
        )
    )
    return found
