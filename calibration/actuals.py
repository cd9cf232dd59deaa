"""Figures published after the record: how `actuals.csv` is read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from yidu.sim.errors import InputError
from yidu.sim.pack import GROWTH_UNITS, UNITS, Years
from yidu.sim.packfiles import COUNTED, check_unit, in_own_unit
from yidu.sim.reading import digits_of, number, one_of, read_table, shown
from yidu.sim.region import Region

COLUMNS = ("indicator", "period", "value", "unit", "source")
OPTIONAL = ("tolerance",)
FILE = "actuals.csv"

TOLERANCE = 0.02
"""One standard deviation of rounding and later revision, as a share of a figure that states none (D)."""

HALF_A_COUNT, LEAST = 0.5, 0.01
"""Least tolerance of a figure that counts things one by one, and of any other, in its own unit."""


class Actual(NamedTuple):
    """One published figure.

    Attributes:
        value, tolerance: in `unit`, the indicator's own; the tolerance is one standard deviation.
        row: its line in the file.
    """

    indicator: str
    year: int
    value: float
    tolerance: float
    unit: str
    source: str
    row: int


@dataclass(frozen=True)
class Actuals:
    """The figures of one file, by year and in the order of the file within a year."""

    file: str
    figures: tuple[Actual, ...]

    def __iter__(self) -> Iterator[Actual]:
        return iter(self.figures)

    def __len__(self) -> int:
        return len(self.figures)

    @property
    def years(self) -> tuple[int, ...]:
        """Years that have a figure."""
        return tuple(sorted({figure.year for figure in self.figures}))


def actuals_of(region: Region, file: str | Path | None = None) -> Actuals:
    """The figures of a file, or of the pack's own `actuals.csv` where none is named.

    Raises:
        InputError: no file is named and the pack has none; or whatever `read_actuals` refuses.
    """
    own = region.folder / FILE
    if file is None and not own.is_file():
        raise InputError(
            f"no file of published figures is named, and the pack of {region.name} has no {FILE}",
            expected=f"a table with the columns {','.join(COLUMNS)}", fix="Name it with --actuals FILE.",
        )  # fmt: skip
    return read_actuals(own if file is None else Path(file), region.settings.years)


def read_actuals(path: Path, years: Years) -> Actuals:
    """Read and check a table of published figures.

    Raises:
        InputError: names file, row, value and unit. Not a table; a column missing or unknown; no figure; an unknown
            indicator; a unit that does not fit it; a period that is not one year after the record and within the
            plan; a value or tolerance that cannot be; the same figure twice.
    """
    file = shown(path)
    figures: list[Actual] = []
    seen: dict[tuple[str, int], int] = {}
    for row in read_table(path, COLUMNS, optional=OPTIONAL):
        cells, line = row.cells, row.line
        indicator = one_of(cells["indicator"], UNITS, "indicator", file=file, row=line)
        year = _year(cells["period"], years, file, line)
        unit = cells["unit"]
        if not unit:
            raise InputError("unit is empty", file=file, row=line, expected=UNITS[indicator])
        check_unit(indicator, "level", unit, "actual", file, line)
        value = number(cells["value"], "value", file=file, row=line, unit=unit)
        _check_value(indicator, value, unit, file, line)
        if (indicator, year) in seen:
            raise InputError(
                f"'{indicator}' for {year} already stands in row {seen[indicator, year]}", file=file, row=line,
                value=value, unit=unit, fix="Keep the figure that was published last.",
            )  # fmt: skip
        seen[indicator, year] = line
        value = in_own_unit(indicator, value, unit)
        stated = cells.get("tolerance", "")
        if stated:
            tolerance = number(stated, "tolerance", file=file, row=line, unit=unit)
            if tolerance <= 0.0:
                raise InputError(
                    f"tolerance = {tolerance:g} is not above 0", file=file, row=line, value=tolerance, unit=unit,
                    expected="one standard deviation of rounding and revision",
                    fix="Leave it empty for 2 % of the value.",
                )  # fmt: skip
            tolerance = in_own_unit(indicator, tolerance, unit)
        else:
            tolerance = usual_tolerance(indicator, value)
        figures.append(Actual(indicator, year, value, tolerance, UNITS[indicator], cells["source"], line))
    return Actuals(file, tuple(sorted(figures, key=lambda figure: figure.year)))


def usual_tolerance(indicator: str, value: float) -> float:
    """Tolerance of a figure that states none, in the indicator's unit: 2 %, of a count half a count or more.

    A growth rate is uncertain as the amounts it compares are: 2 % of the growth factor.
    """
    unit = UNITS[indicator]
    if unit in GROWTH_UNITS:
        return TOLERANCE * (100.0 + value)
    return max(TOLERANCE * abs(value), HALF_A_COUNT if unit in COUNTED else LEAST)


def _year(text: str, years: Years, file: str, line: int) -> int:
    """The year of a figure: after the record, within the plan."""
    expected = f"a year from {years.record_end + 1} to {years.plan_end}"
    plain = digits_of(text)
    if not re.fullmatch(r"\d{4}", plain, re.ASCII):
        near = re.fullmatch(r"(\d{4})\s*年(底|末)?", plain, re.ASCII)
        raise InputError(
            f"the period '{text}' is not one year" if text else "period is empty", file=file, row=line, value=text or None,
            expected=expected, fix=f"Write {near[1]}." if near else None,
        )  # fmt: skip
    year = int(plain)
    if year <= years.record_end:
        raise InputError(
            f"the year {year} lies in or before the record, which ends in {years.record_end}", file=file, row=line, value=year,
            expected=expected, fix="What belongs to the record goes into facts.csv.",
        )  # fmt: skip
    if year > years.plan_end:
        raise InputError(
            f"the year {year} lies after the simulated years", file=file, row=line, value=year, expected=expected,
        )  # fmt: skip
    return year


def _check_value(indicator: str, value: float, unit: str, file: str, line: int) -> None:
    """A growth rate is above -100 %, a share of a whole at most 100 %, all else not below zero."""
    rate = unit in GROWTH_UNITS
    if value < 0.0 and not (rate and value > -100.0):
        raise InputError(
            f"value = {value:g} is too low for '{indicator}'", file=file, row=line, value=value, unit=unit,
            expected="above -100" if rate else "0 or more",
        )  # fmt: skip
    if unit == "%" and value > 100.0:
        raise InputError(
            f"value = {value:g} is too high for '{indicator}'", file=file, row=line, value=value, unit=unit,
            expected="a share from 0 to 100",
        )  # fmt: skip
