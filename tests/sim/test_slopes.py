"""Levers have slopes: more does more, ever less of it, and money that nobody takes is not spent."""

import numpy as np
import pytest

from tests.sim.small import opened, quarters
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate, started
from yidu.sim.ledger import LINE_IDS
from yidu.sim.levers import LEVERS

RUNS = 60
#: What a lever moves first: an indicator of the plan's end, or a door over its years.
MOVES = {
    "knowledge_loan_pool": "knowledge_loans_total", "commercial_loan_pool": "commercial_loans_total", "seed_fund": "seed_deals:invested",
    "industry_fund": "industry_deals:invested", "incubator_openings": "incubator_tenants:admitted", "joint_projects": "tech_projects",
    "firms_attracted": "tech_enterprises", "transfer_services": "transfer_bodies", "institute_conversion": "new_rd_institutes",
    "platform_upgrade": "high_end_platforms", "flexible_talent": "high_end_talent", "pilot_bases": "transfer_bodies",
    "consortia": "collaboration_centres", "credit_guarantee": "guaranteed_loans:paid",
    "startup_support": "enterprises:founded",
    "annual_assessment": "tech_enterprises", "focus_big_data": "landings:big_data", "focus_environment": "landings:environment",
    "focus_health": "landings:health", "focus_culture": "landings:culture", "focus_traditional": "landings:traditional",
}  # fmt: skip


@pytest.fixture(scope="module")
def region(dadukou):
    return dadukou


@pytest.fixture(scope="module")
def start(region):
    return started(region, runs=RUNS, seed=5, draws=PriorDraws(region))


def of(outcomes, what):
    return outcomes.through(what)[:, 6:].sum(axis=1) if ":" in what else outcomes.of(what, 2025)


def at(region, start, lever, value):
    paths = region.levers.with_path(lever, {2021: value})
    return simulate(region, paths, runs=RUNS, seed=5, draws=PriorDraws(region), start=start)


@pytest.mark.slow
@pytest.mark.parametrize("lever", MOVES)
def test_no_lever_is_dead_at_the_top_of_its_range_and_none_is_a_switch(region, start, lever):
    bar = LEVERS[lever]
    none, little, half, top = (
        of(at(region, start, lever, bar.low + part * (bar.high - bar.low)), MOVES[lever]) for part in (0.0, 0.1, 0.5, 1.0)
    )
    whole = top - none
    assert whole.mean() > 3.0 * whole.std(ddof=1) / RUNS**0.5
    assert (little - none).mean() < 0.9 * whole.mean()
    assert (half - none).mean() >= 0.5 * whole.mean() - 3.0 * (half - none).std(ddof=1) / RUNS**0.5  # ever less


def test_backing_more_projects_wins_the_district_more_of_them(region, start):
    few, many = (at(region, start, "joint_projects", value).of("tech_projects", 2025) for value in (0.0, 60.0))
    assert (many - few).mean() > 5.0


def test_a_pool_that_is_cut_lends_less_though_its_money_is_still_there(region, start):
    cut, kept = (at(region, start, "knowledge_loan_pool", value).of("knowledge_loans_total", 2025) for value in (200.0, 3000.0))
    assert (kept - cut).mean() > 0.05


@pytest.mark.parametrize("lever, line, share", [("industry_fund", "industry_district", 1.0), ("seed_fund", "seed_district", 0.6)])
def test_money_that_finds_no_taker_is_not_paid_in_and_is_counted(region, start, lever, line, share):
    planned = 5 * LEVERS[lever].high
    outcomes = at(region, start, lever, LEVERS[lever].high)
    paid = outcomes.money[:, 6:, LINE_IDS.index(line)].sum(axis=1) * 1e-4 / share
    left = outcomes.through(f"{lever.removesuffix('_fund')}_deals:unplaced")[:, 6:].sum(axis=1)
    assert (left > 0.0).mean() > 0.5 and (paid <= planned).all()
    assert np.allclose(paid + left, planned, atol=45.0)  # counted in whole 万元, quarter by quarter


def test_seed_money_pays_for_first_hires(region):
    w = opened(region, region.levers.with_path("seed_fund", {2021: 5000.0}))
    hired = 0
    for _ in quarters(w, 30):
        firms = w.firms
        new = (firms.seed_q == w.district[0].quarter) & (firms.alive == 1)
        assert (firms.staff[new] >= firms.asked[new] * 1e-4 / 20.0).all()
        hired += int(new.sum())
    assert hired > 0


def test_half_of_the_landed_with_research_enter_the_register_at_once(region, start):
    none, many = (at(region, start, "firms_attracted", value) for value in (0.0, 80.0))
    doors = ("enterprises:attracted", "tech_enterprises:attracted")
    landed, entered = ((many.through(door) - none.through(door))[:, 6:].sum() for door in doors)
    assert 0.1 * landed < entered < 0.6 * landed
