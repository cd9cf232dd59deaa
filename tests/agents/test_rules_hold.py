"""What holds for any enterprise, not for one."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yidu.agents.compiled import plain
from yidu.agents.enterprise import dividend, exit_hazard, growth_spread, next_science_staff
from yidu.agents.fund import bank_lends, commercial_cover, default_probability, knowledge_amount, knowledge_limit
from yidu.agents.incubator import service_quality
from yidu.agents.luck import agent_id, chance, happens, hosted_id, normal, poisson, whole
from yidu.agents.statuses import certificate_valid, is_national_tech_sme, register_hazard
from yidu.agents.talent import accepts, leave_hazard
from yidu.agents.taxes import tax_due, user_cost

pytestmark = pytest.mark.fast

# A rule and its plain twin agree to the last bit (test_compiled_and_plain), so that either will do here.
share = st.floats(0.0, 1.0)
u = st.floats(1e-12, 1.0 - 1e-12)


@given(rate=st.floats(0.0, 0.25), deduction=share, more=share, profitable=st.booleans())
def test_a_larger_deduction_never_makes_research_dearer(rate, deduction, more, profitable):
    cost = plain(user_cost)
    assert cost(rate, min(1.0, deduction + more), profitable) <= cost(rate, deduction, profitable) + 1e-15


@given(rate=st.floats(0.0, 0.25), profit=st.floats(-1e9, 1e9), rd=st.floats(0.0, 1e9), deduction=share)
def test_tax_is_never_negative_and_never_more_than_the_rate_on_profit(rate, profit, rd, deduction):
    due = plain(tax_due)(rate, profit, rd, deduction)
    assert 0.0 <= due <= rate * max(0.0, profit)


@given(p=st.floats(0.0, 0.5), cover=st.floats(0.5, 0.95), more=st.floats(0.0, 0.45), rate=st.floats(0.025, 0.06))
def test_a_higher_cover_never_turns_a_bank_away(p, cover, more, rate):
    lends = plain(bank_lends)
    if lends(rate, p, 1.0 - cover, 1.0):
        assert lends(rate, p, max(0.0, 1.0 - cover - more), 1.0)


@given(base=st.floats(0.008, 0.08), age=st.floats(0.0, 40.0), short=st.booleans(), grade=st.integers(0, 4),
       cover=st.floats(0.5, 0.9), response=st.floats(0.2, 0.5))  # fmt: skip
def test_defaults_rise_with_cover_and_stay_a_probability(base, age, short, grade, cover, response):
    now = plain(default_probability)(base, age, short, grade, cover, response)
    then = plain(default_probability)(base, age, short, grade, cover + 0.05, response)
    assert 0.0 <= now <= then <= 0.5


@given(balance=st.floats(0.0, 1e10), paid=st.floats(0.0, 1e9), lent=st.floats(0.0, 1e10))
def test_commercial_cover_never_passes_either_cap(balance, paid, lent):
    cover = plain(commercial_cover)(balance, paid, lent)
    assert 0.0 <= cover <= max(0.0, 0.04 * balance)
    assert cover <= max(0.0, 0.02 * lent - paid)


@given(mean=st.floats(120.0, 280.0), grade=st.integers(0, 4), year=st.integers(2019, 2035), revenue=st.floats(20.0, 3e6), u=u)
def test_nobody_borrows_more_than_the_grade_allows(mean, grade, year, revenue, u):
    limit = plain(knowledge_limit)(grade, year)
    asked = plain(knowledge_amount)(mean, limit, revenue, u)
    assert asked == math.floor(asked) and 100_000.0 <= asked <= 10_000.0 * max(10.0, limit)


@given(cash=st.floats(0.0, 1e11), sales=st.floats(0.0, 1e10))
def test_owners_never_take_more_than_there_is(cash, sales):
    taken = plain(dividend)(cash, sales)
    assert 0.0 <= taken <= cash and taken == math.floor(taken)


@given(small=st.floats(5.0, 3e6), larger=st.floats(0.0, 3e6), sd=st.floats(0.2, 0.65), exponent=st.floats(0.14, 0.25))
def test_a_larger_firm_never_swings_more(small, larger, sd, exponent):
    spread = plain(growth_spread)
    assert spread(small + larger, sd, exponent) <= spread(small, sd, exponent)
    assert 0.125 * sd <= spread(small, sd, exponent) <= 0.8 * sd


@given(staff=st.floats(1.0, 6e4), science=st.floats(0.0, 6e4), before=st.floats(0.0, 2e5), now=st.floats(0.0, 2e5))
def test_science_staff_stay_among_the_staff(staff, science, before, now):
    assert 0.0 <= plain(next_science_staff)(science, staff, before, now, 0.0) <= 0.9 * staff


@given(age=st.floats(0.0, 60.0), last=st.floats(0.02, 0.085))
def test_a_firm_never_closes_for_certain(age, last):
    assert 0.0 < plain(exit_hazard)(age, 0.016, 0.063, 0.095, 0.085, last) < 0.2


@given(issued=st.integers(0, 60), later=st.integers(0, 40))
def test_a_certificate_counts_for_twelve_quarters_and_not_one_more(issued, later):
    assert bool(plain(certificate_valid)(issued, issued + later)) == (later < 12)


@given(staff=st.floats(1.0, 900.0), sales=st.floats(0.0, 4e4), science=st.floats(0.0, 900.0), rd=st.floats(0.0, 1e4),
       patents=st.integers(0, 9), other=st.integers(0, 9))  # fmt: skip
def test_one_more_patent_never_costs_a_firm_its_title(staff, sales, science, rd, patents, other):
    title = plain(is_national_tech_sme)
    if title(2020, staff, sales, science, rd, patents, other, False, False):
        assert title(2020, staff, sales, science, rd, patents + 1, other, False, False)


@given(rate=st.floats(0.02, 0.5), drive=st.floats(0.0, 2.0), strength=st.floats(1.0, 15.0), award=st.floats(0.0, 5.0),
       response=st.floats(0.0, 0.3), boost=st.floats(1.0, 2.5), push=st.floats(1.0, 3.5))  # fmt: skip
def test_nothing_that_is_meant_to_help_registration_hinders_it(rate, drive, strength, award, response, boost, push):
    bare = plain(register_hazard)(rate, 0.0, strength, 0.0, response, False, boost, False, 1.0)
    helped = plain(register_hazard)(rate, drive, strength, award, response, True, boost, True, push)
    assert helped >= bare >= 0.0


@given(base=st.floats(0.05, 1.0), package=st.floats(0.0, 200.0), more=st.floats(0.0, 100.0), host=st.floats(0.0, 12.0),
       elasticity=st.floats(0.05, 0.5), pull=st.floats(-1.5, 1.5), u=u)  # fmt: skip
def test_who_takes_an_offer_takes_a_larger_one(base, package, more, host, elasticity, pull, u):
    if plain(accepts)(base, package, elasticity, host, pull, u):
        assert plain(accepts)(base, package + more, elasticity, host, pull, u)
    leave = plain(leave_hazard)
    assert leave(base, package + more, elasticity, pull, False) <= leave(base, package, elasticity, pull, False)


@given(base=st.floats(0.1, 1.5), support=st.floats(0.0, 59.0), more=st.floats(0.01, 1.0))
def test_a_little_more_support_helps_below_60_wan(base, support, more):
    assert plain(service_quality)(base, support + more) >= plain(service_quality)(base, support)


# --- luck


@given(mean=st.floats(0.0, 150.0), more=st.floats(0.0, 20.0), u=u)
@example(mean=59.99, more=0.02, u=0.001)  # where the count of many events is drawn another way
def test_a_higher_mean_never_draws_fewer_events(mean, more, u):
    assert plain(poisson)(mean + more, u) >= plain(poisson)(mean, u)


@given(mean=st.floats(0.0, 150.0), u=u, v=u)
def test_better_luck_never_draws_fewer_events(mean, u, v):
    low, high = sorted((u, v))
    assert plain(poisson)(mean, low) <= plain(poisson)(mean, high)


@given(amount=st.floats(0.0, 300.0), more=st.floats(0.0, 3.0), u=u)
def test_a_fractional_plan_is_rounded_by_luck_and_a_larger_one_never_down(amount, more, u):
    drawn = plain(whole)(amount, u)
    assert math.floor(amount) <= drawn <= math.floor(amount) + 1
    assert plain(whole)(amount + more, u) >= drawn


@given(hazard=st.floats(-1.0, 40.0), u=u)
def test_the_shortcut_settles_no_draw_otherwise(hazard, u):
    assert bool(plain(happens)(u, hazard)) == (u < plain(chance)(hazard))


@given(u=st.floats(1e-15, 0.5))
def test_the_normal_quantile_is_symmetric(u):
    if 1.0 - (1.0 - u) == u:
        assert math.isclose(plain(normal)(u), -plain(normal)(1.0 - u), rel_tol=1e-6, abs_tol=1e-9)


id_parts = st.tuples(st.integers(1, 7), st.integers(0, 9), st.integers(-24, 83), st.integers(0, 999_999))


@given(one=id_parts, other=id_parts)
def test_ids_differ_unless_kind_door_quarter_and_ordinal_agree(one, other):
    assert (plain(agent_id)(*one) == plain(agent_id)(*other)) == (one == other)
    assert 0 < plain(agent_id)(*one) < 2**63


@given(quarter=st.integers(0, 83), host=st.integers(0, 2**62))
def test_what_a_host_founds_has_an_id_of_its_own(quarter, host):
    ids = {plain(hosted_id)(5, quarter, host, nth) for nth in range(8)}
    assert len(ids) == 8 and all(0 <= i < 2**62 for i in ids)
