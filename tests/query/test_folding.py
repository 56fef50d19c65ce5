"""Folding of names: one table, applied alike by Python and by the scripts of pages."""

import json
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph_builder.analysis.networks.facts_network import build_facts_network
from graph_builder.core.folding import FOLDINGS, fold_words, format_folding_table
from graph_builder.core.search_words import format_search_words
from graph_builder.pictures.picture_page import render_network_page
from graph_builder.pictures.scripts import build_page_script
from graph_builder.query.entity_search import find
from graph_builder.site.atomic_folder import write_folder_atomically
from graph_builder.site.generator import SiteOptions, generate_files
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from tests.browser import wait_until
from tests.conftest import ROOT
from tests.ingest.test_fact_file_errors import HEAD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES: list[str] = json.loads(
    (Path(__file__).parents[1] / "data" / "names.json").read_text(encoding="utf-8")
)
#: The script that pages hold.
CORE = "pictures/templates/core"
CODE = build_page_script(f"{CORE}/folding.js").removeprefix("(() => {\n").removesuffix("})();\n")
FOLD = f"{CODE}\nreturn names.map(foldName);"
RANK = f"{CODE}\nreturn names.map(([name, asked]) => rankMatch(name, asked));"
Engine = Callable[[str, list[Any]], list[Any]]


def _key(name: str) -> str:
    return " ".join(fold_words(name))


@pytest.fixture(
    scope="module", params=[pytest.param("chromium", marks=pytest.mark.browser), "node"]
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Return a function that runs the body of a JavaScript function of ``names``."""
    if request.param == "node":
        node = shutil.which("node")
        if node is None:
            pytest.skip("there is no Node on this machine, so the script was not run in it")
        yield lambda body, names: _run_in_node(node, body, names)
        return
    page = request.getfixturevalue("browser").new_page()
    yield lambda body, names: list(page.evaluate(f"(names) => {{{body}}}", names))
    page.close()


def _run_in_node(node: str, body: str, names: list[Any]) -> list[Any]:
    script = f"""
      const names = JSON.parse(require("fs").readFileSync(0, "utf8"));
      const answer = (function (names) {{{body}}})(names);
      process.stdout.write(JSON.stringify(answer));
    """
    done = subprocess.run(
        [node, "-e", script], input=json.dumps(names), capture_output=True, check=True, text=True
    )
    return list(json.loads(done.stdout))


def test_the_module_of_pages_holds_the_table() -> None:
    written = (ROOT / "graph_builder" / CORE / "folding_table.js").read_text(encoding="utf-8")
    assert written == format_folding_table(), "write it by tools/folding_table.py"


def test_the_table_of_words_of_the_scripts_is_that_of_python() -> None:
    path = ROOT / "graph_builder/site/templates/search_words_table.js"
    written = path.read_text(encoding="utf-8")
    assert written == format_search_words(), "write it by tools/search_words_table.py"


def test_three_hundred_names_get_the_same_key_in_python_and_in_pages(engine: Engine) -> None:
    assert len(NAMES) == len(set(NAMES)) == 300
    assert dict(zip(NAMES, engine(FOLD, NAMES), strict=True)) == {
        name: _key(name) for name in NAMES
    }


def test_every_character_gets_the_same_key_in_python_and_in_pages(engine: Engine) -> None:
    written = [c for c in map(chr, range(sys.maxunicode + 1)) if _is_written(c)]
    found = engine(FOLD, [f"a{c}b" for c in written])
    differ = [c for c, key in zip(written, found, strict=True) if key != _key(f"a{c}b")]
    assert len(written) > 25_000
    assert differ == []


def _is_written(character: str) -> bool:
    """Return whether text may hold a character; the thousands that only stand for words are out."""
    if unicodedata.category(character) in ("Cn", "Co", "Cs"):
        return False
    words = ("CJK UNIFIED", "HANGUL SYLLABLE", "TANGUT", "EGYPTIAN", "CUNEIFORM", "ANATOLIAN")
    return not unicodedata.name(character, "").startswith(words)


def test_folding_joins_the_letters_that_case_folding_joins() -> None:
    cased = [c for c in map(chr, range(sys.maxunicode + 1)) if c != c.casefold()]
    assert len(cased) > 1_000
    assert [c for c in cased if fold_words(c) != fold_words(c.casefold())] == []


@pytest.mark.parametrize(
    "names",
    [
        (
            "Côte d\u2019Ivoire",
            "Cote d'Ivoire",
            "COTE D\u02bcIVOIRE",
            "côte d`ivoire",
            "Cote d Ivoire",
        ),
        ("Trinidad & Tobago", "trinidad and tobago", "Trinidad \uff06 Tobago"),
        ("Tromsø", "TROMSO"),
        ("Łódź", "lodz"),
        ("Đurđevac", "durdevac"),
        ("Weiß", "WEISS", "WEIẞ"),
        ("Ħal Għargħur", "hal gharghur"),
        ("Þórður Davíðsson", "thordur davidsson"),
        ("Ærø", "aero"),
        ("Œuvre", "oeuvre"),
        ("Ŧorstejn", "torstejn"),
        ("İstanbul", "ISTANBUL", "\u0131stanbul"),
        ("ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"),
        (
            "Saint-Siège",
            "saint\u2011siege",
            "Saint \u2013 Siège",
            "SAINT\u2014SIEGE",
            "Saint\u2212Siège",
        ),
        ("السعودية", "السُّعُودِيَّة", "الســعودية"),
        ("ישראל", "יִשְׂרָאֵל"),
        ("फ़्रांस", "फ्रांस"),
        ("India", "\u202bIn\u00addia\u202c", "\u2068India\u2069", " india\n"),
    ],
)
def test_names_that_readers_take_for_the_same_get_one_key(names: tuple[str, ...]) -> None:
    assert len(set(map(_key, names))) == 1


def test_each_row_of_the_table_is_needed_and_has_a_reason() -> None:
    assert all(row.reason.endswith(".") for row in FOLDINGS)
    for row in FOLDINGS:
        first = json.loads(f'"{row.characters[:6]}"') if row.characters[:2] == "\\u" else ""
        character = first or row.characters.replace("\\t", "\t")[0]
        assert character == unicodedata.normalize("NFKD", character).lower()
        assert _key(f"a{character}b") == " ".join(f"a{row.replacement}b".split())


def test_every_nukta_of_unicode_is_left_out() -> None:
    nukta = 7  # the combining class of the dot below letters of India's scripts
    found = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.combining(c) == nukta]
    assert len(found) > 20
    assert [c for c in found if _key(c)] == []


RANKED = (
    ("cote d ivoire", "cote d ivoire", 0),
    ("cote d ivoire", "cote divoire", 0),
    ("emmanuel macron", "macron emmanuel", 0),
    ("india ai mission", "indiaai", 1),
    ("india ai mission", "ind", 1),
    ("paris ai summit", "summit par", 2),
    ("paris ai summit", "mit", 3),
    ("paris ai summit", "aris ai", 3),
    ("paris ai summit", "saisum", 9),
    ("paris ai summit", "summit paris x", 9),
    ("", "a", 9),
)


def test_a_name_ranks_by_how_it_fits(engine: Engine) -> None:
    found = engine(RANK, [[name, asked] for name, asked, _ in RANKED])
    assert found == [rank for *_, rank in RANKED]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return a small graph of things whose names are written in several ways."""
    folder = tmp_path_factory.mktemp("places")
    labels = {
        "place:tromso-1": "Tromsø",
        "place:lodz-1": "Łódź",
        "place:lodz-2": "Centrum Łódź",
        "place:hawaii": "Hawai\u02bbi",
        "place:r-and-d": "R & D Square",
    }
    hosts = ("actor:CIV", "actor:TTO", "actor:BIH", "actor:IND")
    told = [(host, "hosted", "event:ai-action-summit-2025") for host in hosts]
    told += [(place, "locatedIn", "actor:IND") for place in labels]
    rest = "section: lead, modality: reported"
    facts = "".join(
        f"  - {{subject: {s}, relation: {r}, object: {o}, {rest}}}\n" for s, r, o in told
    )
    things = "".join(
        f'  - {{id: {id_}, class: Place, label: {{en: "{label}"}}}}\n'
        for id_, label in labels.items()
    )
    (folder / "facts.yaml").write_text(f"{HEAD}facts:\n{facts}", encoding="utf-8")
    (folder / "things.yaml").write_text(f"entities:\n{things}", encoding="utf-8")
    return build(folder, only=True)


@pytest.fixture(scope="module")
def picture_page(
    places: Graph, browser: "Browser", tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Page"]:
    """Return the open picture of the small graph."""
    file = tmp_path_factory.mktemp("picture") / "places.html"
    network = build_facts_network(places, source="my-source")
    render_network_page(network, title="Places").save(file)
    page = browser.new_page()
    page.goto(file.as_uri())
    wait_until(page, "Boolean(window.aigg)")
    yield page
    page.close()


@pytest.fixture(scope="module")
def site_page(
    places: Graph, browser: "Browser", tmp_path_factory: pytest.TempPathFactory
) -> Iterator["Page"]:
    """Return the open page of the site of the small graph that finds things."""
    folder = tmp_path_factory.mktemp("site") / "places"
    write_folder_atomically(folder, generate_files(places, SiteOptions()))
    page = browser.new_page()
    page.goto(f"{folder.as_uri()}/find.html")
    yield page
    page.close()


def _first(page: "Page", field: str, text: str) -> str:
    """Return the name that a search in a page offers first."""
    page.fill(field, text)
    return page.locator("#hits li span:not([class])").first.inner_text()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(
            (text, "Côte d\u2019Ivoire")
            for text in ("cote d'ivoire", "Côte d\u2019Ivoire", "COTE DIVOIRE")
        ),
        *(
            (text, "Côte d\u2019Ivoire")
            for text in ("côte d\u02bcivoire", "cote d iv", "ivoire, cote d'")
        ),
        *((text, "Tromsø") for text in ("tromso", "TROMSØ", "Tromsö", "troms")),
        *((text, "Łódź") for text in ("lodz", "Łódź", "ŁÓDŹ", "l\u00f3dz")),
        *((text, "Trinidad and Tobago") for text in ("trinidad & tobago", "Trinidad and Tobago")),
        *(
            (text, "Trinidad and Tobago")
            for text in ("tobago", "TRINIDAD \uff06 TOBAGO", "trinidad-and")
        ),
        *((text, "Bosnia and Herzegovina") for text in ("bosnia and herz", "bosnia & Herzegovina")),
        *((text, "R & D Square") for text in ("r&d", "r and d square", "R & D")),
        *((text, "Hawai\u02bbi") for text in ("hawaii", "Hawai'i", "Hawai\u2018i")),
    ],
)
def test_find_and_pictures_and_sites_find_the_same_thing_first(
    text: str, name: str, places: Graph, picture_page: "Page", site_page: "Page"
) -> None:
    assert find(places, text)[0].label == name
    assert _first(picture_page, "#search", text) == name
    assert _first(site_page, "#q", text) == name
