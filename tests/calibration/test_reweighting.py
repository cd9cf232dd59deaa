"""Runs conditioned on figures: against what can be worked out by hand where all is normal in logs."""

import numpy as np
import pytest

from tests.calibration.walks import END, GROWTH, LUCK, MOVES, figure, walks
from yidu.calibration import reweighting
from yidu.calibration.discrepancy import Size, widened
from yidu.calibration.reweighting import carried_on, moved, observed, regression, weigh
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region

pytestmark = pytest.mark.fast

SIZE = Size(0.1, 0.5)


@pytest.fixture(scope="module")
def runs(dadukou: Region) -> Outcomes:
    return walks(dadukou, 4000, seed=3)


def conditioned(runs: Outcomes, figures: list, size: Size = SIZE) -> Outcomes:
    seen = observed(runs, figures)
    errors = seen.covariance(size, END)
    step = regression(seen, errors, weigh(seen, errors), seed=1)
    near = moved(runs, step, END)
    return carried_on(near, observed(near, figures), errors, size, END, seed=1)


def growth_to(year: int, off: float) -> float:
    """The middle forecast of the register, times exp(off)."""
    return float(301.0 * np.exp(GROWTH * (year - END) + off))


@pytest.mark.parametrize("enough", [1e-9, 0.5, 0.9])
@pytest.mark.parametrize("off", [0.0, 0.15, -0.2])
def test_one_figure_moves_the_forecast_as_conditioning_a_gaussian_does(
    runs: Outcomes, monkeypatch: pytest.MonkeyPatch, enough: float, off: float
):
    # By weights alone, by a regression alone nearly, and by half of each: the answer is the same.
    monkeypatch.setattr(reweighting, "ENOUGH", enough)
    now = conditioned(runs, [figure("tech_enterprises", 2022, growth_to(2022, off))])
    seen = 4 * MOVES**2 + 2 * LUCK**2 + SIZE.sd_at_five_years**2 * 2 / 5 + 0.02**2
    both = 10 * MOVES**2 + 2 * LUCK**2 + SIZE.sd_at_five_years**2 * 2 / 5
    later = 25 * MOVES**2 + 5 * LUCK**2 + SIZE.sd_at_five_years**2
    logs = np.log(now.of("tech_enterprises", 2025)) - np.log(growth_to(2025, 0.0))
    sd = np.sqrt(later - both**2 / seen)
    assert logs.mean() == pytest.approx(off * both / seen, abs=0.15 * sd)
    assert logs.std() == pytest.approx(sd, rel=0.1)


def test_a_surprise_that_runs_cannot_explain_carries_on_as_the_models_error(runs: Outcomes):
    # Every run has the same gap, so all of it is the model's error: a random walk stays where it is, a little pulled back.
    values = runs.values.copy()
    values[:, :, runs.indicators.index("otc_listed")] = 20.0
    same = runs.with_values(values)
    now = conditioned(same, [figure("otc_listed", 2022, 22.0)])
    error = SIZE.sd_at_five_years**2 * 2 / 5
    expected = np.log(1.1) * error / (error + 0.02**2 + 0.0**2)
    for year in (2022, 2023, 2025):
        assert np.log(now.of("otc_listed", year) / 20.0).mean() == pytest.approx(expected, abs=0.01)
    spread = [np.log(now.of("otc_listed", year)).std() for year in (2022, 2023, 2025)]
    assert spread[0] < 0.03 < spread[1] < spread[2] < SIZE.sd_at_five_years


def test_without_an_error_of_the_model_runs_with_other_figures_count_for_nothing(runs: Outcomes):
    exact = Size(1e-9, 0.5)
    seen = observed(runs, [figure("tech_enterprises", 2021, growth_to(2021, 0.0))])
    tight, loose = (weigh(seen, seen.covariance(size, END)).alone for size in (exact, Size(0.3, 0.5)))
    assert tight < 0.6 * runs.runs < 0.9 * runs.runs < loose


def test_one_figure_of_a_shared_error_moves_what_has_no_figure(runs: Outcomes):
    # Platforms are driven by another parameter; only the shared part of the model's error ties them to the register.
    figures = [figure("tech_enterprises", 2022, growth_to(2022, 0.3))]
    tied, apart = (np.log(conditioned(runs, figures, Size(0.2, shared)).of("rd_platforms", 2025)).mean() for shared in (0.9, 0.0))
    assert tied > apart + 0.05


def test_ratios_follow_the_quantity_they_are_made_of(runs: Outcomes):
    now = conditioned(runs, [figure("rd_expenditure", 2022, 13.0), figure("tech_enterprises", 2022, 400.0)])
    for year in (2022, 2025):
        share = 100.0 * now.of("rd_expenditure", year) / now.of("gdp", year)
        np.testing.assert_allclose(now.of("rd_share_of_gdp", year), share, rtol=1e-9)
        growth = 100.0 * ((now.of("rd_expenditure", year) / 10.0) ** (1.0 / (year - END)) - 1.0)
        np.testing.assert_allclose(now.of("rd_growth", year), growth, rtol=1e-6, atol=1e-9)


def test_a_growth_rate_teaches_as_much_as_the_amount_it_is_made_of(runs: Outcomes):
    amount = 10.0 * 1.12**2
    by_amount = conditioned(runs, [figure("rd_expenditure", 2022, amount)._replace(tolerance=0.02 * amount)])
    by_rate = conditioned(runs, [figure("rd_growth", 2022, 12.0)._replace(tolerance=1.12)])
    ours, theirs = np.log(by_rate.of("rd_expenditure", 2025)), np.log(by_amount.of("rd_expenditure", 2025))
    assert ours.mean() == pytest.approx(theirs.mean(), abs=0.02) and ours.std() == pytest.approx(theirs.std(), rel=0.1)


def test_the_error_added_before_and_after_is_of_the_same_size_where_nothing_was_seen(dadukou: Region, runs: Outcomes):
    # A figure with a tolerance of ten times its value says nothing: after it stands what stood before.
    vague = figure("tech_enterprises", 2022, 400.0)._replace(tolerance=4000.0)
    now, before = conditioned(runs, [vague]), widened(dadukou, runs, SIZE)
    for indicator in ("tech_enterprises", "rd_expenditure", "patents_per_10k"):
        ours, theirs = np.log(now.of(indicator, 2025)), np.log(before.of(indicator, 2025))
        assert ours.mean() == pytest.approx(theirs.mean(), abs=0.02) and ours.std() == pytest.approx(theirs.std(), rel=0.06)


def test_many_figures_leave_one_run_by_weights_and_half_of_them_by_weights_and_regression(runs: Outcomes):
    figures = [
        figure(name, year, 1.1 * float(np.median(runs.of(name, year))))
        for name in ("tech_enterprises", "rd_expenditure", "patents", "rd_platforms") for year in (2021, 2022, 2023)
    ]  # fmt: skip
    seen = observed(runs, figures)
    errors = seen.covariance(Size(0.01, 0.5), END)
    by = weigh(seen, errors)
    assert by.alone < 100 and by.share < 0.5 and by.weights.sum() == pytest.approx(1.0)
    assert reweighting.effective(by.weights) == pytest.approx(reweighting.ENOUGH * runs.runs, rel=1e-3)


def test_a_count_of_zero_is_no_infinity(runs: Outcomes):
    seen = observed(runs, [figure("otc_listed", 2022, 0.0), figure("postdoc_stations", 2022, 3.0)])
    assert np.isfinite(seen.gaps).all() and seen.loading[0] == 0.0 and np.isfinite(seen.covariance(SIZE, END)).all()


def test_a_run_without_a_value_weighs_nothing(runs: Outcomes):
    values = runs.values.copy()
    values[:10, runs.years.index(2022), runs.indicators.index("tech_enterprises")] = np.nan
    seen = observed(runs.with_values(values), [figure("tech_enterprises", 2022, 360.0)])
    by = weigh(seen, seen.covariance(SIZE, END))
    assert (by.weights[:10] == 0.0).all() and by.weights.sum() == pytest.approx(1.0)


def test_the_same_seed_picks_the_same_runs_and_draws_the_same_errors(runs: Outcomes):
    figures = [figure("tech_enterprises", 2022, 400.0)]
    np.testing.assert_array_equal(conditioned(runs, figures).values, conditioned(runs, figures).values)
