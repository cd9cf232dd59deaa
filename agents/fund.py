"""Funds and loan schemes 基金与贷款: two incentive structures for credit, and equity apart."""

import math

import numpy as np

from yidu.agents import numbers
from yidu.agents.compiled import rule
from yidu.agents.face import Face
from yidu.agents.scales import in_force

KNOWLEDGE, COMMERCIAL, SEED, ENVIRONMENT_SEED, INDUSTRY, VENTURE, GUARANTEE = 0, 1, 2, 3, 4, 5, 6  # rows and kinds
N_FUNDS = 7
REFUSED, TAKEN_UP, PAID = 0, 1, 2  # verdicts
BEFORE, GUARANTEED = 1, 2  # what a firm borrowed: something, and its loan now has a guarantor

FUND = np.dtype(
    [
        ("id", "i8"),
        ("kind", "i8"),
        ("cash", "f8"),  # yuan, whole, never below zero
        ("pool", "f8"),  # 万元 the district and city promised to hold in it
        ("committed", "f8"),  # 万元 of capital committed
        ("outstanding", "f8"),  # yuan lent and not yet repaid or written off
        ("lent", "f8"), ("repaid", "f8"), ("written_off", "f8"),  # yuan, cumulative
        ("applications", "i8"), ("taken_up", "i8"), ("paid", "i8"),  # cumulative
        ("losses_year", "f8"),  # yuan the pool has covered this year
        ("lent_year", "f8"),  # yuan lent this year
        ("alive", "i8"),
    ],
    align=True,
)  # fmt: skip


@rule
def credit_score(rd, patents, other_ip, talents, certified, quality):
    """Score behind the grade of 知识价值信用贷款 [points]: IP and R&D the base, talent and titles the bonus (S), weights D."""
    points = 12.0 * math.log1p(patents) + 5.0 * math.log1p(other_ip) + 7.0 * math.log1p(rd / 20.0)
    points += 4.0 * math.log1p(1.0 * talents) + (8.0 if certified else 0.0)
    return points + 5.0 * quality


@rule
def credit_grade(score):
    """Grade of a score [0 = A ... 4 = E] (lines D)."""
    for least, grade in numbers.CREDIT_LINES:
        if score >= least:
            return grade
    return 4


@rule
def knowledge_limit(grade, year):
    """Most a grade may borrow [万元]: 300 to 40 at the start (S, 2017; middle grades D), 500 to 80 now
    (S, 2023; the start year was not found: 2021 is assumed, D).
    """
    return in_force(numbers.KNOWLEDGE_LIMITS, year)[grade]


@rule
def knowledge_amount(mean_size, limit, revenue, u):
    """What a firm asks [yuan, whole]: around ``kv_loan_size`` [万元] (C), within its limit and half a year's revenue (D)."""
    return 10000.0 * math.floor(max(10.0, min(limit, min(0.5 * revenue, mean_size * (0.5 + 1.3 * u)))))


@rule
def commercial_amount(revenue, u):
    """商业价值信用贷款 asked [yuan, whole]: a tenth of revenue, spread, 20 to 300 万元 (limit S, rest D; mean 91 observed)."""
    wanted = numbers.COMMERCIAL_SHARE * revenue * (0.5 + u)
    return 10000.0 * math.floor(max(numbers.COMMERCIAL_LEAST, min(numbers.COMMERCIAL_LIMIT, wanted)))


@rule
def default_probability(base, age, cash_short, grade, cover, cover_response):
    """Yearly default of a borrower [share/yr] (``loan_default`` D): logit in age, cash and grade; cover above 0.8 raises it
    by ``default_cover_response`` in all when it goes to full (Lelarge et al.: guarantees raise default).
    """
    logit = math.log(base / (1.0 - base)) - 0.05 * (min(age, 15.0) - 6.0) + 0.25 * (grade - 2.0)
    if cash_short:
        logit += 0.5
    p = 1.0 / (1.0 + math.exp(-logit))
    return min(0.5, p * (1.0 + cover_response * max(0.0, cover - numbers.USUAL_COVER) / 0.2))


@rule
def appetite_of_bank(appetite, z):
    """Appetite of the bank a firm meets [ratio], from that of banks in general and a standard normal deviate: banks differ in
    funding cost, staff and taste, by ``BANK_SPREAD`` (D), so a share of applications passes, never all or none.
    """
    return appetite * math.exp(numbers.BANK_SPREAD * z)


@rule
def bank_lends(rate, default, loss_share, appetite):
    """Whether a bank earns its keep [yes/no]: r(1 - p) - (uncovered loss) p - 1 % running cost > 2.5 % funding.

    Break-even p is 3.5 % at a cover of 0.80 and 5.9 % at 0.90 (X). ``appetite``, that of the bank asked, scales the cost side.
    """
    return rate * (1.0 - default) - loss_share * default > numbers.BANK_COST / max(0.2, appetite)


@rule
def pool_has_room(outstanding, carried):
    """Chance that a bank's own part of a pool has room for a loan [share]: parts differ, so that lending outstanding, over what the
    pool carries in all, closes them one after another (D). A larger pool lends more, ever less of it.
    """
    return math.exp(-outstanding / carried) if carried > 0.0 else 0.0


@rule
def commercial_cover(balance, pool_paid, lent):
    """Cover left under 商业价值信用贷款 [yuan]: 2 % of what was lent, at most 4 % of the balance, less what was paid (S)."""
    return max(0.0, min(numbers.COMMERCIAL_COVER_LENT * lent - pool_paid, numbers.COMMERCIAL_COVER_BALANCE * balance))


@rule
def may_be_guaranteed(research, patents, borrowed, revenue):
    """Whether a guarantee is meant for a firm [yes/no]: one that does research or is on the register (``research``), of some revenue
    [万元], that banks know nothing of: without a patent, or without a loan so far (首贷; D).
    """
    return research and revenue > numbers.GUARANTEE_FROM and (patents <= 0 or not borrowed)


@rule
def guaranteed_amount(revenue, u):
    """担保贷款 asked [yuan, whole]: about a seventh of revenue, spread, 20 to 200 万元 (D)."""
    wanted = numbers.GUARANTEE_ASKED * revenue * (0.5 + u)
    return 10000.0 * math.floor(max(numbers.GUARANTEE_LEAST, min(numbers.GUARANTEE_LIMIT, wanted)))


@rule
def seed_amount(environment_fund, u):
    """Seed money for one firm [yuan, whole]: mean 38.6 万元, environment 51.5 (P, X), at most 80 (S)."""
    mean = numbers.ENVIRONMENT_SEED_MEAN if environment_fund else numbers.SEED_MEAN
    return 10000.0 * math.floor(min(numbers.SEED_LIMIT, mean * (0.6 + 0.8 * u)))


@rule
def first_hires(asked):
    """People that a young firm takes on with seed money [people] (D)."""
    return asked * 0.0001 / numbers.FIRST_HIRE


@rule
def may_have_seed(registered, age, year):
    """Seed money [yes/no]: in the register, up to three years old to 2017, five from 2018 (S)."""
    return registered and age <= in_force(numbers.SEED_AGE, year)


@rule
def venture_amount(revenue, u):
    """A private round [yuan, whole]: 300 to 5,000 万元 around a third of revenue (D)."""
    return 10000.0 * math.floor(min(5000.0, max(300.0, 0.33 * revenue * (0.5 + u))))


@rule
def industry_amount(revenue, u):
    """An industry-fund stake [yuan, whole]: 200 to 3,000 万元 around a sixth of revenue (D)."""
    wanted = numbers.STAKE_SHARE * revenue * (0.5 + u)
    return 10000.0 * math.floor(min(numbers.LARGEST_STAKE, max(numbers.SMALLEST_STAKE, wanted)))


@rule
def deal_hazard(money):
    """Yearly hazard that a firm of some size asks the industry fund [1/yr], by the ``money`` it puts out a year [万元]: a larger fund
    looks wider, and finds ever less (D).
    """
    return min(numbers.DEALS_MOST, numbers.DEALS_FOUND * math.sqrt(money / 1000.0))


@rule
def fund_condition(money):
    """Factor on the landing of signed projects where the fund can take a stake [ratio] (``contract_realisation`` is 0.35 at best where
    0.22 is usual: the fund is taken for part of that; D), by ``money`` a year [万元].
    """
    return 1.0 + numbers.FUND_ATTRACTS * (1.0 - math.exp(-money / numbers.FUND_IN_PLENTY))


class Fund(Face):
    """基金 / 贷款风险补偿. One row of ``world.funds``."""

    TABLE = "funds"

    def replenish(self) -> None:
        self.stage("replenish")

    def decide_applications(self) -> None:
        self.stage("decide_applications")

    def settle_losses(self) -> None:
        self.stage("settle_losses")
