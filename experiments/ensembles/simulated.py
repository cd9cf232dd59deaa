"""Runs of one scenario, and the further batches that tell where their spread comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from yidu.calibration.manifest import posterior
from yidu.experiments.judging.shares import Replicates, other_seed, replicated
from yidu.experiments.scenarios.scenario import Scenario, under
from yidu.sim.ensemble import simulate

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region


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

    `draws_seed`, `environment_seed`: as `yidu.sim.ensemble.simulate` has them.
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


def replicates(
    region: Region, scenario: Scenario, *, environment: str, runs: int, seed: int, progress: Progress | None = None
) -> Replicates | None:
    """The two further batches that tell where the variance of `runs` runs comes from; None where they are too few to."""
    further = replicated(runs)
    if not further:
        return None
    other = partial(simulated, region, scenario, environment=environment, runs=further, seed=other_seed(seed), progress=progress)
    return Replicates(same_draws=other(draws_seed=seed), same_environment=other(environment_seed=seed))
