"""Statistical power: how many planted pairs of known strength the pair test finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import fsum, inf, sqrt
from random import Random
from typing import TYPE_CHECKING, Any

from graph_builder.analysis.significance.cooccurrence import (
    BiadjacencyMatrix,
    ProjectionSide,
    build_biadjacency_matrix,
    transpose_matrix,
)
from graph_builder.analysis.significance.null_model import (
    BipartiteConfigurationModel,
    convolve,
    fit_bicm,
)
from graph_builder.analysis.significance.pair_tests import (
    PairTests,
    SignificanceSettings,
    compute_pair_tests,
)
from graph_builder.core.errors import MeasureError

if TYPE_CHECKING:
    import networkx as nx

#: Odds ratios of planted pairs: the factor on the odds to act if the other has acted.
DEFAULT_ODDS_RATIOS = (5.0, 25.0, inf)
#: The share of true pairs that a test should find (J. Cohen, Statistical Power Analysis, 1988).
TARGET_POWER = 0.8
_NODES_PER_PARTNER = 10
_MAX_COPIES = 64


@dataclass(frozen=True)
class PowerEstimate:
    """The share of planted pairs found, by odds ratio, and the share of findings that are false.

    ``needed`` is the number of similar texts from which the most telling pair could be validated
    alone, or None if that is more than 64 times the present number.
    """

    columns: int
    what: str
    planted: int
    found: dict[float, float]
    false: dict[float, float]
    needed: int | None

    @property
    def enough(self) -> bool:
        """Whether pairs of some tried strength are found with the target power."""
        return max(self.found.values(), default=0.0) >= TARGET_POWER

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        shares = ", ".join(
            f"{share:.0%} at {_describe_odds(odds)}" for odds, share in self.found.items()
        )
        needed = f"{self.needed or self.columns * _MAX_COPIES:,}"
        needed = f"about {needed}" if self.needed else f"more than {needed}"
        verdict = "enough data for strong links" if self.enough else "not enough data"
        return (
            f"{verdict}: of {self.planted} simulated pairs of each strength the test finds "
            f"{shares}; the pair that is easiest to detect needs {needed} {self.what}"
        )


def estimate_power(
    network: "nx.Graph[str]",
    *,
    without: Sequence[str] = (),
    of: ProjectionSide = "sources",
    odds: Sequence[float] = DEFAULT_ODDS_RATIOS,
    trials: int = 20,
    **settings: Any,
) -> PowerEstimate:
    """Return the share of planted pairs that the test finds in data like those of a network.

    In each of so many seeded trials one node in ten gets a partner, and the whole test, the fit
    included, is made on the planted data; ``of`` is as in ``validate_projection``. For the settings
    see ``SignificanceSettings``. Raises MeasureError for a network that is no projection.
    """
    rows = build_biadjacency_matrix(network, without=without, of=of)
    chosen = SignificanceSettings(**settings)
    if len(rows) < 2:  # noqa: PLR2004 -- a pair
        raise MeasureError("power needs at least two nodes")
    model = fit_bicm(map(len, rows.values()), map(len, transpose_matrix(rows).values()))
    random = Random(chosen.seed)  # noqa: S311 -- a simulation, no secret
    results = {each: _run_trials(rows, model, each, trials, chosen, random) for each in odds}
    number = trials * _count_planted_pairs(rows)
    return PowerEstimate(
        columns=len(transpose_matrix(rows)),
        what=network.graph["projected"] if of == "sources" else "nodes",
        planted=number,
        found={each: right / number for each, (right, _) in results.items()},
        false={each: wrong for each, (_, wrong) in results.items()},
        needed=estimate_needed_columns(compute_pair_tests(rows, replace(chosen, null="bicm"))),
    )


def estimate_needed_columns(pairs: PairTests) -> int | None:
    """Return the number of similar columns from which a pair that acts alike could be validated.

    Copies of all columns have the model of the columns, so only the distributions grow.
    """
    sides = 2 if pairs.settings.tail == "either" else 1
    bar = pairs.settings.level / max(pairs.number.total(), 1) / sides
    alike = sorted({(one, other) for one, other, _ in pairs.number if one == other})
    many = {degrees: [1.0] for degrees in alike}
    for copies in range(1, _MAX_COPIES + 1):
        for one, other in alike:
            many[one, other] = convolve(
                many[one, other], pairs.null.get_shared_distribution(one, other)
            )
            if fsum(many[one, other][one * copies :]) <= bar:
                return len(pairs.columns) * copies
    return None


def plant_pairs(
    rows: BiadjacencyMatrix, model: BipartiteConfigurationModel, odds: float, random: Random
) -> tuple[BiadjacencyMatrix, set[frozenset[str]]]:
    """Return a random table of the model with some planted pairs, and these pairs.

    In a planted pair both nodes keep the probabilities of the model, and the odds of one to act are
    multiplied if the other acts. R. Plackett, A class of bivariate distributions, Journal of the
    American Statistical Association 60 (310), 1965.
    """
    columns = {name: len(held) for name, held in transpose_matrix(rows).items()}
    chances = {
        row: {name: model.probability[len(held), size] for name, size in columns.items()}
        for row, held in rows.items()
    }
    drawn = {row: _draw_row(chance, random) for row, chance in chances.items()}
    ends = random.sample(sorted(rows), 2 * _count_planted_pairs(rows))
    pairs = [*zip(ends[::2], ends[1::2], strict=True)]
    for one, other in pairs:
        p, q, acts = chances[one], chances[other], drawn[one]
        drawn[other] = _draw_row(
            {c: compute_conditional_probability(p[c], q[c], odds, acted=c in acts) for c in q},
            random,
        )
    return drawn, {frozenset(pair) for pair in pairs}


def _draw_row(chance: Mapping[str, float], random: Random) -> frozenset[str]:
    return frozenset([name for name, p in chance.items() if random.random() < p])


def compute_conditional_probability(p: float, q: float, odds: float, *, acted: bool) -> float:
    """Return the probability of an event (marginal q) given whether another (marginal p) acted."""
    both = _compute_joint_probability(p, q, odds)
    return both / p if acted else (q - both) / (1 - p)


def _compute_joint_probability(p: float, q: float, odds: float) -> float:
    if odds == inf:
        return min(p, q)
    if odds == 1:
        return p * q
    total = 1 + (p + q) * (odds - 1)
    return (total - sqrt(total**2 - 4 * odds * (odds - 1) * p * q)) / (2 * (odds - 1))


def _run_trials(
    rows: BiadjacencyMatrix,
    model: BipartiteConfigurationModel,
    odds: float,
    trials: int,
    settings: SignificanceSettings,
    random: Random,
) -> tuple[int, float]:
    """Return how many planted pairs were found, and what share of the findings was false."""
    right, wrong = 0, 0.0
    for _ in range(trials):
        drawn, tied = plant_pairs(rows, model, odds, random)
        finds = _find_validated_pairs(
            compute_pair_tests({row: held for row, held in drawn.items() if held}, settings)
        )
        right += len(finds & tied)
        wrong += len(finds - tied) / max(len(finds), 1) / trials
    return right, wrong


def _find_validated_pairs(pairs: PairTests) -> set[frozenset[str]]:
    """Return the validated pairs."""
    if not pairs.validated:
        return set()
    return {
        frozenset((one, other))
        for (one, mine), (other, yours) in combinations(pairs.rows.items(), 2)
        if (*sorted((len(mine), len(yours))), len(mine & yours)) in pairs.validated
    }


def _count_planted_pairs(rows: BiadjacencyMatrix) -> int:
    return max(1, len(rows) // _NODES_PER_PARTNER // 2)


def _describe_odds(odds: float) -> str:
    return "acting as alike as degrees allow" if odds == inf else f"an odds ratio of {odds:g}"
