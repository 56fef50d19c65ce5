"""RDF files are loaded into stores as they are; large formats without a detour by Python."""

from pathlib import Path

import pytest
from pyoxigraph import Quad, Store

from graph_builder.core.errors import ReadError
from graph_builder.store import rdf_files
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from graph_builder.store.rdf_files import load_rdf
from graph_builder.store.serialization import export
from tests.conftest import Run

XSD, RDF = "http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NQUADS = f'<urn:a> <urn:b> "007"^^<{XSD}integer> <urn:g> .\n_:c <urn:b> _:c .\n'
REIFIED = f"<urn:a> <{RDF}reifies> <<( <urn:s> <urn:p> <urn:o> )>> .\n"


def _load(path: Path) -> set[Quad]:
    store = Store()
    load_rdf(path, store)
    return set(store)


@pytest.mark.parametrize("extension", ["nq", "trig"])
def test_the_engine_reads_large_formats_itself(
    extension: str, sample: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads = sorted(sample.quads(), key=str)[::50]
    path = tmp_path / f"graph.{extension}"
    path.write_text(export(quads, extension), encoding="utf-8")
    monkeypatch.setattr(rdf_files, "read_rdf", None)
    assert _load(path) == set(quads)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("graph.ttl", b"<urn:a> <urn:b> <urn:c> ."),
        ("marked.nq", "\ufeff<urn:a> <urn:b> <urn:c> .\n".encode()),
        ("wide.nq", "<urn:a> <urn:b> <urn:c> .\n".encode("utf-16")),
        ("reified.nq", REIFIED.encode()),
        ("text.nq", b'<urn:a> <urn:b> "<<" .\n'),
        ("plain.nq", NQUADS.encode()),
    ],
)
def test_a_file_is_loaded_as_it_is_read(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    blank = "_:"
    found, expected = (
        {str(quad) for quad in quads if not str(quad).startswith(blank)}
        for quads in (_load(path), set(open_graph(path, with_ontology=False).quads()))
    )
    assert found == expected
    assert found


def test_a_mark_of_triple_terms_is_found_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdf_files, "_BLOCK_SIZE", 1)
    path = tmp_path / "reified.nq"
    path.write_text(REIFIED, encoding="utf-8")
    assert len(_load(path)) == 3


@pytest.mark.parametrize("extension", ["nq", "trig"])
def test_a_mistake_is_told_with_its_line(extension: str, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{extension}"
    path.write_text("<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> .\n", encoding="utf-8")
    with pytest.raises(ReadError, match=rf"graph\.{extension}:2:\d+: not (N-Quads|TriG): "):
        _load(path)


def test_the_command_writes_a_store(run: Run, sample: Graph, tmp_path: Path) -> None:
    quads = sorted(sample.quads(), key=str)[::50]
    (tmp_path / "graph.nq").write_text(export(quads, "nq"), encoding="utf-8")
    done = run("load", str(tmp_path / "graph.nq"), str(tmp_path / "store"))
    assert (done.exit_code, done.stderr) == (0, f"{tmp_path / 'store'}: written\n")
    assert set(open_graph(tmp_path / "store").quads()) == set(quads)

    (tmp_path / "bad.nq").write_text("<a>", encoding="utf-8")
    for name, message in {"bad.nq": "bad.nq:1:", "none.nq": "none.nq: no such file"}.items():
        done = run("load", str(tmp_path / name), str(tmp_path / "other"))
        assert done.exit_code == 2
        assert message in done.stderr
        assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.nq", ""), ("a.trig", "# nothing\n"), ("a.ttl", ""), ("a.nt", "\n\n")],
)
def test_a_file_without_statements_becomes_no_store(
    name: str, text: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("load", tmp_path / name, tmp_path / "store")
    assert done.exit_code == 2
    assert f"{name}: no statements in this file, so nothing was loaded" in done.stderr
    assert not (tmp_path / "store" / "current").exists()
