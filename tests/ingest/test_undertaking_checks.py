"""Mistakes of those who record undertakings: each is one sentence, and what is sound passes."""

from pathlib import Path

import pytest

from tests.ingest.test_consistency_checks import check

ENTITIES = """entities:
  - {id: undertaking:pledge, class: Pledge, label: {en: A pledge of a test}}
  - {id: undertaking:duty, class: Obligation, label: {en: A duty of a test}}
  - {id: undertaking:task, class: Directive, label: {en: A task of a test}}
"""
PLEDGE, DUTY, TASK = "undertaking:pledge", "undertaking:duty", "undertaking:task"
MADE = f'{PLEDGE} madeBy actor:openai announced | from: "2024-05-21"'
IMPOSED = f"{DUTY} imposedBy instrument:eu-ai-act"

MISTAKES = {
    "an amount without a currency": (
        [MADE, f"{PLEDGE} amount 5000000 announced"],
        f"{PLEDGE} has no currency; add the code of its currency, such as USD",
    ),
    "a currency without an amount": (
        [MADE, f"{PLEDGE} currency USD announced"],
        f"{PLEDGE} has no amount; add the sum as a number, such as 200000000",
    ),
    "an amount below nothing": (
        [MADE, f"{PLEDGE} amount -5 announced", f"{PLEDGE} currency USD announced"],
        "-5 is no sum to undertake; it must be more than 0",
    ),
    "an amount of nothing": (
        [MADE, f"{PLEDGE} amount 0.00 announced", f"{PLEDGE} currency USD announced"],
        "0.00 is no sum to undertake; it must be more than 0",
    ),
    "a code that is of no currency": (
        [MADE, f"{PLEDGE} amount 5 announced", f"{PLEDGE} currency ZZZ announced"],
        "ZZZ is the code of no currency; use one of ISO 4217, such as USD",
    ),
    "missed before it was due": (
        [f"{PLEDGE} dueOn 2024-12-01", f'{PLEDGE} hasStatus status:missed | from: "2024-06-01"'],
        "is missed before it was due (2024-12-01); correct one of the dates",
    ),
    "two ends of one day": (
        [
            f'{PLEDGE} hasStatus status:missed | from: "2024-06-01"',
            f'{PLEDGE} hasStatus status:delivered | from: "2024-06-01"',
        ],
        "the same source says missed of the same day; keep one of them",
    ),
    "a pledge in force": (
        [MADE, f'{PLEDGE} hasStatus status:in-force | from: "2024-05-22"'],
        "a thing of this kind cannot have status:in-force; use one of announced, delivered, ",
    ),
    "an amount in words": (
        [MADE, f"{PLEDGE} amount 5m announced", f"{PLEDGE} currency USD announced"],
        "'5m' is not a number such as 250 or 1.5",
    ),
    "a currency by its sign": (
        [MADE, f"{PLEDGE} amount 5 announced", f"{PLEDGE} currency dollars announced"],
        "'dollars' is not the code of a currency such as USD",
    ),
    "a term in words": (
        [f"{TASK} dueWithin 90days intended", f"{TASK} dueAfter instrument:eu-ai-act intended"],
        "'90days' is not a length of time such as P90D (90 days)",
    ),
    "a term counted from nothing": (
        [f"{TASK} dueWithin P90D intended"],
        f"{TASK} has no dueAfter; add the event or text from which the term is counted",
    ),
    "due before it was made": (
        [MADE, f"{PLEDGE} dueOn 2024-02-10 announced"],
        "is due before it was made (2024-05-21); correct one of the dates",
    ),
    "delivered before it was made": (
        [MADE, f'{PLEDGE} hasStatus status:delivered | from: "2023-12"'],
        "is delivered before it was made (2024-05-21); correct one of the dates",
    ),
    "delivered before it was announced": (
        [
            f'{TASK} hasStatus status:announced | from: "2024-05-21"',
            f'{TASK} hasStatus status:delivered | from: "2024-05-20"',
        ],
        "is delivered before it was made (2024-05-21); correct one of the dates",
    ),
    "a duty about nothing": (
        [IMPOSED, f"{DUTY} binds bearer:provider"],
        f"{DUTY} has no dutyTopic; add what the duty is about, such as topic:risk-assessment",
    ),
    "a duty of no law": (
        [f"{DUTY} binds bearer:provider", f"{DUTY} dutyTopic topic:security"],
        f"{DUTY} has no imposedBy; add the law that imposes the duty",
    ),
}
SOUND = [
    [MADE, f"{PLEDGE} amount 5000000.5 announced", f"{PLEDGE} currency EUR announced"],
    [MADE, f"{PLEDGE} amount 0.5 announced", f"{PLEDGE} currency BGN announced"],
    [MADE, f"{PLEDGE} dueOn 2024 announced", f"{PLEDGE} dueOn 2024-05 announced"],
    [MADE, f'{PLEDGE} hasStatus status:delivered | from: "2024-05"'],
    [f'{PLEDGE} hasStatus status:delivered | from: "2024-05-20"'],
    [IMPOSED, f"{DUTY} binds bearer:provider", f"{DUTY} dutyTopic topic:security"],
    [f"{TASK} dueWithin P6M intended", f"{TASK} dueAfter instrument:eu-ai-act intended"],
    [f"{TASK} assignedTo actor:nist", f"{TASK} dueOn 2024-02-10 intended"],
]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(name: str, tmp_path: Path) -> None:
    facts, message = MISTAKES[name]
    found = check(tmp_path, *facts, entities=ENTITIES)
    assert message in found
    assert len(found.splitlines()) <= 2


@pytest.mark.parametrize("facts", SOUND)
def test_what_is_sound_passes(facts: list[str], tmp_path: Path) -> None:
    assert check(tmp_path, *facts, entities=ENTITIES) == ""


def test_what_one_source_gives_another_may_complete(tmp_path: Path) -> None:
    """The currency of a shipped pledge stands in the shipped facts."""
    again = "undertaking:investai amount 200000000000 announced"
    assert check(tmp_path, again, entities="") == ""
