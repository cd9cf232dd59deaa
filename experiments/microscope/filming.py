"""How a film is taken (`yidu.experiments.microscope.film` is what comes of it): a run stepped agent by agent, with who is told and
paid noted down."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from yidu.agents.enterprise import NEVER, Enterprise
from yidu.agents.institute import HIGH_END, HOSTED, NEW_INSTITUTE
from yidu.agents.talent import PRESENT
from yidu.calibration.manifest import posterior
from yidu.experiments.microscope.film import DOOR, FIRM, KEPT, NOTE, PAYMENT, TRAIT, TRAITS, Film, certificates
from yidu.experiments.scenarios.scenario import under
from yidu.sim.ensemble import last_quarter
from yidu.sim.model import InnovationModel
from yidu.sim.world import START_QUARTER

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.draws import Draws
    from yidu.sim.region import Region

MOST_FILMED = 6_000
"""Firms that are kept, about; of a larger district every second, third, ... firm and all giants."""

TELLING = frozenset(
    {"choose_rd", "learn", "register", "list_shares", "collect_from_funds", "service_loans", "move_in_or_graduate", "collect_recognition",
     "close_or_continue"}
)  # fmt: skip
"""Stages of a firm whose entries in the books are kept by name; the others are its own business every quarter."""

YEARLY = TELLING | {"certify", "close_year"}
"""The same in the last quarter of a year."""


class Watched(Enterprise):
    """An enterprise whose entries in the district's books are noted down as its own."""

    def stage(self, name: str) -> None:
        model = self.model
        if name not in model.telling:
            super().stage(name)
            return
        before = model.doors.tobytes(), model.books.tobytes()
        super().stage(name)
        for kind, now, then in ((DOOR, model.doors, before[0]), (PAYMENT, model.books, before[1])):
            if now.tobytes() != then:
                change = now - np.frombuffer(then)
                for number in np.flatnonzero(change):
                    model.noted.append((model.turn, self.row, kind, number, change[number]))


class WatchedModel(InnovationModel):
    """The model with its firms watched."""

    def __init__(self, region: Region, *more: Any, **named: Any) -> None:
        self.noted: list[tuple[int, int, int, int, float]] = []
        super().__init__(region, *more, faces={"firms": Watched}, **named)

    def step(self) -> None:
        self.turn = self.quarter + 1
        self.telling = YEARLY if self.turn % 4 == 3 else TELLING
        self.doors, self.books = self.world.flows[self.turn // 4], self.world.ledger[self.turn]
        super().step()


def taken(
    region: Region,
    scenario: Scenario,
    *,
    environment: str = "baseline",
    seed: int = 1,
    draw: int = 0,
    draws: Draws | None = None,
    progress: Callable[[int], object] | None = None,
) -> Film:
    """Run `draw` of a scenario agent by agent and keep what it did. `progress`: told of each quarter."""
    began = time.perf_counter()
    model = WatchedModel(
        under(region, scenario), scenario.levers, triggers=scenario.triggers, seed=seed, run=draw, environment=environment,
        draws=draws or posterior(region),
    )  # fmt: skip
    w = model.world
    every = max(1, math.ceil(2 * model.rows_of("firms") / MOST_FILMED))
    quarters = range(START_QUARTER, last_quarter(model.until) + 1)
    firms: list[np.ndarray] = []
    around: dict[str, list[np.ndarray]] = {"incubators": [], "institutes": [], "people": []}
    counts: list[list[float]] = []
    flows: list[np.ndarray] = []
    for quarter in quarters:
        if quarter > START_QUARTER:
            model.step()
        firms.append(_filmed(w.firms[: model.rows_of("firms")], quarter, every))
        for name, tables in around.items():
            tables.append(_dated(getattr(w, name)[: model.rows_of(name)], quarter))
        counts.append(counted(w, model, quarter))
        year = w.flows[quarter // 4].copy()
        flows.append(year if quarter % 4 == 0 or not flows else year - sum(flows[-(quarter % 4) :]))
        if progress is not None and quarter > START_QUARTER:
            progress(1)
    result = model.outcomes(scenario.name, environment, seed, draw)
    filmed = w.firms[: model.rows_of("firms")]
    traits = np.zeros(len(filmed), TRAIT)
    for name in TRAITS:
        traits[name] = filmed[name]
    notes = np.array(model.noted, NOTE)
    return Film(
        region=region.name, scenario=scenario.name, environment=environment, seed=seed, draw=draw, scale=float(w.district[0].scale),
        digest=result.digest, quarters=tuple(quarters), firms=np.concatenate(firms),
        starts=np.cumsum([0, *map(len, firms)]), traits=traits, notes=notes[_chosen(traits, notes["row"], every)],
        **{name: np.concatenate(tables) for name, tables in around.items()},
        counts=np.array(counts), flows=_put_right(np.array(flows), quarters, w.flows), years=result.years,
        values=result.values[0].copy(), every=every, seconds=time.perf_counter() - began,
    )  # fmt: skip


def counted(w: Any, model: InnovationModel, quarter: int) -> list[float]:
    """`COUNTS` at the end of a quarter, over all firms."""
    f = w.firms[: model.rows_of("firms")]
    alive = f.alive == 1
    registered = alive & (f.register_q != NEVER)
    certified = alive & certificates(f, quarter)
    kinds = w.institutes[: model.rows_of("institutes")]
    platforms = (kinds.alive == 1) & np.isin(kinds.kind, (HOSTED, NEW_INSTITUTE, HIGH_END))
    loans = (f.knowledge_loan + f.commercial_loan)[alive]
    return [float(one) for one in (
        alive.sum(), registered.sum(), certified.sum(), (registered & (f.above_scale == 1)).sum(), (alive & (f.incubator >= 0)).sum(),
        (loans > 0.0).sum(), 1e-4 * loans.sum(), (alive & (f.partner >= 0)).sum(), platforms.sum(),
        (w.incubators[: model.rows_of("incubators")].alive == 1).sum(), (w.people[: model.rows_of("people")].status == PRESENT).sum(),
    )]  # fmt: skip


def _put_right(flows: np.ndarray, quarters: range, yearly: np.ndarray) -> np.ndarray:
    """Flows [quarter, door] that add up to those of their year [year, door]: when the record is met at its end, years before are put
    right too, and what came or went in them by that stands in their last quarter.
    """
    for k, quarter in enumerate(quarters):
        if quarter % 4 == 3:
            flows[k] += yearly[quarter // 4] - flows[max(0, k - 3) : k + 1].sum(axis=0)
    return flows


def _chosen(traits: np.ndarray, rows: np.ndarray, every: int) -> np.ndarray:
    return (rows % every == 0) | (traits["giant"][rows] > 0)


def _filmed(table: np.ndarray, quarter: int, every: int) -> np.ndarray:
    rows = np.arange(len(table))
    kept = rows[((table["alive"] == 1) | (table["exit_q"] == quarter)) & _chosen(table, rows, every)]
    found = np.zeros(len(kept), FIRM)
    found["row"] = kept
    for name in KEPT:
        found[name] = table[name][kept]
    return found


def _dated(table: np.ndarray, quarter: int) -> np.ndarray:
    names = table.dtype.names or ()
    found = np.zeros(len(table), np.dtype([("quarter", "i2"), ("row", "i4"), *((name, table.dtype[name]) for name in names)]))
    found["quarter"], found["row"] = quarter, np.arange(len(table))
    for name in names:
        found[name] = table[name]
    return found
