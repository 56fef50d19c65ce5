"""Random tables of exactly the observed degrees: the microcanonical null model (curveball).

Two rows pool what only one of them has and deal it out again at random, each as many as before;
every table is then equally likely in the long run. G. Strona and others, A fast and unbiased
procedure to randomize ecological binary matrices with fixed row and column totals, Nature
Communications 5, 4114, 2014 (curveball); on the pairs of a projection: K. Godard and Z. Neal,
fastball, Journal of Complex Networks 10 (6), 2022.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from graph_builder.analysis.significance.cooccurrence import (
    BiadjacencyMatrix,
    DegreePair,
    PairClass,
    build_row_bitmasks,
    count_pair_classes,
    list_set_bits,
    transpose_matrix,
)

#: The mean number of trades of a row between one table and the next.
TRADES_PER_ROW = 5


@dataclass(frozen=True)
class FixedDegreeModel:
    """A null model with fixed degrees, estimated from sampled tables."""

    seen: Counter[PairClass]
    pairs: Counter[DegreePair]
    columns: int

    def get_resolution(self, one: int, other: int) -> float:
        """Return the probability of a value that two rows of these degrees showed once."""
        return 1 / self.pairs[min(one, other), max(one, other)]

    def get_shared_distribution(self, one: int, other: int) -> list[float]:
        """Return the probabilities of sharing 0, 1, 2 ... columns, by the degrees of two rows."""
        low, high = sorted((one, other))
        number = self.pairs[low, high]
        return [self.seen[low, high, shared] / number for shared in range(self.columns + 1)]


def sample_fixed_degree_model(rows: BiadjacencyMatrix, number: int, seed: int) -> FixedDegreeModel:
    """Return the model from a table and ``number`` random tables of its degrees.

    Rows of equal degree are alike under the model, so their pairs are counted together. The table
    itself counts as one sample: a probability is then never 0, and tests stay conservative.
    """
    seen = count_pair_classes(build_row_bitmasks(rows))
    for patterns in iter_random_tables(rows, number, seed):
        seen.update(count_pair_classes(patterns))
    pairs: Counter[DegreePair] = Counter()
    for (low, high, _), times in seen.items():
        pairs[low, high] += times
    return FixedDegreeModel(seen, pairs, len(transpose_matrix(rows)))


def iter_random_tables(rows: BiadjacencyMatrix, number: int, seed: int) -> Iterator[list[int]]:
    """Yield random tables with the degrees of a table, each as row bitmasks.

    The table stands at a random place of the chain: however slowly that mixes, the table is
    exchangeable with the samples if chance made it. J. Besag, P. Clifford, Generalized Monte Carlo
    significance tests, Biometrika 76 (4), 1989.
    """
    random = Random(seed)  # noqa: S311 -- a sample, no secret
    before = random.randrange(number + 1)
    for steps in (before, number - before):
        yield from _run_markov_chain(rows, steps, random)


def _run_markov_chain(rows: BiadjacencyMatrix, steps: int, random: Random) -> Iterator[list[int]]:
    """Yield the tables of the chain, trading along the shorter side, which mixes sooner."""
    bits, others = build_row_bitmasks(rows), build_row_bitmasks(transpose_matrix(rows))
    upright = len(bits) <= len(others)
    lines = [set(list_set_bits(line)) for line in (bits if upright else others)]
    for _ in range(steps):
        for _ in range(TRADES_PER_ROW * len(lines) // 2):
            swap_columns(lines, random)
        yield [*map(_pack_bits, lines)] if upright else _transpose_sets(lines, len(bits))


def swap_columns(lines: list[set[int]], random: Random) -> None:
    """Let two rows exchange at random what only one of them has, with degrees unchanged."""
    if len(lines) < 2:  # noqa: PLR2004 -- it takes two
        return
    one, other = random.sample(range(len(lines)), 2)
    mine = lines[one] - lines[other]
    pool = sorted(lines[one] ^ lines[other])
    dealt = set(random.sample(pool, len(mine)))
    common = lines[one] & lines[other]
    lines[one], lines[other] = common | dealt, common | (set(pool) - dealt)


def _pack_bits(line: set[int]) -> int:
    return sum(1 << place for place in line)


def _transpose_sets(lines: list[set[int]], number: int) -> list[int]:
    turned = [0] * number
    for place, line in enumerate(lines):
        for index in line:
            turned[index] |= 1 << place
    return turned
