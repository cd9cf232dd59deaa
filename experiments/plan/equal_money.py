"""Mixes that cost the same: how far each goes from the status quo for a given sum a year.

`python -m yidu.experiments.plan.equal_money` solves it.

A mix says where money goes; how far it goes is solved for, so that mixes can be compared at all. Every departure of a mix from the
status quo is scaled by one factor, found by bisection on the district's money over the plan, on common runs. With `--write` the
levels replace the table [levers] of the scenario files.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from yidu.experiments.ensembles.paired import Study, money, paired, study
from yidu.experiments.scenarios.scenario import Scenario, load, plan_years
from yidu.sim.errors import InputError
from yidu.sim.files import write_whole
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.sim.region import Region

MIXES = ("credit_first", "talent_first", "incubation_first")
MONEY = 1500.0
"""What each of them costs more than the status quo [万元/yr] (D)."""

TOLERANCE = 0.1
"""How far shipped mixes may lie from that sum [share]: their levels are rounded, and other runs have other luck."""

CLOSE = 0.005
"""How near solving comes to it [share]."""

LARGEST = 8.0
"""Times its departures that a mix may be scaled to."""

RUNS, STEPS, DIGITS = 400, 14, 3


class Cost(NamedTuple):
    """What a mix costs the district more than the status quo, paired by run [万元/yr], with its Monte Carlo error."""

    mean: float
    mc_error: float


class Solved(NamedTuple):
    """A mix that costs what it was to cost: its departures times `scale`, rounded."""

    scale: float
    scenario: Scenario
    cost: Cost


def departures(region: Region, base: Scenario, mix: Scenario) -> tuple[str, ...]:
    """Levers that a mix sets otherwise than the status quo in a year of the plan."""
    return tuple(id for id in LEVERS if any(mix.levers.get(id, year) != base.levers.get(id, year) for year in plan_years(region)))


def scaled(region: Region, base: Scenario, mix: Scenario, scale: float) -> Scenario:
    """A mix with its departures from the status quo times `scale`, within the ranges of the levers and rounded to three digits."""
    levers = base.levers
    for id in departures(region, base, mix):
        path = {}
        for year in plan_years(region):
            usual = base.levers.get(id, year)
            value = rounded(usual + scale * (mix.levers.get(id, year) - usual))
            path[year] = min(LEVERS[id].high, max(LEVERS[id].low, value))
        levers = levers.with_path(id, path)
    return replace(mix, levers=levers)


def rounded(value: float) -> float:
    """A level as one writes it: three significant digits."""
    return 0.0 if value == 0.0 else round(value, DIGITS - 1 - math.floor(math.log10(abs(value))))


def cost_of(on: Study, base: Scenario) -> Callable[[Scenario], Cost]:
    """What mixes cost more than `base` on the same runs."""
    years, usual = len(plan_years(on.region)), money(on.run(base).plain, on.region)

    def cost(mix: Scenario) -> Cost:
        found = paired(usual, money(on.run(mix).plain, on.region))
        assert found is not None  # money has a value in every run
        return Cost(found.mean / years, found.mc_error / years)

    return cost


def solve(at: Callable[[float], Scenario], cost: Callable[[Scenario], Cost], amount: float) -> Solved:
    """The scale at which a mix costs `amount` more [万元/yr], by bisection until it is `CLOSE` to it; cost grows with scale.

    Raises:
        InputError: it cannot cost so much, however far its levers go.
    """

    @cache
    def tried(scale: float) -> Solved:
        return Solved(scale, at(scale), cost(at(scale)))

    low, high = 0.0, 1.0
    while tried(high).cost.mean < amount:
        if high >= LARGEST:
            most = tried(high)
            raise InputError(
                f"the mix '{most.scenario.name}' cannot cost {amount:g} 万元 a year more than the status quo",
                value=round(most.cost.mean, 1), unit="万元/yr",
                expected="a mix whose levers have room for it", fix="Give it more levers, or less money.",
            )  # fmt: skip
        low, high = high, 2.0 * high
    nearest = tried(high)
    for _ in range(STEPS):
        if abs(nearest.cost.mean - amount) <= CLOSE * amount:
            break
        middle = tried(0.5 * (low + high))
        low, high = (middle.scale, high) if middle.cost.mean < amount else (low, middle.scale)
        nearest = min(nearest, middle, key=lambda one: abs(one.cost.mean - amount))
    return nearest


def equal_money(
    region: Region, names: Sequence[str] = MIXES, *, amount: float = MONEY, runs: int = RUNS, seed: int = 1
) -> dict[str, Solved]:
    """Mixes of the pack, each scaled to cost `amount` a year more than the status quo."""
    base = load(region, "status_quo")
    cost = cost_of(study(region, runs=runs, seed=seed), base)
    return {name: solve(partial(scaled, region, base, load(region, name)), cost, amount) for name in names}


def costs(region: Region, names: Sequence[str] = MIXES, *, runs: int = RUNS, seed: int = 1) -> Mapping[str, Cost]:
    """What mixes of the pack cost as they stand."""
    cost = cost_of(study(region, runs=runs, seed=seed), load(region, "status_quo"))
    return {name: cost(load(region, name)) for name in names}


def levers_table(region: Region, base: Scenario, mix: Scenario) -> str:
    """The table [levers] of a scenario file that sets what a mix sets otherwise than `base`."""
    lines = ["[levers]"]
    for id in departures(region, base, mix):
        path = [(year, mix.levers.get(id, year)) for year in plan_years(region)]
        steps = [(year, value) for k, (year, value) in enumerate(path) if k == 0 or value != path[k - 1][1]]
        told = ", ".join(f"{year} = {value:.10g}" for year, value in steps)
        lines.append(f"{id} = {steps[0][1]:.10g}" if len(steps) == 1 else f"{id} = {{ {told} }}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the tables of the mixes, or write them into the pack."""
    from yidu.sim.region import load as load_region

    parser = argparse.ArgumentParser(prog="python -m yidu.experiments.plan.equal_money", description=__doc__)
    parser.add_argument("names", nargs="*", default=list(MIXES), help="mixes of the pack")
    parser.add_argument("--region", default="dadukou")
    parser.add_argument("--money", type=float, default=MONEY, help="万元 a year more than the status quo")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="replace the table [levers] of the scenario files")
    asked = parser.parse_args()
    region = load_region(asked.region)
    base = load(region, "status_quo")
    for name, found in equal_money(region, asked.names, amount=asked.money, runs=asked.runs, seed=asked.seed).items():
        table = levers_table(region, base, found.scenario)
        print(f"# {name}: scale {found.scale:.4g}, {found.cost.mean:,.1f} ± {found.cost.mc_error:,.1f} 万元 a year more\n{table}")
        if asked.write:
            file = region.scenario_file(name)
            head, found_table, _ = file.read_text(encoding="utf-8").partition("[levers]\n")
            if not found_table:
                raise InputError("has no table [levers] to replace", file=file)
            write_whole(file, head + table)


if __name__ == "__main__":
    main()
