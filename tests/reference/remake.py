"""Write the reference run anew, and print what moved: ``python -m tests.reference.remake``.

Regression numbers, not forecasts: one run of the prior under the status quo, for seeing that nothing moved unmeant.
A change in them is a commit of its own, with a line in the changelog.
"""

import csv
from pathlib import Path

import numpy as np

from yidu.sim.ensemble import simulate
from yidu.sim.indicators import INDICATORS
from yidu.sim.region import load

FILE = Path(__file__).with_name("status_quo_run.csv")
HEADING = "# regression numbers, not forecasts: dadukou, status quo, prior draws, seed 7, run 0"
COLUMNS = ("year", "indicator", "value", "unit")
SEED, RUN = 7, 0

Numbers = dict[tuple[int, str], float]


def computed() -> Numbers:
    """The run as the model gives it now."""
    region = load("dadukou")
    run = simulate(region, region.levers, runs=1, seed=SEED, first_run=RUN, threads=1)
    return {
        (year, indicator): float(run.values[0, row, k]) for row, year in enumerate(run.years) for k, indicator in enumerate(run.indicators)
    }


def kept() -> Numbers:
    """The run as it was when last written down; empty where none was."""
    if not FILE.exists():
        return {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        assert next(lines).rstrip("\r\n") == HEADING
        return {(int(row["year"]), row["indicator"]): float(row["value"]) for row in csv.DictReader(lines)}


def moved(old: Numbers, new: Numbers, tolerance: float = 1e-9) -> list[tuple[int, str, float, float]]:
    """(year, indicator, old, new) wherever the two differ by more than a billionth."""
    missing = float("nan")
    rows = [(*key, old.get(key, missing), new.get(key, missing)) for key in sorted(old.keys() | new.keys())]
    same = [np.isclose(before, after, rtol=tolerance, atol=0.0, equal_nan=True) for *_, before, after in rows]
    there = [(row[0], row[1]) in old and (row[0], row[1]) in new for row in rows]
    return [row for row, equal, both in zip(rows, same, there) if not (equal and both)]


def write(numbers: Numbers) -> None:
    """Write the file."""
    units = {indicator.id: indicator.unit for indicator in INDICATORS}
    with FILE.open("w", encoding="utf-8", newline="") as out:
        out.write(HEADING + "\n")
        table = csv.writer(out, lineterminator="\n")
        table.writerow(COLUMNS)
        for (year, indicator), value in numbers.items():
            table.writerow((year, indicator, repr(value), units[indicator]))


if __name__ == "__main__":
    new = computed()
    changes = moved(kept(), new)
    for year, indicator, before, after in changes:
        print(f"{year} {indicator}: {before:.6g} -> {after:.6g} ({after - before:+.6g})")
    write(new)
    print(f"{len(changes)} of {len(new)} numbers moved; {FILE.name} is written.")
