"""Shapes compiled to queries: the same results as pySHACL, which runs them as the standard says."""

import logging
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pyshacl
import pytest
import rdflib
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from graph_builder.core.errors import ReadError
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import BASE, compact, expand
from graph_builder.query.shape_compiler import compile_shapes
from graph_builder.query.validation import GraphFinding, check_shapes
from graph_builder.store.engine import Term
from graph_builder.store.graph import Graph
from tests.conftest import ROOT

CASES = ROOT / "tests" / "ontology" / "shapes"
TYPE = NamedNode(expand("rdf:type"))
SH = rdflib.SH
#: Values that mistakes put where others belong; the last two dates are in no calendar.
#: rdflib looks at no year and no month, so that what is wrong with these is tested without it.
VALUES: list[NamedNode | BlankNode | Literal] = [
    *(Literal(text, datatype=NamedNode(expand(f"xsd:{name}"))) for name, text in [
        ("string", "x"), ("string", ""), ("string", "P90D"), ("string", "USD"), ("string", "en"),
        ("string", "x" * 201), ("string", "é" * 200), ("integer", "5"), ("integer", "-1"),
        ("integer", "0"), ("integer", "five"), ("decimal", "5.5"), ("decimal", "-2.5"),
        ("double", "0.5"), ("boolean", "true"), ("anyURI", "http://x"), ("anyURI", "ftp://x"),
        ("date", "2025-02-10"), ("date", "2025-02-30"), ("date", "2025-2-1"),
    ]),
    *(Literal(text, language=tag) for text in ("x", "USD") for tag in ("en", "EN", "fr")),
    *map(NamedNode, ("https://example.org/x", expand("actor:IND"), expand("basis:inferred"))),
    *map(NamedNode, (expand("modality:agreed"), expand("theme:ai"))),
    BlankNode("x"),
]  # fmt: skip


@cache
def read(pattern: str) -> frozenset[Triple]:
    files = sorted(find_data_folder("ontology").glob(pattern))
    return frozenset(quad.triple for path in files for quad in parse(path=str(path)))


@cache
def vocabulary() -> frozenset[Triple]:
    return read("terms/*.ttl") | read("schemes/strength.ttl")


def list_terms(triples: Iterable[Triple]) -> set[Term]:
    return {term for t in triples for term in (t.subject, t.predicate, t.object)}


@cache
def cases() -> tuple[Triple, ...]:
    """Return what all cases of the shapes state, each of things of its own."""
    known = list_terms(vocabulary() | read("shapes/*.ttl"))

    def rename(term: Any, case: int) -> Any:
        if not isinstance(term, NamedNode) or term in known or not term.value.startswith(BASE):
            return term
        space, _, name = term.value.rpartition("/")
        return NamedNode(f"{space}/case-{case}-{name}")

    return tuple(
        Triple(rename(quad.subject, case), quad.predicate, rename(quad.object, case))
        for case, path in enumerate(sorted(CASES.glob("*.ttl")))
        for quad in parse(path=str(path))
    )


@cache
def shapes() -> rdflib.Graph:
    text = serialize(read("shapes/*.ttl"), format=RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=text or b"", format="nt")


def ask_reference(triples: Iterable[Triple]) -> set[GraphFinding]:
    """Return what pySHACL finds."""
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    data = rdflib.Graph().parse(data=text or b"", format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), inplace=True)
    assert isinstance(report, rdflib.Graph)
    return {*map_results(report)}


def map_results(report: rdflib.Graph) -> Iterator[GraphFinding]:
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        severity, shape, focus, message, value = (
            report.value(result, rdflib.URIRef(f"{SH}{name}"))
            for name in ("resultSeverity", "sourceShape", "focusNode", "resultMessage", "value")
        )
        found = "" if value is None else f" (found: {name_term(value).removesuffix('.0')})"
        kind = str(severity).rpartition("#")[2].lower()
        yield GraphFinding(kind, compact(str(shape)), name_term(focus), f"{message}{found}")


def name_term(term: object) -> str:
    return "_:" if isinstance(term, rdflib.BNode) else compact(str(term))


def ask_queries(triples: Iterable[Triple]) -> set[GraphFinding]:
    """Return what the compiled shapes find."""
    store = Store()
    store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return {
        replace(each, thing=hide_label(each.thing), message=hide_label(each.message))
        for each in check_shapes(Graph(store))
    }


def hide_label(text: str) -> str:
    """Put _: for the label of a blank node, which each store makes up."""
    return re.sub(r"\b[0-9a-f]{24,32}\b", "_:", text)


def list_instances(class_: str) -> list[NamedNode]:
    found = (t.subject for t in vocabulary() if t.object == NamedNode(expand(class_)))
    return sorted((each for each in found if isinstance(each, NamedNode)), key=str)


def mutate(seed: int, number: int) -> frozenset[Triple]:
    """Return the vocabulary and the cases with so many seeded mistakes."""
    chance = random.Random(seed)  # noqa: S311 -- not a secret
    stated: list[Triple] = [*cases()]
    classes = list_instances("owl:Class")
    relations = list_instances("aigg:Relation")
    predicates = [*relations, *sorted({t.predicate for t in stated}, key=str)]
    for _ in range(number):
        place = chance.randrange(len(stated))
        old = stated[place]
        subject, other = old.subject, chance.choice(stated).subject
        value, predicate = chance.choice(VALUES), chance.choice(predicates)
        stated[place], *more = chance.choice(
            [
                (Triple(subject, old.predicate, value),),
                (Triple(subject, old.predicate, other),),
                (chance.choice(stated),),
                (old, Triple(subject, old.predicate, value)),
                (old, Triple(subject, predicate, old.object)),
                (old, Triple(subject, predicate, value)),
                (old, Triple(other, predicate, subject)),
                (old, Triple(subject, TYPE, chance.choice(classes))),
            ]
        )
        stated += more
    return vocabulary() | {*stated}


@pytest.mark.slow
def test_both_find_what_each_case_is_for_and_nothing_else() -> None:
    stated = vocabulary() | {*cases()}
    found = ask_queries(stated)
    assert found == ask_reference(stated)
    told = {each.message.partition(" (found: ")[0] for each in found}
    assert told == {str(text) for text in shapes().objects(None, SH.message)}


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))]
)
def test_both_find_the_same_among_seeded_mistakes(seed: int) -> None:
    stated = mutate(seed, 1_000)
    found = skip_order(ask_reference(stated))
    assert len(found) > 800
    assert skip_order(ask_queries(stated)) == found


def skip_order(found: set[GraphFinding]) -> set[GraphFinding]:
    """Leave out what compares two values: rdflib orders dates and numbers that have no order."""
    return {each for each in found if not each.rule.endswith("/Passage-start")}


@pytest.mark.parametrize(
    ("kind", "text"), [("gYear", "25"), ("gYear", "soon"), ("gYearMonth", "2025-13")]
)
def test_a_year_or_month_that_does_not_exist_is_found(kind: str, text: str) -> None:
    event = NamedNode(expand("event:x"))
    date = Literal(text, datatype=NamedNode(expand(f"xsd:{kind}")))
    stated = {Triple(event, TYPE, NamedNode(expand("aigg:Event")))}
    stated.add(Triple(event, NamedNode(expand("schema:startDate")), date))
    found = {each.rule.rpartition("/")[2] for each in ask_queries(vocabulary() | stated)}
    assert found == {"Event-startForm", "Label-known"}


SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:x> a sh:NodeShape ; sh:targetNode <urn:y> ; sh:message "Wrong." ;
"""


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("sh:closed true", "sh:closed is not compiled here"),
        ("sh:xone ( [ sh:class <urn:c> ] )", "sh:xone is not compiled here"),
        ("sh:nodeKind sh:BlankNodeOrIRI", "sh:nodeKind is not compiled here"),
        ("sh:datatype xsd:duration", "sh:datatype http://www.w3.org/2001/XMLSchema#duration is"),
        ("sh:or ( [ sh:path <urn:p> ; sh:minCount 2 ] )", "sh:minCount 2 is not compiled here"),
        ("sh:sparql [ sh:message 'No.' ; sh:select 'SELECT $this {}' ]", "its query has no WHERE"),
        ("sh:property [ sh:path <urn:p> ; sh:minCount 1 ]", "it has no sh:message"),
        ("sh:property [ sh:path [ ] ; sh:minCount 1 ]", "its path is of an unknown kind"),
    ],
)
def test_what_is_not_compiled_is_an_error(rule: str, problem: str) -> None:
    shapes = parse(f"{SHAPE}{rule} .".encode(), RdfFormat.TURTLE)
    with pytest.raises(ReadError, match=re.escape(problem)):
        compile_shapes(shapes, lambda class_: [class_])


def test_a_shape_without_a_target_is_an_error() -> None:
    text = SHAPE.replace("sh:targetNode <urn:y> ;", "") + "sh:class <urn:c> ."
    with pytest.raises(ReadError, match="shape urn:x: it has no target"):
        compile_shapes(parse(text.encode(), RdfFormat.TURTLE), lambda class_: [class_])
