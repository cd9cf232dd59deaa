"""How many times fewer runs does the pairing need? `python -m yidu.bench.paired [--region dadukou] [--runs 400] [--json FILE]`

For three levers of the design (section 10), each moved by a quarter of its range from the status quo: the variance over runs of the
lever's effect when the second mix runs under another seed, over that when both mixes share parameters, readings, environment and
luck, run by run. Two numbers say where it comes from. Luck alone: the same when only the luck of the second mix differs. Ceiling: the
ratio that no pairing can pass, because the effect itself differs from one set of parameters to another; it grows with the step.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from yidu.calibration.manifest import posterior
from yidu.experiments.judging.shares import other_seed
from yidu.experiments.scenarios.scenario import first_year
from yidu.sim.ensemble import simulate
from yidu.sim.files import write_whole
from yidu.sim.levers import LEVERS
from yidu.sim.region import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from yidu.sim.draws import Draws
    from yidu.sim.levers import LeverPaths
    from yidu.sim.region import Region

    Floats = NDArray[np.float64]

PROMISED = 15.0
"""Times as many runs that independent seeds need at least, of the effects below."""

STEP = 0.25
"""Part of a lever's range by which it is moved."""

EFFECTS = {"enterprise_coaching": "tech_enterprises", "knowledge_loan_cover": "knowledge_loans_total", "talent_package": "high_end_talent"}
"""Levers that are moved, and the indicator whose level in the plan's last year is looked at."""


@dataclass(frozen=True)
class PairedVariance:
    """What pairing saves for the effect of one lever on one indicator, in the indicator's unit squared."""

    lever: str
    indicator: str
    before: float
    """Level of the lever in the status quo [its unit]."""
    after: float
    runs: int
    effect: float
    """Mean over paired runs [unit of the indicator]."""
    paired: float
    """Variance over paired runs."""
    independent: float
    """Variance when the second mix runs under another seed."""
    other_luck: float
    """Variance when the second mix shares parameters, readings and environment, but not luck."""
    of_effect: float
    """Variance of the effect itself over parameters and environments: the covariance of paired effects under two lucks."""

    @property
    def ratio(self) -> float:
        """Times as many runs that independent seeds need for the same error."""
        return self.independent / self.paired

    @property
    def ceiling(self) -> float | None:
        """The ratio if no luck at all were left in the paired effect; None where the effect itself does not vary."""
        return self.independent / self.of_effect if self.of_effect > 0.0 else None

    @property
    def ratio_of_luck(self) -> float:
        """Times as many runs that runs with other luck alone need for the same error."""
        return self.other_luck / self.paired


def moved(region: Region, lever: str) -> tuple[LeverPaths, float, float]:
    """The status quo with one lever a quarter of its range higher in the years of the plan; its level before and after.

    A lever too close to its upper end is set to that.
    """
    bar, year = LEVERS[lever], first_year(region)
    before = region.levers.get(lever, year)
    after = min(bar.high, before + STEP * (bar.high - bar.low))
    return region.levers.with_path(lever, {year: after}), before, after


def measure(region: Region, runs: int = 400, seed: int = 1, draws: Draws | None = None) -> tuple[PairedVariance, ...]:
    """What pairing saves for each of `EFFECTS`; draws from the region's fit by default."""
    source, year, other = draws or posterior(region), region.settings.years.plan_end, other_seed(seed)

    def level(levers: LeverPaths, indicator: str, of: int, drawn: int) -> Floats:
        """Level in the plan's last year [run], with the luck of one seed and parameters, readings and environment of another."""
        outcomes = simulate(region, levers, runs=runs, seed=of, draws_seed=drawn, environment_seed=drawn, draws=source)
        return outcomes.of(indicator, year)

    found = []
    base = {
        of: simulate(region, region.levers, runs=runs, seed=of, draws_seed=seed, environment_seed=seed, draws=source)
        for of in (seed, other)
    }
    for lever, indicator in EFFECTS.items():
        levers, before, after = moved(region, lever)
        first, first_again = (base[of].of(indicator, year) for of in (seed, other))
        second, second_again = (level(levers, indicator, of, drawn=seed) for of in (seed, other))
        effect = second - first
        found.append(
            PairedVariance(
                lever, indicator, before, after, runs,
                effect=float(effect.mean()),
                paired=float(effect.var(ddof=1)),
                independent=float((level(levers, indicator, other, drawn=other) - first).var(ddof=1)),
                other_luck=float((second_again - first).var(ddof=1)),
                of_effect=float(np.cov(effect, second_again - first_again)[0, 1]),
            )
        )  # fmt: skip
    return tuple(found)


def as_table(rows: Sequence[PairedVariance]) -> str:
    """The measurements as text."""
    lines = [
        f"{'lever':<22} {'from':>6} {'to':>7}  {'indicator':<22} {'runs':>5} {'effect':>9} {'ratio':>7} {'luck alone':>11} {'ceiling':>8}"
    ]
    for row in rows:
        lines.append(
            f"{row.lever:<22} {row.before:>6g} {row.after:>7g}  {row.indicator:<22} {row.runs:>5} {row.effect:>9.4g} "
            f"{row.ratio:>7.1f} {row.ratio_of_luck:>11.1f} {'-' if row.ceiling is None else f'{row.ceiling:.1f}':>8}"
        )
    least = min(row.ratio for row in rows)
    promise = "kept" if least >= PROMISED else "NOT KEPT"
    lines.append(f"promised: independent seeds need at least {PROMISED:g} times as many runs; the least is {least:.1f}: {promise}.")
    return "\n".join(lines)


def as_json(rows: Sequence[PairedVariance]) -> str:
    """The measurements as JSON, with the least ratio as `paired_variance_ratio`."""
    tree = [{**asdict(row), "ratio": row.ratio, "ratio_of_luck": row.ratio_of_luck, "ceiling": row.ceiling} for row in rows]
    return json.dumps({"paired_variance_ratio": min(row.ratio for row in rows), "effects": tree}, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m yidu.bench.paired", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--region", default="dadukou")
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=None)
    asked = parser.parse_args()
    rows = measure(load(asked.region), asked.runs, asked.seed)
    print(as_table(rows))
    if asked.json is not None:
        write_whole(asked.json, as_json(rows))


if __name__ == "__main__":
    main()
