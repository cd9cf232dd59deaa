"""What each lever, and each group of levers, contributes to the difference between two mixes on the same runs.

A lever is put back to the reference in the scenario (leave one out), and put to the scenario in the reference (leave one in): the two
differ where levers help or hinder each other. Over the groups of levers, Shapley values (Shapley 1953, in: Contributions to the Theory
of Games II) share out the whole difference: the mean of what a group adds, over all orders in which groups can be added. They are taken
run by run, so they add up in every run, and their errors are those of paired differences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from math import factorial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from yidu.experiments.ensembles.paired import Mixed, Progress, Study, last_year, money
from yidu.experiments.judging.runs import Floats, column, reaches
from yidu.experiments.judging.verdicts import mc_error
from yidu.experiments.scenarios.scenario import Scenario, first_year, mixed
from yidu.sim.levers import GROUPS, LEVERS, Group
from yidu.sim.triggers import Trigger

if TYPE_CHECKING:
    from yidu.sim.region import Region, Target

Coalition = frozenset[str]
"""Levers that stand as the scenario has them; all others as the reference has them."""


class Mean(NamedTuple):
    """A mean over runs, with its Monte Carlo error."""

    mean: float
    error: float


# --- mixes between two mixes


def differing(region: Region, reference: Scenario, scenario: Scenario) -> tuple[str, ...]:
    """Levers whose path, or what a trigger does with them, differs in the years that are simulated."""
    years = range(first_year(region), last_year(region) + 1)
    return tuple(
        id
        for id in LEVERS
        if any(reference.levers.setting(id, year) != scenario.levers.setting(id, year) for year in years)
        or _triggered(reference.triggers, {id}) != _triggered(scenario.triggers, {id})
    )


def by_group(ids: Sequence[str]) -> dict[Group, tuple[str, ...]]:
    """Levers by their group, groups without any left out."""
    groups = {group: tuple(id for id in ids if LEVERS[id].group == group) for group in GROUPS}
    return {group: members for group, members in groups.items() if members}


def between(reference: Scenario, scenario: Scenario, ids: Coalition) -> Scenario:
    """The reference with the named levers, and what triggers do with them, as the scenario has them; all of it under its assumptions."""
    others = frozenset(LEVERS) - ids
    made = mixed(replace(scenario, levers=reference.levers), scenario, ids)
    return replace(made, triggers=_triggered(reference.triggers, others) + _triggered(scenario.triggers, ids))


def _triggered(triggers: Sequence[Trigger], ids: Sequence[str] | frozenset[str] | set[str]) -> tuple[Trigger, ...]:
    """Triggers as far as they set these levers."""
    kept = (replace(one, then={id: value for id, value in one.then.items() if id in ids}) for one in triggers)
    return tuple(one for one in kept if one.then)


def coalitions(ids: Sequence[str]) -> tuple[Coalition, ...]:
    """Every mix that is needed, once: all sets of groups, each lever alone, and all levers but one."""
    groups = list(by_group(ids).values())
    sets = (frozenset(chain(*chosen)) for chosen in subsets(groups))
    alone = (frozenset({id}) for id in ids)
    without = (frozenset(ids) - {id} for id in ids)
    return tuple(dict.fromkeys(chain(sets, alone, without)))


def subsets[T](members: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """All subsets, the empty one first."""
    return chain.from_iterable(combinations(members, size) for size in range(len(members) + 1))


# --- sharing out


def shapley[P](players: Sequence[P], worth: Mapping[frozenset[P], Floats]) -> dict[P, Floats]:
    """Shapley value of each player, of every entry of the worth by itself.

    Args:
        worth: of every set of players, arrays of one shape.

    Returns:
        Arrays of that shape, which add up to worth(all) - worth(none).
    """
    many = len(players)
    values: dict[P, Floats] = {}
    for player in players:
        others = [one for one in players if one != player]
        total = np.zeros_like(worth[frozenset()], dtype=float)
        for chosen in subsets(others):
            weight = factorial(len(chosen)) * factorial(many - 1 - len(chosen)) / factorial(many)
            total = total + weight * (worth[frozenset({*chosen, player})] - worth[frozenset(chosen)])
        values[player] = total
    return values


@dataclass(frozen=True)
class Contributions:
    """What levers and groups contribute, run by run: [run, quantity], scenario less reference.

    Quantities: the level of each target, whether each is reached (1 or 0), district money [万元].
    """

    targets: tuple[Target, ...]
    levers: tuple[str, ...]
    reference: Floats
    scenario: Floats
    groups: Mapping[Group, Floats]
    out: Mapping[str, Floats]
    """The scenario less the same with this lever as in the reference."""
    alone: Mapping[str, Floats]
    """The reference with this lever as in the scenario, less the reference."""
    mixes: int

    @property
    def total(self) -> Floats:
        """What there is to be shared out [run, quantity]."""
        return self.scenario - self.reference

    def level(self, table: Floats, target: int) -> Floats:
        """Of a target, in its unit, runs with a value throughout [run]."""
        return table[self.known(target), target]

    def reached(self, table: Floats, target: int) -> Floats:
        """Of reaching a target, same runs [run]."""
        return table[self.known(target), len(self.targets) + target]

    def money(self, table: Floats) -> Floats:
        """Of district money [run], 万元."""
        return table[:, -1]

    def known(self, target: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Runs in which every mix gives the target a value."""
        tables = [self.reference, self.scenario, *self.groups.values(), *self.out.values(), *self.alone.values()]
        return ~np.any([np.isnan(table[:, target]) for table in tables], axis=0)


def measured(region: Region, targets: Sequence[Target], mix: Mixed) -> Floats:
    """The quantities of a mix [run, quantity]; see `Contributions`."""
    levels = [column(mix.judged, target.indicator, target.year) for target in targets]
    reached = [np.where(np.isnan(v), np.nan, reaches(v, t.sense, t.value)) for v, t in zip(levels, targets)]
    return np.column_stack([*levels, *reached, money(mix.plain, region)])


def contributions(
    made: Study, scenario: Scenario, reference: Scenario, targets: tuple[Target, ...], known: Mixed, *, progress: Progress | None = None
) -> Contributions:
    """Run every mix between the reference and the scenario once, and share out what differs.

    Args:
        known: the scenario's runs, not run again.
        progress: called with finished runs; `coalitions` less one, times the study's runs, in all.
    """
    ids = differing(made.region, reference, scenario)
    everything = frozenset(ids)
    worth = {everything: measured(made.region, targets, known)}
    for ids_set in coalitions(ids):
        if ids_set not in worth:
            worth[ids_set] = measured(made.region, targets, made.run(between(reference, scenario, ids_set), progress=progress))
    none = frozenset[str]()
    groups = by_group(ids)
    sets = {frozenset(chosen): worth[frozenset(chain(*(groups[group] for group in chosen)))] for chosen in subsets(list(groups))}
    return Contributions(
        targets=targets,
        levers=ids,
        reference=worth[none],
        scenario=worth[everything],
        groups=shapley(list(groups), sets),
        out={id: worth[everything] - worth[everything - {id}] for id in ids},
        alone={id: worth[frozenset({id})] - worth[none] for id in ids},
        mixes=len(worth),
    )


def mean_of(values: Floats) -> Mean:
    """Mean of paired differences, with its Monte Carlo error."""
    if values.size == 0:
        return Mean(0.0, 0.0)
    error = float(values.std(ddof=1)) / np.sqrt(values.size) if values.size > 1 else 0.0
    return Mean(float(values.mean()), float(error))


def probability_change(reached: Floats, level: Floats) -> Mean:
    """Change of a probability from what single runs gained or lost, with its error.

    Where the levels differ but no run crosses the line, the error is that of an event not seen in so many runs; only where
    nothing differs at all is it zero.
    """
    mean, error = mean_of(reached)
    least = mc_error(0, reached.size) if reached.size and np.any(level) else 0.0
    return Mean(mean, max(error, least))
