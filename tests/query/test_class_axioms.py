"""What a newcomer asks by class finds narrower classes too, and the export validates by itself."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graph_builder.core.resources import find_data_folder
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from graph_builder.store.serialization import write_turtle
from graph_builder.store.snapshot import select
from tests.conftest import Run
from tests.facts_sample import build_sample, sample_facts

NARROWER = "SELECT DISTINCT ?b { ?b a/rdfs:subClassOf* aigg:Institution }"
ALL = """SELECT DISTINCT ?b {
  GRAPH graph:ontology { ?class rdfs:subClassOf* aigg:Institution }
  GRAPH graph:registry { ?b a ?class }
}"""


def _ask(graph: Graph, text: str) -> set[str]:
    rows: Any = graph.query(text)
    return {row[0].value for row in rows}


def test_all_institutions_are_found_without_naming_a_graph(graph: Graph) -> None:
    found = _ask(graph, NARROWER)
    assert {graph.class_of(iri).rpartition("#")[2] for iri in found} >= {
        *("Institution", "GovernmentBody", "Company", "Programme"),
    }
    assert len(found) > 100
    assert found <= _ask(graph, ALL)


@pytest.mark.slow
def test_a_snapshot_and_a_verified_graph_keep_the_class_axioms(graph: Graph) -> None:
    held = _ask(select(graph, at="2025-02-10"), NARROWER)
    verified = _ask(select(graph, verified="primary"), NARROWER)
    assert held
    assert verified
    assert held | verified <= _ask(graph, NARROWER)


@pytest.mark.slow
def test_a_store_on_disk_finds_the_same(tmp_path: Path, run: Run) -> None:
    facts = ("--facts", sample_facts(), "--only")
    assert run("build", *facts, "--store", tmp_path / "store").exit_code == 0
    found = _ask(build_sample(), NARROWER)
    assert found
    assert _ask(open_graph(tmp_path / "store"), NARROWER) == found


def _validate(file: Path) -> tuple[int, str]:
    files = sorted(find_data_folder("ontology").glob("shapes/*.ttl"))
    shapes = file.with_name("shapes.ttl")
    shapes.write_text("".join(each.read_text(encoding="utf-8") for each in files), "utf-8")
    pyshacl = Path(sys.executable).with_name("pyshacl")
    command = [*map(str, (pyshacl, "-w", "-s", shapes, file))]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout


@pytest.mark.slow
def test_the_exported_turtle_validates_with_nothing_but_the_shapes(
    graph: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "graph.ttl"
    file.write_text(write_turtle(graph.quads()), encoding="utf-8")
    code, report = _validate(file)
    assert code == 0, report
    assert "Conforms: True" in report


@pytest.mark.slow
def test_a_mistake_in_an_exported_turtle_is_found_with_nothing_but_the_shapes(
    article: Graph, tmp_path: Path
) -> None:
    turtle = write_turtle(article.quads())
    strength = "aigg:modality modality:reported"
    assert strength in turtle
    file = tmp_path / "graph.ttl"
    file.write_text(turtle.replace(strength, "aigg:modality theme:ai", 1), encoding="utf-8")
    code, report = _validate(file)
    assert code == 1
    assert "A record needs exactly one modality" in report
