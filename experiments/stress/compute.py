"""What would it cost us if a giant left, a sector slumped, a rule changed: targets lost, levels changed, on the same runs.

Run i meets the event with the parameters, environment and luck it has without it (`yidu.experiments.ensembles.paired`), so what
differs is the
event. A target is hurt where its probability falls by more than chance explains, and lost where its verdict worsens with that.
What would make up for it is in `yidu.experiments.stress.replacements`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from yidu.experiments.compare.compute import band
from yidu.experiments.ensembles.differences import chance_change, difference
from yidu.experiments.ensembles.paired import MOST_KEPT, Mixed, Study, money, study
from yidu.experiments.judging.answer import Asked, Carrier, Chance, Grade, Rests, Verdict, version
from yidu.experiments.judging.carriers import carriers_of, centred_ranks, grade_of, rank_shares
from yidu.experiments.judging.classes import class_of, letter
from yidu.experiments.judging.goals import reached, together
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.on_record import on_record
from yidu.experiments.judging.runs import Floats, column, joint, probability_of, quantiles, reaches
from yidu.experiments.judging.unknown import all_beyond, of_mix, of_runs
from yidu.experiments.judging.verdicts import VERDICTS, verdict_of
from yidu.experiments.scenarios.scenario import plan_years, under
from yidu.experiments.stress.answer import EventAnswer, EventsAnswer, Ordeal, StressedJoint, StressedLevel, StressedMoney, StressedTarget
from yidu.experiments.stress.events import events_of, happening, under_events
from yidu.sim.indicators import INDICATORS

if TYPE_CHECKING:
    from yidu.experiments.ensembles.paired import Progress
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.experiments.stress.answer import ReplacementAnswer
    from yidu.experiments.stress.events import Event, Happening
    from yidu.sim.draws import Draws
    from yidu.sim.region import Region, Target

ALSO = ("gdp", "rd_real")
"""Levels that are reported beside the published indicators."""

WORSE: tuple[Verdict, ...] = (*(verdict for _, verdict in VERDICTS), "无记录")
"""Verdicts, each worse than the one before it."""


class Answered(NamedTuple):
    """One ordeal with its runs, for who asks further."""

    happenings: tuple[Happening, ...]
    region: Region
    scenario: Scenario
    mixed: Mixed
    ordeal: Ordeal


@dataclass(frozen=True)
class Stress:
    """Every ordeal tried, on one study.

    Attributes:
        base: the runs without any event.
        mixes: how many mixes were run, the base and each ordeal.
    """

    region: Region
    scenario: Scenario
    study: Study
    base: Mixed
    tried: tuple[Answered, ...]
    notices: tuple[Notice, ...]

    @property
    def asked(self) -> Asked:
        """What was asked, with the digest of the runs without any event."""
        plain = self.base.plain
        return Asked(
            region=self.region.name, scenario=self.scenario.name, environment=plain.environment, runs=plain.runs, seed=plain.seed,
            digest=plain.digest, version=version(),
        )  # fmt: skip

    @property
    def mixes(self) -> int:
        """Mixes that were run: without any event, and under each ordeal."""
        return 1 + len(self.tried)


def work(runs: int, ordeals: int) -> int:
    """Runs that `run_stress` will report as done: the record where it is kept, the mix, and the mix under each ordeal."""
    return runs * (1 + ordeals + (runs <= MOST_KEPT))


def run_stress(
    region: Region,
    scenario: Scenario,
    ordeals: Sequence[Sequence[Happening]],
    *,
    environment: str = "baseline",
    runs: int = 400,
    seed: int = 1,
    draws: Draws | None = None,
    progress: Progress | None = None,
) -> Stress:
    """Run a mix without any event and under each ordeal, events of one ordeal happening together.

    Raises:
        InputError: see `yidu.experiments.stress.events.under_events`.
    """
    worlds = [under_events(region, scenario, happenings) for happenings in ordeals]  # what cannot be is said before anything runs
    kept = study(region, environment=environment, runs=runs, seed=seed, draws=draws, progress=progress)
    base = kept.run(scenario, progress=progress)
    tried = []
    for happenings, (world, mix) in zip(ordeals, worlds):
        under = kept.run(mix, region=world, progress=progress)
        tried.append(Answered(tuple(happenings), world, mix, under, ordeal(region, happenings, base, under)))
    return Stress(region, scenario, kept, base, tuple(tried), tuple(_notices(region, scenario, base, tried)))


def ordeal(region: Region, happenings: Sequence[Happening], base: Mixed, under: Mixed) -> Ordeal:
    """What the events did to runs: pairs of the same runs without and under them."""
    first = min(one.first for one in happenings)
    sizes = [letter(one.event.grade) for one in happenings]
    return Ordeal(
        events=tuple(event_answer(one.event, one.first, one.last if one.ends else None) for one in happenings),
        digest=under.plain.digest,
        targets=tuple(_target(region, target, base, under, sizes) for target in region.targets),
        joint=tuple(_joint(region, base, under)),
        public_money=_money(region, base, under),
        levels=tuple(_levels(region, base, under, first)),
    )


def event_answer(event: Event, first: int, last: int | None) -> EventAnswer:
    """An event in the published shape."""
    changes: Mapping[str, float | None] = {
        **dict.fromkeys(event.giants), **event.demand, **event.shift, **event.law, **event.levers,
    }  # fmt: skip
    return EventAnswer(
        id=event.id, kind=event.kind, title_zh=event.title_zh, title_en=event.title_en, what_zh=event.what_zh, what_en=event.what_en,
        first_year=first, last_year=last, changes=dict(changes), grade=letter(event.grade), source=event.source,
    )  # fmt: skip


def rests_of(ordeals: Iterable[Ordeal], replaced: Iterable[ReplacementAnswer] = ()) -> Rests:
    """What the conclusion rests on: the sizes of the events, what carries the change of the targets hurt (of all that move, where none
    is), and the lever named for the worst."""
    grades: dict[str, Grade] = {}
    shares: dict[str, float] = {}
    events: list[str] = []
    for one in ordeals:
        events += [event.id for event in one.events if event.id not in events]
        grades.update({event.id: event.grade for event in one.events})
        touched = [target for target in one.targets if target.carriers]
        for target in [target for target in touched if target.hurt] or touched:
            grades[target.indicator] = target.grade
            for carrier in target.carriers:
                grades[carrier.parameter] = carrier.grade
                shares[carrier.parameter] = max(shares.get(carrier.parameter, 0.0), carrier.share)
    named = [row for answer in replaced for row in answer.tried[:1] if row.restores or row.helps][:1]
    grades.update({row.lever: row.grade for row in named})
    on = (*events, *(row.lever for row in named), *sorted(shares, key=lambda name: -shares[name]))
    return Rests(grade=max(grades.values(), default="D"), on=on)


# --- one quantity without and under the events


def chance_of(target: Target, mixed: Mixed) -> Chance:
    """How likely a target is in judged runs, and what is forecast of its indicator."""
    values = column(mixed.judged, target.indicator, target.year)
    values = values[~np.isnan(values)]
    probability, error = probability_of(reaches(values, target.sense, target.value)) or (None, None)
    p05, _, median, _, p95 = quantiles(values)
    return Chance(probability=probability, mc_error=error, median=median, p05=p05, p95=p95, verdict=verdict_of(probability))


def _target(region: Region, target: Target, base: Mixed, under: Mixed, sizes: Sequence[Grade]) -> StressedTarget:
    without, hit = (column(mixed.judged, target.indicator, target.year) for mixed in (base, under))
    before, after = chance_of(target, base), chance_of(target, under)
    touched = not np.array_equal(without, hit, equal_nan=True)
    chance = chance_change(reached(base.judged, target), reached(under.judged, target), touched=touched)
    hurt = chance is not None and chance.beyond_chance and chance.change < 0.0
    carriers = _carriers(region, under, hit - without) if touched else ()
    grades = {prior.parameter: letter(prior.grade) for prior in region.priors}
    return StressedTarget.model_validate(
        {
            "indicator": target.indicator,
            "year": target.year,
            "sense": target.sense,
            "target": target.value,
            "unit": target.unit,
            "class": class_of(target.indicator, region.facts),
            "without": before,
            "under": after,
            "chance": chance,
            "difference": difference(without, hit),
            "hurt": hurt,
            "helped": chance is not None and chance.beyond_chance and chance.change > 0.0,
            "lost": hurt and WORSE.index(after.verdict) > WORSE.index(before.verdict),
            "carriers": carriers,
            "grade": max([*sizes, grade_of(carriers, grades)] if touched else sizes),
        }
    )


def _carriers(region: Region, under: Mixed, moved: Floats) -> tuple[Carrier, ...]:
    """Parameters that carry the variance of a difference [run] between the same runs."""
    known = ~np.isnan(moved)
    if not known.any():
        return ()
    grades = {prior.parameter: letter(prior.grade) for prior in region.priors}
    shares = rank_shares(centred_ranks(under.judged.parameters[known]), moved[known])
    return carriers_of(shares, under.judged.parameter_names, grades)


def _joint(region: Region, base: Mixed, under: Mixed) -> Iterable[StressedJoint]:
    fitted = [target for target in region.targets if class_of(target.indicator, region.facts) == "可校准"]
    groups: tuple[tuple[Literal["all", "calibrated"], Sequence[Target]], ...] = (("all", region.targets), ("calibrated", fitted))
    for of, targets in groups:
        before, after = (together(mixed.judged, targets) for mixed in (base, under))
        if before is None or after is None:
            continue
        shares = [joint(mixed.judged, targets) or (None, None) for mixed in (base, under)]
        yield StressedJoint(
            of=of,
            targets=len(targets),
            without=shares[0][0],
            without_mc_error=shares[0][1],
            under=shares[1][0],
            under_mc_error=shares[1][1],
            chance=chance_change(before, after, touched=base.plain.digest != under.plain.digest),
        )


def _money(region: Region, base: Mixed, under: Mixed) -> StressedMoney:
    without, hit = (money(mixed.plain, region) for mixed in (base, under))
    change = difference(without, hit)
    assert change is not None  # money is never NaN
    years = plan_years(region)
    return StressedMoney(over=f"{years[0]}-{years[-1]}", without=band(without), under=band(hit), difference=change)


def _levels(region: Region, base: Mixed, under: Mixed, first: int) -> Iterable[StressedLevel]:
    """Published indicators that the pack speaks of, GDP and real R&D, from the first year of the events on."""
    asked = {target.indicator for target in region.targets}
    for indicator in INDICATORS:
        known = on_record(indicator.id, region) or indicator.id in asked
        if "@" in indicator.id or not (indicator.id in ALSO or (indicator.public and known)):
            continue
        for year in (year for year in base.judged.years if year >= first):
            without, hit = (column(mixed.judged, indicator.id, year) for mixed in (base, under))
            yield StressedLevel(
                indicator=indicator.id, year=year, unit=indicator.unit, without=band(without), under=band(hit),
                difference=difference(without, hit),
            )  # fmt: skip


# --- what the reader must know


def _notices(region: Region, scenario: Scenario, base: Mixed, tried: Sequence[Answered]) -> Iterable[Notice]:
    yield from of_runs(region, base.plain)
    yield from of_mix(region, scenario, base.plain.environment)
    yield from _events_beyond(region, scenario, base.plain.environment, tried)
    if not region.targets:
        yield Notice("stress_no_targets")
    if any(event.grade == "D" for one in tried for event in one.ordeal.events):
        yield Notice("stress_size_is_judgement")
    if any(_denominator(one.ordeal) for one in tried):
        yield Notice("stress_denominator")
    if any(one.scenario.triggers != scenario.triggers for one in tried):
        yield Notice("stress_trigger_dropped")


def _events_beyond(region: Region, scenario: Scenario, environment: str, tried: Sequence[Answered]) -> Iterable[Notice]:
    """What the events take beyond experience that the mix without them does not: fields of the environment, and levers."""
    without = all_beyond(region, under(region, scenario).environment, scenario, environment)
    under_events = (all_beyond(region, one.region.environment, one.scenario, environment) for one in tried)
    found = tuple(dict.fromkeys(name for far in under_events for name in far if name not in without))
    if found:
        yield Notice("stress_beyond", {"fields": found})


def _denominator(one: Ordeal) -> bool:
    """Whether R&D over GDP holds or rises in the last year though R&D falls: GDP fell with it."""
    last = max((row.year for row in one.levels), default=0)
    moved = {row.indicator: row.difference for row in one.levels if row.year == last}
    rd, share = moved.get("rd_expenditure"), moved.get("rd_share_of_gdp")
    if rd is None or share is None:
        return False
    return rd.beyond_chance and rd.mean < 0.0 and not (share.beyond_chance and share.mean < 0.0)


def list_events(region: Region) -> EventsAnswer:
    """The events of a pack, in the years they have where the question names none."""
    rows = []
    for event in events_of(region):
        one = happening(region, event)
        rows.append(event_answer(event, one.first, one.last if one.ends else None))
    return EventsAnswer(region=region.name, version=version(), events=tuple(rows), conclusion="", warnings=())
