"""Things that may go wrong after the record: `events.toml` of a pack, and what a region and a mix are like under them.

    [[events]]
    id = "sanfeng_leaves"
    kind = "giant"              # giant, sector, environment, law or lever: which of the next five lines it has
    giants = ["sanfeng"]        # moves away in the first quarter of the year
    demand = { health = -0.15 } # log/yr added to the demand of a sector
    shift = { city_pull = 0.9 } # added to a field of the environment, whose luck stays what it was
    law = { super_general = 0.75 }              # a rule without spread takes this value
    levers = { knowledge_loan_cover = 0.6 }     # whoever decides a lever sets it to this

An event begins in a year of the plan and lasts `years`, or for good. It touches nothing before that year, so the runs with and
without it are the same to the bit until then, and the same luck meets both afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from yidu.experiments.scenarios.scenario import LAWS, plan_years, under
from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.levers import FIRST_YEAR, LAST_YEAR, LEVERS, N_YEARS, LeverPaths, check_range
from yidu.sim.pack import Checked, Grade, Id, Number, Text, Year
from yidu.sim.reading import read_toml, validated

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.outcomes import Floats
    from yidu.sim.region import EnvironmentSpec, Region, RegionSettings
    from yidu.sim.triggers import Trigger

FILE = "events.toml"

ALL = "all"
"""Asked for in the place of an event, it means each of them by itself."""

Kind = Literal["giant", "sector", "environment", "law", "lever"]

SAYS: Mapping[Kind, str] = {"giant": "giants", "sector": "demand", "environment": "shift", "law": "law", "lever": "levers"}
"""The entry in which an event of each kind says what changes."""


class Event(Checked):
    """One thing that may happen: exactly the entry of its kind says what changes."""

    id: Id
    title_zh: Text
    title_en: Text
    what_zh: Text
    what_en: Text
    kind: Kind
    giants: tuple[Id, ...] = ()
    demand: dict[str, Number] = {}  # log/yr, by sector
    shift: dict[str, Number] = {}  # in the unit of the field
    law: dict[str, Number] = {}
    levers: dict[str, Number] = {}
    year: Year | None = None
    """First year, where the question names none; the middle of the plan without one."""
    years: Annotated[int, Field(strict=True, ge=1)] | None = None
    """How many years it lasts; for good without one."""
    grade: Grade
    source: Text


class EventsFile(Checked):
    """events.toml."""

    events: tuple[Event, ...] = ()


class Happening(NamedTuple):
    """An event with its years, both included."""

    event: Event
    first: int
    last: int

    @property
    def ends(self) -> bool:
        """Whether it ends within the table of years."""
        return self.last < LAST_YEAR


def events_of(region: Region) -> tuple[Event, ...]:
    """The events of a region's pack, checked; none where it has no such file.

    Raises:
        InputError: names the file, the event and the fix.
    """
    if FILE not in region.files.contents:
        return ()
    source = region.files.source(FILE)
    file = source.file
    events = validated(EventsFile, read_toml(source), file=file).events
    seen: set[str] = set()
    for event in events:
        if event.id in seen or event.id == ALL:
            raise InputError(
                f"the event '{event.id}' is there twice" if event.id in seen else f"'{ALL}' cannot name an event", file=file,
                value=event.id, fix="Give it an id of its own.",
            )  # fmt: skip
        seen.add(event.id)
        check(region, event, file)
    return events


def check(region: Region, event: Event, file: str) -> None:
    """Whether an event says what its kind asks for, of things the region has, within their ranges.

    Raises:
        InputError: it does not.
    """
    own = SAYS[event.kind]
    for key in SAYS.values():
        if key != own and getattr(event, key):
            raise InputError(
                f"the event '{event.id}' is of the kind '{event.kind}' and cannot have '{key}'", file=file, value=key,
                expected=f"{own} = ...", fix="Split it into two events: they can be tried together.",
            )  # fmt: skip
    if not getattr(event, own):
        raise InputError(
            f"the event '{event.id}' of the kind '{event.kind}' does not say what changes", file=file, expected=f"{own} = ...",
        )  # fmt: skip
    _SIDES[event.kind](region, event, file)
    if event.year is not None:
        happening(region, event, file=file)


def happening(region: Region, event: Event, year: int | None = None, *, file: str | None = None) -> Happening:
    """An event in its years: from the year asked for, its own, or the middle of the plan on.

    Raises:
        InputError: the year is none of the plan's, or a giant that should leave is not there then.
    """
    years = plan_years(region)
    first = year or event.year or years[len(years) // 2]
    if first not in years:
        raise InputError(
            f"the event '{event.id}' cannot begin in {first}", file=file, value=first,
            expected=f"a year from {years[0]} to {years[-1]}",
            fix="The record is what happened." if first < years[0] else None,
        )  # fmt: skip
    for giant in region.settings.giants:
        if giant.id in event.giants and 0 < giant.leaves < first:
            raise InputError(
                f"'{giant.id}' has left in {giant.leaves} and cannot leave in {first}", file=file, value=first,
                expected=f"{giant.leaves} or before",
            )  # fmt: skip
    return Happening(event, first, LAST_YEAR if event.years is None else min(LAST_YEAR, first + event.years - 1))


def chosen(region: Region, asked: Sequence[str], year: int | None = None) -> tuple[tuple[Happening, ...], ...]:
    """What is tried: the events asked for, together; each of the pack's by itself where `all` is asked for.

    Raises:
        InputError: the pack has no events, or none of that name; see `happening`.
    """
    events = {event.id: event for event in events_of(region)}
    if not events:
        raise InputError(
            f"the pack of {region.name} has no events", file=region.files.shown(FILE),
            fix="Write them as in docs/region-pack.md.",
        )  # fmt: skip
    if ALL in asked:
        if len(set(asked)) > 1:
            raise InputError(f"'{ALL}' and an event by name are asked for at once", fix="Ask for one or the other.")
        return tuple((happening(region, event, year),) for event in events.values())
    for id in asked:
        if id not in events:
            raise InputError(f"no event is called '{id}'", value=id, fix=did_you_mean(id, tuple(events)))
    return (tuple(happening(region, events[id], year) for id in dict.fromkeys(asked)),)


# --- what each kind may say


def _check_giants(region: Region, event: Event, file: str) -> None:
    known = {giant.id: giant for giant in region.settings.giants}
    for id in event.giants:
        if id not in known:
            raise InputError(f"no giant is called '{id}'", file=file, value=id, fix=did_you_mean(id, tuple(known)))
    if event.years is not None:
        raise InputError(
            f"the event '{event.id}' brings a giant back", file=file, value=event.years, fix="Take out years: a giant leaves for good.",
        )  # fmt: skip


def _check_sectors(region: Region, event: Event, file: str) -> None:
    spec = region.environment.fields["sector_demand"]
    shares = {sector.id: sector.share for sector in region.settings.sectors}
    for id, value in event.demand.items():
        if id not in shares:
            raise InputError(f"no sector is called '{id}'", file=file, value=id, fix=did_you_mean(id, tuple(shares)))
        if shares[id] == 0.0:
            raise InputError(f"the region has no firm in the sector '{id}'", file=file, value=id)
        _within(event, id, value, spec.low, spec.high, spec.unit, file)


def _check_fields(region: Region, event: Event, file: str) -> None:
    fields = region.environment.fields
    for id, value in event.shift.items():
        _field(region, event, id, law=False, file=file)
        width = fields[id].high - fields[id].low
        _within(event, id, value, -width, width, fields[id].unit, file)


def _check_laws(region: Region, event: Event, file: str) -> None:
    for id, value in event.law.items():
        _field(region, event, id, law=True, file=file)
        spec = region.environment.fields[id]
        _within(event, id, value, spec.low, spec.high, spec.unit, file)


def _check_levers(region: Region, event: Event, file: str) -> None:
    for id, value in event.levers.items():
        check_range(id, value, file=file)


def _field(region: Region, event: Event, id: str, *, law: bool, file: str) -> None:
    fields = region.environment.fields
    known = tuple(name for name, spec in fields.items() if (spec.group in LAWS) == law)
    if id in known:
        return
    fix = did_you_mean(id, known)
    if id in LEVERS:
        fix = f"{id} is a lever: an event of the kind 'lever' sets it."
    elif id in fields:
        fix = f"{id} is a rule: an event of the kind 'law' sets it." if not law else f"{id} is no rule: kind 'environment' shifts it."
    raise InputError(f"the event '{event.id}' cannot change '{id}'", file=file, value=id, fix=fix)


def _within(event: Event, id: str, value: float, low: float, high: float, unit: str, file: str) -> None:
    if not low <= value <= high:
        raise InputError(
            f"the event '{event.id}' changes {id} by or to {value:g}", file=file, value=value, unit=unit,
            expected=f"{low:g} to {high:g}",
        )  # fmt: skip


_SIDES = {
    "giant": _check_giants, "sector": _check_sectors, "environment": _check_fields, "law": _check_laws, "lever": _check_levers,
}  # fmt: skip


# --- a region and a mix under events


def under_events(region: Region, scenario: Scenario, happenings: Iterable[Happening]) -> tuple[Region, Scenario]:
    """The region with the scenario's assumptions and then the events in it, and the scenario with what others set in its levers.

    The scenario that comes back assumes nothing further: its assumptions stand in the region.

    Raises:
        InputError: two events set the same rule or lever in the same year.
    """
    together = tuple(happenings)
    _no_two(together)
    world = under(region, scenario)
    settings, environment = world.settings, world.environment
    paths, triggers = scenario.levers, scenario.triggers
    for one in together:
        settings = _settings(settings, one)
        environment = _environment(world, environment, one)
        paths, triggers = _levers(paths, one), _triggers(triggers, one)
    world = replace(world, settings=settings, environment=environment)
    return world, replace(scenario, levers=paths, environment={}, triggers=triggers)


def _no_two(together: tuple[Happening, ...]) -> None:
    for i, one in enumerate(together):
        for other in together[:i]:
            both = (set(one.event.law) & set(other.event.law)) | (set(one.event.levers) & set(other.event.levers))
            if both and one.first <= other.last and other.first <= one.last:
                raise InputError(
                    f"the events '{other.event.id}' and '{one.event.id}' both set {min(both)}", value=min(both),
                    fix="Try one after the other.",
                )  # fmt: skip


def _settings(settings: RegionSettings, one: Happening) -> RegionSettings:
    """Giants that leave, each in the year of the event or in the earlier one that was set."""
    giants = tuple(
        giant.model_copy(update={"leaves": min(giant.leaves or one.first, one.first)}) if giant.id in one.event.giants else giant
        for giant in settings.giants
    )
    return settings.model_copy(update={"giants": giants})


def _environment(world: Region, environment: EnvironmentSpec, one: Happening) -> EnvironmentSpec:
    fields = dict(environment.fields)
    rows = slice(one.first - FIRST_YEAR, one.last - FIRST_YEAR + 1)
    for id, value in (*one.event.shift.items(), *one.event.law.items()):
        yearly = fields[id].yearly()
        yearly[rows] = value if id in one.event.law else yearly[rows] + value
        fields[id] = fields[id].model_copy(update={"path": _by_year(yearly)})
    if one.event.demand:
        spec = fields["sector_demand"]
        sectors = dict(spec.sectors)
        for id, value in one.event.demand.items():
            table = _held(sectors.get(id, {}))
            table[rows] += value
            sectors[id] = _by_year(table)
        fields["sector_demand"] = spec.model_copy(update={"sectors": sectors})
    return environment.model_copy(update={"fields": fields})


def _levers(paths: LeverPaths, one: Happening) -> LeverPaths:
    for id, value in one.event.levers.items():
        years = range(one.first, one.last + 1)
        paths = paths.with_path(id, {**paths.path(id), **dict.fromkeys(years, value)})
    return paths


def _triggers(triggers: tuple[Trigger, ...], one: Happening) -> tuple[Trigger, ...]:
    """The mix's own triggers less what they would do to a lever that others set before the event ends."""
    if not one.event.levers:
        return triggers
    kept = []
    for trigger in triggers:
        acts = trigger.year + 1 <= one.last
        then = {id: value for id, value in trigger.then.items() if not (acts and id in one.event.levers)}
        if then:
            kept.append(replace(trigger, then=then))
    return tuple(kept)


def _by_year(values: Floats) -> dict[int, float]:
    return {FIRST_YEAR + row: float(value) for row, value in enumerate(values)}


def _held(steps: Mapping[int, float]) -> Floats:
    """Steps as a value for every year of the table, each held until the next; 0 before the first."""
    table = np.zeros(N_YEARS)
    for year in sorted(steps):
        table[max(0, year - FIRST_YEAR) :] = steps[year]
    return table
