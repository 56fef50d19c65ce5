"""Realistic mistakes of those who add a source: each is one sentence, and what is sound passes."""

from pathlib import Path

import pytest

from graph_builder.core.errors import FactsError
from graph_builder.ingest.source_documents import check_source
from tests.conftest import FACTS
from tests.facts_sample import sample_facts
from tests.small_facts import write_fact_file

SOURCE = """source: {id: mine, title: T, publisher: P, address: unknown, date: "2025-02-11",
  kind: press, language: en, licence: not seen, verification: press}
"""
SUMMIT, TEXT = "event:ai-action-summit-2025", "instrument:paris-statement"
BLETCHLEY = "instrument:bletchley-declaration"
ENTITIES = """entities:
  - {id: event:one, class: Event, label: {en: First of two}}
  - {id: event:two, class: Event, label: {en: Second of two}}
  - {id: actor:body-a, class: GovernmentBody, label: {en: Body A of a test}}
  - {id: actor:body-b, class: GovernmentBody, label: {en: Body B of a test}}
  - {id: place:one, class: Place, label: {en: Place One}}
  - {id: place:two, class: Place, label: {en: Place Two}}
  - {id: event:series-x, class: EventSeries, label: {en: Series X}}
  - {id: place:one-hall, class: Venue, label: {en: Hall of Place One}}
  - {id: instrument:law, class: Statute, label: {en: A law of a test}}
  - {id: instrument:act, class: Statute, label: {en: An act of a test}}
  - {id: post:of-a-test, class: Post, label: {en: A post of a test}}
  - {id: outcome:promise, class: Commitment, label: {en: A promise}}
"""


def check(folder: Path, *facts: str, entities: str = ENTITIES, source: str = SOURCE) -> str:
    """Return what is found in a file with facts: terms, modality, and further keys after a bar."""
    file = write_fact_file(folder, facts, source + entities)
    try:
        check_source(str(file), facts=[sample_facts()], only=True)
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
    "a post held from a day after the source": (
        ['actor:abhishek-singh holderOf post:of-a-test | from: "2027-01-01"'],
        "the source is of 2025-02-11 and cannot tell this as done; write the modality intended",
    ),
    "a law in force after the source": (
        ["instrument:law inForceOn 2027-01-01"],
        "the source is of 2025-02-11 and cannot tell this as done; write the modality intended",
    ),
    "attendance at an event that is only planned": (
        ["actor:body-a attended event:ai-summit-2028"],
        "and event:ai-summit-2028 is only planned, for 2028",
    ),
    "a planned event that is held": (
        ["event:ai-summit-2028 hasStatus status:held"],
        "and event:ai-summit-2028 is only planned, for 2028",
    ),
    "a post in no body": (
        ["actor:abhishek-singh holderOf post:of-a-test"],
        "post:of-a-test has no postIn; add the body in which the post is",
    ),
    "a summit in force": (
        [f"{SUMMIT} hasStatus status:in-force"],
        "a thing of this kind cannot have status:in-force; use one of announced, cancelled, held, ",
    ),
    "a law that is held": (
        ["instrument:law hasStatus status:held"],
        "a thing of this kind cannot have status:held; use one of active, adopted, ",
    ),
    "a body that is delivered": (
        ["actor:body-a hasStatus status:delivered"],
        "a thing of this kind cannot have status:delivered; use one of active, announced, ",
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
    "as of a day before the text": (
        [f'actor:ISR endorsed {TEXT} agreed | as-of: "2024-05-01"'],
        f"{TEXT} begins only on 2025-02-1",
    ),
    "as of a day before the event": (
        [f'actor:body-a attended {SUMMIT} | as-of: "2024-05-01"'],
        f"{SUMMIT} was held from 2025-02-10 to ",
    ),
    "in a source older than the event": (
        ["actor:body-a attended event:ai-impact-summit-2026"],
        "the source is of 2025-02-11, and event:ai-impact-summit-2026 was held from 2026-02-16 to",
    ),
    "in a source older than the text": (
        ["actor:ISR endorsed instrument:new-delhi-declaration agreed"],
        "the source is of 2025-02-11, and instrument:new-delhi-declaration begins only on 2026-02",
    ),
    "an event acts before it begins": (
        ["event:ai-impact-summit-2026 venue place:one-hall"],
        "event:ai-impact-summit-2026 begins only on 2026-02-16; write the modality intended or",
    ),
    "a body acts before it is founded": (
        ["actor:body-a establishedOn 2024-06-01",
         f'actor:body-a endorsed {BLETCHLEY} agreed | from: "2023-11-01"'],
        "actor:body-a begins only on 2024-06-01; correct the date",
    ),
    "a session outside its event": (
        ["event:one startDate 2024-01-01", "event:one endDate 2024-01-02",
         "event:two startDate 2024-03-01", "event:two sessionOf event:one"],
        "event:two began on 2024-03-01, but event:one was held from 2024-01-01 to 2024-01-02",
    ),
    "in force before it was adopted": (
        ["instrument:law adoptedOn 2024-05-01", "instrument:law inForceOn 2024-04-01"],
        "inForceOn is before adoptedOn (2024-05-01)",
    ),
    "circle of amendments": (
        ["instrument:law amends instrument:act", "instrument:act amends instrument:law"],
        "amends leads in a circle: instrument:law > instrument:act > instrument:law",
    ),
    "a place in two countries": (
        ["place:one locatedIn place:two", "place:two locatedIn actor:FRA",
         "place:one locatedIn actor:DEU"],
        "place:one lies in actor:FRA by ",
    ),
    "a place in another country than by a shipped source": (
        ["place:bengaluru locatedIn actor:PAK"], "place:bengaluru lies in actor:IND by "
    ),
    "other words at one place": (
        ["event:one heldIn place:one | anchor: abc, start: 10, end: 13",
         "event:two heldIn place:one | anchor: xyz, start: 10, end: 13"],
        "other words are at this place in ",
    ),
    "a span too short for its words": (
        ["event:one heldIn place:one | anchor: 'the first … words', start: 10, end: 13"],
        "the anchor has 13 characters, but start and end are for 3",
    ),
    "a section without words": (
        ["event:one heldIn place:one | note: '.'"], "'.' has no letters and no digits; write words"
    ),
    "a judgement against a judgement": (
        ["actor:DEU memberOf actor:brics evaluative | rank: preferred, reason: x",
         "actor:DEU memberOf actor:brics evaluative | rank: deprecated, reason: x"],
        "has 'actor:brics' preferred; keep one of the two",
    ),
    "two preferred values": (
        ["event:one startDate 2024-05-01 evaluative | rank: preferred, reason: x",
         "event:one startDate 2024-06 evaluative | rank: preferred, reason: x"],
        "has '2024-05-01' preferred; keep one of the two",
    ),
    "a judgement against a shipped one": (
        [f"{SUMMIT} startDate 2025-02-11 evaluative | rank: preferred, reason: x"],
        "/editors/editors.yaml:",
    ),
    "two votes on a text": (
        ["actor:ISR votedFor instrument:law", "actor:ISR abstainedOn instrument:law"],
        "the same source has votedFor in ",
    ),
    "an id for a text": (
        ["event:one name event:two"], "event:two is an id, but name needs a text"
    ),
    "a company signs a treaty": (
        ["actor:google signed instrument:council-of-europe-convention-on-ai signed"],
        " a Treaty; only states and their organisations sign a treaty; write endorsed or supports",
    ),
    "a person is a member of a bloc": (
        ["actor:narendra-modi memberOf actor:european-union"],
        "actor:narendra-modi is a Person, and actor:european-union a Bloc; a bloc has states",
    ),
    "a public body under a company": (
        ["actor:body-a parentBody actor:google"],
        "actor:body-a is a GovernmentBody, and actor:google a Company; a public body is under",
    ),
    "a declaration in force": (
        [f"{BLETCHLEY} inForceOn 2023-11-02"],
        f"{BLETCHLEY} is a Declaration; only a law or treaty enters into force; write adoptedOn",
    ),
    "a law in force before another source has it adopted": (
        ["instrument:eu-ai-act inForceOn 2023-01-01"],
        "instrument:eu-ai-act was adopted only on 2024-0",
    ),
    "a duty due before its law": (
        ["undertaking:ai-act-risk-management dueOn 2020-01-01 intended"],
        "instrument:eu-ai-act was adopted only on 2024-0",
    ),
    "signed before it was opened for signature": (
        ['actor:FRA signed instrument:council-of-europe-convention-on-ai | from: "2024-06-20"'],
        " was opened for signature on 2024-09-05; correct the date",
    ),
    "a sponsor who votes against": (
        [f"actor:CHN sponsored {TEXT}", f"actor:CHN votedAgainst {TEXT}"],
        "the same source has sponsored in ",
    ),
    "a body that acts after it was dissolved": (
        ['actor:body-a hasStatus status:dissolved | from: "2024-12-31"',
         'actor:body-a hasStatus status:established | from: "2020-01-01"',
         f'actor:body-a endorsed {TEXT} | from: "2025-02-11"'],
        "actor:body-a was dissolved on 2024-12-31; correct the date",
    ),
    "implements a later text": (
        [f"{BLETCHLEY} implements {TEXT}"],
        f"{TEXT} is of 2025-02-1",
    ),
    "a text that names a later one": (
        ["instrument:bletchley-declaration cites instrument:paris-statement"],
        "instrument:paris-statement is of 2025-02-1",
    ),
    "a law made under a later one": (
        ["instrument:law adoptedOn 2020-01-01", "instrument:law madeUnder instrument:act",
         "instrument:act adoptedOn 2020-02"],
        "instrument:act is of 2020-02-01, after instrument:law of 2020-01-01; name an earlier one",
    ),
    "ratified before it was signed": (
        ['actor:ISR signed instrument:law signed | from: "2024-09-05"',
         'actor:ISR ratified instrument:law ratified | from: "2024-08-01"'],
        "ratified before it was signed (2024-09-05)",
    ),
    "an edition that follows a higher number": (
        ["event:one editionOf event:series-x", "event:one editionNumber 2",
         "event:two editionOf event:series-x", "event:two editionNumber 3",
         "event:one follows event:two"],
        "event:one is number 2 and event:two number 3 of the series; name an earlier event",
    ),
    "an e-mail address": (
        [f"actor:body-a attended {SUMMIT} | note: write to jane@doe.example"],
        "holds an e-mail address; leave it out: no private data belongs into the graph",
    ),
    "a telephone number": (
        [f"actor:body-a attended {SUMMIT} | note: call +33 1 23 45 67 89"],
        "holds a telephone number",
    ),
    "a home address": (
        [f"actor:body-a attended {SUMMIT} | note: 'mother of three, lives at 5 Rue X'"],
        "holds a home address",
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
    "a company votes": (
        ["actor:google votedFor instrument:council-of-europe-convention-on-ai"],
        "actor:google is a Company; the subject of 'votedFor' must be",
    ),
    "a company brings a text before those who vote": (
        ["actor:google coSponsored instrument:council-of-europe-convention-on-ai"],
        "actor:google is a Company; the subject of 'coSponsored' must be",
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
    ["instrument:g20-ai-principles inForceOn 2024-05-22"],
    ["instrument:canada-aida inForceOn 2025-01-01 intended"],
    ['actor:FRA signed instrument:council-of-europe-convention-on-ai | from: "2025-01-10"'],
    [f"actor:CHN sponsored {TEXT}", f"actor:CHN votedFor {TEXT}"],
    ['actor:body-a hasStatus status:dissolved | from: "2024-12-31"',
     f'actor:body-a endorsed {BLETCHLEY} | from: "2023-11-02"'],
    ["instrument:eu-ai-act inForceOn 2024-08-01"],
    ['actor:body-a hasStatus status:dissolved | from: "2021-06-30"',
     'actor:body-a hasStatus status:active | from: "2024-03-01"',
     f'actor:body-a endorsed {TEXT} | from: "2025-02-11"'],
    ["instrument:law inForceOn 2020-01-01 intended", "instrument:law adoptedOn 2021-01-01"],
    ["instrument:law adoptedOn 2021-04-29", "instrument:law appliesFrom 2021-01-01"],
    [f"{BLETCHLEY} cites {SUMMIT}"],
    ['actor:european-parliament approved instrument:eu-ai-act | from: "2024-03-13"'],
    [f"{SUMMIT} startDate 2024-01-01"],
    ["event:ai-seoul-summit-2024 startDate 2025-02-10"],
    ["actor:indiaai-mission budget 5"],
    ["actor:IND hosted event:ai-impact-summit-2026 announced"],
    ["event:ai-impact-summit-2026 leadOrganizer actor:IND"],
    ["place:one locatedIn place:two", "place:two locatedIn actor:FRA",
     "place:one locatedIn actor:FRA"],
    ["event:one startDate 2024-01-01", "event:one endDate 2024-01-02",
     "event:two startDate 2024-01-05", "event:two sessionOf event:one"],
    ["event:one startDate 2024-05 evaluative | rank: preferred, reason: x",
     "event:one startDate 2024-05-02 evaluative | rank: deprecated, reason: x",
     "event:one startDate 2024-05-01 evaluative | rank: preferred, reason: x"],
    [f"actor:body-a attended {SUMMIT} | note: see https://medium.example/@jane on 2025-02-10"],
    [f"actor:body-a attended {SUMMIT} | note: it lives on 5 million euros and resolution 79/325"],
]  # fmt: skip


@pytest.mark.parametrize("facts", SOUND)
def test_what_is_sound_passes(facts: list[str], tmp_path: Path) -> None:
    assert check(tmp_path, *facts) == ""


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("United States", "actor:USA has the label 'United States' too; use its id"),
        ("Open AI", "actor:openai has the label 'Open AI' too; use its id"),
        ("\u200f\u200b", " has no letters and no digits; write words"),
    ],
)
def test_one_thing_has_one_id_and_a_name(label: str, message: str, tmp_path: Path) -> None:
    entities = f'entities:\n  - {{id: actor:mine, class: Company, label: {{en: "{label}"}}}}\n'
    found = check(tmp_path, f"actor:mine attended {SUMMIT}", entities=entities)
    assert message in found


def test_a_name_has_letters_of_one_alphabet(tmp_path: Path) -> None:
    label = "Fr\u0430nce Labs"  # the a is Cyrillic
    entities = f'entities:\n  - {{id: actor:mine, class: Company, label: {{en: "{label}"}}}}\n'
    found = check(tmp_path, f"actor:mine attended {SUMMIT}", entities=entities)
    assert "mixes letters of two alphabets that look alike; type it again" in found


def test_yes_and_no_is_one_mistake(tmp_path: Path) -> None:
    facts, _ = MISTAKES["yes and no"]
    (line,) = check(tmp_path, *facts).splitlines()
    assert "the same source says the opposite in " in line


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://0/", "has no public host name"),
        ("https://.", "has no public host name"),
        ("http://127.0.0.1/x", "has no public host name"),
        ("https://me:secret@example.org/", "has a user name or password; leave it out"),
        ("http://[::1/", "is not a web address"),
    ],
)
def test_an_address_is_one_that_others_can_open(address: str, message: str, tmp_path: Path) -> None:
    source = SOURCE.replace("address: unknown", f"address: '{address}'")
    found = check(tmp_path, f"actor:body-a attended {SUMMIT}", source=source)
    assert message in found


def test_the_date_of_a_source_is_plausible_too(tmp_path: Path) -> None:
    source = SOURCE.replace("2025-02-11", "9999")
    found = check(tmp_path, f"actor:body-a attended {SUMMIT}", source=source)
    assert "9999 is no year for this; check the date" in found


@pytest.mark.slow
def test_the_shipped_facts_are_consistent() -> None:
    assert check_source(str(FACTS))
