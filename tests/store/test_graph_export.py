"""A graph that is written in blocks is what is written at once."""

import tracemalloc
from collections import deque
from collections.abc import Iterable

import pytest

from graph_builder.store.graph import Graph
from graph_builder.store.graph_export import export_in_blocks
from graph_builder.store.serialization import export
from tests.small_facts import FactMaker, read

FORMATS = ("ttl", "trig", "jsonld")
HOSTILE = """
    actor:a a aigg:Country ; skos:prefLabel "line\\nbreak }\\r\\u2028\\t@prefix x: <y> ."@en .
    actor:a skos:prefLabel "b"@fr .
    actor:ab a aigg:Country ; aigg:x 1 , 2.5 , actor:a , <urn:other> .
    _:b1 a aigg:Country . _:b2 a aigg:Actor ; skos:member _:b1 .
"""


@pytest.mark.parametrize("extension", FORMATS)
def test_blocks_are_what_an_export_is(extension: str, sample: Graph) -> None:
    assert b"".join(export_in_blocks(sample, extension)).decode() == export(
        sample.quads(), extension
    )


@pytest.mark.parametrize("extension", FORMATS)
def test_hostile_texts_and_nothing_are_written_alike(extension: str) -> None:
    made = FactMaker()
    for quads in ({*read(HOSTILE), *made.say("actor:ab aigg:attended event:e")}, set()):
        blocks = export_in_blocks(Graph.wrap(quads), extension)
        assert b"".join(blocks).decode() == export(quads, extension)


def test_few_quads_are_in_memory_at_once(sample: Graph) -> None:
    def measure_peak(blocks: Iterable[object]) -> int:
        tracemalloc.start()
        deque(blocks, maxlen=0)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    at_once = measure_peak(export(sample.quads(), "trig") for _ in range(1))
    assert measure_peak(export_in_blocks(sample, "trig")) < at_once / 2
