"""Small districts for tests: a pool of 150 firms instead of 2,000, driven quarter by quarter."""

from collections.abc import Mapping

import numpy as np

from yidu.sim.draws import DRAWN, Floats, PriorDraws, Readings
from yidu.sim.ensemble import run_to
from yidu.sim.inputs import Inputs, drawn_inputs
from yidu.sim.levers import LEVERS, LeverPaths
from yidu.sim.reconcile import reconcile
from yidu.sim.region import Region
from yidu.sim.world import RECORD_END_QUARTER, World

#: A record of the end of 2020 that a district of 150 firms can meet: about a quarter of 大渡口's own.
SMALL_RECORD = {
    "tech_enterprises_2020": 90.0, "high_tech_enterprises_2020": 40.0, "tech_enterprises_above_scale_2020": 42.0,
    "high_tech_enterprises_above_scale_2020": 26.0, "rd_platforms_2020": 25.0, "incubation_platforms_2020": 11.0,
    "otc_listed_2020": 6.0, "patents_2020": 500.0, "commercial_loan_firms_2020": 24.0, "joint_projects_won_2020": 30.0,
}  # fmt: skip


class SetDraws:
    """The prior's draws with some parameters set by hand."""

    source = "set by hand"

    def __init__(self, region: Region, **values: float) -> None:
        self.prior, self.values = PriorDraws(region), values

    def of_runs(self, seed: int, runs: np.ndarray) -> tuple[Floats, Readings]:
        parameters, readings = self.prior.of_runs(seed, runs)
        for name, value in self.values.items():
            parameters[:, DRAWN.index(name)] = value
        return parameters, readings


def small(region: Region, **values: float) -> SetDraws:
    """Draws of a district of 150 firms."""
    return SetDraws(region, **{"pool_size": 150.0, **values})


def opened(
    region: Region,
    levers: LeverPaths | None = None,
    *,
    draws: object = None,
    seed: int = 1,
    run: int = 0,
    environment: str = "baseline",
    until: int = 2025,
    known: Mapping[str, float] | None = None,
    reconciled: bool = True,
) -> World:
    """The world of one run at the end of 2015; ``known`` overrules what the record says."""
    inputs = Inputs(region, levers or region.levers, environment=environment, reconcile=reconciled)
    parameters, _, facts = drawn_inputs(region, draws or small(region), seed, np.array([run], np.int64))
    for name, value in (known or {}).items():
        facts[name][0] = value
    w = inputs.world(parameters, until)
    inputs.install(w, seed, run, parameters[0], facts[0])
    return w


def quarters(w: World, last: int):
    """Advance a world to a quarter, handing it over after each, the end of 2020 reconciled where it is to be."""
    while w.district[0].quarter < last:
        run_to(w, int(w.district[0].quarter) + 1)
        yield w
        if w.district[0].quarter == RECORD_END_QUARTER and w.district[0].reconcile:
            reconcile(w, 0, 1)
            yield w


def living(w: World) -> np.ndarray:
    """Rows of the firms that are alive."""
    firms = w.firms[: w.district[0].n_firms]
    return firms[firms.alive == 1]


def constant(region: Region, values: Mapping[str, float], first: int = 2016) -> LeverPaths:
    """The status quo with some levers at another level from a year on."""
    paths = region.levers
    for name, value in values.items():
        paths = paths.with_path(name, {first: value})
    return paths


def scaled(name: str, part: float) -> float:
    """A lever's value that far along its range."""
    bar = LEVERS[name]
    return bar.low + part * (bar.high - bar.low)
