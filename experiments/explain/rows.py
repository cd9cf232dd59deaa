"""The rows of `yidu explain`: what runs, contributions and shares of variance say, in the published shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from yidu.experiments.ensembles.sensitivity import Batches, shares_of_parameters, shares_of_sources
from yidu.experiments.explain.answer import ExplainedTarget, GroupMoney, GroupRow, LeverRow, LeverSet, ParameterRow, SourceRow
from yidu.experiments.explain.contributions import Contributions, Mean, by_group, mean_of, probability_change
from yidu.experiments.explain.deciding import CLEAR, size_of
from yidu.experiments.explain.flow_account import Account, ratio_of
from yidu.experiments.judging.classes import letter
from yidu.experiments.judging.evidence import contractions
from yidu.experiments.judging.runs import Floats, probability_of, sensible
from yidu.experiments.scenarios.scenario import plan_years
from yidu.sim.levers import GROUPS, LEVERS

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import Grade, TargetAnswer
    from yidu.experiments.judging.evidence import LeverKnown
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region, Target


def target_row(shared: Contributions, k: int, answer: TargetAnswer, waterfall: Account | None) -> ExplainedTarget:
    """A target under both mixes; `k`: its number among the targets."""
    runs = int(shared.known(k).sum())
    before = probability_of(shared.reached(shared.reference, k) == 1.0)
    level = mean_of(shared.level(shared.total, k)) if runs else None
    change = probability_change(shared.reached(shared.total, k), shared.level(shared.total, k)) if runs else None
    told = "none" if waterfall is None else "ratio" if ratio_of(answer.indicator) else "doors"
    return ExplainedTarget.model_validate(
        {
            **{
                name: getattr(answer, name)
                for name in ("indicator", "year", "unit", "sense", "target", "probability", "mc_error", "p05", "median", "p95")
            },
            "reference_probability": before[0] if before else None,
            "reference_mc_error": before[1] if before else None,
            "probability_change": sensible(change.mean) if change else None,
            "probability_change_error": sensible(change.error) if change else None,
            "level_change": sensible(level.mean) if level else None,
            "level_change_error": sensible(level.error) if level else None,
            "verdict": answer.verdict,
            "class": answer.class_,
            "grade": answer.grade,
            "runs": runs,
            "account": told,
        }
    )


def group_rows(shared: Contributions, k: int, target: Target) -> list[GroupRow]:
    """What each group contributes to a target; zero where nothing in it differs, none where no run has a value."""
    if not shared.known(k).any():
        return []
    rows = []
    for group in GROUPS:
        level, probability = Mean(0.0, 0.0), Mean(0.0, 0.0)
        if group in shared.groups:
            level, probability = _both(shared, shared.groups[group], k)
        rows.append(
            GroupRow(
                indicator=target.indicator, year=target.year, group=group, beyond_chance=clear(level, probability),
                **named("level", level), **named("probability", probability),
            )
        )  # fmt: skip
    return rows


def lever_rows(shared: Contributions, k: int, target: Target) -> list[LeverRow]:
    """What each lever that differs does for a target."""
    if not shared.known(k).any():
        return []
    rows = []
    for id in shared.levers:
        (out, out_reached), (alone, alone_reached) = (_both(shared, table[id], k) for table in (shared.out, shared.alone))
        rows.append(
            LeverRow(
                indicator=target.indicator, year=target.year, lever=id, beyond_chance=clear(out, out_reached, alone, alone_reached),
                **named("out_level", out), **named("out_probability", out_reached),
                **named("in_level", alone), **named("in_probability", alone_reached),
            )
        )  # fmt: skip
    return rows


def _both(shared: Contributions, table: Floats, k: int) -> tuple[Mean, Mean]:
    """Mean contribution to the level of a target and to its probability."""
    level = shared.level(table, k)
    return mean_of(level), probability_change(shared.reached(table, k), level)


def named(name: str, mean: Mean) -> dict[str, float]:
    """A mean and its error under the keys of an answer."""
    return {name: sensible(mean.mean), f"{name}_error": sensible(mean.error)}


def clear(*means: Mean) -> bool:
    """Whether one of some means is above so many errors that it is not chance."""
    return any(abs(one.mean) > CLEAR * one.error for one in means)


def group_money(shared: Contributions) -> tuple[GroupMoney, ...]:
    """What each group costs the district over the plan."""
    groups = by_group(shared.levers)
    return tuple(
        GroupMoney(
            group=group,
            levers=groups.get(group, ()),
            **named("money", mean_of(shared.money(shared.groups[group])) if group in shared.groups else Mean(0.0, 0.0)),
        )
        for group in GROUPS
    )


def levers_set(
    region: Region, shared: Contributions, scenario: Scenario, reference: Scenario, known: dict[str, LeverKnown]
) -> tuple[LeverSet, ...]:
    """Each lever that differs: how it is set in both mixes, what it costs, who decides it and what the record knows of it."""
    triggered = {id for mix in (scenario, reference) for trigger in mix.triggers for id in trigger.then}
    return tuple(
        LeverSet(
            lever=id,
            group=LEVERS[id].group,
            unit=LEVERS[id].unit,
            reference={year: reference.levers.get(id, year) for year in plan_years(region)},
            scenario={year: scenario.levers.get(id, year) for year in plan_years(region)},
            triggered=id in triggered,
            known=known[id],
            **named("out_money", mean_of(shared.money(shared.out[id]))),
        )
        for id in shared.levers
    )


# --- uncertainty


def source_rows(region: Region, design: Batches, target: Target, grade: Grade) -> list[SourceRow]:
    """Shares of a target's variance by source; `grade`: of the parameters that carry it."""
    told = shares_of_sources(design, target.indicator, target.year)
    if told is None:
        return []
    grades: dict[str, Grade | None] = {"parameters": grade, "environment": environment_grade(region)}
    rows = []
    for one in told.sources:
        size, error = size_of(one.total, one.total_error, told)
        rows.append(
            SourceRow.model_validate(
                {
                    "indicator": target.indicator,
                    "year": target.year,
                    **{name: value if name == "source" else sensible(value) for name, value in one._asdict().items()},
                    "size": sensible(size),
                    "size_error": sensible(error),
                    "grade": grades.get(one.source),
                    "scale": told.scale,
                    "runs": told.runs,
                    "dropped": told.dropped,
                }
            )
        )
    return rows


def environment_grade(region: Region) -> Grade:
    """Worst grade among the yearly fields of the environment that are uncertain after the record."""
    uncertain = [field for field in region.environment.fields.values() if field.persistent_sd > 0.0 or field.sd > 0.0]
    return max((letter(field.grade) for field in uncertain), default="D")


def parameter_rows(region: Region, design: Batches, target: TargetAnswer) -> list[ParameterRow]:
    """What each parameter says of a target, the strongest first."""
    told = shares_of_parameters(design, target.indicator, target.year)
    if told is None:
        return []
    grades = {prior.parameter: letter(prior.grade) for prior in region.priors}
    known = contractions(region)
    return [
        ParameterRow(
            indicator=target.indicator,
            year=target.year,
            parameter=one.parameter,
            first=sensible(one.first),
            first_error=sensible(one.first_error),
            delta=_sensible(one.delta),
            delta_error=_sensible(one.delta_error),
            idle_delta=_sensible(told.idle_delta),
            beyond_chance=one.beyond_chance,
            grade=grades.get(one.parameter, "D"),
            contraction=known.get(one.parameter),
            runs=told.runs,
        )
        for one in told.parameters
    ]


def _sensible(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else sensible(value)
