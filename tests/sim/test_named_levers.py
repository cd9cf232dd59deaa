"""Levers that the plan names beside the usual ones: bodies made legal persons, platforms that rise, part-time people, pilot bases,
consortia, guarantees. What each does in a district, quarter by quarter.
"""

import numpy as np
import pytest

from tests.sim.small import constant, living, opened, quarters, small
from yidu.agents import numbers
from yidu.agents.fund import GUARANTEE, GUARANTEED, KNOWLEDGE
from yidu.agents.institute import CONSORTIUM, HIGH_END, HOSTED, NEW_INSTITUTE
from yidu.agents.talent import PRESENT, VISITING
from yidu.sim import indicators as ind
from yidu.sim.flows import DOOR, DOORS
from yidu.sim.ledger import LINE_IDS
from yidu.sim.levers import LEVERS

NAMED = ("institute_conversion", "platform_upgrade", "flexible_talent", "pilot_bases", "consortia", "credit_guarantee")
END = 43


def at_top(region, *names, run=0, **values):
    """A district of 400 firms with some of these levers at the top of their range from 2021 on."""
    paths = constant(region, {name: LEVERS[name].high for name in names}, 2021)
    return opened(region, paths, run=run, draws=small(region, pool_size=400.0, **values), reconciled=False)


def passed(w, door):
    return w.flows[:, DOORS.index(door)].sum()


def paid(w, line):
    """Yuan on a line since the start."""
    return w.ledger[:, LINE_IDS.index(line)].sum()


def bodies(w):
    return w.institutes[: w.district[0].n_institutes]


@pytest.mark.parametrize("name", NAMED)
def test_none_of_them_was_there_in_2016_to_2020(dadukou, name):
    assert LEVERS[name].record == LEVERS[name].low == 0.0
    assert {dadukou.levers.get(name, year) for year in range(2016, 2026)} == {0.0}


def test_without_them_nothing_goes_through_their_doors_and_nothing_is_paid_on_their_lines(dadukou):
    w = opened(dadukou, draws=small(dadukou), reconciled=False)
    for _ in quarters(w, END):
        pass
    first = DOORS.index("new_rd_institutes:landed")
    landed = {"new_rd_institutes:landed", "high_end_platforms:set_up"}  # noted beside an older door
    used = {door for door in DOORS[first:] if passed(w, door)}
    assert {door for door in used if not door.startswith("landings:")} <= landed
    assert w.ledger[:, LINE_IDS.index("institute_conversion") :].sum() == 0.0


# --- bodies that become legal persons


def test_a_body_made_a_legal_person_is_reviewed_two_years_later_and_stays_one_platform(dadukou):
    reviewed = 0
    for run in range(4):
        w = at_top(dadukou, "institute_conversion", run=run, institute_landing=0.6)
        before = None
        for _ in quarters(w, END):
            now = bodies(w)[["kind", "legal_q", "host", "alive"]].copy()
            if before is not None:
                was = now[: before.size]
                changed = (before["kind"] == HOSTED) & (was["kind"] == NEW_INSTITUTE)
                assert (w.district[0].quarter - was["legal_q"][changed] == numbers.CONVERSION_REVIEW).all()
                assert (was["alive"][changed] == 1).all() and (was["host"][changed] == -1).all()
                reviewed += int(changed.sum())
            before = now
        assert paid(w, "institute_conversion") == 350_000.0 * passed(w, "institute_conversion:helped")
        assert passed(w, "new_rd_institutes:converted") <= passed(w, "institute_conversion:helped")
    assert reviewed > 0


def test_only_bodies_of_firms_above_scale_are_helped_and_no_more_than_set(dadukou):
    w = at_top(dadukou, "institute_conversion")
    for _ in quarters(w, END):
        new = bodies(w)[bodies(w).legal_q == w.district[0].quarter]
        assert new.size <= LEVERS["institute_conversion"].high
        assert (w.firms[new.host].above_scale == 1).all()


# --- platforms that rise a tier


def test_a_platform_that_rises_has_run_three_years_at_a_firm_with_fifty_science_staff_and_is_paid_for(dadukou):
    risen = 0
    for run in range(6):
        w = at_top(dadukou, "platform_upgrade", run=run, award_response=0.3, high_platform_rate=0.3)
        before = None
        for _ in quarters(w, END):
            now = bodies(w)[["kind", "birth_q", "host"]].copy()
            if before is not None:
                up = (before["kind"] == HOSTED) & (now["kind"][: before.size] == HIGH_END)
                assert (w.district[0].quarter - before["birth_q"][up] >= numbers.UPGRADE_AFTER).all()
                hosts = w.firms[before["host"][up]]
                assert (hosts.science_staff[hosts.alive == 1] >= numbers.UPGRADE_STAFF).all()
                risen += int(up.sum())
            before = now
        assert paid(w, "platform_upgrade") == 3_000_000.0 * passed(w, "high_end_platforms:upgraded")
    assert risen > 0


# --- people who work part time


def test_part_time_people_are_paid_while_they_work_and_no_longer_than_three_years(dadukou):
    w = at_top(dadukou, "flexible_talent")
    earlier = 0.0
    for _ in quarters(w, END):
        people = w.people[: w.district[0].n_people]
        at_work = people[people.status == VISITING]
        now = paid(w, "flexible_talent")
        assert now - earlier == 50_000.0 * at_work.size
        assert (w.district[0].quarter - at_work.arrival_q < numbers.FLEXIBLE_LONG).all() and (at_work.host >= 0).all()
        earlier = now
    assert earlier > 0.0


def test_part_time_people_are_not_of_the_list_until_they_stay_on_and_then_have_the_package(dadukou):
    stayed = 0
    for run in range(4):
        w = at_top(dadukou, "flexible_talent", run=run)
        for _ in quarters(w, END):
            pass
        people = w.people[: w.district[0].n_people]
        assert w.indicators[w.district[0].row, ind.TALENT] == np.count_nonzero(people.status == PRESENT)
        assert passed(w, "flexible_talent:stayed_on") == passed(w, "high_end_talent:stayed_on") <= passed(w, "flexible_talent:came")
        stayed += passed(w, "high_end_talent:stayed_on")
    assert stayed > 0


def test_part_time_people_add_to_their_hosts_knowledge(dadukou):
    with_, without = (at_top(dadukou, *names, star_effect=0.5) for names in (("flexible_talent",), ()))
    for _ in zip(quarters(with_, 27), quarters(without, 27), strict=True):
        pass
    both = min(with_.district[0].n_firms, without.district[0].n_firms)
    mine, theirs = with_.firms[:both], without.firms[:both]
    hosts = (mine.alive == 1) & (theirs.alive == 1) & (mine.visitors > 0)
    assert hosts.sum() > 0 and (mine.knowledge[hosts] > theirs.knowledge[hosts]).mean() > 0.9


# --- pilot bases


def test_what_pilot_bases_do_not_spend_on_partnered_firms_is_left_and_counted(dadukou):
    w = at_top(dadukou, "pilot_bases")
    for _ in quarters(w, END):
        pass
    planned = 5 * LEVERS["pilot_bases"].high
    spent, left = paid(w, "pilot_bases") * 1e-4, passed(w, "pilot_bases:unplaced")
    assert 0.0 < spent < planned and 0.0 <= planned - spent - left <= 20.0  # counted in whole 万元, quarter by quarter


def test_pilot_bases_renew_products_of_firms_with_a_partner_and_of_no_other(dadukou):
    # To the end of their first year: later, certificates and contacts reach others too.
    w, usual = (at_top(dadukou, *names, uic_effect=0.3, product_renewal=0.1) for names in (("pilot_bases",), ()))
    for _ in zip(quarters(w, 27), quarters(usual, 27), strict=True):
        pass
    mine, theirs = (one.firms[: min(w.district[0].n_firms, usual.district[0].n_firms)] for one in (w, usual))
    same = (mine.alive == 1) & (theirs.alive == 1) & (mine.partner == theirs.partner) & (mine.intensity > 0.0) & (mine.giant == 0)
    more = mine.high_tech_share > theirs.high_tech_share
    partnered = same & (mine.partner >= 0)
    assert partnered.sum() > 5 and more[partnered & (theirs.high_tech_share < 1.0)].mean() > 0.9
    assert not more[same & (mine.partner < 0)].any()


# --- consortia


def test_a_consortium_is_led_by_a_giant_of_its_sector_for_three_years_and_has_firms_of_that_sector(dadukou):
    founded = 0
    for run in range(3):
        w = at_top(dadukou, "consortia", run=run)
        for _ in quarters(w, END):
            rows = np.flatnonzero((bodies(w).kind == CONSORTIUM) & (bodies(w).alive == 1))
            leading = bodies(w).host[rows]
            assert (np.unique(leading, return_counts=True)[1] <= numbers.CONSORTIA_OF_A_GIANT).all()
            for row, leader in zip(rows, leading, strict=True):
                assert w.firms[leader].giant > 0 and w.district[0].quarter - bodies(w)[row].birth_q < numbers.CONSORTIUM_TERM
                members = living(w)[living(w).consortium == row + 1]
                assert (members.sector == w.firms[leader].sector).all()
                if w.district[0].quarter == bodies(w)[row].birth_q:
                    assert 1 <= np.count_nonzero(members.giant == 0) <= numbers.CONSORTIUM_MEMBERS  # some may have closed since
        asked = 5 * LEVERS["consortia"].high
        assert passed(w, "consortia:founded") + passed(w, "consortia:unled") == asked
        founded += passed(w, "consortia:founded")
        city, district = paid(w, "consortium_city"), paid(w, "consortium_district")
        assert city + district > 0.0 and district / (city + district) == pytest.approx(
            numbers.PROJECT_DISTRICT_SHARE, abs=1e-5
        )  # whole yuan
    assert founded > 6


def test_no_consortium_is_founded_where_there_is_no_giant(dadukou):
    w = at_top(dadukou, "consortia")
    for _ in quarters(w, 23):
        pass
    w.firms.giant[: w.district[0].n_firms] = 0
    w.levers.anchor_firms[:] = 0.0
    w.environment.giant_arrival[:] = 0.0
    for _ in quarters(w, 24):
        pass
    assert passed(w, "consortia:founded") == 0.0 and passed(w, "consortia:unled") == LEVERS["consortia"].high


# --- guarantees


def test_a_guaranteed_loan_goes_to_firms_without_patents_or_without_a_loan_so_far(dadukou):
    w = at_top(dadukou, "credit_guarantee", loan_application_rate=1.6)
    lent, before = 0, None
    for _ in quarters(w, END):
        f = w.firms[: w.district[0].n_firms].copy()
        if before is not None:
            known = f[: before.size]
            new = (known.borrowed == GUARANTEED) & (known.commercial_loan > 0.0) & (before.commercial_loan == 0.0)
            granted = known.patents[new] > before.patents[new]
            assert ((before.borrowed[new] == 0) | (known.patents[new] == 0) | granted).all()
            assert (known.giant[new] == 0).all()
            lent += int(new.sum())
        before = f
    fund = w.funds[GUARANTEE]
    assert lent > 0 and fund.paid >= lent
    assert 0.0 < passed(w, "guaranteed_loans:first") <= passed(w, "guaranteed_loans:paid") == fund.paid
    assert fund.lent == paid(w, "guaranteed_loan") and paid(w, "guarantee_cover") <= numbers.GUARANTEE_COVER * fund.written_off


def test_a_guaranteed_loan_is_no_knowledge_value_loan(dadukou):
    w = at_top(dadukou, "credit_guarantee", loan_application_rate=1.6)
    for _ in quarters(w, END):
        pass
    published = w.indicators[w.district[0].row, ind.KNOWLEDGE_LOANS] * 1e8
    assert published == pytest.approx(paid(w, "knowledge_loan") + w.district[0].loan_base, rel=1e-12)
    assert w.funds[KNOWLEDGE].lent == paid(w, "knowledge_loan") and paid(w, "guaranteed_loan") > 0.0


def test_the_guarantee_pool_is_filled_six_to_four_and_no_further_than_set(dadukou):
    w = at_top(dadukou, "credit_guarantee")
    for _ in quarters(w, END):
        assert w.funds[GUARANTEE].cash <= 10_000.0 * LEVERS["credit_guarantee"].high
    own, city = paid(w, "guarantee_pool_district"), paid(w, "guarantee_pool_city")
    assert own / (own + city) == pytest.approx(0.6, abs=1e-6)


def test_accounts_of_these_levers_have_ways_out_wherever_they_are_left():
    for account in ("flexible_talent", "consortia", "high_end_platforms"):
        assert {door.way for id, door in DOOR.items() if id.startswith(f"{account}:")} >= {"in", "out"}
