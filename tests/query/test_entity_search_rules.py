"""Finding things by what they are called, one rule a test, in a graph of a few names."""

import pytest

from graph_builder.core.errors import UnknownNameError
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.entity_search import (
    Match,
    MatchType,
    find,
    find_naming_assertions,
    find_subjects,
)
from graph_builder.store.graph import Graph
from tests.small_facts import node, read

NAMES = """
  actor:inst a aigg:Institution ; skos:prefLabel "Institute of Safety"@en ;
    rdfs:isDefinedBy graph:registry .
  actor:lab a aigg:Company ; skos:prefLabel "Safety Laboratory"@en , "Labor"@de .
  event:safety a aigg:Event ; skos:prefLabel "Safety Summit"@en .
  actor:inst skos:altLabel "ISAF"@en . actor:lab aigg:name "Workbench" .
  actor:FAR a aigg:Country ; skos:prefLabel "Far Land"@en ; aigg:alpha2 "FL" .
  source:paper a aigg:Source ; dcterms:title "Safety Paper"@en .
  <http://example.org/x> a <http://example.org/C> ; rdfs:label "Foreigner" .
  assertion:2 rdf:subject actor:inst ; rdf:object "ISAF"@en ; prov:wasDerivedFrom source:t .
  assertion:1 rdf:subject actor:inst ; rdf:object "ISAF"@en ; prov:wasDerivedFrom source:s .
  assertion:3 rdf:subject actor:inst ; rdf:object "ISAF"@en ; prov:wasDerivedFrom source:s .
  assertion:4 rdf:subject actor:lab ; rdf:object "ISAF"@en ; prov:wasDerivedFrom source:no .
  assertion:5 rdf:subject actor:inst ; rdf:object "ISAF" ; prov:wasDerivedFrom source:no .
  assertion:6 rdf:subject actor:lab ; rdf:object "Workbench" ; prov:wasDerivedFrom source:w .
"""
CLASSES = """
  aigg:Actor a owl:Class ; rdfs:label "actor in a wide sense"@en .
  aigg:Institution a owl:Class ; rdfs:label "institution"@en ; rdfs:subClassOf aigg:Actor .
  aigg:Company a owl:Class ; rdfs:label "company"@en ; rdfs:subClassOf aigg:Institution .
  <http://example.org/C> a owl:Class ; rdfs:label "foreign class"@en .
  aigg:notAClass rdfs:label "paper"@en .
"""


@pytest.fixture(scope="module")
def named() -> Graph:
    """Return a graph of names, of what sources call things, and of classes."""
    return Graph.wrap(read(NAMES) + read(CLASSES, "graph:ontology"))


def _things(matches: list[Match]) -> list[str]:
    return [compact(match.iri) for match in matches]


def _first(graph: Graph, text: str) -> Match:
    return find(graph, text)[0]


@pytest.mark.parametrize(
    ("text", "thing", "how", "score"),
    [
        ("institute of safety", "actor:inst", MatchType.EXACT, 100.0),
        ("isaf", "actor:inst", MatchType.ALIAS, 100.0),
        ("Safety Paper", "source:paper", MatchType.EXACT, 100.0),
        ("FL", "actor:FAR", MatchType.ID, 100.0),
        ("actor:lab", "actor:lab", MatchType.ID, 100.0),
        ("Workb", "actor:lab", MatchType.PREFIX, 50 * 5 / 9),
        ("Safety Lab", "actor:lab", MatchType.PREFIX, 50 * 9 / 16),
    ],
)
def test_a_match_says_how_text_and_name_meet(
    text: str, thing: str, how: MatchType, score: float, named: Graph
) -> None:
    first = _first(named, text)
    assert (compact(first.iri), first.how) == (thing, how)
    assert first.score == pytest.approx(score)


def test_ways_of_matching_are_written_as_exports_know_them() -> None:
    assert [str(how) for how in MatchType] == [*("exact", "alias", "id", "words", "prefix", "near")]


def test_what_is_written_nearly_so_is_found_only_in_place_of_nothing(named: Graph) -> None:
    near = find(named, "Safty Laboratory")
    assert (compact(near[0].iri), near[0].how) == ("actor:lab", MatchType.NEAR)
    assert 72 <= near[0].score < 100
    assert {match.how for match in find(named, "Safety")} == {MatchType.PREFIX, MatchType.ID}
    assert MatchType.NEAR not in {match.how for match in find(named, "Labor")}


def test_what_begins_so_stands_alone_though_another_is_nearly_so() -> None:
    graph = read('actor:a skos:prefLabel "Workbenches" . actor:b skos:prefLabel "Workbanch" .')
    assert [(m.iri, m.how) for m in find(graph, "Workbench")] == [
        (expand("actor:a"), MatchType.PREFIX)
    ]
    assert {*_things(find(graph, "Workbxnch"))} == {"actor:a", "actor:b"}


def test_what_is_called_so_comes_before_what_begins_so_and_each_thing_once(named: Graph) -> None:
    """The id of the event is the text; the names of others begin with it or have it as a word."""
    found = find(named, "Safety")
    assert _things(found)[0] == "event:safety"
    assert found[0].how is MatchType.ID
    assert sorted(_things(found)) == sorted({*_things(found)})
    assert {*_things(found)} == {"event:safety", "actor:inst", "actor:lab", "source:paper"}


def test_no_more_are_given_than_asked_for(named: Graph) -> None:
    whole = find(named, "Safety", limit=None)
    assert len(whole) == 4
    assert find(named, "Safety", limit=2) == whole[:2]
    many = read("".join(f'actor:n{n:02} skos:prefLabel "Many {n}" . ' for n in range(12)))
    assert len(find(many, "many")) == 10


def test_a_match_tells_label_class_name_language_and_who_gives_the_name(named: Graph) -> None:
    assert _first(named, "ISAF") == Match(
        iri=expand("actor:inst"),
        label="Institute of Safety",
        kind=expand("aigg:Institution"),
        name="ISAF",
        language="en",
        by=(expand("source:s"), expand("source:t")),
        how=MatchType.ALIAS,
        score=100.0,
    )
    labor = _first(named, "Labor")
    assert (labor.label, labor.name, labor.language) == ("Safety Laboratory", "Labor", "de")
    assert labor.by == (expand("actor:lab"),)
    assert _first(named, "Institute of Safety").by == (expand("graph:registry"),)
    bench = _first(named, "Workbench")
    assert (bench.language, bench.by) == ("", (expand("source:w"),))


def test_what_has_no_class_of_ours_is_of_the_class_it_has(named: Graph) -> None:
    assert _first(named, "Foreigner").kind == "http://example.org/C"
    assert find(read('actor:x skos:prefLabel "Thing" .'), "thing")[0].kind == ""


@pytest.mark.parametrize(
    ("kind", "things"),
    [
        (None, {"event:safety", "actor:inst", "actor:lab", "source:paper"}),
        ("actor", {"actor:inst", "actor:lab"}),
        ("event", {"event:safety"}),
        ("source", {"source:paper"}),
        ("institution", {"actor:inst", "actor:lab"}),
        ("Institution", {"actor:inst", "actor:lab"}),
        ("company", {"actor:lab"}),
        ("actor in a wide sense", {"actor:inst", "actor:lab"}),
    ],
)
def test_a_kind_is_one_of_ids_or_a_class_with_all_below_it(
    kind: str | None, things: set[str], named: Graph
) -> None:
    assert {*_things(find(named, "Safety", kind=kind))} == things


def test_of_a_kind_what_is_nearly_so_is_found_too(named: Graph) -> None:
    assert _things(find(named, "Safty Laboratory", kind="company")) == ["actor:lab"]
    assert find(named, "Safty Laboratory", kind="event") == []


@pytest.mark.parametrize("kind", ["foreign class", "paper", "nothing", "Foreigner"])
def test_a_kind_that_is_no_class_of_ours_is_refused(kind: str, named: Graph) -> None:
    with pytest.raises(UnknownNameError, match=f"^unknown kind '{kind}'"):
        find(named, "Safety", kind=kind)


@pytest.mark.parametrize(
    ("kind", "near"), [("compny", "company"), ("evnt", "event"), ("instituton", "institution")]
)
def test_a_misspelt_kind_gets_the_nearest_id_or_class(kind: str, near: str, named: Graph) -> None:
    with pytest.raises(UnknownNameError, match=f"did you mean {near}"):
        find(named, "Safety", kind=kind)


def test_classes_that_are_below_each_other_end() -> None:
    circle = read(
        """aigg:A a owl:Class ; rdfs:label "a class" ; rdfs:subClassOf aigg:B .
        aigg:B a owl:Class ; rdfs:subClassOf aigg:A . aigg:C rdfs:subClassOf aigg:B .
        actor:x a aigg:C ; skos:prefLabel "Found" . actor:y skos:prefLabel "Found" ."""
    )
    assert _things(find(circle, "found", kind="a class")) == ["actor:x"]


def test_subjects_are_found_in_every_graph() -> None:
    graph = Graph.wrap(
        read("actor:a a aigg:Actor .", "graph:one")
        + read("actor:b a aigg:Actor . [] a aigg:Actor . actor:c a aigg:Event .")
    )
    found = find_subjects(graph, "rdf:type", expand("aigg:Actor"))
    assert found == {expand("actor:a"), expand("actor:b")}


def test_assertions_that_name_a_thing_are_those_of_it_with_that_text_and_language(
    named: Graph,
) -> None:
    isaf = find_naming_assertions(named, expand("actor:inst"), "ISAF", "en")
    assert [*map(compact, isaf)] == ["assertion:1", "assertion:2", "assertion:3"]
    plain = find_naming_assertions(named, expand("actor:inst"), "ISAF", "")
    assert [*map(compact, plain)] == ["assertion:5"]
    assert node("assertion:4").value not in isaf
