"""From where the record ends to a target's year: through which doors an indicator came and went, run by run.

The doors of a stock add up to its change in every run. A ratio is taken apart into what its numerator and what its denominator
did, each at the mean of the two ends of the other (Shapley value of two factors; the midpoint form of Sun 1998, Energy Economics 20,
85-100), so that nothing is left over and the doors of the numerator stay visible. Last stands what the model may have wrong, so that
the account ends where the target is judged. An indicator that is an amount or a share of output passes through no door: it has no
flow account, and none is made up for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from pydantic import Field

from yidu.experiments.judging.answer import Answer
from yidu.experiments.judging.runs import Floats, column, quantiles, sensible
from yidu.sim.flows import DOOR
from yidu.sim.indicators import INDICATOR, Ratio

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes

Part = Literal["start", "door", "outside", "denominator", "model_error", "end"]


class Bar(NamedTuple):
    """One bar of the waterfall, run by run [run], signed, in the unit of the indicator."""

    part: Part
    name: str
    """Door, or the indicator that a start, an end or a denominator is of."""
    values: Floats


class AccountRow(Answer):
    """One bar of the waterfall from the end of the record to the year of a target."""

    indicator: str
    year: int
    part: Part = Field(
        description="start: level when the record ends; door: what came (+) or went (-) through it; outside: what went through the"
        " doors and does not count; denominator: what a change of the denominator did to a ratio; model_error: what the model may have"
        " wrong; end: what the target is judged on"
    )
    name: str = Field(description="door (`account:door`), or indicator")
    unit: str
    mean: float = Field(description="means add up to that of the end")
    mc_error: float = Field(ge=0.0, description="of the mean")
    p05: float
    median: float
    p95: float


class BesideRow(Answer):
    """A count beside the account: it tells how the indicator came about and is no part of its sum."""

    indicator: str
    year: int
    door: str
    mean: float = Field(description="over the years from the end of the record to the year of the target, together")
    mc_error: float = Field(ge=0.0)
    p05: float
    median: float
    p95: float


@dataclass(frozen=True)
class Account:
    """The waterfall of one indicator; `dropped`: runs without a value at either end."""

    indicator: str
    unit: str
    year: int
    bars: tuple[Bar, ...]
    dropped: int

    def rows(self) -> tuple[AccountRow, ...]:
        """The published shape; none where no run has a value."""
        head = {"indicator": self.indicator, "year": self.year, "unit": self.unit}
        return tuple(AccountRow(**head, part=bar.part, name=bar.name, **spread(bar.values)) for bar in self.bars if bar.values.size)  # type: ignore[arg-type]


def doors_of(indicator: str) -> tuple[str, ...]:
    """Doors through which an indicator's things come and go; none where it has no account of its own."""
    return INDICATOR[indicator].doors if indicator in INDICATOR else ()


def ratio_of(indicator: str) -> Ratio | None:
    """What an indicator is the ratio of; None where it is none."""
    return INDICATOR[indicator].ratio if indicator in INDICATOR else None


def sign_of(door: str) -> int:
    """-1 for a door that leads out, 1 for one that leads in."""
    return -1 if DOOR[door].way == "out" else 1


def through(outcomes: Outcomes, door: str, first: int, last: int) -> Floats:
    """Net number through a door from year `first` to `last`, both included [run]."""
    rows = [k for k, year in enumerate(outcomes.years) if first <= year <= last]
    counted: Floats = sign_of(door) * outcomes.through(door)[:, rows].sum(axis=1)
    return counted


def account(plain: Outcomes, judged: Outcomes, indicator: str, unit: str, since: int, year: int) -> Account | None:
    """The waterfall of an indicator from the end of `since` to the end of `year`; None: it has no flow account.

    Args:
        plain: runs before the model's error; judged: the same with it.
    """
    ratio = ratio_of(indicator)
    changes = doors_and_rest(plain, indicator, since, year) if ratio is None else parts_of_ratio(plain, indicator, ratio, since, year)
    if not changes:
        return None
    start, level, end = column(plain, indicator, since), column(plain, indicator, year), column(judged, indicator, year)
    known = ~(np.isnan(start) | np.isnan(level) | np.isnan(end))
    bars = (
        Bar("start", indicator, start), *changes, Bar("model_error", indicator, end - level), Bar("end", indicator, end),
    )  # fmt: skip
    kept = tuple(bar._replace(values=bar.values[known]) for bar in bars)
    moved = tuple(bar for bar in kept if bar.part in ("start", "end") or np.any(bar.values))
    return Account(indicator, unit, year, moved, int((~known).sum()))


def doors_and_rest(plain: Outcomes, indicator: str, since: int, year: int) -> list[Bar]:
    """What came and went through each door of a count, and what went through but does not count."""
    bars = [Bar("door", door, through(plain, door, since + 1, year)) for door in doors_of(indicator)]
    if bars and INDICATOR[indicator].counts_part:
        change = column(plain, indicator, year) - column(plain, indicator, since)
        bars.append(Bar("outside", indicator, change - sum(bar.values for bar in bars)))
    return bars


def parts_of_ratio(plain: Outcomes, indicator: str, ratio: Ratio, since: int, year: int) -> list[Bar]:
    """What the numerator did to a ratio, by its doors where it has any, and what the denominator did."""
    (p0, p1), (n0, n1) = ([column(plain, name, at) for at in (since, year)] for name in (ratio.numerator, ratio.denominator))
    a_unit = ratio.factor * (1.0 / n0 + 1.0 / n1) / 2.0
    doors = doors_and_rest(plain, ratio.numerator, since, year) or [Bar("door", ratio.numerator, p1 - p0)]
    bars = [bar._replace(values=bar.values * a_unit) for bar in doors]
    return [*bars, Bar("denominator", ratio.denominator, ratio.factor * (p0 + p1) / 2.0 * (1.0 / n1 - 1.0 / n0))]


def beside(plain: Outcomes, indicator: str, since: int, year: int) -> tuple[BesideRow, ...]:
    """Counts that tell how an indicator came about, over the years after `since` together."""
    return tuple(
        BesideRow(indicator=indicator, year=year, door=door, **spread(abs(through(plain, door, since + 1, year))))  # type: ignore[arg-type]
        for door in (INDICATOR[indicator].beside if indicator in INDICATOR else ())
    )


def spread(values: Floats | Sequence[float]) -> dict[str, float | None]:
    """Mean with its error, median and 5 to 95 % of values [run]."""
    values = np.asarray(values, dtype=float)
    p05, _, median, _, p95 = quantiles(values)
    error = float(values.std(ddof=1)) / np.sqrt(values.size) if values.size > 1 else 0.0
    return {"mean": sensible(float(values.mean())), "mc_error": sensible(float(error)), "p05": p05, "median": median, "p95": p95}
