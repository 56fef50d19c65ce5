"""Names by which people call countries and bodies, beside those of the registry and of sources.

They are data of the package, not facts of a graph: each has the table that gives it as its source.
``tools/everyday_country_names.py`` writes them.
"""

import csv
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from graph_builder.core.folding import fold_words
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import REGISTRY_GRAPH

_COUNTRIES, _ENTITIES = "country-names.csv", "entity-names.csv"
#: The addresses of the tables that rows name by a word; other sources are addresses already.
_SOURCES = {
    "CLDR": "https://cldr.unicode.org/",
    "ISO 3166": "https://github.com/michaelwittig/node-i18n-iso-countries",
    "countryinfo": "https://github.com/porimol/countryinfo",
    "countrynames": "https://github.com/opensanctions/countrynames",
    "usage": REGISTRY_GRAPH,
}


class EverydayName(NamedTuple):
    """A name of an entity: its prefixed id, the name, a language tag or "", a source's address."""

    id: str
    name: str
    language: str
    source: str


def load_everyday_names() -> tuple[EverydayName, ...]:
    """Return all everyday names; of one that several languages have, the first language."""
    return load_country_names() + _read_names(_ENTITIES)


def load_country_names() -> tuple[EverydayName, ...]:
    """Return the everyday names of countries, the European Union and the United Nations."""
    return _read_names(_COUNTRIES)


def find_named_countries(name: str) -> tuple[str, ...]:
    """Return the prefixed ids that a name of a country, or of the EU or UN, stands for, sorted."""
    return tuple(sorted(_index_countries().get("".join(fold_words(name)), ())))


@cache
def _index_countries() -> Mapping[str, set[str]]:
    index: dict[str, set[str]] = {}
    for each in load_country_names():
        index.setdefault("".join(fold_words(each.name)), set()).add(each.id)
    return index


@cache
def _read_names(file: str) -> tuple[EverydayName, ...]:
    path = find_data_folder("ontology") / file
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        return tuple(
            EverydayName(id_, name, languages.partition(" ")[0], _SOURCES.get(source, source))
            for id_, name, languages, source in rows
        )
