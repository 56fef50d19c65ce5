"""Write the list of countries: ISO 3166 codes, regions and names in three languages, from CLDR.

    python tools/country_names.py ontology/countries.csv territoryContainment.json

The names come from the Unicode CLDR as the package ``babel`` carries it, but for English names that
CLDR abbreviates or that are not in official use: these are the short names of ISO 3166-1, as the
package ``pycountry`` carries them, in the usual order of words. The regions come from the
second file, which the npm package ``cldr-core`` (48.2.0) has in its folder ``supplemental``: the
five of UN M49, as CLDR gives and names them. ``country_wikidata.py`` then adds the Wikidata items.
"""

import csv
import json
import sys
from pathlib import Path

from babel import Locale
from babel.core import get_global

LANGUAGES = ("en", "fr", "hi")
CODE = 3
WORLD = "001"
# CLDR also knows codes that ISO 3166-1 withdrew, reserves by way of exception or leaves to users.
NOT_ASSIGNED = frozenset(
    "ASC BUR CPT DDR DGA FXX QUU TAA TMP XAA XBB XKK YMD ZAR ZZZ".split()  # noqa: SIM905
)

#: Codes that ISO 3166-1 leaves to users, and that CLDR and the European Union use.
USER_ASSIGNED = {"XKX": "XK"}
#: English names by ISO 3166-1; São Tomé keeps the accents that the list of codes leaves out.
SHORT_NAMES = {
    "ATG": "Antigua and Barbuda",
    "BIH": "Bosnia and Herzegovina",
    "BLM": "Saint Barthélemy",
    "CPV": "Cabo Verde",
    "COD": "Democratic Republic of the Congo",
    "COG": "Congo",
    "HMD": "Heard Island and McDonald Islands",
    "KNA": "Saint Kitts and Nevis",
    "LCA": "Saint Lucia",
    "MMR": "Myanmar",
    "PSE": "State of Palestine",
    "SGS": "South Georgia and the South Sandwich Islands",
    "SJM": "Svalbard and Jan Mayen",
    "SPM": "Saint Pierre and Miquelon",
    "STP": "São Tomé and Príncipe",
    "TCA": "Turks and Caicos Islands",
    "TTO": "Trinidad and Tobago",
    "VCT": "Saint Vincent and the Grenadines",
    "WLF": "Wallis and Futuna",
}


def rows(regions: dict[str, str]) -> list[list[str]]:
    """Return the codes, the region and the names of each territory, sorted by alpha-3 code."""
    locales = [Locale.parse(language) for language in LANGUAGES]
    found = []
    for alpha3, territories in sorted(get_global("territory_aliases").items()):
        alpha2 = territories[0]
        known = all(alpha2 in locale.territories for locale in locales)
        official = len(alpha3) == CODE and alpha3.isalpha() and alpha3 not in NOT_ASSIGNED
        if official and len(territories) == 1 and known:
            names = [locale.territories[alpha2] for locale in locales]
            names[0] = SHORT_NAMES.get(alpha3, names[0])
            found.append([alpha3, alpha2, regions.get(alpha2, ""), *names])
    for alpha3, alpha2 in USER_ASSIGNED.items():
        names = [locale.territories[alpha2] for locale in locales]
        found.append([alpha3, alpha2, regions.get(alpha2, ""), *names])
    return sorted(found)


def regions(contained: dict[str, dict[str, list[str]]]) -> dict[str, str]:
    """Return the name of the region of the world that each territory is in, by alpha-2 code."""
    names = Locale.parse("en").territories
    held = {code: each["_contains"] for code, each in contained.items()}
    return {
        territory: names[region]
        for region in held[WORLD]
        for part in held[region]
        if part.isdigit()  # the outlying islands of CLDR's own QO are in no region of M49
        for territory in held[part]
    }


def main(target: str, containment: str) -> None:
    """Write the table to the first file, with regions out of the second."""
    read = json.loads(Path(containment).read_text(encoding="utf-8"))
    known = regions(read["supplemental"]["territoryContainment"])
    with Path(target).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["alpha3", "alpha2", "region", *LANGUAGES])
        writer.writerows(rows(known))


if __name__ == "__main__":
    main(*sys.argv[1:])
