"""The end of 2020 is the one on record, exactly where the record counts, and nothing jumps because of it."""

import numpy as np
import pytest

from tests.sim.small import SMALL_RECORD, living, opened, quarters
from yidu.agents.enterprise import NEVER
from yidu.agents.numbers import CERTIFICATE_QUARTERS
from yidu.agents.statuses import hnte_rd_line
from yidu.calibration.manifest import posterior
from yidu.sim import indicators as ind
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.world import RECORD_END_QUARTER

RUNS = 60
RECORD = {
    "tech_enterprises": 301, "high_tech_enterprises": 92, "tech_enterprises_above_scale": 70,
    "high_tech_enterprises_above_scale": 43, "rd_platforms": 47, "incubation_platforms": 15,
    "incubation_platforms@16": 16, "otc_listed": 20,
}  # fmt: skip


@pytest.fixture(scope="module")
def met(dadukou):
    return simulate(dadukou, dadukou.levers, runs=RUNS, seed=11, until=2022, threads=1)


@pytest.fixture(scope="module")
def unmet(dadukou):
    """The same runs, left as they came out."""
    return simulate(dadukou, dadukou.levers, runs=RUNS, seed=11, until=2022, threads=1, reconcile=False)


@pytest.fixture(scope="module")
def fitted(dadukou):
    """Runs of the shipped fit. Flows are looked at on these: a rate that is far off the record is corrected after 2020."""
    return simulate(dadukou, dadukou.levers, runs=RUNS, seed=11, until=2022, threads=1, draws=posterior(dadukou))


@pytest.fixture(scope="module")
def fitted_unmet(dadukou):
    return simulate(dadukou, dadukou.levers, runs=RUNS, seed=11, until=2022, threads=1, draws=posterior(dadukou), reconcile=False)


@pytest.mark.parametrize("indicator, count", RECORD.items())
def test_the_counts_of_2020_are_exact_in_every_run(met, indicator, count):
    missed = [(run, value) for run, value in enumerate(met.of(indicator, 2020)) if value != count]
    assert not missed


def test_a_small_record_is_met_to_the_unit_too(dadukou):
    indicators = {"tech_enterprises": ind.TECH, "high_tech_enterprises": ind.HIGH_TECH,
                  "tech_enterprises_above_scale": ind.TECH_SCALE, "rd_platforms": ind.RD_PLATFORMS,
                  "incubation_platforms": ind.INCUBATION, "otc_listed": ind.OTC}  # fmt: skip
    for run in range(20):
        w = opened(dadukou, run=run, known=SMALL_RECORD, until=2021)
        for _ in quarters(w, RECORD_END_QUARTER):
            pass
        found = {name: w.indicators[5, number] for name, number in indicators.items()}
        assert found == {name: SMALL_RECORD[f"{name}_2020"] for name in indicators}, run


def test_713_patents_in_the_year_the_reading_says(dadukou, met):
    years = [f.last_year for f in dadukou.readings("patents")]
    for run, reading in enumerate(met.readings["patents"]):
        assert met.of("patents", years[reading])[run] == 713.0, run


def test_10_08_yi_of_research_in_the_year_the_reading_says(dadukou, met):
    years = [f.last_year for f in dadukou.readings("rd_expenditure")]
    for run, reading in enumerate(met.readings["rd_expenditure"]):
        assert met.of("rd_expenditure", years[reading])[run] == pytest.approx(10.08, rel=1e-6), run


def test_the_strategic_share_of_2020_is_52_5_percent(met):
    assert met.of("strategic_emerging_share", 2020) == pytest.approx(np.full(RUNS, 52.5), rel=1e-6)


def test_gdp_and_population_of_2020_are_those_published(met):
    assert met.of("gdp", 2020) == pytest.approx(np.full(RUNS, 266.46), rel=1e-6)
    assert met.of("population", 2020) == pytest.approx(np.full(RUNS, 42.1904), rel=1e-9)


def test_derived_figures_of_2020_follow_from_the_reconciled_ones(met):
    share = 100.0 * met.of("rd_expenditure", 2020) / met.of("gdp", 2020)
    assert met.of("rd_share_of_gdp", 2020) == pytest.approx(share, rel=1e-12)
    density = met.of("patents", 2020) / met.of("population", 2020)
    assert met.of("patents_per_10k", 2020) == pytest.approx(density, rel=1e-12)


def test_only_2020_and_what_is_dated_earlier_is_touched(met, unmet):
    counted = ("tech_enterprises", "high_tech_enterprises", "rd_platforms", "otc_listed", "incubation_platforms", "jobs")
    for indicator in counted:
        for year in range(2015, 2020):
            assert (met.of(indicator, year) == unmet.of(indicator, year)).all()


def test_what_was_adjusted_is_reported(met, unmet):
    gap = 301 - unmet.of("tech_enterprises", 2020)
    assert (met.adjusted[:, met.adjustments.index("tech_enterprises")] == gap).all()
    assert (met.through("tech_enterprises:reconciled")[:, 5] == gap).all()
    assert (unmet.adjusted == 0.0).all()


# --- no jump


FLOWS = {
    "registrations": ("tech_enterprises:registered", "tech_enterprises:registered_after_coaching",
                      "tech_enterprises:incubated", "tech_enterprises:attracted"),
    "certificates": ("high_tech_enterprises:certified", "high_tech_enterprises:renewed"),
    "register exits": ("tech_enterprises:closed", "tech_enterprises:moved_out"),
    "platforms": ("rd_platforms:recognised",),
    "listings": ("otc_listed:listed",),
    "grants": ("patents:granted",),
}  # fmt: skip


def yearly(outcomes, doors, year):
    """Mean number through some doors in a year."""
    return sum(outcomes.through(d)[:, year - 2015].mean() for d in doors if d in outcomes.doors)


@pytest.mark.parametrize("what", FLOWS)
def test_the_first_year_after_the_record_shows_no_jump(fitted, what):
    before, after = yearly(fitted, FLOWS[what], 2020), yearly(fitted, FLOWS[what], 2021)
    assert 0.4 < after / before < 2.5, f"{before:.1f} in 2020, {after:.1f} in 2021"


def test_runs_near_the_record_register_next_year_as_if_it_had_not_been_met(met, unmet):
    near = np.abs(301 - unmet.of("tech_enterprises", 2020)) < 60
    assert near.sum() >= 5
    now, then = (sum(o.through(d)[near, 6].mean() for d in FLOWS["registrations"]) for o in (met, unmet))
    assert 0.6 < now / then < 1.6


@pytest.mark.parametrize("what", FLOWS)
def test_meeting_the_record_moves_the_next_year_no_more_than_it_moves_the_stock(fitted, fitted_unmet, what):
    # A register made larger by a half may register and lose a half more, but not three times as much.
    stock = {"certificates": "high_tech_enterprises", "platforms": "rd_platforms", "listings": "otc_listed",
             "grants": "patents"}.get(what, "tech_enterprises")  # fmt: skip
    moved = fitted.of(stock, 2020).mean() / fitted_unmet.of(stock, 2020).mean()
    ratio = yearly(fitted, FLOWS[what], 2021) / yearly(fitted_unmet, FLOWS[what], 2021)
    assert 0.5 * min(1.0, moved) < ratio < 2.0 * max(1.0, moved), f"stock x {moved:.2f}, flow x {ratio:.2f}"


@pytest.mark.parametrize("indicator", ["rd_expenditure", "tech_enterprises", "high_tech_enterprises", "patents", "jobs",
                                       "science_staff", "gdp", "rd_platforms", "tech_enterprises_above_scale"])  # fmt: skip
def test_the_middle_of_every_stock_moves_smoothly_out_of_the_record(fitted, indicator):
    now, then = np.median(fitted.of(indicator, 2020)), np.median(fitted.of(indicator, 2021))
    assert 0.75 < then / now < 1.4, f"{now:.4g} in 2020, {then:.4g} in 2021"


def test_reconciled_certificates_fall_due_in_different_years(dadukou):
    due = []
    for run in range(12):
        w = opened(dadukou, draws=PriorDraws(dadukou), seed=11, run=run, until=2021)
        for _ in quarters(w, RECORD_END_QUARTER):
            pass
        issued = living(w).hnte_q
        issued = issued[(issued != NEVER) & (RECORD_END_QUARTER - issued < CERTIFICATE_QUARTERS)]
        assert issued.size == 92 and (issued % 4 == 3).all()
        due.append(issued)
    years = np.concatenate(due)
    assert min(np.mean(years == q) for q in (15, 19, 23)) > 0.15


def test_most_reconciled_certificates_can_be_renewed(met, unmet):
    # Firms given a certificate meet its criteria, so that they do not all fall out at the first renewal.
    def kept(outcomes):
        renewed = outcomes.through("high_tech_enterprises:renewed")[:, 6:].sum()
        return renewed / (renewed + outcomes.through("high_tech_enterprises:expired")[:, 6:].sum())

    assert kept(met) > 0.6 * kept(unmet)


def test_meeting_the_record_takes_no_holder_of_a_certificate_below_its_line(dadukou):
    lowered = 0
    for run in range(12):
        met, unmet = (opened(dadukou, draws=PriorDraws(dadukou), seed=11, run=run, until=2021, reconciled=way) for way in (True, False))
        for w in (met, unmet):
            for _ in quarters(w, RECORD_END_QUARTER):
                pass
        after, before = (w.firms[: w.district[0].n_firms] for w in (met, unmet))
        holds = (after.alive == 1) & (after.hnte_q != NEVER) & (RECORD_END_QUARTER - after.hnte_q < CERTIFICATE_QUARTERS)
        for now, then in zip(after[holds & (after.giant == 0)], before[holds & (after.giant == 0)]):
            assert now.intensity >= min(then.intensity, 0.999 * hnte_rd_line(now.sales_1)), (run, now.id)
        free = (after.alive == 1) & ~holds & (after.intensity > 0.0)
        lowered += np.median(after.intensity[free] / before.intensity[free]) < 0.95
    assert lowered >= 3


def test_research_grows_in_2021_as_it_would_have_without_meeting_the_record(met, unmet):
    def growth(outcomes):
        return np.median(np.log(outcomes.of("rd_real", 2021) / outcomes.of("rd_real", 2020)))

    assert growth(met) == pytest.approx(growth(unmet), abs=0.03)
