"""People find what they mean by the names that they use, in the languages that they speak."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph_builder.core import vocabulary as v
from graph_builder.core.errors import AiggError, QueryError
from graph_builder.core.everyday_names import load_country_names, load_everyday_names
from graph_builder.core.folding import fold_words
from graph_builder.core.ontology import load_ontology
from graph_builder.core.search_words import load_search_words
from graph_builder.core.transliteration import measure_sound_similarity
from graph_builder.query.entity_search import MatchType, find
from graph_builder.query.parameters import ParameterKind, resolve_entity
from graph_builder.store.graph import Graph
from graph_builder.store.label_index import abbreviate

FILE = Path(__file__).parents[1] / "data/everyday-names.tsv"
MOST_USED = ("en", "fr", "es", "hi")


def _read_names() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def _is_right(row: dict[str, str], graph: Graph) -> bool:
    """Return whether the first thing found is meant; of several meant, two are among the first."""
    found = [v.compact(match.iri) for match in find(graph, row["name"])]
    also = set(row["also_right"].split())
    if row["id"] == "AMBIGUOUS":
        return bool(found) and found[0] in also and len(also & set(found)) > 1
    if row["id"] == "NIL":
        return not found
    return bool(found) and found[0] in {row["id"], *also}


@pytest.mark.slow
def test_what_is_typed_first_works_first(graph: Graph) -> None:
    shares: dict[str, Counter[bool]] = defaultdict(Counter)
    missed = []
    for row in _read_names():
        right = _is_right(row, graph)
        shares["all"][right] += 1
        shares["most used"][right] += row["language"] in MOST_USED
        shares["marked"][right] += bool(row["language"])
        if not right:
            missed.append(row["name"])
    assert shares["most used"][True] >= 0.97 * shares["most used"].total(), missed
    assert shares["marked"][True] >= 0.95 * shares["marked"].total(), missed
    assert shares["all"][True] >= 0.93 * shares["all"].total(), missed


@pytest.mark.slow
def test_no_name_of_a_country_leads_to_another_country(graph: Graph) -> None:
    owners = defaultdict(set)
    for name in load_country_names():
        owners["".join(fold_words(name.name))].add(name.id)
    for name in load_country_names()[::7]:
        states = [
            v.compact(match.iri)
            for match in find(graph, name.name, limit=1)
            if match.kind == v.NS + "Country" and match.how is not MatchType.WORDS
        ]
        assert set(states) <= owners["".join(fold_words(name.name))], name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("UK", "actor:GBR"),
        ("EU", "actor:european-union"),
        ("U.S.", "actor:USA"),
        ("KI-Gipfel in Paris", "event:ai-action-summit-2025"),
        ("Delhi summit", "event:ai-impact-summit-2026"),
        ("Paris declaration", "instrument:paris-statement"),
        ("फ्रांस", "actor:FRA"),
        ("WAICO", "actor:world-ai-cooperation-organization"),
    ],
)
def test_a_command_takes_the_name_that_people_use(typed: str, meant: str, graph: Graph) -> None:
    assert resolve_entity(typed, graph) == v.expand(meant)


@pytest.mark.parametrize("typed", ["AISI", "India-France roundtable"])
def test_a_name_of_several_is_refused_with_all_of_them(typed: str, graph: Graph) -> None:
    with pytest.raises(QueryError, match=r"can mean .* or "):
        resolve_entity(typed, graph)


def test_one_word_of_a_name_is_no_name(graph: Graph) -> None:
    with pytest.raises(AiggError, match="unknown event 'India'"):
        resolve_entity("India", graph, ParameterKind.EVENT)


def test_a_country_that_no_fact_names_is_said_to_be_absent(graph: Graph) -> None:
    assert find(graph, "Hong Kong") == []
    with pytest.raises(QueryError, match="no fact in this graph is about 'Hong Kong'"):
        resolve_entity("Hong Kong", graph)


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("World AI Conference 2025", {"WAIC"}),
        ("UK Department for Science, Innovation and Technology", {"UKDSIT", "DSIT"}),
        ("UN High-level Advisory Body on AI", {"UNHLABAI", "HLABAI", "UNHLAB", "HLAB"}),
        ("Current AI", {"CAI"}),
        ("NVIDIA", set()),
    ],
)
def test_initials_are_names(label: str, short: set[str]) -> None:
    assert abbreviate(label) == short


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("莫迪", "Narendra Modi"),
        ("नरेंद्र मोदी", "Narendra Modi"),
        ("ماكرون", "Emmanuel Macron"),
        ("マクロン", "Emmanuel Macron"),
        ("마크롱", "Emmanuel Macron"),
        ("古特雷斯", "António Guterres"),
        ("ਅਸ਼ਵਿਨੀ ਵੈਸ਼ਨਵ", "Ashwini Vaishnaw"),
    ],
)
def test_a_name_is_known_by_its_sound(asked: str, name: str) -> None:
    assert measure_sound_similarity(asked, name) >= 0.75
    assert measure_sound_similarity(asked, "Bae Kyung-hoon") == 0


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("巴黎人工智能峰会", ["paris", "ai", "summit"]),
        ("パリAIサミット", ["paris", "ai", "summit"]),
        ("サミット", ["summit"]),
        ("서울선언", ["seoul", "declaration"]),
        ("закон ЕС об искусственном интеллекте", ["act", "eu", "ai"]),  # noqa: RUF001
        ("l'intelligence artificielle", ["ai"]),
        ("the of", []),
    ],
)
def test_words_of_many_languages_mean_the_same(text: str, meanings: list[str]) -> None:
    found = [meaning for meaning, _ in load_search_words().interpret(text)]
    assert [next(iter(each)) for each in found] == meanings


def test_every_everyday_name_has_an_id_and_a_source() -> None:
    countries = {f"actor:{code}" for code in load_ontology().countries}
    others = {"actor:european-union", "actor:united-nations", "actor:holy-see"}
    for name in load_everyday_names():
        assert fold_words(name.name), name
        assert name.source.startswith("https://"), name
    assert {name.id for name in load_country_names()} <= countries | others


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("互联网", "国家互联网信息办公室"),
        ("情報通信", "国立研究開発法人情報通信研究機構"),
        ("วิทยาศาสตร์", "สำนักงานพัฒนาวิทยาศาสตร์และเทคโนโลยีแห่งชาติ"),
        ("محمد الرشيد", "مُحَمَّد الرشيد"),
        ("مركز علمي", "مرکز علمی"),
        ("SANAYI BAKANLIGI", "Sanayi ve Teknoloji Bakanlığı"),  # noqa: RUF001
        ("Kuenstliche Aufklaerung", "Künstliche Aufklärung"),
        ("Kunstliche Aufklarung", "Künstliche Aufklärung"),
        ("Sergei Shchukin", "Сергей Щукин"),
        ("Papadopoulos", "Γιώργος Παπαδόπουλος"),
        ("office", "Oﬃce"),
    ],
)
def test_letters_of_many_scripts_are_found(asked: str, label: str) -> None:
    thing = NamedNode(v.expand("actor:x"))
    store = Store()
    store.add(Quad(thing, NamedNode(v.expand("skos:prefLabel")), Literal(label, language="x-y")))
    assert [match.iri for match in find(Graph(store), asked)] == [thing.value]
