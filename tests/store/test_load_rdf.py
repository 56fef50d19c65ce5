"""RDF files are loaded into stores as they are; large formats without a detour by Python."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Quad, Store

from graph_builder.core.errors import ReadError
from graph_builder.store import rdf_files
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph
from graph_builder.store.rdf_files import load_rdf, open_rdf, read_rdf
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


@pytest.mark.parametrize("extension", ["nq", "nt"])
def test_the_engine_reads_a_graph_in_memory_itself(
    extension: str, sample: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads = sorted(sample.quads(), key=str)
    path = tmp_path / f"graph.{extension}"
    path.write_text(export(quads, extension), encoding="utf-8")
    expected = set(read_rdf(path).quads)
    monkeypatch.setattr(rdf_files, "read_rdf", None)
    store, notes = open_rdf(path)
    assert set(store) == expected
    assert notes == ()


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ('<urn:a> <urn:b> "007"^^<{0}integer> .', False),
        ('<urn:a> <urn:b>\t"007"^^<{0}integer> .', False),
        ('<urn:a>\t<urn:b>\t"7"^^<{0}integer>.\n<urn:a> <urn:b>"07"^^<{0}integer> .', False),
        ('<urn:a> <urn:b> "7"^^<{0}integer> . # "', True),
        ('<urn:a> <urn:b> "\\"^^<\\""^^<{0}string> .', True),
        ('<urn:a> <urn:b> "\\"07\\"^^<{0}integer>" .\n', True),
        ('<urn:a> <urn:b> "x> \\"1" .\r\n<urn:a> <urn:b> "+1.0"^^<{0}decimal> .', False),
        ('<urn:a> <urn:b> "é"@en-GB .\n\n# "1"^^<{0}integer>', True),
        ("_:a <urn:b> _:a .", True),
        ("<urn:a> <urn:b> <urn:c> .\n" * 3, True),
    ],
)
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_a_graph_in_memory_is_what_was_read(
    size: int, text: str, *, is_kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that the engine holds in another form is told, wherever it stands in the file."""
    monkeypatch.setattr(rdf_files, "_BLOCK_SIZE", size)
    path = tmp_path / "graph.nq"
    path.write_bytes(text.replace("{0}", XSD).encode())
    read, expected = read_rdf(path), Store()
    expected.bulk_extend(read.quads)
    store, notes = open_rdf(path)
    assert (set(store), notes) == (set(expected), read.notes)
    assert (notes == ()) is is_kept


def test_a_file_whose_lines_have_no_end_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdf_files, "_BLOCK_SIZE", 4)
    monkeypatch.setattr(rdf_files, "_MAX_LINE_BYTES", 8)
    path = tmp_path / "graph.nq"
    path.write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    assert len(open_rdf(path)[0]) == len(_load(path)) == 1


@pytest.mark.parametrize("text", ["", "<urn:a> <urn:b> .", "<urn:a> <b> <urn:c> .", "\xff"])
@pytest.mark.parametrize("extension", ["nq", "nt"])
def test_what_is_wrong_is_told_as_when_it_is_read(
    extension: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / f"graph.{extension}"
    path.write_bytes(text.encode("latin-1"))
    assert _tell(lambda: open_rdf(path)[1]) == _tell(lambda: read_rdf(path).notes) != ()
    path.write_text("<urn:a> <urn:b> <urn:c> <urn:g> .", encoding="utf-8")
    assert _tell(lambda: open_rdf(path)[1]) == _tell(lambda: read_rdf(path).notes)


def _tell(read: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return read()
    except ReadError as error:
        return (str(error),)


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
