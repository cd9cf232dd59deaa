"""Policy mixes as points: which levers a search may move, at which values, and a point as the mix it stands for.

A lever is moved in two steps: one value for the first two years of the plan, one for the rest. A coordinate is the square root of
where the value lies in the lever's range, because past levels lie near the low end: the first quarter of the range takes half.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from yidu.experiments.scenarios.scenario import Scenario, plan_years
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.sim.levers import Lever
    from yidu.sim.region import Region, Target

Floats = NDArray[np.float64]
Decided = Literal["district", "all"]

EARLY_YEARS = 2
"""Years of the plan that share the first value."""

STEPS_IN_RANGE = 60
"""A lever is set to multiples of a round number, about this many in its range: nobody budgets to the third digit."""


def grain(bar: Lever) -> float:
    """The round number (1, 2 or 5 times a power of ten) of which values of a lever are multiples [unit of the lever]."""
    fine = (bar.high - bar.low) / STEPS_IN_RANGE
    power = 10.0 ** math.floor(math.log10(fine) + 1e-9)
    return max(size * power for size in (1.0, 2.0, 5.0) if size * power <= fine * (1.0 + 1e-9))


def movable(targets: Collection[Target], decided: Decided) -> tuple[str, ...]:
    """Levers that can reach one of the targets, all of them or those that the district decides alone."""
    wanted = {target.indicator for target in targets}
    return tuple(id for id, bar in LEVERS.items() if not wanted.isdisjoint(bar.reaches) and (decided == "all" or bar.decider == "district"))


@dataclass(frozen=True)
class Space:
    """Levers that are moved from a base scenario; two coordinates a lever, early then late."""

    region: Region
    base: Scenario
    levers: tuple[str, ...]

    @property
    def first_years(self) -> tuple[int, int]:
        """The years from which the early and the late value hold."""
        years = plan_years(self.region)
        return years[0], years[min(EARLY_YEARS, len(years) - 1)]

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Coordinates of each lever."""
        return tuple((2 * row, 2 * row + 1) for row in range(len(self.levers)))

    def home(self) -> Floats:
        """The base itself [coordinate]."""
        return self.point(self.base)

    def point(self, scenario: Scenario) -> Floats:
        """Where a scenario lies [coordinate]: what it does with these levers, its mean over the years of each step."""
        years = plan_years(self.region)
        late = self.first_years[1]
        steps = [[year for year in years if year < late], [year for year in years if year >= late]]
        values = [[np.mean([scenario.levers.get(id, year) for year in step]) for step in steps] for id in self.levers]
        return self.snap(self._coordinates(np.array(values, dtype=float).reshape(1, -1)))[0]

    def snap(self, points: Floats) -> Floats:
        """Points moved to values that are multiples of the grain, or the base's own [point, coordinate]."""
        return self._coordinates(self._round(self._values(np.clip(points, 0.0, 1.0))))

    def scenario(self, point: Floats, name: str) -> Scenario:
        """The mix of a point: the base where a lever stays at it, else two values, each held."""
        values = self._round(self._values(point[None]))[0]
        paths, home = self.base.levers, self._home_values()[0]
        for row, id in enumerate(self.levers):
            own = values[2 * row : 2 * row + 2]
            if not np.allclose(own, home[2 * row : 2 * row + 2], rtol=0.0, atol=1e-9):
                paths = paths.with_path(id, dict(zip(self.first_years, map(float, own))))
        return replace(self.base, name=name, title_zh=name, title_en=name, levers=paths)

    def one_lever(self, id: str, way: Literal["up", "down"]) -> Floats:
        """The base with one lever half-way (in coordinates) to an end of its range, in both steps [coordinate]."""
        point = self.home()
        columns = list(self.groups[self.levers.index(id)])
        point[columns] += 0.5 * ((1.0 if way == "up" else 0.0) - point[columns])
        return self.snap(point[None])[0]

    def only(self, kept: Sequence[str]) -> Space:
        """The same with fewer levers."""
        return replace(self, levers=tuple(id for id in self.levers if id in kept))

    def _bars(self) -> tuple[Floats, Floats, Floats]:
        """Low end, width and grain of every coordinate [1, coordinate]."""
        bars = [LEVERS[id] for id in self.levers for _ in range(2)]
        rows = [(bar.low, bar.high - bar.low, grain(bar)) for bar in bars]
        low, width, grains = np.array(rows, dtype=float).reshape(-1, 3).T
        return low[None], width[None], grains[None]

    def _values(self, points: Floats) -> Floats:
        low, width, _ = self._bars()
        return np.asarray(low + width * points**2)

    def _coordinates(self, values: Floats) -> Floats:
        low, width, _ = self._bars()
        return np.sqrt(np.clip((values - low) / width, 0.0, 1.0))

    def _round(self, values: Floats) -> Floats:
        low, width, grains = self._bars()
        rounded = np.clip(np.round(np.round(values / grains) * grains, 10), low, low + width)
        home = self._home_values()
        return np.where(np.abs(values - home) <= 0.5 * grains, home, rounded)

    def _home_values(self) -> Floats:
        """The base's value at the beginning of each step [1, coordinate]."""
        return np.array([[self.base.levers.get(id, year) for id in self.levers for year in self.first_years]])
