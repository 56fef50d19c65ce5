"""Warnings of `aigg check`: what may be right, but should be looked at again; none refuses."""

from pathlib import Path

import pytest

from graph_builder.compare.conflicts import disagreements
from graph_builder.ingest.language_hints import describe_other_language
from graph_builder.ingest.source_documents import check_source
from graph_builder.store.loading import build
from tests.conftest import FACTS, Run
from tests.facts_sample import sample_facts
from tests.ingest.test_consistency_checks import SOURCE
from tests.small_facts import write_fact_file

SUMMIT, TEXT = "event:ai-action-summit-2025", "instrument:new-delhi-declaration"
ROUNDTABLE = "event:india-france-ai-policy-roundtable-2"
ENTITY = "  - {{id: {0}, class: {1}, label: {{{2}: {3}}}}}\n"


def write(folder: Path, *facts: str, entities: str = "", source: str = SOURCE) -> Path:
    """Write a file with facts: terms with an optional modality, and further keys after a bar."""
    declared = f"entities:\n{entities}" if entities else ""
    return write_fact_file(folder, facts, source + declared)


def warn(file: Path) -> list[str]:
    (checked,) = check_source(str(file), facts=[sample_facts()], only=True)
    return [each.message for each in checked.warnings]


DOUBTFUL = {
    "another edition number": (
        [f"{ROUNDTABLE} editionNumber 22"],
        "other sources say 2 (india-france-roundtable-2025)",
    ),
    "another count of the day": (
        [f'{TEXT} statedEndorserCount 880 predicted | as-of: "2026-02-21"'],
        "",
    ),
    "another member": (
        ['actor:ARG memberOf actor:brics | as-of: "2025-02-11"'],
        "other sources name 10 for memberOf actor:brics, and actor:ARG is not among them; look for",
    ),
    "a vote against what another source says it sponsored": (
        ["actor:CHN abstainedOn instrument:unga-resolution-78-311"],
        "the source ecns311 says sponsored; look it up once more",
    ),
    "a vote on another day than that of another source": (
        ['actor:BLR votedFor instrument:un-draft-resolution-a-c1-79-l43 | from: "2024-12-24"'],
        "",
    ),
    "what another source denies": (
        ["actor:USA endorsed instrument:paris-statement agreed"],
        " says that this is not so",
    ),
    "a judgement without effect": (
        [f"{SUMMIT} editionNumber 7 evaluative | rank: preferred, reason: x"],
        "no source affirms '7', so that preferring it has no effect",
    ),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_others_do_not_say_is_a_warning(name: str, tmp_path: Path) -> None:
    facts, message = DOUBTFUL[name]
    warnings = warn(write(tmp_path, *facts))
    assert [message in each for each in warnings] == ([True] if message else [])


def test_another_count_names_the_numbers_of_others(tmp_path: Path) -> None:
    source = SOURCE.replace("2025-02-11", "2026-03-01")
    fact = f'{TEXT} statedEndorserCount 880 | as-of: "2026-02-21"'
    (message,) = warn(write(tmp_path, fact, source=source))
    assert message.startswith("other sources say 85 (ggf-nd), 88 (p-delhi), 91 (hawk-nd), 92 (")


def test_another_name_of_an_event_is_a_warning(tmp_path: Path) -> None:
    entities = ENTITY.format("event:paris-ai-summit", "Event", "en", "Paris AI Summit")
    file = write(tmp_path, "event:paris-ai-summit startDate 2025-02-10", entities=entities)
    (message,) = warn(file)
    assert message == (
        f"{SUMMIT} is an event of the same day, 2025-02-10, and of a like name or place; "
        "use its id if they are one event"
    )


def test_a_side_event_of_the_day_is_none(tmp_path: Path) -> None:
    entities = ENTITY.format("event:paris-ai-summit", "Event", "en", "Paris AI Summit")
    facts = (
        "event:paris-ai-summit startDate 2025-02-10",
        f"event:paris-ai-summit sideEventOf {SUMMIT}",
    )
    assert warn(write(tmp_path, *facts, entities=entities)) == []


def test_the_same_edition_of_a_series_is_a_warning(tmp_path: Path) -> None:
    entities = "".join(
        ENTITY.format(name, class_, "en", label)
        for name, class_, label in (
            ("event:series-x", "EventSeries", "Series X"),
            ("event:one-x", "Event", "First meeting"),
            ("event:two-x", "Event", "Other talks"),
        )
    )
    facts = [
        f"event:{name}-x {relation}"
        for name in ("one", "two")
        for relation in ("editionOf event:series-x", "editionNumber 3")
    ]
    messages = warn(write(tmp_path, *facts, entities=entities))
    assert messages[0].startswith("event:two-x is number 3 of the same series")


def test_an_entity_that_no_fact_names_is_a_warning(tmp_path: Path) -> None:
    names = [f"actor:club-{letter}" for letter in "abcdef"]
    entities = "".join(ENTITY.format(name, "Network", "en", name[6:]) for name in names)
    file = write(tmp_path, f"actor:club-a attended {SUMMIT}", entities=entities)
    (message,) = warn(file)
    assert message == (
        "no fact names actor:club-b, actor:club-c, actor:club-d, actor:club-e and 1 more; "
        "add a fact, or delete it"
    )


def test_a_source_of_a_day_to_come_is_a_warning(tmp_path: Path) -> None:
    source = SOURCE.replace("2025-02-11", "2099-01-01")
    file = write(tmp_path, f"actor:ISR attended {SUMMIT}", source=source)
    assert warn(file) == ["2099-01-01 is a day to come; check the date"]


@pytest.mark.parametrize(
    ("text", "tag", "reason"),
    [
        ("Ministère de la Transition numérique", "en", "looks French (2 words)"),
        ("Bundesministerium für Digitales und Verkehr", "en", "looks German (2 words)"),
        ("Ministry of Finance", "en", ""),
        ("Sciences Po Paris", "en", ""),
        ("Bibliothèque de la Sorbonne", "fr", ""),
        ("Ministry of Finance of the Republic", "fr", "looks English (3 words)"),
        ("नई दिल्ली", "en", "has no Latin letter, which 'en' is written in"),
        ("hello", "hi", "has no letter of the alphabet of 'hi'"),
        ("नई दिल्ली", "hi", ""),
        ("de la la", "xx", ""),
    ],
)
def test_a_text_may_be_in_another_language_than_its_tag(text: str, tag: str, reason: str) -> None:
    assert describe_other_language(text, tag) == reason


def test_a_name_in_another_language_is_a_warning(tmp_path: Path) -> None:
    label = "Ministère de la Transition numérique"
    entities = ENTITY.format("actor:body-x", "GovernmentBody", "en", label)
    (message,) = warn(write(tmp_path, f"actor:body-x attended {SUMMIT}", entities=entities))
    assert message == f"{label!r} is tagged en, but looks French (2 words); check the tag"


def test_the_name_of_a_person_is_in_no_language(tmp_path: Path) -> None:
    entities = ENTITY.format("actor:someone-x", "Person", "en", "Someone von der X")
    assert describe_other_language("Someone von der X", "en")
    assert warn(write(tmp_path, f"actor:someone-x attended {SUMMIT}", entities=entities)) == []


def test_the_command_prints_warnings_and_goes_on(tmp_path: Path, run: Run) -> None:
    file = write(tmp_path, f"{ROUNDTABLE} editionNumber 22")
    result = run("check", file)
    assert (result.exit_code, result.stdout) == (0, f"{file}: 1 fact, 1 warning\n")
    assert result.stderr.startswith(f"{file}:4:")
    assert ": warning: other sources" in result.stderr


@pytest.mark.slow
def test_the_shipped_facts_have_none() -> None:
    assert not [each.warnings for each in check_source(str(FACTS)) if each.warnings]


def test_a_membership_that_another_source_denies_is_a_disagreement(tmp_path: Path) -> None:
    file = write(tmp_path, 'actor:ARG memberOf actor:brics | as-of: "2025-02-11"')
    other = tmp_path / "other.yaml"
    text = file.read_text(encoding="utf-8").replace("id: mine", "id: other")
    other.write_text(text.replace("modality: reported", "modality: denied"), encoding="utf-8")
    conflicts = disagreements(build(file, other, only=True), "actor:ARG")
    assert [each.relation.rpartition("#")[2] for each in conflicts] == ["memberOf"]


TERM = ["undertaking:task dueWithin P90D intended", f"undertaking:task dueAfter {SUMMIT} intended"]
TASK = ENTITY.format("undertaking:task", "Directive", "en", "A task of a test")


def test_a_term_without_its_last_day_is_a_warning(tmp_path: Path) -> None:
    (message,) = warn(write(tmp_path, *TERM, entities=TASK))
    assert message.startswith(f"undertaking:task has no dueOn, although {SUMMIT} has endDate 2025-")
    assert message.endswith("else it is never overdue")


@pytest.mark.parametrize(
    "facts",
    [
        [*TERM, "undertaking:task dueOn 2025-05-12 intended | basis: inferred, reason: 90 days"],
        [TERM[0], "undertaking:task dueAfter event:ai-summit-2027 intended"],
    ],
)
def test_a_term_with_a_last_day_or_without_a_first_one_is_none(
    facts: list[str], tmp_path: Path
) -> None:
    assert warn(write(tmp_path, *facts, entities=TASK)) == []


HELD = "post:director-general-of-anssi"


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        ('as-of: "2020-05"', "actor:a-b held this post from 2014-01-01 to 2022-12-31; check the"),
        ('from: "2016", to: "2018"', "actor:a-b held this post from 2014"),
        ('from: "2023-01-04"', ""),
        ('from: "2012", to: "2014"', ""),
        ('as-of: "2014-05"', ""),
    ],
)
def test_two_holders_of_a_post_at_a_time_are_a_warning(
    dates: str, message: str, tmp_path: Path
) -> None:
    persons = "".join(
        ENTITY.format(f"actor:{name}", "Person", "en", f"Doe {name}") for name in ("a-b", "c-d")
    )
    first = f'actor:a-b holderOf {HELD} | from: "2014", to: "2022"'
    found = warn(write(tmp_path, first, f"actor:c-d holderOf {HELD} | {dates}", entities=persons))
    told = [each for each in found if each.startswith("actor:a-b held this post")]
    assert len(told) == len(message[:1])
    assert all(each.startswith(message) for each in told)


def test_two_holders_as_of_one_day_and_the_start_and_end_of_two_sources(tmp_path: Path) -> None:
    persons = "".join(
        ENTITY.format(f"actor:{name}", "Person", "en", f"Doe {name}") for name in ("a-b", "c-d")
    )
    same = [f'actor:{name} holderOf {HELD} | as-of: "2023-03-01"' for name in ("a-b", "c-d")]
    found = warn(write(tmp_path, *same, entities=persons))
    assert "actor:a-b held this post as of 2023-03-01; check the dates" in found
    follows = [same[0], f'actor:c-d holderOf {HELD} | from: "2023-03-01"']
    assert not any(
        "held this post" in each for each in warn(write(tmp_path, *follows, entities=persons))
    )
    apart = f'actor:c-d holderOf {HELD} | from: "2015", to: "2021"'
    (tmp_path / "mine").mkdir()
    found = warn(write(tmp_path / "mine", apart, entities=persons))
    assert (
        "actor:guillaume-poupard held this post from 2014-01-01 to 2022-12-31; check the dates"
        in (found)
    )
