"""What holds for the page of every view, without a browser: a view is checked by being declared."""

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.content_security import format_hash_source
from graph_builder.pictures.caption_text import format_date_range
from graph_builder.pictures.picture_page import render_picture_page
from graph_builder.pictures.truncation import MAX_PAGE_FACTS
from graph_builder.pictures.view_registry import load_views
from tests.conftest import ROOT, Run, sample_file
from tests.pictures.page_parts import Parts
from tests.pictures.views import NAMES, example, hostile

MOST_BYTES = 2_000_000
WITHOUT_LIBRARY = 400_000

# Runs commands one after the other, all on one graph.
EACH = """
import functools, json, sys
from graph_builder.store import loading
loading.load_compiled = functools.cache(loading.load_compiled)
from graph_builder.cli import aigg
for command in json.loads(sys.argv[1]):
    aigg.main(command, prog_name="aigg", standalone_mode=False)
"""

every_view = pytest.mark.parametrize("name", NAMES)


@every_view
def test_a_view_declares_what_it_is(name: str) -> None:
    view = load_views()[name]
    assert view.name == name
    assert view.summary.endswith("?")
    assert view.example or not view.arguments
    assert all(term.help.endswith(".") and term.name.isupper() for term in view.arguments)
    assert all(option.help.endswith(".") or not option.help for option in view.options)
    required = [term.required for term in view.arguments]
    assert required == sorted(required, reverse=True)


@pytest.mark.slow
@every_view
def test_policy_and_links_of_the_page(name: str) -> None:
    html = render_picture_page(example(name))
    parts = Parts(html)
    rules = dict(rule.split(" ", 1) for rule in parts.policy.split("; "))
    assert rules["script-src"].split() == [
        format_hash_source(text) for text in parts.texts["script"]
    ]
    assert rules["style-src"].split() == [format_hash_source(text) for text in parts.texts["style"]]
    assert "unsafe" not in parts.policy
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", re.sub(r"(?s)<script.*?</script>", "", html))
    outside = {address for address in parts.addresses if not address.startswith("#")}
    assert outside <= {each["url"] for each in example(name).network.graph["sources"].values()}


@every_view
def test_only_a_drawn_stage_carries_the_library(name: str) -> None:
    html, drawn = render_picture_page(example(name)), example(name).stage.uses_vis_network
    assert len(Parts(html).texts["script"]) == (2 if drawn else 1)
    assert len(html.encode()) <= (MOST_BYTES if drawn else WITHOUT_LIBRARY + 3_000 * MAX_PAGE_FACTS)


@every_view
def test_every_fact_stands_in_the_table_once_with_its_source(name: str) -> None:
    picture = example(name)
    table = [" ".join(row.split()) for row in Parts(render_picture_page(picture)).texts["tr"]]
    facts = list({id(fact): fact for fact in list_network_facts(picture.network)}.values())
    numbered = [row for row in table if re.match(r"\d+ ", row)]
    assert len(numbered) >= len(facts)
    for fact in facts:
        title = picture.network.graph["sources"].get(fact["source"], {}).get("title", "")
        wanted = [
            format_date_range(fact[part])
            for part in ("subject", "relation", "object", "anchor", "note")
        ]
        parts = [" ".join(part.split()) for part in (*wanted, title)]
        assert any(all(part in row for part in parts) for row in numbered), fact


@pytest.mark.slow
def test_the_same_bytes_whatever_the_hash_seed_folder_or_locale(tmp_path: Path) -> None:
    expected = {
        f"{name}.html": sha256(render_picture_page(example(name)).encode()).hexdigest()
        for name in NAMES
    }
    commands = [
        ["draw", name, *view.example, "-s", str(sample_file()), "-o", f"{name}.html"]
        for name, view in load_views().items()
    ]
    commands.append(["draw", "-s", str(sample_file()), "-o", "default.html"])
    expected["default.html"] = expected["source.html"]
    surroundings = {
        **os.environ,
        "PYTHONHASHSEED": "99",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", EACH, json.dumps(commands)]
    subprocess.run(command, cwd=tmp_path, env=surroundings, check=True, capture_output=True)
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    assert found == expected


@every_view
def test_help_shows_an_example(run: Run, name: str) -> None:
    shown = run("draw", name, "--help").stdout
    assert f"For example: aigg draw {name}" in " ".join(shown.split())
    assert load_views()[name].usage.partition(" ")[2] in " ".join(shown.split())


@pytest.mark.slow
@every_view
def test_texts_that_would_be_code_are_data(name: str) -> None:
    html = render_picture_page(hostile(name))
    parts = Parts(html)
    assert len(parts.texts["script"]) == (2 if hostile(name).stage.uses_vis_network else 1)
    assert json.loads(parts.texts["data"][0])["nodes"]
    assert "\x00" not in html
