"""The questions when sources differ: denials support nothing, and values keep to their sources."""

import shutil

import pytest

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core import vocabulary as v
from graph_builder.core.errors import UnknownNameError
from graph_builder.query.named_questions import ask
from graph_builder.query.validation import validate
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from tests.conftest import FACTS

EVENT = "event:india-france-ai-policy-roundtable-2"
CAMPUS = "place:sciences-po-paris-campus"
ARTICLE = "source:india-france-roundtable-2025"
OTHER = """\
source: {id: other, title: O, publisher: P, address: unknown, date: undated, kind: k,
  language: en, licence: l, verification: press}
entities:
  - {id: outcome:bare, class: Takeaway, label: {en: An outcome of which nothing more is said}}
  - {id: actor:group, class: Network, label: {en: A group}}
  - {id: instrument:text, class: PolicyInstrument, label: {en: A text}}
facts:
"""
ROWS = [
    (EVENT, "coOrganizer", "actor:sciences-po-paris", "denied", ""),
    (EVENT, "leadOrganizer", "actor:government-of-india", "reported", ""),
    (EVENT, "sideEventOf", "event:ai-action-summit-2025", "reported", ""),
    (EVENT, "sideEventStatus", "unofficial", "reported", ""),
    (EVENT, "venue", CAMPUS, "reported", ""),
    (
        "place:sciences-po-paris-campus",
        "siteOf",
        "actor:indian-institute-of-science",
        "reported",
        "",
    ),
    (EVENT, "startDate", '"2025-02-11"', "reported", ""),
    (EVENT, "endDate", '"2025-02-11"', "reported", ""),
    (EVENT, "producedOutcome", "outcome:bare", "takeaway", ""),
    ("actor:IND", "signed", "instrument:text", "signed", ""),
    ("actor:FRA", "signed", "instrument:text", "denied", ""),
    ("actor:USA", "signed", "instrument:text", "discussed", ""),
    ("actor:GBR", "endorsed", "instrument:text", "announced", ""),
    ("actor:FRA", "memberOf", "actor:group", "reported", ', from: "2020", to: "2022"'),
    ("actor:FRA", "memberOf", "actor:group", "reported", ', from: "2024"'),
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return the graph of the shipped facts and of a source that differs from them."""
    facts = tmp_path_factory.mktemp("both") / "facts"
    for name in ("registry", "india-france-roundtable-2025"):
        shutil.copytree(FACTS / name, facts / name)
    lines = [
        f"  - {{subject: {s}, relation: {r}, object: {o}, section: a, modality: {m}{more}}}\n"
        for s, r, o, m, more in ROWS
    ]
    (facts / "other.yaml").write_text(OTHER + "".join(lines), encoding="utf-8")
    return build(facts, only=True)


def _short(rows: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(v.compact(row[column]) for column in columns) for row in rows]


def test_two_honest_sources_are_valid(both: Graph) -> None:
    assert [f for f in validate(both) if f.severity == "violation"] == []


def test_who_denies_an_organiser_names_none(both: Graph) -> None:
    found = _short(ask(both, "organisers"), "organiser", "source")
    assert ("actor:government-of-india", "source:other") in found
    assert ("actor:sciences-po-paris", "source:other") not in found
    assert ("actor:sciences-po-paris", ARTICLE) in found
    pairs = ask(both, "organise-together")
    assert {row["sources"] for row in pairs} == {"1"}
    hosts = _short(ask(both, "organiser-and-host"), "actor", "source", "ownerSource")
    assert ("actor:sciences-po-paris", ARTICLE, ARTICLE) in hosts
    assert all(source == ARTICLE for _, source, _ in hosts)


def test_each_value_keeps_to_the_source_that_gives_it(both: Graph) -> None:
    status = _short(ask(both, "side-events"), "status", "source")
    assert sorted(status) == [("official", ARTICLE), ("unofficial", "source:other")]
    owners = set(_short(ask(both, "venue"), "owner", "ownerSource"))
    assert owners == {
        ("actor:sciences-po-paris", ARTICLE),
        ("actor:indian-institute-of-science", "source:other"),
    }
    rows = _short(ask(both, "timeline"), "date", "dateSource", "source", "done")
    assert [row[:2] for row in rows if row[2:] == (ARTICLE, "yes")] == [
        ("2025-02-10", ARTICLE),
        ("2025-02-11", "source:other"),
    ]
    assert {done for _, _, source, done in rows if source == "source:other"} == {"no"}


def test_an_outcome_of_which_nothing_more_is_said_is_an_outcome(both: Graph) -> None:
    found = _short(ask(both, "outcomes"), "outcome", "relation", "source")
    assert ("outcome:bare", "aigg:producedOutcome", "source:other") in found


def test_what_is_denied_of_one_is_said_of_the_other_only(both: Graph) -> None:
    found = _short(ask(both, "said-of-one-only"), "relation", "object", "modality")
    assert ("aigg:signed", "instrument:text", "modality:signed") in found


@pytest.mark.parametrize("country", ["FRA", "USA", "GBR"])
def test_denied_discussed_and_announced_acts_are_no_triples(country: str, both: Graph) -> None:
    actor = v.expand(f"actor:{country}")
    acts = f"<{actor}> aigg:signed|aigg:endorsed ?text"
    assert not both.query(f"ASK {{ {{ {acts} }} UNION {{ GRAPH ?g {{ {acts} }} }} }}")
    assert both.query(f"ASK {{ ?a rdf:subject <{actor}> ; rdf:object instrument:text }}")


def test_two_periods_are_two_facts(both: Graph) -> None:
    rows = ask(both, "facts-of", thing="A group")
    periods = [(row["from"], row["to"]) for row in rows]
    assert sorted(periods) == [("2020", "2022"), ("2024", "")]


@pytest.mark.parametrize(
    ("thing", "relations"),
    [
        ("theme:fair-access", []),
        ("actor:government-of-india", []),
        ("place:bengaluru", ["aigg:locatedIn"]),
        ("actor:FRA", ["aigg:locatedIn"]),
        ("actor:indian-institute-of-science", ["aigg:locatedIn"]),
    ],
)
def test_inferred_facts_are_those_of_the_thing(
    thing: str, relations: list[str], article: Graph
) -> None:
    assert [
        v.compact(row["relation"]) for row in ask(article, "inferred", thing=thing)
    ] == relations


def test_inferred_facts_join_the_network_when_asked_for(article: Graph) -> None:
    few = list_network_facts(build_facts_network(article))
    all_ = list_network_facts(build_facts_network(article, inferred=True))
    added = [fact["basis"] for fact in all_ if fact not in few]
    assert {*added} == {"inferred", "background"}
    assert len(all_) == len(few) + len(added) == len(few) + 8


def test_what_joins_is_inferred_of_the_same_source_or_thing(graph: Graph) -> None:
    article = list_network_facts(build_facts_network(graph, inferred=True))
    assert {fact["source"] for fact in article} == {ARTICLE.removeprefix("source:")}
    paris = build_facts_network(graph, "facts-of", inferred=True, thing="place:paris")
    assert all(v.expand("place:paris") in tie for tie in paris.edges())
    assert {fact["basis"] for fact in list_network_facts(paris)} >= {
        "stated",
        "inferred",
        "background",
    }


def test_what_is_only_inferred_is_told_of_a_thing_or_of_a_source(both: Graph) -> None:
    asked = ask(both, "facts-inferred")
    assert asked
    for thing in ("actor:FRA", "place:bengaluru"):
        ends = [row for row in asked if v.expand(thing) in (row["subject"], row["object"])]
        assert ask(both, "facts-inferred", thing=thing) == ends
    for source in {row["source"] for row in asked}:
        told = [row for row in asked if row["source"] == source]
        assert ask(both, "facts-inferred", source=source.rpartition("/")[2]) == told
    with pytest.raises(UnknownNameError, match="unknown source 'no-such-source'"):
        ask(both, "facts-inferred", source="no-such-source")
    assert not [row for row in ask(both, "network", source="all") if row in asked]
