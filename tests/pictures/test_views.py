"""Views: what they are told, what they show, and what they say of what they cannot draw."""

import re

import pytest
from pyoxigraph import Quad

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.errors import AiggError, UnknownNameError
from graph_builder.core.vocabulary import expand
from graph_builder.pictures.view_registry import build_picture, draw
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select
from tests.conftest import Run
from tests.counting_engine import CountingEngine


def test_the_roundtable_is_named_with_its_day(sample: Graph) -> None:
    page = draw(sample)
    assert "<h1>2nd India-France AI Policy Roundtable</h1>" in page
    assert "10 February 2025: who organised it" in page


def test_without_a_day_none_is_shown(sample: Graph) -> None:
    def dated(quad: Quad) -> bool:
        return quad.predicate.value == expand("schema:startDate")

    page = draw([quad for quad in sample.quads() if not dated(quad)])
    assert ">Who organised it" in page


def test_another_graph_is_not_called_the_roundtable() -> None:
    page = draw([])
    assert "<h1>A network of facts</h1>" in page
    assert "Roundtable" not in page


def test_inferred_facts_are_drawn_only_when_asked_for(sample: Graph) -> None:
    assert "Common knowledge of geography" not in draw(sample)
    assert "Common knowledge of geography" in draw(sample, inferred=True)


def test_any_source_is_drawn_under_its_title(sample: Graph) -> None:
    page = draw(sample, source="p-seoul")
    assert "<h1>Seoul Declaration" in page
    assert "All facts from one source: " in page


def test_a_source_that_is_not_there_is_named_with_its_nearest(sample: Graph) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown source 'p-soul'; did you mean p-seoul"):
        draw(sample, source="p-soul")


def test_an_unknown_view_is_named_with_its_nearest(sample: Graph, run: Run) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown view 'egoo'; did you mean ego\?"):
        draw(sample, "egoo")
    result = run("draw", "pth", "a", "b")
    assert (result.exit_code, result.stderr) == (2, "unknown view 'pth'; did you mean path?\n")


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (("ego",), {}, "wrong number of arguments; usage: ego THING"),
        (("ego", "a", "b"), {}, "wrong number of arguments; usage: ego THING"),
        (("path", "India"), {}, "wrong number of arguments; usage: path ONE OTHER"),
        (("source", "a", "b"), {}, r"wrong number of arguments; usage: source \[SOURCE\]"),
        (("source",), {"sauce": "x"}, "unknown option of the view source 'sauce'; did you mean"),
        (("ego", "nobody at all"), {}, "unknown thing 'nobody at all'"),
        (("ego", "modality:agreed"), {}, "nothing is linked to agreed"),
        (("path", "India", "IND"), {}, "both are India"),
        (
            ("query", "ASK {}"),
            {},
            "a picture needs a CONSTRUCT query, or an answer with the columns subject",
        ),
        (("query", "SELECT ?x {}"), {}, "a picture needs a CONSTRUCT query, or an answer"),
        (("query", "SELECT {"), {}, "query:1:"),
        (("query", "organizers"), {}, "unknown query 'organizers'; did you mean organisers"),
        (("query", "nosuch.rq"), {}, "nosuch.rq: No such file"),
        (("query", "CONSTRUCT WHERE { aigg:a aigg:b ?c }"), {}, "the answer is empty"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(
    sample: Graph, words: tuple[str, ...], options: dict[str, str], message: str
) -> None:
    with pytest.raises(AiggError, match=message):
        draw(sample, *words, **options)


def test_one_step_shows_the_neighbours_and_two_what_they_are_tied_to(sample: Graph) -> None:
    one, two = (build_picture(sample, "ego", "INESIA", steps=steps).network for steps in (1, 2))
    inesia = expand("actor:inesia")
    assert set(one) == {inesia, *one.successors(inesia), *one.predecessors(inesia)}
    assert set(one) < set(two)


@pytest.mark.slow
def test_the_ways_between_two_things_are_the_shortest_and_run_to_the_right(graph: Graph) -> None:
    made = build_picture(graph, "path", "India", "Kenya")
    across = {iri: x for iri, (x, _) in made.positions.items()}
    ends = expand("actor:IND"), expand("actor:KEN")
    assert across[ends[0]] == min(across.values())
    assert across[ends[1]] == max(across.values())
    assert set(made.network.nodes) - set(ends) == {
        iri for iri in made.network if 0 < len({*made.network.predecessors(iri)} & set(ends)) == 2
    }
    longer = build_picture(graph, "path", "India", "Kenya", longer=1)
    assert set(made.network) < set(longer.network)


def test_no_two_marks_of_a_way_stand_in_one_place(sample: Graph) -> None:
    spots = build_picture(sample, "path", "India", "France", longer=1).positions
    assert len(set(spots.values())) == len(spots) > 20


def test_an_answer_brings_its_evidence_or_has_it_looked_up(sample: Graph) -> None:
    bare = build_picture(sample, "query", "CONSTRUCT WHERE { ?event aigg:venue ?venue }")
    named = build_picture(sample, "query", "network")
    for made in (bare, named):
        facts = [fact for *_, held in made.network.edges(data=True) for fact in held["facts"]]
        assert all(fact["source"] and fact["id"] and fact["modality"] for fact in facts)
    assert named.title == "Which facts make up the network, each with its evidence?"


def test_facts_know_who_else_says_so_and_who_differs(graph: Graph) -> None:
    facts = {
        (fact["relation"], fact["object"]): fact
        for *_, held in build_picture(graph).network.edges(data=True)
        for fact in held["facts"]
    }
    lead = facts["lead organiser", "Government of India"]
    assert (lead["differs"], lead["origins"]) == ("precision", 1)
    summit = build_picture(graph, "ego", "India").network.nodes[
        expand("event:ai-impact-summit-2026")
    ]
    starts = {
        (fact["object"], fact["differs"], fact["origins"])
        for fact in summit["facts"]
        if fact["relation"] == "start date"
    }
    assert {("2026-02-16", "contradiction", 2), ("2026-02-18", "contradiction", 1)} <= starts
    member = list_network_facts(build_picture(graph, "ego", "Kenya").network)
    assert max(fact["origins"] for fact in member) == 4  # type: ignore[typeddict-item]


@pytest.mark.slow
def test_a_day_narrows_every_view(sample: Graph) -> None:
    summit = expand("event:ai-action-summit-2025")
    then, now = select(sample, at="2024-06-01"), sample
    assert summit in build_picture(now, "ego", "France").network
    assert summit not in build_picture(then, "ego", "France").network
    page = draw(then, "ego", "France")
    assert "As it stood on 1 June 2024: " in page
    assert '"event:ai-action-summit-2025"' not in page
    assert '"event:ai-action-summit-2025"' in draw(now, "ego", "France")


@pytest.mark.slow
def test_options_hold_before_and_behind_the_view(run: Run) -> None:
    before = run("draw", "--at", "2024-06", "-o", "-", "ego", "France")
    behind = run("draw", "ego", "France", "--at", "2024-06", "-o", "-")
    assert before.stdout == behind.stdout != run("draw", "ego", "France", "-o", "-").stdout


def test_the_short_way_to_a_source_is_the_view(run: Run) -> None:
    short = run("draw", "--source", "p-seoul", "-o", "-")
    assert short.stdout == run("draw", "source", "p-seoul", "-o", "-").stdout
    assert run("draw", "--source", "p-seoul", "ego", "France").exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("ego", "Sciences Po Paris"),
            "Linked to 1 country, 1 event, 1 institution and 1 other thing$",
        ),
        (("ego", "INESIA"), "Linked to ANSSI, Clara Chappaz, .* and SGDSN$"),
        (
            ("ego", "India"),
            r"Linked to \d+ institutions, \d+ .*, \d+ .* and \d+ other things$",
        ),
        (
            ("path", "India", "Kenya"),
            "They are 2 steps apart, linked through 4 policies and ",
        ),
        (
            ("path", "Mistral AI", "Ajay Kumar Sood"),
            r"They are 4 steps apart; \d+ paths are this short$",
        ),
        (
            ("path", "Current AI", "Ajay Kumar Sood"),
            "They are 3 steps apart, linked through AI Action Summit 2025 and 2nd ",
        ),
        (("path", "INESIA", "ANSSI"), "Linked directly: "),
        (("query", "CONSTRUCT WHERE { ?a aigg:signed ?b }"), "The query found 20 links "),
        (
            ("series",),
            r"5 editions side by side: \d+ themes, 3 of them kept from one edition to ",
        ),
    ],
)
def test_the_sentence_under_the_heading_is_the_answer(
    graph: Graph, words: tuple[str, ...], told: str
) -> None:
    assert re.match(told, build_picture(graph, *words).subtitle)


def test_the_ways_are_listed_each_with_the_facts_of_its_lines(sample: Graph) -> None:
    made = build_picture(sample, "path", "India", "Kenya")
    assert made.bundles_heading == "Paths"
    assert [way.label for way in made.bundles][:2] == [
        "India \u2013 Bletchley Declaration \u2013 Kenya",
        "India \u2013 Current AI \u2013 Kenya",
    ]
    held = {id(fact) for *_, line in made.network.edges(data=True) for fact in line["facts"]}
    assert {id(fact) for way in made.bundles for fact in way.facts} == held
    many = build_picture(sample, "path", "India", "France", longer=1)
    assert (len(many.bundles), many.bundles_heading) == (12, "The first 12 paths")


def test_a_line_along_a_column_of_a_path_passes_by_what_stands_in_it(sample: Graph) -> None:
    made = build_picture(sample, "path", "India", "Kenya")
    column = sorted(made.positions[each][::-1] for each in made.network if each not in made.focus)
    across = [x for _, x in column]
    assert across == [*across[:3], *across[1::-1]]
    assert across[0] < across[1] < across[2]


def test_an_answer_is_headed_by_what_its_lines_say_and_shows_its_query(sample: Graph) -> None:
    asked = "CONSTRUCT WHERE { ?a aigg:signed ?b }"
    page = draw(sample, "query", asked)
    assert "<h1>Signed</h1>" in page
    assert asked in page


def test_the_sentence_tells_of_all_there_is_not_of_what_has_room(sample: Graph) -> None:
    one, two = (build_picture(sample, "ego", "India", steps=steps) for steps in (1, 2))
    assert two.subtitle.startswith(one.subtitle)
    assert two.full_network is not None
    more = len(two.full_network) - len(one.network)
    assert len(two.network) < len(two.full_network)
    assert two.subtitle.endswith(f"These are linked to {more} more things")


def test_a_server_is_asked_as_often_however_many_sources_there_are(sample: Graph) -> None:
    counting = CountingEngine(sample.engine)
    picture = build_picture(Graph(counting), "ego", "actor:IND")
    assert len(picture.network.graph["sources"]) > 30
    assert len(sample.instances_of(expand("aigg:Source"))) > 100
    assert counting.asked < 70
