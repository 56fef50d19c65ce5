"""Measures as RDF: a well-formed data cube that is loaded beside the graph and asked there.

The constraints IC-1 to IC-19 are those of The RDF Data Cube Vocabulary (W3C Recommendation, 2014,
section 11.1), each true where it is broken. Left out are IC-17, on cubes with a measure dimension,
and IC-19c to IC-21, on code lists with hierarchies, of which ours has neither.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean, RdfFormat, Store, parse
from rdflib import Graph as RdflibGraph

from graph_builder.analysis.measures.measure_definition import Measure, compute_measure
from graph_builder.analysis.reports.data_cube import digest, quads
from graph_builder.analysis.reports.network_report import NetworkReport, build_network_report
from graph_builder.analysis.reports.report_formats import format_report
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import MEASURES_GRAPH, PREFIXES, expand
from graph_builder.query.named_questions import ask
from graph_builder.query.validation import validate
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from graph_builder.store.snapshot import select
from tests.conftest import Run

_PREFIXES = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("aigg", "qb", "rdf", "rdfs", "skos", "xsd")
)
#: The expansion of abbreviated cubes, section 10.2, as far as such cubes have it.
NORMALISE = """
INSERT { ?o a qb:Observation } WHERE { [] qb:observation ?o } ;
INSERT { ?s a qb:DataSet ; } WHERE { [] qb:dataSet ?s } ;
INSERT { ?s qb:componentProperty ?p . ?p a qb:DimensionProperty } WHERE { ?s qb:dimension ?p } ;
INSERT { ?s qb:componentProperty ?p . ?p a qb:MeasureProperty } WHERE { ?s qb:measure ?p } ;
INSERT { ?s qb:componentProperty ?p . ?p a qb:AttributeProperty } WHERE { ?s qb:attribute ?p } ;
INSERT { ?obs ?comp ?value }
WHERE {
  ?spec qb:componentProperty ?comp ; qb:componentAttachment qb:DataSet .
  ?dataset qb:structure/qb:component ?spec ; ?comp ?value .
  ?obs qb:dataSet ?dataset .
}
"""
DIMENSION = """?obs qb:dataSet/qb:structure/qb:component/qb:componentProperty ?dim .
  ?dim a qb:DimensionProperty"""
CONSTRAINTS = {
    "IC-1 unique data set": """
  { ?obs a qb:Observation . FILTER NOT EXISTS { ?obs qb:dataSet ?one } }
  UNION { ?obs a qb:Observation ; qb:dataSet ?one , ?other . FILTER (?one != ?other) }""",
    "IC-2 unique structure": """
  { ?set a qb:DataSet . FILTER NOT EXISTS { ?set qb:structure ?one } }
  UNION { ?set a qb:DataSet ; qb:structure ?one , ?other . FILTER (?one != ?other) }""",
    "IC-3 structure includes a measure": """
  ?dsd a qb:DataStructureDefinition .
  FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty [ a qb:MeasureProperty ] }""",
    "IC-4 dimensions have a range": """
  ?dim a qb:DimensionProperty . FILTER NOT EXISTS { ?dim rdfs:range [] }""",
    "IC-5 dimensions of concepts have a code list": """
  ?dim a qb:DimensionProperty ; rdfs:range skos:Concept .
  FILTER NOT EXISTS { ?dim qb:codeList [] }""",
    "IC-6 only attributes are optional": """
  ?dsd qb:component ?spec .
  ?spec qb:componentRequired "false"^^xsd:boolean ; qb:componentProperty ?component .
  FILTER NOT EXISTS { ?component a qb:AttributeProperty }""",
    "IC-7 slice keys are declared": """
  ?key a qb:SliceKey . FILTER NOT EXISTS { [ a qb:DataStructureDefinition ] qb:sliceKey ?key }""",
    "IC-8 slice keys agree with the structure": """
  ?key a qb:SliceKey ; qb:componentProperty ?prop . ?dsd qb:sliceKey ?key .
  FILTER NOT EXISTS { ?dsd qb:component [ qb:componentProperty ?prop ] }""",
    "IC-9 unique slice structure": """
  { ?slice a qb:Slice . FILTER NOT EXISTS { ?slice qb:sliceStructure ?one } }
  UNION { ?slice a qb:Slice ; qb:sliceStructure ?one , ?other . FILTER (?one != ?other) }""",
    "IC-10 slice dimensions are complete": """
  ?slice qb:sliceStructure [ qb:componentProperty ?dim ] .
  FILTER NOT EXISTS { ?slice ?dim [] }""",
    "IC-11 all dimensions are given": f"{DIMENSION} . FILTER NOT EXISTS {{ ?obs ?dim [] }}",
    "IC-12 no observation twice": """
  { SELECT (MIN(?equal) AS ?same) WHERE {
      ?obs qb:dataSet ?set . ?other qb:dataSet ?set . FILTER (?obs != ?other)
      ?set qb:structure/qb:component/qb:componentProperty ?dim . ?dim a qb:DimensionProperty .
      ?obs ?dim ?one . ?other ?dim ?two . BIND (?one = ?two AS ?equal)
    } GROUP BY ?obs ?other }
  FILTER (?same)""",
    "IC-13 required attributes are given": """
  ?obs qb:dataSet/qb:structure/qb:component ?spec .
  ?spec qb:componentRequired "true"^^xsd:boolean ; qb:componentProperty ?attribute .
  FILTER NOT EXISTS { ?obs ?attribute [] }""",
    "IC-14 all measures are given": """
  ?obs qb:dataSet/qb:structure ?dsd .
  FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty qb:measureType }
  ?dsd qb:component/qb:componentProperty ?measure . ?measure a qb:MeasureProperty .
  FILTER NOT EXISTS { ?obs ?measure [] }""",
    "IC-15 measure dimension is consistent": """
  ?obs qb:dataSet/qb:structure ?dsd ; qb:measureType ?measure .
  ?dsd qb:component/qb:componentProperty qb:measureType .
  FILTER NOT EXISTS { ?obs ?measure [] }""",
    "IC-16 single measure with a measure dimension": """
  ?obs qb:dataSet/qb:structure ?dsd ; qb:measureType ?measure ; ?other [] .
  ?dsd qb:component/qb:componentProperty qb:measureType , ?other .
  ?other a qb:MeasureProperty . FILTER (?other != ?measure)""",
    "IC-18 links of data sets are consistent": """
  ?set qb:slice/qb:observation ?obs . FILTER NOT EXISTS { ?obs qb:dataSet ?set }""",
    "IC-19a codes are in the scheme": f"""
  {DIMENSION} ; qb:codeList ?list . ?list a skos:ConceptScheme . ?obs ?dim ?code .
  FILTER NOT EXISTS {{ ?code a skos:Concept ; skos:inScheme ?list }}""",
    "IC-19b codes are in the collection": f"""
  {DIMENSION} ; qb:codeList ?list . ?list a skos:Collection . ?obs ?dim ?code .
  FILTER NOT EXISTS {{ ?code a skos:Concept . ?list skos:member+ ?code }}""",
}


def _figures() -> Measure:
    return Measure(
        "figures", "network", "Two.", "nobody", lambda graph: {"a b": 1.5, "c": float(len(graph))}
    )


@pytest.fixture(scope="module")
def found(graph: Graph) -> NetworkReport:
    """Return a network measured, with values of nodes and of the network and one missing."""
    made = build_network_report(graph, "co-participation", ["degree", "strength"])
    large = Measure("large", "nodes", "Many.", "nobody", lambda _: {}, least=10**6)
    more = [compute_measure(each, made.network) for each in (_figures(), large)]
    return NetworkReport(
        made.declared, made.network, made.graph, made.options, [*made.measured, *more]
    )


def _cube(found: NetworkReport, without: Iterable[str] = ()) -> Store:
    """Return the values with the vocabulary, expanded, as one graph."""
    store = Store()
    store.extend(quad for quad in quads(found) if quad.graph_name != NamedNode(MEASURES_GRAPH))
    store.load(
        path=find_data_folder("ontology") / "terms" / "measures.ttl", format=RdfFormat.TURTLE
    )
    for update in without:
        store.update(_PREFIXES + update)
    store.update(_PREFIXES + NORMALISE)
    return store


def _broken(store: Store) -> list[str]:
    asked = {name: store.query(f"{_PREFIXES}ASK {{ {w} }}") for name, w in CONSTRAINTS.items()}
    return [name.split()[0] for name, no in asked.items() if isinstance(no, QueryBoolean) and no]


def test_the_cube_is_well_formed(found: NetworkReport) -> None:
    store = _cube(found)
    assert store.query(f"{_PREFIXES}ASK {{ ?obs a qb:Observation ; aigg:nodeCount ?n }}")
    assert _broken(store) == []


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        ("DELETE { ?o qb:dataSet ?s } WHERE { ?o qb:dataSet ?s }", {"IC-1"}),
        ("DELETE { ?s qb:structure ?d } WHERE { ?s qb:structure ?d }", {"IC-2"}),
        ("DELETE { ?s qb:measure ?p } WHERE { ?s qb:measure ?p }", {"IC-3"}),
        ("DELETE { ?p rdfs:range ?r } WHERE { ?p rdfs:range ?r }", {"IC-4"}),
        ("DELETE { ?p qb:codeList ?r } WHERE { ?p qb:codeList ?r }", {"IC-5"}),
        ("DELETE { ?o aigg:measuredBy ?m } WHERE { ?o aigg:measuredBy ?m }", {"IC-11", "IC-12"}),
        ("DELETE { ?s aigg:tiesDigest ?d } WHERE { ?s aigg:tiesDigest ?d }", {"IC-13"}),
        ("DELETE { ?o aigg:measuredValue ?m } WHERE { ?o aigg:measuredValue ?m }", {"IC-14"}),
        ("DELETE { ?m skos:inScheme ?s } WHERE { ?m skos:inScheme ?s }", {"IC-19a"}),
    ],
)
def test_a_damaged_cube_is_found_out(damage: str, broken: set[str], found: NetworkReport) -> None:
    assert set(_broken(_cube(found, [damage]))) == broken


def test_every_value_is_an_observation(found: NetworkReport) -> None:
    number = sum(len(m.values) for m in found.measured)
    store = _cube(found)
    rows = store.query(
        f"{_PREFIXES}SELECT ?thing ?m ?v WHERE {{ ?o a qb:Observation ; aigg:measuredThing ?thing ;"
        " aigg:measuredBy/skos:prefLabel ?m ; aigg:measuredValue ?v }"
    )
    values = {(t.value, m.value): float(v.value) for t, m, v in rows}  # type: ignore[union-attr]
    assert len(values) == number
    network = PREFIXES["network"] + "co-participation"
    assert values[network, "figures: a b"] == 1.5
    for node, value in found.measured[0].values.items():
        assert values[node, "degree"] == value


def test_a_measure_says_how_to_read_it_and_a_missing_one_why(found: NetworkReport) -> None:
    said = {(q.subject.value, q.predicate.value, q.object.value) for q in quads(found)}  # type: ignore[union-attr]
    degree = expand("measure:degree")
    reading = found.measured[0].measure.reading
    assert (degree, expand("skos:scopeNote"), reading) in said
    assert (degree, expand("dcterms:bibliographicCitation"), "Freeman 1978") in said
    notes = [text for _, predicate, text in said if predicate == expand("skos:note")]
    assert notes == ["large: not meaningful for 13 nodes; it takes 1000000."]


def test_the_digest_follows_the_ties_and_the_options(graph: Graph) -> None:
    one = digest(build_network_report(graph, "co-endorsement", ["degree"]))
    assert one == digest(build_network_report(graph, "co-endorsement", ["strength"]))
    others = {
        digest(build_network_report(graph, "co-endorsement", kind="Country", weighting="newman")),
        digest(build_network_report(graph, "co-endorsement", kind="Country")),
        digest(build_network_report(select(graph, verified="primary"), "co-endorsement")),
        digest(build_network_report(graph, "co-membership")),
    }
    assert len(others | {one}) == 5
    assert len(one) == len(hashlib.sha256().hexdigest())


def test_values_stay_in_a_graph_of_their_own(run: Run) -> None:
    text = run("measure", "hierarchy", "-F", "nq").stdout
    held = [*parse(text, format=RdfFormat.N_QUADS)]
    graphs = {str(quad.graph_name) for quad in held}
    assert graphs == {"DEFAULT", f"<{MEASURES_GRAPH}>"}
    assert [q.triple for q in held if str(q.graph_name) == "DEFAULT"]
    assert (NamedNode(MEASURES_GRAPH), "Measures") in {
        (quad.subject, getattr(quad.object, "value", ""))
        for quad in parse(path=find_data_folder("ontology") / "graphs.ttl", format=RdfFormat.TURTLE)
    }


def test_the_file_is_asked_by_itself_and_beside_the_graph(
    run: Run, graph: Graph, tmp_path: Path
) -> None:
    values, both = tmp_path / "values.ttl", tmp_path / "both.nq"
    assert run("measure", "co-participation", "-o", values).exit_code == 0
    asked = """SELECT ?node ?value WHERE { ?o aigg:measuredBy measure:degree ;
      aigg:measuredThing ?node ; aigg:measuredValue ?value } ORDER BY DESC(?value) ?node"""
    alone = ask(open_graph(values), asked)
    assert {row["value"] for row in alone[:1]} == {"11"}
    written = run("measure", "co-participation", "-F", "nq").stdout
    both.write_text(run("export", "-F", "nq").stdout + written, encoding="utf-8")
    beside = ask(open_graph(both), asked.replace("?o aigg", "?node a aigg:Country . ?o aigg"))
    assert [dict(row) for row in beside] == [dict(row) for row in alone]
    assert len(ask(open_graph(both), "organisers")) == len(ask(graph, "organisers"))
    assert len(RdflibGraph().parse(values)) == len([*parse(path=values)])


def test_the_shapes_and_checks_find_nothing(found: NetworkReport, tmp_path: Path) -> None:
    (tmp_path / "values.ttl").write_text(format_report(found, "ttl", 0), encoding="utf-8")
    assert validate(open_graph(tmp_path / "values.ttl")) == []


def test_no_value_is_lost_that_is_no_finite_number(found: NetworkReport) -> None:
    odd = Measure("odd", "network", "Odd.", "nobody", lambda _: {"odd": float("inf")})
    report_ = NetworkReport(
        found.declared,
        found.network,
        found.graph,
        found.options,
        [compute_measure(odd, found.network)],
    )
    values = [q.object for q in quads(report_) if q.predicate.value.endswith("measuredValue")]
    assert values == [Literal(float("inf"))] * 2
