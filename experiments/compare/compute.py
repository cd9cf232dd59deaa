"""What does one mix change against another: every target and indicator, what it costs, and who gains?

The mixes are simulated on the same runs (`yidu.experiments.ensembles.paired`), so a difference is of one and the same district under
two policies.
Targets and indicators carry what the model may have wrong, the same in a run under every mix; money and firms do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from yidu.experiments.assess.compute import Assessment, assess
from yidu.experiments.compare.answer import CompareAnswer, Comparison, IndicatorChange, JointChange, MixAnswer, Saving, TargetChange
from yidu.experiments.compare.extra_money import Extra, band, extra_money, money_changes, price_of
from yidu.experiments.ensembles.differences import Difference, chance_change, difference
from yidu.experiments.ensembles.gainers import Gainers, gains
from yidu.experiments.ensembles.paired import MOST_KEPT, Mixed, last_year, study
from yidu.experiments.judging.answer import Chance, Rests, TargetAnswer, version
from yidu.experiments.judging.carriers import CARRIES, centred_ranks, grade_of, rank_shares
from yidu.experiments.judging.classes import letter
from yidu.experiments.judging.evidence import levers_known
from yidu.experiments.judging.goals import reached, together
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.on_record import on_record
from yidu.experiments.judging.runs import column, sensible
from yidu.experiments.scenarios.scenario import Scenario, load, plan_years
from yidu.sim.errors import InputError
from yidu.sim.indicators import INDICATORS
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.sim.draws import Draws
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region, Target
    from yidu.sim.triggers import Trigger

Told = tuple[tuple[str, str, float, int], tuple[tuple[str, float], ...]]
"""A trigger as something that can be compared: its condition and what it sets."""

OF_EVERY_MIX = frozenset(
    {
        "prior_only", "few_runs", "few_draws", "at_prior_bound", "thin_record", "silent_record", "targets_extrapolated", "no_record",
        "runs_without_value", "large_adjustment",
    }
)  # fmt: skip
"""Notices of an assessment that hold whatever the mix; the first mix's are given."""

OF_ONE_MIX = frozenset({"outside_experience", "changed_environment", "beyond_experience", "environment_beyond"})
"""Notices that say of which mix they are, unless they are the same of every one."""


@dataclass(frozen=True)
class Compared:
    """The answer before it is put into a language, with what the reader must know."""

    answer: CompareAnswer
    notices: tuple[Notice, ...]


class Judged(NamedTuple):
    """A mix with what `assess` says of it."""

    mix: Mixed
    found: Assessment


def chosen(region: Region, names: Sequence[str]) -> tuple[Scenario, ...]:
    """The scenarios to compare, the first being the base; a single one is compared with the status quo.

    Raises:
        InputError: the same scenario twice, or two of one name, which a table could not tell apart.
    """
    asked = list(names) if len(names) > 1 else ["status_quo", *names]
    return apart(tuple(load(region, name) for name in asked))


def apart(scenarios: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
    """Scenarios that a table can tell apart.

    Raises:
        InputError: the same file twice, or two of one name.
    """
    for k, scenario in enumerate(scenarios):
        for before in scenarios[:k]:
            if scenario.file is not None and before.file == scenario.file:
                raise InputError(f"the scenario '{scenario.name}' stands here twice", fix="Name two that differ.")
            if before.name == scenario.name:
                raise InputError(f"two of the scenarios are called '{scenario.name}'", fix="Save one of them under another name.")
    return scenarios


def work(runs: int, mixes: int) -> int:
    """Runs that `compare` will report as done."""
    return runs * (mixes + (runs <= MOST_KEPT))


def compare(
    region: Region,
    scenarios: Sequence[Scenario],
    *,
    environment: str = "baseline",
    runs: int = 400,
    seed: int = 1,
    draws: Draws | None = None,
    progress: Callable[[int], object] | None = None,
) -> Compared:
    """Every scenario against the first, each run once, all on the same runs."""
    mixes = side_by_side(region, scenarios, environment=environment, runs=runs, seed=seed, draws=draws, progress=progress)
    return compared(region, mixes)


def side_by_side(
    region: Region,
    scenarios: Sequence[Scenario],
    *,
    environment: str = "baseline",
    runs: int = 400,
    seed: int = 1,
    draws: Draws | None = None,
    progress: Callable[[int], object] | None = None,
) -> list[Mixed]:
    """Scenarios on the same runs, with a count of who gains: what `compared` looks at."""
    on = study(region, environment=environment, runs=runs, seed=seed, draws=draws, progress=progress)
    look = Gainers(region, region.settings.years.plan_end)
    return [on.run(scenario, until=last_year(region), look=look, progress=progress) for scenario in scenarios]


def compared(region: Region, mixes: Sequence[Mixed]) -> Compared:
    """Mixes that were run on the same runs, each against the first."""
    judged = [Judged(mix, assess(region, mix.scenario, mix.plain, mix.judged)) for mix in mixes]
    base = judged[0]
    comparisons = tuple(_comparison(region, base, other) for other in judged[1:])
    first = base.mix.plain
    answer = CompareAnswer(
        region=region.name,
        scenario=base.mix.scenario.name,
        environment=first.environment,
        runs=first.runs,
        seed=first.seed,
        digest=first.digest,
        version=version(),
        mixes=tuple(_mix(region, base, one) for one in judged),
        comparisons=comparisons,
        conclusion="",
        rests=Rests(
            grade=max(one.rests.grade for one in comparisons), on=tuple(dict.fromkeys(name for one in comparisons for name in one.rests.on))
        ),
        warnings=(),
    )
    return Compared(answer, tuple(_notices(judged)))


# --- what differs


def levers_changed(region: Region, base: Scenario, other: Scenario) -> tuple[str, ...]:
    """Levers that two scenarios set otherwise in any year of the plan, or by a trigger that only one of them has."""
    told = (set(map(_as_told, scenario.triggers)) for scenario in (base, other))
    triggered = {id for _, then in set.symmetric_difference(*told) for id, _ in then}
    planned = {id for id in LEVERS for year in plan_years(region) if base.levers.setting(id, year) != other.levers.setting(id, year)}
    return tuple(id for id in LEVERS if id in planned | triggered)


def _as_told(trigger: Trigger) -> Told:
    condition = (trigger.indicator, trigger.sense, trigger.value, trigger.year)
    return condition, tuple(sorted(trigger.then.items()))


def assumptions_changed(base: Scenario, other: Scenario) -> tuple[str, ...]:
    """Fields of the environment that two scenarios assume otherwise."""
    names = dict.fromkeys([*base.environment, *other.environment])
    return tuple(name for name in names if base.environment.get(name) != other.environment.get(name))


def _comparison(region: Region, base: Judged, other: Judged) -> Comparison:
    first, second = base.mix.judged, other.mix.judged
    extra = extra_money(region, base.mix.plain, other.mix.plain)
    targets = tuple(
        _target(target, before, after, first, second, extra)
        for target, before, after in zip(region.targets, base.found.targets, other.found.targets)
    )
    indicators = tuple(_indicators(region, first, second, extra))
    asked: Sequence[TargetChange | IndicatorChange] = targets or [row for row in indicators if row.record]
    return Comparison(
        scenario=other.mix.scenario.name,
        same=base.mix.plain.digest == other.mix.plain.digest,
        targets=targets,
        indicators=indicators,
        joint=tuple(_joint(region, base, other)),
        money=tuple(money_changes(region, base.mix.plain, other.mix.plain)),
        gains=gains(region, base.mix.plain, other.mix.plain, region.settings.years.plan_end),
        saves=saving([row.difference for row in asked]),
        rests=_rests(region, base.mix, other.mix, asked),
    )


def _target(target: Target, before: TargetAnswer, after: TargetAnswer, first: Outcomes, second: Outcomes, extra: Extra) -> TargetChange:
    levels = [column(outcomes, target.indicator, target.year) for outcomes in (first, second)]
    hits = [reached(outcomes, target) for outcomes in (first, second)]
    moved = difference(levels[0], levels[1])
    chance = chance_change(hits[0], hits[1], touched=not np.array_equal(levels[0], levels[1], equal_nan=True))
    up = 1.0 if target.sense == ">=" else -1.0
    return TargetChange.model_validate(
        {
            "indicator": target.indicator,
            "year": target.year,
            "sense": target.sense,
            "target": target.value,
            "unit": target.unit,
            "class": before.class_,
            "grade": max(before.grade, after.grade),
            "base": _chance(before),
            "other": _chance(after),
            "chance": chance,
            "difference": moved,
            "cost_per_unit": price_of(extra, moved, up * (levels[1] - levels[0])),
            "cost_per_point": price_of(extra, chance, 100.0 * (hits[1] - hits[0])),
            "limits": tuple(dict.fromkeys([*before.limits, *after.limits])),
        }
    )


def _chance(row: TargetAnswer) -> Chance:
    return Chance(**{name: getattr(row, name) for name in Chance.model_fields})


def _indicators(region: Region, first: Outcomes, second: Outcomes, extra: Extra) -> Iterable[IndicatorChange]:
    """Published and reported indicators without a target that have a value, in the plan's last year."""
    year = region.settings.years.plan_end
    with_target = {target.indicator for target in region.targets}
    for indicator in INDICATORS:
        if not (indicator.public or indicator.reported) or indicator.id in with_target:
            continue
        levels = [column(outcomes, indicator.id, year) for outcomes in (first, second)]
        moved = difference(levels[0], levels[1])
        if moved is not None:
            yield IndicatorChange(
                indicator=indicator.id,
                year=year,
                unit=indicator.unit,
                base=band(levels[0]),
                other=band(levels[1]),
                difference=moved,
                cost_per_unit=price_of(extra, moved, levels[1] - levels[0]),
                record=on_record(indicator.id, region),
            )


def _joint(region: Region, base: Judged, other: Judged) -> Iterable[JointChange]:
    fitted = [target for target, row in zip(region.targets, base.found.targets) if row.class_ == "可校准"]
    groups: tuple[tuple[Literal["all", "calibrated"], Sequence[Target]], ...] = (("all", region.targets), ("calibrated", fitted))
    for of, targets in groups:
        first, second = (together(one.mix.judged, targets) for one in (base, other))
        if first is None or second is None:
            continue
        shares = [one.found.joint if of == "all" else one.found.joint_calibrated for one in (base, other)]
        (before, before_error), (after, after_error) = (share or (None, None) for share in shares)
        yield JointChange(
            of=of,
            targets=len(targets),
            base=before,
            base_mc_error=before_error,
            other=after,
            other_mc_error=after_error,
            chance=chance_change(first, second, touched=base.mix.plain.digest != other.mix.plain.digest),
        )


# --- how sure, and on what it rests


def saving(differences: Sequence[Difference | None]) -> Saving | None:
    """How many times fewer runs the pairing needs, over differences that are beyond chance and vary."""
    times = [one.saves for one in differences if one is not None and one.beyond_chance and one.saves is not None]
    return Saving(indicators=len(times), least=min(times), median=sensible(float(np.median(times))), most=max(times)) if times else None


def _rests(region: Region, base: Mixed, other: Mixed, rows: Sequence[TargetChange | IndicatorChange]) -> Rests:
    """What the differences rest on: assumptions that differ, then the parameters that carry them, largest first.

    A parameter's weight is the largest share that it carries of the variance of a difference beyond chance; where none carries a
    tenth of any, the parameters through which the levers act are named. The grade is the worst of these and of the levers'.
    """
    changed = levers_changed(region, base.scenario, other.scenario)
    assumed = assumptions_changed(base.scenario, other.scenario)
    known = levers_known(region)
    grades = {prior.parameter: letter(prior.grade) for prior in region.priors}
    names = base.plain.parameter_names
    ranks = centred_ranks(base.plain.parameters)
    weight = np.zeros(len(names))
    for row in rows:
        if row.difference is not None and row.difference.beyond_chance:
            moved = column(other.judged, row.indicator, row.year) - column(base.judged, row.indicator, row.year)
            have = ~np.isnan(moved)
            own = ranks if have.all() else centred_ranks(base.plain.parameters[have])
            weight = np.maximum(weight, rank_shares(own, moved[have]))
    carrying = [names[k] for k in np.argsort(-weight, kind="stable") if weight[k] >= CARRIES]
    carrying = carrying or list(dict.fromkeys(name for id in changed for name in LEVERS[id].through))
    found = [known[id].grade for id in changed] + [grades.get(name, "D") for name in carrying]
    found += [letter(region.environment.fields[name].grade) for name in assumed]
    return Rests(grade=max(found, default=grade_of((), grades)), on=(*assumed, *carrying))


def _mix(region: Region, base: Judged, one: Judged) -> MixAnswer:
    scenario = one.mix.scenario
    joint, joint_error = one.found.joint or (None, None)
    calibrated, calibrated_error = one.found.joint_calibrated or (None, None)
    return MixAnswer(
        scenario=scenario.name,
        digest=one.found.digest,
        levers=levers_changed(region, base.mix.scenario, scenario),
        assumptions=assumptions_changed(base.mix.scenario, scenario),
        joint_probability=joint,
        joint_mc_error=joint_error,
        joint_probability_calibrated=calibrated,
        joint_mc_error_calibrated=calibrated_error,
        public_money=one.found.public_money,
    )


def _notices(judged: Sequence[Judged]) -> Iterable[Notice]:
    first, *others = (one.found.notices for one in judged)
    shared = [notice for notice in first if notice.code in OF_EVERY_MIX or all(notice in said for said in others)]
    yield from (notice for notice in shared if notice.code in OF_EVERY_MIX | OF_ONE_MIX)
    for one in judged:
        for notice in one.found.notices:
            if notice.code in OF_ONE_MIX and notice not in shared:
                yield Notice(notice.code, {**notice.values, "scenario": one.mix.scenario.name})
