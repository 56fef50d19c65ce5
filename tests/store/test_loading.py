"""The compiled graph's cache, files that are no graphs, and rdflib on either side."""

from pathlib import Path

import grimp
import pytest
import rdflib

from graph_builder.core import resources
from graph_builder.core import vocabulary as v
from graph_builder.core.errors import QueryError, ReadError
from graph_builder.query.named_questions import ask
from graph_builder.store import loading
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache folder that is in use."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("AIGG_CACHE", str(folder))
    return folder


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch, graph: Graph) -> list[int]:
    """Return a list that grows by each build; all give the graph that is built already."""
    found: list[int] = []

    def counted() -> Graph:
        found.append(1)
        return graph

    monkeypatch.setattr(loading, "build", counted)
    return found


@pytest.mark.slow
def test_the_graph_is_compiled_once(cache: Path, builds: list[int]) -> None:
    first, second = open_graph(), open_graph()
    assert len(builds) == 1
    assert set(first.quads()) == set(second.quads())
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("name", ["list.csv", "people.ftm.jsonl", "LIST.XLSX"])
def test_a_change_of_a_list_beside_a_fact_file_makes_it_stale(
    name: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Path] = []

    def count(path: Path) -> Graph:
        built.append(path)
        return Graph.wrap([])

    monkeypatch.setattr(loading, "build", count)
    file, listed = tmp_path / "mine.yaml", tmp_path / name
    file.write_text("source: {}", encoding="utf-8")
    for content in ("one", "two", "two"):
        listed.write_text(content, encoding="utf-8")
        open_graph(file)
    assert built == [file, file]
    assert len(list(cache.iterdir())) == len(built)


def test_the_cache_depends_on_all_code_that_compiles() -> None:
    """Otherwise a change of that code would leave a stale graph in the cache."""
    imports = grimp.build_graph("graph_builder", cache_dir=None, exclude_type_checking_imports=True)
    compilers = {"graph_builder.ingest.fact_files", "graph_builder.ingest.quad_builder"}
    below = set().union(*map(imports.find_upstream_modules, compilers))
    packages = {module.split(".")[1] for module in compilers | below if "." in module}
    assert "graph_builder.ingest.csv_reader" in below
    assert packages == set(loading.COMPILER_PACKAGES)


@pytest.mark.slow
def test_what_is_kept_is_what_is_built(graph: Graph) -> None:
    assert set(open_graph().quads()) == set(loading.build().quads()) == set(graph.quads())


@pytest.mark.slow
def test_a_change_of_facts_ontology_or_version_makes_it_stale(
    cache: Path, builds: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_graph()
    monkeypatch.setattr(loading, "VERSION", "99.0")
    open_graph()
    assert len(builds) == 2
    real = resources.find_data_folder
    for name in ("facts", "ontology"):
        copy = cache.parent / name
        _copy(real(name), copy)
        changed = next(copy.rglob("*.csv"))
        changed.write_bytes(changed.read_bytes() + b"\n")
        monkeypatch.setattr(
            "graph_builder.store.loading.find_data_folder",
            lambda asked, n=name, c=copy: c if asked == n else real(asked),
        )
        open_graph()
    assert len(builds) == 4
    assert len(list(cache.iterdir())) <= 3


def _copy(source: Path, target: Path) -> None:
    import shutil

    shutil.copytree(source, target)


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["cut in a line", "cut at a line", "empty", "a letter"])
def test_a_damaged_cache_is_built_anew(
    damage: str, cache: Path, builds: list[int], graph: Graph
) -> None:
    open_graph()
    (file,) = cache.iterdir()
    data = file.read_bytes()
    line = data.index(b"\n", 5000) + 1
    damaged = {
        "cut in a line": data[: line - 5],
        "cut at a line": data[:line],
        "empty": b"",
        "a letter": data[:line] + b"<urn:x> <urn:x> <urn:x> .\n" + data[line:],
    }
    file.write_bytes(damaged[damage])
    assert set(open_graph().quads()) == set(graph.quads())
    assert len(builds) == 2


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["a file in its place", "a folder that is read-only"])
def test_where_nothing_can_be_kept_memory_will_do(
    kind: str, cache: Path, builds: list[int], graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "a file in its place":
        cache.write_text("", encoding="utf-8")
    else:  # root may write into any folder, so the refusal itself is put in place

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "mkdir", refuse)
    assert set(open_graph().quads()) == set(open_graph().quads()) == set(graph.quads())
    assert len(builds) == 2


def test_the_cache_is_where_the_platform_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIGG_CACHE")
    assert loading.find_cache_folder().name == "aigg"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.ttl", None, "missing.ttl: No such file or directory"),
        ("table.xlsx", "", "table.xlsx: unknown file type; use .ttl"),
        ("broken.ttl", "actor:IND a", r"broken\.ttl:1:1: not Turtle: "),
        ("no.rdf", "<a/>", r"no\.rdf:1:1: XML that is not RDF/XML is not read"),
        (
            "star.ttl",
            "<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> .",
            r"star\.ttl: a triple term is read only after rdf:reifies",
        ),
    ],
)
def test_a_file_that_is_no_graph(
    name: str, content: str | None, message: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ReadError, match=message):
        open_graph(tmp_path / name)


@pytest.mark.slow
def test_the_graph_is_an_rdflib_dataset_without_a_copy(graph: Graph) -> None:
    own = Graph.wrap(graph.quads())
    dataset = own.to_rdflib()
    assert isinstance(dataset, rdflib.Dataset)
    india = rdflib.URIRef(v.expand("actor:IND"))
    kinds = set(dataset.objects(india, rdflib.RDF.type))
    assert kinds == {rdflib.URIRef(v.NS + "Country")}
    before = len(own)
    dataset.add((india, rdflib.RDFS.seeAlso, india))
    assert len(own) == before + 1


@pytest.mark.slow
def test_an_rdflib_graph_is_taken_wherever_a_graph_is_taken(graph: Graph) -> None:
    from graph_builder.store.serialization import write_turtle

    plain = rdflib.Graph().parse(data=write_turtle(graph.quads()), format="turtle")
    assert ask(plain, "organisers") == ask(graph, "organisers")
    assert ask(graph.quads(), "organisers") == ask(graph, "organisers")


@pytest.mark.slow
def test_a_file_of_ours_without_the_ontology_gets_it_unless_asked_not_to(
    tmp_path: Path, graph: Graph
) -> None:
    from graph_builder.store.serialization import write_turtle

    file = tmp_path / "graph.ttl"
    file.write_text(write_turtle(graph.quads()), encoding="utf-8")
    opened = open_graph(str(file))
    assert opened.label(v.NS + "leadOrganizer") == "lead organiser"
    alone = open_graph(file, with_ontology=False)
    assert alone.label(v.NS + "leadOrganizer") == "aigg:leadOrganizer"
    assert {quad.triple for quad in alone.quads()} < {quad.triple for quad in opened.quads()}
    with file.open("a", encoding="utf-8") as stream:
        stream.write("event:ai-action-summit-2025 aigg:hasTheme theme:ai .\n")
    assert [row["object"] for row in ask(open_graph(file), "unsourced")] == [v.expand("theme:ai")]


def test_a_foreign_file_gets_the_ontology_only_if_asked(tmp_path: Path) -> None:
    file = tmp_path / "foreign.ttl"
    file.write_text("<http://x/a> <http://x/p> <http://x/b> .", encoding="utf-8")
    assert len(open_graph(file)) == 1
    assert len(open_graph(file, with_ontology=True)) > 1000


@pytest.mark.parametrize("text", ["{" * 300, "ASK { FILTER(" + "!" * 5000 + "true) }"])
def test_a_query_that_the_parser_would_not_survive_is_refused(text: str, graph: Graph) -> None:
    with pytest.raises(QueryError, match="nested more than 200 deep"):
        graph.query(text)
    with pytest.raises(QueryError, match="characters"):
        graph.query("ASK {}" + " " * 100_000)


def test_what_is_no_iri_is_in_no_graph(graph: Graph) -> None:
    assert "http://[" not in graph
    assert v.expand("actor:IND") in graph
