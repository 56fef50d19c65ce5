"""Statistically validated projections: which pairs share more or less than chance explains.

The test asks of each pair whether two countries stand behind more of the same texts than follows
from how many texts each stands behind and how many countries stand behind each text. The model
takes every text to be open to every country. One that few were invited to sign, or that only the
members of a body could join, breaks this: leave it out (``without``), and see what each text does
to the result (``run_leave_one_out``).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.measures.measure_definition import Measure
from graph_builder.analysis.significance.cooccurrence import (
    ProjectionSide,
    build_biadjacency_matrix,
    transpose_matrix,
)
from graph_builder.analysis.significance.pair_tests import (
    MAY_BE_CHANCE,
    UNDECIDABLE,
    PairTests,
    SignificanceSettings,
    compute_pair_tests,
)
from graph_builder.core.errors import MeasureError, UnknownNameError
from graph_builder.core.text import capitalize, escape_controls

if TYPE_CHECKING:
    import networkx as nx

_TAIL_WORDS = {"either": "more or less", "more": "more", "fewer": "less"}


@dataclass(frozen=True)
class TestedPair:
    """Two nodes: how much they share, what their degrees lead to expect, and the test result.

    ``least`` is the smallest p that their degrees allow. ``decidable`` says whether any count could
    have been validated. ``of`` is the number of things that can be shared, ``what`` their name.
    """

    source: str
    target: str
    source_label: str
    target_label: str
    degrees: tuple[int, int]
    shared: int
    of: int
    expected: float
    p: float
    q: float
    least: float
    validated: bool
    decidable: bool
    what: str

    @property
    def verdict(self) -> str:
        """Whether chance explains what the pair shares, in a few words."""
        if self.validated:
            side = "more" if self.shared > self.expected else "fewer"
            return f"{side} than chance explains"
        return MAY_BE_CHANCE if self.decidable else UNDECIDABLE

    @property
    def sentence(self) -> str:
        """The figures and the verdict in one sentence."""
        return (
            f"{escape_controls(self.source_label)} and {escape_controls(self.target_label)} "
            f"share {self.shared} of {self.of} {self.what}; chance would give {self.expected:.1f}. "
            f"{capitalize(self.verdict)}; p = {self.p:.2g}, q = {self.q:.2g}"
        )


@dataclass(frozen=True)
class ValidatedProjection:
    """The tested pairs of a network; iterate for those that share anything or are validated."""

    name: str
    who: str
    what: str
    labels: Mapping[str, str]
    pairs: PairTests

    def __iter__(self) -> Iterator[TestedPair]:
        """Yield pairs in the order of their IRIs, those that share nothing only if validated."""
        rows, columns = self.pairs.rows, transpose_matrix(self.pairs.rows)
        void = any(not shared for *_, shared in self.pairs.validated)
        for one, held in rows.items():
            others = rows.keys() if void else frozenset().union(*(columns[c] for c in held))
            for other in sorted(others):
                if one < other and ((found := self._pair(one, other)).shared or found.validated):
                    yield found

    def pair(self, one: str, other: str) -> TestedPair:
        """Return the test of two nodes by their IRIs, in either order.

        Raises UnknownNameError for what is no node of the network, MeasureError for a node twice.
        """
        for name in (one, other):
            if name not in self.pairs.rows:
                raise UnknownNameError("node", name, self.pairs.rows)
        if one == other:
            raise MeasureError("a pair is two different nodes")
        return self._pair(one, other)

    @property
    def links(self) -> list[TestedPair]:
        """The validated pairs, for example to draw them."""
        return [pair for pair in self if pair.validated]

    @property
    def enough(self) -> bool:
        """Whether any data with these degrees could validate a pair."""
        return self.pairs.max_validated > 0

    @property
    def sentences(self) -> list[str]:
        """What the data could show, then what they show."""
        return [self.power, self.result]

    @property
    def power(self) -> str:
        """What the data could show, before any result."""
        pairs, number = self.pairs, self.pairs.number.total()
        size = f"{len(pairs.rows)} {self.who}, {len(pairs.columns)} {self.what}"
        if not number:
            return f"there is no pair to test ({size})"
        least = min(pairs.number_by_minimum_p)
        size = f"{size}; the smallest p that any pair can reach is {least:.2g}"
        if not self.enough:
            side = _TAIL_WORDS[pairs.settings.tail]
            return (
                f"the data cannot show for any of the {number:,} pairs whether they share {side} "
                f"than chance would give ({size})"
            )
        return (
            f"the data could set {pairs.max_validated:,} of {number:,} pairs apart from chance, "
            f"if each shared as many or as few {self.what} as it can ({pairs.testable:,} if tested "
            f"one by one; {size})"
        )

    @property
    def result(self) -> str:
        """How many pairs chance does not explain."""
        pairs = self.pairs
        found = pairs.above_expected + pairs.below_expected
        if not self.enough:
            return "this is no evidence for or against a link between any two"
        stand = "stands" if found == 1 else "stand"
        return (
            f"{found:,} of {pairs.number.total():,} pairs {stand} out from chance, "
            f"{pairs.above_expected:,} above and {pairs.below_expected:,} below expectation "
            f"(false-discovery rate {pairs.settings.level:g}); for the others the data show "
            "neither a link nor its absence"
        )

    def _pair(self, one: str, other: str) -> TestedPair:
        mine, yours = self.pairs.rows[one], self.pairs.rows[other]
        low, high = sorted((len(mine), len(yours)))
        found = (low, high, len(mine & yours))
        return TestedPair(
            source=one,
            target=other,
            source_label=self.labels.get(one, one),
            target_label=self.labels.get(other, other),
            degrees=(len(mine), len(yours)),
            shared=found[2],
            of=len(self.pairs.columns),
            expected=self.pairs.expected(low, high),
            p=self.pairs.p(found),
            q=self.pairs.q[found],
            least=self.pairs.attainable(found),
            validated=found in self.pairs.validated,
            decidable=self.pairs.attainable(found) in self.pairs.significant_attainable_p,
            what=self.what,
        )


def validate_projection(
    network: "nx.Graph[str]",
    *,
    without: Collection[str] = (),
    of: ProjectionSide = "sources",
    labels: Mapping[str, str] | None = None,
    **settings: Any,
) -> ValidatedProjection:
    """Return the pairs of a projected network, tested; for options see ``SignificanceSettings``.

    ``without`` leaves out what is shared, by IRI. ``of="targets"`` turns the question round: which
    texts have more of the same supporters than chance explains; ``labels`` then names them. Raises
    MeasureError for a network that is no projection, UnknownNameError for what is not in it.
    """
    rows = build_biadjacency_matrix(network, without=without, of=of)
    known = {node: held.get("label", node) for node, held in network.nodes(data=True)}
    both = ("nodes", network.graph["projected"])
    who, what = both if of == "sources" else reversed(both)
    pairs = compute_pair_tests(rows, SignificanceSettings(**settings))
    return ValidatedProjection(network.graph["name"], who, what, {**known, **(labels or {})}, pairs)


def count_validated_pairs(graph: "nx.Graph[str]") -> Mapping[str, float]:
    """Return how many pairs could be validated, and how many are, above and below expectation.

    F. Saracco and others, Inferring monopartite projections of bipartite networks: an
    entropy-based approach, New Journal of Physics 19, 053022, 2017. Raises MeasureError for a
    network that is no projection.
    """
    pairs = validate_projection(graph).pairs
    return {
        "possible": float(pairs.max_validated),
        "above": float(pairs.above_expected),
        "below": float(pairs.below_expected),
    }


SIGNIFICANCE_MEASURES = (
    Measure(
        "chance",
        "network",
        "How many pairs share more (above) or less (below) than chance would give nodes with so "
        "many links (false-discovery rate 0.05). If none is possible, the data are too few to "
        "tell, and a strong link in a picture proves nothing.",
        "Saracco, Straka, Di Clemente, Gabrielli, Caldarelli and Squartini 2017",
        count_validated_pairs,
        network_types=frozenset({"one"}),
        min_nodes=2,
    ),
)
