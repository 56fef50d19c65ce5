"""From facts to quads: deterministic, an assertion a fact and source, a graph a source."""

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from graph_builder.core import vocabulary as v
from graph_builder.ingest.fact_files import read_facts
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from graph_builder.store.serialization import export, write_turtle
from tests.conftest import FACTS
from tests.facts_sample import build_sample, sample_facts

LIST = Path("india-france-roundtable-2025") / "facts.csv"
SOURCE_GRAPH = NamedNode(v.expand("graph:india-france-roundtable-2025"))


def _node(name: str) -> NamedNode:
    return NamedNode(v.expand(name))


def _in(graph: Graph, name: NamedNode | DefaultGraph) -> set[Quad]:
    found = graph.store.quads_for_pattern(None, None, None, name)
    return {Quad(quad.subject, quad.predicate, quad.object) for quad in found}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "locale", "zone", "extension"),
    [
        ("1", "C.UTF-8", "Asia/Kolkata", "ttl"),
        ("2", "POSIX", "", "trig"),
    ],
)
def test_the_same_bytes_over_hash_seeds_locales_and_folders(
    seed: str, locale: str, zone: str, extension: str, tmp_path: Path
) -> None:
    facts = tmp_path / f"facts {seed}"
    shutil.copytree(sample_facts(), facts)
    environment = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "PATH": os.environ["PATH"]}
    own = ["--facts", str(facts), "--only"]
    result = subprocess.run(
        [sys.executable, "-m", "graph_builder", "-q", "build", *own, "-F", extension, "-o", "out"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert result.stdout == b""
    expected = export(build_sample().quads(), extension).encode()
    made = (tmp_path / "out").read_bytes()
    assert hashlib.sha256(made).digest() == hashlib.sha256(expected).digest()


@pytest.mark.slow
def test_one_fact_more_changes_few_lines_besides_its_assertion(tmp_path: Path) -> None:
    before = write_turtle(build_sample().quads()).splitlines()
    facts = tmp_path / "facts"
    shutil.copytree(sample_facts(), facts)
    with (facts / LIST).open("a", encoding="utf-8") as stream:
        stream.write(
            "event:india-france-ai-policy-roundtable-2,emphasised,theme:ai-innovation,lead,x,0,1,"
            "emphasised,\n"
        )
    after = write_turtle(build(facts, only=True).quads()).splitlines()
    removed, added = set(before) - set(after), set(after) - set(before)
    new = [line for line in after if line.startswith("assertion:") and line in added]
    assert len(new) == 1
    block = after[after.index(new[0]) :]
    own = set(block[: block.index("")])
    assert len(removed) + len(added - own) <= 12


@pytest.mark.slow
def test_every_assertion_is_complete_and_named_by_what_it_says(graph: Graph) -> None:
    assertions = [
        q.subject
        for q in graph.store.quads_for_pattern(None, _node("rdf:type"), _node("aigg:Assertion"))
    ]
    facts = [located.record for d in read_facts(FACTS).documents.values() for located in d.facts]
    assert len(set(assertions)) == len(facts)
    for assertion in set(assertions):
        parts = {
            v.compact(quad.predicate.value): quad.object
            for quad in graph.store.quads_for_pattern(assertion, None, None)
        }
        identity = (
            *("rdf:subject", "rdf:predicate", "rdf:object", "prov:wasDerivedFrom"),
            *("aigg:section", "aigg:anchor", "oa:start", "oa:end"),
            *("aigg:validFrom", "aigg:validTo", "aigg:asOf"),
        )
        known = [name for name in identity if name in parts]
        lines = "".join(f"<{v.expand(name)}> {parts[name]}\n" for name in known)
        digest = hashlib.sha256(lines.encode()).hexdigest()
        assert isinstance(assertion, NamedNode)
        assert assertion.value == v.expand(f"assertion:{digest}")


def test_a_source_has_its_facts_and_records_in_its_own_graph(graph: Graph) -> None:
    own, merged = _in(graph, SOURCE_GRAPH), _in(graph, DefaultGraph())
    assert own - merged == own & _in(graph, NamedNode(v.SET_ASIDE_GRAPH)) - merged
    assert len(own - merged) == 1
    assert sum(quad.object == _node("aigg:Assertion") for quad in own) == 116
    assert Quad(_node("actor:IND"), _node("rdf:type"), _node("aigg:Country")) not in own


def test_ontology_schemes_alignments_and_registry_have_graphs_of_their_own(graph: Graph) -> None:
    for name in (v.ONTOLOGY_GRAPH, v.SCHEMES_GRAPH, v.ALIGNMENTS_GRAPH, v.REGISTRY_GRAPH):
        assert _in(graph, NamedNode(name))
    merged = _in(graph, DefaultGraph())
    assert _in(graph, NamedNode(v.SCHEMES_GRAPH)) <= merged
    assert not _in(graph, NamedNode(v.ALIGNMENTS_GRAPH)) & merged


def test_there_are_no_blank_nodes_in_facts_and_no_literal_that_a_store_would_rewrite(
    graph: Graph,
) -> None:
    for quad in graph.quads():
        if quad.graph_name == NamedNode(v.ONTOLOGY_GRAPH):
            continue
        assert isinstance(quad.subject, NamedNode)
        if isinstance(quad.object, Literal):
            assert quad.object.language is None or quad.object.language.islower()
            assert "nonNegative" not in quad.object.datatype.value
        else:
            assert isinstance(quad.object, NamedNode)


@pytest.mark.slow
def test_two_sources_that_say_the_same_give_one_triple_and_two_assertions(tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    shutil.copytree(FACTS, facts)
    (facts / "other.yaml").write_text(
        """\
source: {id: other, title: O, publisher: P, address: unknown, date: undated,
  kind: k, language: en, licence: l, verification: press}
facts:
  - {subject: actor:FRA, relation: holdsPosition, object: position:need-for-global-partnerships,
     section: a, modality: reported, as-of: "2025"}
  - {subject: actor:KEN, relation: endorsed, object: instrument:structured-ai-policy-framework,
     section: b, modality: denied}
""",
        encoding="utf-8",
    )
    both = build(facts, only=True)
    fact = (
        _node("actor:FRA"),
        _node("aigg:holdsPosition"),
        _node("position:need-for-global-partnerships"),
    )
    quads = list(both.store.quads_for_pattern(*fact))
    graphs = {quad.graph_name for quad in quads}
    assert graphs == {DefaultGraph(), SOURCE_GRAPH, _node("graph:other")}
    records = both.store.quads_for_pattern(None, _node("rdf:object"), fact[2], DefaultGraph())
    assert len({quad.subject for quad in records}) == 3
    framework = _node("instrument:structured-ai-policy-framework")
    denied = both.store.quads_for_pattern(_node("actor:KEN"), _node("aigg:endorsed"), framework)
    assert list(denied) == []
    assert both.label(v.expand("actor:KEN")) == "Kenya"


def test_a_text_in_another_language_keeps_its_language(tmp_path: Path) -> None:
    (tmp_path / "fr.yaml").write_text(
        """\
source: {id: fr, title: O, title-language: en, publisher: P, address: unknown, date: undated,
  kind: k, language: fr, licence: l, verification: press}
facts:
  - {subject: actor:IND, relation: name, object: République, section: a, modality: reported}
  - {subject: actor:IND, relation: name, object: भारत, section: b, modality: reported, language: hi}
""",
        encoding="utf-8",
    )
    graph = build(tmp_path, only=True)
    names = graph.store.quads_for_pattern(_node("actor:IND"), _node("aigg:name"), None)
    assert {quad.object for quad in names} == {
        Literal("République", language="fr"),
        Literal("भारत", language="hi"),
    }
    title = graph.store.quads_for_pattern(_node("source:fr"), _node("dcterms:title"), None)
    assert {quad.object for quad in title} == {Literal("O", language="en")}
    told = graph.store.quads_for_pattern(_node("source:fr"), None, None)
    assert {v.compact(quad.predicate.value) for quad in told}.isdisjoint(
        {"dcterms:issued", "foaf:page"}
    )


def test_spans_of_the_shipped_facts_are_as_long_as_their_anchors() -> None:
    rows = list(csv.DictReader((FACTS / LIST).read_text(encoding="utf-8").splitlines()))
    for row in rows:
        length = int(row["end"]) - int(row["start"])
        words = re.split(r"\s*…\s*", row["anchor"])
        assert length == len(row["anchor"]) if len(words) == 1 else length > sum(map(len, words))
