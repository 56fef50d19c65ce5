"""Assertions as Spark tables: names, duplicates, standing, independent sources of facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from graph_builder.cluster.parquet_tables import ASSERTION_PROPERTIES
from graph_builder.core.ontology import load_ontology
from graph_builder.core.option_values import VERIFICATION_LEVELS
from graph_builder.core.vocabulary import INFERRED_GRAPH, PREFIXES, expand

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

FACT = ("subject", "relation", "object")
#: The columns that identify an assertion: its fact, source, passage and period.
IDENTITY = (
    *FACT,
    *("source", "section", "passage", "start", "end", "valid_from", "valid_to", "as_of"),
)


@dataclass(frozen=True)
class Tables:
    """The tables of a folder that ``write_tables`` wrote."""

    assertions: "DataFrame"
    edges: "DataFrame"
    sources: "DataFrame"
    things: "DataFrame"
    rest: "DataFrame"


def read_tables(session: "SparkSession", folder: str) -> Tables:
    """Return the tables of a folder, given by a path or address that all workers can read."""
    place = folder.rstrip("/")
    names = [each.name for each in fields(Tables)]
    return Tables(**{name: session.read.parquet(f"{place}/{name}") for name in names})


def make_term(name: str) -> str:
    """Return an IRI, given by prefixed name, as N-Triples writes it."""
    return f"<{expand(name)}>"


def list_terms(iris: Iterable[str]) -> list[str]:
    """Return IRIs as N-Triples writes them, sorted."""
    return sorted(f"<{iri}>" for iri in iris)


def get_text(term: "Column") -> "Column":
    """Return IRIs and literals as SPARQL's STR does, but with the escapes of N-Triples."""
    from pyspark.sql import functions as f

    pattern = r'^(?:<([^>]*)>|"(.*)"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?)$'
    return f.when(
        term.isNotNull(),
        f.concat(f.regexp_extract(term, pattern, 1), f.regexp_extract(term, pattern, 2)),
    )


def map_values(column: "Column", values: Mapping[str, object]) -> "Column":
    """Return what a mapping has for the values of a column, else null."""
    from pyspark.sql import functions as f

    return f.coalesce(
        *(f.when(column == key, f.lit(value)) for key, value in values.items()), f.lit(None)
    )


def is_merged(assertions: "DataFrame") -> "Column":
    """Return whether an assertion is in the merged graph, not among inferred facts."""
    from pyspark.sql import functions as f

    return f.coalesce(assertions["graph"] != f"<{INFERRED_GRAPH}>", f.lit(True))


def is_kept_apart() -> "Column":
    """Return whether the basis of an assertion keeps it out of the merged graph."""
    from pyspark.sql import functions as f

    apart = list_terms(load_ontology().members["basis:kept-apart"])
    return f.coalesce(f.col("basis").isin(apart), f.lit(False))


def name_assertions(assertions: "DataFrame") -> "DataFrame":
    """Return assertions with the IRIs and graphs that the build gives them.

    The IRI is a digest of what identifies an assertion. For rows that come from elsewhere than a
    graph: those of a graph have both.
    """
    from pyspark.sql import functions as f

    lines = (
        f.concat(f.lit(f"{make_term(ASSERTION_PROPERTIES[name])} "), f.col(name), f.lit("\n"))
        for name in IDENTITY
    )
    digest = f.sha2(f.concat_ws("", *lines), 256)
    iri = f.concat(f.lit("<" + PREFIXES["assertion"]), digest, f.lit(">"))
    own = f.replace(f.col("source"), f.lit(PREFIXES["source"]), f.lit(PREFIXES["graph"]))
    graph = f.when(is_kept_apart(), f.lit(f"<{INFERRED_GRAPH}>")).otherwise(own)
    return assertions.withColumn("assertion", iri).withColumn("graph", graph)


def deduplicate_assertions(assertions: "DataFrame") -> "DataFrame":
    """Return one row for each assertion; of rows that differ in status, the least in sort order.

    Two rows are one assertion if their facts, sources, passages and periods are equal.
    ``find_ambiguous_assertions`` lists those of which the rows differ.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    rest = [f.col(name).asc_nulls_last() for name in assertions.columns if name not in IDENTITY]
    ranked = f.row_number().over(Window.partitionBy(*IDENTITY).orderBy(*rest))
    return assertions.withColumn("place", ranked).where("place = 1").drop("place")


def find_ambiguous_assertions(assertions: "DataFrame") -> "DataFrame":
    """Return the identity of assertions that several rows give with another status or note."""
    from pyspark.sql import functions as f

    rows = assertions.drop("assertion", "graph").distinct().groupBy(*IDENTITY)
    return rows.agg(f.count("*").alias("rows")).where("rows > 1")


def mark_standing(assertions: "DataFrame") -> "DataFrame":
    """Return assertions with their standing by the rules of the build: affirmed, set aside or none.

    Relation and modality decide whether a fact is affirmed, and the basis whether it is kept apart.
    Whether a judgement sets it aside is taken from the column ``standing``, if there is one.
    The column ``is_triple`` says whether the fact is a triple of a graph.
    """
    from pyspark.sql import functions as f

    if "standing" not in assertions.columns:
        assertions = assertions.withColumn("standing", f.lit(None).cast("string"))
    aside = f.coalesce(f.col("standing") == make_term("aigg:SetAside"), f.lit(False))
    standing = (
        f.when(f.col("is_triple") & aside, f.lit(make_term("aigg:SetAside")))
        .when(f.col("is_triple") & ~is_kept_apart(), f.lit(make_term("aigg:Affirmation")))
        .otherwise(f.lit(None))
    )
    return assertions.withColumn("is_triple", _is_affirmed()).withColumn("standing", standing)


def _is_affirmed() -> "Column":
    """Return whether relation and modality make a fact a triple; an unknown relation is none."""
    from pyspark.sql import functions as f

    ontology = load_ontology()
    asserting = ontology.members["modality:asserting"]
    known = f.col("relation").isin(list_terms(ontology.relations_by_iri))
    affirmed = [known & f.col("modality").isin(list_terms(asserting))]
    for iri, relation in ontology.relations_by_iri.items():
        if further := relation.holds_under - asserting:
            allowed = f.col("modality").isin(list_terms(further))
            affirmed.append((f.col("relation") == f"<{iri}>") & allowed)
    return f.coalesce(reduce(or_, affirmed), f.lit(False))


def corroborate_facts(assertions: "DataFrame", sources: "DataFrame") -> "DataFrame":
    """Return each affirmed fact with its number of independent sources, as ``corroboration`` does.

    ``independent`` counts origins, so that a release and its copies count once, and ``sources`` the
    sources; ``verification`` is the best. Facts that only headings state are left out.
    """
    from pyspark.sql import functions as f

    ranks = {f"<{PREFIXES['verification']}{n}>": i for i, n in enumerate(VERIFICATION_LEVELS)}
    affirmed = assertions.where(
        (f.col("standing") == make_term("aigg:Affirmation"))
        & (f.col("basis") != make_term("basis:editorial"))
        & is_merged(assertions)
    )
    origins = sources.select("source", get_text(f.col("origin")).alias("origin"))
    origin = f.coalesce(f.col("origin"), get_text(f.col("source")))
    # in steps, since an engine keeps the values of all groups in which it counts different ones
    counted = (
        affirmed.groupBy(*FACT, "source")
        .agg(f.min(map_values(f.col("verification"), ranks)).alias("rank"))
        .join(origins, "source", "left")
        .groupBy(*FACT, origin.alias("origin"))
        .agg(f.count("*").alias("sources"), f.min("rank").alias("rank"))
        .groupBy(*FACT)
        .agg(
            f.count("*").alias("independent"),
            f.sum("sources").alias("sources"),
            f.min("rank").alias("rank"),
        )
    )
    best = map_values(f.col("rank"), {rank: term for term, rank in ranks.items()})  # type: ignore[misc]
    return counted.withColumn("verification", best).drop("rank")
