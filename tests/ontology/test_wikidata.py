"""Wikidata items: each is recorded with the data sets that give it, and names one thing only."""

import csv
import re
from collections import Counter
from collections.abc import Iterator

from pyoxigraph import RdfFormat, parse

from graph_builder.core.ontology import load_ontology
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import PREFIXES, compact
from tests.conftest import DATA

TABLES = ("wikidata-of-countries.csv", "wikidata-of-things.csv")
#: Countries on whose item the two data sets differ.
DIFFERING = {"ESH", "SJM"}


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of items that was recorded from the data sets."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def find_recorded_items() -> dict[str, str]:
    """Return the items by the id of the thing, where the data sets of a table agree."""
    countries, things = map(read_table, TABLES)
    agreed = [row for row in countries if row["rigour"] == row["country-coder"]]
    found = {f"actor:{row['alpha3']}": row["rigour"] for row in agreed}
    return found | {row["id"]: row["item"] for row in things}


def _iter_links() -> Iterator[tuple[str, str]]:
    for code, country in load_ontology().countries.items():
        if country.wikidata:
            yield f"actor:{code}", country.wikidata
    path = find_data_folder("ontology") / "alignments.ttl"
    for quad in parse(path=path, format=RdfFormat.TURTLE):
        if quad.predicate.value == PREFIXES["schema"] + "sameAs":
            item = getattr(quad.object, "value", "").removeprefix(PREFIXES["wd"])
            yield compact(getattr(quad.subject, "value", "")), item


LINKS = [*_iter_links()]


def test_each_item_is_the_recorded_one() -> None:
    assert dict(LINKS) == find_recorded_items()


def test_each_item_has_the_form_of_one() -> None:
    assert [item for _, item in LINKS if not re.fullmatch(r"Q[1-9][0-9]*", item)] == []


def test_no_item_is_used_twice() -> None:
    assert [item for item, uses in Counter(item for _, item in LINKS).items() if uses > 1] == []
    assert [thing for thing, uses in Counter(thing for thing, _ in LINKS).items() if uses > 1] == []


def test_each_country_has_an_item_unless_the_data_sets_differ() -> None:
    every = load_ontology().countries
    countries = {code: each for code, each in every.items() if not each.until}
    assert {code for code, each in countries.items() if not each.wikidata} == DIFFERING
    table = read_table(TABLES[0])
    assert {row["alpha3"] for row in table} == set(countries)
    assert {r["alpha3"] for r in table if r["rigour"] != r["country-coder"]} == DIFFERING
