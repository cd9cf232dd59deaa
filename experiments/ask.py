"""One question put to the model: how likely is each target under a scenario; what does one run look like?"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from calibration.discrepancy import widened
from calibration.manifest import manifest_of, posterior
from experiments.answers import RunAnswer, Way, YearlyValue, version
from experiments.assess import Assessment, assess
from experiments.notice import Notice
from experiments.scenario import Scenario, under
from experiments.shares import Replicates, other_seed, replicated
from experiments.unknown import of_draws, of_mix
from sim.ensemble import simulate
from sim.indicators import INDICATORS
from sim.record import record

if TYPE_CHECKING:
    from sim.outcomes import Outcomes
    from sim.region import Region

Progress = Callable[[int], object]


def simulated(
    region: Region,
    scenario: Scenario,
    *,
    environment: str = "baseline",
    runs: int = 1000,
    seed: int = 1,
    draws_seed: int | None = None,
    environment_seed: int | None = None,
    progress: Progress | None = None,
) -> Outcomes:
    """Runs of a scenario to the last year that is planned for, by the fitted model or, without one, by the priors.

    `draws_seed`, `environment_seed`: as `sim.ensemble.simulate` has them.
    """
    world = under(region, scenario)
    return simulate(
        world,
        scenario.levers,
        triggers=scenario.triggers,
        scenario=scenario.name,
        environment=environment,
        runs=runs,
        seed=seed,
        draws_seed=draws_seed,
        environment_seed=environment_seed,
        until=max([region.settings.years.plan_end, *(target.year for target in region.targets)]),
        draws=posterior(region),
        progress=progress,
    )


def ask(
    region: Region,
    scenario: Scenario,
    *,
    environment: str = "baseline",
    runs: int = 1000,
    seed: int = 1,
    shares: bool = True,
    progress: Progress | None = None,
) -> Assessment:
    """How likely each target is under a scenario, by the fitted model or, without one, by the priors.

    `shares`: whether two further batches of `replicated(runs)` runs tell where each forecast's variance comes from.
    """
    outcomes = simulated(region, scenario, environment=environment, runs=runs, seed=seed, progress=progress)
    further = replicates(region, scenario, environment=environment, runs=runs, seed=seed, progress=progress) if shares else None
    return assess(region, scenario, outcomes, widened(region, outcomes), replicates=further)


def replicates(
    region: Region, scenario: Scenario, *, environment: str, runs: int, seed: int, progress: Progress | None = None
) -> Replicates | None:
    """The two further batches that tell where the variance of `runs` runs comes from; None where they are too few to."""
    further = replicated(runs)
    if not further:
        return None
    other = partial(
        simulated, region, scenario, environment=environment, runs=further, seed=other_seed(seed), progress=progress
    )
    return Replicates(same_draws=other(draws_seed=seed), same_environment=other(environment_seed=seed))


def run_once(
    region: Region,
    scenario: Scenario,
    *,
    environment: str = "baseline",
    seed: int = 1,
    draw: int = 0,
    way: Way = "compiled",
    out: Path | None = None,
    progress: Progress | None = None,
) -> RunAnswer:
    """Run number `draw` of that scenario: its indicators by year, its digest, its tables in `out`."""
    found = record(
        under(region, scenario),
        scenario.levers,
        triggers=scenario.triggers,
        scenario=scenario.name,
        environment=environment,
        seed=seed,
        draw=draw,
        draws=posterior(region),
        way=way,
        out=out,
        progress=progress,
    )
    units = {indicator.id: indicator.unit for indicator in INDICATORS}
    values = tuple(
        YearlyValue(
            year=year, indicator=name, value=float(value) if math.isfinite(value) else None, unit=units[name]
        )
        for year, row in zip(found.years, found.values)
        for name, value in zip(found.indicators, row)
    )
    return RunAnswer(
        region=region.name,
        scenario=scenario.name,
        environment=environment,
        draw=draw,
        seed=seed,
        way=way,
        digest=found.digest,
        version=version(),
        indicators=values,
        files=tuple(path.name for path in found.files),
    )


def of_one_run(region: Region, scenario: Scenario, environment: str) -> tuple[Notice, ...]:
    """What a single run under a mix cannot know: what lies beyond experience, what its fit cannot tell, and how thin the record is."""
    return (*of_mix(region, scenario, environment), *of_draws(region, fitted=manifest_of(region) is not None))
