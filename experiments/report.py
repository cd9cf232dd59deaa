"""Everything that a report says, worked out once: the targets of one scenario, why, what would move them, and how others differ.

Who has the runs of a mix already (the app) makes a `Found` of them by `found`; `report` runs everything itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.discrepancy import widened
from experiments import measures as measuring
from experiments.ask import replicates, simulated
from experiments.assess import Assessment, assess
from experiments.compare import Compared, apart, compared, side_by_side
from experiments.compare import work as paired_work
from experiments.flow_account import AccountRow, account
from experiments.paired import Mixed
from experiments.shares import Replicates, replicated
from sim.errors import InputError

if TYPE_CHECKING:
    from experiments.measures import Measures
    from experiments.scenario import Scenario
    from sim.region import Region

MOST_SCENARIOS = 4
"""Scenarios of one report: more columns than these nobody compares."""

SCREENED = measuring.RUNS


@dataclass(frozen=True)
class Found:
    """What a report is made of, before it is put into a language.

    Attributes:
        scenarios: the first is the one that the findings are of; the others are compared with it.
        mixed: runs of the first.
        accounts: flow accounts of its targets, those that have one.
        measures: None where no lever was raised.
        compared: None with one scenario.
    """

    region: Region
    scenarios: tuple[Scenario, ...]
    mixed: Mixed
    assessment: Assessment
    accounts: tuple[AccountRow, ...]
    measures: Measures | None = None
    compared: Compared | None = None

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
    """Runs that `report` will report as done."""
    mixes = paired_work(runs, len(scenarios)) if len(scenarios) > 1 else runs
    return mixes + 2 * replicated(runs) + measuring.work(region, scenarios[0], min(runs, screened))


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
    """Run the scenarios on the same runs, the sources of variance of the first, and its levers one at a time.

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
    levers = None
    if screened:
        levers = measuring.measures(
            region, scenarios[0], environment=environment, runs=min(runs, screened), seed=seed, progress=progress
        )
    return found(region, mixes, further, levers)


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
