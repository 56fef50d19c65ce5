"""Each named shape has a case that passes and one that fails with its messages and no others."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyshacl import validate
from rdflib import RDF, RDFS, SH, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.evaluate import evalQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor
from rdflib.term import Identifier, Node

from graph_builder.core.resources import find_data_folder

AIGG = Namespace("https://w3id.org/aigg/ns#")
SCHEMA = Namespace("https://schema.org/")
SHAPE = "https://w3id.org/aigg/shape/"
CASES = Path(__file__).parent / "shapes"

# These stand on terms of many other vocabularies too, so their subjects are not checked.
TEXTS = {"altLabel", "definition", "description", "name"}


@cache
def turtle(pattern: str) -> Graph:
    graph = Graph()
    for path in sorted(find_data_folder("ontology").glob(pattern)):
        graph.parse(path)
    return graph


def named(class_: URIRef) -> list[str]:
    found = turtle("shapes/*.ttl").subjects(RDF.type, class_)
    return sorted(s.removeprefix(SHAPE) for s in found if isinstance(s, URIRef))


def rules(shape: str) -> set[URIRef]:
    """Return the parts of a node shape that carry a message: itself, or its properties."""
    graph, node = turtle("shapes/*.ttl"), URIRef(SHAPE + shape)
    parts = [node, *graph.objects(node, SH.property), *graph.objects(node, SH.sparql)]
    return {p for p in parts if isinstance(p, URIRef) and (p, SH.message, None) in graph}


def messages(shape: str) -> set[str]:
    graph = turtle("shapes/*.ttl")
    return {str(m) for part in rules(shape) for m in graph.objects(part, SH.message)}


def find_case(name: str) -> Path:
    assert (CASES / name).exists(), f"write tests/ontology/shapes/{name}"
    return CASES / name


@pytest.fixture(scope="module", autouse=True)
def queries_read_once() -> Iterator[None]:
    """Parse each query of a shape once: rdflib is slow at it, and would for each case."""
    prepare = cache(lambda text, names: prepareQuery(text, dict(names)))

    def query(
        self: SPARQLProcessor,
        text: str,
        values: Mapping[str, Identifier],
        names: Mapping[str, str],
        *_: object,
    ) -> Mapping[str, Any]:
        return evalQuery(self.graph, prepare(text, tuple(sorted(names.items()))), values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SPARQLProcessor, "query", query)
        yield


@cache
def vocabulary() -> Graph:
    return turtle("terms/*.ttl") + turtle("schemes/strength.ttl")


@contextmanager
def beside_the_vocabulary(case: Path) -> Iterator[Graph]:
    """Add a case to the vocabulary for as long as the block lasts: a copy for each takes long."""
    data = vocabulary()
    size, added = len(data), [triple for triple in Graph().parse(case) if triple not in data]
    for triple in added:
        data.add(triple)
    yield data
    for triple in added:
        data.remove(triple)
    assert len(data) == size


def report(case: Path) -> set[str]:
    with beside_the_vocabulary(case) as data:
        _, graph, _ = validate(data, shacl_graph=turtle("shapes/*.ttl"), inplace=True)
    assert isinstance(graph, Graph)
    return {str(m) for m in graph.objects(None, SH.resultMessage)}


def targets(shape: str, data: Graph) -> set[Node]:
    """Return the nodes of the data that a node shape is to check."""
    graph, node = turtle("shapes/*.ttl"), URIRef(SHAPE + shape)
    found: set[Node] = set()
    for upper in graph.objects(node, SH.targetClass):
        for class_ in turtle("terms/*.ttl").transitive_subjects(RDFS.subClassOf, upper):
            found.update(data.subjects(RDF.type, class_))
    for path in graph.objects(node, SH.targetSubjectsOf):
        found.update(data.subjects(path, None))
    for path in graph.objects(node, SH.targetObjectsOf):
        found.update(data.objects(None, path))
    named_nodes = graph.objects(node, SH.targetNode)
    return found | {each for each in named_nodes if (None, None, each) in data}


@pytest.mark.parametrize("shape", named(SH.NodeShape))
def test_the_passing_case_has_something_to_check_and_no_finding(shape: str) -> None:
    case = find_case(f"{shape}.pass.ttl")
    assert targets(shape, Graph().parse(case))
    assert report(case) == set()


@pytest.mark.parametrize("shape", named(SH.NodeShape))
def test_the_failing_case_breaks_each_rule_of_its_shape_and_no_other(shape: str) -> None:
    assert report(find_case(f"{shape}.fail.ttl")) == messages(shape)


def test_no_case_is_left_over() -> None:
    expected = {f"{s}.{kind}.ttl" for s in named(SH.NodeShape) for kind in ("pass", "fail")}
    assert {path.name for path in CASES.iterdir()} == expected


def test_each_property_shape_belongs_to_a_node_shape_and_has_its_name() -> None:
    for name in named(SH.PropertyShape):
        assert URIRef(SHAPE + name) in rules(name.partition("-")[0])


def test_no_two_rules_share_a_message() -> None:
    found = [str(m) for m in turtle("shapes/*.ttl").objects(None, SH.message)]
    assert len(found) == len(set(found))
    assert all(m[0].isupper() and m.endswith((".", "?")) for m in found)


def expected(shape: Node) -> set[str]:
    """Return the classes that a shape of one end asks for."""
    graph = turtle("shapes/*.ttl")
    options = [o for choice in graph.objects(shape, SH["or"]) for o in Collection(graph, choice)]
    return {str(c) for option in [shape, *options] for c in graph.objects(option, SH["class"])}


def ends(target: URIRef, included: URIRef) -> dict[str, tuple[set[str], set[str]]]:
    """Return for each relation what the vocabulary and what the shapes expect at one end."""
    vocabulary, shapes, found = turtle("terms/*.ttl"), turtle("shapes/*.ttl"), {}
    for relation in vocabulary.subjects(RDF.type, AIGG.Relation):
        told = {c for c in map(str, vocabulary.objects(relation, included)) if c.startswith(AIGG)}
        asked = {c for shape in shapes.subjects(target, relation) for c in expected(shape)}
        found[str(relation).replace("#", "/").rpartition("/")[2]] = (told, asked)
    return found


def hint(relation: str, target: str) -> str:
    return f"name {relation} in shapes/relations.ttl, under {target} of the shape of these classes"


def test_the_shapes_ask_for_the_subjects_that_the_vocabulary_includes() -> None:
    for name, (told, asked) in ends(SH.targetSubjectsOf, SCHEMA.domainIncludes).items():
        assert asked == (set() if name in TEXTS else told), hint(name, "sh:targetSubjectsOf")


def test_the_shapes_ask_for_the_objects_that_the_vocabulary_includes() -> None:
    for name, (told, asked) in ends(SH.targetObjectsOf, SCHEMA.rangeIncludes).items():
        assert asked == told, hint(name, "sh:targetObjectsOf")


@pytest.mark.slow
def test_the_shapes_are_shapes() -> None:
    conforms, _, text = validate(Graph(), shacl_graph=turtle("shapes/*.ttl"), meta_shacl=True)
    assert conforms, text
