"""Significance tests of a network: the request, and the result as sentences and rows."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, get_args

from graph_builder.analysis.networks.network_definition import (
    find_network_definition,
    load_network_definitions,
)
from graph_builder.analysis.reports.network_report import (
    NetworkReport,
    ProgressCallback,
    build_unmeasured_report,
    ignore_progress,
)
from graph_builder.analysis.significance.cooccurrence import (
    build_biadjacency_matrix,
    run_leave_one_out,
)
from graph_builder.analysis.significance.group_significance import (
    TestedGroup,
    TestedNetwork,
    evaluate_groups,
    evaluate_network,
    find_body_members,
)
from graph_builder.analysis.significance.multiple_testing import Correction
from graph_builder.analysis.significance.pair_tests import NullModelName, SignificanceSettings, Tail
from graph_builder.analysis.significance.statistical_power import estimate_power
from graph_builder.analysis.significance.validated_projection import (
    TestedPair,
    ValidatedProjection,
    validate_projection,
)
from graph_builder.core.errors import LibraryError, MeasureError, UnknownNameError
from graph_builder.query.parameters import resolve_entity
from graph_builder.store.graph import Graph, GraphLike

#: What is tested: pairs of sources, pairs of targets, the bodies of the graph, or the network.
SignificanceSubject = Literal["sources", "targets", "groups", "whole"]
PAIR_SUBJECTS: tuple[SignificanceSubject, ...] = ("sources", "targets")
ResultRow = Mapping[str, Any]
#: The network whose edges are the bodies themselves.
_CO_MEMBERSHIP = "co-membership"
#: Networks of at most this many edges are exported with p-values.
_MAX_EDGES_TESTED = 10_000
_CHOICES: Mapping[str, Any] = {
    "of": SignificanceSubject,
    "null": NullModelName,
    "tail": Tail,
    "correction": Correction,
}


@dataclass(frozen=True)
class SignificanceRequest:
    """A request for tests: of what, of which two nodes, and without which targets, all by IRI."""

    subject: SignificanceSubject
    settings: SignificanceSettings
    pair: tuple[str, str] | None = None
    without: Sequence[str] = ()
    each_left_out: bool = False
    planted: bool = False


@dataclass(frozen=True)
class SignificanceResult:
    """The result of tests: sentences, first what the data could show, and rows.

    Rows are of pairs, groups or the whole; with ``each_left_out`` each also says by ``left_out``
    without what, "" being without nothing more.
    """

    report: NetworkReport
    request: SignificanceRequest
    sentences: Sequence[str] = ()
    rows: Sequence[ResultRow] = ()

    @property
    def what(self) -> str:
        """The name of what nodes share, such as texts."""
        return self.report.definition.projected


class _TestOutput(NamedTuple):
    sentences: list[str]
    rows: list[dict[str, Any]]


_Test = Callable[..., _TestOutput]


def analyse_significance(  # noqa: PLR0913 -- each is an option of its own
    graph: GraphLike,
    name: str,
    *,
    of: SignificanceSubject = "sources",
    pair: tuple[str, str] | None = None,
    without: Iterable[str] = (),
    each_left_out: bool = False,
    planted: bool = False,
    say: ProgressCallback = ignore_progress,
    settings: Mapping[str, Any] | None = None,
    **filters: Any,
) -> SignificanceResult:
    """Return the significance of the pairs, the groups or the whole of a projected network.

    ``pair`` and ``without`` name things as users do; ``each_left_out`` shows what each thing that
    is shared does to the verdicts; ``planted`` adds a simulation of power. For the settings see
    ``SignificanceSettings``; what is asked of groups and of the whole holds degrees ``fixed``
    unless said otherwise. The filters are ``kind``, ``modality`` and ``basis``. Raises
    UnknownNameError and QueryError for names, MeasureError for what cannot be asked.
    """
    opened, chosen = Graph.wrap(graph), _build_settings(of, settings or {})
    _check_request(name, of, pair=pair is not None, planted=planted, settings=chosen)
    found = build_unmeasured_report(opened, name, say=say, **filters)
    request = SignificanceRequest(
        subject=of,
        settings=chosen,
        pair=(resolve_entity(pair[0], opened), resolve_entity(pair[1], opened)) if pair else None,
        without=[resolve_entity(each, opened) for each in without],
        each_left_out=each_left_out,
        planted=planted,
    )
    if not found.network:
        return SignificanceResult(found, request)
    _check_entities(found, request)
    return _run_tests(found, request, say)


def compute_edge_p_values(found: NetworkReport) -> tuple[str, dict[tuple[str, str], ResultRow]]:
    """Return what the data could show, and p, q and whether validated of each edge, by its ends.

    Both are empty where a network is no projection, or has so many edges that it takes its time.
    """
    if (
        not found.definition.projected
        or not 0 < found.network.number_of_edges() <= _MAX_EDGES_TESTED
    ):
        return "", {}
    try:
        pairs = validate_projection(found.network)
    except (LibraryError, MeasureError):
        return "", {}
    return f" Against chance: {pairs.power}.", {
        (pair.source, pair.target): {"p": pair.p, "q": pair.q, "validated": pair.validated}
        for pair in pairs
    }


def _run_tests(
    found: NetworkReport, request: SignificanceRequest, say: ProgressCallback
) -> SignificanceResult:
    say(f"testing {found.definition.name} against chance")
    test, without = _build_test(found, request), request.without
    sentences, rows = test(found.network, without=without)
    if request.planted:
        say("simulating pairs to see how many the test finds")
        planted = estimate_power(
            found.network,
            without=without,
            of=_get_projection_side(request),
            **asdict(request.settings),
        )
        sentences.insert(1 if len(sentences) > 1 else 0, planted.sentence)
    if request.each_left_out:
        # the summary of all pairs has other rows than their list has
        test = _add_progress(
            test if request.pair else _build_leave_one_out_test(found, request), found.graph, say
        )
        base = test(found.network, without=without).rows
        others = run_leave_one_out(test, found.network, without=without)
        sentences.append(
            _describe_robustness(found, base, {each: of.rows for each, of in others.items()})
        )
        rows = [{"left_out": "", **row} for row in base]
        rows += [{"left_out": each, **row} for each, of in others.items() for row in of.rows]
    return SignificanceResult(found, request, sentences, rows)


def _build_test(found: NetworkReport, request: SignificanceRequest) -> _Test:
    """Return the test: from the network, without some of what is shared, to sentences and rows."""
    groups = find_body_members(found.graph) if request.subject == "groups" else {}
    settings = asdict(request.settings)

    def test(network: Any, *, without: Collection[str]) -> _TestOutput:
        if request.subject == "groups":
            return _summarize_groups(
                evaluate_groups(network, groups, without=without, **settings), found
            )
        if request.subject == "whole":
            seen = evaluate_network(network, without=without, **settings)
            return _summarize_network(
                seen, found, len(build_biadjacency_matrix(network, without=without)), request
            )
        pairs = _validate_pairs(found, request, without)
        return _summarize_pair(pairs, request.pair) if request.pair else _summarize_pairs(pairs)

    return test


def _build_leave_one_out_test(found: NetworkReport, request: SignificanceRequest) -> _Test:
    """Return the test whose rows are compared: of all pairs their number, else as before."""
    if request.subject not in PAIR_SUBJECTS:
        return _build_test(found, request)
    return lambda _, *, without: _TestOutput(
        [], [_build_count_row(_validate_pairs(found, request, without))]
    )


def _add_progress(test: _Test, graph: Graph, say: ProgressCallback) -> _Test:
    """Return a test that says what is left out, and has no rows where nothing is left."""

    def run_test(network: Any, *, without: Sequence[str]) -> _TestOutput:
        say("leaving out " + graph.label(without[-1]) if without else "leaving out nothing")
        return (
            test(network, without=without)
            if build_biadjacency_matrix(network, without=without)
            else _TestOutput([], [])
        )

    return run_test


def _validate_pairs(
    found: NetworkReport, request: SignificanceRequest, without: Collection[str]
) -> ValidatedProjection:
    shared = found.network.graph["incidence"].by_target
    labels = {each: found.graph.label(each) for each in shared}
    return validate_projection(
        found.network,
        without=without,
        of=_get_projection_side(request),
        labels=labels,
        **asdict(request.settings),
    )


def _get_projection_side(request: SignificanceRequest) -> Literal["sources", "targets"]:
    return "targets" if request.subject == "targets" else "sources"


def _summarize_pairs(found: ValidatedProjection) -> _TestOutput:
    """Return the pairs, those that stand out and then those with the smallest p first."""
    ranked = sorted(found, key=lambda pair: (not pair.validated, pair.p, pair.source, pair.target))
    return _TestOutput([found.power, found.result], [_build_pair_row(pair) for pair in ranked])


def _summarize_pair(found: ValidatedProjection, ends: tuple[str, str]) -> _TestOutput:
    """Return one pair, or nothing where one of the two shares nothing any more."""
    if not found.pairs.rows.keys() >= {*ends}:
        return _TestOutput([], [])
    pair = found.pair(*ends)
    return _TestOutput([pair.sentence], [_build_pair_row(pair)])


def _build_pair_row(pair: TestedPair) -> dict[str, Any]:
    return {
        "one": pair.source,
        "other": pair.target,
        "shared": pair.shared,
        "of": pair.of,
        "expected": pair.expected,
        "p": pair.p,
        "q": pair.q,
        "least": pair.least,
        "validated": pair.validated,
        "verdict": pair.verdict,
    }


def _build_count_row(found: ValidatedProjection) -> dict[str, Any]:
    pairs = found.pairs
    numbers = {"pairs": pairs.number.total(), "possible": pairs.max_validated}
    verdict = f"{pairs.above_expected:,} above and {pairs.below_expected:,} below expectation"
    return {
        **numbers,
        "above": pairs.above_expected,
        "below": pairs.below_expected,
        "verdict": verdict if found.enough else "not enough data to judge a single pair",
    }


def _summarize_groups(found: Sequence[TestedGroup], of: NetworkReport) -> _TestOutput:
    able = sum(group.least <= group.level for group in found)
    out = [group for group in found if group.least <= group.level and group.q <= group.level]
    more = sum(group.shared > group.expected for group in out)
    power_ = (
        f"for {able} of {len(found)} groups with two or more members in {of.definition.name}, the "
        "data can show whether they share more or less than chance explains"
    )
    result = (
        f"{more} of {len(found)} groups share more and {len(out) - more} share less than chance "
        "explains; for the others the data show neither that they act together nor that they "
        "do not"
    )
    rows = [
        {
            "group": group.name,
            "members": len(group.members),
            "outside": group.outside,
            **_build_mean_columns(group.shared, group.expected),
            "p": group.p,
            "q": group.q,
            "least": group.least,
            "validated": group in out,
            "verdict": group.verdict,
        }
        for group in sorted(found, key=lambda group: (group.p, group.name))
    ]
    return _TestOutput([power_, result], rows)


def _summarize_network(
    found: TestedNetwork, of: NetworkReport, nodes: int, request: SignificanceRequest
) -> _TestOutput:
    samples = request.settings.samples
    least = min(1.0, 2 / (samples + 1))
    enough = "enough samples" if least <= found.level else "not enough samples to show anything"
    power_ = (
        f"{enough}: the smallest p that {samples:,} can show is {least:.2g} ({nodes:,} nodes that "
        f"share {of.definition.projected})"
    )
    row = {
        **_build_mean_columns(found.square, found.expected),
        "p": found.p,
        "validated": found.p <= found.level,
        "verdict": found.verdict,
    }
    return _TestOutput([power_, found.sentence], [row])


def _build_mean_columns(shared: float, expected: float) -> dict[str, float]:
    return {"shared": shared, "expected": expected}


def _describe_robustness(
    found: NetworkReport, base: Sequence[ResultRow], others: Mapping[str, Sequence[ResultRow]]
) -> str:
    """Say without what a verdict becomes another one."""
    before, what = _map_verdicts(base), found.definition.projected
    turning = [
        found.graph.label(each) for each, of in others.items() if _map_verdicts(of) != before
    ]
    if not turning:
        return f"No verdict changes, whichever single one of the {len(others)} {what} is left out"
    return (
        f"Some verdicts change when one of these is left out: {'; '.join(turning)} "
        f"({len(turning)} of the {len(others)} {what}); such a result rests on that one alone"
    )


def _map_verdicts(rows: Sequence[ResultRow]) -> dict[object, str]:
    return {(row.get("group"), row.get("one")): row["verdict"] for row in rows}


def _build_settings(of: SignificanceSubject, given: Mapping[str, Any]) -> SignificanceSettings:
    """Return the settings; raises UnknownNameError or MeasureError for a wrong value."""
    usual = {} if of in PAIR_SUBJECTS else {"null": "fixed"}
    wanted = {**usual, **{name: each for name, each in given.items() if each is not None}}
    for name, choices in _CHOICES.items():
        value = {"of": of, **wanted}.get(name)
        if value is not None and value not in get_args(choices):
            raise UnknownNameError(name, str(value), get_args(choices))
    found = SignificanceSettings(**wanted)
    if not 0 < found.level < 1:
        raise MeasureError(f"the level must be between 0 and 1, not {found.level:g}")
    if found.samples < 1:
        raise MeasureError(f"the number of samples must be at least 1, not {found.samples}")
    return found


def _check_request(
    name: str, of: SignificanceSubject, *, pair: bool, planted: bool, settings: SignificanceSettings
) -> None:
    """Raise MeasureError for what cannot be asked, before anything is worked out."""
    if not find_network_definition(name).projected:
        *rest, last = (
            each for each, definition in load_network_definitions().items() if definition.projected
        )
        raise MeasureError(
            f"{name} does not record what nodes share, so it cannot be tested against chance; use "
            f"{', '.join(rest)} or {last}"
        )
    if of not in PAIR_SUBJECTS and (pair or planted):
        request = "a pair" if pair else "simulated pairs"
        raise MeasureError(f"{request} can be tested among sources or targets, not among {of}")
    if of == "groups" and name == _CO_MEMBERSHIP:
        raise MeasureError(
            f"{name} is built from these groups, so it is no finding that their members share "
            "them; use another network"
        )
    if of == "whole" and (settings.null, settings.tail) != ("fixed", "either"):
        raise MeasureError("the whole network is tested only with --null fixed and --tail either")


def _check_entities(found: NetworkReport, request: SignificanceRequest) -> None:
    """Raise MeasureError for a thing that is not in the network where it is looked for."""
    what, name, label = found.definition.projected, found.definition.name, found.graph.label
    shared = found.network.graph["incidence"].by_target
    for each in request.without:
        if each not in shared:
            raise MeasureError(f"{label(each)} is not one of the {what} of {name}")
    rows = build_biadjacency_matrix(
        found.network, without=request.without, of=_get_projection_side(request)
    )
    if not rows:
        raise MeasureError(f"with these left out, no {what} are left to share")
    for each in request.pair or ():
        if each not in rows:
            lacks = "shares no" if request.subject == "sources" else "is not one of the shared"
            raise MeasureError(f"{label(each)} {lacks} {what} in {name}")
