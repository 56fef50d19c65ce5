"""Finding things: folding, misspellings, who gives a name, what is meant where several fit."""

import csv
import io
import json
import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from graph_builder.core import vocabulary as v
from graph_builder.core.errors import QueryError, UnknownNameError, suggest_similar
from graph_builder.core.folding import fold_words
from graph_builder.core.similarity import find_best_matches
from graph_builder.query.entity_search import Match, MatchType, find
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.query.validation import validate
from graph_builder.store.graph import Graph
from graph_builder.store.label_index import IndexedName, NameKind, is_everyday
from graph_builder.store.snapshot import select
from tests.conftest import Run

LONG = 8
SEED = 20250210


def _things(matches: list[Match]) -> list[str]:
    return [v.compact(match.iri) for match in matches]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Martin Tisné", "martin tisne"),
        ("CÔTE D\u2019IVOIRE", "cote d ivoire"),
        ("İstanbul, Łódź & Ærø", "istanbul lodz and aero"),
        ("Weiß", "weiss"),
        ("\uff12\uff10\uff12\uff15 \uff21\uff49", "2025 ai"),
        ("India\u2013France", "india france"),
        ("soft\u00adware", "software"),
        ("हिन्दी", "हिंदी"),
        ("फ़्रांस", "फ्रांस"),
        ("ਸਾਇੰਸਜ਼ ਪੋ ਪੈਰਿਸ", "ਸਾਇਂਸਜ ਪੋ ਪੈਰਿਸ"),
        ("グループ", unicodedata.normalize("NFKD", "グループ")),
        (" \t\n…", ""),
        ("a\x1b[31mb", "a\x1b 31mb"),
    ],
)
def test_text_is_folded_to_what_readers_take_for_the_same(written: str, folded: str) -> None:
    assert " ".join(fold_words(written)) == folded
    assert fold_words(folded) == fold_words(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [("हिन्दी", "हिन्द"), ("दिन", "दीन"), ("ਪੋ", "ਪੈ"), ("का", "कि"), ("が", "か")],
)
def test_vowel_signs_are_letters(one: str, other: str) -> None:
    assert fold_words(one) != fold_words(other)


def _labels(graph: Graph) -> list[tuple[str, str]]:
    """Return the labels of the things of the registry that are long enough to be misspelt."""
    text = """SELECT DISTINCT ?label ?thing {
      GRAPH graph:registry { ?thing rdfs:isDefinedBy graph:registry ; skos:prefLabel ?label }
    } ORDER BY ?thing STR(?label) LANG(?label)"""
    rows = [(label.value, thing.value) for label, thing in graph.query(text)]  # type: ignore[union-attr]
    return [row for row in rows if sum(map(str.isalpha, row[0])) >= LONG]


def _without(text: str, at: int) -> str:
    return text[:at] + text[at + 1 :]


def _swapped(text: str, at: int) -> str:
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _doubled(text: str, at: int) -> str:
    return text[:at] + text[at] + text[at:]


@pytest.mark.slow
def test_nearly_every_misspelt_label_leads_to_its_thing(graph: Graph) -> None:
    chance = random.Random(SEED)  # noqa: S311
    labels = chance.sample(_labels(graph), 500)
    missed = []
    for label, thing in labels:
        slip = chance.choice((_without, _swapped, _doubled))
        misspelt = slip(label, chance.randrange(1, len(label) - 1))
        if thing not in [match.iri for match in find(graph, misspelt, limit=3)]:
            missed.append((misspelt, v.compact(thing)))
    assert len(missed) <= 0.05 * len(labels), missed


@pytest.mark.slow
def test_every_label_leads_to_its_thing_without_accents_case_and_marks(graph: Graph) -> None:
    for label, thing in _labels(graph):
        decomposed = unicodedata.normalize("NFKD", label)
        plain = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
        assert find(graph, plain, limit=1)[0].iri == thing
        for text in (label, plain, plain.upper(), plain.replace("-", " "), f" {plain}."):
            assert resolve_entity(text, graph) == thing


def test_every_name_that_a_source_uses_leads_to_its_thing(graph: Graph) -> None:
    text = "SELECT DISTINCT ?n ?x { { ?x aigg:name|skos:altLabel ?n } UNION"
    text += " { GRAPH graph:inferred { ?x aigg:name|skos:altLabel ?n } } }"
    names = [(name.value, thing.value) for name, thing in graph.query(text)]  # type: ignore[union-attr]
    assert len(names) > 40
    for name, thing in names:
        meant = [m for m in find(graph, name) if m.how in (MatchType.EXACT, MatchType.ALIAS)]
        assert thing in {match.iri for match in meant}, name


@pytest.mark.parametrize(
    ("text", "thing", "how"),
    [
        ("India", "actor:IND", "exact"),
        ("inde", "actor:IND", "exact"),
        ("भारत", "actor:IND", "exact"),
        ("दक्षिण अफ्रीका", "actor:ZAF", "exact"),
        ("in", "actor:IND", "id"),
        ("ind", "actor:IND", "id"),
        ("actor:IND", "actor:IND", "id"),
        ("https://w3id.org/aigg/actor/IND", "actor:IND", "id"),
        ("Macron, Emmanuel", "actor:emmanuel-macron", "exact"),
        ("trinidad and tobago", "actor:TTO", "exact"),
        ("Cote dIvoire", "actor:CIV", "exact"),
        ("ਅਜੈ ਕੁਮਾਰ ਸੂਦ", "actor:ajay-kumar-sood", "alias"),
        ("Republica de Corea", "actor:KOR", "alias"),
        ("bharatjan", "actor:bharatgen", "alias"),
        ("Hiroshima AI Process", "actor:hiroshima-ai-process", "exact"),
        ("bletch decl", "instrument:bletchley-declaration", "prefix"),
        ("Bletchly", "place:bletchley-park", "near"),
        ("Sumit AI Paris", "event:ai-action-summit-2025", "near"),
        ("event:ai-acton-summit-2025", "event:ai-action-summit-2025", "near"),
        ("दक्षिण अफ्रिका", "actor:ZAF", "near"),
        ("lead organizer", "aigg:leadOrganizer", "id"),
        ("government body", "aigg:GovernmentBody", "exact"),
        ("source:milano", "source:milano", "id"),
    ],
)
def test_what_is_meant_comes_first(text: str, thing: str, how: str, graph: Graph) -> None:
    first = find(graph, text, limit=1)[0]
    assert (v.compact(first.iri), first.how) == (thing, how)
    assert 0 < first.score <= 100


@pytest.mark.parametrize(
    "text", ["banana", "NATO", "", "…", "\x00", "xq", "a" * 10_000, 'xq" } } #']
)
def test_what_nothing_is_like_leads_nowhere(text: str, graph: Graph) -> None:
    assert find(graph, text) == []


def test_a_match_says_which_name_in_which_language_and_who_gives_it(graph: Graph) -> None:
    first = find(graph, "us ai safety institute")[0]
    assert first == Match(
        iri=v.expand("actor:us-caisi"),
        label="US Center for AI Standards and Innovation (CAISI)",
        kind=v.NS + "GovernmentBody",
        name="US AI Safety Institute",
        language="en",
        by=(v.expand("source:commerce"),),
        how=MatchType.ALIAS,
        score=100.0,
    )
    assert find(graph, "Inde")[0].by == (v.REGISTRY_GRAPH,)
    assert find(graph, "source:milano")[0].by == (v.expand("source:milano"),)


def test_a_thing_comes_once_and_no_more_than_asked_for(graph: Graph) -> None:
    found = find(graph, "ai", limit=None)
    assert len({match.iri for match in found}) == len(found) > 10
    assert find(graph, "ai") == found[:10]
    assert find(graph, "ai", limit=3) == found[:3]


@pytest.mark.parametrize(
    ("text", "kind", "things"),
    [
        ("GPAI", "actor", ["actor:global-partnership-on-ai"]),
        ("GPAI", "event", ["event:gpai-ministerial-council-6"]),
        ("Macon", "person", ["actor:emmanuel-macron"]),
        ("mistral", "Company", ["actor:mistral-ai"]),
        ("mistral", "institution", ["actor:mistral-ai"]),
        ("mistral", "government body", []),
        ("endorsed", "relation", ["aigg:endorsed"]),
    ],
)
def test_a_kind_is_one_of_ids_or_a_class_with_those_below_it(
    text: str, kind: str, things: list[str], graph: Graph
) -> None:
    assert _things(find(graph, text, kind=kind)) == things


def test_a_kind_that_is_none_is_refused_with_the_nearest(graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match="unknown kind 'persn'; did you mean person"):
        find(graph, "Macron", kind="persn")


def test_an_everyday_name_is_found_by_how_it_begins_alone(graph: Graph) -> None:
    def find_everyday(text: str) -> set[str]:
        found = graph.label_index.find_prefix(text)
        return {name.text for _, name in found if is_everyday(name)}

    assert "United Mexican States" in find_everyday("united mexi")
    assert find_everyday("mexican states") == set()


def test_classes_in_a_circle_end(graph: Graph) -> None:
    below = NamedNode(v.expand("rdfs:subClassOf"))
    pair = NamedNode(v.NS + "Company"), NamedNode("http://example.org/Firm")
    circle = [Quad(a, below, b) for a, b in (pair, pair[::-1])]
    found = find(Graph.wrap([*graph.quads(), *circle]), "mistral", kind="company")
    assert _things(found) == ["actor:mistral-ai"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "iri", "narrowed", "is_found"),
    [
        ("AI Impact Summit 2026", "event:ai-impact-summit-2026", {"at": "2026-02-15"}, False),
        ("AI Impact Summit 2026", "event:ai-impact-summit-2026", {"at": "2026-02"}, True),
        ("AI Impact Summit 2026", "event:ai-impact-summit-2026", {"at": "2027"}, True),
        ("AI Summit 2027", "event:ai-summit-2027", {"at": "2024-06"}, True),  # it was announced
        ("Albania", "actor:ALB", {"at": "2010"}, True),  # there is no fact, but the country
        ("UK AI Security Institute", "actor:uk-ai-security-institute", {"at": "2010"}, True),
        ("Kim Myuhng-joo", "actor:kim-myuhng-joo", {"verified": "primary"}, False),
        ("Kim Myuhng-joo", "actor:kim-myuhng-joo", {"verified": "press"}, True),
        ("aigg:hosted", "aigg:hosted", {"at": "1900", "verified": "primary"}, True),
    ],
)
def test_a_narrowed_graph_is_without_what_had_not_begun_or_is_not_verified(
    text: str, iri: str, narrowed: dict[str, str], graph: Graph, *, is_found: bool
) -> None:
    found = [match.iri for match in find(select(graph, **narrowed), text)]
    assert (v.expand(iri) in found) is is_found
    assert v.expand(iri) in [match.iri for match in find(graph, text)]


@pytest.mark.slow
def test_of_what_had_not_begun_it_is_said_that_there_was_nothing(run: Run) -> None:
    done = run("find", "AI Impact Summit", "--kind", "event", "--at", "2020")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "in the graph as of 2020 has the name 'AI Impact Summit'" in done.stderr


@pytest.mark.slow
def test_names_are_found_in_a_graph_of_merged_facts_alone(graph: Graph, tmp_path: Path) -> None:
    from graph_builder.store.loading import open_graph
    from graph_builder.store.serialization import write_turtle

    file = tmp_path / "merged.ttl"
    file.write_text(write_turtle(graph.quads()), encoding="utf-8")
    assert find(open_graph(file), "CAISI") == find(graph, "CAISI")


def test_a_parameter_takes_a_plain_or_other_name_but_no_misspelt_one(graph: Graph) -> None:
    paris = v.expand("event:ai-action-summit-2025")
    french = "Sommet pour l\u2019action sur l\u2019IA"
    for text in (french, "SOMMET POUR LACTION SUR LIA", "paris ai summit"):
        assert resolve_entity(text, graph, ParameterKind.EVENT) == paris
    assert resolve_entity("Martin Tisne", graph) == v.expand("actor:martin-tisne")
    with pytest.raises(UnknownNameError, match=r"did you mean Paris AI Summit \(event:ai-action-"):
        resolve_entity("Paris AI Sumit", graph, ParameterKind.EVENT)
    with pytest.raises(
        QueryError, match=r"can mean .* \(actor:canadian-.* or .* give one of these ids"
    ):
        resolve_entity("Caisi", graph, ParameterKind.ACTOR)


def test_a_misspelt_prefixed_name_gets_the_nearest_id(graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match=r"mean ai-action-summit-2025 \(event:ai-action-s"):
        resolve_entity("event:ai-acton-summit-2025", graph)


def test_a_proposal_is_one_of_what_is_known() -> None:
    assert suggest_similar("lead-organiser", ["leadOrganizer", "hosted"]) == (
        "; did you mean leadOrganizer?"
    )
    assert suggest_similar("zzzz", ["leadOrganizer", "hosted"]) == ""
    assert (
        suggest_similar("theme", ["themes", "theme-a", "theme-b", "themed", "x"]).count(" or ") == 1
    )


def test_the_best_comes_first_and_equals_in_the_order_given() -> None:
    known = [(fold_words(name), name) for name in ("summits", "summit", "Summit", "sumit")]
    assert [name for _, name in find_best_matches(fold_words("summit"), known)][:2] == [
        "summit",
        "Summit",
    ]
    assert find_best_matches((), known) == []


@pytest.mark.slow
@given(
    names=st.lists(st.text("abc d", min_size=1, max_size=12), max_size=8),
    query=st.text("abc d", max_size=12),
    least=st.sampled_from([0.0, 40.0, 65.0, 72.0, 95.0]),
)
def test_an_index_finds_what_a_comparison_with_every_name_finds(
    names: list[str], query: str, least: float
) -> None:
    known = [(fold_words(name), number) for number, name in enumerate(names)]
    one_by_one = [
        match for each in known for match in find_best_matches(fold_words(query), [each], 0.0)
    ]
    expected = sorted(
        (match for match in one_by_one if match[0] >= least), key=lambda match: -match[0]
    )
    assert find_best_matches(fold_words(query), known, least) == expected


def test_a_name_is_sorted_by_what_it_is() -> None:
    assert sorted(NameKind) == [NameKind.LABEL, NameKind.ALIAS, NameKind.TITLE, NameKind.CODE]
    assert IndexedName(NameKind.LABEL, "b", "", "", "") < IndexedName(
        NameKind.CODE, "a", "", "", ""
    )


def test_an_acronym_of_two_bodies_gives_a_line_each_that_tells_them_apart(run: Run) -> None:
    result = run("find", "CAISI", "-F", "md")
    rows = result.stdout.splitlines()[2:]
    assert [row.split(" | ")[1] for row in rows] == [
        "actor:canadian-ai-safety-institute",
        "actor:us-caisi",
    ]
    assert all("government body" in row and "CAISI (en, source:" in row for row in rows)
    assert "part of National Institute of Standards and Technology" in rows[1]
    assert "called US AI Safety Institute until 2025-06-03" in rows[1]


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("US AI Safety Institute", "had this name until 2025-06-03"),
        ("GPAI", "it also stands for general-purpose AI"),
        ("Bharatjan", "we take it for a slip of the press"),
        ("Bletchley Declaration", "adopted at AI Safety Summit 2023"),
        ("theme:ai", "Computer systems that perform tasks"),
        ("source:milano", "by Milano Luiss Hub"),
        ("Mistral AI", "based in France"),
        ("Inflection AI", "endorsed Frontier AI Safety Commitments"),
        ("place:seoul", " located in it"),
    ],
)
def test_a_few_words_tell_what_a_match_is(text: str, telling: str, run: Run) -> None:
    first = next(csv.DictReader(io.StringIO(run("find", text, "-F", "csv").stdout)))
    assert telling in first["about"]


def test_found_things_come_in_the_formats_of_rows(run: Run, tmp_path: Path) -> None:
    answer = json.loads(run("find", "भारत", "-F", "json").stdout)["results"]["bindings"]
    assert answer[0]["thing"] == {"type": "uri", "value": v.expand("actor:IND")}
    assert answer[0]["name"] == {"type": "literal", "value": "भारत", "xml:lang": "hi"}
    target = tmp_path / "found.csv"
    assert run("find", "भारत", "-o", target).stdout == ""
    assert target.read_text(encoding="utf-8").startswith("thing,label,class,name,by,match,score,")
    assert run("find", "भारत", "-o", tmp_path / "found.ttl").exit_code == 2


def test_what_is_left_out_is_said(run: Run) -> None:
    result = run("find", "safety institute", "--limit", 2)
    assert result.stdout.rstrip().endswith("2 rows")
    assert "2 of " in result.stderr
    assert run("-q", "find", "safety institute", "--limit", 2).stderr == ""


@pytest.mark.parametrize("text", ["banana", "", "\x1b[31mIndia", "x" * 10_000])
def test_nothing_found_is_a_sentence_and_exit_code_1(text: str, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "found.csv"
    result = run("find", text, "-o", target)
    assert (result.exit_code, result.stdout, target.exists()) == (1, "", False)
    assert result.stderr.startswith("nothing in the graph has the name '")
    assert len(result.stderr) < 100
    assert "\x1b" not in result.stderr


def test_names_that_steer_a_terminal_do_not(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.nt"
    begun = f"<{v.expand('actor:x')}> <{v.expand('skos:prefLabel')}>"
    file.write_text(begun + ' "Evil (((( \\u001b[31m) } } name" .\n', encoding="utf-8")
    assert "\x1b" not in run("find", "evil", "-s", file).output
    assert "\\x1b[31m" in run("find", "evil", "-s", file).stdout


def _entry(name: str, label: str) -> list[Quad]:
    thing = NamedNode(v.expand(name))
    pairs: dict[str, Literal | NamedNode] = {
        "skos:prefLabel": Literal(label, language="en"),
        "rdfs:isDefinedBy": NamedNode(v.REGISTRY_GRAPH),
    }
    return [Quad(thing, NamedNode(v.expand(key)), value) for key, value in pairs.items()]


def test_things_of_one_kind_that_share_a_name_are_candidates_for_being_one() -> None:
    quads = [
        *(*_entry("actor:a", "Martin Tisné"), *_entry("actor:b", "TISNE Martin")),
        *(*_entry("event:a", "Martin Tisné"), *_entry("actor:c", "Martine Tisné")),
        Quad(*(NamedNode(v.expand(each)) for each in ("actor:c", "rdf:type", "aigg:Person"))),
    ]
    found = [finding for finding in validate(quads) if finding.rule == "duplicate-candidate"]
    assert [(each.severity, each.thing) for each in found] == [("info", "actor:a")]
    assert "Has the same name, Martin Tisné, as actor:b." in found[0].message
