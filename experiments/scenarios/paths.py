"""What a scenario file may say of a quantity that has a value in every year: one value, steps, a ramp, or part of what it was.

    seed_fund = 300                                                 # from the first year of the plan on
    seed_fund = {2021 = 300, 2023 = 600}                            # each held until the next year given
    seed_fund = {from = 300, to = 900, years = [2021, 2025]}        # in a straight line, then held
    seed_fund = "+20%"    or    "x1.5"    or    {2023 = "x1.5"}     # of the value it has, year by year, without this line

A percentage is refused where the quantity is a share itself: "+5%" of 0.80 could mean 0.84 or 0.85.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.levers import FIRST_YEAR, LAST_YEAR

RAMP_KEYS = ("from", "to", "years")
RELATIVE = re.compile(r"(?P<percent>[+-]\d+(\.\d+)?)%|[x×](?P<times>\d+(\.\d+)?)", re.ASCII)


@dataclass(frozen=True)
class Quantity:
    """Something that a scenario sets by year: its name, what is a value of it, and the values it has without this scenario."""

    name: str
    unit: str
    low: float
    high: float
    check: Callable[[object], float]
    """The value as a number within the range, or an InputError."""
    before: Mapping[int, float]
    relative: bool = True
    """Whether a part of the value before may be written."""
    of_nothing: bool = False
    """Whether also a part of 0."""

    @property
    def is_share(self) -> bool:
        """Whether a percentage of it could be taken for points."""
        return "share" in self.unit or "percentage" in self.unit


def path(quantity: Quantity, given: object, first: int, file: str) -> dict[int, float]:
    """What is said of a quantity as `{year: value}`, each held until the next year given; `first`: the plan's first year."""
    if not isinstance(given, Mapping):
        return _held(quantity, {first: given}, file)
    if not given:
        raise InputError(f"{quantity.name} has a table without a year", file=file, fix=f"Write {quantity.name} = {{{first} = value}}.")
    if set(given) & set(RAMP_KEYS):
        return _ramp(quantity, given, first, file)
    return _held(quantity, {year(key, first, quantity.name, file): value for key, value in given.items()}, file)


def year(text: object, first: int, what: str, file: str, last: int = LAST_YEAR) -> int:
    """A year that policy can still change, or an InputError."""
    expected = f"a year from {first} to {last}"
    if not re.fullmatch(r"\d{4}", str(text), re.ASCII):
        raise InputError(f"{what} is given for '{text}', which is not a year", file=file, value=str(text), expected=expected)
    number = int(str(text))
    if FIRST_YEAR <= number < first:
        raise InputError(
            f"{what} is given for {number}, but the record to {first - 1} is what happened and stays",
            file=file, value=number, expected=expected,
        )  # fmt: skip
    if not first <= number <= last:
        raise InputError(f"{what} is given for {number}", file=file, value=number, expected=expected)
    return number


def _held(quantity: Quantity, steps: Mapping[int, object], file: str) -> dict[int, float]:
    """Steps as numbers; a part of the value before follows that value until the next step."""
    starts = sorted(steps)
    found: dict[int, float] = {}
    for begin, end in zip(starts, [*starts[1:], LAST_YEAR + 1]):
        part = _part(quantity, steps[begin], file)
        if part is None:
            found[begin] = quantity.check(steps[begin])
            continue
        for y in range(begin, end):
            found[y] = _times(quantity, part, steps[begin], y, file)
        if part != 1.0 and not quantity.of_nothing and all(quantity.before[y] == 0.0 for y in range(begin, end)):
            raise InputError(
                f"{quantity.name} = '{steps[begin]}' is a part of 0 from {begin} on", file=file, value=str(steps[begin]),
                fix=f"Write a value in {quantity.unit} instead.",
            )  # fmt: skip
    return found


def _ramp(quantity: Quantity, given: Mapping[str, Any], first: int, file: str) -> dict[int, float]:
    """A straight line by year between two values, the second then held."""
    name = quantity.name
    for key in given:
        if re.fullmatch(r"\d{4}", key, re.ASCII):
            raise InputError(
                f"{name} mixes years with a ramp", file=file, value=key,
                expected="either {2021 = a, 2023 = b} or {from = a, to = b, years = [2021, 2025]}",
            )  # fmt: skip
        if key not in RAMP_KEYS:
            raise InputError(f"the ramp of {name} has no entry '{key}'", file=file, value=key, fix=did_you_mean(key, RAMP_KEYS))
    for key in ("to", "years"):
        if key not in given:
            raise InputError(
                f"the ramp of {name} lacks '{key}'", file=file,
                expected=f"{{from = {quantity.low:g}, to = {quantity.high:g}, years = [{first}, {first + 4}]}}",
            )  # fmt: skip
    ends = given["years"]
    if not isinstance(ends, list) or len(ends) != 2:
        raise InputError(f"years of the ramp of {name} are not two years", file=file, expected=f"years = [{first}, {first + 4}]")
    begin, end = (year(one, first, f"the ramp of {name}", file) for one in ends)
    if begin >= end:
        raise InputError(
            f"the ramp of {name} runs from {begin} to {end}", file=file, value=begin, expected="the earlier year first",
            fix=f"Write years = [{end}, {begin}]." if begin > end else f"For one value from {begin} on write {{{begin} = value}}.",
        )  # fmt: skip
    low = quantity.before[begin] if "from" not in given else _end(quantity, given["from"], begin, file)
    high = _end(quantity, given["to"], end, file)
    inner = {y: _rounded(low + (high - low) * (y - begin) / (end - begin)) for y in range(begin + 1, end)}
    return {begin: low, **inner, end: high}


def _end(quantity: Quantity, given: object, y: int, file: str) -> float:
    part = _part(quantity, given, file)
    return quantity.check(given) if part is None else _times(quantity, part, given, y, file)


def _part(quantity: Quantity, given: object, file: str) -> float | None:
    """The factor of "+20%" or "x1.5"; None where a value is given, or nothing that could be read."""
    if not isinstance(given, str):
        return None
    text = unicodedata.normalize("NFKC", given).replace(" ", "").replace("−", "-").lower()
    found = RELATIVE.fullmatch(text)
    name = quantity.name
    if found is None:
        if re.match(r"[+x×-]", text) or text.endswith("%"):
            raise InputError(
                f"{name} = '{given}' is neither a value nor a part of one", file=file, value=given,
                expected="a number, \"+20%\" (a fifth more than it would be) or \"x1.5\" (one and a half times)",
            )  # fmt: skip
        return None
    if not quantity.relative:
        raise InputError(
            f"{name} = '{given}': only a lever can be given as a part of what it was", file=file, value=given,
            fix=f"Write the value [{quantity.unit}].",
        )  # fmt: skip
    if found["times"] is not None:
        return float(found["times"])
    factor = 1.0 + float(found["percent"]) / 100.0
    if quantity.is_share:
        raise InputError(
            f"{name} = '{given}' can be read in two ways, for {name} is itself a share or in points", file=file, value=given,
            fix=f'Write the value, or "x{factor:g}" for {factor:g} times what it was.',
        )  # fmt: skip
    return factor


def _times(quantity: Quantity, part: float, given: object, y: int, file: str) -> float:
    """That part of the value of a year; a factor of one keeps it to the bit."""
    before = quantity.before[y]
    value = before if part == 1.0 else _rounded(part * before)
    if not quantity.low <= value <= quantity.high:
        raise InputError(
            f"{quantity.name} = '{given}' makes {value:g} of {before:g} in {y}, outside {quantity.low:g} to {quantity.high:g}"
            f" [{quantity.unit}]",
            file=file, value=str(given), unit=quantity.unit,
        )  # fmt: skip
    return value


def _rounded(value: float) -> float:
    """Without the dust of binary fractions."""
    return float(f"{value:.12g}")
