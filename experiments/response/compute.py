"""What does each lever do by itself over its whole range, and what does its next unit cost?

A lever is held at five points of its range (its bottom, a tenth, 35 %, 70 %, its top) from the first year of the plan on, all else as
the scenario has it, on the same runs and luck (`experiments/ensembles/paired.py`). Effects and costs are against the scenario's own level.
A lever is dead where its top moves nothing that it declares to move beyond chance, and a switch where the first tenth of its range
brings nine tenths of the largest effect that it has anywhere on the first of these that it moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from yidu.experiments.ensembles.differences import Difference, difference, fieller, price
from yidu.experiments.ensembles.paired import MOST_KEPT, Mixed, money, study
from yidu.experiments.judging.answer import Rests, version
from yidu.experiments.judging.evidence import levers_known
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.runs import Floats, column, sensible
from yidu.experiments.judging.unknown import FAR_BEYOND, highest_on_record, of_mix, of_runs
from yidu.experiments.response import literature
from yidu.experiments.response.answer import Effect, LeverResponse, Literature, NextUnit, OverRange, Point, ResponseAnswer
from yidu.experiments.response.literature import Like
from yidu.experiments.scenarios.scenario import first_year, plan_years
from yidu.sim import levers as declared
from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.flows import DOOR
from yidu.sim.indicators import INDICATOR
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.experiments.ensembles.paired import Progress, Study
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.draws import Draws
    from yidu.sim.region import Region

PARTS = (0.0, 0.1, 0.35, 0.7, 1.0)
"""Of the way from the bottom of a lever's range to its top: a tenth tells a switch, the rest the shape."""

TENTH = PARTS.index(0.1)

SWITCH = 0.9
"""Part of the largest effect that a tenth of the range brings in a switch."""

RUNS = 100
"""Runs of each mix: every lever at its five points takes a minute or two."""

TEN_THOUSAND, HUNDRED_MILLION = 1e-4, 1e4
"""Yuan in 万元, and 亿元 in 万元."""

COUNT = "count"
"""Unit of what went through a door."""


@dataclass(frozen=True)
class Response:
    """The answer, its sentences still to be said."""

    answer: ResponseAnswer
    notices: tuple[Notice, ...]


# --- what is asked


def indicators_of(lever: str) -> tuple[str, ...]:
    """Indicators, or doors, that a lever declares to move: what it is for first, then what it moves or is meant for."""
    bar = LEVERS[lever]
    named = (*((bar.raises,) if bar.raises else ()), *bar.moves, *bar.meant_for)
    return tuple(dict.fromkeys(named))


def chosen(levers: Sequence[str], indicator: str | None) -> tuple[str, ...]:
    """The levers asked for, each once; none named: those that declare to move the indicator, else those that can reach it, else all.

    Raises:
        InputError: no such lever or indicator, or one that the lever, or every lever, cannot reach.
    """
    asked = tuple(dict.fromkeys(declared.lever(id).id for id in levers))
    if indicator is None:
        return asked or tuple(LEVERS)
    known = INDICATOR.keys() | DOOR.keys()
    if indicator not in known:
        raise InputError(f"no indicator is called '{indicator}'", value=indicator, fix=did_you_mean(indicator, tuple(known)))
    for id in asked:
        if not _reaches(id, indicator):
            raise InputError(f"the lever {id} has no way to reach {indicator}", value=indicator, expected=" or ".join(indicators_of(id)))
    moving = tuple(id for id in LEVERS if indicator in indicators_of(id))
    return asked or moving or tuple(id for id in LEVERS if _reaches(id, indicator))


def _reaches(lever: str, indicator: str) -> bool:
    """Whether a lever can reach an indicator; what is not public no lever declares, so any may."""
    public = indicator in INDICATOR and INDICATOR[indicator].public
    return not public or indicator in {*LEVERS[lever].reaches, *indicators_of(lever)}


def levels(lever: str) -> tuple[float, ...]:
    """The five levels at which a lever is tried, in its unit."""
    bar = LEVERS[lever]
    return tuple(round(bar.low + part * (bar.high - bar.low), 10) for part in PARTS)


def held(region: Region, scenario: Scenario, lever: str, value: float) -> Scenario:
    """The mix with one lever held at a level from the first year of the plan on; no trigger moves it."""
    paths = scenario.levers.with_path(lever, {first_year(region): value})
    kept = (replace(one, then={id: level for id, level in one.then.items() if id != lever}) for one in scenario.triggers)
    return replace(scenario, levers=paths, triggers=tuple(one for one in kept if one.then))


def work(region: Region, scenario: Scenario, levers: Sequence[str], runs: int) -> int:
    """Runs that `run_response` will report as done: the record where it is kept, the mix, and every level that is another."""
    mixes = sum(held(region, scenario, id, value) != scenario for id in levers for value in levels(id))
    return runs * ((runs <= MOST_KEPT) + 1 + mixes)


def run_response(
    region: Region,
    scenario: Scenario,
    levers: Sequence[str] = (),
    *,
    indicator: str | None = None,
    environment: str = "baseline",
    runs: int = RUNS,
    seed: int = 1,
    draws: Draws | None = None,
    progress: Progress | None = None,
) -> Response:
    """Hold each lever at each of its levels; what is kept of a mix is dropped once its lever is answered.

    Raises:
        InputError: see `chosen`.
    """
    ids = chosen(levers, indicator)
    on = study(region, environment=environment, runs=runs, seed=seed, draws=draws, progress=progress)
    base = on.run(scenario, progress=progress)
    rows = tuple(_answered(region, on, base, id, indicator, progress) for id in ids)
    years = plan_years(region)
    answer = ResponseAnswer(
        region=region.name, scenario=scenario.name, environment=environment, runs=runs, seed=seed, digest=base.plain.digest,
        version=version(), levers=rows, indicator=indicator, year=years[-1], over=f"{years[0]}-{years[-1]}", conclusion="",
        rests=_rests(region, rows), warnings=(),
    )  # fmt: skip
    return Response(answer, tuple(_notices(region, scenario, base, rows)))


def _rests(region: Region, rows: Sequence[LeverResponse]) -> Rests:
    known = levers_known(region)
    named = [row.parameter for one in rows for row in known[one.lever].through]
    return Rests(grade=max((one.grade for one in rows), default="D"), on=tuple(dict.fromkeys(named)))


def _notices(region: Region, scenario: Scenario, base: Mixed, rows: Sequence[LeverResponse]) -> Iterator[Notice]:
    yield from of_runs(region, base.plain)
    yield from of_mix(region, scenario, base.plain.environment)
    far = tuple(one.lever for one in rows if any(point.extrapolation for point in one.points))
    if far:
        years = region.settings.years
        over = f"{years.record_start + 1}-{years.record_end}"
        yield Notice("response_beyond", {"levers": far, "times": FAR_BEYOND, "over": over})
    if len(rows) > 1:
        yield Notice("response_alone")


# --- one lever


def quantity(mixed: Mixed, name: str, years: range) -> Floats:
    """An indicator in the last year of the plan, judged, or what went through a door over its years [run]."""
    if name not in DOOR:
        return column(mixed.judged, name, years[-1])
    return mixed.plain.through(name)[:, _rows(mixed, years)].sum(axis=1)


def _rows(mixed: Mixed, years: range) -> list[int]:
    return [row for row, year in enumerate(mixed.plain.years) if year in years]


def unit_of(name: str) -> str:
    """The unit of an indicator or a door."""
    return INDICATOR[name].unit if name in INDICATOR else COUNT


def _answered(region: Region, on: Study, base: Mixed, lever: str, indicator: str | None, progress: Progress | None) -> LeverResponse:
    """One lever at its five levels."""
    values, years = levels(lever), plan_years(region)
    mixes = [held(region, base.scenario, lever, value) for value in values]
    runs = [base if mix == base.scenario else on.run(mix, progress=progress) for mix in mixes]
    own, known = indicators_of(lever), levers_known(region)[lever]
    shown = own if indicator is None else (indicator,)
    present = float(np.mean([base.scenario.levers.get(lever, year) for year in years]))
    highest = FAR_BEYOND * highest_on_record(region, lever)
    tried = Tried(region, values, runs, base, present, shown[0] if shown else None)
    top = runs[-1] if runs[-1] is not base else runs[0]
    moved = (difference(quantity(base, name, years), quantity(top, name, years)) for name in own)
    return LeverResponse(
        lever=lever,
        dead=not any(one is not None and one.beyond_chance for one in moved),
        switch=_is_switch(own, runs, years),
        points=tuple(
            Point(
                value=sensible(value), cost=cost.mean, cost_error=cost.mc_error, cost_beyond_chance=cost.beyond_chance, part=part,
                effects=tuple(_effects(shown, base, mixed, years)), extrapolation=value > highest, next=tried.step(place),
            )
            for place, (part, value, mixed) in enumerate(zip(PARTS, values, runs))
            if (cost := tried.cost(mixed)) is not None
        ),
        unit=LEVERS[lever].unit,
        present=sensible(present),
        next=tried.from_present(),
        indicators=own,
        over_range=tuple(
            row for name in shown if (row := _over_range(name, base, runs, years, present, values[-1])) is not None
        ),
        literature=tuple(_beside(row, region, runs, values) for row in literature.of_lever(lever)),
        decided_by=known.decider,
        grade=known.grade,
        silent=known.silent,
    )  # fmt: skip


def _effects(names: Sequence[str], base: Mixed, mixed: Mixed, years: range) -> Iterator[Effect]:
    """Effects on what has a value."""
    for name in names:
        moved = difference(quantity(base, name, years), quantity(mixed, name, years))
        if moved is not None:
            yield Effect(indicator=name, mean=moved.mean, error=moved.mc_error, beyond_chance=moved.beyond_chance)


@dataclass(frozen=True)
class Tried:
    """A lever at its levels, for what a step from one to the next costs."""

    region: Region
    values: Sequence[float]
    runs: Sequence[Mixed]
    base: Mixed
    present: float
    first: str | None

    def cost(self, mixed: Mixed) -> Difference | None:
        """Further district money over the plan [万元]."""
        return difference(money(self.base.plain, self.region), money(mixed.plain, self.region))

    def step(self, place: int) -> NextUnit | None:
        """From one point to the next."""
        if place + 1 == len(self.values):
            return None
        return self._between(self.runs[place], self.values[place], place + 1)

    def from_present(self) -> NextUnit | None:
        """From the scenario's own level to the nearest point above it that has a price; to the nearest where none has."""
        above = [place for place, value in enumerate(self.values) if value > self.present]
        steps = [step for place in above if (step := self._between(self.base, self.present, place)) is not None]
        return next((step for step in steps if step.price is not None), steps[0] if steps else None)

    def _between(self, below: Mixed, value: float, place: int) -> NextUnit | None:
        above, years = self.runs[place], plan_years(self.region)
        spent = money(above.plain, self.region) - money(below.plain, self.region)
        paid = self._difference(spent)
        if self.first is None or paid is None:
            return None
        gains = quantity(above, self.first, years) - quantity(below, self.first, years)
        gain = self._difference(gains)
        if gain is None:
            return None
        clear, units = gain.beyond_chance and paid.beyond_chance, self.values[place] - value
        return NextUnit(
            value=sensible(self.values[place]),
            indicator=self.first,
            gain=gain.mean,
            gain_error=gain.mc_error,
            money=paid.mean,
            money_error=paid.mc_error,
            per_unit=sensible(paid.mean / units) if clear else None,
            per_unit_error=sensible(paid.mc_error / units) if clear else None,
            price=price(spent, gains) if clear else None,
        )

    @staticmethod
    def _difference(change: Floats) -> Difference | None:
        return difference(np.zeros_like(change), change)


def _over_range(name: str, base: Mixed, runs: Sequence[Mixed], years: range, present: float, top: float) -> OverRange | None:
    at = [quantity(mixed, name, years) for mixed in runs]
    moved = difference(at[0], at[-1])
    if moved is None:
        return None
    below = float(np.nanmean(at[0]))
    found = _elasticity(quantity(base, name, years), at[-1], present, top)
    tenth = _first_tenth(at)
    return OverRange(
        indicator=name,
        unit=unit_of(name),
        mean=moved.mean,
        error=moved.mc_error,
        beyond_chance=moved.beyond_chance,
        relative=sensible(moved.mean / below) if below > 0.0 else None,
        first_tenth=None if tenth is None else sensible(tenth),
        elasticity=None if found is None else sensible(found[0]),
        elasticity_error=None if found is None else sensible(found[1]),
    )


def _elasticity(first: Floats, second: Floats, low: float, high: float) -> tuple[float, float] | None:
    """Arc elasticity with its error; None where the change is within chance or a midpoint is not above zero."""
    moved = difference(first, second)
    middle = 0.5 * float(np.nanmean(first) + np.nanmean(second)) if moved is not None else 0.0
    if moved is None or not moved.beyond_chance or middle <= 0.0 or not high > low >= 0.0:
        return None
    way = (high - low) / (0.5 * (high + low))
    return moved.mean / middle / way, moved.mc_error / middle / way


def _first_tenth(at: Sequence[Floats]) -> float | None:
    """Part of the largest effect against the bottom, at any level, that a tenth of the range brings; None within chance."""
    moved = [difference(at[0], one) for one in at]
    clear = [one.mean for one in moved if one is not None and one.beyond_chance]
    tenth = moved[TENTH]
    return None if not clear or tenth is None else tenth.mean / max(clear, key=abs)


def _is_switch(own: Sequence[str], runs: Sequence[Mixed], years: range) -> bool:
    """Whether the first indicator that the range moves at all is moved by its first tenth nearly as far as it ever is."""
    parts = (_first_tenth([quantity(mixed, name, years) for mixed in runs]) for name in own)
    return next((part for part in parts if part is not None), 0.0) >= SWITCH


# --- beside the literature


Ratio = tuple[float | None, float | None, float | None]
"""A ratio and its 90 % interval."""


@dataclass(frozen=True)
class Ends:
    """A lever at the bottom and at the top of its range."""

    bottom: Mixed
    top: Mixed
    values: tuple[float, float]
    years: range

    def level(self, name: str) -> Floats:
        """Change of an indicator of the plain runs in the last year [run]."""
        return self.top.plain.of(name, self.years[-1]) - self.bottom.plain.of(name, self.years[-1])

    def through(self, door: str) -> Floats:
        """Change of what went through a door over the plan [run]."""
        return self._sum(lambda mixed: mixed.plain.through(door))

    def paid(self, line: str) -> Floats:
        """Change of what a line of the ledger paid over the plan [run], 万元."""
        return self._sum(lambda mixed: mixed.plain.money[:, :, mixed.plain.lines.index(line)] * TEN_THOUSAND)

    def research(self) -> Floats:
        """Change of real R&D over the plan [run], 万元."""
        return self._sum(lambda mixed: mixed.plain.series("rd_real") * HUNDRED_MILLION)

    def at_bottom(self, door: str) -> Floats:
        """What went through a door over the plan at the bottom of the range [run]."""
        return quantity(self.bottom, door, self.years)

    def units(self) -> Floats:
        """Units of the lever more over the plan [run]."""
        return np.full(self.top.plain.runs, (self.values[1] - self.values[0]) * len(self.years))

    def _sum(self, of: Callable[[Mixed], Floats]) -> Floats:
        rows = _rows(self.top, self.years)
        return (of(self.top) - of(self.bottom))[:, rows].sum(axis=1)


LIKE: Mapping[Like, Callable[[Ends], tuple[Floats, Floats]]] = {
    "own_rd": lambda ends: (ends.research() - ends.paid("rd_grant"), ends.paid("rd_grant")),
    "patents_granted": lambda ends: (ends.through("patents:granted"), ends.at_bottom("patents:granted")),
    "loans_paid": lambda ends: (ends.through("knowledge_loans:paid"), ends.through("knowledge_loans:applied")),
    "loan_size": lambda ends: (ends.level("knowledge_loans_total") * HUNDRED_MILLION, ends.through("knowledge_loans:paid")),
    "commercial_loans": lambda ends: (ends.level("commercial_loans_total"), ends.level("knowledge_loans_total")),
    "private_money": lambda ends: (ends.paid("industry_private"), ends.paid("industry_district")),
    "landed": lambda ends: (ends.through("enterprises:attracted"), ends.units()),
}
"""What the model measures in the terms of a study: a change over the range, over another."""


def _beside(row: literature.Known, region: Region, runs: Sequence[Mixed], values: Sequence[float]) -> Literature:
    found: Ratio = (None, None, None)
    if row.like is not None:
        found = _ratio(*LIKE[row.like](Ends(runs[0], runs[-1], (values[0], values[-1]), plan_years(region))))
    middle, low, high = (None if one is None else sensible(one) for one in found)
    return Literature(
        parameter=row.id, meaning_zh=row.meaning.zh, meaning_en=row.meaning.en, unit=row.unit, low=row.low, central=row.central,
        high=row.high, quality=row.quality, source=row.source, measured=middle, measured_p05=low, measured_p95=high,
    )  # fmt: skip


def _ratio(above: Floats, below: Floats) -> Ratio:
    """The ratio of two means over runs and its 90 % interval; nothing where the one below is within chance of zero."""
    known = ~(np.isnan(above) | np.isnan(below))
    under = difference(np.zeros(int(known.sum())), below[known])
    if under is None or not under.beyond_chance:
        return None, None, None
    return (float(above[known].mean() / under.mean), *fieller(above[known], below[known]))
