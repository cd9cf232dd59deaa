"""What a scenario changes, what it costs and how far it lies beyond experience: the answer of `yidu scenario check` and `show`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from experiments.affordable import (
    DEPENDS,
    KNOWN,
    Depends,
    Known,
    Recorded,
    YearCost,
    depends,
    known_costs,
    over_budget,
    recorded_money,
    yearly_costs,
)
from experiments.answers import Answer, Grade, MoneyLine, Rests, Share, version
from experiments.assess import (
    OUTSIDE_EXPERIENCE,
    Notice,
    carriers_of,
    centred_ranks,
    grade_of,
    letter,
    probability_of,
    public_money,
    rank_shares,
    sensible,
)
from experiments.paired import last_year, paired, study
from experiments.scenario import Scenario, load, plan_years
from experiments.unknown import beyond_experience, of_mix, of_runs
from sim.levers import LEVERS, Decider, Group, decider
from sim.pack import UNITS

if TYPE_CHECKING:
    from sim.draws import Draws
    from sim.outcomes import Outcomes
    from sim.region import Region

Floats = np.typing.NDArray[np.float64]


class LeverYear(Answer):
    """A lever in a year of the plan."""

    year: int
    value: float
    status_quo: float


class LeverSet(Answer):
    """A lever over the plan."""

    lever: str
    group: Group
    unit: str
    decider: Decider = Field(description="district 区定, shared 共担, city 市定, won 争取")
    last_record: float = Field(description="level in the last year of the record")
    changed: bool = Field(description="differs from the status quo in a year of the plan or later")
    path: tuple[LeverYear, ...]


class AssumptionYear(Answer):
    """What a scenario assumes of something that is not policy, from a year on."""

    field: str
    year: int
    value: float
    unit: str


class TriggerSet(Answer):
    """In runs where the condition holds at the end of the year, each lever takes its value from the next year on."""

    indicator: str
    sense: Literal["<", "<=", ">", ">="]
    value: float
    unit: str
    year: int
    then: dict[str, float]


class CostYear(Answer):
    """What a lever is known to cost the district in a year, before any run [万元]."""

    lever: str
    year: int
    heading: Group
    capital: bool = Field(description="true: money tied up or invested; false: grants and services")
    amount: float
    status_quo: float = Field(description="the same under the status quo")
    known: Known = Field(description="fixed: paid as set, on average; about: may come to some more or less")
    grade: Grade = Field(description="of the unit cost")


class KnownYear(Answer):
    """What is known before any run of the district's money in a year [万元]."""

    year: int
    amount: float
    status_quo: float
    above_record: bool | None = Field(description="already above the yearly money on record; null without a record")


class Unknown(Answer):
    """A lever in use whose cost, or a further cost, follows from what others do."""

    lever: str
    follows: Depends = Field(description="take_up: who applies; losses: what is not repaid; landing: what is won or comes")
    partly: bool = Field(description="true: part of its cost is known before a run")


class RecordedMoney(Answer):
    """The district's money for science and technology on record [万元]."""

    total: float
    yearly: float
    over: str


class MeasuredYear(Answer):
    """What the district pays in a year, by runs [万元]."""

    year: int
    mean: float
    mc_error: float
    p05: float
    median: float
    p95: float
    status_quo: float = Field(description="mean under the status quo, on the same runs")
    change: float = Field(description="mean difference run by run")
    change_mc_error: float
    above_record: float | None = Field(ge=0.0, le=1.0, description="share of runs above the yearly money on record")
    above_record_mc_error: float | None = Share


class Measured(Answer):
    """What runs say of the money."""

    environment: str
    runs: int = Field(ge=1)
    seed: int = Field(ge=0)
    digest: str
    by_year: tuple[MeasuredYear, ...]
    total: MeasuredYear = Field(description="over the plan; its year is the last")
    public_money_by: tuple[MoneyLine, ...]


class FarLever(Answer):
    """A lever set far beyond experience."""

    lever: str
    first_year: int
    value: float = Field(description="highest value in the plan")
    highest: float = Field(description="highest level on record")
    times: float | None = Field(description="value over highest; null where it was never used")
    triggered: bool = Field(description="only if a trigger acts")


class ScenarioAnswer(Answer):
    """`yidu scenario check --json` and `yidu scenario show --json`."""

    region: str
    scenario: str
    title_zh: str
    title_en: str
    description: str
    file: str | None
    chain: tuple[str, ...] = Field(description="from this scenario down to the one that extends nothing")
    version: str
    levers: tuple[LeverSet, ...]
    environment: tuple[AssumptionYear, ...]
    triggers: tuple[TriggerSet, ...]
    known_costs: tuple[CostYear, ...]
    known_by_year: tuple[KnownYear, ...]
    depends: tuple[Unknown, ...]
    recorded: RecordedMoney | None
    measured: Measured | None = Field(description="null without --runs")
    over_budget: tuple[int, ...] = Field(
        description="years whose known money, or where measured whose median, is above the yearly money on record"
    )
    extrapolation: bool = Field(description="a lever, or the money measured, lies far beyond experience")
    beyond_experience: tuple[FarLever, ...]
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """A scenario's answer before its sentences are put into a language."""

    answer: ScenarioAnswer
    notices: tuple[Notice, ...]


def check(
    region: Region,
    scenario: Scenario,
    *,
    runs: int = 0,
    seed: int = 1,
    environment: str = "baseline",
    draws: Draws | None = None,
    progress: Callable[[int], object] | None = None,
) -> Checked:
    """What a scenario sets, what of its cost is known, and by `runs` paired with the status quo what it comes to.

    `progress` is told of `3 * runs` runs: the record once, then both mixes.
    """
    usual = load(region, "status_quo")
    costs = known_costs(region, scenario.levers)
    before = known_costs(region, usual.levers)
    recorded = recorded_money(region)
    by_year, by_year_before = yearly_costs(costs), yearly_costs(before)
    far = beyond_experience(region, scenario)
    notices = list(of_mix(region, scenario, environment))
    measured, rests, outcomes = None, _rests_on_unit_costs(costs), None
    if runs:
        measured, outcomes = _measured(region, scenario, usual, runs, seed, environment, draws, recorded, progress)
        rests = _rests_on_draws(region, outcomes)
    money = by_year if measured is None else {row.year: row.median for row in measured.by_year}
    above = over_budget(money, recorded)
    if above and recorded is not None:
        values = {"years": _span(above), "recorded": recorded.yearly, "most": max(money[year] for year in above)}
        code = "over_budget_known" if measured is None else "over_budget"
        if measured is not None and all(one.median - one.change > recorded.yearly for one in measured.by_year if one.year in above):
            code = "over_budget_as_usual"
        notices.append(Notice(code, values))
    total = sum(by_year.values()) if measured is None else measured.total.median
    outside = recorded is not None and total > OUTSIDE_EXPERIENCE * recorded.total
    if outside and recorded is not None:
        over, times = f"{plan_years(region)[0]}-{plan_years(region)[-1]}", round(total / recorded.total, 1)
        notices.append(Notice("outside_experience", {"median": round(total), "over": over, "record": recorded.total, "times": times}))
    late = tuple(trigger for trigger in scenario.triggers if trigger.year >= plan_years(region)[-1])
    if late:
        notices.append(Notice("late_trigger", {"year": str(late[0].year), "last": str(plan_years(region)[-1])}))
    after = acts_after_plan(region, scenario)
    if after:
        notices.append(Notice("acts_after_plan", {"named": after, "last": str(plan_years(region)[-1])}))
    notices += counted_apart(region)
    if scenario.triggers and measured is None:
        notices.append(Notice("triggers_not_costed"))
    if outcomes is not None:
        notices += of_runs(region, outcomes)
    answer = ScenarioAnswer(
        region=region.name,
        scenario=scenario.name,
        title_zh=scenario.title_zh,
        title_en=scenario.title_en,
        description=scenario.description,
        file=None if scenario.file is None else scenario.file.name,
        chain=scenario.chain,
        version=version(),
        levers=tuple(_lever(region, scenario, id) for id in LEVERS),
        environment=tuple(
            AssumptionYear(field=name, year=year, value=value, unit=region.environment.fields[name].unit)
            for name, steps in scenario.environment.items() for year, value in sorted(steps.items())
        ),
        triggers=triggers_set(scenario),
        known_costs=tuple(
            CostYear.model_validate({**row._asdict(), "status_quo": other.amount})
            for row, other in zip(costs, before, strict=True) if row.amount or other.amount
        ),
        known_by_year=tuple(
            KnownYear(
                year=year, amount=amount, status_quo=by_year_before[year],
                above_record=None if recorded is None else amount > recorded.yearly,
            )
            for year, amount in by_year.items()
        ),
        depends=tuple(Unknown(lever=id, follows=DEPENDS[id], partly=id in KNOWN) for id in depends(region, scenario)),
        recorded=None if recorded is None else RecordedMoney(
            total=recorded.total, yearly=recorded.yearly, over=f"{recorded.first_year}-{recorded.last_year}"
        ),
        measured=measured,
        over_budget=above,
        extrapolation=bool(far) or outside,
        beyond_experience=tuple(FarLever.model_validate(row._asdict()) for row in far),
        conclusion="",
        rests=rests,
        warnings=(),
    )  # fmt: skip
    return Checked(answer, tuple(notices))


def acts_after_plan(region: Region, scenario: Scenario) -> tuple[str, ...]:
    """Levers and assumptions that a scenario changes, but only from a year after the plan on."""
    years = plan_years(region)
    late = [
        id for id in LEVERS
        if scenario.levers.path(id) != region.levers.path(id)
        and all(scenario.levers.get(id, year) == region.levers.get(id, year) for year in years)
    ]  # fmt: skip
    return (*late, *(name for name, steps in scenario.environment.items() if min(steps) > years[-1]))


def counted_apart(region: Region) -> tuple[Notice, ...]:
    """What levers and numbers of things mean where a region holds several districts, or an agent stands for several of its kind."""
    settings = region.settings
    several = [Notice("lever_a_district", {"districts": settings.districts})] if settings.districts > 1 else []
    coarse = [Notice("agent_for_many", {"scale": settings.scale})] if settings.scale > 1.0 else []
    return (*several, *coarse)


def triggers_set(scenario: Scenario) -> tuple[TriggerSet, ...]:
    """The triggers of a scenario with the unit of their indicator."""
    return tuple(
        TriggerSet.model_validate(
            {"indicator": one.indicator, "sense": one.sense, "value": one.value, "unit": UNITS[one.indicator],
             "year": one.year, "then": dict(one.then)}
        )
        for one in scenario.triggers
    )  # fmt: skip


def _lever(region: Region, scenario: Scenario, id: str) -> LeverSet:
    years = plan_years(region)
    return LeverSet(
        lever=id,
        group=LEVERS[id].group,
        unit=LEVERS[id].unit,
        decider=decider(LEVERS[id]),
        last_record=region.levers.get(id, years[0] - 1),
        changed=scenario.levers.path(id) != region.levers.path(id),
        path=tuple(
            LeverYear(year=year, value=scenario.levers.get(id, year), status_quo=region.levers.get(id, year)) for year in years
        ),
    )


def _span(years: tuple[int, ...]) -> str:
    """Years as text, a whole stretch of them as first to last."""
    whole = len(years) > 2 and years[-1] - years[0] == len(years) - 1
    return f"{years[0]}-{years[-1]}" if whole else ", ".join(map(str, years))


def _rests_on_unit_costs(costs: tuple[YearCost, ...]) -> Rests:
    """Unit costs that make up what is known, dearest first."""
    spent = {id: sum(row.amount for row in costs if row.lever == id) for id in KNOWN}
    on = tuple(id for id in sorted(spent, key=lambda id: -spent[id]) if spent[id] > 0.0)
    return Rests(grade=max((KNOWN[id].grade for id in on), default="D"), on=on)


def _rests_on_draws(region: Region, outcomes: Outcomes) -> Rests:
    """Parameters that carry the spread of the money over the plan; the unit costs themselves are judgement (D)."""
    grades = {prior.parameter: letter(prior.grade) for prior in region.priors}
    years = plan_years(region)
    spent = outcomes.public_money(years[0], years[-1])
    carriers = carriers_of(rank_shares(centred_ranks(outcomes.parameters), spent), outcomes.parameter_names, grades)
    return Rests(grade=max(grade_of(carriers, grades), "D"), on=("unit_costs", *(one.parameter for one in carriers)))


def _measured(
    region: Region, scenario: Scenario, usual: Scenario, runs: int, seed: int, environment: str, draws: Draws | None,
    recorded: Recorded | None, progress: Callable[[int], object] | None,
) -> tuple[Measured, Outcomes]:  # fmt: skip
    """The district's money by year under the scenario and, on the same runs, under the status quo."""
    batch = study(region, environment=environment, runs=runs, seed=seed, draws=draws, progress=progress)
    mix = batch.run(scenario, until=last_year(region), progress=progress).plain
    base = batch.run(usual, until=last_year(region), progress=progress).plain
    years = plan_years(region)
    line = None if recorded is None else recorded.yearly
    by_year = tuple(
        _year(year, mix.public_money(year, year), base.public_money(year, year), line) for year in years
    )
    first, last = years[0], years[-1]
    whole = None if line is None else line * len(years)
    total = _year(last, mix.public_money(first, last), base.public_money(first, last), whole)
    measured = Measured(
        environment=environment, runs=runs, seed=seed, digest=mix.digest, by_year=by_year, total=total,
        public_money_by=public_money(region, mix)[1],
    )  # fmt: skip
    return measured, mix


def _year(year: int, spent: Floats, usual: Floats, line: float | None) -> MeasuredYear:
    """One year's money over the runs of a mix and of the status quo [run], 万元."""
    change = paired(usual, spent)
    assert change is not None
    error = float(spent.std(ddof=1)) / len(spent) ** 0.5 if len(spent) > 1 else 0.0
    above = None if line is None else probability_of(spent > line)
    p05, median, p95 = (sensible(float(q)) for q in np.quantile(spent, (0.05, 0.5, 0.95)))
    return MeasuredYear(
        year=year, mean=sensible(float(spent.mean())), mc_error=sensible(error), p05=p05, median=median, p95=p95,
        status_quo=sensible(float(usual.mean())), change=sensible(change.mean), change_mc_error=sensible(change.mc_error),
        above_record=None if above is None else above[0], above_record_mc_error=None if above is None else above[1],
    )  # fmt: skip
