"""Texts of megabytes in a graph: read in time, cut where people read, whole in data."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from pyoxigraph import Literal, Quad, RdfFormat, serialize

from graph_builder.core.text import MAX_LABEL, MAX_TEXT
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from tests.conftest import Run

FACTS = Path(__file__).parents[1] / "data" / "fuzz" / "every-key.yaml"
LONG = "A long text that goes on, " * 40_000
EVENT = "event:lumen-roundtable"
#: Of a page with one of these texts whole, as its Turtle has it.
LARGEST_PAGE = 2_500_000
#: Texts of that file: a label, a title, the note of a fact, a passage, a section, a definition, and
#: a name, which is the object of a fact.
TEXTS = (
    "Port Lumen Roundtable",
    "Bericht vom Runden Tisch",
    "By the programme.",
    "France took part",
    "para 4",
    "Whether the lights of a port are safe.",
    'Table ronde: "Lumen"',
)
READ = (
    ("explain", EVENT),
    ("explain", "source:port-lumen-report"),
    ("find", "lumen"),
    ("facts", "attended"),
    ("changes", "--since", "2025"),
    ("disagreements",),
    ("query", "corroboration", "-p", f"thing={EVENT}"),
    ("query", "theme-definitions"),
    ("validate",),
)
DRAWN = (("overview",), ("event", EVENT), ("themes",), ("timeline", "FRA"), ("ego", "actor:FRA"))


@pytest.fixture(scope="module")
def quads() -> dict[str, list[Quad]]:
    """Compile the facts; ``long`` are those with texts of a megabyte."""
    plain = [*build(FACTS, only=True).quads()]
    return {"plain": plain, "long": [_lengthen(quad) for quad in plain]}


def _lengthen(quad: Quad) -> Quad:
    term = quad.object
    if not isinstance(term, Literal) or term.value not in TEXTS:
        return quad
    longer = Literal(LONG, language=term.language) if term.language else Literal(LONG)
    return Quad(quad.subject, quad.predicate, longer, quad.graph_name)


@pytest.fixture(scope="module")
def file(quads: dict[str, list[Quad]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the graph with long texts."""
    folder = tmp_path_factory.mktemp("long")
    for name, some in quads.items():
        serialize(some, folder / f"{name}.nq", format=RdfFormat.N_QUADS)
    found = {quad.predicate.value for quad in quads["long"] if LONG in str(quad.object)}
    assert len(found) > len(TEXTS)
    return folder / "long.nq"


def _run_in_time(run: Run, *arguments: str | Path) -> str:
    began = time.process_time()
    result = run(*arguments)
    assert time.process_time() - began < 3, arguments
    assert result.exit_code in (0, 1), result.stderr
    return result.output


@pytest.mark.parametrize("command", READ, ids=" ".join)
def test_what_people_read_is_cut(command: Sequence[str], file: Path, run: Run) -> None:
    assert len(_run_in_time(run, *command, "-s", file)) < 20 * MAX_TEXT


@pytest.mark.parametrize("view", DRAWN, ids=" ".join)
def test_pictures_are_small(view: Sequence[str], file: Path, tmp_path: Path, run: Run) -> None:
    page = tmp_path / "page.html"
    _run_in_time(run, "draw", "-s", file, *view, "-o", page)
    assert 10_000 < page.stat().st_size < LARGEST_PAGE


@pytest.mark.slow
def test_data_have_the_whole_text(file: Path, tmp_path: Path, run: Run) -> None:
    for form in ("ttl", "gexf"):
        assert LONG in run("export", "-s", file, "-F", form).stdout
    assert LONG in run("diff", file.with_name("plain.nq"), file, "-F", "json").stdout
    picture = tmp_path / "picture.gexf"
    assert run("draw", "-s", file, "event", EVENT, "-o", picture).exit_code == 0
    assert LONG in picture.read_text(encoding="utf-8")


def test_messages_are_cut(file: Path, tmp_path: Path, run: Run) -> None:
    result = run("draw", "-s", file, "series", EVENT, "-o", tmp_path / "page.html")
    assert result.exit_code == 2
    assert result.stderr.startswith("no series: no source says that A long text")
    assert len(result.stderr) < 2 * MAX_LABEL


def test_a_label_of_a_graph_is_cut_and_has_its_whole(quads: dict[str, list[Quad]]) -> None:
    graph = Graph.wrap(quads["long"])
    iri = "https://w3id.org/aigg/event/lumen-roundtable"
    assert graph.whole_label(iri) == graph.labels(iri)["en"] == LONG
    assert graph.label(iri) == f"{LONG[: MAX_LABEL - 1]}…"
