"""Who gains: firms counted by sector and by size add up to what is published, and looking changes nothing."""

import numpy as np
import pytest

from yidu.experiments.ensembles.gainers import MEASURES, SIZES, Gainers, gains, sizes
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region

SECTORS = ("big_data", "environment", "health", "culture", "materials", "vehicles", "construction", "food")


def looked(region: Region, coaching: float = 30.0, *, look: bool = True) -> Outcomes:
    levers = region.levers.with_path("enterprise_coaching", {2021: coaching})
    return simulate(region, levers, runs=6, seed=3, draws=PriorDraws(region), look=Gainers(region, 2025) if look else None)


@pytest.fixture(scope="module")
def pair(dadukou: Region) -> tuple[Outcomes, Outcomes]:
    """The district as it is, and with 200 firms coached a year."""
    return looked(dadukou), looked(dadukou, 200.0)


def size_of(sector: str, industry: int, staff: float, sales: float) -> str:
    found = sizes(np.array([SECTORS.index(sector)], np.int8), np.array([industry], np.int8), np.array([staff]), np.array([sales]), SECTORS)
    return SIZES[int(found[0])]


@pytest.mark.parametrize(
    "sector, industry, staff, sales, size",
    [
        # 国统字〔2017〕213号: industry is large from 1,000 people and 4 亿元, medium from 300 and 2,000 万元, small from 20 and 300.
        ("materials", 1, 1000.0, 40000.0, "large"),
        ("materials", 1, 999.0, 40000.0, "medium"),
        ("materials", 1, 5000.0, 39999.0, "medium"),
        ("materials", 1, 300.0, 1999.0, "small"),
        ("materials", 1, 19.0, 50000.0, "micro"),
        ("big_data", 1, 20.0, 300.0, "small"),
        # software: from 300 people and 1 亿元, 100 and 1,000 万元, 10 and 50 万元
        ("big_data", 0, 300.0, 10000.0, "large"),
        ("big_data", 0, 120.0, 999.0, "small"),
        ("big_data", 0, 12.0, 49.0, "micro"),
        # building: by revenue, assets not being modelled
        ("construction", 0, 3.0, 80000.0, "large"),
        ("construction", 0, 900.0, 299.0, "micro"),
        # other services: by people
        ("culture", 0, 100.0, 1.0, "medium"),
        ("health", 0, 9.0, 90000.0, "micro"),
    ],
)
def test_a_firm_has_the_size_that_the_statisticians_give_it(sector: str, industry: int, staff: float, sales: float, size: str) -> None:
    assert size_of(sector, industry, staff, sales) == size


@pytest.mark.parametrize("measure", ["tech_enterprises", "high_tech_enterprises", "jobs"])
def test_the_cells_add_up_to_what_is_published(dadukou: Region, pair: tuple[Outcomes, Outcomes], measure: str) -> None:
    for outcomes in pair:
        assert outcomes.looked is not None
        cells = outcomes.looked[:, outcomes.years.index(2025), list(MEASURES).index(measure)]
        assert cells.sum(axis=(1, 2)) == pytest.approx(outcomes.of(measure, 2025), rel=1e-9)


def test_firms_real_research_is_what_they_report_less_what_is_relabelled(dadukou: Region, pair: tuple[Outcomes, Outcomes]) -> None:
    outcomes = pair[0]
    assert outcomes.looked is not None
    reported = outcomes.looked[:, outcomes.years.index(2025), list(MEASURES).index("rd_reported")].sum(axis=(1, 2))
    relabelled = outcomes.parameters[:, outcomes.parameter_names.index("rd_relabel_share")]
    assert reported * (1.0 - relabelled) * 1e-4 == pytest.approx(outcomes.of("rd_real", 2025), rel=1e-9)


def test_only_the_year_asked_for_is_counted(pair: tuple[Outcomes, Outcomes]) -> None:
    outcomes = pair[0]
    assert outcomes.looked is not None
    assert not outcomes.looked[:, : outcomes.years.index(2025)].any() and outcomes.looked[:, outcomes.years.index(2025)].any()


def test_looking_at_firms_changes_nothing(dadukou: Region, pair: tuple[Outcomes, Outcomes]) -> None:
    assert looked(dadukou, look=False).digest == pair[0].digest


def test_sectors_and_sizes_each_add_up_to_the_whole_gain(dadukou: Region, pair: tuple[Outcomes, Outcomes]) -> None:
    rows = gains(dadukou, *pair, 2025)
    for measure in MEASURES:
        (whole,) = (row for row in rows if row.measure == measure and row.by == "all")
        for by in ("sector", "size"):
            parts = [row for row in rows if row.measure == measure and row.by == by]
            assert sum(row.difference.mean for row in parts) == pytest.approx(whole.difference.mean, rel=1e-4, abs=1e-3)
            assert sum(row.base_mean for row in parts) == pytest.approx(whole.base_mean, rel=1e-4)


def test_coaching_puts_small_firms_on_the_register_and_giants_not(dadukou: Region, pair: tuple[Outcomes, Outcomes]) -> None:
    by_size = {row.group: row.difference.mean for row in gains(dadukou, *pair, 2025) if row.measure == "tech_enterprises"}
    assert by_size["all"] > 10.0
    assert by_size["micro"] + by_size["small"] > 0.8 * by_size["all"] and by_size["giant"] < 0.1 * by_size["all"]


def test_nothing_is_said_of_runs_that_nobody_looked_at(dadukou: Region, pair: tuple[Outcomes, Outcomes]) -> None:
    assert gains(dadukou, pair[0], looked(dadukou, look=False), 2025) == ()
