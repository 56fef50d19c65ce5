"""What files are called: by their ids where any disk bears it, and each by another name."""

import re
from itertools import chain
from posixpath import basename

import pytest

from graph_builder.core.vocabulary import BASE
from graph_builder.pages.index_pages import list_entities_by_kind
from graph_builder.site.figures import SharedFiles
from graph_builder.site.links import make_file_stems
from graph_builder.store.graph import Graph
from tests.site.conftest import Site
from tests.site.hostile_graph import ids

DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def test_an_id_that_is_fine_is_the_name() -> None:
    assert make_file_stems([f"{BASE}actor/IND"]) == {f"{BASE}actor/IND": "actor/IND"}


def test_hostile_ids_have_names_that_any_disk_bears() -> None:
    iris = [f"{BASE}actor/{each}" for each in ids()]
    found = make_file_stems(iris)
    assert set(found) == set(iris)
    assert len({name.casefold() for name in found.values()}) == len(set(iris))
    for name in found.values():
        assert re.fullmatch(r"actor/[A-Za-z0-9][A-Za-z0-9._~-]{0,90}|actor/~[0-9a-f]{12}", name)
        assert not DEVICE.fullmatch(basename(name))
        assert basename(name).casefold() != "index"
        assert not name.endswith(".")


def test_the_name_of_a_thing_does_not_hang_on_what_else_there_is() -> None:
    alone = make_file_stems([f"{BASE}actor/a b"])
    both = make_file_stems([f"{BASE}actor/a b", f"{BASE}actor/a-b", f"{BASE}event/x"])
    assert alone.items() <= both.items()


def test_a_shared_file_is_called_after_what_it_holds() -> None:
    shelf = SharedFiles()
    one, other = shelf.put("x.css", "a {}"), shelf.put("x.css", "b {}")
    assert one == shelf.put("x.css", "a {}") != other
    assert shelf.files == {one: "a {}", other: "b {}"}
    assert re.fullmatch(r"static/x-[0-9a-f]{10}\.css", one)


@pytest.mark.slow
def test_all_files_of_a_site_differ_in_more_than_case(
    sampled: Site, hostile: Site, graph: Graph
) -> None:
    stems = make_file_stems([*chain(*list_entities_by_kind(graph).values())]).values()
    assert len({stem.casefold() for stem in stems}) == len(stems) > 1_000
    for site in (sampled, hostile):
        assert len({path.casefold() for path in site.files}) == len(site.files)
        assert all(path.isascii() and len(path) < 200 for path in site.files)
