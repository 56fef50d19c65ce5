"""What is owed, what is overdue and how far it has come: silence is no no, and a day is a day."""

import re
from pathlib import Path
from typing import Any

import pytest

from graph_builder.core import vocabulary as v
from graph_builder.core.resources import find_data_folder
from graph_builder.query.named_questions import ask, list_text_rows
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from graph_builder.store.snapshot import select
from tests.small_facts import write_fact_file

SOURCE = """source: {{id: {0}, title: T, publisher: {0}, address: unknown, date: "{1}",
  kind: press, language: en, licence: not seen, verification: press}}
"""
ENTITIES = """entities:
  - {id: undertaking:pledge, class: Pledge, label: {en: A pledge of a test}}
"""
MADE = (
    'madeBy actor:openai announced | from: "2024-05-21"',
    'hasStatus status:announced | from: "2024-05-21"',
    "dueOn 2025-02-10 announced",
)


def _build(folder: Path, *facts: str, later: tuple[str, ...] = ()) -> Graph:
    """Return a graph of a pledge: what a source of 2025 says of it, and another one of 2026."""
    for name, day, told in (("first", "2025-02-20", facts), ("later", "2026-01-31", later)):
        lines = []
        for each in told:
            terms, _, more = each.partition(" | ")
            relation, object_, *modality = terms.split(" ")
            lines.append(
                f"  - {{subject: undertaking:pledge, relation: {relation}, object: '{object_}', "
                f"section: lead, modality: {modality[0] if modality else 'reported'}"
                f"{', ' + more if more else ''}}}\n"
            )
        if lines:
            text = SOURCE.format(name, day) + ENTITIES + "facts:\n" + "".join(lines)
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return build(str(folder), only=True)


def _ask(graph: Graph, query: str) -> list[dict[str, str]]:
    answer: Any = graph.query(query)
    return list_text_rows(answer)


def _overdue(graph: Graph, day: str) -> list[tuple[str, str]]:
    rows = ask(graph, "overdue", day=day)
    return [(row["answer"], v.compact(row["status"]) if row["status"] else "") for row in rows]


def test_what_is_due_and_of_which_nobody_says_that_it_was_done_is_overdue(tmp_path: Path) -> None:
    graph = _build(tmp_path, *MADE)
    assert _overdue(graph, "2025-02-10") == []
    assert _overdue(graph, "2025-02-11") == [("overdue", "status:announced")]
    assert "does not mean that it was not done" in ask(graph, "overdue").notes[-1]


def test_a_month_is_over_with_its_last_day(tmp_path: Path) -> None:
    graph = _build(tmp_path, *MADE[:2], "dueOn 2025-02 announced")
    assert _overdue(graph, "2025-02-28") == []
    assert _overdue(graph, "2025-03-01") != []


def test_without_a_day_nothing_is_overdue(tmp_path: Path) -> None:
    assert _overdue(_build(tmp_path, *MADE[:2]), "2099-01-01") == []


def test_what_a_source_says_was_done_later_was_overdue_until_then(tmp_path: Path) -> None:
    done = 'hasStatus status:delivered | from: "2025-06-17"'
    graph = _build(tmp_path, *MADE, later=(done,))
    assert _overdue(graph, "2025-06-16") == [("overdue", "status:announced")]
    assert _overdue(graph, "2025-06-17") == []


def test_of_what_was_done_by_a_day_the_time_before_is_not_known(tmp_path: Path) -> None:
    listed = 'hasStatus status:delivered | as-of: "2025-12-09"'
    graph = _build(tmp_path, *MADE, later=(listed,))
    assert _overdue(graph, "2025-03-01") == [("not known", "status:announced")]
    assert _overdue(graph, "2026-01-01") == []


def test_what_one_source_calls_missed_and_another_done_is_not_overdue_and_both_are_told(
    tmp_path: Path,
) -> None:
    missed, done = (f'hasStatus status:{name} | from: "2025-02-11"' for name in WORDS)
    graph = _build(tmp_path, *MADE, later=(missed,))
    assert _overdue(graph, "2025-03-01") == [("overdue", "status:missed")]
    graph = _build(tmp_path, *MADE, done, later=(missed,))
    assert _overdue(graph, "2025-03-01") == []
    rows = ask(graph, "owed", actor="actor:openai")
    assert {v.compact(row["status"]) for row in rows} == {f"status:{name}" for name in WORDS}
    assert {v.compact(row["statusSource"]) for row in rows} == {"source:first", "source:later"}


WORDS = ("missed", "delivered")


def test_a_day_that_was_put_off_counts_by_the_latest_source(tmp_path: Path) -> None:
    graph = _build(tmp_path, *MADE, later=("dueOn 2027-01-01 announced",))
    assert _overdue(graph, "2026-06-01") == []
    assert _overdue(graph, "2027-01-02") != []


@pytest.mark.parametrize("question", ["owed", "pledges-with-money"])
def test_with_a_day_an_undertaking_has_the_status_of_that_day(
    question: str, tmp_path: Path
) -> None:
    graph = _build(
        tmp_path,
        'madeBy actor:openai announced | from: "2025-02-10"',
        'hasStatus status:announced | from: "2025-02-10"',
        'amount 5000000 announced | from: "2025-02-10"',
        "currency EUR announced",
        later=('hasStatus status:started | from: "2025-06-17"',),
    )
    actor = {"actor": "all"} if question == "owed" else {}

    def list_statuses(graph: Graph, **day: str) -> list[str]:
        return [v.compact(row["status"]) for row in ask(graph, question, **actor, **day)]

    assert list_statuses(graph) == ["status:started"]
    assert list_statuses(graph, day="2025-06-16") == ["status:announced"]
    assert list_statuses(graph, day="2025") == ["status:started"]
    assert list_statuses(graph, day="2025-02-09") == []
    assert list_statuses(select(graph, at="2025-06-16")) == ["status:announced"]


def test_what_only_a_later_source_tells_of_was_not_known_before(tmp_path: Path) -> None:
    graph = _build(tmp_path, later=("madeBy actor:openai announced",))
    assert len(ask(graph, "owed", actor="all", day="2026-01-31")) == 1
    assert len(ask(graph, "owed", actor="all", day="2026-01-30")) == 0


def test_what_a_source_calls_missed_is_overdue_until_it_is_done(tmp_path: Path) -> None:
    missed = 'hasStatus status:missed | from: "2025-02-11"'
    listed = 'hasStatus status:delivered | as-of: "2025-12-09"'
    graph = _build(tmp_path, *MADE, later=(missed, listed))
    assert _overdue(graph, "2025-03-01") == [("overdue", "status:missed")]
    assert _overdue(graph, "2026-01-01") == []


def test_what_less_well_checked_facts_say_was_done_is_left_out_with_a_note(graph: Graph) -> None:
    left_out = "facts that were checked less well than primary are left out, also where they say"
    for question in ("overdue", "announced-only"):
        notes = ask(select(graph, verified="primary"), question).notes
        assert any(note.startswith(left_out) for note in notes)
        assert not any(note.startswith(left_out) for note in ask(graph, question).notes)


def test_a_day_that_is_worked_out_is_told_as_inferred(tmp_path: Path) -> None:
    due = "dueOn 2025-02-10 intended | basis: inferred, reason: Ninety days after that."
    graph = _build(tmp_path, *MADE[:2], due)
    (row,) = ask(graph, "overdue", day="2025-03-01")
    assert v.compact(row["dueBasis"]) == "basis:inferred"
    assert not graph.query("ASK { undertaking:pledge aigg:dueOn ?day }")


@pytest.mark.parametrize("status", ["withdrawn", "superseded"])
def test_what_was_taken_back_is_owed_no_more(status: str, tmp_path: Path) -> None:
    graph = _build(tmp_path, *MADE, later=(f'hasStatus status:{status} | from: "2024-12-01"',))
    assert _overdue(graph, "2025-03-01") == []


def test_before_the_pledge_was_made_nobody_owed_it(tmp_path: Path) -> None:
    graph = _build(tmp_path, *MADE)
    assert not ask(select(graph, at="2024-05-20"), "owed", actor="actor:openai")
    assert ask(select(graph, at="2024-05-22"), "owed", actor="actor:openai")


def test_an_order_that_was_repealed_is_owed_no_more(graph: Graph) -> None:
    rows = ask(graph, "overdue", day="2026-09-01")
    assert not any("eo-14110" in row["undertaking"] for row in rows)


def test_a_country_owes_what_its_posts_owe_and_not_what_its_companies_promise(
    graph: Graph,
) -> None:
    rows = ask(graph, "owed", actor="actor:USA")
    bearers = {v.compact(row["bearer"]) for row in rows}
    assert "post:us-secretary-of-commerce" in bearers
    assert "actor:openai" not in bearers


def test_laws_are_in_force_from_a_day_on_to_their_end(graph: Graph) -> None:
    order = v.expand("instrument:us-executive-order-14110")
    for day, answer in (("2024-06-01", "not known"), ("2025-02-01", "ended")):
        rows = ask(graph, "laws-in-force", day=day)
        assert {row["answer"] for row in rows if row["text"] == order} == {answer}


@pytest.mark.slow
def test_the_ai_act_is_in_force_from_its_day_on(graph: Graph) -> None:
    law = v.expand("instrument:eu-ai-act")
    for day, answer in (("2024-07-31", "not yet"), ("2024-08-01", "yes")):
        rows = [row for row in ask(graph, "laws-in-force", day=day) if row["text"] == law]
        assert {row["answer"] for row in rows} == {answer}


LAW = "instrument:law"
LAW_ENTITY = f"""entities:
  - {{id: {LAW}, class: Statute, label: {{en: A law of a test}}}}
"""


@pytest.mark.parametrize(
    ("facts", "answers"),
    [
        ([], {"2025": {"not known"}}),
        (
            [f'{LAW} hasStatus status:adopted | as-of: "2025-07-01"'],
            {"2025-06": {"not yet"}, "2025-07-01": {"not yet"}, "2025-08": {"not known"}},
        ),
        ([f"{LAW} adoptedOn 2024-05-01"], {"2024-04": {"not yet"}, "2024-06": {"not known"}}),
        (
            [f"{LAW} adoptedOn 2024-05-01", f"{LAW} inForceOn 2024-07-01"],
            {"2024-04": {"not yet"}, "2024-06": {"not yet"}, "2024-07-01": {"yes"}},
        ),
        (
            [f"{LAW} inForceOn 2025-07-01 intended"],
            {"2025-06": {"not yet"}, "2025-08": {"as planned"}},
        ),
        (
            [f'{LAW} hasStatus status:in-force | as-of: "2024-07-01"'],
            {"2024-06": {"not known"}, "2024-08": {"yes"}},
        ),
        (
            [f'{LAW} hasStatus status:in-force | from: "2024-07-01"'],
            {"2024-06": {"not yet"}, "2024-07-01": {"yes"}},
        ),
        (
            [f"{LAW} inForceOn 2024-07-01", f"{LAW} inForceOn 2024-09-01 intended"],
            {"2024-08": {"yes"}, "2024-10": {"yes"}},
        ),
        (
            [
                f"{LAW} inForceOn 2024-07-01",
                f'{LAW} hasStatus status:repealed | as-of: "2024-09-01"',
            ],
            {"2024-08": {"yes"}, "2024-09-01": {"ended"}, "2025": {"ended"}},
        ),
    ],
)
def test_each_record_about_a_law_answers_for_the_days_that_it_decides(
    facts: list[str], answers: dict[str, set[str]], tmp_path: Path
) -> None:
    facts = [*facts, f"actor:ISR proposed {LAW}"]
    source = SOURCE.format("mine", "2026-01-01")
    graph = build(write_fact_file(tmp_path, facts, source + LAW_ENTITY), only=True)
    for day, expected in answers.items():
        assert {row["answer"] for row in ask(graph, "laws-in-force", day=day)} == expected


def test_sources_that_differ_on_the_day_answer_each_for_itself(tmp_path: Path) -> None:
    for name, day in (("one", "2024-07-01"), ("two", "2024-09-01")):
        folder = tmp_path / name
        folder.mkdir()
        source = SOURCE.format(name, "2026-01-01")
        write_fact_file(folder, [f"{LAW} inForceOn {day}"], source + LAW_ENTITY)
    graph = build(tmp_path, only=True)
    assert sorted(row["answer"] for row in ask(graph, "laws-in-force", day="2024-08")) == [
        "not yet",
        "yes",
    ]


def test_who_is_only_announced_as_head_is_listed_as_announced(graph: Graph) -> None:
    rows = ask(graph, "heads", body="European AI Office")
    announced = v.expand("modality:announced")
    assert {row["from"] for row in rows if row["modality"] == announced} == {"2024-06-16"}
    assert {row["modality"] for row in rows} == {announced, v.expand("modality:reported")}


def test_an_obligation_says_whose_day_it_is(graph: Graph) -> None:
    rows = [row for row in ask(graph, "obligations") if row["due"]]
    assert rows
    assert all(row["dueSource"].startswith(v.expand("source:")) for row in rows)


def test_citations_lead_from_text_to_text(graph: Graph) -> None:
    rows = [*ask(graph, "citations")]
    assert {v.compact(row["other"]).partition(":")[0] for row in rows} == {"instrument"}
    assert "aigg:madeUnder" in {v.compact(row["relation"]) for row in rows}


def test_votes_are_asked_by_text_and_by_actor(graph: Graph) -> None:
    rows = ask(graph, "votes", thing="actor:IND")
    against = {row["text"] for row in rows if row["relation"] == v.NS + "votedAgainst"}
    assert v.expand("instrument:un-draft-resolution-a-c1-78-l56") in against


def test_votes_are_counted_where_no_list_is_at_hand(graph: Graph) -> None:
    rows = ask(graph, "votes", thing="instrument:unga-resolution-78-241")
    counts = {v.compact(row["relation"]): row["number"] for row in rows}
    assert counts["aigg:statedVotesFor"] == "152"
    assert counts["aigg:statedVotesAgainst"] == "4"


@pytest.mark.slow
def test_before_a_pledge_was_made_it_names_no_money(graph: Graph) -> None:
    rows = ask(select(graph, at="2024-01-01"), "pledges-with-money")
    pledge = v.expand("undertaking:canada-sovereign-compute")
    assert pledge not in {row["undertaking"] for row in rows}
    assert pledge in {row["undertaking"] for row in ask(graph, "pledges-with-money")}


def test_what_followed_is_not_only_announced(graph: Graph) -> None:
    things = {v.compact(row["thing"]) for row in ask(graph, "announced-only")}
    assert "undertaking:us-ai-safety-institute" not in things
    assert "undertaking:us-content-authentication-norms" in things
    assert "event:ai-impact-summit-2026" not in things


def test_each_commitment_was_agreed_and_each_pledge_made(graph: Graph) -> None:
    """The test of the G7 Research Group: what one actor promises alone is no commitment."""
    makers = _ask(
        graph,
        "SELECT ?what (COUNT(DISTINCT ?who) AS ?makers) WHERE { ?what a aigg:Commitment ; "
        "aigg:madeBy ?who } GROUP BY ?what",
    )
    assert makers
    assert all(int(row["makers"]) > 1 for row in makers)
    assert not graph.query("ASK { ?x a aigg:Pledge . FILTER NOT EXISTS { ?x aigg:madeBy ?y } }")


def test_a_day_that_a_later_act_has_put_off_is_set_aside(graph: Graph) -> None:
    """What was due on 2 August 2026 in the AI Act as published is due later since the omnibus."""
    days = "SELECT ?day { undertaking:ai-act-sandboxes aigg:dueOn ?day }"
    assert [row["day"] for row in _ask(graph, days)] == ["2027-08-02"]
    several = "SELECT ?x { ?x aigg:dueOn ?day } GROUP BY ?x HAVING (COUNT(DISTINCT ?day) > 1)"
    assert _ask(graph, several) == []
    why = (
        "SELECT ?reason { GRAPH graph:set-aside { ?record rdf:predicate aigg:dueOn ; "
        "rdf:subject undertaking:ai-act-sandboxes } ?record aigg:rankedBy/aigg:reason ?reason }"
    )
    assert "put off by the Digital Omnibus" in _ask(graph, why)[0]["reason"]


def test_each_duty_of_a_law_has_a_topic_and_a_bearer(graph: Graph) -> None:
    rows = ask(graph, "obligations")
    laws = {v.compact(row["law"]) for row in rows}
    assert {"instrument:eu-ai-act", "instrument:california-sb-53"} < laws
    duties = _ask(graph, "SELECT ?x WHERE { ?x a aigg:Obligation }")
    assert {row["x"] for row in duties} == {row["obligation"] for row in rows}


README = find_data_folder("ontology") / "README.md"
SECTION = README.read_text(encoding="utf-8").partition("## Undertakings, votes and laws")[2]
SHORT = re.findall(r"```sparql\n# ([^\n]+)\n(.+?)```", SECTION.partition("\n## ")[0], re.DOTALL)


@pytest.mark.parametrize(("question", "query"), SHORT)
def test_a_few_lines_of_sparql_answer_what_an_analyst_asks(
    question: str, query: str, graph: Graph
) -> None:
    assert question.endswith((".", "?"))
    assert len(query.splitlines()) <= 5
    assert _ask(graph, query)


def test_nine_questions_have_such_a_query() -> None:
    assert len(SHORT) == 9


def test_the_stated_numbers_of_votes_are_those_of_the_official_coverage(graph: Graph) -> None:
    counted = "SELECT ?n WHERE { instrument:un-draft-resolution-a-c1-79-l43 aigg:%s ?n }"
    found = {
        name: [row["n"] for row in _ask(graph, counted % name)]
        for name in ("statedVotesFor", "statedVotesAgainst", "statedAbstentions")
    }
    assert found == {
        "statedVotesFor": ["165"],
        "statedVotesAgainst": ["2"],
        "statedAbstentions": ["6"],
    }
