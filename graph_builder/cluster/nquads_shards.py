"""Write assertions as N-Quads in many files, by the rules by which the build makes its graph."""

from pathlib import Path
from typing import TYPE_CHECKING

from graph_builder.cluster.assertion_tables import (
    FACT,
    Tables,
    is_kept_apart,
    make_term,
    mark_standing,
)
from graph_builder.cluster.parquet_tables import ASSERTION_PROPERTIES
from graph_builder.core.errors import ReadError
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import INFERRED_GRAPH, SET_ASIDE_GRAPH

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

#: The properties that only the merged graph has of an assertion, unless it is kept apart.
_RANKING = ("aigg:statementRank", "aigg:rankedBy")
#: The graph of a quad is "" for the default graph, so that quads can be compared.
_QUAD = ("subject", "predicate", "object", "graph")
_DEFAULT = ""


def write_nquads(tables: Tables, folder: Path) -> list[Path]:
    """Write the graph of some tables as N-Quads; return the files, sorted.

    The folders ``assertions``, ``facts`` and ``rest`` have as many files each as the engine makes.
    Each quad is written once if the assertions are different (``deduplicate_assertions``). A store
    that loads all files has the graph that the build makes. Driver and workers must see the folder
    under one path. Raises ReadError if it is not empty.
    """
    from pyspark.sql import functions as f

    if folder.exists() and any(folder.iterdir()):
        raise ReadError(f"{quote(str(folder))} is not empty; name a new folder")
    assertions = mark_standing(tables.assertions)
    facts = _list_fact_quads(assertions)
    rest = tables.rest.withColumn("graph", f.coalesce(f.col("graph"), f.lit(_DEFAULT)))
    written = {
        "assertions": _format_assertions(assertions),
        "facts": _format_quads(facts),
        "rest": _format_quads(rest.join(facts, list(_QUAD), "left_anti")),
    }
    files: list[Path] = []
    for name, lines in written.items():
        lines.write.text(str(folder / name))
        files += _name_shards(folder / name)
    return sorted(files)


def _format_assertions(assertions: "DataFrame") -> "DataFrame":
    """Return the lines about assertions, in each graph that has them."""
    from pyspark.sql import functions as f

    values = {name: f.col(column) for column, name in ASSERTION_PROPERTIES.items()}
    rows = [*values.items(), ("rdf:type", f.col("standing"))]
    rows.append(("rdf:type", f.lit(make_term("aigg:Assertion"))))
    properties = f.array(
        *(
            f.struct(
                f.lit(name in _RANKING).alias("is_ranking"),
                f.lit(make_term(name)).alias("predicate"),
                value.alias("object"),
            )
            for name, value in rows
        )
    )
    graphs = f.array_distinct(
        f.array_compact(f.array(_find_own_graph(), _find_merged_graph(), _find_aside_graph()))
    )
    placed = assertions.select(
        f.col("assertion").alias("subject"),
        f.coalesce(_find_merged_graph(), _find_own_graph()).alias("ranked_in"),
        properties.alias("properties"),
        f.explode(graphs).alias("graph"),
    )
    quads = placed.select("subject", "graph", "ranked_in", f.explode("properties").alias("each"))
    return _format_quads(
        quads.where("each.object IS NOT NULL")
        .where("NOT each.is_ranking OR graph = ranked_in")
        .select("subject", "each.predicate", "each.object", "graph")
    )


def _list_fact_quads(assertions: "DataFrame") -> "DataFrame":
    """Return the facts as quads, each once: in the graph of its source and, if it stands, merged.

    A fact that is set aside is in the graph of such facts instead of the merged graph.
    """
    from pyspark.sql import functions as f

    aside = _find_aside_graph()
    is_hidden = aside.isNotNull() & (_find_own_graph() == f"<{INFERRED_GRAPH}>")
    graphs = f.array_distinct(
        f.array_compact(
            f.array(f.when(~is_hidden, _find_own_graph()), f.coalesce(aside, _find_merged_graph()))
        )
    )
    subject, relation, object_ = (f.col(name) for name in FACT)
    return (
        assertions.where("is_triple")
        .select(subject, relation.alias("predicate"), object_, f.explode(graphs).alias("graph"))
        .distinct()
    )


def _find_own_graph() -> "Column":
    """Return the graph of the source, or that of inferred facts."""
    from pyspark.sql import functions as f

    return f.coalesce(f.col("graph"), f.lit(_DEFAULT))


def _find_merged_graph() -> "Column":
    """Return the merged graph; null for an assertion that is kept apart."""
    from pyspark.sql import functions as f

    return f.when(~is_kept_apart(), f.lit(_DEFAULT))


def _find_aside_graph() -> "Column":
    """Return the graph of facts that are set aside; null for any other assertion."""
    from pyspark.sql import functions as f

    is_aside = f.col("standing") == make_term("aigg:SetAside")
    return f.when(is_aside, f.lit(f"<{SET_ASIDE_GRAPH}>"))


def _format_quads(quads: "DataFrame") -> "DataFrame":
    """Return quads as lines of N-Quads, in one column."""
    from pyspark.sql import functions as f

    graph = f.when(f.col("graph") != _DEFAULT, f.col("graph"))
    line = f.concat_ws(" ", "subject", "predicate", "object", graph, f.lit("."))
    return quads.select(line.alias("value"))


def _name_shards(folder: Path) -> list[Path]:
    """Return the files that an engine wrote, renamed to what loaders expect.

    There may be no folder, where there are no lines.
    """
    if not folder.is_dir():
        return []
    written = sorted(path for path in folder.iterdir() if path.suffix == ".txt")
    return [path.rename(folder / f"part-{number:05}.nq") for number, path in enumerate(written)]
