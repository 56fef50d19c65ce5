"""Write a folder of fact files that is made up, of any number of sources, the same for a seed.

    python benchmarks/fact_folder.py 1000 folder
    aigg build --facts folder -o graph.ttl

Each source reports on one meeting: who attended, hosted and spoke, what was discussed, which text
was adopted and who endorsed it. A few countries are everywhere, and some sources report on a
meeting that an earlier one reports on, in part otherwise.
"""

import argparse
import csv
import random
from collections.abc import Iterator
from pathlib import Path

SEED = 20250210
FACTS_A_SOURCE = 30
CODES = ("IND", "FRA", "DEU", "GBR", "USA", "JPN", "BRA", "KEN", "CAN", "KOR", "ITA", "EST")
THEMES = ("ai-governance", "ai-safety", "ethical-development", "technological-innovation")
LEVELS = ("primary", "official-copy", "cross-checked", "press")
COLUMNS = ("subject", "relation", "object", "section", "modality")
#: Each so-many-th source reports on the meeting that the source before it reports on.
_SECOND_REPORT = 5
_SOURCE = """\
source:
  id: made-up-{number}
  title: Report {number} on a meeting
  publisher: Publisher {publisher}
  address: https://example.org/reports/{number}
  date: {date}
  kind: news
  language: en
  licence: not seen
  verification: {level}
entities:
{entities}
lists: [made-up-{number}.csv]
"""
_ENTITY = '  - {{id: "{id}", class: {kind}, label: {{en: {label}}}}}'


def write(sources: int, folder: Path, seed: int = SEED) -> None:
    """Write so many sources to a folder: one YAML file and one CSV list each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(sources):
        chance = random.Random(f"{seed} {number}")  # noqa: S311 -- not a secret
        name = folder / f"made-up-{number}"
        with name.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows(_facts(number, chance))
        name.with_suffix(".yaml").write_text(_source(number, chance), encoding="utf-8")


def write_list(rows: int, folder: Path, seed: int = SEED) -> None:
    """Write one source with a list of so many rows: a few countries attend many meetings."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)  # noqa: S311 -- not a secret
    meetings = rows // len(CODES) + 1
    entities = "\n".join(
        _ENTITY.format(id=f"event:meeting-{number}", kind="Event", label=f"Meeting {number}")
        for number in range(meetings)
    )
    (folder / "made-up-0.yaml").write_text(
        _SOURCE.format(
            number=0, publisher=0, date="2025-12-01", level=LEVELS[0], entities=entities
        ),
        encoding="utf-8",
    )
    with (folder / "made-up-0.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number in range(rows):
            meeting, code = divmod(number, len(CODES))
            fact = (f"actor:{CODES[code]}", "attended", f"event:meeting-{meeting}")
            table.writerow((*fact, f"paragraph {chance.randrange(1, 40)}", "reported"))


def _meeting(number: int) -> int:
    return number - 1 if number % _SECOND_REPORT == _SECOND_REPORT - 1 else number


def _source(number: int, chance: random.Random) -> str:
    entities = [
        ("actor", "Institution", f"Body {number}"),
        ("actor", "Person", f"Speaker {number}"),
    ]
    if not _is_second_report(number):
        entities += [
            ("event", "Event", f"Meeting {number}"),
            ("instrument", "Declaration", f"Text {number}"),
        ]
    written = (
        _ENTITY.format(id=f"{kind}:{label.lower().replace(' ', '-')}", kind=class_, label=label)
        for kind, class_, label in entities
    )
    return _SOURCE.format(
        number=number,
        publisher=number % 97,
        date=f"{2015 + _meeting(number) % 11}-12-{1 + number % 28:02}",
        level=chance.choice(LEVELS),
        entities="\n".join(written),
    )


def _is_second_report(number: int) -> bool:
    return _meeting(number) != number


def _facts(number: int, chance: random.Random) -> Iterator[tuple[str, ...]]:
    meeting, text = f"event:meeting-{_meeting(number)}", f"instrument:text-{_meeting(number)}"
    day = f"{2015 + _meeting(number) % 11}-{1 + _meeting(number) % 11:02}-{1 + number % 28:02}"
    speaker, planned = f"actor:speaker-{number}", _meeting(number + 1) == number
    rows = [
        (meeting, "startDate", day, "reported"),
        (f"actor:{chance.choice(CODES)}", "hosted", meeting, "reported"),
        (text, "adoptedAt", meeting, "reported"),
        (speaker, "spokeAt", meeting, "intended" if planned else "reported"),
        (speaker, "represented", f"actor:{CODES[_meeting(number) % 12]}", "reported"),
        (speaker, "leads", f"actor:body-{number}", "reported"),
        *((meeting, "discussed", f"theme:{theme}", "reported") for theme in THEMES[:3]),
        *((f"actor:{code}", "attended", meeting, "reported") for code in chance.sample(CODES, 6)),
        *((f"actor:{code}", "endorsed", text, "reported") for code in chance.sample(CODES, 5)),
        (f"actor:body-{number}", "attended", meeting, "reported"),
    ]
    if _is_second_report(number):
        rows.append((f"actor:body-{number - 1}", "attended", meeting, "denied"))
    others = sorted({chance.randrange(number + 1) for _ in range(20)} - {number, number - 1})
    rows += [(f"actor:body-{other}", "attended", meeting, "reported") for other in others]
    for *fact, modality in rows[:FACTS_A_SOURCE]:
        yield *fact, f"paragraph {chance.randrange(1, 40)}", modality


def main() -> None:
    """Write the folder that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("number", type=int, help="sources")
    parser.add_argument("path", type=Path, help="folder to write")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    write(asked.number, asked.path, asked.seed)


if __name__ == "__main__":
    main()
