"""What is read off the text of a query: its terms, and whether its answer rests on absence."""

import pytest

from graph_builder.core.vocabulary import compact
from graph_builder.store.query_text import (
    list_terms,
    uses_graph_or_from,
    uses_negation_or_aggregation,
)

TERMS = [
    ("SELECT * { ?x aigg:endorsed instrument:a }", "aigg:endorsed instrument:a"),
    ("PREFIX e: <https://w3id.org/aigg/ns#> ASK { ?x e:endorsed ?y }", "aigg:endorsed"),
    ("SELECT * { ?x ^org:hasMember/(aigg:signed|aigg:ratified)* ?y }",
     "org:hasMember aigg:signed aigg:ratified"),
    ("SELECT * { ?x <https://schema.org/name> ?y. ?y a foaf:Person. }", "schema:name foaf:Person"),
    ('SELECT * { ?x ?p "aigg:no", \'\'\'actor:no\'\'\' # instrument:no\n }', ""),
    ("SELECT * { ?a:b ?p ?o }".replace("?a:b", "?a"), ""),
    ('SELECT * { ?x schema:startDate "2025-02-10"^^xsd:date FILTER (xsd:integer("1") = 1) }',
     "schema:startDate"),
    ("SELECT * FROM graph:inferred { GRAPH graph:editors { ?s ?p ?o } }",
     "graph:inferred graph:editors"),
    ("SELECT * { ?s aigg:signed ?o ; aigg:signed ?p }", "aigg:signed"),
    ("CONSTRUCT { ?s aigg:mine [ aigg:own ?o ] . } WHERE { ?s aigg:signed ?o }", "aigg:signed"),
    ("CONSTRUCT WHERE { ?s aigg:signed ?o }", "aigg:signed"),
    ("BASE <https://w3id.org/aigg/> DESCRIBE <actor/IND>", "actor:IND"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "terms"), TERMS)
def test_the_terms_of_a_query_are_its_names_and_iris(text: str, terms: str) -> None:
    assert [compact(iri) for iri in list_terms(text)] == terms.split()


@pytest.mark.parametrize(
    "part",
    [
        "?x ?p ?o FILTER NOT EXISTS { ?x a ?y }",
        "?x ?p ?o FILTER not\nexists { ?x a ?y }",
        "?x ?p ?o MINUS { ?x a ?y }",
        "?x ?p ?o OPTIONAL { ?x a ?y } FILTER (!BOUND(?y))",
        "?x ?p ?o OPTIONAL { ?x a ?y } FILTER (! bound(?y))",
        "{ SELECT (COUNT(*) AS ?n) { ?x a ?y } }",
        "?x ?p ?o BIND (EXISTS { ?x a ?y } AS ?z)",
        "?x ?p ?o OPTIONAL { ?x a ?y } BIND (COALESCE(?y, 'none') AS ?z)",
        "{ SELECT (IF(BOUND(?y), 'yes', 'no') AS ?z) { ?x ?p ?o OPTIONAL { ?x a ?y } } }",
        "{ SELECT ((1 + IF(?y, 1, 0)) as $z) { ?x ?p ?y } }",
    ],
)
def test_negation_and_numbers_rest_on_absence(part: str) -> None:
    assert uses_negation_or_aggregation(f"SELECT * {{ {part} }}")


@pytest.mark.parametrize(
    "part",
    [
        "?x a ?y",
        '?x ?p "NOT EXISTS" # MINUS',
        "?x <http://x/COUNT> ?minus ; aigg:count ?sum",
        "?x ?p ?o FILTER EXISTS { ?x a ?y }",
        "?x ?p ?o OPTIONAL { ?x a ?y } FILTER (BOUND(?y))",
        "?x ?p ?o BIND (STR(?o) AS ?z) FILTER EXISTS { ?x a ?y }",
        "?x aigg:if ?exists BIND (?exists AS ?z)",
    ],
)
def test_other_queries_do_not(part: str) -> None:
    assert not uses_negation_or_aggregation(f"SELECT * {{ {part} }}")


def test_graphs_are_named_by_keywords_only() -> None:
    assert uses_graph_or_from("SELECT * { graph ?g { ?s ?p ?o } }")
    assert uses_graph_or_from("SELECT * FROM graph:inferred { ?s ?p ?o }")
    assert not uses_graph_or_from('SELECT * { ?graph graph:from "GRAPH" }')
