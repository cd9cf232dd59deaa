"""The district at the end of 2015 is the one on record, in every run."""

import numpy as np
import pytest
from scipy import stats

from tests.sim.small import SetDraws, constant, living, opened, quarters
from yidu.agents.enterprise import NEVER
from yidu.agents.numbers import CERTIFICATE_QUARTERS
from yidu.agents.parameters import PARAMETERS
from yidu.agents.statuses import above_scale_line
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.inputs import Inputs, drawn_inputs
from yidu.sim.levers import LEVERS
from yidu.sim.population import surveyed_total
from yidu.sim.world import START_QUARTER

RUNS = 40


@pytest.fixture(scope="module")
def starts(dadukou):
    return simulate(dadukou, dadukou.levers, runs=RUNS, seed=11, until=2016, threads=1)


def drawn_reading(region, outcomes, fact):
    """What each run takes a fact to be."""
    values = np.array([f.value for f in region.readings(fact)])
    return values[outcomes.readings[fact]] if fact in outcomes.readings else np.full(outcomes.runs, values[0])


@pytest.mark.parametrize("indicator", ["tech_enterprises", "high_tech_enterprises", "tech_enterprises_above_scale",
                                       "high_tech_enterprises_above_scale", "rd_platforms"])  # fmt: skip
def test_every_count_of_2015_is_exactly_the_one_on_record_under_the_reading_drawn(dadukou, starts, indicator):
    known = drawn_reading(dadukou, starts, dadukou.settings.start[indicator])
    assert (starts.of(indicator, 2015) == known).all()


def test_sixty_four_register_firms_and_thirty_or_thirty_five_certificates(starts):
    assert set(starts.of("tech_enterprises", 2015)) == {64.0}
    assert set(starts.of("high_tech_enterprises", 2015)) == {30.0, 35.0}


def test_live_patents_per_10000_people_are_12_11_on_the_base_of_the_time(starts):
    # whole patents over some 330,000 people: within half a patent
    assert np.abs(starts.of("patents_per_10k@precensus", 2015) - 12.11).max() < 0.03


def test_research_of_2015_is_within_3_percent_of_the_reading_before_the_survey_errs(dadukou):
    for run in range(RUNS):
        w = opened(dadukou, draws=PriorDraws(dadukou), seed=11, run=run, until=2016)
        d, p = w.district[0], w.params[0]
        share = 0.01 * surveyed_total(w) / (1.0 - p.other_rd_share) / d.gdp_2015
        assert share == pytest.approx(w.known[0].rd_share_of_gdp_2015, rel=0.03), run


def test_the_published_share_of_2015_errs_by_the_survey_only(dadukou, starts):
    known = drawn_reading(dadukou, starts, "rd_share_2015")
    spread = starts.parameters[:, PARAMETERS.index("publication_error")]
    errors = np.log(starts.of("rd_share_of_gdp", 2015) / known) / spread
    assert np.abs(errors).max() < 4.5 and abs(errors.mean()) < 0.6


def test_statuses_of_2015_are_met_by_the_firms_that_hold_them(dadukou):
    for run in range(10):
        w = opened(dadukou, draws=PriorDraws(dadukou), run=run, until=2016)
        firms = living(w)
        certified = firms.hnte_q != NEVER
        assert (START_QUARTER - firms.hnte_q[certified] < CERTIFICATE_QUARTERS).all()
        assert (firms.hnte_q[certified] % 4 == 3).all(), "certificates are issued at a year's end"
        assert (firms.register_q[certified] != NEVER).all()
        assert (firms.science_staff[certified] >= 0.1 * firms.staff[certified]).all()
        assert (firms.patents[certified] + firms.other_ip[certified] > 0).all()
        lines = np.array([above_scale_line(int(f.sector), bool(f.industry)) for f in firms])
        ordinary = firms.giant == 0
        assert ((firms.above_scale == 1) == (firms.revenue >= lines))[ordinary].all()
        assert (firms.birth_q <= START_QUARTER).all()


def test_certificates_of_2015_fall_due_in_different_years(dadukou):
    due = np.concatenate([living(opened(dadukou, draws=PriorDraws(dadukou), run=run, until=2016)).hnte_q for run in range(20)])
    due = due[due != NEVER]
    shares = [np.mean(due == q) for q in (-5, -1, 3)]
    assert min(shares) > 0.2


def test_sectors_and_industry_come_in_the_packs_shares(dadukou):
    w = opened(dadukou, draws=SetDraws(dadukou, pool_size=3000.0), until=2016)
    firms = living(w)[living(w).giant == 0]
    expected = np.array([s.share for s in dadukou.settings.sectors])
    counts = np.bincount(firms.sector, minlength=len(expected))
    assert stats.chisquare(counts, expected / expected.sum() * counts.sum()).pvalue > 0.001
    for number, sector in enumerate(dadukou.settings.sectors):
        made = firms.industry[firms.sector == number].mean()
        assert made == pytest.approx(sector.industry_share, abs=0.08)


def test_the_named_giants_of_2015_stand_in_their_ranges_but_for_the_research_that_is_matched(dadukou):
    for run in range(10):
        w = opened(dadukou, draws=PriorDraws(dadukou), run=run, until=2016)
        giants = living(w)[living(w).giant > 0]
        named = [g for g in dadukou.settings.giants if g.arrives <= 2015]
        assert len(giants) == len(named)
        for row in giants:
            pack = dadukou.settings.giants[row.giant - 1]
            assert pack.revenue[0] <= row.revenue <= pack.revenue[1]
            assert pack.staff[0] <= row.staff <= pack.staff[1]


def test_the_pool_has_the_size_drawn_and_every_firm_an_id_of_its_own(dadukou):
    for run in range(10):
        w = opened(dadukou, draws=PriorDraws(dadukou), run=run, until=2016)
        firms = living(w)
        assert firms.size == int(w.params[0].pool_size) == np.unique(firms.id).size


def test_a_world_used_before_is_as_good_as_new(dadukou):
    inputs = Inputs(dadukou, dadukou.levers)
    parameters, _, known = drawn_inputs(dadukou, PriorDraws(dadukou), 1, np.arange(2))
    used, fresh = (inputs.world(parameters, 2025) for _ in range(2))
    inputs.install(used, 1, 0, parameters[0], known[0])
    for _ in quarters(used, 30):
        pass
    for w in (used, fresh):
        inputs.install(w, 1, 1, parameters[1], known[1])
    for name in ("firms", "incubators", "institutes", "funds", "people", "district", "ledger", "flows", "indicators",
                 "levers", "environment", "demand", "adjusted"):  # fmt: skip
        assert getattr(used, name).tobytes() == getattr(fresh, name).tobytes(), name


def test_the_world_of_a_run_does_not_depend_on_policy(dadukou):
    lavish = constant(dadukou, {name: bar.high for name, bar in LEVERS.items()}, 2021)
    one, other = (opened(dadukou, paths, draws=PriorDraws(dadukou), run=5) for paths in (dadukou.levers, lavish))
    n = one.district[0].n_firms
    assert one.firms[:n].tobytes() == other.firms[:n].tobytes()
    assert one.environment.tobytes() == other.environment.tobytes()
