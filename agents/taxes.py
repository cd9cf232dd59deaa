"""Corporate income tax and the R&D super-deduction, from the firm's own status (national, not a lever)."""

from yidu.agents import numbers
from yidu.agents.compiled import rule


@rule
def tax_rate(certified, encouraged, small, small_rate):
    """Corporate income tax rate [share].

    15 % for 高企 (企业所得税法 art. 28) and for encouraged industry in the west (财税〔2011〕58号; 公告2020年第23号);
    小型微利企业 pay ``small_rate`` of that year; 25 % otherwise. A firm takes the lowest open to it.
    """
    rate = numbers.TAX_RATE
    if certified or encouraged:
        rate = numbers.REDUCED_TAX_RATE
    if small:
        rate = min(rate, small_rate)
    return rate


@rule
def is_small_low_profit(staff, profit):
    """小型微利: at most 300 staff and 300 万元 of taxable profit a year; assets not modelled (K, 财税〔2019〕13号)."""
    return staff <= numbers.SMALL_STAFF and profit <= numbers.SMALL_PROFIT


@rule
def super_deduction(manufacturing, tech_sme, general_rate, tech_sme_rate, manufacturing_rate):
    """Share of R&D deducted on top of its cost [share], the best the firm is entitled to that year."""
    rate = general_rate
    if tech_sme:
        rate = max(rate, tech_sme_rate)
    if manufacturing:
        rate = max(rate, manufacturing_rate)
    return rate


@rule
def user_cost(rate, deduction, profitable):
    """Cost of a yuan of expensed R&D after tax [yuan]: B = (1 - t(1 + s)) / (1 - t).

    A loss-making firm defers the benefit: half of it is counted (D).
    """
    cost = (1.0 - rate * (1.0 + deduction)) / (1.0 - rate)
    if profitable:
        return cost
    return 1.0 - numbers.DEFERRED_BENEFIT * (1.0 - cost)


@rule
def tax_due(rate, profit_before_rd, rd, deduction):
    """Income tax of a quarter [yuan]: on profit after R&D and its super-deduction, never negative."""
    return rate * max(0.0, profit_before_rd - rd * (1.0 + deduction))
