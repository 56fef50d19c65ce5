"""A sample of the shipped facts: the registry, and sources beside which tests check their files.

They say when events were held and laws adopted, who endorsed, signed, voted and held a post, and
what the editors judge. A check with ``--facts FOLDER --only`` takes a fraction of the time of one
beside all shipped facts, however many these are.
"""

import shutil
from functools import cache
from pathlib import Path

import yaml

from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from tests.conftest import FACTS, once

SOURCES = (
    "editors/editors",
    "india-france-roundtable-2025/source",
    *("landscape/aa", "landscape/africanews", "landscape/ai-act-duties", "landscape/ali"),
    *("landscape/ani-nd", "landscape/aus-seoul", "landscape/brec", "landscape/bridge-nd"),
    *("landscape/coe-arm", "landscape/coe-open", "landscape/dayfr", "landscape/dig-paris"),
    *("landscape/ecns311", "landscape/ely-summit", "landscape/gadis3757", "landscape/ggf-nd"),
    *("landscape/hawk-nd", "landscape/hawk-paris", "landscape/ht-ch", "landscape/iai-budget"),
    *("landscape/koreanet", "landscape/ly-bletch", "landscape/mint-nd", "landscape/mwl-invest"),
    *("landscape/p-bletch", "landscape/p-delhi", "landscape/p-seoul", "landscape/shine"),
    *("landscape/swi", "who-is-who/agefi-anssi", "who-is-who/trib-anssi", "who-is-who/unaiverse"),
)


@cache
def sample_facts() -> Path:
    """Return a folder of some shipped facts, which is made once a run."""
    return once("facts-sample", _copy)


@cache
def build_sample() -> Graph:
    """Return the graph of these facts."""
    return build(sample_facts(), only=True)


def _copy(folder: Path) -> None:
    shutil.copytree(FACTS / "registry", folder / "registry")
    for source in SOURCES:
        file = FACTS / f"{source}.yaml"
        place = (folder / source).parent
        place.mkdir(exist_ok=True)
        shutil.copy(file, place)
        lists = yaml.safe_load(file.read_text(encoding="utf-8")).get("lists", [])
        for name in (each["file"] if isinstance(each, dict) else each for each in lists):
            shutil.copy(file.with_name(name), place)
