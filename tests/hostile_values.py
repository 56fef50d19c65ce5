"""Values as attackers and accidents make them: parts of SPARQL, of markup, of broken Unicode."""

import random
import re
from collections.abc import Iterator

_SPARQL = [
    *(
        "'",
        '"',
        "'''",
        '"""',
        '\\"',
        "\\",
        "\\u0022",
        "\\1",
        "\\g<0>",
        "<",
        ">",
        "{",
        "}",
        "(",
        ")",
    ),
    *("#", "#= source", " }  #= thing", "?x", "$y", ".", ";", "^^", "@en", "_:b", "[]", "a:b", "*"),
    *("UNION", "UNDEF", "all", "SERVICE", 'x" } } DROP ALL # ', "> } ?s ?p ?o #", "VALUES ?x { "),
]
_TEXT = [
    *("\n", "\r", "\r\n", "\t", "\x00", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff"),
    *("\ud800", "\udcff", "\uffff", "\U0010ffff", "\u0301", "é", "नमस्ते", "🇮🇳", "ﷺ", " ", "\xa0"),
    *("<script>", "&quot;", "%22", "%00", "+", "&", "=", "${x}", "{{ 7 }}", "$&", "../", "x" * 300),
    *("actor:IND", "https://w3id.org/aigg/actor/IND", "http://x/", "2025", "-07", "en", "12", "-"),
]
_WIDEST = 0x10FFFF
_MARK = re.compile(r"^(\s*VALUES \?\w+ \{ )(.*?)( \}\s*#= (\w+)\s*)$")
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def values(number: int, seed: int = 4) -> Iterator[str]:
    """Yield so many texts, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 -- to try, not to hide
    for _ in range(number):
        parts = chance.choices(_SPARQL + _TEXT, k=chance.randint(1, 6))
        parts += [chr(chance.randint(0, _WIDEST))] * chance.randint(0, 1)
        chance.shuffle(parts)
        yield "".join(parts)


def term_in(filled: str, plain: str, name: str) -> str:
    """Return what stands for a parameter in a filled question that is the plain one in all else."""
    found, lines, old_lines = set(), filled.split("\n"), plain.split("\n")
    assert len(lines) == len(old_lines)
    for line, old in zip(lines, old_lines, strict=True):
        mark = _MARK.match(old)
        if mark is None or mark[4] != name:
            assert line == old
            continue
        assert line.startswith(mark[1])
        assert line.endswith(mark[3])
        found.add(line[len(mark[1]) : len(line) - len(mark[3])])
    (term,) = found
    return term


def has_surrogate(text: str) -> bool:
    """Return whether a text holds half a character, which UTF-8 cannot write."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def is_sentence(text: str) -> bool:
    """Return whether a refusal is one line that a terminal and a reader can bear."""
    return 0 < len(text) < 1_000 and not _STEERING.search(text)
