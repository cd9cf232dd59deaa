"""One question put to the model: how likely is each target under a scenario; what does one run look like?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.calibration.discrepancy import widened
from yidu.experiments.assess.compute import Assessment, assess
from yidu.experiments.ensembles.simulated import Progress, replicates, simulated
from yidu.experiments.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from yidu.sim.region import Region


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
