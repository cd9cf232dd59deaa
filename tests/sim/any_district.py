"""Any small district, driven by anything that policy, the environment and its giants may do: a state machine for Hypothesis.

Its world is opened from a pack with parameters anywhere between the bounds of their priors, levers within and a little beyond their
ranges, and any environment. Then quarters pass, and in between levers, environment and giants change. After every quarter all
identities are checked (`tests.sim.accounts`); now and then a quarter is also gone through agent by agent in Mesa; at the end the
whole run is made again in as few pieces as there can be. All of it must come to the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.sim.accounts import STOCKS, Accounts
from tests.sim.small import SMALL_RECORD, SetDraws
from yidu.experiments.scenarios.scenario import Scenario, under
from yidu.sim import ensemble
from yidu.sim.draws import DRAWN, beliefs
from yidu.sim.errors import InputError
from yidu.sim.inputs import Inputs, drawn_inputs
from yidu.sim.levers import FIRST_YEAR, LAST_YEAR, LEVER_IDS, LEVERS, LeverPaths
from yidu.sim.model import InnovationModel
from yidu.sim.pack import ENVIRONMENT_FIELDS
from yidu.sim.reconcile import reconcile
from yidu.sim.region import Region, load
from yidu.sim.triggers import SENSES, Trigger
from yidu.sim.world import RECORD_END_QUARTER, World, empty

FEW = 160
"""Rows of firms up to which a quarter is also gone through in Mesa, one agent at a time."""


@dataclass
class Counts:
    """What the districts of this process went through."""

    districts: int = 0
    quarters: int = 0
    changes: int = 0
    mesa_quarters: int = 0
    run_again: int = 0
    full: int = 0
    unmet: int = 0
    most_firms: int = 0
    last_year: int = 0

    def said(self) -> str:
        """One line a count."""
        called = {
            "districts": "districts opened", "quarters": "quarters, every identity checked after each",
            "changes": "changes of levers, environment and giants on the way", "mesa_quarters": "quarters compared with Mesa to the bit",
            "run_again": "districts run again in one go to the same bits", "full": "runs refused because a table was full",
            "unmet": "counts of the record that a district was too small to meet",
            "most_firms": "rows of firms in the largest", "last_year": "last year reached",
        }  # fmt: skip
        return "\n".join(f"{number:9{'' if name == 'last_year' else ','}} {called[name]}" for name, number in asdict(self).items())


COUNTS = Counts()

region_of = lru_cache(load)

part = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))
"""How far along a range: its ends as often as not."""

beyond = st.one_of(part, st.floats(1.0, 1.25))
"""The same and somewhat past its upper end."""

years = st.integers(FIRST_YEAR + 1, LAST_YEAR)


@dataclass(frozen=True)
class Opening:
    """What a district is opened from; printed, it is the example."""

    region: str
    others: int
    """Firms of the pool beside the giants that are there from the start."""
    scale: int
    """Firms that an agent stands for."""
    run: int
    environment: str
    until: int
    record: float | None
    """How many times the small record of 2020 it is reconciled with; None: not at all."""
    parameters: Mapping[str, float]
    """How far along the bounds of their priors; the others as the run draws them."""
    levers: Mapping[str, Mapping[int, float]]
    """How far along their ranges, from a year on."""
    assumed: Mapping[str, Mapping[int, float]]
    """How far along the bounds of a field of the environment, from a year on."""
    giants: Mapping[int, tuple[int, int]]
    """In which year a giant arrives and leaves, by its place."""
    triggers: tuple[tuple[str, str, float, int, str, float], ...]

    @property
    def pack(self) -> Region:
        """The region with these giants and assumptions."""
        region = region_of(self.region)
        giants = tuple(
            giant.model_copy(update=dict(zip(("arrives", "leaves"), self.giants.get(k, (giant.arrives, giant.leaves)))))
            for k, giant in enumerate(region.settings.giants)
        )
        settings = region.settings.model_copy(update={"giants": giants, "scale": self.scale})
        assumed = {name: {year: along_field(region, name, at) for year, at in steps.items()} for name, steps in self.assumed.items()}
        return under(replace(region, settings=settings), Scenario("any", "", "", "", region.levers, assumed))

    def draws(self, region: Region) -> SetDraws:
        """Parameters of the run."""
        agents = self.others + sum(giant.arrives <= FIRST_YEAR for giant in region.settings.giants)
        bounds = dict(zip(DRAWN, beliefs(region)))
        values = {name: bounds[name].low + at * (bounds[name].high - bounds[name].low) for name, at in self.parameters.items()}
        return SetDraws(region, **values | {"pool_size": float(agents * self.scale)})

    def paths(self, region: Region) -> LeverPaths:
        """Levers by year, past their ranges where that is asked."""
        table = region.levers.values.copy()
        for name, steps in self.levers.items():
            for year in sorted(steps):
                table[year - FIRST_YEAR :, LEVER_IDS.index(name)] = along(name, steps[year])
        return LeverPaths(table)

    def acting(self) -> tuple[Trigger, ...]:
        """What changes levers where an indicator stands on one side of a line."""
        return tuple(Trigger(i, sense, value, year, {name: along(name, at)}) for i, sense, value, year, name, at in self.triggers)

    def opened(self) -> Driven:
        """The district at the end of 2015."""
        region = self.pack
        inputs = Inputs(region, self.paths(region), self.environment, self.record is not None, self.acting())
        parameters, _, known = drawn_inputs(region, self.draws(region), 1, np.array([self.run], np.int64))
        for name, value in SMALL_RECORD.items():
            known[name][0] = np.floor((self.record or 0.0) * value)
        w = inputs.world(parameters, self.until)
        inputs.install(w, 1, self.run, parameters[0], known[0])
        return Driven(inputs, w)


def along(lever: str, at: float) -> float:
    """A lever's value that far along its range, or past it."""
    bar = LEVERS[lever]
    return bar.low + at * (bar.high - bar.low)


def along_field(region: Region, name: str, at: float) -> float:
    """A field's value that far between its bounds."""
    spec = region.environment.fields[name]
    return spec.low + at * (spec.high - spec.low)


@st.composite
def openings(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Opening:
    """Any small district."""
    steps = st.dictionaries(years, beyond, min_size=1, max_size=3)
    assumed = st.dictionaries(st.integers(2021, LAST_YEAR), part, min_size=1, max_size=3)
    # a city's agents stand for as many firms as its GDP holds
    region, scale = draw(st.sampled_from([("dadukou", 1), ("dadukou", 1), ("chongqing", 10), ("chongqing", 50)]))
    return Opening(
        region=region, others=draw(st.integers(1, 400)), scale=scale, run=draw(st.integers(0, 10**6)),
        environment=draw(st.sampled_from(["baseline", "slow", "fast", "shock"])), until=draw(st.integers(2021, LAST_YEAR)),
        record=draw(st.none() | st.sampled_from([0.1, 0.5, 1.0, 2.0])),
        parameters=draw(st.dictionaries(st.sampled_from(DRAWN), part, max_size=len(DRAWN))),
        levers=draw(st.dictionaries(st.sampled_from(LEVER_IDS), steps, max_size=len(LEVER_IDS))),
        assumed=draw(st.dictionaries(st.sampled_from(ENVIRONMENT_FIELDS), assumed, max_size=len(ENVIRONMENT_FIELDS))),
        giants=draw(st.dictionaries(st.integers(0, 12), st.tuples(st.integers(2000, LAST_YEAR), st.just(0) | years), max_size=6)),
        triggers=tuple(
            draw(
                st.lists(
                    st.tuples(st.sampled_from(["tech_enterprises", "rd_share_of_gdp", "rd_growth", "high_tech_enterprises"]),
                              st.sampled_from(list(SENSES)), st.floats(0.0, 200.0), st.integers(2021, LAST_YEAR - 1),
                              st.sampled_from(LEVER_IDS), beyond),
                    max_size=3,
                )
            )
        ),
    )  # fmt: skip


@dataclass
class Driven:
    """A world, and the inputs that it is driven by."""

    inputs: Inputs
    w: World

    @property
    def quarter(self) -> int:
        """The last quarter finished."""
        return int(self.w.district[0].quarter)

    def to(self, last: int) -> None:
        """On to the end of a quarter in one go; the record is met and triggers act on the way, as in `yidu.sim.ensemble`."""
        while self.quarter < last and not self.w.district[0].overflow:
            stops = [last, RECORD_END_QUARTER, 4 * (self.quarter // 4) + 3, 4 * (self.quarter // 4) + 7]
            watched = stops if self.inputs.triggers else stops[:2]
            ensemble.run_to(self.w, min(stop for stop in watched if stop > self.quarter))
            if self.quarter == RECORD_END_QUARTER:
                reconcile(self.w, 0, 1)
            if self.quarter % 4 == 3 and self.quarter > RECORD_END_QUARTER:
                self.inputs.react(self.w)

    def set(self, table: str, name: str, ahead: int, value: float) -> None:
        """From the first quarter of a coming year on, a lever or a field of the environment stands elsewhere."""
        getattr(self.w, table)[name][self.w.district[0].row + ahead :] = value

    def send(self, giant: int, ahead: int) -> None:
        """A giant that is there or still to come leaves in a coming year."""
        self.w.giants.leaves[giant] = FIRST_YEAR + int(self.w.district[0].row) + ahead

    def twin(self) -> Driven:
        """The same world in arrays of its own."""
        copy = empty(self.w.firms.size, self.w.giants.copy(), self.w.sectors, self.w.places)
        for name in World._fields:
            if name not in ("books", "giants", "sectors", "places"):
                getattr(copy, name)[...] = getattr(self.w, name)
        return Driven(self.inputs, copy)


COMPARED = (
    "firms", "incubators", "institutes", "funds", "people", "district", "levers", "environment", "ledger", "flows", "indicators",
    "adjusted",
)  # fmt: skip


def difference(one: World, other: World) -> str:
    """The first table in which two worlds differ, in words; nothing where they are the same to the bit."""
    for name in COMPARED:
        ours, theirs = np.asarray(getattr(one, name)), np.asarray(getattr(other, name))
        if ours.tobytes() != theirs.tobytes():
            columns = [c for c in ours.dtype.names or () if ours[c].tobytes() != theirs[c].tobytes()]
            if columns or ours.dtype.names is None:  # not the padding between columns
                return f"{name} {columns[:5]}" if columns else name
    return ""


class AnyDistrict(RuleBasedStateMachine):
    """One district through its years."""

    def __init__(self) -> None:
        super().__init__()
        self.sound = False
        self.model: InnovationModel | None = None
        self.told: list[tuple[int, str, tuple[Any, ...]]] = []

    @initialize(opening=openings())
    def opens(self, opening: Opening) -> None:
        """A district as it stood at the end of 2015."""
        self.opening = opening
        self.driven = opening.opened()
        self.last = ensemble.last_quarter(opening.until)
        self.accounts = Accounts(self.driven.w)
        self.accounts.check(self.driven.w)
        self.most_signed = float(self.driven.w.levers.firms_attracted.max())
        COUNTS.districts += 1
        self.sound = True

    @property
    def goes_on(self) -> bool:
        """Whether there is a quarter left."""
        return self.sound and self.driven.quarter < self.last and not self.driven.w.district[0].overflow

    @precondition(lambda self: self.goes_on)
    @rule(many=st.integers(1, 10))
    def quarters_pass(self, many: int) -> None:
        """One quarter after the other, everything checked after each."""
        self.sound = False
        for _ in range(min(many, self.last - self.driven.quarter)):
            if not self.quarter_passes():
                break
        self.sound = True

    def quarter_passes(self) -> bool:
        """One quarter, and everything adds up after it; False where a table was full, which must be refused in words."""
        self.driven.to(self.driven.quarter + 1)
        d = self.driven.w.district[0]
        if d.quarter == RECORD_END_QUARTER and self.opening.record is not None:
            self.meet_halfway()
        COUNTS.most_firms, COUNTS.last_year = max(COUNTS.most_firms, int(d.n_firms)), max(COUNTS.last_year, int(d.year))
        if not d.overflow:
            self.accounts.check(self.driven.w)
            COUNTS.quarters += 1
            return True
        with pytest.raises(InputError, match="there was no room for more") as refused:
            ensemble.refuse_overflow(self.driven.w)
        COUNTS.full += 1
        note(f"quarter {d.quarter}: {refused.value}")
        return False

    def meet_halfway(self) -> None:
        """A district too small for its record meets it as far as it can: how often is counted."""
        w = self.driven.w
        for stock in ("rd_platforms", "incubation_platforms", "otc_listed"):
            known = w.known[0][f"{stock}_2020"]
            COUNTS.unmet += known > 0.0 and int(known / w.district[0].scale + 0.5) != STOCKS[stock](w)

    def tell(self, what: str, *values: Any) -> None:
        """Do it, and write it down for the second run."""
        self.told.append((self.driven.quarter, what, values))
        getattr(self.driven, what)(*values)
        COUNTS.changes += 1

    @precondition(lambda self: self.goes_on)
    @rule(lever=st.sampled_from(LEVER_IDS), at=beyond, ahead=st.integers(1, 3))
    def policy_turns(self, lever: str, at: float, ahead: int) -> None:
        """A lever stands elsewhere from a coming year on; signed projects never above the most that room was made for."""
        value = along(lever, at) * float(self.driven.inputs.times[LEVER_IDS.index(lever)])
        self.tell("set", "levers", lever, ahead, min(value, self.most_signed) if lever == "firms_attracted" else value)

    @precondition(lambda self: self.goes_on)
    @rule(name=st.sampled_from(ENVIRONMENT_FIELDS), at=part, ahead=st.integers(1, 3))
    def times_turn(self, name: str, at: float, ahead: int) -> None:
        """A drive stops, a rule switches, demand falls: a field of the environment stands elsewhere from a coming year on."""
        self.tell("set", "environment", name, ahead, along_field(self.driven.inputs.region, name, at))

    @precondition(lambda self: self.goes_on and self.driven.w.giants.size > 0)
    @rule(place=st.integers(0, 20), ahead=st.integers(1, 3))
    def giant_is_to_leave(self, place: int, ahead: int) -> None:
        """One of the large firms will go."""
        self.tell("send", place % self.driven.w.giants.size, ahead)

    @precondition(lambda self: self.goes_on and self.driven.w.district[0].n_firms <= FEW)
    @rule()
    def a_quarter_in_mesa(self) -> None:
        """The next quarter, one agent at a time, and the next quarter compiled."""
        self.sound = False
        o, model = self.opening, self.model
        if model is None:
            region = self.driven.inputs.region
            self.model = model = InnovationModel(
                region, o.paths(region), triggers=o.acting(), run=o.run, environment=o.environment, draws=o.draws(region),
                until=o.until, reconcile=o.record is not None,
            )  # fmt: skip
        model.world = self.driven.twin().w
        model.meet_newcomers()
        if self.quarter_passes():
            model.step()
            assert not difference(model.world, self.driven.w), f"Mesa and compiled differ: {difference(model.world, self.driven.w)}"
            COUNTS.mesa_quarters += 1
        self.sound = True

    @precondition(lambda self: not self.goes_on)
    @rule()
    def rests(self) -> None:
        """Its years are over."""

    def teardown(self) -> None:
        """The same run in one go, but for what it was told on the way: the same bits."""
        if not self.sound or self.driven.w.district[0].overflow:
            return
        again = self.opening.opened()
        for quarter, what, values in self.told:
            again.to(quarter)
            getattr(again, what)(*values)
        again.to(self.driven.quarter)
        assert not difference(self.driven.w, again.w), f"in pieces and in one go differ: {difference(self.driven.w, again.w)}"
        COUNTS.run_again += 1
