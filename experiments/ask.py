"""One question put to the model: how likely is each target under a scenario; what does one run look like?"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from calibration import fit
from calibration.discrepancy import widened
from experiments.answers import FactAnswer, FitAnswer, RunAnswer, Way, YearlyValue, version
from experiments.assess import Assessment, Notice, assess
from experiments.scenario import Scenario, under
from sim import model
from sim.ensemble import simulate
from sim.indicators import INDICATORS

if TYPE_CHECKING:
    from sim.region import Region

Progress = Callable[[int], object]


def ask(
    region: Region,
    scenario: Scenario,
    *,
    environment: str = "baseline",
    runs: int = 1000,
    seed: int = 1,
    progress: Progress | None = None,
) -> Assessment:
    """How likely each target is under a scenario, by the fitted model or, without one, by the priors."""
    world = under(region, scenario)
    draws = fit.posterior(region)
    outcomes = simulate(
        world,
        scenario.levers,
        scenario=scenario.name,
        environment=environment,
        runs=runs,
        seed=seed,
        until=max([region.settings.years.plan_end, *(target.year for target in region.targets)]),
        draws=draws,
        progress=progress,
    )
    notices = []
    if scenario.environment:
        notices.append(Notice("changed_environment", {"fields": tuple(scenario.environment)}))
    return assess(region, scenario, outcomes, widened(region, outcomes), notices=notices)


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
    record = model.record(
        under(region, scenario),
        scenario.levers,
        scenario=scenario.name,
        environment=environment,
        seed=seed,
        draw=draw,
        draws=fit.posterior(region),
        way=way,
        out=out,
        progress=progress,
    )
    units = {indicator.id: indicator.unit for indicator in INDICATORS}
    values = tuple(
        YearlyValue(
            year=year, indicator=name, value=float(value) if math.isfinite(value) else None, unit=units[name]
        )
        for year, row in zip(record.years, record.values)
        for name, value in zip(record.indicators, row)
    )
    return RunAnswer(
        region=region.name,
        scenario=scenario.name,
        environment=environment,
        draw=draw,
        seed=seed,
        way=way,
        digest=record.digest,
        version=version(),
        indicators=values,
        files=tuple(path.name for path in record.files),
    )


def calibrated(
    region: Region, *, runs: int, seed: int = 1, out: Path | None = None, progress: Progress | None = None
) -> FitAnswer:
    """Fit the parameters to the record; draws and manifest go to `out`, or into the pack."""
    fitted = fit.fit(region, runs=runs, seed=seed, out=out, progress=progress)
    facts = tuple(
        FactAnswer(
            fact=one.fact, record=one.record, p05=one.p05, median=one.median, p95=one.p95, unit=one.unit
        )
        for one in fitted.facts
    )
    return FitAnswer(
        region=region.name,
        runs=fitted.runs,
        seed=fitted.seed,
        accepted=fitted.accepted,
        threshold=fitted.threshold,
        folder=str(fitted.folder),
        version=version(),
        facts=facts,
    )
