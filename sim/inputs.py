"""What a run is made from: pack, scenario and environment turned into arrays, and installed in a world.

The ensemble and the Mesa model both start here, so there is one way into a run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from yidu.agents.compiled import entry, kernel
from yidu.agents.luck import run_key_of
from yidu.agents.numbers import STARTUP_FOUNDS
from yidu.agents.parameters import PARAMETERS
from yidu.sim.draws import Draws, Floats, Readings
from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.indicators import INDICATOR_IDS
from yidu.sim.levers import EXTENSIVE, FIRST_YEAR, LEVERS, N_YEARS, LeverPaths
from yidu.sim.pack import ENVIRONMENT_FIELDS
from yidu.sim.population import clear, draw_environment, synthesise
from yidu.sim.region import Region
from yidu.sim.stages.district import close_roll, publish
from yidu.sim.triggers import Trigger
from yidu.sim.world import GIANT, KNOWN, KNOWN_COUNTS, N_SECTORS, SECTOR, World, empty


@kernel
def set_levers(table: Floats, paths: Floats, own: Floats, level: Floats, low: Floats, high: Floats, times: Floats) -> None:
    """This run's levers: the record's levels are judgement, so the part ``own`` of a value stands ``level`` times off: all of it
    to 2020 and where the status quo goes on, nothing of a number that a scenario states. ``times`` is how many districts an
    extensive lever counts for.
    """
    for k in range(paths.shape[1]):
        for y in range(paths.shape[0]):
            value = paths[y, k]
            if own[y, k] > 0.0:
                value = min(high[k], max(low[k], value * ((1.0 - own[y, k]) + own[y, k] * level[k])))
            table[y, k] = value * times[k]


@dataclass(frozen=True)
class EnvironmentArrays:
    """The environment of a batch: fields down, years across."""

    path: Floats
    shift: Floats
    record_sd: Floats
    persistent_sd: Floats
    sd: Floats
    rho: Floats
    low: Floats
    high: Floats
    shock: Floats
    sd_scale: float
    sector_sd: float
    shock_probability: float
    shock_year: int
    sectors: Floats  # [year, sector], added to the demand of single sectors [log/yr]


def environment_arrays(region: Region, environment: str) -> EnvironmentArrays:
    """The pack's environment under a named case."""
    spec = region.environment
    if environment not in spec.environments:
        raise InputError(
            f"no environment is called '{environment}'",
            value=environment,
            expected=", ".join(spec.environments),
            fix=did_you_mean(environment, tuple(spec.environments)),
        )
    case = spec.environments[environment]
    fields = [spec.fields[name] for name in ENVIRONMENT_FIELDS]
    path = np.stack([f.yearly() for f in fields])
    return EnvironmentArrays(
        path=path,
        shift=np.array([case.shift.get(name, 0.0) for name in ENVIRONMENT_FIELDS]),
        record_sd=np.array([f.record_sd for f in fields]),
        persistent_sd=np.array([f.persistent_sd for f in fields]),
        sd=np.array([f.sd for f in fields]),
        rho=np.array([f.rho for f in fields]),
        low=np.array([f.low for f in fields]),
        high=np.array([f.high for f in fields]),
        shock=np.array([f.shock for f in fields]),
        sd_scale=case.sd_scale,
        sector_sd=spec.fields["sector_demand"].sector_sd,
        shock_probability=spec.shock.probability,
        shock_year=case.shock_year or 0,
        sectors=sector_shifts(region),
    )


def sector_shifts(region: Region) -> Floats:
    """What single sectors have added to their demand [year, sector], log/yr: each value held until the next year given."""
    table = np.zeros((N_YEARS, N_SECTORS))
    order = {sector.id: k for k, sector in enumerate(region.settings.sectors)}
    for sector, steps in region.environment.fields["sector_demand"].sectors.items():
        for year in sorted(steps):
            table[max(0, year - FIRST_YEAR) :, order[sector]] = steps[year]
    return table


def sector_table(region: Region) -> np.recarray:
    """The pack's sectors as the compiled rules read them."""
    table = np.zeros(len(region.settings.sectors), SECTOR).view(np.recarray)
    for row, sector in zip(table, region.settings.sectors, strict=True):
        for name in ("share", "industry_share", "value_added_ratio", "strategic", "high_tech", "digital"):
            row[name] = getattr(sector, name)
        row["pillar"] = int(sector.pillar)
    return table


def giant_table(region: Region) -> np.recarray:
    """The pack's giants as the compiled rules read them."""
    order = {sector.id: k for k, sector in enumerate(region.settings.sectors)}
    table = np.zeros(len(region.settings.giants), GIANT).view(np.recarray)
    for row, giant in zip(table, region.settings.giants, strict=True):
        row["revenue_low"], row["revenue_high"] = giant.revenue
        row["staff_low"], row["staff_high"] = giant.staff
        row["rd_low"], row["rd_high"] = giant.rd_share
        row["leave_rate"], row["sector"] = giant.leave_rate, order[giant.sector]
        row["arrives"], row["leaves"] = giant.arrives, giant.leaves
        for name in ("industry", "strategic", "high_tech", "digital", "state_owned"):
            row[name] = int(getattr(giant, name))
    return table


def known_table(region: Region, readings: Readings, runs: int) -> np.recarray:
    """What each run takes for known, under the readings it drew [runs]. NaN where the record is silent."""
    known = np.full(runs, np.nan, dtype=[(name, "f8") for name in KNOWN_COUNTS]).astype(KNOWN).view(np.recarray)
    settings = region.settings

    def chosen(fact: str, of: str) -> npt.NDArray[np.float64]:
        rivals = region.readings(fact)
        values = np.array([rival.value if of == "value" else float(rival.last_year) for rival in rivals])
        return values[readings[fact]] if len(rivals) > 1 else np.full(runs, values[0])

    for key, fact in settings.start.items():
        known[f"{key}_2015"] = chosen(fact, "value")
    for key, fact in settings.end.items():
        if f"{key}_2020" in KNOWN_COUNTS:
            known[f"{key}_2020"] = chosen(fact, "value")
        if f"{key}_vintage" in KNOWN_COUNTS:
            known[f"{key}_vintage"] = chosen(fact, "year")
    if "incubation_platforms" in settings.end:
        # the headline counts one park; the other reading is the indicator incubation_platforms@16
        known["incubation_platforms_2020"] = region.readings(settings.end["incubation_platforms"])[0].value
    gdp, population = settings.gdp, settings.population
    for year in range(2016, 2021):
        known[f"gdp_{year}"] = gdp.known.get(year, np.nan)
    known["gdp_start_low"], known["gdp_start_high"] = gdp.start or 2 * (gdp.known[settings.years.record_start],)
    known["population_2020"] = population.census[max(population.census)]
    year, value = next(iter(population.precensus.items()), (2020, population.census[max(population.census)]))
    known["population_precensus"], known["population_precensus_year"] = value, year
    if "patents_per_10k" in settings.end and "patents" not in settings.end:
        known["patents_2020"] = chosen(settings.end["patents_per_10k"], "value") * known["population_2020"]
        known["patents_vintage"] = chosen(settings.end["patents_per_10k"], "year")
    venture = next((f.fact for f in region.facts if f.indicator == "vc_subsidy_rate"), None)
    known["venture_reading"] = 1.0 - readings[venture] if venture in readings else 0.0
    return known


@dataclass
class Inputs:
    """Everything that is the same for all runs of a batch."""

    region: Region
    levers: LeverPaths
    environment: str = "baseline"
    reconcile: bool = True
    triggers: tuple[Trigger, ...] = ()

    def __post_init__(self) -> None:
        self.arrays = environment_arrays(self.region, self.environment)
        self.sectors, self.giants = sector_table(self.region), giant_table(self.region)
        self.places = np.cumsum([place.share for place in self.region.settings.places])
        districts = float(self.region.settings.districts)
        self.times = np.array([districts if name in EXTENSIVE else 1.0 for name in LEVERS])
        self.low = np.array([lever.low for lever in LEVERS.values()])
        self.high = np.array([lever.high for lever in LEVERS.values()])
        self.paths = np.ascontiguousarray(self.levers.values, dtype=float)
        self.own = np.ascontiguousarray(self.levers.own, dtype=float)
        self.shifted = bool(self.arrays.sectors.any())
        self.entries: tuple[Callable[..., Any], Callable[..., Any]] | None = None  # of levers and environment, once they are compiled

    def capacity(self, parameters: Floats, until: int) -> int:
        """Rows of enterprises that the largest of these runs can need to the end of ``until``."""
        scale = self.region.settings.scale
        years = until - FIRST_YEAR
        pool = parameters[:, PARAMETERS.index("pool_size")]
        growth = np.maximum(0.0, parameters[:, PARAMETERS.index("entry_growth")])
        births = pool * (1.0 + parameters[:, PARAMETERS.index("entry_rate")] * years * (1.0 + 0.5 * growth * years) * 1.2)
        supported = self.paths[:, list(LEVERS).index("startup_support")].any() or any("startup_support" in t.then for t in self.triggers)
        births *= 1.0 + (STARTUP_FOUNDS if supported else 0.0)
        column = list(LEVERS).index("firms_attracted")
        signed = self.paths[:, column].copy()
        for trigger in self.triggers:
            later = signed[trigger.year + 1 - FIRST_YEAR :]
            np.maximum(later, trigger.then.get("firms_attracted", 0.0), out=later)
        attracted = 1.5 * self.times[column] * signed.sum()
        return int((births.max() + attracted) / scale) + 500

    def world(self, parameters: Floats, until: int) -> World:
        """An empty world with room for any of these runs."""
        return empty(self.capacity(parameters, until), self.giants, self.sectors, self.places)

    def install(self, w: World, seed: int, run: int, parameters: Floats, known: np.void, environment_seed: int | None = None) -> None:
        """Clear a world and synthesise run ``run`` in it, as it stood at the end of 2015 (``parameters`` in the order of DRAWN)."""
        clear(w)
        self.equip(w, seed, run, parameters, known, environment_seed)
        synthesise(w)
        close_roll(w, 0, 1)
        publish(w, 0, 1)

    def equip(self, w: World, seed: int, run: int, parameters: Floats, known: np.void, environment_seed: int | None = None) -> None:
        """Give a world what run ``run`` is made from: its keys, parameters, known counts, levers and environment."""
        district = w.district[0]
        district.run_key = run_key_of(seed, run)
        district.environment_key = run_key_of(seed if environment_seed is None else environment_seed, run)
        district.scale = self.region.settings.scale
        district.districts = self.region.settings.districts
        district.reconcile = int(self.reconcile)
        district.n_words = 0  # kept runs keep no words: all are taken anew
        w.params.view("f8", np.ndarray)[:] = parameters[: len(PARAMETERS)]
        w.known[0] = known
        level = np.ascontiguousarray(parameters[len(PARAMETERS) :])
        a = self.arrays
        levers = w.levers.view("f8", np.ndarray).reshape(N_YEARS, -1), self.paths, self.own, level, self.low, self.high, self.times
        environment = (
            w, w.environment.view("f8", np.ndarray).reshape(N_YEARS, -1), a.path, a.shift, a.record_sd, a.persistent_sd, a.sd, a.rho,
            a.low, a.high, a.shock, a.sd_scale, a.sector_sd, a.shock_probability, a.shock_year,
        )  # fmt: skip
        if self.entries is None:
            self.entries = entry(set_levers, *levers), entry(draw_environment, *environment)
        self.entries[0](*levers)
        self.entries[1](*environment)
        if self.shifted:
            w.demand[:] += a.sectors

    def react(self, w: World) -> None:
        """At the end of a year, set what the triggers of that year ask for in this run, from the next year on."""
        year, row = int(w.district[0].year), int(w.district[0].row)
        for trigger in self.triggers:
            if trigger.year == year and trigger.holds(float(w.indicators[row, INDICATOR_IDS.index(trigger.indicator)])):
                for name, value in trigger.then.items():
                    w.levers[name][row + 1 :] = value * self.times[list(LEVERS).index(name)]


def drawn_inputs(region: Region, draws: Draws, seed: int, runs: npt.NDArray[np.int64]) -> tuple[Floats, Readings, np.recarray]:
    """Parameters [run, drawn], readings and known counts of the runs asked for."""
    parameters, readings = draws.of_runs(seed, runs)
    return parameters, readings, known_table(region, readings, len(runs))
