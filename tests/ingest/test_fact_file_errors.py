"""Bad fact files: each class of mistake has its sentence, with file, line and column."""

import re
from pathlib import Path

import pytest

from graph_builder.core.errors import FactsError
from graph_builder.ingest.fact_files import read_facts
from tests.conftest import FACTS, Run

SOURCE = """\
source:
  id: my-source
  title: A press release
  publisher: Somebody
  kind: press release
  language: en
  licence: not known
  verification: press
  address: https://example.org/release
  date: "2025-02-11"
facts:
  - subject: event:ai-action-summit-2025
    relation: hasTheme
    object: theme:ai
    section: lead
    modality: reported
"""
FACT_LINE = 12
#: Facts beside which files with mistakes are checked.
KNOWN = ("--facts", FACTS / "registry", "--facts", FACTS / "india-france-roundtable-2025")
HEAD = SOURCE[: SOURCE.index("facts:")]


_THEME = "{{id: theme:{0}, class: PolicyTheme, label: {{en: {0}}}, definition: D, broader: {1}}}"


def _themes(*entities: str) -> bytes:
    """Return the source with entities, one in a line from line 18 on."""
    return (SOURCE + "entities:\n" + "".join(f"  - {each}\n" for each in entities)).encode()


def _changed(old: str, new: str) -> bytes:
    assert old in SOURCE
    return SOURCE.replace(old, new).encode()


CASES = {
    "unknown key": (
        _changed("    section: lead", "    section: lead\n    anchr: x"),
        "16:5: unknown key 'anchr'; did you mean anchor?",
    ),
    "unknown relation": (
        _changed("hasTheme", "hasTeme"),
        "13:15: unknown relation 'hasTeme'; did you mean hasTheme",
    ),
    "unknown id": (
        _changed("theme:ai", "theme:ai-governence"),
        "14:13: unknown id 'theme:ai-governence'; did you mean theme:ai-governance",
    ),
    "unknown country code": (
        _changed("event:ai-action-summit-2025", "actor:FRN"),
        "12:14: unknown country code 'FRN'",
    ),
    "NO for Norway": (
        _changed("event:ai-action-summit-2025", "NO"),
        "12:14: 'NO' is not an id; Norway is actor:NOR",
    ),
    "NO as an object": (
        _changed("theme:ai", "NO"),
        "14:13: 'NO' is not an id; Norway is actor:NOR",
    ),
    "two-letter code": (
        _changed("event:ai-action-summit-2025", "actor:NO"),
        "12:14: 'NO' is not an id; Norway is actor:NOR",
    ),
    "duplicate key": (
        _changed("    section: lead", "    section: lead\n    section: body"),
        "16:5: the key 'section' appears twice (first in line 15)",
    ),
    "duplicate id": (
        (SOURCE + "entities:\n" + "  - {id: place:x, class: Place, label: {en: X}}\n" * 2).encode(),
        "19:10: the id 'place:x' is declared twice (first in FILE:18)",
    ),
    "id of the registry again": (
        (SOURCE + "entities:\n  - {id: place:paris, class: Place, label: {en: X}}\n").encode(),
        "18:49: place:paris has the label 'Paris' in",
    ),
    "id of another class": (
        (SOURCE + "entities:\n  - {id: place:paris, class: Venue, label: {fr: X}}\n").encode(),
        "18:30: place:paris has the class 'Place' in",
    ),
    "duplicate source id": (
        _changed("my-source", "india-france-roundtable-2025"),
        "2:7: the source id 'india-france-roundtable-2025' is already used in",
    ),
    "duplicate fact": (
        (SOURCE + SOURCE[SOURCE.index("  - subject") :]).encode(),
        "17:5: this fact is already in FILE:12",
    ),
    "impossible date": (
        _changed('date: "2025-02-11"', 'date: "2025-02-30"'),
        "10:9: there is no date 2025-02-30",
    ),
    "impossible date as object": (
        _changed("hasTheme\n    object: theme:ai", 'startDate\n    object: "2025-02-30"'),
        "14:13: there is no date 2025-02-30",
    ),
    "no date": (
        _changed("hasTheme\n    object: theme:ai", "startDate\n    object: soon"),
        "14:13: 'soon' is not a date; write 2025-02-10, 2025-02 or 2025",
    ),
    "tab": (
        _changed("    section: lead", "\tsection: lead"),
        "15:1: a tab; indent with spaces",
    ),
    "UTF-16 without a byte order mark": (
        SOURCE.encode("utf-16-le"),
        "1:1: the text is not UTF-8; save the file as UTF-8",
    ),
    "half of UTF-16": (
        b"\xff\xfe" + SOURCE.encode("utf-16-le")[:-1],
        "16:23: byte 0x0a is not UTF-16; save the file as UTF-8",
    ),
    "latin-1": (
        _changed("Somebody", "Ministère").decode().encode("latin-1"),
        "4:20: byte 0xe8 is not UTF-8; save the file as UTF-8",
    ),
    "20 MB scalar": (
        _changed("A press release", "x" * 20_000_000),
        "1:1: the file has 20.0 MB; a .yaml file may have at most 1 MB, so put long lists",
    ),
    "long scalar": (
        _changed("A press release", "x" * 20_000),
        "3:10: title is longer than 10000 characters",
    ),
    "anchor": (
        _changed("title: A press release", "title: &a A press release"),
        "3:10: the anchor &a; write the values where they are used",
    ),
    "alias": (
        _changed("publisher: Somebody", "publisher: *a"),
        "4:14: the alias *a; write the value itself",
    ),
    "tag": (
        _changed("A press release", "!!python/object:os.system x"),
        "3:10: a tag (!); write plain text and numbers only",
    ),
    "nesting": (("source: " + "{a: " * 2000).encode(), "more than 8 levels of nesting"),
    "empty file": (b"", "1:1: the file is empty; write a source, entities or facts"),
    "only a comment": (b"# nothing\n", "the file is empty; write a source"),
    "second document": (SOURCE.encode() + b"---\na: b\n", "17:1: a second document"),
    "not YAML": (_changed("title: A", "title: [A"), "not YAML: "),
    "a list at the top": (b"- a\n", "1:1: this must be keys with values"),
    "missing source": (
        SOURCE[SOURCE.index("facts:") :].encode(),
        "1:1: facts without a source; name under 'source:' the document that states them",
    ),
    "nothing in it": (b"facts: []\n", "1:1: a fact file needs a source or entities"),
    "missing key": (_changed("  title: A press release\n", ""), "2:3: title is missing"),
    "null for a required key": (
        _changed("title: A press release", "title: null"),
        "3:10: title is missing; fill it in",
    ),
    "a tilde for a required key": (
        _changed("section: lead", "section: ~"),
        "15:14: section is missing; fill it in",
    ),
    "nothing for a required key": (
        _changed("title: A press release", "title:"),
        "3:9: title is missing; fill it in",
    ),
    "labels without a value": (
        (
            SOURCE + "entities:\n  - {id: place:x, class: Place, label: {en: null, fr: ~}}\n"
        ).encode(),
        "18:40: label needs at least one entry",
    ),
    "labels of one language": (
        (
            SOURCE + "entities:\n  - {id: place:x, class: Place, label: {pt-BR: X, pt-br: Y}}\n"
        ).encode(),
        "18:40: two labels have the language 'pt-br'; write one",
    ),
    "language of a locale": (
        _changed("language: en", "language: pt_BR"),
        "6:13: 'pt_BR' is not a language tag; write pt-br",
    ),
    "missing key of a fact": (_changed("    section: lead\n", ""), "12:5: section is missing"),
    "unknown modality": (
        _changed("modality: reported", "modality: reportd"),
        "16:15: unknown modality 'reportd'; did you mean reported?",
    ),
    "wrong class": (
        _changed("theme:ai", "place:paris"),
        "14:13: place:paris is a Place; the object of 'hasTheme' must be a PolicyTheme",
    ),
    "wrong subject": (
        _changed("event:ai-action-summit-2025", "place:paris"),
        "12:14: place:paris is a Place; the subject of 'hasTheme' must be",
    ),
    "unknown class": (
        (SOURCE + "entities:\n  - {id: place:x, class: Plaice, label: {en: X}}\n").encode(),
        "18:26: unknown class 'Plaice'; did you mean Place?",
    ),
    "declared country": (
        (SOURCE + "entities:\n  - {id: actor:KEN, class: Country, label: {en: X}}\n").encode(),
        "18:10: countries need no declaration; actor:KEN is Kenya",
    ),
    "kind that does not fit": (
        (SOURCE + "entities:\n  - {id: event:x, class: Place, label: {en: X}}\n").encode(),
        "18:10: the id of a Place must not begin with event:",
    ),
    "span the wrong way round": (
        _changed("section: lead", "section: lead\n    anchor: x\n    start: 9\n    end: 4"),
        "12:5: the end (4) must be greater than the start (9)",
    ),
    "not a number": (
        _changed("section: lead", "section: lead\n    anchor: x\n    start: ten\n    end: 40"),
        "17:12: 'ten' is not a whole number of at most 9 digits",
    ),
    "inferred without a reason": (
        _changed("modality: reported", "modality: presupposed\n    basis: inferred"),
        "12:5: a fact with the basis inferred needs a reason",
    ),
    "web address": (
        _changed("address: https://example.org/release", "address: javascript:alert(1)"),
        "9:12: 'javascript:alert(1)' is not a web address",
    ),
    **{
        f"address with {what}": (
            _changed("https://example.org/release", f"'https://example.org/{path}'"),
            f"9:12: 'https://example.org/{path}' contains {problem}",
        )
        for path, what, problem in (
            ("a[1", "a bracket", "'['; write 'https://example.org/a%5B1'"),
            (
                "100%",
                "a bare percent",
                "a % that begins no code; write 'https://example.org/100%25'",
            ),
            ("#a#b", "a second fragment", "a second #; write 'https://example.org/#a%23b'"),
            ("a b", "a space", "a space; write 'https://example.org/a%20b'"),
            ("é", "a letter", "the letter 'é'; write 'https://example.org/%C3%A9'"),
        )
    },
    "address with a private-use character": (
        _changed("https://example.org/release", "https://example.org/\ue000"),
        "9:12: 'https://example.org/\\ue000' contains the character U+E000; delete it",
    ),
    "address with a backslash": (
        _changed("https://example.org/release", "https://example.org/a\\b"),
        "contains a backslash; write / instead",
    ),
    "control character": (_changed("A press", "A\x07 press"), "3:11: the control character U+0007"),
    "NUL": (_changed("A press", "A\0 press"), "3:11: the control character U+0000; delete it"),
    "a character that no text holds": (
        _changed("A press", "A\ufffe press"),
        "3:11: not YAML: the character U+FFFE, which is not allowed in text; delete it",
    ),
    "control character as an escape": (
        _changed("A press release", r'"A\x07 press"'),
        r"3:10: 'A\x07 press' contains the control character U+0007; write plain text on one line",
    ),
    "tab in a section": (
        _changed("section: lead", r'section: "a\tb"'),
        r"15:14: 'a\tb' contains a tab; write plain text on one line",
    ),
    "escape beyond Unicode": (
        _changed("A press release", r'"\U00110000"'),
        "3:3: not YAML: an escape that stands for no character; write the character itself",
    ),
    "escape far beyond Unicode": (
        _changed("A press release", r'"\UFFFFFFFF"'),
        "3:3: not YAML: an escape that stands for no character",
    ),
    "half a character": (
        _changed("A press release", r'"\ud800"'),
        "3:10: title contains half a character (a lone surrogate)",
    ),
    "directive": (b"%YAML 1.0\n---\n" + SOURCE.encode(), "1:1: a line that begins with %"),
    "anchor of an ellipsis": (
        _changed("section: lead", "section: lead\n    anchor: …"),
        "16:13: the anchor '…' needs words on both sides of the …",
    ),
    "anchor without a tail": (
        _changed("section: lead", "section: lead\n    anchor: the summit …"),
        "16:13: the anchor 'the summit …' needs words on both sides of the …",
    ),
    "number of other digits": (
        _changed("section: lead", "section: lead\n    anchor: x\n    start: ٣\n    end: 40"),
        "17:12: '٣' is not a whole number of at most 9 digits",
    ),
    "number with an underscore": (
        _changed("section: lead", "section: lead\n    anchor: x\n    start: 1_0\n    end: 40"),
        "17:12: '1_0' is not a whole number",
    ),
    "number with a sign": (
        _changed("section: lead", "section: lead\n    anchor: x\n    start: 1\n    end: +20"),
        "18:10: '+20' is not a whole number",
    ),
    "huge number": (
        _changed(
            "section: lead", "section: lead\n    anchor: x\n    start: 1\n    end: 9999999999"
        ),
        "18:10: '9999999999' is not a whole number of at most 9 digits",
    ),
    "date of other digits": (
        _changed('"2025-02-11"', "٢٠٢٥"),
        "10:9: '٢٠٢٥' is not a date; write 2025-02-10, 2025-02 or 2025",
    ),
    "span behind the end of the text": (
        SOURCE.replace("facts:", "  text: {length: 50, sha256: " + "0" * 64 + "}\nfacts:")
        .replace("section: lead", "section: lead\n    anchor: x\n    start: 49\n    end: 51")
        .encode(),
        "19:10: end is 51, but the text of the source has only 50 characters",
    ),
    "class of every actor": (
        (SOURCE + "entities:\n  - {id: actor:x, class: Actor, label: {en: X}}\n").encode(),
        "18:26: Actor is too general; write AcademicInstitution, Bloc,",
    ),
    "sector as an entity": (
        (SOURCE + "entities:\n  - {id: sector:x, class: Sector, label: {en: X}}\n").encode(),
        "18:10: declare concepts in ontology/schemes/subjects.ttl, not here",
    ),
    "theme without a definition": (
        _themes("{id: theme:x, class: PolicyTheme, label: {en: X}}"),
        "18:5: the theme theme:x needs a definition: what it means",
    ),
    "theme under an unknown one": (
        _themes(_THEME.format("x", "theme:ai-safty")),
        "18:79: unknown id 'theme:ai-safty'; did you mean theme:ai-safety?",
    ),
    "theme under a sector": (
        _themes(_THEME.format("x", "sector:education")),
        "18:79: sector:education is a Sector; write a theme",
    ),
    "theme under itself": (
        _themes(_THEME.format("x", "theme:x")),
        "18:79: theme:x leads back to itself; write another theme",
    ),
    "themes in a circle": (
        _themes(_THEME.format("x", "theme:y"), _THEME.format("y", "theme:x")),
        "19:79: theme:y leads back to itself; write another theme",
    ),
    "theme of the ontology": (
        _themes(_THEME.format("ai-safety", "theme:trust-in-ai")),
        "18:10: theme:ai-safety is a theme of the ontology; use it as it is, or give yours another",
    ),
    "theme by the name of another": (
        _themes("{id: theme:x, class: PolicyTheme, label: {en: ai Safety}, definition: D}"),
        "18:46: theme:ai-safety has the label 'ai Safety' too; use its id",
    ),
    "broader of what is no theme": (
        _themes("{id: place:x, class: Place, label: {en: X}, broader: theme:ai}"),
        "18:58: only a theme has a broader; delete the key",
    ),
    "theme of another kind": (
        _themes("{id: place:x, class: PolicyTheme, label: {en: X}, definition: D}"),
        "18:10: the id of a PolicyTheme must not begin with place:",
    ),
    "a country by its name": (
        _changed("event:ai-action-summit-2025", "actor:united-kingdom"),
        "12:14: unknown id 'actor:united-kingdom'; did you mean actor:GBR?",
    ),
    "a name in place of an id": (
        _changed("event:ai-action-summit-2025", "AI Action Summit 2025"),
        "12:14: unknown id 'AI Action Summit 2025'; did you mean event:ai-action-summit-2025?",
    ),
    "unknown theme": (
        _changed("theme:ai", "theme:qqqqqqqqqqqqqqqqqqqqqqqq"),
        "; declare it under entities",
    ),
    "unknown sector": (
        _changed("theme:ai", "sector:qqqqqqqqqqqqqqqqqqqqqqqq"),
        "; it is not in the concept scheme ontology/schemes/subjects.ttl",
    ),
    "unknown entity": (
        _changed("event:ai-action-summit-2025", "event:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"),
        "; declare it under entities",
    ),
    "heading that a sentence says": (
        _changed(
            "event:ai-action-summit-2025\n    relation: hasTheme",
            "actor:IND\n    relation: headlineTheme",
        ),
        "16:15: headlineTheme is for headlines; write the modality editorial",
    ),
    "edition before the first": (
        _changed("hasTheme\n    object: theme:ai", "editionNumber\n    object: 0"),
        "14:13: editionNumber must be at least 1 (not 0)",
    ),
    "subject as object": (
        _changed(
            "hasTheme\n    object: theme:ai", "follows\n    object: event:ai-action-summit-2025"
        ),
        "14:13: subject and object are the same; name two things",
    ),
    "long value": (
        _changed("theme:ai", "place:" + "x" * 150),
        "14:13: unknown id 'place:" + "x" * 150 + "'; declare it under entities",
    ),
    "name of Python's": (
        _changed("    section: lead", "    section: lead\n    from_: 2025"),
        "16:5: unknown key 'from_'; did you mean from?",
    ),
    "missing list": (
        (HEAD + "lists: [../../secret.csv]\n").encode(),
        "11:9: no file '../../secret.csv' in the folder",
    ),
    "no date of the source": (_changed('  date: "2025-02-11"\n', ""), "2:3: date is missing"),
    "no address of the source": (
        _changed("  address: https://example.org/release\n", ""),
        "2:3: address is missing",
    ),
    "a language where there are no words": (
        _changed("    section: lead", "    section: lead\n    language: fr"),
        "16:15: the object of 'hasTheme' has no language; delete the key",
    ),
    "a language that is none": (
        _changed("    section: lead", "    section: lead\n    language: French"),
        "16:15: 'French' is not a language tag",
    ),
    "more than the source must hold": (
        _changed("facts:", "  holds: [{relation: hasTheme, count: 0}]\nfacts:"),
        "11:39: hasTheme: expected 0, found 1",
    ),
    "less than the source must hold": (
        _changed(
            "facts:",
            "  holds:\n    - {relation: hasTheme, class: Event, count: 2}\nfacts:",
        ),
        "12:49: hasTheme: expected 2, found 1",
    ),
    "an unknown relation in what the source must hold": (
        _changed("facts:", "  holds: [{relation: hasTeme, count: 1}]\nfacts:"),
        "11:22: unknown relation 'hasTeme'; did you mean hasTheme",
    ),
    "an unknown class in what the source must hold": (
        _changed("facts:", "  holds: [{relation: hasTheme, class: Evnt, count: 1}]\nfacts:"),
        "11:39: unknown class 'Evnt'; did you mean Event",
    ),
    "a count below nothing": (
        _changed("facts:", "  holds: [{relation: hasTheme, count: -1}]\nfacts:"),
        "11:39: count must be at least 0",
    ),
    "an unknown key in what the source must hold": (
        _changed("facts:", "  holds: [{relation: hasTheme, cont: 1, count: 1}]\nfacts:"),
        "11:32: unknown key 'cont'; did you mean count?",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_gets_one_sentence_that_says_where(name: str, tmp_path: Path, run: Run) -> None:
    data, message = CASES[name]
    file = tmp_path / "mistake.yaml"
    file.write_bytes(data)
    result = run("check", file, *KNOWN, "--only")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{file}:" in result.stderr
    assert message.replace("FILE", str(file)) in result.stderr
    assert len(result.stderr.strip().split("\n")) == 1


NASTY = [
    *("{}", "[]", "''", "x", '"\\x07"', '"\\ud800"', "-1", "1_0", "99999999999", "٣", "{a: b}"),
    *("[[a]]", "~", "1.5", "…", '"a\\nb"', "NO", "wd:Q1", "\0", "\u2028", "@", "- a", "? a", "|"),
    *('"', "[", "}", '"\\U00110000"', "\r", "\t", "0000", "Actor", "a: b", "x" * 20_000, "y y: z"),
]
FULL = (
    SOURCE.replace("facts:", "  text: {length: 9, sha256: x}\nfacts:")
    + "    anchor: a\n    start: 1\n    end: 2\n    from: 2023\n    reason: b\n    basis: stated\n"
    + "entities:\n  - id: place:x\n    class: Place\n    label: {en: X}\nlists: []\n"
)
LINES = FULL.splitlines()


@pytest.mark.parametrize("number", range(len(LINES)), ids=LINES.__getitem__)
def test_whatever_stands_in_a_file_is_told_in_our_own_words(number: int, tmp_path: Path) -> None:
    key, _, _ = LINES[number].partition(": ")
    for value in NASTY:
        lines = [*LINES[:number], f"{key.rstrip(':')}: {value}", *LINES[number + 1 :]]
        (tmp_path / "x.yaml").write_bytes("\n".join(lines).encode())
        with pytest.raises(FactsError) as caught:
            read_facts(str(tmp_path))
        for message in str(caught.value).split("\n"):
            assert re.match(r".*/x\.yaml:\d+:\d+: \S.{9,360}$", message), message
            assert not re.search(r"Input|should|valid|Field|codec|argument", message), message
