"""The finding on one target in the bureau's words: verdict, how it is counted, what decides it, and which single lever would move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yidu.calibration.facts import levels_on_record
from yidu.experiments.judging.answer import Grade
from yidu.experiments.judging.shares import SOURCES
from yidu.experiments.judging.verdicts import verdict_of
from yidu.experiments.report.answer import FindingAnswer
from yidu.sim.indicators import INDICATOR
from yidu.sim.levers import LEVERS
from yidu.sim.pack import UNITS
from yidu.viz.figures import Figure
from yidu.viz.figures.assess import account, fan, levers_raised
from yidu.viz.presenters.assess import changes_answer
from yidu.viz.presenters.concluding import points, rests
from yidu.viz.presenters.explain import bar_title, plus_minus, unit_of_change
from yidu.viz.words import Words
from yidu.viz.words.format import chance, counted, number, percent
from yidu.viz.words.limits import why_beyond
from yidu.viz.words.titles import reading_title

if TYPE_CHECKING:
    from yidu.experiments.explain.flow_account import AccountRow
    from yidu.experiments.judging.answer import Reading, TargetAnswer
    from yidu.experiments.report.compute import Found
    from yidu.experiments.report.measures import LeverEffect, Measures, RaisedLever
    from yidu.sim.region import Fact, Region

MOST_DOORS = 3
"""Doors that a sentence names on either side."""

SMALL_DOOR = 0.05
"""Part of all that came and went below which a door is not named."""

MOST_SOURCES = 2
LEAST_SOURCE = 0.2
"""Share of variance from which a source is named beside the largest."""

MOST_LEVERS = 3
LEAST_MOVED = 0.01
"""Part of the target that a lever must move the level by, to be named for that."""


@dataclass(frozen=True)
class Finding:
    """What is found of one target, in one language.

    Attributes:
        message: the sentence at its head.
        facts: (label, value) of its numbers.
        judgement: empty where nothing rests on grade D.
        limits: why its numbers are beyond what can be known; empty where they are not.
        pictures: the fan, then the flow account and the levers where there are any.
    """

    target: TargetAnswer
    title: str
    message: str
    facts: tuple[tuple[str, str], ...]
    counted: str
    cause: str
    measure: str
    judgement: str
    limits: str
    grade: Grade
    fan: Figure | None
    account: Figure | None
    levers: Figure | None

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """(key of its label, text) in the order of reading."""
        rows = [(label, getattr(self, label)) for label in ("counted", "cause", "measure", "judgement", "limits")]
        return tuple((label, text) for label, text in rows if text)

    def answer(self) -> FindingAnswer:
        """The published shape."""
        return FindingAnswer(
            indicator=self.target.indicator, year=self.target.year, verdict=self.target.verdict, conclusion=self.message,
            counted=self.counted, cause=self.cause, measure=self.measure, grade=self.grade, judgement=self.judgement or None,
        )  # fmt: skip


def finding(words: Words, found: Found, target: TargetAnswer) -> Finding:
    """What is found of a target."""
    region, known = found.region, target.median is not None
    rows = [row for row in found.accounts if (row.indicator, row.year) == (target.indicator, target.year)]
    runs, seed = found.mixed.judged.runs, found.mixed.judged.seed
    named = _named(found.measures, target)
    raised = levers_raised(words, found.measures, target) if found.measures is not None and known else None
    grade = max([target.grade, *(row.grade for _, row in named)])
    return Finding(
        target=target,
        title=words.indicator(target.indicator),
        message=message(words, target),
        facts=facts(words, target),
        counted=counted_as(words, region, target),
        cause=cause(words, region, target, rows),
        measure=measure(words, found.measures, target, named),
        judgement=_judgement(words, target),
        limits=why_beyond(words, target),
        grade=grade,
        fan=fan(words, region, found.mixed.judged, target.indicator) if known else None,
        account=account(words, region, rows, runs=runs, seed=seed) if rows else None,
        levers=raised,
    )


# --- verdict and numbers


def message(words: Words, target: TargetAnswer) -> str:
    """Indicator, verdict, probability and gap in one line; it says where that rests on judgement."""
    title = words.indicator(target.indicator)
    if target.median is None:
        return words("report.message_none", indicator=title)
    said = words(
        "report.message",
        indicator=title, verdict=words.verdict(target.verdict), chance=chance(target.probability, target.mc_error), gap=gap(words, target),
    )  # fmt: skip
    said = words("report.judgement_mark", message=said) if target.grade == "D" else said
    return words("limit.marked", title=said) if target.limits else said


def gap(words: Words, target: TargetAnswer) -> str:
    """How far the median lies from the target, in words."""
    size = counted(abs(target.gap or 0.0), target.unit)
    if size == "0":
        return words("report.gap_none")
    key = "report.gap_above" if (target.gap or 0.0) > 0.0 else "report.gap_below"
    return words(key, gap=size, unit=unit_of_change(words, target.unit))


def goal(words: Words, target: TargetAnswer) -> str:
    """The target as an amount."""
    value, unit = number(target.target), words.unit(target.unit)
    return words("phrase.amount", sense=words(f"sense.{target.sense}"), value=value, unit=unit)


def signed_gap(target: TargetAnswer) -> str:
    """The gap as tables have it."""
    return "-" if target.gap is None else f"{'+' if target.gap > 0 else ''}{counted(target.gap, target.unit)}"


def counted_band(words: Words, low: float | None, high: float | None, unit: str) -> str:
    """A band of an indicator."""
    return "-" if low is None or high is None else words("phrase.band", low=counted(low, unit), high=counted(high, unit))


def facts(words: Words, target: TargetAnswer) -> tuple[tuple[str, str], ...]:
    """The numbers of a target, each under its label."""
    unit = target.unit
    rows = {
        "goal": goal(words, target),
        "probability": chance(target.probability, target.mc_error),
        "median": counted(target.median, unit),
        "band50": counted_band(words, target.p25, target.p75, unit),
        "band90": counted_band(words, target.p05, target.p95, unit),
        "gap": signed_gap(target),
        "verdict": words.verdict(target.verdict),
        "basis": f"{words.class_(target.class_)} {target.grade}",
    }
    return tuple((words(f"report.label.{key}"), value) for key, value in rows.items())


# --- how it is counted


def counted_as(words: Words, region: Region, target: TargetAnswer) -> str:
    """How the indicator is counted, in whose words, from which base, and what other readings say that change the answer."""
    one = INDICATOR.get(target.indicator)
    said = [] if one is None else [words("report.counted_how", how=words.text(one.counted))]
    headline = words.or_else(f"report.headline_reading.{target.indicator}", "")
    if headline and any(row.kind == "measured" for row in target.readings):
        said.append(words("report.headline", how=headline))
    quote = next((row.quote for row in region.targets if (row.indicator, row.year) == (target.indicator, target.year)), "")
    if quote:
        said.append(words("report.quote_target", quote=quote.rstrip("。")))
    said.append(_base(words, region, target))
    told = [row for row in target.readings if row.kind == "measured" or changes_answer(target, row)]
    if told:
        listed = words("report.semicolon").join(reading_said(words, region, target, row) for row in told)
        said.append(words("report.readings", listed=listed))
    return "".join(said).strip()


def _base(words: Words, region: Region, target: TargetAnswer) -> str:
    fact = base_fact(region, target)
    if fact is None or target.base is None:
        return words("report.base_none")
    value, unit = counted(target.base, target.unit), words.unit(target.unit)
    said = words("report.base", year=target.base_year, value=value, unit=unit, quote=fact.quote.rstrip("。"))
    return said + (words("report.base_contested") if len(region.readings(fact.fact)) > 1 else "")


def base_fact(region: Region, target: TargetAnswer) -> Fact | None:
    """The fact that the base of a target is read from."""
    known = [fact for fact in levels_on_record(target.indicator, region.facts) if fact.last_year == target.base_year]
    return next((fact for fact in known if fact.value_in(UNITS[target.indicator]) == target.base), None)


def reading_said(words: Words, region: Region, target: TargetAnswer, reading: Reading) -> str:
    """What another reading gives, and the verdict where it is another."""
    other = verdict_of(reading.probability)
    key = "report.reading_item" if other == target.verdict else "report.reading_item_verdict"
    return words(
        key, reading=reading_title(words, region, reading), chance=percent(reading.probability),
        median=counted(reading.median, target.unit), verdict=words.verdict(other),
    )  # fmt: skip


# --- what decides it


def cause(words: Words, region: Region, target: TargetAnswer, rows: Sequence[AccountRow]) -> str:
    """Through which doors it came here, and what carries the uncertainty."""
    if target.median is None:
        return ""
    said = [_account(words, region, rows) if rows else words("report.cause_none"), _spread(words, target)]
    named = [words.parameter(one.parameter) for one in target.carriers[:MOST_LEVERS]]
    if named:
        said.append(words("report.cause_parameters", listed=words("phrase.comma").join(named)))
    return "".join(said).strip()


def _account(words: Words, region: Region, rows: Sequence[AccountRow]) -> str:
    start, end = rows[0], rows[-1]
    moved = [row for row in rows if row.part in ("door", "outside", "denominator") and row.mean]
    least = SMALL_DOOR * sum(abs(row.mean) for row in moved)
    parts = []
    for key, side in (("report.cause_ins", 1.0), ("report.cause_outs", -1.0)):
        mine = sorted((row for row in moved if row.mean * side > 0.0 and abs(row.mean) >= least), key=lambda row: -abs(row.mean))
        if mine:
            parts.append(words(key, listed=words("phrase.comma").join(_door(words, region, row) for row in mine[:MOST_DOORS])))
    since = region.settings.years.record_end
    return words(
        "report.cause_account",
        since=since, start=counted(start.mean, start.unit), end=counted(end.mean, end.unit), year=end.year, unit=words.unit(end.unit),
        moves=words("report.semicolon").join(parts) or words("report.cause_steady"),
    )  # fmt: skip


def _door(words: Words, region: Region, row: AccountRow) -> str:
    amount = ("+" if row.mean > 0.0 else "") + counted(row.mean, row.unit)
    return words("report.cause_item", door=bar_title(words, row, region.settings.years.record_end), amount=amount)


def _spread(words: Words, target: TargetAnswer) -> str:
    if target.variance is None:
        return words("report.cause_no_sources")
    shares = sorted(((getattr(target.variance, name), name) for name in SOURCES), reverse=True)
    named = [shares[0], *(row for row in shares[1:MOST_SOURCES] if row[0] >= LEAST_SOURCE)]
    listed = [words("report.cause_source", source=words(f"column.{name}"), share=f"{100.0 * share:.0f}") for share, name in named]
    return words("report.cause_sources", listed=words("phrase.comma").join(listed))


# --- what would move it


Named = list[tuple["LeverEffect", "RaisedLever"]]


def _named(measures: Measures | None, target: TargetAnswer) -> Named:
    """The levers that a finding names: those that raise the probability beyond chance, else those that move the level by enough."""
    if measures is None or target.median is None:
        return []
    helping = [row for row in measures.of(target.indicator, target.year) if row.helps]
    likelier = [row for row in helping if row.change is not None and row.change.beyond_chance]
    least = LEAST_MOVED * (abs(target.target) or 1.0)
    moving = sorted(
        (row for row in helping if row.difference is not None and abs(row.difference.mean) >= least),
        key=lambda row: -abs(row.difference.mean if row.difference is not None else 0.0),
    )
    return [(row, measures.lever(row.lever)) for row in (likelier or moving)[:MOST_LEVERS]]


def measure(words: Words, measures: Measures | None, target: TargetAnswer, named: Named) -> str:
    """Which single levers move it most, by whose decision, at what cost; or that none does."""
    if target.median is None:
        return words("report.measure_no_record")
    if measures is None:
        return words("report.measure_not_asked")
    if not named:
        said = [words("report.measure_none", runs=measures.runs)]
    else:
        likelier = named[0][0].change is not None and named[0][0].change.beyond_chance
        items = words("report.semicolon").join(_lever(words, target, effect, bar, likelier) for effect, bar in named)
        said = [words("report.measure_chance" if likelier else "report.measure_level", listed=items)]
        if all(bar.silent for _, bar in named):
            said.append(words("report.measure_silent"))
        if any(bar.grade == "D" for _, bar in named):
            said.append(words("report.measure_judgement"))
    return "".join(said).strip()


def _lever(words: Words, target: TargetAnswer, effect: LeverEffect, bar: RaisedLever, likelier: bool) -> str:
    lever = LEVERS[bar.lever]
    moved = effect.difference
    return words(
        "report.measure_item" if likelier else "report.measure_item_level",
        lever=words.titled(lever), before=number(bar.value_before), after=number(bar.value), unit=words.unit(bar.unit),
        points="-" if effect.change is None else points(effect.change.change, effect.change.mc_error),
        change="-" if moved is None else plus_minus(moved.mean, moved.mc_error), of=unit_of_change(words, target.unit),
        cost=cost_said(words, bar), decided=words.text(lever.decided),
        beyond=words("report.measure_beyond") if bar.extrapolation else "",
    )  # fmt: skip


def cost_said(words: Words, bar: RaisedLever) -> str:
    """What raising a lever costs the district more."""
    if not bar.cost.beyond_chance:
        return words("report.cost_none")
    return words("report.cost_more" if bar.cost.mean > 0.0 else "report.cost_less", amount=number(abs(bar.cost.mean)))


def _judgement(words: Words, target: TargetAnswer) -> str:
    """What of the conclusion rests on judgement; empty where nothing does."""
    if target.grade != "D" or target.median is None:
        return ""
    return rests(words, "D", [words.parameter(one.parameter) for one in target.carriers])
