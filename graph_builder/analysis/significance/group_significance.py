"""Significance of groups: whether blocs, bodies or the whole network share more than by chance.

A group has many pairs, so it shows what no single pair can. The statistic of a group is the mean
number of texts that two of its members share; that of the whole network is the mean square of what
two nodes share, which is large if some share much and others little. A. Roberts, L. Stone,
Island-sharing by archipelago species, Oecologia 83 (4), 1990.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb, fsum
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.networks.edge_assertions import query_edge_assertions
from graph_builder.analysis.networks.network_definition import find_network_definition as definition
from graph_builder.analysis.networks.projection import Incidence
from graph_builder.analysis.significance.cooccurrence import (
    BiadjacencyMatrix,
    build_biadjacency_matrix,
    build_row_bitmasks,
    count_pair_classes,
    transpose_matrix,
)
from graph_builder.analysis.significance.degree_preserving_swaps import iter_random_tables
from graph_builder.analysis.significance.multiple_testing import compute_q_values
from graph_builder.analysis.significance.null_model import (
    BipartiteConfigurationModel,
    compute_poisson_binomial,
    fit_bicm,
)
from graph_builder.analysis.significance.pair_tests import (
    MAY_BE_CHANCE,
    UNDECIDABLE,
    SignificanceSettings,
    Tail,
)
from graph_builder.core.errors import MeasureError
from graph_builder.core.text import capitalize, escape_controls
from graph_builder.core.vocabulary import NS
from graph_builder.store.graph import Graph, GraphLike

if TYPE_CHECKING:
    import networkx as nx

#: An exact distribution of a group may take this many steps.
MAX_EXACT_STEPS = 50_000_000


@dataclass(frozen=True)
class TestedGroup:
    """A tested group: the mean that two members share, and what degrees lead to expect.

    ``least`` is the smallest p that the degrees of the members allow; ``outside`` counts the
    members that are not in the network.
    """

    name: str
    members: tuple[str, ...]
    outside: int
    shared: float
    expected: float
    p: float
    q: float
    least: float
    level: float
    what: str

    @property
    def verdict(self) -> str:
        """Whether chance explains what the members share, in a few words."""
        if self.least > self.level:
            return UNDECIDABLE
        if self.q > self.level:
            return MAY_BE_CHANCE
        return f"{'more' if self.shared > self.expected else 'less'} than chance explains"

    @property
    def sentence(self) -> str:
        """The figures and the verdict in one sentence."""
        return (
            f"{escape_controls(self.name)}: any two of the {len(self.members)} members in the "
            f"network share {self.shared:.2f} {self.what} on average; chance would give "
            f"{self.expected:.2f}. {capitalize(self.verdict)}; p = {self.p:.2g}, q = {self.q:.2g}"
        )


@dataclass(frozen=True)
class TestedNetwork:
    """A tested network: the mean square of what two nodes share, and what is expected."""

    square: float
    expected: float
    p: float
    level: float

    @property
    def verdict(self) -> str:
        """Whether chance explains how evenly links are spread, in a few words."""
        if self.p > self.level:
            return MAY_BE_CHANCE
        side = "less" if self.square > self.expected else "more"
        return f"links are spread {side} evenly than chance explains"

    @property
    def sentence(self) -> str:
        """The figures and the verdict in one sentence."""
        return (
            f"spread of the links: {self.verdict}. The number shared by two nodes, squared and "
            f"averaged over all pairs, is {self.square:.3f}; chance would give "
            f"{self.expected:.3f}; p = {self.p:.2g}"
        )


def find_body_members(graph: GraphLike) -> dict[str, list[str]]:
    """Return the member countries of each body, bloc or network that the graph names, by IRI.

    Those who work together in a collaboration are left out: it has no list of members.
    """
    wrapped = Graph.wrap(graph)
    found = query_edge_assertions(wrapped, definition("co-membership"), kind="Country")
    members = Incidence(found).by_target
    classes = wrapped.classes_of(members)
    bodies = (body for body in sorted(members) if classes[body] != NS + "Collaboration")
    return {body: members[body] for body in bodies}


def evaluate_groups(
    network: "nx.Graph[str]",
    groups: Mapping[str, Collection[str]],
    *,
    without: Collection[str] = (),
    labels: Mapping[str, str] | None = None,
    **settings: Any,
) -> list[TestedGroup]:
    """Return the groups with two members or more in a projected network, tested.

    ``groups`` maps IRIs or names to members; ``labels`` names the IRIs. q goes over all groups. The
    model is ``fixed`` unless ``null="bicm"`` is given: that is exact, but lets members act more or
    less often than they do, which blurs whether they act together. For the settings see
    ``SignificanceSettings``. Raises MeasureError for a network that is no projection or a
    group that is too large for ``bicm``.
    """
    rows, chosen = (
        build_biadjacency_matrix(network, without=without),
        SignificanceSettings(**{"null": "fixed", **settings}),
    )
    present = {name: sorted({*members} & rows.keys()) for name, members in sorted(groups.items())}
    kept = {name: members for name, members in present.items() if len(members) > 1}
    chances = [*_iter_null_distributions(rows, [*kept.values()], chosen)]
    seen = [
        _compute_group_statistics(rows, kept[n], d, chosen.tail)
        for n, d in zip(kept, chances, strict=True)
    ]
    q = compute_q_values(Counter(p for *_, p, _ in seen), chosen.correction)
    return [
        TestedGroup(
            name=(labels or {}).get(name, name),
            members=tuple(members),
            outside=len({*groups[name]}) - len(members),
            shared=shared,
            expected=expected,
            p=p,
            q=q[p],
            least=least,
            level=chosen.level,
            what=network.graph["projected"],
        )
        for (name, members), (shared, expected, p, least) in zip(kept.items(), seen, strict=True)
    ]


def evaluate_network(
    network: "nx.Graph[str]", *, without: Collection[str] = (), **settings: Any
) -> TestedNetwork:
    """Return whether sharing in a projected network is more uneven than fixed degrees explain.

    p is two-sided, from seeded samples. Raises MeasureError for a network that is no projection.
    """
    rows, chosen = (
        build_biadjacency_matrix(network, without=without),
        SignificanceSettings(**settings),
    )
    drawn = [
        _sum_squared_overlaps(bits)
        for bits in iter_random_tables(rows, chosen.samples, chosen.seed)
    ]
    seen = _sum_squared_overlaps(build_row_bitmasks(rows))
    chances = Counter([seen, *drawn])
    pairs = max(comb(len(rows), 2), 1)
    return TestedNetwork(
        square=seen / pairs,
        expected=fsum(drawn) / max(len(drawn), 1) / pairs,
        p=_compute_p_value(_normalize_counts(chances), seen, "either"),
        level=chosen.level,
    )


def _iter_null_distributions(
    rows: BiadjacencyMatrix, groups: Sequence[Sequence[str]], settings: SignificanceSettings
) -> Iterator[dict[int, float]]:
    """Yield for each group the null distribution of what its members share in all."""
    if settings.null == "bicm":
        model = fit_bicm(map(len, rows.values()), map(len, transpose_matrix(rows).values()))
        yield from (_compute_exact_distribution(rows, members, model) for members in groups)
        return
    order = {row: index for index, row in enumerate(rows)}
    places = [[order[member] for member in members] for members in groups]
    drawn = [build_row_bitmasks(rows), *iter_random_tables(rows, settings.samples, settings.seed)]
    for chosen in places:
        yield _normalize_counts(
            Counter(_count_shared_columns([bits[place] for place in chosen]) for bits in drawn)
        )


def _compute_exact_distribution(
    rows: BiadjacencyMatrix, members: Sequence[str], model: BipartiteConfigurationModel
) -> dict[int, float]:
    """Return the exact distribution of what all pairs share: a sum over independent columns."""
    number = model.columns.total()
    if number**2 * len(members) ** 3 / 4 > MAX_EXACT_STEPS:
        raise MeasureError("a group is too large for --null bicm; use --null fixed")
    degrees = Counter(len(rows[member]) for member in members)
    found = {0: 1.0}
    for column, times in sorted(model.columns.items()):
        acting = compute_poisson_binomial(
            (model.probability[k, column], n) for k, n in degrees.items()
        )
        for _ in range(times):
            found = _add_column(found, acting)
    return found


def _add_column(found: Mapping[int, float], acting: Sequence[float]) -> dict[int, float]:
    totals: dict[int, float] = {}
    for total, p in found.items():
        for number, q in enumerate(acting):
            key = total + comb(number, 2)
            totals[key] = totals.get(key, 0.0) + p * q
    return totals


def _compute_group_statistics(
    rows: BiadjacencyMatrix, members: Sequence[str], chances: Mapping[int, float], tail: Tail
) -> tuple[float, float, float, float]:
    """Return the mean that two members share, its expectation, p, and the smallest possible p."""
    pairs = comb(len(members), 2)
    held = [len(rows[member]) for member in members]
    columns = len(transpose_matrix(rows))
    seen = sum(comb(n, 2) for n in Counter(c for m in members for c in rows[m]).values())
    most = sum(comb(sum(k > place for k in held), 2) for place in range(columns))
    even, over = divmod(sum(held), columns)
    fewest = over * comb(even + 1, 2) + (columns - over) * comb(even, 2)
    expected = fsum(total * p for total, p in chances.items()) / pairs
    least = min(_compute_p_value(chances, most, tail), _compute_p_value(chances, fewest, tail))
    return seen / pairs, expected, _compute_p_value(chances, seen, tail), least


def _compute_p_value(chances: Mapping[int, float], seen: int, tail: Tail) -> float:
    more = fsum(p for total, p in chances.items() if total >= seen)
    fewer = fsum(p for total, p in chances.items() if total <= seen)
    p = more if tail == "more" else fewer if tail == "fewer" else 2 * min(more, fewer)
    return min(1.0, max(p, min(chances.values())))


def _normalize_counts(counts: Counter[int]) -> dict[int, float]:
    return {each: number / counts.total() for each, number in counts.items()}


def _count_shared_columns(patterns: Sequence[int]) -> int:
    """Return how many columns all pairs of some rows share in total."""
    most = max(bits.bit_length() for bits in patterns)
    return sum(comb(sum(bits >> place & 1 for bits in patterns), 2) for place in range(most))


def _sum_squared_overlaps(patterns: Sequence[int]) -> int:
    return sum(
        number * shared**2 for (_, _, shared), number in count_pair_classes(patterns).items()
    )
