"""What must be seen by the end of each year if a target is to be reached? Early-warning lines for the yearly review.

For a target and a year before its own: the value of the same indicator that best separates runs that arrive from runs that do not
(`yidu.experiments.milestones.separation`), and the values of the runs that arrive. Runs are judged with what the model may have wrong
added, as
targets are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from yidu.experiments.assess.compute import assess
from yidu.experiments.ensembles.paired import MOST_KEPT, Mixed, study
from yidu.experiments.judging.answer import TargetAnswer, version
from yidu.experiments.judging.evidence import LeverKnown, levers_known
from yidu.experiments.judging.goals import reached, rests_on, targets_of
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.runs import Floats, column, quantiles
from yidu.experiments.milestones.adaptive import WAYS, RuleTried, judged_by, tried
from yidu.experiments.milestones.answer import MilestoneAnswer, MilestonesAnswer, PathAnswer, Told
from yidu.experiments.milestones.early_signs import SignAnswer, sign_of
from yidu.experiments.milestones.separation import FEWEST, Area, Separated, area_under, as_published, halves, separated
from yidu.experiments.scenarios.rule import Rule, at_line
from yidu.experiments.scenarios.scenario import Scenario, first_year
from yidu.sim.errors import InputError

if TYPE_CHECKING:
    from yidu.sim.draws import Draws
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region, Target

TELLS = 2.0
"""Standard errors by which the area under the curve must exceed a half before a line is told."""

FEW_BEHIND = 60
"""Runs that arrive, and that do not, below which a line is rough: each half of them finds or tries it on fewer than 30."""

RATES = {
    "warned": "warned",
    "false_alarm": "false_alarm",
    "miss": "miss",
    "if_clear": "probability_if_clear",
    "if_warned": "probability_if_warned",
}
"""Rates of a line, and their keys in the answer."""


@dataclass(frozen=True)
class Milestones:
    """The answer, its sentences still to be said; `headline`: the milestone that the conclusion is about."""

    answer: MilestonesAnswer
    headline: MilestoneAnswer | None
    notices: tuple[Notice, ...]


# --- what is asked


def mid_year(region: Region) -> int:
    """The middle of the plan, when it is reviewed."""
    return (first_year(region) + region.settings.years.plan_end) // 2


def years_of(region: Region, target: Target) -> range:
    """The years after the record in which a target can still be missed or made."""
    return range(first_year(region), target.year)


def check_year(region: Region, targets: Iterable[Target], year: int | None) -> None:
    """Refuse a year in which no target has a milestone."""
    years = sorted({one for target in targets for one in years_of(region, target)})
    if year is not None and year not in years:
        raise InputError(f"--year {year} has no milestones", value=year, expected=f"a year from {years[0]} to {years[-1]}")


def run_milestones(
    region: Region,
    scenario: Scenario,
    *,
    target: str | None = None,
    year: int | None = None,
    rule: Rule | None = None,
    environment: str = "baseline",
    runs: int = 1000,
    seed: int = 1,
    draws: Draws | None = None,
    progress: Callable[[int], object] | None = None,
) -> Milestones:
    """Run a scenario and tell its milestones; try a rule on the same runs, where one is given or the scenario has triggers.

    `progress` counts to `runs_in_all`.

    Raises:
        InputError: an unknown target, a year without milestones, or a rule on a line that cannot be told.
    """
    targets = targets_of(region, target)
    check_year(region, targets, year)
    own = rule is None and bool(scenario.triggers)
    asked = Rule(scenario.triggers) if own else rule
    made = study(region, environment=environment, runs=runs, seed=seed, draws=draws, keep=asked is not None, progress=progress)
    mixed = made.run(scenario, progress=progress)
    outcome = None
    if asked is not None:
        if asked.at_line:
            asked = on_its_line(region, mixed.judged, asked)
        known = {"trigger" if own else "without": mixed}
        outcome = tried(region, made, scenario, asked, known, progress=progress)  # type: ignore[arg-type]
    return milestones(region, mixed, targets=targets, year=year, rule=outcome)


def runs_in_all(scenario: Scenario, rule: Rule | None, runs: int) -> int:
    """How many runs the progress counts to: once, or once to the record's end where that is kept and once for each way of deciding."""
    if rule is None and not scenario.triggers:
        return runs
    return (len(WAYS) + (runs <= MOST_KEPT)) * runs


def on_its_line(region: Region, judged: Outcomes, rule: Rule) -> Rule:
    """The rule with the warning line of its indicator in its year as its value."""
    (trigger,) = rule.triggers
    goal = targets_of(region, trigger.indicator)[0]
    told, line, _ = cell(judged, goal, trigger.year, reached(judged, goal))
    if line is None:
        reasons = {
            "few_arrive": f"fewer than {FEWEST} runs reach the target",
            "few_fail": f"fewer than {FEWEST} runs miss the target",
            "no_signal": "it does not tell in that year who arrives",
            "no_value": "the pack supports no value",
        }
        raise InputError(
            f"{trigger.indicator} has no warning line in {trigger.year}: {reasons[told]}",
            fix="Write a number in place of the line, or ask for more --runs.",
        )
    return at_line(rule, line.line)


# --- the answer


def milestones(
    region: Region, mixed: Mixed, *, targets: tuple[Target, ...], year: int | None = None, rule: RuleTried | None = None
) -> Milestones:
    """The milestones of some targets in runs of a scenario, in all years or in one."""
    # What a rule would set is told as well: it stands in the triggers of its scenario.
    assessed = assess(region, rule.scenario if rule else mixed.scenario, mixed.plain, mixed.judged)
    by_target = {(one.indicator, one.year): one for one in assessed.targets}
    lines: list[MilestoneAnswer] = []
    paths: list[PathAnswer] = []
    signs: list[SignAnswer] = []
    for target in targets:
        assessment, arrived = by_target[target.indicator, target.year], reached(mixed.judged, target)
        years = [one for one in years_of(region, target) if year in (None, one)]
        lines += [milestone(mixed.judged, target, one, arrived, assessment) for one in years]
        paths += [path(mixed.judged, target, one, arrived) for one in ([*years, target.year] if year is None else years)]
        if (year or mid_year(region)) in years:
            signs += sign_of(mixed.judged, target, year or mid_year(region), arrived)
    headline = most_uncertain(lines, year or mid_year(region))
    about = [(headline.indicator, headline.target_year)] if headline else [(one.indicator, one.year) for one in targets]
    if rule and (other := judged_by(rule.answer, targets[0].indicator if len(targets) == 1 else None)):
        about = list(dict.fromkeys([*about, other]))
    answer = MilestonesAnswer(
        region=region.name,
        scenario=mixed.scenario.name,
        environment=mixed.plain.environment,
        runs=mixed.plain.runs,
        seed=mixed.plain.seed,
        digest=mixed.plain.digest,
        version=version(),
        mid_year=mid_year(region),
        milestones=tuple(lines),
        paths=tuple(paths),
        signs=tuple(signs),
        rule=rule.answer if rule else None,
        conclusion="",
        rests=rests_on([by_target[one] for one in about], _levers(region, rule)),
        warnings=(),
    )
    return Milestones(answer, headline, (*_about(assessed.notices, lines), *(rule.notices if rule else ())))


def _levers(region: Region, rule: RuleTried | None) -> list[LeverKnown]:
    """What is known of the levers that a rule moves."""
    known = levers_known(region) if rule else {}
    return [known[id] for id in dict.fromkeys(id for trigger in (rule.answer.triggers if rule else ()) for id in trigger.then)]


def _about(notices: Iterable[Notice], lines: Iterable[MilestoneAnswer]) -> Iterable[Notice]:
    """What `assess` wants known, as far as it is about the targets that are told; what rests on judgement in one short sentence."""
    grades = {(line.indicator, line.target_year): line.grade for line in lines if line.told == "line"}
    names = {indicator for indicator, _ in grades}
    for notice in notices:
        if notice.code not in ("rests_on_judgement", "all_rests_on_judgement") and notice.values.get("indicator", None) in (None, *names):
            yield notice
    few = tuple(dict.fromkeys(line.indicator for line in lines if line.told == "line" and min(line.arriving, line.failing) < FEW_BEHIND))
    if few:
        yield Notice("few_behind_lines", {"indicators": few, "least": FEW_BEHIND})
    judged = sum(grade == "D" for grade in grades.values())
    if judged:
        yield Notice("lines_rest_on_judgement", {"count": judged, "of": len(grades)})


class Cell(NamedTuple):
    """What the target's own indicator tells in one year: its line where there is one, and its area where it can be measured."""

    told: Told
    found: Separated | None = None
    area: Area | None = None


def cell(judged: Outcomes, target: Target, year: int, arrived: Floats) -> Cell:
    """How well a target's indicator in a year tells the runs that reach it. `arrived`: 1, 0, or NaN without a value [run]."""
    values = column(judged, target.indicator, year)
    known = ~(np.isnan(values) | np.isnan(arrived))
    values, won = as_published(values[known], target.unit), arrived[known] == 1.0
    if won.size == 0:
        return Cell("no_value")
    if won.sum() < FEWEST:
        return Cell("few_arrive")
    if (~won).sum() < FEWEST:
        return Cell("few_fail")
    area = area_under(values, won, target.sense)
    if area.area - TELLS * area.error <= 0.5:
        return Cell("no_signal", None, area)
    found = separated(values, won, target.sense, target.unit, halves(won))
    return Cell("line" if found else "no_signal", found, area)


def milestone(judged: Outcomes, target: Target, year: int, arrived: Floats, answer: TargetAnswer) -> MilestoneAnswer:
    """The warning line of a target in a year; `answer`: what `assess` says of the target."""
    told, found, area = cell(judged, target, year, arrived)
    rates: dict[str, float | None] = {}
    for key, name in RATES.items():
        share = getattr(found, key) if found else None
        rates[name], rates[f"{name}_error"] = share if share else (None, None)
    return MilestoneAnswer.model_validate(
        {
            "indicator": target.indicator,
            "year": year,
            "unit": target.unit,
            "sense": target.sense,
            "target": target.value,
            "target_year": target.year,
            "probability": answer.probability,
            "mc_error": answer.mc_error,
            "told": told,
            "line": found.line if found else None,
            **rates,
            "auc": round(area.area, 6) if area else None,
            "auc_error": round(area.error, 6) if area else None,
            "arriving": int((arrived == 1.0).sum()),
            "failing": int((arrived == 0.0).sum()),
            "grade": answer.grade,
        }
    )


def path(judged: Outcomes, target: Target, year: int, arrived: Floats) -> PathAnswer:
    """The values of a year in the runs that reach a target."""
    values = column(judged, target.indicator, year)[arrived == 1.0]
    values = values[~np.isnan(values)]
    _, p25, median, p75, _ = quantiles(values if values.size >= FEWEST else values[:0])
    return PathAnswer(
        indicator=target.indicator, year=year, unit=target.unit, p25=p25, median=median, p75=p75, arriving=int((arrived == 1.0).sum())
    )


# --- what is said first, and what it rests on


def most_uncertain(lines: Iterable[MilestoneAnswer], year: int) -> MilestoneAnswer | None:
    """The milestone of the target whose probability is nearest to a half, in that year, or the latest where that year has no line."""
    told = [line for line in lines if line.told == "line"]
    within = [line for line in told if line.year == year] or told
    return min(within, key=lambda line: (abs((line.probability or 0.0) - 0.5), -line.year), default=None)
