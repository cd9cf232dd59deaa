"""What the comparison of mixes comes to, in a sentence that a planner can say aloud, and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from yidu.sim.pack import UNITS
from yidu.viz.presenters.concluding import rests
from yidu.viz.presenters.stress import moved as said_moved
from yidu.viz.words import Words
from yidu.viz.words.format import number, percent, rough
from yidu.viz.words.titles import named, notice

if TYPE_CHECKING:
    from yidu.experiments.compare.answer import CompareAnswer, Comparison, IndicatorChange
    from yidu.experiments.compare.compute import Compared
    from yidu.experiments.ensembles.differences import ChanceChange, Difference, Price
    from yidu.experiments.judging.answer import Rests
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

MOST_NAMED = 4
"""Targets in a sentence; the tables and the JSON have all."""


def told_apart(words: Words, scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """The scenarios, with the name in the titles of those that would otherwise be called the same."""
    times = Counter(words.titled(one) for one in scenarios)

    def apart(one: Scenario) -> Scenario:
        return replace(one, title_zh=named(one.title_zh, one.name), title_en=named(one.title_en, one.name))

    return tuple(apart(one) if times[words.titled(one)] > 1 else one for one in scenarios)


def told(words: Words, region: Region, scenarios: Sequence[Scenario], found: Compared) -> CompareAnswer:
    """The answer with its conclusion and warnings in a language."""
    titles = {scenario.name: words.titled(scenario) for scenario in scenarios}
    warnings = []
    for said in found.notices:
        text, mix = notice(words, region, said), said.values.get("scenario")
        warnings.append(text if mix is None else words("compare.of_mix", mix=titles[str(mix)], text=text))
    sentences = [conclusion(words, titles, found.answer, one) for one in found.answer.comparisons]
    return found.answer.model_copy(update={"conclusion": "\n".join(sentences), "warnings": tuple(warnings)})


def grounds(words: Words, region: Region, on: Rests) -> str:
    """The grade of the evidence under the conclusion, and what carries it."""
    fields = region.environment.fields
    names = [words.titled(fields[one]) if one in fields else words.parameter(one) for one in on.on]
    return rests(words, on.grade, names)


def conclusion(words: Words, titles: Mapping[str, str], answer: CompareAnswer, one: Comparison) -> str:
    """The sentence a planner can say aloud of one mix against the first: targets gained and lost, and the extra cost."""
    base, other = titles[answer.scenario], titles[one.scenario]
    if one.same:
        return words("compare.same", base=base, other=other)
    what = words("compare.what_chance" if one.targets else "compare.what_level")
    rows = _moved_chances(words, one) if one.targets else _moved_levels(words, one)
    spent = _spent(words, answer, one)
    parts = []
    for key, side in (("compare.gains", 1.0), ("compare.losses", -1.0)):
        items = [item for change, item in sorted(rows, key=lambda row: -abs(row[0])) if change * side > 0.0]
        if items:
            parts.append(words(key, what=what, listed=_listed(words, items)))
    if not parts:
        return words("compare.nothing", base=base, other=other, what=what, money=spent)
    left = len(one.targets or on_record(one)) - len(rows)
    rest = words("compare.rest", count=left) if left else ""
    return words("compare.change", base=base, other=other, moved=words("compare.and").join(parts), rest=rest, money=spent)


def _listed(words: Words, items: Sequence[str]) -> str:
    named_ = words("phrase.comma").join(items[:MOST_NAMED])
    return words("compare.listed_more" if len(items) > MOST_NAMED else "compare.listed", items=named_, count=len(items))


def _moved_chances(words: Words, one: Comparison) -> list[tuple[float, str]]:
    """Targets whose probability moves beyond chance: by how much, and how that is said."""
    rows = []
    for row in one.targets:
        if row.chance is not None and row.chance.beyond_chance:
            before, after = row.base, row.other
            values = {
                "indicator": words.indicator(row.indicator),
                "before": percent(before.probability),
                "after": percent(after.probability),
                "was": words.verdict(before.verdict),
                "now": words.verdict(after.verdict),
            }
            key = "compare.item" if before.verdict == after.verdict else "compare.item_verdict"
            rows.append((row.chance.change, words(key, **values)))
    return rows


def _moved_levels(words: Words, one: Comparison) -> list[tuple[float, str]]:
    """Indicators whose level moves beyond chance, weighed by the size of the move in errors."""
    rows = []
    for row in on_record(one):
        change = row.difference
        if change is not None and change.beyond_chance:
            said = words(
                "compare.item_level", indicator=words.indicator(row.indicator), change=signed(change.mean), unit=words.unit(row.unit)
            )
            rows.append((change.mean / max(change.mc_error, 1e-12), said))
    return rows


def _spent(words: Words, answer: CompareAnswer, one: Comparison) -> str:
    over = answer.mixes[0].public_money.over
    money = next(row.difference for row in one.money if row.part == "all")
    if not money.beyond_chance:
        return words("compare.money_same", over=over)
    key, low, high = ("more", money.p05, money.p95) if money.mean > 0.0 else ("less", -money.p95, -money.p05)
    amount, unit = number(abs(money.mean)), words.unit("万元")
    return words(f"compare.money_{key}", over=over, amount=amount, unit=unit, low=number(low), high=number(high))


def on_record(one: Comparison) -> list[IndicatorChange]:
    """Indicators of whose level the pack has a figure."""
    return [row for row in one.indicators if row.record]


def signed(value: float) -> str:
    """A number with its sign; none where it is shown as zero."""
    text = number(value)
    return f"+{text}" if value > 0.0 and text != "0" else text


def _marked(text: str, beyond: bool) -> str:
    """A change: starred where it is beyond chance, dim where it is not."""
    return f"{text}*" if beyond else f"[dim]{text} [/dim]"


def moved(row: Difference | None) -> str:
    """A mean difference with its error."""
    return "-" if row is None else _marked(with_error(row), row.beyond_chance)


def with_error(row: Difference) -> str:
    """A mean difference with its error, to two digits of the error; an error of zero is written."""
    return said_moved(row) if row.mc_error else f"{signed(row.mean)} ±0"


def points(row: ChanceChange | None) -> str:
    """The change of a probability with its error, in percentage points."""
    return "-" if row is None else _marked(change_in_points(row), row.beyond_chance)


def change_in_points(row: ChanceChange) -> str:
    """The change of a probability with its error, in percentage points, without a mark."""
    error = f"{row.mc_error * 100.0:.1f}" if row.mc_error else "0"
    return f"{row.change * 100.0:+.1f} ±{error}" if row.change else f"0 ±{error}"


def measure_title(words: Words, measure: str, unit: str) -> str:
    """What is counted of firms, with its unit."""
    title = words.indicator(measure) if measure in UNITS else words(f"compare.{measure}")
    return words("phrase.with_unit", title=title, unit=words.unit(unit))


def group_title(words: Words, sectors: Mapping[str, str], group: str) -> str:
    """What a group of firms is called: a sector by its title, a size class."""
    if group == "all":
        return words("compare.group_all")
    return sectors[group] if group in sectors else words(f"compare.size.{group}")


def priced(words: Words, row: Price | None) -> str:
    """What a unit more costs, or which mix is the better on both counts."""
    if row is None:
        return "-"
    if row.amount is None:
        return words(f"compare.{row.trade}")
    if row.p05 is None or row.p95 is None:
        return words(f"compare.{row.trade}_open", amount=rough(row.amount))
    return words(f"compare.{row.trade}", amount=rough(row.amount), low=rough(row.p05), high=rough(row.p95))
