"""Fixtures: sites as folders, each written once, and what stands in them."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

from graph_builder.pages import conflicts_page, entity_facts, entity_page, index_pages
from graph_builder.site import search_index
from graph_builder.site.atomic_folder import write_folder_atomically
from graph_builder.site.generator import SiteOptions, generate_files
from graph_builder.store.graph import Graph
from graph_builder.store.serialization import export
from tests.anchors import Anchors
from tests.conftest import once
from tests.site.hostile_graph import worse
from tests.small_facts import FactMaker, read

#: Where the site of the article is said to be put.
BASE = "https://example.org/some/graph/"


@dataclass(frozen=True)
class Site:
    """A site in a folder; all hold the same for as long as tests run."""

    folder: Path

    @cached_property
    def files(self) -> set[str]:
        """Return the paths of all files."""
        every = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix() for path in every}

    @cached_property
    def pages(self) -> list[str]:
        """Return the paths of all pages."""
        return sorted(path for path in self.files if path.endswith(".html"))

    def text(self, path: str) -> str:
        """Return the text of a file."""
        return (self.folder / path).read_bytes().decode()

    def page(self, path: str) -> Anchors:
        """Return a page, read once."""
        return _read(self.folder / path)


@cache
def _read(path: Path) -> Anchors:
    return Anchors(path.read_bytes().decode())


def _written(name: str, graph: Graph, base: str = "") -> Site:
    """Return a site that one process of a run writes for all."""

    def write(folder: Path) -> None:
        write_folder_atomically(folder / "here", generate_files(graph, SiteOptions(base)))

    return Site(once(f"site-{name}", write) / "here")


@pytest.fixture(scope="session")
def sampled(sample: Graph) -> Site:
    """Return the site of a sample of the shipped graph."""
    return _written("sampled", sample)


@pytest.fixture(scope="session")
def few() -> Graph:
    """Return a graph of two facts, whose site is soon written."""
    turtle = """
    actor:a a aigg:Institution ; skos:prefLabel "Sciences Po"@en . source:s dcterms:title "Paper" .
    event:e a aigg:Event ; skos:prefLabel "Meeting"@en . instrument:i a aigg:PolicyInstrument .
    """
    made = FactMaker()
    said = made.say("actor:a aigg:attended event:e", from_="2024-05")
    return Graph.wrap([*read(turtle), *said, *made.say("actor:a aigg:endorsed instrument:i")])


@pytest.fixture(scope="session")
def few_facts(tmp_path_factory: pytest.TempPathFactory, few: Graph) -> Path:
    """Return a file with the graph of two facts."""
    file = tmp_path_factory.mktemp("facts") / "few.trig"
    file.write_text(export(few.quads(), "trig"), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def small(article: Graph) -> Site:
    """Return the site of the article's graph, which knows the address it will have."""
    return _written("small", article, BASE)


@pytest.fixture(scope="session")
def hostile(article: Graph) -> Site:
    """Return the site of a graph whose texts and ids mean harm."""
    return _written("hostile", worse(article))


@pytest.fixture(scope="session")
def paged(article: Graph) -> Site:
    """Return the site of the article's graph with so few entries a page that all lists go on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conflicts_page, "MAX_SIDES_ON_PAGE", 3)
        patch.setattr(entity_facts, "MAX_FACTS_ON_PAGE", 3)
        patch.setattr(entity_page, "MAX_VALUES_ON_PAGE", 3)
        patch.setattr(index_pages, "MAX_INDEX_ENTRIES", 4)
        patch.setattr(search_index, "MAX_NAMES_IN_FILE", 60)
        return _written("paged", article)


@pytest.fixture(scope="session", params=["sampled", "hostile", "paged"])
def any_site(request: pytest.FixtureRequest) -> Site:
    """Return any site that knows no address."""
    found: Site = request.getfixturevalue(request.param)
    return found
