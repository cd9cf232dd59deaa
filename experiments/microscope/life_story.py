"""What happened to one firm, quarter by quarter: found by comparing its row with that of the quarter before.

    events = life(film, 412)                    from a film (`yidu.experiments.microscope.film`)
    events = lived(quarters, rows, trait)       from any rows with the columns of a firm, such as those of `yidu run --out`

What the books say of the firm by name (`notes`) tells what columns cannot: through which door it went, what it was paid. The end of
2020 is reconciled with the record: what changes there without an entry in the books is no decision of the firm, and is said to be none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from yidu.agents.enterprise import NEVER
from yidu.agents.fund import GUARANTEED, INDUSTRY
from yidu.agents.luck import DOOR_ANCHOR, DOOR_ATTRACTED, DOOR_FOUNDED, DOOR_GIANT, DOOR_SPIN_OFF, DOOR_START
from yidu.agents.numbers import COMMERCIAL_TERM, GUARANTEE_TERM, KNOWLEDGE_TERM
from yidu.experiments.microscope.film import DOOR, PAYMENT
from yidu.sim import flows as door
from yidu.sim import ledger as line
from yidu.sim.world import RECORD_END_QUARTER, START_QUARTER, year_of

if TYPE_CHECKING:
    from yidu.experiments.microscope.film import Film

BORN = {
    int(DOOR_START): "start", int(DOOR_FOUNDED): "founded", int(DOOR_ATTRACTED): "attracted", int(DOOR_ANCHOR): "anchor",
    int(DOOR_GIANT): "giant", int(DOOR_SPIN_OFF): "spin_off",
}  # fmt: skip
"""How a firm came, by the door in its row."""

ENTRIES = {
    door.REGISTERED: "registered", door.REGISTERED_COACHED: "registered_coached", door.REGISTERED_INCUBATED: "registered_incubated",
    door.REGISTERED_ATTRACTED: "registered_attracted",
}  # fmt: skip
"""How a firm entered the register, by the door in the books."""

LOANS = (
    ("knowledge", KNOWLEDGE_TERM, line.KNOWLEDGE_LOAN), ("commercial", COMMERCIAL_TERM, line.COMMERCIAL_LOAN),
    ("guaranteed", GUARANTEE_TERM, line.GUARANTEED_LOAN),
)  # fmt: skip
"""Loans by name, with their quarters and the line that pays them out. A guaranteed one stands in the columns of a commercial one."""

ROUND_PATENTS = (1, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Numbers of live patents that are told of when they are first reached."""

SMALL = frozenset({"coached", "served", "sme", "sme_lost", "patents", "talent_out"})
"""What fills a story without turning it; a reader may want it left out."""


@dataclass(frozen=True)
class Event:
    """Something that happened to a firm: what, in which quarter, and its numbers (sums in 万元, rows of tables)."""

    quarter: int
    kind: str
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """Calendar year."""
        return year_of(self.quarter)

    @property
    def season(self) -> int:
        """Quarter of that year, 1 to 4."""
        return self.quarter % 4 + 1


def life(film: Film, firm: int) -> list[Event]:
    """The story of a firm of a film; empty where it has none of that row."""
    quarters, rows = film.rows_of(firm)
    if not quarters:
        return []
    return lived(quarters, rows, film.traits[firm], film.notes_of(firm), film.quarters[-1])


def lived(quarters: Sequence[int], rows: Any, trait: Any, notes: np.ndarray | None = None, until: int | None = None) -> list[Event]:
    """The story of a firm from its rows, one a quarter; where the last is of a living firm and before `until`, it has gone since.

    Args:
        rows: with the columns of a firm (`yidu.experiments.microscope.film.KEPT`), by name.
        trait: with `birth_q`, `door` and `giant`.
        notes: what the books say of it (`yidu.experiments.microscope.film.NOTE`); None where only tables are at hand.
    """
    events = list(_begins(quarters[0], rows[0], trait))
    booked = _Booked(notes)
    for k in range(len(quarters)):
        events += _turned(quarters[k], rows[k - 1] if k else None, rows[k], booked, trait)
    last, row = quarters[-1], rows[-1]
    if row["alive"] == 0:
        moved = booked.door(last, door.MOVED_OUT)
        events.append(Event(last, "gone" if notes is None else "moved" if moved else "closed", {"age": (last - int(trait["birth_q"])) / 4}))
    elif until is not None and last < until:
        events.append(Event(last + 1, "gone", {"age": (last + 1 - int(trait["birth_q"])) / 4}))
    else:
        events.append(Event(last, "lives", {"revenue": float(row["revenue"]), "staff": float(row["staff"])}))
    return events


class _Booked:
    """What the books say, by quarter and number."""

    def __init__(self, notes: np.ndarray | None):
        self.known = notes is not None
        self._sums: dict[tuple[int, int, int], float] = defaultdict(float)
        for quarter, _, kind, number, amount in () if notes is None else notes.tolist():
            self._sums[quarter, kind, number] += amount

    def door(self, quarter: int, number: int) -> bool:
        """Whether it went through a door."""
        return (quarter, DOOR, number) in self._sums

    def paid(self, quarter: int, *numbers: int) -> float | None:
        """What it was paid under any of these lines [万元]; None where nothing is booked."""
        found = sum(self._sums.get((quarter, PAYMENT, number), 0.0) for number in numbers)
        return found / 1e4 if found else None

    def by_record(self, quarter: int, *numbers: int) -> bool:
        """Whether a change at the end of the record went through none of the doors: it was reconciled."""
        return quarter == RECORD_END_QUARTER and self.known and not any(self.door(quarter, number) for number in numbers)


def _begins(quarter: int, row: Any, trait: Any) -> Iterator[Event]:
    """How it came, and what it brought along at the start of the run."""
    kind = BORN[int(trait["door"])]
    age = (quarter - int(trait["birth_q"])) / 4
    yield Event(quarter, kind, {"revenue": float(row["revenue"]), "staff": float(row["staff"]), "age": age, "rd": float(row["rd"])})
    if quarter > START_QUARTER:
        return
    for column, name in (("register_q", "had_register"), ("hnte_q", "had_certificate")):
        if row[column] != NEVER:
            yield Event(quarter, name, {"since": int(row[column])})
    for column in ("platforms", "talents", "patents"):
        if row[column] > 0:
            yield Event(quarter, f"had_{column}", {"count": int(row[column])})
    if row["incubator"] >= 0:
        yield Event(quarter, "had_incubator", {"incubator": int(row["incubator"])})
    if row["above_scale"] == 1:
        yield Event(quarter, "had_scale")
    if row["partner"] >= 0:
        yield Event(quarter, "had_partner", {"institute": int(row["partner"])})


def _turned(quarter: int, before: Any, now: Any, booked: _Booked, trait: Any) -> Iterator[Event]:
    """What one quarter changed, in the order of its stages; `before` is None in a firm's first quarter."""
    if before is None:
        if quarter == START_QUARTER:
            return
        before = _unborn(now)
    if before["rd"] == 0.0 and now["rd"] > 0.0:
        yield Event(quarter, "research", {"rd": float(now["rd"])})
    yield from _services(quarter, before, now)
    yield from _register(quarter, before, now, booked)
    yield from _titles(quarter, before, now, booked)
    yield from _boards(quarter, before, now, booked)
    yield from _funds(quarter, before, now, booked)
    yield from _incubator(quarter, before, now)
    yield from _partners(quarter, before, now)
    yield from _people(quarter, before, now)
    if before["above_scale"] != now["above_scale"]:
        onto = "scale_in" if now["above_scale"] else "scale_out"
        recorded = now["register_q"] != NEVER and booked.by_record(quarter, door.SCALE_CROSSED, door.SCALE_FELL, door.SCALE_REGISTERED)
        yield Event(quarter, f"{onto}_record" if recorded else onto)


def _unborn(row: Any) -> dict[str, float]:
    """The row of a firm before it came: nothing held, no date."""
    blank = dict.fromkeys(row.dtype.names, 0.0)
    blank |= {name: NEVER for name in blank if name.endswith(("_q", "_year"))}
    return blank | {"incubator": -1, "partner": -1, "rd": row["rd"]}


def _services(quarter: int, before: Any, now: Any) -> Iterator[Event]:
    for column, kind in (("coached_year", "coached"), ("served_year", "served")):
        if now[column] != before[column] and now[column] == year_of(quarter):
            yield Event(quarter, kind)


def _register(quarter: int, before: Any, now: Any, booked: _Booked) -> Iterator[Event]:
    if before["register_q"] == now["register_q"]:
        return
    if now["register_q"] == NEVER:
        yield Event(quarter, "unregistered")
    elif now["register_q"] != quarter or booked.by_record(quarter, *ENTRIES):
        yield Event(quarter, "registered_record", {"since": int(now["register_q"])})
    else:
        brought = "registered_attracted" if before["alive"] == 0 else "registered"  # a giant comes registered: the district books it
        how = next((kind for number, kind in ENTRIES.items() if booked.door(quarter, number)), brought)
        yield Event(quarter, how, _sum(booked.paid(quarter, line.REGISTER_AWARD), "award"))


def _titles(quarter: int, before: Any, now: Any, booked: _Booked) -> Iterator[Event]:
    if before["hnte_q"] != now["hnte_q"]:
        if now["hnte_q"] == NEVER:
            yield Event(quarter, "certificate_record_lost" if booked.by_record(quarter, door.EXPIRED) else "certificate_lapsed")
        elif now["hnte_q"] != quarter or booked.by_record(quarter, door.CERTIFIED, door.RENEWED):
            yield Event(quarter, "certificate_record", {"since": int(now["hnte_q"])})
        elif before["hnte_q"] != NEVER:
            yield Event(quarter, "renewed")
        else:
            yield Event(quarter, "certified", _sum(booked.paid(quarter, line.CERTIFICATION_AWARD), "award"))
    if before["sme_title"] != now["sme_title"]:
        yield Event(quarter, "sme" if now["sme_title"] else "sme_lost")
    if before["specialised_q"] != now["specialised_q"]:
        if now["specialised_q"] == NEVER:
            yield Event(quarter, "specialised_lapsed")
        else:
            yield Event(quarter, "specialised" if before["specialised_q"] == NEVER else "specialised_renewed")


def _boards(quarter: int, before: Any, now: Any, booked: _Booked) -> Iterator[Event]:
    if before["otc_q"] != now["otc_q"]:
        if booked.by_record(quarter, door.OTC_LISTED, door.OTC_DELISTED):
            yield Event(quarter, "otc_record" if now["otc_q"] != NEVER else "otc_record_lost")
        elif now["otc_q"] == NEVER:
            yield Event(quarter, "otc_left")
        else:
            yield Event(quarter, "otc", _sum(booked.paid(quarter, line.LISTING_AWARD), "award"))
    if now["board"] != before["board"] and now["board"] >= 2:
        yield Event(quarter, "board_new_third" if now["board"] == 2 else "board_main")


def _funds(quarter: int, before: Any, now: Any, booked: _Booked) -> Iterator[Event]:
    for name, term, payment in LOANS:
        if name != "knowledge" and (name == "guaranteed") != (now["borrowed"] == GUARANTEED):
            continue
        column = "knowledge" if name == "knowledge" else "commercial"
        was, owed, bad = float(before[f"{column}_loan"]), float(now[f"{column}_loan"]), float(now[f"{column}_bad"])
        lent = booked.paid(quarter, payment)
        if was == 0.0 and (owed > 0.0 or bad > 0.0 or lent):
            # The first instalment is paid in the quarter of the loan.
            yield Event(quarter, f"{name}_loan", {"amount": lent or (owed * term / (term - 1) if owed else bad) / 1e4})
        if bad > 0.0:
            yield Event(quarter, f"{name}_default", {"amount": bad / 1e4})
        elif owed == 0.0 and (was > 0.0 or lent):
            yield Event(quarter, f"{name}_repaid")
    if now["seed_q"] == quarter != before["seed_q"]:
        yield Event(quarter, "seed", _sum(booked.paid(quarter, line.SEED_INVESTMENT) or _asked(now), "amount"))
    if now["vc_q"] == quarter != before["vc_q"]:
        paid = booked.paid(quarter, line.VENTURE_INVESTMENT, line.INDUSTRY_INVESTMENT) or _asked(now)
        yield Event(quarter, "industry_fund" if now["request"] == 1 + INDUSTRY else "venture", _sum(paid, "amount"))


def _asked(now: Any) -> float | None:
    """What a firm asked of a fund [万元]; None where it has put its proposal for a project into the same column since."""
    return None if now["proposal"] in (3, 4) else float(now["asked"]) / 1e4


def _sum(amount: float | None, name: str) -> dict[str, float]:
    return {} if amount is None else {name: amount}


def _incubator(quarter: int, before: Any, now: Any) -> Iterator[Event]:
    was, is_ = int(before["incubator"]), int(now["incubator"])
    if was == is_:
        return
    if was >= 0:
        yield Event(quarter, "graduated" if now["incubator_asked"] == -1 - was else "incubator_left", {"incubator": was})
    if is_ >= 0:
        yield Event(quarter, "incubator", {"incubator": is_})


def _partners(quarter: int, before: Any, now: Any) -> Iterator[Event]:
    was, is_ = int(before["partner"]), int(now["partner"])
    if was != is_:
        if was >= 0:
            yield Event(quarter, "partner_left", {"institute": was})
        if is_ >= 0:
            yield Event(quarter, "partner", {"institute": is_})
    if now["project_year"] != before["project_year"] and now["project_year"] == year_of(quarter):
        yield Event(quarter, "project_backed" if now["proposal"] == 4 else "project")
    if now["consortium"] != before["consortium"]:
        yield Event(quarter, "consortium")
    if now["platforms"] != before["platforms"]:
        gained = now["platforms"] > before["platforms"]
        kind = "platform" if quarter != RECORD_END_QUARTER else "platform_record"
        yield Event(quarter, kind if gained else "platform_lost", {"count": int(now["platforms"])})
    if now["postdoc_q"] == quarter != before["postdoc_q"]:
        yield Event(quarter, "station")


def _people(quarter: int, before: Any, now: Any) -> Iterator[Event]:
    if now["talents"] != before["talents"]:
        more = int(now["talents"]) - int(before["talents"])
        yield Event(quarter, "talent_in" if more > 0 else "talent_out", {"more": abs(more), "count": int(now["talents"])})
    reached = [mark for mark in ROUND_PATENTS if before["patents"] < mark <= now["patents"]]
    if reached:
        yield Event(quarter, "patents", {"count": int(now["patents"])})


def money(film: Film, firm: int) -> dict[str, float]:
    """What the district and the city paid a firm over the run, by line of the ledger [万元]."""
    notes = film.notes_of(firm)
    paid: dict[str, float] = {}
    for number in np.unique(notes["number"][notes["kind"] == PAYMENT]):
        one = line.LINES[number]
        if one.payer in ("district", "city") and one.payee == "enterprise":
            chosen = (notes["kind"] == PAYMENT) & (notes["number"] == number)
            paid[one.id] = float(notes["amount"][chosen].sum()) / 1e4
    return paid


__all__ = ["Event", "life", "lived", "money"]
