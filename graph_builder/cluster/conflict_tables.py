"""Conflicts between sources as Spark tables, by the definitions of the named questions.

Each function finds what the question of its kind finds (``disagreements``,
``disagreements-denials`` and so on), and returns a row for each side. Verdicts and judgements are
left out: whether a place is part of another asks for a path of any length, which is no join.
"""

from functools import cache
from typing import TYPE_CHECKING

from graph_builder.cluster.assertion_tables import (
    FACT,
    get_text,
    is_merged,
    list_terms,
    make_term,
    map_values,
)
from graph_builder.core.ontology import load_ontology, read_ontology_quads
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import expand

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_NOT_SAID = ("modality:denied", "modality:evaluative", "modality:withdrawn")
_PLANNED = ("modality:announced", "modality:intended", "modality:predicted")
_SIDE = ("source", "modality", "affirmed", "verification", "section", "passage", "note")
_PERIOD = ("valid_from", "valid_to", "as_of")


def find_value_conflicts(assertions: "DataFrame") -> "DataFrame":
    """Return the sides of relations that have one value, or count something, but several values."""
    from pyspark.sql import functions as f

    counted = _read_links("aigg:counts")
    single = {r.iri for r in load_ontology().relations.values() if r.is_single_valued}
    relations = [*list_terms(single), *counted]
    said = _select_merged(assertions).where(
        f.col("relation").isin(relations)
        & ~f.col("modality").isin([make_term(name) for name in _NOT_SAID])
    )
    differ = (
        said.groupBy("subject", "relation")
        .agg(*_find_range("value", get_text(f.col("object"))))
        .where("least_value < greatest_value")
        .select("subject", "relation")
    )
    sides = said.join(differ, ["subject", "relation"], "left_semi")
    return sides.select(
        f.col("subject").alias("thing"),
        "relation",
        map_values(f.col("relation"), counted).alias("counted"),
        f.col("object").alias("value"),
        *_SIDE,
        *_PERIOD,
    )


def find_denials(assertions: "DataFrame") -> "DataFrame":
    """Return the sides of facts that one source denies and another affirms."""
    from pyspark.sql import functions as f

    merged = _select_merged(assertions)
    is_denied = f.col("modality") == make_term("modality:denied")
    denied = merged.where(is_denied).select(*FACT).distinct()
    affirmed = merged.where("affirmed").select(*FACT).distinct()
    both = denied.join(affirmed, list(FACT), "left_semi")
    sides = merged.where(f.col("affirmed") | is_denied).join(both, list(FACT), "left_semi")
    return _select_sides(sides, "subject", "object", *_PERIOD)


def find_date_conflicts(assertions: "DataFrame") -> "DataFrame":
    """Return the sides of facts on which sources agree, but not on when they begin or end."""
    from pyspark.sql import functions as f

    merged = _select_merged(assertions).where("affirmed")
    bounds = {"valid_from": "aigg:validFrom", "valid_to": "aigg:validTo"}
    dated = [
        merged.where(f.col(column).isNotNull())
        .withColumn("bound", f.lit(make_term(name)))
        .withColumn("value", f.col(column))
        for column, name in bounds.items()
    ]
    sides = dated[0].unionByName(dated[1])
    key = [*FACT, "bound"]
    differ = (
        sides.groupBy(*key)
        .agg(
            *_find_range("value", get_text(f.col("value"))),
            *_find_range("source", f.col("source")),
        )
        .where("least_value < greatest_value AND least_source < greatest_source")
        .select(*key)
    )
    found = sides.join(differ, key, "left_semi")
    thing = f.col("subject").alias("thing")
    return found.select(thing, "relation", "object", "bound", "value", *_SIDE, "as_of")


def find_plans_beside_acts(assertions: "DataFrame", things: "DataFrame") -> "DataFrame":
    """Return who was to represent an actor at an event, and who did according to others."""
    from pyspark.sql import functions as f

    merged = _select_merged(assertions)
    events = things.where(f.col("class") == make_term("aigg:Event")).select("thing").distinct()
    roles = (
        merged.where(f.col("relation") == make_term("aigg:represented"))
        .select(f.col("subject").alias("who"), f.col("object").alias("actor"))
        .distinct()
    )
    acts = merged.where("affirmed").select(*FACT).distinct()
    plans = (
        merged.where(f.col("modality").isin([make_term(name) for name in _PLANNED]))
        .select(*FACT)
        .distinct()
        .join(acts, list(FACT), "left_anti")
    )
    planned = _name_participants(plans, "planned", roles)
    happened = _name_participants(acts, "happened", roles)
    pairs = (
        planned.join(happened, ["thing", "relation", "actor"])
        .join(events, "thing", "left_semi")
        .select("thing", "relation", "planned", "happened")
        .distinct()
    )
    ends = [
        pairs.select("thing", "relation", f.col(name).alias("value"), f.lit(yes).alias("affirmed"))
        for name, yes in (("planned", False), ("happened", True))
    ]
    wanted = ends[0].unionByName(ends[1]).distinct()
    sides = _select_sides(merged, "object", "subject", *_PERIOD)
    return sides.join(wanted, ["thing", "relation", "value", "affirmed"], "left_semi").distinct()


def _name_participants(facts: "DataFrame", name: str, roles: "DataFrame") -> "DataFrame":
    """Return who takes part in what, each with the actors that this one represents."""
    from pyspark.sql import functions as f

    named = facts.select(f.col("subject").alias("who"), "relation", f.col("object").alias("thing"))
    return named.join(roles, "who").withColumnRenamed("who", name)


def find_list_differences(assertions: "DataFrame") -> "DataFrame":
    """Return the names in the list of one source that are not in that of another.

    Two lists are compared that share two names; one with less than half as many as the other is a
    selection.
    """
    from pyspark.sql import functions as f

    entries = _list_entries(assertions)
    key = ["thing", "relation"]
    lengths = entries.groupBy(*key, "source").agg(f.count("*").alias("listed"))
    others = entries.withColumnRenamed("source", "not_in")
    pairs = (
        entries.join(others, [*key, "value"])
        .where("source != not_in")
        .groupBy(*key, "source", "not_in")
        .agg(f.count("*").alias("shared"))
        .where("shared > 1")
        .drop("shared")
    )
    other_lengths = lengths.select(
        *key, f.col("source").alias("not_in"), f.col("listed").alias("other_listed")
    )
    compared = (
        pairs.join(lengths, [*key, "source"])
        .join(other_lengths, [*key, "not_in"])
        .where("2 * other_listed >= listed")
    )
    found = compared.join(entries, [*key, "source"]).join(
        others, [*key, "value", "not_in"], "left_anti"
    )
    return found.select(*key, "value", "source", "listed", "not_in", "other_listed").distinct()


def _list_entries(assertions: "DataFrame") -> "DataFrame":
    """Return the different entries of lists: the thing that has the list, and the name on it."""
    from pyspark.sql import functions as f

    ends = _read_links("aigg:lists")
    of_subjects = f.col("end") == make_term("rdf:subject")
    return (
        _select_merged(assertions)
        .where("affirmed")
        .withColumn("end", map_values(f.col("relation"), ends))
        .where(f.col("end").isNotNull())
        .select(
            f.when(of_subjects, f.col("object")).otherwise(f.col("subject")).alias("thing"),
            "relation",
            f.when(of_subjects, f.col("subject")).otherwise(f.col("object")).alias("value"),
            "source",
        )
        .distinct()
    )


def find_count_differences(assertions: "DataFrame", things: "DataFrame") -> "DataFrame":
    """Return the stated numbers that differ from the number of names listed.

    ``own`` says whether the list of the same source was compared, else the names of all.
    """
    from pyspark.sql import functions as f

    entries = _list_dated_names(assertions, things)
    key = ["assertion", "thing", "relation", "counted", "value", "source", "verification"]
    key += ["as_of", "note", "number"]
    day, joined = get_text(f.col("as_of")), get_text(f.col("joined"))
    in_time = joined.substr(f.lit(1), f.length(day)) <= day
    listed = (
        _select_stated_numbers(assertions)
        .join(entries, ["thing", "counted"])
        .where(f.coalesce(in_time, f.lit(True)))
    )
    is_own = f.max((f.col("lister") == f.col("source")).cast("int")).alias("is_own")
    names = listed.groupBy(*key, "name", f.col("is_state").cast("int").alias("is_state"))
    counts = (
        names.agg(is_own)
        .groupBy(*key)
        .agg(
            f.count("*").alias("all"),
            f.sum("is_state").alias("states"),
            f.sum("is_own").alias("mine"),
            f.sum(f.col("is_own") * f.col("is_state")).alias("own_states"),
        )
    )
    own = "(mine > 1 AND 2 * mine >= number)"
    differ = counts.where(
        f"({own} AND number != mine AND number != own_states) OR "
        f"(NOT {own} AND 2 * all >= number AND number != all AND number != states)"
    )
    return differ.select(
        *("thing", "relation", "value", "source", "as_of", "verification", "note", "counted"),
        f.expr(f"CASE WHEN {own} THEN mine ELSE all END").alias("listed"),
        f.expr(own).alias("own"),
    )


def _select_stated_numbers(assertions: "DataFrame") -> "DataFrame":
    """Return the numbers that sources affirm, with the relation whose subjects they count."""
    from pyspark.sql import functions as f

    return (
        _select_merged(assertions)
        .where("affirmed")
        .withColumn("counted", map_values(f.col("relation"), _read_links("aigg:counts")))
        .where(f.col("counted").isNotNull())
        .select(
            *("assertion", "relation", "counted", "source", "verification", "as_of", "note"),
            f.col("subject").alias("thing"),
            f.col("object").alias("value"),
            get_text(f.col("object")).cast("double").alias("number"),
        )
    )


def _list_dated_names(assertions: "DataFrame", things: "DataFrame") -> "DataFrame":
    """Return the names that affirmed facts list for a thing, and whether each is a state."""
    from pyspark.sql import functions as f

    is_state = f.col("class") == make_term("aigg:Country")
    classes = things.groupBy(f.col("thing").alias("name")).agg(f.max(is_state).alias("is_state"))
    return (
        _select_merged(assertions)
        .where(f.col("standing") == make_term("aigg:Affirmation"))
        .where(f.col("relation").isin(sorted(set(_read_links("aigg:counts").values()))))
        .select(
            f.col("object").alias("thing"),
            f.col("relation").alias("counted"),
            f.col("subject").alias("name"),
            f.col("source").alias("lister"),
            f.col("valid_from").alias("joined"),
        )
        .join(classes, "name")
    )


def _select_merged(assertions: "DataFrame") -> "DataFrame":
    """Return the assertions of the merged graph, and whether each is affirmed or was set aside."""
    from pyspark.sql import functions as f

    affirmed = f.col("standing").isNotNull()
    return assertions.where(is_merged(assertions)).withColumn("affirmed", affirmed)


def _find_range(name: str, column: "Column") -> "tuple[Column, Column]":
    """Return the least and the greatest value: where these differ, there are several values."""
    from pyspark.sql import functions as f

    return f.min(column).alias(f"least_{name}"), f.max(column).alias(f"greatest_{name}")


def _select_sides(found: "DataFrame", thing: str, value: str, *columns: str) -> "DataFrame":
    from pyspark.sql import functions as f

    ends = f.col(thing).alias("thing"), f.col("relation"), f.col(value).alias("value")
    return found.select(*ends, *_SIDE, *columns)


@cache
def _read_links(predicate: str) -> dict[str, str]:
    """Return what each relation has for a property in the ontology, as N-Triples terms."""
    iri = expand(predicate)
    quads = read_ontology_quads(find_data_folder("ontology"), "terms/*.ttl")
    return {str(q.subject): str(q.object) for q in quads if q.predicate.value == iri}
