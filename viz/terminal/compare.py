"""Mixes compared in a terminal: what each changes against the first, what it costs, who gains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

from rich.console import Console
from rich.markup import escape

from yidu.experiments.ensembles.gainers import MEASURES
from yidu.sim.levers import LEVERS, Decider
from yidu.viz.presenters.compare import change_in_points, grounds, group_title, measure_title, moved, on_record, points, priced
from yidu.viz.presenters.stress import spread
from yidu.viz.terminal import GAP, LEAST_FOLDED, NARROW, asked, cells_of, say, show, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import band, chance, counted, folded, number, rough
from yidu.viz.words.limits import MARK
from yidu.viz.words.titles import heading, named

if TYPE_CHECKING:
    from yidu.experiments.compare.answer import CompareAnswer, Comparison, IndicatorChange, JointChange, MoneyChange, TargetChange
    from yidu.experiments.ensembles.differences import Price
    from yidu.experiments.ensembles.gainers import Gain
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

NARROW_MEASURE = 12
"""Cells of the title of what firms gain where the screen is narrow."""

SMALL = 0.01
"""Part of a level below which a move has no price in the table; the JSON has all."""


def show_comparison(out: Console, words: Words, region: Region, scenarios: Sequence[Scenario], answer: CompareAnswer) -> None:
    """The answer of `yidu compare`."""
    mixes = words("phrase.comma").join(named(words.titled(scenario), scenario.name) for scenario in scenarios)
    title = words("compare.title", region=words.titled(region))
    asked(out, words, region, scenarios[0], answer, title, words("compare.mixes", mixes=mixes))
    for scenario, one in zip(scenarios[1:], answer.comparisons):
        show_pair(out, words, region, (scenarios[0], scenario), answer, one)
    conclude(out, words, answer.conclusion, grounds(words, region, answer.rests), answer.warnings)


def show_pair(out: Console, words: Words, region: Region, mixes: tuple[Scenario, Scenario], answer: CompareAnswer, one: Comparison) -> None:
    """One mix against the first."""
    base, other = (words.titled(mix) for mix in mixes)
    say(out, words("compare.pair", base=base, other=other), style="bold")
    mix = next(mix for mix in answer.mixes if mix.scenario == one.scenario)
    comma = words("phrase.comma")
    say(out, words("compare.levers", count=len(mix.levers)) if mix.levers else words("compare.levers_none"))
    for who in get_args(Decider):
        levers = [words.indicator(id) for id in mix.levers if LEVERS[id].decider == who]
        if levers:
            said = words("compare.decided", who=words(f"plan.decider.{who}"), levers=comma.join(levers))
            say(out, words("phrase.bullet", text=said))
    if mix.assumptions:
        fields = comma.join(words.titled(region.environment.fields[name]) for name in mix.assumptions)
        say(out, words("compare.assumptions", fields=fields))
    out.print()
    if one.same:
        return
    over = mix.public_money.over
    _levels(out, words, one)
    _joint(out, words, one.joint)
    _money(out, words, over, one.money)
    _prices(out, words, one)
    _gains(out, words, region, one.gains)
    if one.saves is not None:
        least, median = rough(one.saves.least), rough(one.saves.median)
        say(out, words("compare.saves", count=one.saves.indicators, least=least, median=median))
        out.print()


# --- levels and probabilities


def _levels(out: Console, words: Words, one: Comparison) -> None:
    kept: set[str] = set()
    if one.targets:
        years = words("phrase.comma").join(str(year) for year in sorted({row.year for row in one.targets}))
        heads = ["indicator", "target", "base_chance", "other_chance", "change", "base_median", "other_median", "difference", "band"]
        rows = [_target(words, row) for row in one.targets]
        kept |= _table(out, words, words("compare.targets", years=years), heads, rows, drop=(8, 1, 6, 5))
    known = on_record(one)
    if known:
        heads = ["indicator", "base_median", "other_median", "difference", "band"]
        kept |= _table(out, words, words("compare.indicators", year=known[0].year), heads, [_indicator(words, row) for row in known])
    silent = [words.indicator(row.indicator) for row in one.indicators if not row.record]
    if silent:
        say(out, words("assess.no_record", indicators=words("phrase.comma").join(silent)), style="dim")
    say(out, words("compare.legend"), style="dim")
    if "band" in kept:
        say(out, words("compare.legend_band"), style="dim")
    if any(row.limits for row in one.targets):
        say(out, words("limit.legend", mark=MARK))
    out.print()


def _table(
    out: Console, words: Words, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1, drop: Sequence[int] = ()
) -> set[str]:
    """A table of a label, `left` columns to the left and numbers to the right; too wide, it leaves out columns of `drop`, in order.

    Returns the heads that it shows.
    """
    keep = _fitted(out, title, [words(f"compare.column.{head}") for head in heads], rows, left=left, drop=drop)
    return {heads[k] for k in keep}


def _fitted(
    out: Console, title: str, named_: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1, drop: Sequence[int] = ()
) -> list[int]:
    """As `_table`, of columns by their titles; the numbers of those that are shown."""
    widths = [max(cells_of(row[k]) for row in [named_, *rows]) for k in range(len(named_))]
    widths[0] = min(widths[0], LEAST_FOLDED)
    keep = list(range(len(named_)))
    for k in drop:
        if sum(widths[n] + GAP for n in keep) - GAP > out.width:
            keep.remove(k)
    columns = [(named_[k], "right" if k >= left else "left" if k else "fold") for k in keep]
    show(out, table(title, columns, [[row[k] for k in keep] for row in rows]))
    return keep


def _target(words: Words, row: TargetChange) -> list[str]:
    goal = words("phrase.amount", sense=words(f"sense.{row.sense}"), value=number(row.target), unit=words.unit(row.unit))
    return [
        escape(words.indicator(row.indicator) + (f" {MARK}" if row.limits else "")),
        escape(goal),
        chance(row.base.probability, row.base.mc_error),
        chance(row.other.probability, row.other.mc_error),
        points(row.chance),
        counted(row.base.median, row.unit),
        counted(row.other.median, row.unit),
        moved(row.difference),
        "-" if row.difference is None else spread(words, row.difference, row.unit),
    ]


def _indicator(words: Words, row: IndicatorChange) -> list[str]:
    return [
        escape(words("phrase.with_unit", title=words.indicator(row.indicator), unit=words.unit(row.unit))),
        counted(row.base.median, row.unit),
        counted(row.other.median, row.unit),
        moved(row.difference),
        "-" if row.difference is None else spread(words, row.difference, row.unit),
    ]


def _joint(out: Console, words: Words, rows: Sequence[JointChange]) -> None:
    for row in rows:
        if row.chance is not None:
            change = words("compare.points" if row.chance.beyond_chance else "compare.points_none", change=change_in_points(row.chance))
            before, after = chance(row.base, row.base_mc_error), chance(row.other, row.other_mc_error)
            key = "compare.joint" if row.of == "all" else "compare.joint_calibrated"
            say(out, words(key, count=row.targets, base=before, other=after, change=change))
    if rows:
        out.print()


# --- cost and gains


def _money(out: Console, words: Words, over: str, rows: Sequence[MoneyChange]) -> None:
    heads = ["heading", "payer", "kind", "base_median", "other_median", "difference", "band"]
    cells = [
        [
            heading(words, row.heading) if row.heading else words(f"compare.{row.part}"),
            words(f"payer.{row.payer}"),
            "" if row.heading is None else words("kind.capital" if row.capital else "kind.grant"),
            number(row.base.median),
            number(row.other.median),
            moved(row.difference),
            band(row.difference.p05, row.difference.p95, words),
        ]
        for row in rows
        if row.part != "heading" or row.difference.mean or row.difference.mc_error
    ]
    _table(out, words, words("compare.money", over=over, unit=words.unit(rows[0].unit)), heads, cells, left=3, drop=(6, 4, 3, 2))
    if len(cells) < len(rows):
        say(out, words("compare.money_legend"), style="dim")
        out.print()


def _prices(out: Console, words: Words, one: Comparison) -> None:
    """What one more of each costs; chances have a price only where targets are set."""
    listed: list[TargetChange | IndicatorChange] = [*one.targets, *on_record(one)]
    rows = [
        [
            escape(words("phrase.with_unit", title=words.indicator(row.indicator), unit=words.unit(row.unit))),
            priced(words, row.cost_per_unit),
            priced(words, _point(row)),
        ]
        for row in listed
        if _point(row) is not None or (row.cost_per_unit is not None and _large(row))
    ]
    if rows:
        heads = ["indicator", "per_unit", "per_point"] if one.targets else ["indicator", "per_unit"]
        _table(out, words, words("compare.prices", unit=words.unit("万元")), heads, rows)
        say(out, words("compare.prices_legend"), style="dim")
        out.print()


def _large(row: TargetChange | IndicatorChange) -> bool:
    """Whether the level moves by a hundredth or more: what moves less has a price that nobody would pay."""
    change, level = row.difference, row.base.median
    return change is not None and level is not None and abs(change.mean) >= SMALL * abs(level)


def _point(row: TargetChange | IndicatorChange) -> Price | None:
    return getattr(row, "cost_per_point", None)


def _gains(out: Console, words: Words, region: Region, rows: Sequence[Gain]) -> None:
    if not rows:
        return
    sectors = {sector.id: words.titled(sector) for sector in region.settings.sectors}
    year = region.settings.years.plan_end
    wide = LEAST_FOLDED if out.width >= NARROW else NARROW_MEASURE
    for by in ("sector", "size"):
        groups = [*dict.fromkeys(row.group for row in rows if row.by == by), "all"]
        cells = {(row.measure, row.group): moved(row.difference) for row in rows if row.by in (by, "all")}
        titles = [words(f"compare.column.{by}"), *(folded(measure_title(words, measure, unit), wide) for measure, unit in MEASURES.items())]
        lines = [
            [escape(group_title(words, sectors, group)), *(cells.get((measure, group), "-") for measure in MEASURES)] for group in groups
        ]
        _fitted(out, words(f"compare.gains_{by}", year=year), titles, lines, drop=(len(titles) - 1, 3))
    say(out, words("compare.gains_legend"), style="dim")
    out.print()
