"""Realistic mistakes of those who add a source: each is one sentence, and what is sound passes."""

from pathlib import Path

import pytest

from graph_builder.core.errors import FactsError
from graph_builder.ingest.source_documents import check_source
from tests.conftest import FACTS

SOURCE = """source: {id: mine, title: T, publisher: P, address: unknown, date: "2025-02-11",
  kind: press, language: en, licence: not seen, verification: press}
"""
SUMMIT, TEXT = "event:ai-action-summit-2025", "instrument:paris-statement"
ENTITIES = """entities:
  - {id: event:one, class: Event, label: {en: First of two}}
  - {id: event:two, class: Event, label: {en: Second of two}}
  - {id: actor:body-a, class: GovernmentBody, label: {en: Body A of a test}}
  - {id: actor:body-b, class: GovernmentBody, label: {en: Body B of a test}}
  - {id: place:one, class: Place, label: {en: Place One}}
  - {id: place:two, class: Place, label: {en: Place Two}}
  - {id: outcome:promise, class: Commitment, label: {en: A promise}}
"""
FACT = "  - {{subject: {0}, relation: {1}, object: {2}, section: lead, modality: {3}{4}}}\n"


def check(folder: Path, *facts: str, entities: str = ENTITIES, source: str = SOURCE) -> str:
    """Return what is found in a file with facts: terms, modality, and further keys after a bar."""
    lines = []
    for fact in facts:
        terms, _, more = fact.partition(" | ")
        subject, relation, object_, *modality = terms.split(" ")
        keys = f", {more}" if more else ""
        lines.append(
            FACT.format(subject, relation, f'"{object_}"', *(modality or ["reported"]), keys)
        )
    file = folder / "mine.yaml"
    file.write_text(source + entities + "facts:\n" + "".join(lines), encoding="utf-8")
    try:
        check_source(str(file))
    except FactsError as error:
        return str(error)
    return ""


MISTAKES = {
    "yes and no": (
        [f"actor:ISR endorsed {TEXT} agreed", f"actor:ISR endorsed {TEXT} denied | note: no"],
        "the same source says the opposite in ",
    ),
    "did and declined": (
        [f"actor:ISR endorsed {TEXT} agreed", f"actor:ISR declinedToEndorse {TEXT}"],
        "the same source says the opposite in ",
    ),
    "done after the source": (
        ['actor:IND hosted event:one | from: "2028-02-01"'],
        "the source is of 2025-02-11 and cannot tell this as done; write the modality intended",
    ),
    "start after the source": (["event:one startDate 2025-03-10"], "cannot tell this as done"),
    "before the text": (
        [f'actor:ISR endorsed {TEXT} agreed | from: "2024-05-01"'],
        f"{TEXT} begins only on 2025-02-1",
    ),
    "outside the event": (
        [f'actor:body-a attended {SUMMIT} | from: "2025-01-10"'],
        f"{SUMMIT} was held from 2025-02-10 to ",
    ),
    "follows a later one": (
        ["event:one startDate 2024-01-01", "event:two startDate 2025-01-01",
         "event:one follows event:two"],
        "event:two began on 2025-01-01, after event:one; name an earlier event",
    ),
    "ends before it begins": (
        ["event:one startDate 2025-01-10", "event:one endDate 2025-01-01"],
        "ends before it begins (2025-01-10)",
    ),
    "two values of one": (
        ["event:one startDate 2025-01-10", "event:one startDate 2024-01-10"],
        "the same source gives another value in ",
    ),
    "circle of parents": (
        ["actor:body-a parentBody actor:body-b", "actor:body-b parentBody actor:body-a"],
        "parentBody leads in a circle: actor:body-a > actor:body-b > actor:body-a",
    ),
    "circle of places": (
        ["place:one locatedIn place:two", "place:two locatedIn place:one"],
        "locatedIn leads in a circle: place:one > place:two > place:one",
    ),
    "a person signs": (
        ["actor:narendra-modi signed instrument:council-of-europe-convention-on-ai signed"],
        "actor:narendra-modi is a Person; the subject of 'signed' must be",
    ),
    "a company ratifies": (
        ["actor:google ratified instrument:council-of-europe-convention-on-ai ratified"],
        "actor:google is a Company; the subject of 'ratified' must be",
    ),
    "signed though endorsed": (
        ["actor:ISR signed instrument:bletchley-declaration signed"],
        "instrument:bletchley-declaration has 30 endorsers here",
    ),
    "signed modality of another act": (
        [f"actor:ISR endorsed {TEXT} signed"],
        "the modality signed does not fit endorsed; write how the source says it",
    ),
    "implausible year": (["event:one startDate 1925-02-10"], "1925 is no year for this"),
    "implausible edition": (["event:one editionNumber 22000"], "is not a number from 0 to 999"),
    "negative count": ([f"{TEXT} statedEndorserCount -5"], "is not a"),
    "an amount in words": (
        ["actor:indiaai-mission budget plenty"],
        "an amount needs a number; write it in digits, with the currency",
    ),
    "a takeaway is no commitment": (
        [f"{SUMMIT} producedOutcome outcome:promise takeaway"],
        "outcome:promise is a Commitment; a takeaway is none",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_clear_sentence(name: str, tmp_path: Path) -> None:
    facts, message = MISTAKES[name]
    found = check(tmp_path, *facts)
    assert message in found
    assert all(line.startswith(f"{tmp_path}/mine.yaml:") for line in found.splitlines())


SOUND = [
    ['actor:IND hosted event:one intended | from: "2028-02-01"'],
    ["event:one startDate 2025-01", "event:one endDate 2025-01-10"],
    ["event:one startDate 2025-01", "event:one startDate 2025-01-10"],
    [f'actor:body-a attended {SUMMIT} | from: "2025-02"'],
    [f'actor:ISR negotiated {TEXT} | from: "2024-12"'],
    [f'actor:ISR endorsed {TEXT} agreed | from: "2025-02-11"',
     f'actor:ISR endorsed {TEXT} denied | as-of: "2025-02-10"'],
    ["event:one startDate 2024-01-01", "event:two startDate 2025-01-01",
     "event:two follows event:one"],
    ["actor:body-a parentBody actor:body-b"],
    [f"{SUMMIT} startDate 2024-01-01"],
    ["event:ai-seoul-summit-2024 startDate 2025-02-10"],
    ["actor:indiaai-mission budget 5"],
]  # fmt: skip


@pytest.mark.parametrize("facts", SOUND)
def test_what_is_sound_passes(facts: list[str], tmp_path: Path) -> None:
    assert check(tmp_path, *facts) == ""


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("United States", "actor:USA has the label 'United States' too; use its id"),
        ("Open AI", "actor:openai has the label 'Open AI' too; use its id"),
        ("\u200f\u200b", "the label has no letters and no digits; write the name"),
    ],
)
def test_one_thing_has_one_id_and_a_name(label: str, message: str, tmp_path: Path) -> None:
    entities = f'entities:\n  - {{id: actor:mine, class: Company, label: {{en: "{label}"}}}}\n'
    found = check(tmp_path, f"actor:mine attended {SUMMIT}", entities=entities)
    assert message in found


def test_the_date_of_a_source_is_plausible_too(tmp_path: Path) -> None:
    source = SOURCE.replace("2025-02-11", "9999")
    found = check(tmp_path, f"actor:body-a attended {SUMMIT}", source=source)
    assert "9999 is no year for this; check the date" in found


def test_the_shipped_facts_are_consistent() -> None:
    assert check_source(str(FACTS))
