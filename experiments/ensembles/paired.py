"""Many mixes on the same runs: run i is one district with one luck, so what differs between two mixes is the policy.

The runs are simulated once to the end of the record and taken up from there under every mix (`yidu.sim.start`). What the model may
have wrong is the same in run i under every mix, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yidu.calibration.discrepancy import widened
from yidu.calibration.manifest import posterior
from yidu.experiments.scenarios.scenario import Scenario, under
from yidu.sim.ensemble import Look, simulate, started

if TYPE_CHECKING:
    from yidu.sim.draws import Draws
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region
    from yidu.sim.start import Start

Floats = NDArray[np.float64]
Progress = Callable[[int], object]

MOST_KEPT = 2000
"""Runs kept at the end of the record: about 1 MB each. A larger study begins every mix at the beginning."""


class Mixed(NamedTuple):
    """One mix: its runs, and the same with what the model may have wrong added, on which targets are judged."""

    scenario: Scenario
    plain: Outcomes
    judged: Outcomes


@dataclass(frozen=True)
class Study:
    """The runs on which mixes are compared.

    Attributes:
        draws: where parameters come from, the region's fit by default.
        start: the runs at the end of the record, where they are few enough to be kept.
    """

    region: Region
    environment: str
    runs: int
    seed: int
    first_run: int
    draws: Draws
    start: Start | None

    def run(
        self,
        scenario: Scenario,
        *,
        environment: str | None = None,
        until: int | None = None,
        region: Region | None = None,
        draws: Draws | None = None,
        look: Look | None = None,
        progress: Progress | None = None,
    ) -> Mixed:
        """The runs under a mix.

        Args:
            environment: instead of the study's.
            until: last year, the last that is planned for by default.
            region: the study's region with other assumptions for the years after the record.
            draws: other parameters after the record, of the same `source` as the study's.
        """
        world = under(region or self.region, scenario)
        outcomes = simulate(
            world, scenario.levers,
            triggers=scenario.triggers, scenario=scenario.name, environment=environment or self.environment, runs=self.runs,
            seed=self.seed, first_run=self.first_run, until=until or last_year(self.region), draws=draws or self.draws,
            start=self.start, look=look, progress=progress,
        )  # fmt: skip
        return Mixed(scenario, outcomes, widened(self.region, outcomes))


def study(
    region: Region,
    *,
    environment: str = "baseline",
    runs: int = 400,
    seed: int = 1,
    first_run: int = 0,
    draws: Draws | None = None,
    keep: bool = True,
    progress: Progress | None = None,
) -> Study:
    """Simulate the record once, and keep its end for every mix to come.

    `keep`: false where a single mix follows, which is as quick from the beginning.
    """
    source = draws or posterior(region)
    start = None
    if keep and runs <= MOST_KEPT:
        start = started(region, runs=runs, seed=seed, first_run=first_run, draws=source, progress=progress)
    return Study(region, environment, runs, seed, first_run, source, start)


def last_year(region: Region) -> int:
    """The last year that is planned for, or that a target is set for."""
    return max([region.settings.years.plan_end, *(target.year for target in region.targets)])


class Paired(NamedTuple):
    """One quantity under two mixes, run by run: the second less the first, in its own unit; None without a run that has both."""

    runs: int
    mean: float
    mc_error: float
    p05: float
    p25: float
    median: float
    p75: float
    p95: float
    saves: float | None
    """Times as many runs as independent seeds would need for the same error; None where the difference never varies."""


def paired(first: Floats, second: Floats) -> Paired | None:
    """The difference of a quantity between two mixes on the same runs."""
    known = ~(np.isnan(first) | np.isnan(second))
    runs = int(known.sum())
    if runs == 0:
        return None
    change = second[known] - first[known]
    p05, p25, median, p75, p95 = (float(q) for q in np.quantile(change, (0.05, 0.25, 0.5, 0.75, 0.95)))
    own = float(change.var(ddof=1)) if runs > 1 else 0.0
    apart = float(first[known].var(ddof=1) + second[known].var(ddof=1)) if runs > 1 else 0.0
    return Paired(runs, float(change.mean()), float(np.sqrt(own / runs)), p05, p25, median, p75, p95, apart / own if own > 0.0 else None)


def money(outcomes: Outcomes, region: Region) -> Floats:
    """What the district pays over the plan [run], 万元."""
    years = region.settings.years
    return outcomes.public_money(years.record_end + 1, years.plan_end)
