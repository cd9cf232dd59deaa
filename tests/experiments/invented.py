"""A district whose rules are one line each, so that the best mix is known: `simulate` is replaced, the rest is the product.

Science-and-technology firms of 2025 rise by 1.5 for each firm coached a year and by 40 for each 万元 of register award; nothing
else does anything. A firm coached costs the district 1 万元, a 万元 of award 30, and 招商 100 a project that brings nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.experiments.synthetic import YEARS, outcomes
from yidu.experiments.ensembles import paired
from yidu.sim.ledger import DISTRICT_LINES
from yidu.sim.levers import LeverPaths
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import REGIONS, Region, load

YEARS_OF_PLAN = range(2021, 2026)
PER_FIRM_COACHED, PER_AWARD = 1.5, 40.0
COST_OF_COACHING, COST_OF_AWARD, COST_OF_PROJECT = 1.0, 30.0, 100.0
LESS_OF_IT = {"sceptical": 0.9, "generous": 1.1}
WORSE = {"slow": -20.0, "fast": 20.0, "shock": -10.0}


def unfitted(folder: Path) -> Region:
    """The district of the pack without its fit."""
    shutil.copytree(REGIONS / "dadukou", folder / "invented", ignore=shutil.ignore_patterns("posterior"))
    return load(str(folder / "invented"))


def firms_of(paths: LeverPaths) -> float:
    """What the levers add to the firms of 2025, in a year's mean."""
    coached = np.mean([paths.get("enterprise_coaching", year) for year in YEARS_OF_PLAN])
    award = np.mean([paths.get("register_award", year) for year in YEARS_OF_PLAN])
    return float(PER_FIRM_COACHED * coached + PER_AWARD * award)


def cost_of(paths: LeverPaths, year: int) -> float:
    """District money in a year [万元]."""
    return (
        COST_OF_COACHING * paths.get("enterprise_coaching", year)
        + COST_OF_AWARD * paths.get("register_award", year)
        + COST_OF_PROJECT * paths.get("firms_attracted", year)
    )


def simulated(base: float) -> Callable[..., Outcomes]:
    """The invented district in the place of `yidu.sim.ensemble.simulate`; `base`: firms of 2025 without any lever."""

    def simulate(region: Region, levers: LeverPaths, *, environment: str, runs: int, seed: int, progress: Any, **given: Any) -> Outcomes:
        luck = np.random.default_rng(seed % 2**32).normal(0.0, 10.0, runs)
        effect = LESS_OF_IT.get(getattr(given["draws"], "belief", ""), 1.0) * firms_of(levers)
        made = outcomes(region, {"tech_enterprises": base + effect + WORSE.get(environment, 0.0) + luck}, runs=runs, spent=0.0)
        money = made.money.copy()
        for year in YEARS_OF_PLAN:
            money[:, YEARS.index(year), DISTRICT_LINES[0]] = 1e4 * cost_of(levers, year)
        if progress is not None:
            progress(runs)
        return replace(made, money=money, environment=environment, seed=seed, scenario=given["scenario"])

    return simulate


def invent(monkeypatch: pytest.MonkeyPatch, base: float = 300.0) -> None:
    """Let every study run the invented district."""
    monkeypatch.setattr(paired, "simulate", simulated(base))
    monkeypatch.setattr(paired, "started", lambda *_, **__: None)
