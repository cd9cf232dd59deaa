"""Income tax and the super-deduction, by hand."""

import pytest

from yidu.agents.taxes import is_small_low_profit, super_deduction, tax_due, tax_rate, user_cost

pytestmark = pytest.mark.fast


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_a_certified_firm_with_75_percent_deducted_pays_0_868_for_a_yuan_of_research():
    # (1 - 0.15 x 1.75) / 0.85 = 0.7375 / 0.85
    assert user_cost(0.15, 0.75, True) == near(0.7375 / 0.85)
    assert round(user_cost(0.15, 0.75, True), 3) == 0.868


def test_an_ordinary_firm_with_full_deduction_pays_two_thirds():
    # (1 - 0.25 x 2) / 0.75
    assert user_cost(0.25, 1.0, True) == near(2.0 / 3.0)


def test_without_a_super_deduction_a_yuan_of_research_costs_a_yuan():
    assert user_cost(0.15, 0.0, True) == near(1.0)
    assert user_cost(0.25, 0.0, False) == near(1.0)


def test_a_firm_in_the_red_waits_for_its_deduction_and_half_of_it_is_counted():
    # 1 - 0.5 x (1 - 0.867647) = 0.933824
    assert user_cost(0.15, 0.75, False) == near(1.0 - 0.5 * (1.0 - 0.7375 / 0.85))


def test_the_certificate_makes_research_dearer_because_there_is_less_tax_to_save():
    assert user_cost(0.15, 1.0, True) > user_cost(0.25, 1.0, True)


def test_the_lowest_rate_open_to_a_firm_is_taken():
    assert tax_rate(False, False, False, 0.05) == 0.25
    assert tax_rate(True, False, False, 0.05) == 0.15
    assert tax_rate(False, True, False, 0.05) == 0.15
    assert tax_rate(False, False, True, 0.05) == 0.05
    assert tax_rate(True, False, True, 0.05) == 0.05
    assert tax_rate(True, False, True, 0.20) == 0.15


def test_300_people_and_300_wan_of_profit_are_still_small_but_not_one_more():
    assert is_small_low_profit(300.0, 300.0)
    assert not is_small_low_profit(301.0, 300.0)
    assert not is_small_low_profit(300.0, 301.0)


def test_in_2021_a_manufacturer_deducts_all_and_a_technology_sme_three_quarters():
    rates = (0.75, 0.75, 1.0)  # general, technology SME, manufacturing
    assert super_deduction(True, False, *rates) == 1.0
    assert super_deduction(False, True, *rates) == 0.75
    assert super_deduction(False, False, *rates) == 0.75


def test_in_2017_only_technology_smes_deduct_three_quarters():
    rates = (0.50, 0.75, 0.50)
    assert super_deduction(True, True, *rates) == 0.75
    assert super_deduction(True, False, *rates) == 0.50


def test_a_quarter_of_a_million_before_40_wan_of_research_owes_45_thousand():
    # 1,000,000 - 400,000 x 1.75 = 300,000 of taxable profit, at 15 %
    assert tax_due(0.15, 1_000_000.0, 400_000.0, 0.75) == near(45_000.0)


def test_a_loss_owes_nothing():
    assert tax_due(0.25, 100_000.0, 400_000.0, 1.0) == 0.0


def test_a_technology_sme_takes_the_general_rate_where_that_is_the_better():
    assert super_deduction(False, True, 1.0, 0.75, 0.5) == super_deduction(True, True, 1.0, 0.75, 0.5) == 1.0
