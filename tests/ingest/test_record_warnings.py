"""Records that are odd by themselves: refused where they cannot be, else warned of."""

from pathlib import Path

import pytest

from graph_builder.core.ontology import load_ontology
from graph_builder.ingest.fact_files import read_and_check
from graph_builder.ingest.plausibility_warnings import find_warnings

SOURCE = {
    "id": "s",
    "title": "T",
    "publisher": "Somebody",
    "address": "unknown",
    "date": '"2025-02-11"',
    "kind": "report",
    "language": "en",
    "licence": "not known",
    "verification": "press",
}
ENTITIES = """\
entities:
  - {id: event:a, class: Event, label: {en: A talk}}
  - {id: event:b, class: Event, label: {en: B talk}}
  - {id: event:c, class: Event, label: {en: C talk}}
  - {id: event:series, class: EventSeries, label: {en: Talks}}
  - {id: instrument:i, class: PolicyInstrument, label: {en: Text}}
facts:
"""
EDITION = "event:a editionNumber 1"


def check(folder: Path, *facts: str, **source: str) -> tuple[list[str], list[str]]:
    """Return the findings and the warnings on facts: three terms, a modality, and further keys."""
    said = {**SOURCE, **{key.replace("_", "-"): value for key, value in source.items()}}
    head = "source:\n" + "".join(f"  {key}: {value}\n" for key, value in said.items())
    lines = []
    for number, fact in enumerate(facts):
        subject, relation, object_, *more = fact.split(" ", 3)
        keys = more[0] if more else "modality: reported"
        section = "" if "section" in keys else f", section: p{number}"
        terms = f"subject: {subject}, relation: {relation}, object: {object_}"
        lines.append(f"  - {{{terms}, {keys}{section}}}\n")
    file = folder / "mine.yaml"
    file.write_text(head + ENTITIES + "".join(lines), encoding="utf-8")
    result = read_and_check(file)
    found = find_warnings(result, load_ontology(), [str(file)])
    messages = [each.message for each in found if not each.message.startswith("no fact names")]
    return [each.message for each in result.diagnostics.findings], messages


SPAN = "modality: reported, anchor: {0}, start: 10, end: {1}"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            [f"event:a hasTheme theme:ai {SPAN.format('abc', 5000)}"],
            "the anchor has 3 characters, but start and end are for 4990; correct them, or write ",
        ),
        (
            [
                "actor:FRA endorsed instrument:i modality: agreed, section: Para  3",
                "actor:FRA endorsed instrument:i modality: agreed, section: para 3",
            ],
            "this fact is already in ",
        ),
        ([f"event:a hasTheme theme:ai {SPAN.format('abc', 60)}"], ""),
        ([f"event:a hasTheme theme:ai {SPAN.format('a … c', 5000)}"], ""),
        (["event:a hasTheme theme:ai", "event:a hasTheme theme:ai"], ""),
    ],
)
def test_what_cannot_be_is_refused(facts: list[str], message: str, tmp_path: Path) -> None:
    findings, warnings = check(tmp_path, *facts)
    assert [each.startswith(message) for each in findings] == ([True] if message else [])
    assert warnings == []


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([EDITION], "no fact says of what event:a is an edition; add editionOf"),
        ([EDITION, "event:a editionOf event:series"], ""),
        (["event:a editionNumber 1 modality: denied"], ""),
        (["event:a statedParticipantCount 0"], "the source counts none; check the number"),
        (["instrument:i statedEndorserCount 0"], "the source counts none; check the number"),
        (["event:a statedParticipantCount 1"], ""),
        (
            ["event:a sideEventOf event:b", "event:a sideEventOf event:c"],
            "the source says sideEventOf event:b too; check both",
        ),
        (["event:a sideEventOf event:b", "event:c sideEventOf event:b"], ""),
        (
            ["event:a hasTheme theme:ai modality: denied, basis: background, reason: It is so."],
            "background is what no source says; write how the source denies it, or reported",
        ),
        (
            ["event:a name Gespräch modality: reported, language: xx-yyyyyyyy"],
            "'xx-yyyyyyyy' begins with no code of a language (ISO 639); check the tag",
        ),
        (["event:a name Gespräch modality: reported, language: gsw"], ""),
    ],
)
def test_an_odd_fact_is_a_warning(facts: list[str], message: str, tmp_path: Path) -> None:
    assert check(tmp_path, *facts) == ([], [message] if message else [])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"date": '"2099-01-01"'}, "2099-01-01 is a day to come; check the date"),
        ({"origin": "somebody"}, "the origin is the publisher; delete the key, or name who "),
        ({"origin": "An agency"}, ""),
        ({"title": "x" * 9_999}, "9,999 characters is long for a name; check the text"),
        ({"publisher": "x" * 501}, "501 characters is long for a name; check the text"),
        ({"title": "x" * 500}, ""),
        ({"language": "qqq"}, "'qqq' begins with no code of a language (ISO 639); check the tag"),
        ({"language": "zz"}, "'zz' begins with no code of a language (ISO 639); check the tag"),
        ({"title-language": "qaa"}, "'qaa' begins with no code of a language (ISO 639); check "),
        ({"language": "mul"}, ""),
    ],
)
def test_an_odd_source_is_a_warning(source: dict[str, str], message: str, tmp_path: Path) -> None:
    findings, warnings = check(tmp_path, "event:a hasTheme theme:ai", **source)
    assert findings == []
    assert [each.startswith(message) for each in warnings] == ([True] if message else [])


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ("actor:FRA endorsed instrument:i modality: agreed, from: 2099", "2099-01-01 is a day to"),
        ("instrument:i adoptedOn 2099-05", "2099-05-01 is a day to come; write the modality "),
        ("actor:FRA endorsed instrument:i modality: intended, from: 2099", ""),
        ("actor:FRA endorsed instrument:i modality: agreed, from: 2024", ""),
        ("actor:FRA endorsed instrument:i modality: agreed, from: 2024, to: 2099", ""),
    ],
)
def test_a_deed_to_come_of_an_undated_source_is_a_warning(
    fact: str, message: str, tmp_path: Path
) -> None:
    findings, warnings = check(tmp_path, fact, date="undated")
    assert findings == []
    assert [each.startswith(message) for each in warnings] == ([True] if message else [])
