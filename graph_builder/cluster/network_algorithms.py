"""Algorithms on networks as Spark tables: PageRank, components, label propagation, k-core.

Edges are a table of ``source``, ``target`` and ``weight``; a node is what is an end of an edge.
Each round of an algorithm is a few joins, whose result a ``WorkFolder`` keeps.
"""

from typing import TYPE_CHECKING

from graph_builder.core.errors import MeasureError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from graph_builder.cluster.spark_session import WorkFolder

DAMPING = 0.85
#: With this tolerance each rank is exact to 1e-9: what follows is at most 0.85 / 0.15 times it.
TOLERANCE = 1e-10
MAX_ROUNDS = 200


def mirror_edges(edges: "DataFrame") -> "DataFrame":
    """Return undirected edges in both directions, each pair once, without loops.

    Weights of edges that become one are added.
    """
    from pyspark.sql import functions as f

    back = edges.select(
        f.col("target").alias("source"), f.col("source").alias("target"), f.col("weight")
    )
    both = edges.select("source", "target", "weight").unionByName(back)
    apart = both.where("source != target")
    return apart.groupBy("source", "target").agg(f.sum("weight").alias("weight"))


def compute_pagerank(
    edges: "DataFrame", work: "WorkFolder", tolerance: float = TOLERANCE
) -> "DataFrame":
    """Return the PageRank of each node of a directed network: ``node`` and ``rank``; sum 1.

    An undirected network is given by its edges in both directions (``mirror_edges``). A round is
    the last if all ranks together change by less than the tolerance. Raises MeasureError if they
    still change after 200 rounds. S. Brin, L. Page, The anatomy of a large-scale hypertextual web
    search engine, Computer Networks 30, 1998.
    """
    from pyspark.sql import functions as f

    sums = work.keep(
        edges.groupBy(f.col("source").alias("node")).agg(f.sum("weight").alias("sum")), "sums"
    )
    share = (f.col("weight") / f.col("sum")).alias("share")
    steps = work.keep(
        edges.withColumnRenamed("source", "node")
        .join(sums, "node")
        .select("node", "target", share),
        "steps",
    )
    nodes = work.keep(
        _list_nodes(edges)
        .join(sums, "node", "left")
        .select("node", f.col("sum").isNotNull().alias("has_exit")),
        "nodes",
    )
    number = nodes.count()
    ranks = nodes.withColumn("rank", f.lit(1.0 / max(number, 1)))
    moving = nodes.where("has_exit").count() / max(number, 1)
    for _ in range(MAX_ROUNDS):
        # what nodes without outgoing edges hold does not move, and is spread over all
        spread = (1 - DAMPING * moving) / max(number, 1)
        moved = (
            steps.join(ranks, "node")
            .groupBy(f.col("target").alias("node"))
            .agg(f.sum(f.col("rank") * f.col("share")).alias("moved"))
        )
        after = (
            ranks.withColumnRenamed("rank", "before")
            .join(moved, "node", "left")
            .select(
                "node",
                "has_exit",
                (f.coalesce(f.col("moved"), f.lit(0.0)) * DAMPING + f.lit(spread)).alias("rank"),
                "before",
            )
        )
        kept = work.keep(after, "ranks")
        found = kept.agg(
            f.sum(f.abs(f.col("rank") - f.col("before"))),
            f.sum(f.when(f.col("has_exit"), f.col("rank"))),
        ).first()
        change, moving = (found[0] or 0.0, found[1] or 0.0) if found else (0.0, 0.0)
        ranks = kept.drop("before")
        if change < tolerance:
            return ranks.drop("has_exit")
    raise MeasureError(f"the PageRank still changes after {MAX_ROUNDS} rounds")


def find_components(edges: "DataFrame", work: "WorkFolder") -> "DataFrame":
    """Return the connected component of each node: ``node`` and ``component``, its least node.

    Each node takes the least label around it, then that of this label (pointer jumping: Y.
    Shiloach, U. Vishkin, An O(log n) parallel connectivity algorithm, Journal of Algorithms 3,
    1982), until nothing changes.
    """
    from pyspark.sql import functions as f

    links = work.keep(mirror_edges(edges).select("source", "target"), "links")
    labels = work.keep(_list_nodes(edges).withColumn("component", f.col("node")), "components")
    is_changed = True
    while is_changed:
        near = (
            links.join(labels, links["target"] == labels["node"])
            .groupBy("source")
            .agg(f.min("component").alias("near"))
            .withColumnRenamed("source", "node")
        )
        least = f.least(f.col("component"), f.coalesce(f.col("near"), f.col("component")))
        hooked = work.keep(
            labels.join(near, "node", "left").select(
                "node", least.alias("label"), f.col("component").alias("before")
            ),
            "hooked",
        )
        jumps = hooked.select(f.col("node").alias("label"), f.col("label").alias("component"))
        labels = work.keep(
            hooked.join(jumps, "label").select("node", "component", "before"), "components"
        )
        is_changed = not labels.where("component != before").isEmpty()
        labels = labels.drop("before")
    return labels


def propagate_labels(edges: "DataFrame", work: "WorkFolder", rounds: int = 20) -> "DataFrame":
    """Return the community of each node of an undirected network: ``node`` and ``label``.

    All nodes change at once, to the label with most weight among their neighbours. A node whose
    label is one of several keeps it, else it takes the least. Ends when nothing changes, or after
    so many ``rounds``, since two halves of a network may exchange their labels for ever. U.
    Raghavan, R. Albert, S. Kumara, Near linear time algorithm to detect community structures in
    large-scale networks, Physical Review E 76, 036106, 2007; the synchronous variant.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    links = work.keep(mirror_edges(edges), "links")
    labels = work.keep(_list_nodes(edges).withColumn("label", f.col("node")), "labels")
    order = Window.partitionBy("node").orderBy(
        f.col("votes").desc(), f.col("is_own").desc(), f.col("label")
    )
    for _ in range(rounds):
        own = labels.select("node", f.col("label").alias("before"))
        votes = (
            links.join(labels, links["target"] == labels["node"])
            .groupBy(links["source"].alias("node"), "label")
            .agg(f.sum("weight").alias("votes"))
            .join(own, "node")
            .withColumn("is_own", f.col("label") == f.col("before"))
        )
        chosen = votes.withColumn("place", f.row_number().over(order)).where("place = 1")
        after = own.join(chosen.select("node", "label"), "node", "left").select(
            "node", f.coalesce(f.col("label"), f.col("before")).alias("label"), "before"
        )
        kept = work.keep(after, "labels")
        labels = kept.drop("before")
        if kept.where("label != before").isEmpty():
            break
    return labels


def compute_core_numbers(edges: "DataFrame", work: "WorkFolder") -> "DataFrame":
    """Return the core number of each node of an undirected network: ``node`` and ``core``.

    Each node begins with its degree and lowers it to the largest h such that h neighbours have at
    least h, until nothing changes: A. Montresor, F. De Pellegrini, D. Miorandi, Distributed k-core
    decomposition, IEEE Transactions on Parallel and Distributed Systems 24, 2013.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    links = work.keep(mirror_edges(edges).select("source", "target"), "links")
    degrees = links.groupBy(f.col("source").alias("node")).agg(f.count("*").alias("core"))
    alone = _list_nodes(edges).join(degrees, "node", "left")
    cores = work.keep(
        alone.select("node", f.coalesce(f.col("core"), f.lit(0)).alias("core")), "cores"
    )
    order = Window.partitionBy("source").orderBy(f.col("core").desc())
    is_changed = True
    while is_changed:
        ranked = links.join(cores, links["target"] == cores["node"]).select(
            "source", "core", f.row_number().over(order).alias("place")
        )
        bounds = ranked.groupBy(f.col("source").alias("node")).agg(
            f.max(f.least(f.col("place"), f.col("core"))).alias("bound")
        )
        before = cores.withColumnRenamed("core", "before").join(bounds, "node", "left")
        core = f.least(f.col("before"), f.coalesce(f.col("bound"), f.col("before")))
        kept = work.keep(before.select("node", core.alias("core"), "before"), "cores")
        is_changed = not kept.where("core != before").isEmpty()
        cores = kept.drop("before")
    return cores


def _list_nodes(edges: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as f

    ends = [edges.select(f.col(name).alias("node")) for name in ("source", "target")]
    return ends[0].unionByName(ends[1]).distinct()
