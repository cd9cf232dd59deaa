"""What was done in each year of a run, firm by firm: who was coached, registered, certified, listed, admitted, landed, and where.

The doors of a run (`yidu.sim.flows`) say how many; the firms themselves say in which sector and park. A `yidu.sim.ensemble.Look` reads it
off their dates at the end of each year, firms that closed within the year included, for a row outlives its firm. What leaves no
trace on a firm (a listing taken back within the year, an institute that belongs to no park) stands in the cell "elsewhere", so
that sectors add up to the door, and places too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yidu.agents.enterprise import NEVER, NOWHERE, age_years
from yidu.agents.incubator import MUNICIPAL
from yidu.agents.institute import COLLABORATION_CENTRE, HIGH_END, NEW_INSTITUTE, TRANSFER
from yidu.agents.luck import DOOR_ANCHOR, DOOR_ATTRACTED, DOOR_GIANT, DOOR_RECRUITED
from yidu.agents.numbers import CERTIFICATE_QUARTERS, KNOWLEDGE_TERM
from yidu.agents.statuses import certificate_valid, may_be_specialised
from yidu.agents.talent import PRESENT
from yidu.experiments.scenarios.scenario import plan_years
from yidu.sim.pack import SECTOR_IDS

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region
    from yidu.sim.start import Start
    from yidu.sim.world import World

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

ELSEWHERE = "elsewhere"
"""The part that holds what belongs to no firm, or left no trace on one."""

TITLE_QUARTERS = 12  # 专精特新: three years, then a review


class Task(NamedTuple):
    """Something a bureau does so many times a year.

    Attributes:
        doors: what it is counted by in `Outcomes.flows`; without one it is counted by the firms alone.
        serves: the indicator whose target it is done for.
        like: the task in whose proportion it is spread over sectors and places, where it leaves no trace itself.
    """

    id: str
    unit: str
    serves: str
    doors: tuple[str, ...] = ()
    key: bool = False
    """The task by which its target is reached."""
    like: str | None = None


_REGISTERED = tuple(f"tech_enterprises:{how}" for how in ("registered", "registered_after_coaching", "incubated", "attracted"))

TASKS: tuple[Task, ...] = (
    Task("coach", "家", "tech_enterprises", ("coaching:coached",)),
    Task("attract", "家", "tech_enterprises", ("enterprises:attracted",)),
    Task("admit", "家", "tech_enterprises", ("incubator_tenants:admitted",)),
    Task("graduate", "家", "tech_enterprises", ("incubator_tenants:graduated",)),
    Task("register", "家", "tech_enterprises", _REGISTERED, key=True),
    Task("file_first", "家", "high_tech_enterprises", ("certificate_filings:first",), like="certify"),
    Task("certify", "家", "high_tech_enterprises", ("high_tech_enterprises:certified",), key=True),
    Task("renewal_due", "家", "high_tech_enterprises", ("certificate_filings:due",)),
    Task("file_again", "家", "high_tech_enterprises", ("certificate_filings:renewal",), like="renew"),
    Task("renew", "家", "high_tech_enterprises", ("high_tech_enterprises:renewed",)),
    Task("cross_scale", "家", "tech_enterprises_above_scale", ("tech_enterprises_above_scale:crossed",), key=True),
    Task("register_above_scale", "家", "tech_enterprises_above_scale", ("tech_enterprises_above_scale:registered",)),
    Task("title_specialised", "家", "specialised_smes", ("specialised_smes:titled",), key=True),
    Task("review_specialised", "家", "specialised_smes"),
    Task("list_otc", "家", "otc_listed", ("otc_listed:listed",), key=True),
    Task("recognise_platforms", "个", "rd_platforms", ("rd_platforms:recognised",), key=True),
    Task("land_institutes", "个", "new_rd_institutes", ("rd_platforms:new_institute", "new_rd_institutes:converted"), key=True),
    Task("land_high_end", "个", "high_end_platforms", ("rd_platforms:high_end", "high_end_platforms:upgraded"), key=True),
    Task("open_stations", "个", "postdoc_stations", ("postdoc_stations:opened",), key=True),
    Task("recognise_transfer", "个", "transfer_bodies", ("transfer_bodies:recognised",), key=True),
    Task("recognise_collaboration", "个", "collaboration_centres", ("collaboration_centres:recognised",), key=True),
    Task("open_incubators", "个", "new_incubators", ("new_incubators:market", "new_incubators:policy"), key=True),
    Task("title_incubators", "个", "incubation_platforms", ("incubation_platforms:titled",), key=True),
    Task("recruit_people", "人", "high_end_talent", ("high_end_talent:recruited",), key=True),
    Task("receive_people", "人", "high_end_talent", ("high_end_talent:arrived", "high_end_talent:stayed_on")),
    Task("win_projects", "项", "tech_projects", ("tech_projects:won",), key=True),
    Task("lend", "家", "knowledge_loans_total", ("knowledge_loans:paid",), key=True),
)
"""In the order in which a firm meets them."""

TASK_IDS: tuple[str, ...] = tuple(task.id for task in TASKS)

BESIDE: tuple[str, ...] = (
    "renewal_known", "eligible_register", "eligible_specialised", "coached_register", "coached_certify", "coached_specialised",
)  # fmt: skip
"""Counted beside the tasks, for the funnel and the renewal list: certificates known at the end of the year before to fall due;
firms that met the criteria (whether they came through or not); of those that came through, the ones coached in any year before."""

COUNTED: tuple[str, ...] = (*TASK_IDS, *BESIDE)


class FirmsBefore(NamedTuple):
    """What must be remembered of the firms from the end of the year before, a row each."""

    hnte_q: Any
    specialised_q: Any
    above_scale: Any
    incubator: Any
    platforms: Any
    knowledge_left: Any
    knowledge_loan: Any


_UNBORN = FirmsBefore(NEVER, NEVER, 0, NOWHERE, 0, 0, 0.0)


def remembered(firms: Any) -> FirmsBefore:
    """A copy of the columns that the next year is held against."""
    return FirmsBefore(*(firms[name].copy() for name in FirmsBefore._fields))


class TasksDone:
    """Counts the tasks of each year by sector, then by place [counted, sectors + elsewhere + places + elsewhere], in things.

    It starts from the runs kept at the end of the record, for what happened in a year is the difference of two year ends. One
    object serves all runs of a batch, in any number of threads; a run is told by its key.
    """

    def __init__(self, region: Region, start: Start) -> None:
        self.places = len(region.settings.places)
        self.shape: tuple[int, ...] = (len(COUNTED), len(SECTOR_IDS) + 1 + self.places + 1)
        self._years = plan_years(region)
        self._start = {int(one.tables["district"][0]["run_key"]): one.tables["firms"] for one in start.snapshots}
        self._before: dict[int, FirmsBefore] = {}

    def __call__(self, w: World, out: Floats, before: Floats) -> None:
        """Fill ``out`` for the year just ended, where it is one of the plan."""
        district = w.district[0]
        run, year = int(district.run_key), int(district.year)
        if year not in self._years:
            return
        was = remembered(self._start[run]) if year == self._years[0] else self._before.pop(run)
        firms = w.firms[: int(district.n_firms)]
        if year < self._years[-1]:
            self._before[run] = remembered(firms)
        old = np.arange(len(firms)) < len(was.hnte_q)
        was = FirmsBefore(*(_grown(column, len(firms), unborn) for column, unborn in zip(was, _UNBORN)))
        sector, place = firms["sector"].astype(np.intp), firms["place"].astype(np.intp)
        for name, mask in self._by_firms(w, firms, was, ~old).items():
            self._add(out, name, sector[mask], place[mask])
        self._people(w, out, sector, place)
        self._without_place(w, out)
        out *= float(district.scale)

    def _add(self, out: Floats, name: str, sector: Any, place: Any) -> None:
        """Count things by sector and place; -1 is elsewhere."""
        row, sectors = out[COUNTED.index(name)], len(SECTOR_IDS)
        row[: sectors + 1] += np.bincount(np.where(sector < 0, sectors, sector), minlength=sectors + 1)
        row[sectors + 1 :] += np.bincount(np.where(place < 0, self.places, place), minlength=self.places + 1)

    def _by_firms(self, w: World, firms: Any, was: FirmsBefore, new: Mask) -> dict[str, Mask]:
        """Which firms each task was done for; `new`: those that were not there the year before."""
        district = w.district[0]
        quarter, year = int(district.quarter), int(district.year)
        first = quarter - 3
        alive = firms["alive"] == 1
        in_year = alive | (firms["exit_q"] >= first)
        to_the_end = alive | (firms["exit_q"] == quarter)  # went through the reviews of the last quarter
        on_register = firms["register_q"] != NEVER
        lapsing = (was.hnte_q != NEVER) & (quarter - was.hnte_q >= CERTIFICATE_QUARTERS)
        due = lapsing & to_the_end & on_register
        registered = firms["register_q"] >= first
        graduated = (firms["incubator_asked"] < 0) & to_the_end
        left, loan = firms["knowledge_left"], firms["knowledge_loan"]
        gone_bad = in_year & (was.knowledge_loan == 0.0) & (left != was.knowledge_left)
        lent = (left >= KNOWLEDGE_TERM - 4) & ((loan > 0.0) | gone_bad)
        certified = (firms["hnte_q"] == quarter) & ~due
        titled = (firms["specialised_q"] == quarter) & (was.specialised_q == NEVER)
        coached_ever = firms["coached_year"] != NEVER
        fit = self._fit(w, firms, alive & on_register & (firms["specialised_q"] == NEVER) & (firms["giant"] == 0))
        return {
            "coach": firms["coached_year"] == year,
            "attract": new & np.isin(firms["door"], (DOOR_ATTRACTED, DOOR_ANCHOR, DOOR_GIANT)),
            "admit": in_year & (was.incubator < 0) & ((firms["incubator"] >= 0) | graduated),
            "graduate": graduated,
            "register": registered,
            "certify": certified,
            "renewal_due": due,
            "renew": due & (firms["hnte_q"] == quarter),
            "cross_scale": alive & on_register & (firms["above_scale"] == 1) & (was.above_scale == 0),
            "register_above_scale": registered & (was.above_scale == 1),
            "title_specialised": titled,
            "review_specialised": to_the_end & on_register & (was.specialised_q != NEVER)
            & (quarter - was.specialised_q >= TITLE_QUARTERS),
            "list_otc": firms["otc_q"] >= first,
            "recognise_platforms": firms["platforms"] > was.platforms,
            "open_stations": firms["postdoc_q"] >= first,
            "win_projects": firms["project_year"] == year,
            "lend": lent,
            "renewal_known": lapsing & in_year,
            "eligible_register": registered | (alive & ~on_register & (firms["eligible"] == 1)),
            "eligible_specialised": titled | fit,
            "coached_register": registered & coached_ever,
            "coached_certify": certified & coached_ever,
            "coached_specialised": titled & coached_ever,
        }  # fmt: skip

    def _fit(self, w: World, firms: Any, asked: Mask) -> Mask:
        """Which of the firms `asked` about meet the criteria of 专精特新 at year end."""
        district = w.district[0]
        quarter, national = int(district.quarter), w.environment[district.row].specialised_regime > 0.5
        fit = np.zeros(len(firms), dtype=np.bool_)
        rows = np.flatnonzero(asked)
        columns = [firms[name][rows].tolist() for name in ("birth_q", "rd_1", "sales_1", "staff", "hnte_q")]
        fit[rows] = [
            may_be_specialised(national, age_years(birth, quarter), rd, sales, staff, certificate_valid(hnte, quarter))
            for birth, rd, sales, staff, hnte in zip(*columns)
        ]
        return fit

    def _people(self, w: World, out: Floats, sector: Any, place: Any) -> None:
        """People who came in the year and stayed to its end, by the sector and place of their host."""
        people = w.people[: int(w.district[0].n_people)]
        came = (people["status"] == PRESENT) & (people["arrival_q"] >= int(w.district[0].quarter) - 3)
        recruited = people["door"] == DOOR_RECRUITED
        for name, mask in (("recruit_people", came & recruited), ("receive_people", came & ~recruited)):
            host = people["host"][mask]
            self._add(out, name, sector[host], place[host])

    def _without_place(self, w: World, out: Floats) -> None:
        """Institutes and incubators: of a sector, some of none, and of no park."""
        district = w.district[0]
        first = int(district.quarter) - 3
        institutes = w.institutes[: int(district.n_institutes)]
        incubators = w.incubators[: int(district.n_incubators)]
        new = institutes["birth_q"] >= first
        titled = (incubators["level"] >= MUNICIPAL) & (incubators["titled_q"] >= first)  # one the record struck off waits without a title
        rows = {
            "land_institutes": institutes["sector"][new & (institutes["kind"] == NEW_INSTITUTE)],
            "land_high_end": institutes["sector"][new & (institutes["kind"] == HIGH_END)],
            "recognise_transfer": institutes["sector"][new & (institutes["kind"] == TRANSFER)],
            "recognise_collaboration": institutes["sector"][new & (institutes["kind"] == COLLABORATION_CENTRE)],
            "open_incubators": incubators["sector"][incubators["birth_q"] >= first],
            "title_incubators": incubators["sector"][titled],
        }
        for name, sector in rows.items():
            self._add(out, name, sector.astype(np.intp), np.full(len(sector), -1))


def _grown(column: Any, rows: int, unborn: int) -> Any:
    """A remembered column with a row for each firm that has come since."""
    more = np.full(rows - len(column), unborn, dtype=column.dtype)
    return np.concatenate([column, more])


# --- counted over runs


class Counts(NamedTuple):
    """What was done [run, year of the plan, counted], and its parts; the last part is elsewhere."""

    years: tuple[int, ...]
    totals: Floats
    by_sector: Floats  # [run, year, counted, sector]
    by_place: Floats  # [run, year, counted, place]

    def of(self, name: str) -> Floats:
        """One of the things counted [run, year]."""
        return self.totals[:, :, COUNTED.index(name)]

    def only(self, runs: Mask) -> Counts:
        """The same in some of the runs."""
        return Counts(self.years, self.totals[runs], self.by_sector[runs], self.by_place[runs])


def counts_of(region: Region, outcomes: Outcomes) -> Counts:
    """The tasks of runs that `TasksDone` looked at; a task with doors has their number, and what no firm shows is elsewhere."""
    if outcomes.looked is None:
        raise ValueError("nobody looked at these runs")
    years = tuple(plan_years(region))
    rows = [outcomes.years.index(year) for year in years]
    looked, sectors = outcomes.looked[:, rows], len(SECTOR_IDS) + 1
    by_sector, by_place = looked[..., :sectors].copy(), looked[..., sectors:].copy()
    totals = by_sector.sum(axis=3)
    for k, task in enumerate(TASKS):
        if not task.doors:
            continue
        done = np.sum([outcomes.through(door)[:, rows] for door in task.doors], axis=0)
        if task.like is None:
            for parts in (by_sector, by_place):
                parts[:, :, k, -1] += done - totals[:, :, k]
        else:
            for parts in (by_sector, by_place):
                parts[:, :, k] = _spread(done, parts[:, :, TASK_IDS.index(task.like)])
        totals[:, :, k] = done
    return Counts(years, totals, by_sector, by_place)


def _spread(done: Floats, like: Floats) -> Floats:
    """What was done [run, year], spread over parts in proportion to another task [run, year, part]; elsewhere without one."""
    whole = like.sum(axis=2, keepdims=True)
    nowhere = np.zeros_like(like)
    nowhere[..., -1] = 1.0
    shares = np.where(whole > 0.0, like / np.where(whole > 0.0, whole, 1.0), nowhere)
    spread: Floats = done[..., None] * shares
    return spread
