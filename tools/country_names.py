"""Write the list of countries: ISO 3166 codes with their names in three languages, from CLDR.

    python tools/country_names.py ontology/countries.csv

The names come from the Unicode CLDR as the package ``babel`` carries it.
"""

import csv
import sys
from pathlib import Path

from babel import Locale
from babel.core import get_global

LANGUAGES = ("en", "fr", "hi")
CODE = 3
# CLDR also knows codes that ISO 3166-1 withdrew, reserves by way of exception or leaves to users.
NOT_ASSIGNED = frozenset(
    "ASC BUR CPT DDR DGA FXX QUU TAA TMP XAA XBB XKK YMD ZAR ZZZ".split()  # noqa: SIM905
)


def rows() -> list[list[str]]:
    """Return alpha-3 code, alpha-2 code and the names of each territory, sorted by alpha-3 code."""
    locales = [Locale.parse(language) for language in LANGUAGES]
    found = []
    for alpha3, territories in sorted(get_global("territory_aliases").items()):
        alpha2 = territories[0]
        known = all(alpha2 in locale.territories for locale in locales)
        official = len(alpha3) == CODE and alpha3.isalpha() and alpha3 not in NOT_ASSIGNED
        if official and len(territories) == 1 and known:
            found.append([alpha3, alpha2, *(locale.territories[alpha2] for locale in locales)])
    return found


def main(target: str) -> None:
    """Write the table to the file named on the command line."""
    with Path(target).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["alpha3", "alpha2", *LANGUAGES])
        writer.writerows(rows())


if __name__ == "__main__":
    main(*sys.argv[1:])
