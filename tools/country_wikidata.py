"""Add to the list of countries the Wikidata items on which two independent data sets agree.

    python tools/country_wikidata.py ontology/countries.csv borders.json

The first data set is that of the Python package ``rigour`` (2.6.1, MIT), which has to be installed;
the second is ``src/data/borders.json`` of the npm package ``@rapideditor/country-coder`` (5.6.1,
ISC). The countries on which they differ are printed, and have no item in the list.
"""

import csv
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from rigour.territories import get_territories


def read_rigour() -> dict[str, str]:
    """Return the items that the package rigour gives, by ISO 3166 alpha-2 code."""
    return {each.code.upper(): each.qid for each in get_territories()}


def read_borders(path: Path) -> dict[str, str]:
    """Return the items that the borders of country-coder give, by ISO 3166 alpha-2 code."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    found = [feature["properties"] for feature in features]
    return {each["iso1A2"]: each["wikidata"] for each in found if "iso1A2" in each}


def add_items(target: Path, *tables: Mapping[str, str]) -> list[str]:
    """Write the column ``wikidata`` of a list, and return the codes on which the tables differ."""
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    differing = []
    for row in rows:
        items = {table.get(row["alpha2"], "") for table in tables}
        row["wikidata"] = items.pop() if len(items) == 1 else ""
        if not row["wikidata"]:
            differing.append(row["alpha3"])
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return differing


def main(target: str, borders: str) -> None:
    """Add the items to a list of countries, and print the codes that stay without one."""
    differing = add_items(Path(target), read_rigour(), read_borders(Path(borders)))
    print(f"the data sets differ: {', '.join(differing)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
