"""Write the names by which people call countries, in many languages: ontology/country-names.csv.

    python tools/everyday_country_names.py ontology/country-names.csv CLDR ISO

CLDR is the folder of the npm package ``cldr-localenames-full`` (48.2.0, Unicode License v3), ISO
that of ``i18n-iso-countries`` (7.14.0, MIT). The Python packages ``countryinfo`` (1.0.1, MIT; other
spellings and demonyms) and ``countrynames`` (1.17.0, MIT; official and everyday forms) are needed
as well. A name that two countries have stays only where CLDR or ISO give it to both. What a
country's codes say is left out, and so is a name that is another country's code.
"""

import csv
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from babel.languages import get_official_languages
from ruamel.yaml import YAML

from graph_builder.core.folding import fold_words

#: The languages whose names of all countries are taken; of others, the names that the countries
#: with that official language have in it.
LANGUAGES = frozenset(
    "ar bn de el en es fa fr he hi id it ja ko nl pa pl pt ro ru sv ta te th tr uk ur vi zh "  # noqa: SIM905
    "zh-hant".split()
)
#: Territories of CLDR that are no countries, and the ids of these in the registry; VA is in ISO
#: 3166 the Holy See, which acts under an id of its own.
OTHER_IDS = {
    "EU": ["actor:european-union"],
    "UN": ["actor:united-nations"],
    "VA": ["actor:VAT", "actor:holy-see"],
}
#: Words of official names: of `countrynames`, which has provinces and spelling mistakes too, only
#: names with one of them are taken, and those below.
OFFICIAL_WORDS = re.compile(
    r"\b(republic|r[ée]publique|rep[úu]blica|repubblica|republik|republiek|kingdom|royaume|reino|"
    r"regno|k[öo]nigreich|commonwealth|federation|f[ée]d[ée]ration|states of america|sultanate|"
    r"principality|grand duchy)\b|республика|королевство|федерация|共和国|共和國|王国|王國|민국"
    r"|공화국|جمهورية|مملكة|गणराज्य|गणतंत्र",
    re.IGNORECASE,
)
#: Marks of a part of a country, or of a name that was read wrongly.
UNTIDY = re.compile(
    r"[,/()\d]|  |nutome|London|Kingdom of England|Tatarstan|Chechen|NORTH$|Soviet|Sahara"
)
EVERYDAY = {
    "AE": ["UAE", "Emirates", "ОАЭ"],
    "BA": ["Bosnia"],
    "BR": ["Brasil"],
    "CD": ["DRC", "DR Congo"],
    "CN": ["PRC"],
    "CZ": ["Czech Republic"],
    "GB": ["UK", "Britain", "Great Britain", "Grande-Bretagne", "Gran Bretaña", "Großbritannien"],
    "KP": ["DPRK", "North Korea"],
    "KR": ["ROK", "Южная Корея", "韓國"],
    "MK": ["Macedonia"],
    "MM": ["Burma"],
    "NL": ["Holland"],
    "RU": ["РФ"],
    "SA": ["KSA", "Saudi"],
    "SZ": ["Swaziland"],
    "TR": ["Turkey"],
    "US": ["US", "USA", "America", "Amerika", "Amérique", "США", "EUA", "米国", "アメリカ"],
    "VA": ["Vatican", "Holy See", "Saint-Siège", "Santa Sede", "Heiliger Stuhl"],
}
#: Abbreviations as governments use them of themselves or of each other, which no table at hand has.
ABBREVIATIONS = {
    "AE": [("UAE", "en"), ("EAU", "fr"), ("EAU", "es"), ("VAE", "de")],
    "CN": [("PRC", "en"), ("PR China", "en"), ("VR China", "de"), ("RPC", "fr")],
    "DE": [("BRD", "de")],
    "GR": [("EL", "en")],
    "KP": [("DPRK", "en"), ("RPDC", "fr"), ("Korea", "en")],
    "KR": [("ROK", "en"), ("Korea", "en")],
    "SA": [("KSA", "en")],
    "US": [
        ("US", "en"),
        ("U.S.", "en"),
        ("America", "en"),
        ("EE. UU.", "es"),
        ("EEUU", "es"),
        ("EUA", "pt"),
    ],
    "EU": [("EU", "en"), ("UE", "fr"), ("E.U.", "en")],
    "UN": [("UN", "en"), ("ONU", "fr"), ("UNO", "de")],
    "ZA": [("RSA", "en")],
}
#: Shorter names are taken in English only: elsewhere they are codes of other things.
MIN_LETTERS = 3
ALPHA2 = 2
#: What former countries are called, beside their names in ISO 3166-3.
FORMER_NAMES = {
    "SUN": ["USSR", "Soviet Union", "URSS", "UdSSR", "СССР", "Unión Soviética"],  # noqa: RUF001
    "CSK": ["Tchécoslovaquie", "Checoslovaquia", "Tschechoslowakei", "ČSSR"],
    "DDR": ["East Germany", "GDR", "RDA", "DDR", "Deutsche Demokratische Republik", "ГДР"],
    "YUG": ["Yougoslavie", "Jugoslawien", "Югославия"],
    "ZAR": ["Zaïre"],
    "ANT": ["Antilles néerlandaises"],
}
RELIABLE = ("CLDR", "ISO 3166", "usage")
Row = tuple[str, str, str, str]


def iter_cldr(folder: Path) -> Iterator[Row]:
    """Yield alpha-2 code, name, language and source of the names in CLDR, with variants."""
    for path in sorted(folder.glob("main/*/territories.json")):
        language = path.parent.name.lower()
        (content,) = json.loads(path.read_text(encoding="utf-8"))["main"].values()
        for key, name in content["localeDisplayNames"]["territories"].items():
            if not key[:3].isdigit() and is_wanted(language, key[:2]):
                yield key[:2], name, language, "CLDR"


def is_wanted(language: str, territory: str) -> bool:
    """Return whether a language is taken for all countries, or is official in a territory."""
    return language in LANGUAGES or language in get_official_languages(territory)


def iter_iso(folder: Path) -> Iterator[Row]:
    """Yield the names of ``i18n-iso-countries``."""
    for path in sorted((folder / "langs").glob("*.json")):
        read = json.loads(path.read_text(encoding="utf-8"))
        for code, names in read["countries"].items():
            for name in [names] if isinstance(names, str) else names:
                if is_wanted(read["locale"], code):
                    yield code, re.sub(r"\s*\(.*\)$", "", name), read["locale"], "ISO 3166"


def iter_countryinfo() -> Iterator[Row]:
    """Yield the other spellings and the demonym of each country in ``countryinfo``."""
    from countryinfo import all_countries  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    for country in all_countries():
        found = country.info()
        code = found["ISO"]["alpha2"]
        for name in (*found.get("altSpellings", ()), found.get("demonym")):
            if name and len(name) > MIN_LETTERS and name != "Welsh":
                yield code, name, "", "countryinfo"


def iter_countrynames() -> Iterator[Row]:
    """Yield the official and everyday names of ``countrynames``."""
    import countrynames  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    path = Path(countrynames.__file__).with_name("data.yaml")
    for code, names in YAML(typ="safe").load(path).items():
        for name in names if len(code) == ALPHA2 else ():
            official = OFFICIAL_WORDS.search(str(name)) and not UNTIDY.search(name)
            if official or name in EVERYDAY.get(code, ()):
                yield code, str(name), "", "countrynames"


def iter_abbreviations() -> Iterator[Row]:
    """Yield the abbreviations that governments use."""
    for code, names in ABBREVIATIONS.items():
        for name, language in names:
            yield code, name, language, "usage"


def list_former_rows(taken: set[str]) -> list[list[str]]:
    """Return rows for the names of former countries that no other country has."""
    path = Path(__file__).parents[1] / "ontology/former-countries.csv"
    with path.open(encoding="utf-8") as stream:
        names = {row["alpha3"]: {row["en"]: "en"} for row in csv.DictReader(stream)}
    for code, more in FORMER_NAMES.items():
        names[code] |= dict.fromkeys(more, "")
    return [
        [f"actor:{code}", name, language, "usage"]
        for code, called in names.items()
        for name, language in called.items()
        if "".join(fold_words(name)) not in taken
    ]


def build_rows(cldr: Path, iso: Path) -> list[list[str]]:
    """Return id, name, languages and source of each name, sorted."""
    with (Path(__file__).parents[1] / "ontology/countries.csv").open(encoding="utf-8") as stream:
        listed = list(csv.DictReader(stream))
    ids = {row["alpha2"]: [f"actor:{row['alpha3']}"] for row in listed} | OTHER_IDS
    codes = {
        "".join(fold_words(row[column])): row["alpha2"]
        for row in listed
        for column in ("alpha2", "alpha3")
    }
    owners: dict[str, set[str]] = {}
    reliable: dict[str, set[str]] = {}
    found: dict[tuple[str, str, tuple[str, str]], tuple[str, set[str], str]] = {}
    for code, name, language, source in (
        *iter_abbreviations(),
        *iter_cldr(cldr),
        *iter_iso(iso),
        *iter_countryinfo(),
        *iter_countrynames(),
    ):
        key = "".join(fold_words(name))
        is_code = key.isascii() and len(key) < MIN_LETTERS and source == "CLDR" and language != "en"
        if code not in ids or is_code or codes.get(key, code) != code:
            continue
        owners.setdefault(key, set()).add(code)
        if source in RELIABLE:
            reliable.setdefault(key, set()).add(code)
        spelling = " ".join(fold_words(name)), unicodedata.name(name[0]).split()[0]
        _, languages, by = found.setdefault((code, key, spelling), (name, set(), source))
        if by == source and language:
            languages.add(language.lower())
    rows: list[list[str]] = list_former_rows(set(owners))
    for (code, key, _), (name, languages, source) in found.items():
        is_code = codes.get(key) == code and source != "usage"
        if is_code or (len(owners[key]) > 1 and code not in reliable.get(key, ())):
            continue
        rows += [[id_, name, " ".join(sorted(languages)), source] for id_ in ids[code]]
    return sorted(rows)


def main(target: str, cldr: str, iso: str) -> None:
    """Write the table."""
    with Path(target).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["id", "name", "languages", "source"])
        writer.writerows(build_rows(Path(cldr), Path(iso)))


if __name__ == "__main__":
    main(*sys.argv[1:])
