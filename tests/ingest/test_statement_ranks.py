"""Ranks: a judgement sets values aside, which stay in the graphs of their sources."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from graph_builder.core.errors import FactsError
from graph_builder.core.vocabulary import SET_ASIDE_GRAPH, compact, expand
from graph_builder.pages.entity_facts import get_facts_of_entity
from graph_builder.pages.entity_page import render_entity_page
from graph_builder.pages.iri_paths import PageLinks
from graph_builder.query.explanation import format_explanation
from graph_builder.query.set_aside import list_set_aside
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from graph_builder.store.snapshot import select

SOURCE = """source:
  id: {0}
  title: What {0} says
  publisher: {0}
  address: https://{0}.example/
  date: "2025-03-01"
  kind: press
  language: en
  licence: not seen
  verification: {1}
"""
ENTITIES = """entities:
  - {id: event:summit, class: Event, label: {en: Summit}}
  - {id: actor:club, class: Network, label: {en: Club}}
  - {id: instrument:text, class: PolicyInstrument, label: {en: Text}}
"""
FACT = "  - {{subject: {0}, relation: {1}, object: {2}, section: lead, modality: {3}{4}}}\n"
START, COUNT = "event:summit startDate", "instrument:text statedEndorserCount"
MEMBER = "actor:DEU memberOf"


def write(folder: Path, name: str, *facts: str, verification: str = "press") -> None:
    """Write the file of a source; a fact is its terms, and more keys after a bar."""
    lines = []
    for fact in facts:
        terms, _, more = fact.partition(" | ")
        modality = "evaluative" if "rank" in more else "reported"
        subject, relation, object_ = terms.split(" ", 2)
        keys = f", {more}" if more else ""
        lines.append(FACT.format(subject, relation, f'"{object_}"', modality, keys))
    text = SOURCE.format(name, verification) + "facts:\n" + "".join(lines)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def make(folder: Path, *judgements: str, **sources: tuple[str, ...]) -> Graph:
    (folder / "things.yaml").write_text(ENTITIES, encoding="utf-8")
    for name, facts in sources.items():
        write(folder, name, *facts, verification="primary" if name == "best" else "press")
    if judgements:
        write(folder, "judge", *(f"{each}, reason: so it is" for each in judgements))
    return build(folder, only=True)


def values(graph: Graph, terms: str, name: str = "") -> list[str]:
    """Return the values of a thing and relation in a graph, by default in the merge."""
    subject, relation = terms.split(" ")
    known = {"startDate": "schema:startDate"}
    found = graph.quads(
        NamedNode(expand(subject)),
        NamedNode(expand(known.get(relation, f"aigg:{relation}"))),
        None,
        NamedNode(expand(name)) if name else DefaultGraph(),
    )
    return sorted(compact(getattr(quad.object, "value", "")) for quad in found)


def test_without_a_judgement_all_values_stand(tmp_path: Path) -> None:
    graph = make(tmp_path, one=(f"{START} 2025-02-10",), two=(f"{START} 2025-02-11",))
    assert values(graph, START) == ["2025-02-10", "2025-02-11"]
    assert not graph.quads(None, None, None, NamedNode(SET_ASIDE_GRAPH))


def test_a_preferred_value_sets_others_aside_where_there_can_be_one(tmp_path: Path) -> None:
    graph = make(
        tmp_path,
        f"{START} 2025-02-10 | rank: preferred",
        one=(f"{START} 2025-02-10",),
        two=(f"{START} 2025-02-11",),
    )
    assert values(graph, START) == ["2025-02-10"]
    assert values(graph, START, "graph:two") == ["2025-02-11"]
    assert values(graph, START, "graph:set-aside") == ["2025-02-11"]
    (assertion,) = graph.instances_of(expand("aigg:SetAside"))
    assert graph.value(assertion, expand("aigg:statementRank")) == expand("rank:normal")
    judgement = graph.value(assertion, expand("aigg:rankedBy"))
    assert graph.value(judgement, expand("aigg:reason")) == "so it is"
    assert len(graph.instances_of(expand("aigg:Affirmation"))) == 1


def test_a_finer_date_is_the_value_that_is_preferred(tmp_path: Path) -> None:
    graph = make(
        tmp_path,
        f"{START} 2025-02 | rank: preferred",
        one=(f"{START} 2025-02-10",),
        two=(f"{START} 2024-02-10",),
    )
    assert values(graph, START) == ["2025-02-10"]


def test_a_value_that_no_source_affirms_sets_nothing_aside(tmp_path: Path) -> None:
    graph = make(tmp_path, f"{START} 2025-02-12 | rank: preferred", one=(f"{START} 2025-02-10",))
    assert values(graph, START) == ["2025-02-10"]


def test_of_numbers_only_those_of_the_same_day_exclude_each_other(tmp_path: Path) -> None:
    graph = make(
        tmp_path,
        f'{COUNT} 29 | rank: preferred, as-of: "2023-11-01"',
        one=(f'{COUNT} 29 | as-of: "2023-11-01"', f'{COUNT} 30 | as-of: "2025-01-01"'),
        two=(f'{COUNT} 28 | as-of: "2023-11-01"',),
    )
    assert values(graph, COUNT) == ["29", "30"]


def test_of_several_members_only_a_deprecated_one_is_set_aside(tmp_path: Path) -> None:
    france = MEMBER.replace("DEU", "FRA")
    graph = make(
        tmp_path,
        f"{MEMBER} actor:club | rank: deprecated",
        f"{france} actor:club | rank: preferred",
        one=(f"{MEMBER} actor:club", f"{france} actor:club"),
        two=(f"{MEMBER.replace('DEU', 'ITA')} actor:club",),
    )
    assert values(graph, MEMBER) == []
    assert values(graph, MEMBER, "graph:one") == ["actor:club"]
    assert values(graph, france) == values(graph, MEMBER.replace("DEU", "ITA")) == ["actor:club"]


def test_a_judgement_is_as_well_verified_as_the_best_source_of_its_value(tmp_path: Path) -> None:
    graph = make(
        tmp_path,
        f"{START} 2025-02-10 | rank: preferred",
        f"{MEMBER} actor:club | rank: deprecated",
        best=(f"{START} 2025-02-10",),
        one=(f"{START} 2025-02-11", f"{MEMBER} actor:club"),
    )
    judged = graph.values_by_subject(expand("aigg:givesRank"))
    levels = {
        compact(rank): compact(graph.value(iri, expand("aigg:verification")))
        for iri, rank in judged.items()
    }
    assert levels == {
        "rank:preferred": "verification:primary",
        "rank:deprecated": "verification:press",
    }
    assert not any(graph.value(iri, expand("prov:wasQuotedFrom")) for iri in judged)
    assert {graph.value(iri, expand("aigg:basis")) for iri in judged} == {expand("basis:judged")}


def test_on_a_day_a_value_that_is_set_aside_stays_so(tmp_path: Path) -> None:
    graph = make(
        tmp_path,
        f"{MEMBER} actor:club | rank: deprecated",
        one=(f'{MEMBER} actor:club | from: "2024-01-01"',),
        two=(f'{MEMBER.replace("DEU", "ITA")} actor:club | from: "2024-01-01"',),
    )
    before, after = (select(graph, at=day) for day in ("2023-01-01", "2024-06-01"))
    assert values(before, MEMBER, "graph:set-aside") == values(before, MEMBER, "graph:one") == []
    assert values(after, MEMBER, "graph:set-aside") == ["actor:club"]
    assert values(after, MEMBER) == []


def test_a_fact_stays_marked_where_only_the_judgement_is_too_little_verified(
    tmp_path: Path,
) -> None:
    graph = make(
        tmp_path,
        f"{MEMBER} actor:club | rank: deprecated",
        best=(f"{MEMBER} actor:club",),
        one=(f"{MEMBER.replace('DEU', 'ITA')} actor:club | basis: inferred, reason: it follows",),
    )
    selected = select(graph, verified="primary")
    assert [*list_set_aside(selected).values()] == ["so it is"]
    assert "set aside by a judgement: so it is" in format_explanation(selected, "actor:club")
    assert not selected.quads(None, NamedNode(expand("aigg:givesRank")), None)
    reasons = selected.values_by_subject(expand("aigg:reason"))
    assert [*reasons.values()] == ["so it is"]


def test_an_explanation_says_which_rank_a_judgement_gives(tmp_path: Path) -> None:
    judgement = f"{MEMBER} actor:club | rank: deprecated"
    graph = make(tmp_path, judgement, one=(f"{MEMBER} actor:club",))
    assert "judged to be: deprecated" in format_explanation(graph, "actor:club")
    (facts,) = get_facts_of_entity(graph, expand("actor:club"))
    ranks = {each.rank for group in facts.groups for fact in group.facts for each in fact.evidence}
    assert ranks == {"", expand("rank:deprecated")}
    page = render_entity_page(graph, expand("actor:club"), PageLinks("/"))
    assert "Judged to be deprecated" in page


def test_a_rejected_day_is_set_aside_in_a_preferred_month(tmp_path: Path) -> None:
    graph = make(
        tmp_path,
        f"{START} 2025-02-10 | rank: deprecated",
        f"{START} 2025-02 | rank: preferred",
        one=(f"{START} 2025-02-10",),
        two=(f"{START} 2025-02-11",),
    )
    assert values(graph, START) == ["2025-02-11"]


def test_an_inference_is_no_affirmation_but_stays_among_inferred_facts(tmp_path: Path) -> None:
    graph = make(tmp_path, one=(f"{MEMBER} actor:club | basis: inferred, reason: it follows",))
    assert values(graph, MEMBER, "graph:inferred") == ["actor:club"]
    assert not graph.instances_of(expand("aigg:Affirmation"))


def test_a_misreading_that_was_inferred_can_be_set_aside(tmp_path: Path) -> None:
    graph = make(
        tmp_path,
        f"{MEMBER} actor:club | rank: deprecated",
        one=(f"{MEMBER} actor:club | basis: inferred, reason: a word may be missing",),
    )
    assert values(graph, MEMBER, "graph:inferred") == []
    assert values(graph, MEMBER, "graph:set-aside") == ["actor:club"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("rank: preferred", "a rank is a judgement; write the modality evaluative, and give the"),
        ("rank: wrong, reason: x", "unknown rank 'wrong'; write 'preferred' or 'deprecated'"),
    ],
)
def test_a_rank_needs_a_judgement_and_a_reason(tmp_path: Path, more: str, message: str) -> None:
    (tmp_path / "things.yaml").write_text(ENTITIES, encoding="utf-8")
    write(tmp_path, "judge", f"{START} 2025-02-10 | {more}")
    with pytest.raises(FactsError) as caught:
        build(tmp_path, only=True)
    assert message in str(caught.value)


def test_the_shipped_graph_sets_aside_what_the_editors_reject(graph: Graph) -> None:
    network = "actor:international-network-for-advanced-ai-measurement"
    for who in ("DEU", "ITA"):
        assert network not in values(graph, f"actor:{who} memberOf")
    assert "instrument:paris-statement" not in values(graph, "actor:holy-see endorsed")
    roundtable = "event:india-france-ai-policy-roundtable-2 leadOrganizer"
    assert values(graph, roundtable) == ["actor:office-of-the-principal-scientific-adviser"]
    assert len(values(graph, "event:ai-impact-summit-2026 startDate")) == 1
    assert values(graph, "actor:alibaba endorsed", "graph:inferred") == []
