"""Each fact is compared by its own definition: a level, a sum, a growth rate, a ratio."""

from dataclasses import replace

import numpy as np
import pytest

from yidu.calibration.discrepancy import Size, covariance, errors, of_odds, size_of, vintages_of, widened
from yidu.calibration.facts import compared, indicator_of, moments, simulated
from yidu.sim.ensemble import simulate
from yidu.sim.indicators import INDICATOR_IDS


@pytest.fixture(scope="module")
def record(dadukou):
    return simulate(dadukou, dadukou.levers, runs=6, seed=4, until=2020, reconcile=False)


@pytest.fixture(scope="module")
def forecast(dadukou):
    return simulate(dadukou, dadukou.levers, runs=40, seed=4)


def with_series(outcomes, indicator, by_year):
    values = outcomes.values.copy()
    for year, value in by_year.items():
        values[:, outcomes.years.index(year), INDICATOR_IDS.index(indicator)] = value
    return replace(outcomes, values=values)


def test_a_level_is_read_in_its_year(dadukou, record):
    fact = dadukou.fact("tech_enterprises_2020")
    assert (simulated(fact, with_series(record, "tech_enterprises", {2020: 301.0})) == 301.0).all()


def test_five_years_of_district_money_add_up_in_the_unit_of_the_fact(dadukou, record):
    fact = dadukou.fact("public_money_sum")  # 1.9 亿元; the model counts in 万元
    paid = with_series(record, "public_money", dict.fromkeys(range(2016, 2021), 3800.0))
    assert simulated(fact, paid) == pytest.approx(1.9)


def test_growth_from_36_to_70_over_four_years_is_18_1_percent(dadukou, record):
    fact = dadukou.fact("tech_above_scale_growth", "b")
    grown = with_series(record, "tech_enterprises_above_scale", {2016: 36.0, 2020: 70.0})
    assert simulated(fact, grown) == pytest.approx(18.1, abs=0.05)


def test_sixteen_platforms_are_compared_with_the_count_that_includes_the_second_park(dadukou, record):
    assert indicator_of(dadukou.fact("incubation_2020", "b"), record) == "incubation_platforms@16"
    assert indicator_of(dadukou.fact("incubation_2020", "a"), record) == "incubation_platforms"


def test_a_run_that_meets_a_fact_has_no_gap_and_a_zero_is_far_but_not_infinitely_so(dadukou, record):
    met = moments(dadukou, with_series(record, "tech_enterprises", {2020: 301.0}))
    assert (met.gaps[:, met.names.index("tech_enterprises_2020")] == 0.0).all()
    assert np.isfinite(compared(np.array([0.0]), np.array([301.0]))).all()


def test_discrepancy_leaves_the_record_and_the_digest_alone_and_widens_what_follows(dadukou, forecast):
    wide = widened(dadukou, forecast)
    record_years = [k for k, year in enumerate(forecast.years) if year <= 2020]
    assert np.array_equal(wide.values[:, record_years], forecast.values[:, record_years], equal_nan=True)
    ratio = np.log(wide.of("tech_enterprises", 2025) / forecast.of("tech_enterprises", 2025))
    assert ratio.std() == pytest.approx(size_of(dadukou).sd_at_five_years, rel=0.35)
    early = np.log(wide.of("tech_enterprises", 2021) / forecast.of("tech_enterprises", 2021))
    assert early.std() < ratio.std()


def test_after_discrepancy_the_share_of_gdp_still_follows_from_its_parts(dadukou, forecast):
    wide = widened(dadukou, forecast)
    share = 100.0 * wide.of("rd_expenditure", 2025) / wide.of("gdp", 2025)
    assert wide.of("rd_share_of_gdp", 2025) == pytest.approx(share)
    base = wide.of("rd_expenditure", 2020)
    growth = 100.0 * ((wide.of("rd_expenditure", 2025) / base) ** 0.2 - 1.0)
    assert wide.of("rd_growth", 2025) == pytest.approx(growth)
    assert (wide.of("strategic_emerging_share", 2025) <= 100.0).all()


def test_errors_are_a_random_walk_with_the_covariance_that_conditioning_uses():
    size = Size(0.2, 0.5, {"gdp": 0.05, "population": 0.03})
    walk = errors(size, 1, np.arange(20_000), 5)
    tech, rd, gdp = (INDICATOR_IDS.index(name) for name in ("tech_enterprises", "rd_expenditure", "gdp"))
    cells = [("tech_enterprises", 2021), ("tech_enterprises", 2025), ("rd_share_of_gdp", 2023), ("gdp", 2025), ("public_money", 2025)]
    of_share = walk[:, 2, rd] - walk[:, 2, gdp]
    found = np.cov(np.column_stack([walk[:, 0, tech], walk[:, 4, tech], of_share, walk[:, 4, gdp]]), rowvar=False)
    stated = covariance(size, cells, 2020)
    assert found == pytest.approx(stated[:4, :4], abs=0.0012)
    assert stated[1, 1] == pytest.approx(0.2**2) and stated[3, 3] == pytest.approx(0.05**2)
    assert stated[2, 3] == pytest.approx(-(0.05**2) * 3 / 5) and stated[4].tolist() == [0.0] * 5


def test_output_and_people_are_as_published_to_2020_and_of_a_later_vintage_after_it(dadukou, forecast):
    wide = widened(dadukou, forecast, Size(0.1, 0.5, vintages_of(dadukou)))
    for indicator, settings in (("gdp", dadukou.settings.gdp), ("population", dadukou.settings.population)):
        assert np.array_equal(wide.of(indicator, 2020), forecast.of(indicator, 2020))
        off = np.log(wide.of(indicator, 2025) / forecast.of(indicator, 2025))
        assert off.std() == pytest.approx(settings.vintage_error, rel=0.35) and settings.vintage_error > 0.0
    per_head = wide.of("patents", 2025) / wide.of("population", 2025)
    assert wide.of("patents_per_10k", 2025) == pytest.approx(per_head)
    before = forecast.of("patents_per_10k@precensus", 2025) / forecast.of("patents_per_10k", 2025)
    assert wide.of("patents_per_10k@precensus", 2025) == pytest.approx(before * per_head)


def test_a_share_off_by_a_log_error_stays_a_share():
    assert of_odds(np.array([52.5, 0.0, 100.0]), np.array([0.0, 5.0, -5.0])) == pytest.approx([52.5, 0.0, 100.0])
    moved = of_odds(np.array([50.0, 50.0]), np.array([0.2, -0.2]))
    assert moved.sum() == pytest.approx(100.0) and 54.0 < moved[0] < 56.0
