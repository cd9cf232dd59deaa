"""What would make up for an event: for each target hurt most, which single lever brings its probability back, raised how far.

One lever at a time, from the year of the event on, on the same runs under the event. First every lever that can reach the target
at the top of its range; of those that bring the probability back, the cheapest again at half and at a quarter or three quarters
of the way, so that the least part of the four that does it is known. Mixes of levers are for `yidu plan`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from yidu.experiments.ensembles.differences import ChanceChange, Difference, chance_change, difference
from yidu.experiments.ensembles.paired import money
from yidu.experiments.judging.evidence import levers_known
from yidu.experiments.judging.goals import reached
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.runs import Floats, probability_of, sensible
from yidu.experiments.judging.unknown import beyond_experience
from yidu.experiments.scenarios.scenario import plan_years
from yidu.experiments.stress.answer import LeverTried, ReplacementAnswer, StressAnswer
from yidu.experiments.stress.compute import Answered, Stress, rests_of
from yidu.sim.levers import FIRST_YEAR, LAST_YEAR, LEVERS

if TYPE_CHECKING:
    from yidu.experiments.ensembles.paired import Progress
    from yidu.experiments.judging.evidence import LeverKnown
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region, Target

MOST_TARGETS = 3
"""Targets for which a replacement is sought: those that lose most probability."""

MOST_REFINED = 6
"""Levers that are tried at less than the top of their range, for each target: those that cost least there."""

TOP, HALF, QUARTER, THREE_QUARTERS = 1.0, 0.5, 0.25, 0.75


class Tried(NamedTuple):
    """What is kept of the runs of one lever at one part of its way."""

    scenario: Scenario
    reached: Sequence[Floats]  # of each target that is sought [run]
    cost: Difference  # further district money over the plan, 万元
    extrapolation: bool


def hurt_most(region: Region, under: Answered) -> tuple[Target, ...]:
    """The targets that lose most probability, beyond chance, at most so many."""
    both = zip(region.targets, under.ordeal.targets)
    falls = [(answer.chance.change, target) for target, answer in both if answer.hurt and answer.chance is not None]
    return tuple(target for _, target in sorted(falls, key=lambda row: row[0])[:MOST_TARGETS])


def raised(scenario: Scenario, lever: str, part: float, first: int) -> Scenario:
    """The mix with a lever raised that part of the way to the top of its range, from a year on."""
    top, path = LEVERS[lever].high, scenario.levers.path(lever)
    steps = {year: path[year] + part * (top - path[year]) if year >= first else path[year] for year in range(FIRST_YEAR, LAST_YEAR + 1)}
    return replace(scenario, levers=scenario.levers.with_path(lever, steps))


def replacements(search: Search, progress: Progress | None = None) -> tuple[ReplacementAnswer, ...]:
    """What would make up for the events, for each target hurt most; `search.tried` then holds every mix that was run."""
    return tuple(search.answer(place, progress) for place in range(len(search.targets)))


@dataclass
class Search:
    """The search of one ordeal: every mix is run once, whichever target asks for it."""

    stress: Stress
    under: Answered
    tried: dict[tuple[str, float], Tried] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.region, self.study = self.stress.region, self.stress.study
        self.first = min(one.first for one in self.under.happenings)
        self.targets = hurt_most(self.region, self.under)
        self.before = [reached(self.stress.base.judged, target) for target in self.targets]
        self.hit = [reached(self.under.mixed.judged, target) for target in self.targets]
        self.spent = money(self.under.mixed.plain, self.region)
        self.known: dict[str, LeverKnown] = levers_known(self.region) if self.targets else {}

    @property
    def most_mixes(self) -> int:
        """Mixes that the search may run at the most."""
        levers = {id for target in self.targets for id in self.levers_of(target)}
        return len(levers) + 2 * sum(min(MOST_REFINED, len(self.levers_of(target))) for target in self.targets)

    def levers_of(self, target: Target) -> tuple[str, ...]:
        """Levers that reach a target, can still be raised, and are not what the events themselves set."""
        taken = {id for one in self.under.happenings for id in one.event.levers}
        years = [year for year in plan_years(self.region) if self.first <= year]
        return tuple(
            id
            for id, bar in LEVERS.items()
            if target.indicator in bar.reaches and id not in taken and any(self.under.scenario.levers.get(id, y) < bar.high for y in years)
        )

    def at(self, id: str, part: float, progress: Progress | None = None) -> Tried:
        """The runs under the events with one lever raised."""
        if (id, part) not in self.tried:
            mix = raised(self.under.scenario, id, part, self.first)
            mixed = self.study.run(mix, region=self.under.region, progress=progress)
            cost = difference(self.spent, money(mixed.plain, self.region))
            assert cost is not None  # money is never NaN
            far = any(one.lever == id for one in beyond_experience(self.region, mix))
            self.tried[id, part] = Tried(mix, [reached(mixed.judged, target) for target in self.targets], cost, far)
        return self.tried[id, part]

    def restores(self, place: int, id: str, part: float, progress: Progress | None) -> bool:
        """Whether the lever brings the target's probability back to where it was without the events."""
        return self.against(self.before, place, self.at(id, part, progress)).change >= 0.0

    def against(self, one: Sequence[Floats], place: int, run: Tried) -> ChanceChange:
        """How the target's probability differs from that in the same runs as they were before, or as they were hit."""
        found = chance_change(one[place], run.reached[place])
        assert found is not None  # the target was hurt, so runs have values
        return found

    def answer(self, place: int, progress: Progress | None = None) -> ReplacementAnswer:
        """What brings one of the targets back."""
        target = self.targets[place]
        levers = self.levers_of(target)
        able = [id for id in levers if self.restores(place, id, TOP, progress)]
        parts = dict.fromkeys(levers, TOP)
        for id in sorted(able, key=lambda id: self.at(id, TOP).cost.mean)[:MOST_REFINED]:
            if self.restores(place, id, HALF, progress):
                parts[id] = QUARTER if self.restores(place, id, QUARTER, progress) else HALF
            elif self.restores(place, id, THREE_QUARTERS, progress):
                parts[id] = THREE_QUARTERS
        rows = [self._row(place, id, part) for id, part in parts.items()]
        rows.sort(key=lambda row: (not row.restores, row.cost.mean if row.restores else -row.back.change))
        own = next(row for row in self.under.ordeal.targets if (row.indicator, row.year) == (target.indicator, target.year))
        return ReplacementAnswer(
            indicator=target.indicator,
            year=target.year,
            without=own.without,
            under=own.under,
            restored_by=rows[0].lever if rows and rows[0].restores else None,
            tried=tuple(rows),
        )

    def _row(self, place: int, id: str, part: float) -> LeverTried:
        target, bar, known, run = self.targets[place], LEVERS[id], self.known[id], self.at(id, part)
        left, back = self.against(self.before, place, run), self.against(self.hit, place, run)
        values = run.reached[place]
        probability, error = probability_of(values[~np.isnan(values)] == 1.0) or (None, None)
        return LeverTried(
            lever=id,
            decided_by=known.decider,
            part=part,
            from_year=self.first,
            value_before=sensible(self.under.scenario.levers.get(id, target.year)),
            value=sensible(run.scenario.levers.get(id, target.year)),
            unit=bar.unit,
            probability=probability,
            mc_error=error,
            left=left,
            back=back,
            restores=left.change >= 0.0,
            helps=back.beyond_chance and back.change > 0.0,
            cost=run.cost,
            extrapolation=run.extrapolation,
            grade=known.grade,
            silent=known.silent,
        )


# --- the answer


@dataclass(frozen=True)
class Stressed:
    """The answer before it is put into a language, with what the reader must know."""

    answer: StressAnswer
    notices: tuple[Notice, ...]


def stressed(stress: Stress, search: Search | None = None, progress: Progress | None = None) -> Stressed:
    """The answer of `yidu stress`: every ordeal that was tried and, where a search is handed over, what would make up for it."""
    found = () if search is None else replacements(search, progress)
    notices = [*stress.notices]
    mixes = stress.mixes
    if search is not None and search.tried:
        notices.append(Notice("stress_search_bounded", {"targets": len(found), "mixes": len(search.tried), "runs": stress.study.runs}))
        mixes += len(search.tried)
    elif search is None and len(stress.tried) > 1:
        notices.append(Notice("stress_not_searched"))
    ordeals = tuple(one.ordeal for one in stress.tried)
    answer = StressAnswer(
        **stress.asked.model_dump(), ordeals=ordeals, replacements=found, mixes=mixes, conclusion="",
        rests=rests_of(ordeals, found), warnings=(),
    )  # fmt: skip
    return Stressed(answer, tuple(notices))
