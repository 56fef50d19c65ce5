"""The page as text: policy, table, size, and the same bytes everywhere."""

import json
import os
import re
import subprocess
import sys
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from graph_builder.core.content_security import format_hash_source, format_script_json, sanitise_url
from graph_builder.core.errors import PictureError
from graph_builder.pictures import picture_page
from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.network_drawing import to_pyvis
from graph_builder.pictures.picture_page import render_network_page
from tests.conftest import ROOT
from tests.pictures import sample
from tests.pictures.page_parts import Parts


def test_policy_allows_only_the_scripts_and_the_style_of_the_page(html: str) -> None:
    parts = Parts(html)
    rules = dict(rule.split(" ", 1) for rule in parts.policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [
        format_hash_source(text) for text in parts.texts["script"]
    ]
    assert rules["style-src"].split() == [format_hash_source(text) for text in parts.texts["style"]]
    assert rules["img-src"] == "data: blob:"
    assert (rules["require-trusted-types-for"], rules["trusted-types"]) == ("'script'", "'none'")
    assert "unsafe" not in parts.policy
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", re.sub(r"(?s)<script.*?</script>", "", html))


def test_links_lead_into_the_page_or_to_a_source(html: str, drawn: "nx.MultiDiGraph[str]") -> None:
    outside = {address for address in Parts(html).addresses if not address.startswith("#")}
    assert outside <= {source["url"] for source in drawn.graph["sources"].values()}


def test_every_fact_stands_in_the_table_with_its_source(
    html: str, drawn: "nx.MultiDiGraph[str]"
) -> None:
    table = [" ".join(row.split()) for row in Parts(html).texts["tr"][1:]]
    facts = sample.list_network_facts(drawn)
    assert len(table) == len(facts)
    for fact in facts:
        parts = ("subject", "relation", "object", "modality", "section", "anchor", "note")
        wanted = [format_date_range(fact[part]) for part in parts] + [
            drawn.graph["sources"][fact["source"]]["title"]
        ]
        assert any(all(" ".join(part.split()) in row for part in wanted) for row in table), fact


def test_title_stands_once_in_the_text(html: str) -> None:
    body = re.sub(r"(?s)<script.*?</script>|<head>.*</head>", "", html)
    assert body.count(sample.TITLE) == 1
    assert html.count("<h1>") == 1


def test_size(html: str) -> None:
    assert len(html.encode("utf-8")) <= 700_000


@pytest.mark.slow
def test_equal_bytes_whatever_the_hash_seed_folder_or_locale(tmp_path: Path) -> None:
    found = set()
    for seed, locale in (("0", "C.UTF-8"), ("99", "POSIX")):
        folder = tmp_path / seed
        folder.mkdir()
        surroundings = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "tests.pictures.sample", "out.html"]
        subprocess.run(command, cwd=folder, env=surroundings, check=True, capture_output=True)
        assert [file.name for file in folder.iterdir()] == ["out.html"]
        found.add(sha256((folder / "out.html").read_bytes()).hexdigest())
    assert len(found) == 1


def test_the_order_of_the_graph_does_not_matter(html: str, drawn: "nx.MultiDiGraph[str]") -> None:
    turned = type(drawn)()
    turned.graph.update(drawn.graph)
    turned.add_nodes_from(reversed(list(drawn.nodes(data=True))))
    edges: Any = list(drawn.edges(keys=True, data=True))
    turned.add_edges_from(reversed(edges))
    assert render_network_page(turned, title=sample.TITLE, subtitle=sample.SUBTITLE) == html


def test_modules_are_cheap_to_import() -> None:
    code = (
        "import sys, graph_builder.pictures.picture_page; "
        "print(sorted({'pyvis', 'networkx', 'jinja2'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert run.stdout.strip() == "[]"


def everything(graph: "nx.MultiDiGraph[str]") -> Any:
    return deepcopy(
        (graph.graph, list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True)))
    )


def test_the_graph_of_the_caller_is_not_written_to(drawn: "nx.MultiDiGraph[str]") -> None:
    before = everything(drawn)
    network = to_pyvis(drawn)
    network.nodes[0]["label"] = "changed"
    network.options["physics"]["enabled"] = True
    render_network_page(drawn, title="t")
    assert everything(drawn) == before
    assert to_pyvis(drawn).options["physics"]["enabled"] is False


def test_to_pyvis_gives_a_network_of_pyvis(drawn: "nx.MultiDiGraph[str]") -> None:
    from pyvis.network import Network

    network = to_pyvis(drawn)
    assert isinstance(network, Network)
    assert network.get_nodes() == sorted(drawn)
    assert len(network.edges) == drawn.number_of_edges()
    assert all({"x", "y", "shape", "color", "label"} <= set(node) for node in network.nodes)


def knot() -> "nx.MultiDiGraph[str]":
    """Draw two nodes with a loop, parallel and opposite lines and words that nobody knows."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("a", label="A", kind="Lighthouse", kind_label="lighthouse", facts=[])
    graph.add_node("b", label="B")
    ends = [("a", "b", "1"), ("a", "b", "2"), ("b", "a", "3"), ("a", "a", "4"), ("a", "a", "5")]
    for source, target, key in ends:
        fact = {"relation": key, "modality": "murmured", "source": "nowhere", "start": None}
        graph.add_edge(source, target, key=key, relation=key, facts=[fact])
    return graph


def test_loops_parallel_and_opposite_lines_do_not_lie_on_each_other() -> None:
    edges = to_pyvis(knot()).edges
    looks = [
        json.dumps([edge["from"], edge["smooth"], edge.get("selfReference")]) for edge in edges
    ]
    assert len(set(looks)) == len(edges) == 5
    bent = [edge["smooth"] for edge in edges if edge["from"] != edge["to"]]
    assert sum(smooth is False for smooth in bent) == 1


@pytest.mark.parametrize("graph", [nx.MultiDiGraph(), knot()], ids=["empty", "knot"])
def test_odd_graphs_make_a_page(graph: "nx.MultiDiGraph[str]") -> None:
    assert "<h1>Odd</h1>" in render_network_page(graph, title="Odd")


def test_json_cannot_close_its_script() -> None:
    text = "</script><!--&\u2028\u2029"
    written = format_script_json({"a": text})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"a": text}


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//x", "http:", "", "http://[", "ftp://x/"],
)
def test_what_is_no_web_address_becomes_no_link(address: str) -> None:
    assert sanitise_url(address) == ""


def test_another_vis_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_page, "VIS_SHA256", "0" * 64)
    with pytest.raises(PictureError, match="is not the tested file of version"):
        picture_page.read_vis_script()


def test_a_pyvis_without_the_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_page, "VIS_PATH", ("lib", "none.js"))
    with pytest.raises(PictureError, match="does not contain"):
        picture_page.read_vis_script()
