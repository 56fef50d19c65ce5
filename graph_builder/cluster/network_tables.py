"""Networks as Spark tables: the edges of a declared network, and what two nodes share."""

import re
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.network_definition import (
    NetworkDefinition,
    find_network_definition,
)
from graph_builder.analysis.networks.projection import Weighting
from graph_builder.cluster.assertion_tables import list_terms, make_term, map_values
from graph_builder.core.errors import QueryError
from graph_builder.core.ontology import load_ontology
from graph_builder.core.vocabulary import NS
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_VALUES = re.compile(r"VALUES\s*\(?\s*\?relation\b[^{]*\{[^}]*\}")


def select_network_edges(edges: "DataFrame", things: "DataFrame", name: str) -> "DataFrame":
    """Return the pairs of nodes that a network joins: ``source`` and ``target``, each pair once.

    As in a network that ``build_network`` makes, all that is done counts, and nodes are of the
    classes that the network declares. Raises UnknownNameError for an unknown network.
    """
    from pyspark.sql import functions as f

    network = find_network_definition(name)
    turned = _list_relations(network)
    affirmed = edges.where(f.col("standing") == make_term("aigg:Affirmation")).withColumn(
        "turned", map_values(f.col("relation"), turned)
    )
    is_turned = f.col("turned")
    pairs = affirmed.where(is_turned.isNotNull()).select(
        f.when(is_turned, f.col("object")).otherwise(f.col("subject")).alias("source"),
        f.when(is_turned, f.col("subject")).otherwise(f.col("object")).alias("target"),
    )
    classes = things.groupBy("thing").agg(f.min("class").alias("class"))
    for end, wanted in (("source", network.sources), ("target", network.targets)):
        fitting = classes.where(f.col("class").isin(_list_subclasses(wanted)))
        pairs = pairs.join(fitting.select(f.col("thing").alias(end)), end, "left_semi")
    return pairs.distinct()


def _list_relations(network: NetworkDefinition) -> dict[str, bool]:
    """Return the relations of a network, and whether an edge leads from object to subject."""
    text = network.question.text
    values = _VALUES.findall(text)
    if not values:
        raise QueryError(f"{network.name} has no VALUES with its relations")
    either = " UNION ".join(f"{{ {each} }}" for each in values)
    rows: Any = Graph.wrap([]).query(f"SELECT * {{ {either} }}", network.name)
    return {str(relation): [each.value for each in turned] == ["yes"] for relation, *turned in rows}


def _list_subclasses(wanted: tuple[str, ...]) -> list[str]:
    ontology = load_ontology()
    classes = (NS + name for name in ontology.list_classes())
    return list_terms(iri for iri in classes if ontology.is_a([iri], wanted))


def project_edges(pairs: "DataFrame", weighting: Weighting = "count") -> "DataFrame":
    """Return the projection of a bipartite network on its sources, each edge once.

    ``weight`` is the number of targets that two sources share or, with ``newman``, the sum of
    1/(k-1) over these, k being how many sources a target has. Of an edge, ``source`` sorts before
    ``target``. A target of k sources makes k(k-1)/2 rows before they are summed.
    """
    from pyspark.sql import functions as f

    share = f.lit(1.0) if weighting == "count" else 1.0 / (f.col("sources") - 1)
    shares = (
        pairs.groupBy("target")
        .agg(f.count("*").alias("sources"))
        .where("sources > 1")
        .select(f.col("target").alias("shared"), share.alias("share"))
    )
    ones = pairs.select(f.col("source"), f.col("target").alias("shared")).join(shares, "shared")
    others = pairs.select(f.col("source").alias("other"), f.col("target").alias("shared"))
    return (
        ones.join(others, "shared")
        .where("source < other")
        .groupBy("source", f.col("other").alias("target"))
        .agg(f.sum("share").alias("weight"))
    )


def count_facts_between(edges: "DataFrame") -> "DataFrame":
    """Return the network of facts: each pair of subject and object once, directed.

    ``weight`` is the number of its affirmed facts, each counted once.
    """
    from pyspark.sql import functions as f

    facts = edges.where(f.col("standing") == make_term("aigg:Affirmation")).select(
        f.col("subject").alias("source"), "relation", f.col("object").alias("target")
    )
    return (
        facts.distinct()
        .groupBy("source", "target")
        .agg(f.count("*").cast("double").alias("weight"))
    )
