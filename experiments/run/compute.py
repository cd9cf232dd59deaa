"""One run of a scenario: its indicators by year, its digest, its tables."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from yidu.calibration.manifest import manifest_of, posterior
from yidu.experiments.ensembles.simulated import Progress
from yidu.experiments.judging.answer import version
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.unknown import of_draws, of_mix
from yidu.experiments.run.answer import RunAnswer, Way, YearlyValue
from yidu.experiments.scenarios.scenario import Scenario, under
from yidu.sim.indicators import INDICATORS
from yidu.sim.record import record

if TYPE_CHECKING:
    from yidu.sim.region import Region


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
        YearlyValue(year=year, indicator=name, value=float(value) if math.isfinite(value) else None, unit=units[name])
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
