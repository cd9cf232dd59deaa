"""The figures of a comparison: how likely each target is under every mix, what differs run by run, what each costs.

`titles` gives each scenario's title by its name (`titles_of`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from yidu.experiments.ensembles.gainers import MEASURES, SIZES
from yidu.viz.figures import Figure, Series, in_percent, numbers
from yidu.viz.figures.assess import BAND_ROLES, runs_note, verdict_levels
from yidu.viz.figures.palette import SERIES
from yidu.viz.presenters.compare import group_title, measure_title, told_apart
from yidu.viz.words import Words

if TYPE_CHECKING:
    from yidu.experiments.compare.answer import CompareAnswer, Comparison, TargetChange
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

Titles = Mapping[str, str]


def titles_of(words: Words, scenarios: Sequence[Scenario]) -> dict[str, str]:
    """The title of each scenario by its name, told apart where two would be called the same."""
    return {one.name: words.titled(one) for one in told_apart(words, scenarios)}


def chances(words: Words, answer: CompareAnswer, titles: Titles) -> Figure:
    """Bars, one for each mix: the probability of every target [%] with its error; those that differ most between mixes first."""
    first = answer.comparisons[0].targets
    others = [{(row.indicator, row.year): row for row in one.targets} for one in answer.comparisons]
    rows = [row for row in first if row.base.probability is not None]
    rows.sort(key=lambda row: -max(_moved(other[row.indicator, row.year]) for other in others))
    series: list[Series] = []
    for place, mix in enumerate(answer.mixes):
        found = [row.base if place == 0 else others[place - 1][row.indicator, row.year].other for row in rows]
        title, colour = titles[mix.scenario], SERIES[place % len(SERIES)]
        series.append(Series("value", title, numbers(in_percent(one.probability) for one in found), colour))
        series.append(Series("error", words("figure.chances.error", mix=title), numbers(in_percent(one.mc_error) for one in found)))
    return Figure(
        id="chances",
        kind="bars",
        title=words("figure.chances.title"),
        unit=words("figure.percent"),
        over=words("figure.indicator"),
        categories=tuple(words.indicator(row.indicator) for row in rows),
        series=tuple(series),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.plus_minus") + words("figure.chances.note"),
        keys=tuple(row.indicator for row in rows),
        levels=verdict_levels(words),
    )


def differences(words: Words, answer: CompareAnswer, one: Comparison, titles: Titles) -> Figure:
    """Intervals: what one mix changes against the first, run by run, as percent of each target; the largest changes first."""
    rows = [(row, row.difference) for row in one.targets if row.difference is not None and row.target]
    rows.sort(key=lambda pair: -abs(pair[1].mean / pair[0].target))
    year = max((row.year for row, _ in rows), default=0)
    return Figure(
        id=f"differences-{one.scenario}",
        kind="intervals",
        title=words("figure.differences.title", other=titles[one.scenario], base=titles[answer.scenario], year=year),
        unit=words("figure.differences.unit"),
        over=words("figure.indicator"),
        categories=tuple(words.indicator(row.indicator) for row, _ in rows),
        series=tuple(
            Series(role, words(f"figure.{role}"), numbers(in_percent(getattr(moved, role) / row.target) for row, moved in rows))
            for role in BAND_ROLES
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.differences.note", drawn=words("figure.drawn_intervals")),
        keys=tuple(row.indicator for row, _ in rows),
        levels=((0.0, "0"),),
    )


def cost(words: Words, answer: CompareAnswer, titles: Titles) -> Figure:
    """Intervals: what the district pays over the plan [万元] under each mix."""
    paid = [mix.public_money for mix in answer.mixes]
    return Figure(
        id="cost",
        kind="intervals",
        title=words("figure.cost.title", over=paid[0].over),
        unit=words.unit(paid[0].unit),
        over=words("figure.mix"),
        categories=tuple(titles[mix.scenario] for mix in answer.mixes),
        series=(
            Series("p05", words("figure.p05"), numbers(one.p05 for one in paid)),
            Series("median", words("figure.median"), numbers(one.median for one in paid)),
            Series("p95", words("figure.p95"), numbers(one.p95 for one in paid)),
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.cost.note"),
        keys=tuple(mix.scenario for mix in answer.mixes),
    )


def tradeoff(words: Words, answer: CompareAnswer, titles: Titles, *, calibrated: bool = False) -> Figure:
    """Scatter: each mix by its district money [万元] and the probability of reaching all targets, or all calibrated ones, together [%]."""
    of = "calibrated" if calibrated else "all"
    part = "_calibrated" if calibrated else ""
    count = next((row.targets for row in answer.comparisons[0].joint if row.of == of), 0)
    return Figure(
        id="tradeoff" + part.replace("_", "-"),
        kind="scatter",
        title=words("figure.tradeoff.title"),
        unit=words("figure.percent"),
        over=words("figure.mix"),
        categories=tuple(titles[mix.scenario] for mix in answer.mixes),
        series=(
            Series("x", words("figure.tradeoff.cost", unit=words.unit("万元")), numbers(mix.public_money.median for mix in answer.mixes)),
            Series(
                "y", words(f"figure.tradeoff.chance{part}", count=count),
                numbers(in_percent(getattr(mix, f"joint_probability{part}")) for mix in answer.mixes),
            ),
            Series(
                "error", words("figure.tradeoff.error"),
                numbers(in_percent(getattr(mix, f"joint_mc_error{part}")) for mix in answer.mixes),
            ),
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.plus_minus"),
        keys=tuple(mix.scenario for mix in answer.mixes),
    )  # fmt: skip


def gainers(words: Words, region: Region, answer: CompareAnswer, titles: Titles, measure: str, by: str) -> Figure:
    """Bars: how much more of something firms have under each mix than under the first, by sector or by size, in the pack's order."""
    unit = MEASURES[measure]  # type: ignore[index]
    sectors = {sector.id: words.titled(sector) for sector in region.settings.sectors}
    told = [one for one in answer.comparisons if one.gains and not one.same]
    found = [{row.group: row.difference for row in one.gains if row.measure == measure and row.by in (by, "all")} for one in told]
    order = [*(sectors if by == "sector" else SIZES), "all"]
    groups = [group for group in order if any(group in one for one in found)]
    series: list[Series] = []
    for one, rows in zip(told, found):
        place = [mix.scenario for mix in answer.mixes].index(one.scenario)
        title = titles[one.scenario]
        means = numbers(rows[group].mean if group in rows else None for group in groups)
        errors = numbers(rows[group].mc_error if group in rows else None for group in groups)
        series.append(Series("value", title, means, SERIES[place % len(SERIES)]))
        series.append(Series("error", words("figure.chances.error", mix=title), errors))
    return Figure(
        id=f"gainers-{measure}-{by}",
        kind="bars",
        title=words(f"figure.gainers.title_{by}", measure=measure_title(words, measure, unit), year=region.settings.years.plan_end),
        unit=words.unit(unit),
        over=words(f"compare.column.{by}"),
        categories=tuple(group_title(words, sectors, group) for group in groups),
        series=tuple(series),
        note=runs_note(words, answer.runs, answer.seed)
        + words("figure.gainers.note", base=titles[answer.scenario])
        + words("compare.gains_legend"),
    )


def _moved(row: TargetChange) -> float:
    return 0.0 if row.chance is None else abs(row.chance.change)
