"""Everything that a report says, worked out once: the targets of one scenario, why, what would move them, and how others differ.

Who has the runs of a mix already (the app) makes a `Found` of them by `found`; `report` runs everything itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from yidu.calibration.discrepancy import widened
from yidu.experiments.assess.compute import Assessment, assess
from yidu.experiments.compare.compute import Compared, apart, compared, side_by_side
from yidu.experiments.compare.compute import work as paired_work
from yidu.experiments.ensembles.differences import FEWEST
from yidu.experiments.ensembles.paired import Mixed
from yidu.experiments.ensembles.simulated import replicates, simulated
from yidu.experiments.explain.flow_account import AccountRow, account
from yidu.experiments.judging.shares import Replicates, replicated
from yidu.experiments.report import measures as measuring
from yidu.experiments.response.compute import PARTS, Response, run_response
from yidu.sim.errors import InputError
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.experiments.report.measures import Measures
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

MOST_SCENARIOS = 4
"""Scenarios of one report: more columns than these nobody compares."""

SCREENED = measuring.RUNS

MOST_CURVES = 4
"""Levers whose response is shown over their range: those that help most targets."""


@dataclass(frozen=True)
class Found:
    """What a report is made of, before it is put into a language.

    Attributes:
        scenarios: the first is the one that the findings are of; the others are compared with it.
        mixed: runs of the first.
        accounts: flow accounts of its targets, those that have one.
        measures: None where no lever was raised.
        compared: None with one scenario.
        response: of the levers that help most targets; None where no lever was raised, or none helps.
    """

    region: Region
    scenarios: tuple[Scenario, ...]
    mixed: Mixed
    assessment: Assessment
    accounts: tuple[AccountRow, ...]
    measures: Measures | None = None
    compared: Compared | None = None
    response: Response | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario that the findings are of."""
        return self.scenarios[0]


def chosen(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """The scenarios of a report, checked.

    Raises:
        InputError: none, more than four, the same twice, or two of one name.
    """
    if not 1 <= len(scenarios) <= MOST_SCENARIOS:
        raise InputError(f"{len(scenarios)} scenarios do not go into one report", expected=f"1 to {MOST_SCENARIOS}")
    return apart(tuple(scenarios))


def work(region: Region, scenarios: Sequence[Scenario], runs: int, screened: int = SCREENED) -> int:
    """Runs that `report` will report as done, at most: fewer where few levers help."""
    mixes = paired_work(runs, len(scenarios)) if len(scenarios) > 1 else runs
    few = min(runs, screened)
    curves = few * (2 + MOST_CURVES * len(PARTS)) if region.targets and few >= FEWEST else 0
    return mixes + 2 * replicated(runs) + measuring.work(region, scenarios[0], few) + curves


def most_helpful(measures: Measures) -> tuple[str, ...]:
    """Levers that help most targets, at most so many; none that helps nothing."""
    helps = {id: sum(row.helps for row in measures.effects if row.lever == id) for id in LEVERS}
    return tuple(sorted((id for id in LEVERS if helps[id]), key=lambda id: -helps[id])[:MOST_CURVES])


def report(
    region: Region,
    scenarios: Sequence[Scenario],
    *,
    environment: str = "baseline",
    runs: int = 1000,
    seed: int = 1,
    screened: int = SCREENED,
    progress: Callable[[int], object] | None = None,
) -> Found:
    """Run the scenarios on the same runs, the sources of variance of the first, its levers one at a time, the best over their range.

    The runs of the first are those of `yidu assess` with the same seed, to the bit.

    Args:
        screened: runs of each lever raised alone; 0 leaves that out.
    """
    chosen(scenarios)
    if len(scenarios) > 1:
        mixes = side_by_side(region, scenarios, environment=environment, runs=runs, seed=seed, progress=progress)
    else:
        plain = simulated(region, scenarios[0], environment=environment, runs=runs, seed=seed, progress=progress)
        mixes = [Mixed(scenarios[0], plain, widened(region, plain))]
    further = replicates(region, scenarios[0], environment=environment, runs=runs, seed=seed, progress=progress)
    levers, curves = None, None
    if screened:
        levers = measuring.measures(region, scenarios[0], environment=environment, runs=min(runs, screened), seed=seed, progress=progress)
    if levers is not None and levers.runs >= FEWEST and most_helpful(levers):
        curves = run_response(
            region, scenarios[0], most_helpful(levers), environment=environment, runs=levers.runs, seed=seed, progress=progress
        )
    return replace(found(region, mixes, further, levers), response=curves)


def found(
    region: Region,
    mixes: Sequence[Mixed],
    further: Replicates | None = None,
    measures: Measures | None = None,
    assessment: Assessment | None = None,
) -> Found:
    """What a report is made of, from mixes that were run on the same runs.

    Args:
        further: batches of the first, which tell where its variance comes from.
        assessment: of the first, where it is known already; then `further` is not looked at.
    """
    first = mixes[0]
    known = assessment or assess(region, first.scenario, first.plain, first.judged, replicates=further)
    return Found(
        region=region,
        scenarios=tuple(one.scenario for one in mixes),
        mixed=first,
        assessment=known,
        accounts=accounts(region, first),
        measures=measures,
        compared=compared(region, mixes) if len(mixes) > 1 else None,
    )


def accounts(region: Region, mixed: Mixed) -> tuple[AccountRow, ...]:
    """The flow account of every target that has one, since the end of the record."""
    since = region.settings.years.record_end
    made = (account(mixed.plain, mixed.judged, one.indicator, one.unit, since, one.year) for one in region.targets)
    return tuple(row for one in made if one is not None for row in one.rows())
