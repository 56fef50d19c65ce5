"""A page that is one of many: what they share is in files, and it leads to pages of its things."""

import json

import pytest

from graph_builder.core.content_security import SAME_FOLDER_SOURCES
from graph_builder.core.vocabulary import BASE
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.view_registry import build_picture
from graph_builder.store.loading import open_graph
from tests.conftest import open_sample, sample_file
from tests.pictures.page_parts import Parts
from tests.pictures.views import NAMES, example


class Shelf:
    """What is beside a page: files by name, and a page of each thing of ours."""

    back_link = ("../all.html", "All <pictures>")

    def __init__(self) -> None:
        """Begin with no file."""
        self.files: dict[str, str] = {}

    def share_file(self, name: str, text: str) -> str:
        """Return the address of a file of that name that holds the text."""
        assert self.files.setdefault(name, text) == text
        return f"../static/{name}"

    def get_page_address(self, iri: str) -> str:
        """Return the address of the page of an IRI."""
        return f"../{iri.removeprefix(BASE)}.html" if iri.startswith(BASE) else ""


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_pages_share_is_in_files_and_what_is_told_is_not(name: str) -> None:
    shelf, alone = Shelf(), Parts(render_picture_page(example(name)))
    parts = Parts(render_picture_page(example(name), shelf))
    assert parts.texts["style"] == []
    assert set(parts.texts["script"]) == {""}
    assert sorted(shelf.files.values()) == sorted([*alone.texts["script"], *alone.texts["style"]])
    assert f"script-src {SAME_FOLDER_SOURCES}; style-src {SAME_FOLDER_SOURCES};" in parts.policy
    assert len(parts.texts["tr"]) == len(alone.texts["tr"])
    assert "../all.html" in parts.addresses


@pytest.mark.parametrize("name", NAMES)
def test_things_and_sources_lead_to_their_pages(name: str) -> None:
    parts = Parts(render_picture_page(example(name), Shelf()))
    data = json.loads(parts.texts["data"][0])
    ours = {node["page"] for node in data["nodes"] if "page" in node}
    assert ours
    assert all(page.startswith("../") and page.endswith(".html") for page in ours)
    for key, source in data["sources"].items():
        assert source["page"] == f"../source/{key}.html"
        assert source["page"] in parts.addresses
        assert not source["url"].startswith(BASE)


def test_a_page_that_stands_alone_leads_to_no_page_beside_it() -> None:
    assert '"page"' not in Parts(render_picture_page(example("overview"))).texts["data"][0]


@pytest.mark.slow
def test_a_picture_does_not_hang_on_those_that_were_drawn_before() -> None:
    alone = render_picture_page(build_picture(open_graph(sample_file()), "ego", "actor:FRA"))
    for thing in ("actor:IND", "actor:FRA", "event:ai-action-summit-2025"):
        render_picture_page(build_picture(open_sample(), "ego", thing))
    assert render_picture_page(build_picture(open_sample(), "ego", "actor:FRA")) == alone
