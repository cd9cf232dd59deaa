"""What a scenario changes, what it costs and how far it lies beyond experience: the answer of `yidu scenario check` and `show`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yidu.experiments.check.affordable import (
    DEPENDS,
    KNOWN,
    Recorded,
    YearCost,
    depends,
    known_costs,
    over_budget,
    recorded_money,
    yearly_costs,
)
from yidu.experiments.check.answer import (
    AssumptionYear,
    CostYear,
    FarLever,
    KnownYear,
    LeverSet,
    LeverYear,
    Measured,
    MeasuredYear,
    RecordedMoney,
    ScenarioAnswer,
    TriggerSet,
    Unknown,
)
from yidu.experiments.ensembles.paired import last_year, paired, study
from yidu.experiments.judging.answer import Rests, version
from yidu.experiments.judging.carriers import carriers_of, centred_ranks, grade_of, rank_shares
from yidu.experiments.judging.classes import letter
from yidu.experiments.judging.money import OUTSIDE_EXPERIENCE, public_money
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.runs import probability_of, sensible
from yidu.experiments.judging.unknown import beyond_experience, of_mix, of_runs
from yidu.experiments.scenarios.scenario import Scenario, load, plan_years
from yidu.sim.levers import LEVERS
from yidu.sim.pack import UNITS

if TYPE_CHECKING:
    from yidu.sim.draws import Draws
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region

Floats = np.typing.NDArray[np.float64]


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
        decider=LEVERS[id].decider,
        last_record=region.levers.get(id, years[0] - 1),
        changed=scenario.levers.path(id) != region.levers.path(id),
        path=tuple(LeverYear(year=year, value=scenario.levers.get(id, year), status_quo=region.levers.get(id, year)) for year in years),
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
    by_year = tuple(_year(year, mix.public_money(year, year), base.public_money(year, year), line) for year in years)
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
