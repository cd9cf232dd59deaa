"""Funds and loan schemes 基金与贷款: two incentive structures for credit, and equity apart."""

import math

import numpy as np

from agents.compiled import rule
from agents.face import Face

KNOWLEDGE, COMMERCIAL, SEED, ENVIRONMENT_SEED, INDUSTRY, VENTURE = 0, 1, 2, 3, 4, 5  # rows and kinds
N_FUNDS = 6
REFUSED, TAKEN_UP, PAID = 0, 1, 2  # verdicts

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

KNOWLEDGE_TERM, COMMERCIAL_TERM = 8, 4  # quarters (D)
LEVERAGE = 10.0  # lending a yuan of risk pool carries (D)


@rule
def credit_score(rd, patents, other_ip, talents, certified, quality):
    """Score behind the grade of 知识价值信用贷款 [points]: IP and R&D the base, talent and titles the bonus (S), weights D."""
    points = 12.0 * math.log1p(patents) + 5.0 * math.log1p(other_ip) + 7.0 * math.log1p(rd / 20.0)
    points += 4.0 * math.log1p(1.0 * talents) + (8.0 if certified else 0.0)
    return points + 5.0 * quality


@rule
def credit_grade(score):
    """Grade of a score [0 = A ... 4 = E] (lines D)."""
    if score >= 45.0:
        return 0
    if score >= 32.0:
        return 1
    if score >= 20.0:
        return 2
    if score >= 10.0:
        return 3
    return 4


@rule
def knowledge_limit(grade, year):
    """Most a grade may borrow [万元]: 300 to 40 at the start (S, 2017; middle grades D), 500 to 80 now
    (S, 2023; the start year was not found: 2021 is assumed, D).
    """
    if year >= 2021:
        if grade == 0:
            return 500.0
        if grade == 1:
            return 400.0
        if grade == 2:
            return 300.0
        if grade == 3:
            return 160.0
        return 80.0
    if grade == 0:
        return 300.0
    if grade == 1:
        return 240.0
    if grade == 2:
        return 180.0
    if grade == 3:
        return 100.0
    return 40.0


@rule
def knowledge_amount(mean_size, limit, revenue, u):
    """What a firm asks [yuan, whole]: around ``kv_loan_size`` [万元] (C), within its limit and half a year's revenue (D)."""
    return 10000.0 * math.floor(max(10.0, min(limit, min(0.5 * revenue, mean_size * (0.5 + 1.3 * u)))))


@rule
def commercial_amount(revenue, u):
    """商业价值信用贷款 asked [yuan, whole]: a tenth of revenue, spread, 20 to 300 万元 (limit S, rest D; mean 91 observed)."""
    return 10000.0 * math.floor(max(20.0, min(300.0, 0.10 * revenue * (0.5 + u))))


@rule
def default_probability(base, age, cash_short, grade, cover, cover_response):
    """Yearly default of a borrower [share/yr] (``loan_default`` D): logit in age, cash and grade; cover above 0.8 raises it
    by ``default_cover_response`` in all when it goes to full (Lelarge et al.: guarantees raise default).
    """
    logit = math.log(base / (1.0 - base)) - 0.05 * (min(age, 15.0) - 6.0) + 0.25 * (grade - 2.0)
    if cash_short:
        logit += 0.5
    p = 1.0 / (1.0 + math.exp(-logit))
    return min(0.5, p * (1.0 + cover_response * max(0.0, cover - 0.8) / 0.2))


@rule
def bank_lends(rate, default, loss_share, appetite):
    """Whether a bank earns its keep [yes/no]: r(1 - p) - (uncovered loss) p - 1 % running cost > 2.5 % funding.

    Break-even p is 3.5 % at a cover of 0.80 and 5.9 % at 0.90 (X). ``appetite`` scales the cost side.
    """
    return rate * (1.0 - default) - loss_share * default > 0.035 / max(0.2, appetite)


@rule
def commercial_cover(balance, pool_paid, lent):
    """Cover left under 商业价值信用贷款 [yuan]: 2 % of what was lent, at most 4 % of the balance, less what was paid (S)."""
    return max(0.0, min(0.02 * lent - pool_paid, 0.04 * balance))


@rule
def seed_amount(environment_fund, u):
    """Seed money for one firm [yuan, whole]: mean 38.6 万元, environment 51.5 (P, X), at most 80 (S)."""
    mean = 51.5 if environment_fund else 38.6
    return 10000.0 * math.floor(min(80.0, mean * (0.6 + 0.8 * u)))


@rule
def may_have_seed(registered, age, year):
    """Seed money [yes/no]: in the register, up to three years old to 2017, five from 2018 (S)."""
    return registered and age <= (3.0 if year < 2018 else 5.0)


@rule
def venture_amount(revenue, u):
    """A private round [yuan, whole]: 300 to 5,000 万元 around a third of revenue (D)."""
    return 10000.0 * math.floor(min(5000.0, max(300.0, 0.33 * revenue * (0.5 + u))))


@rule
def industry_amount(revenue, u):
    """An industry-fund stake [yuan, whole]: 200 to 3,000 万元 around a sixth of revenue (D)."""
    return 10000.0 * math.floor(min(3000.0, max(200.0, 0.17 * revenue * (0.5 + u))))


class Fund(Face):
    """基金 / 贷款风险补偿. One row of ``world.funds``."""

    TABLE = "funds"

    def replenish(self) -> None:
        self.stage("replenish")

    def decide_applications(self) -> None:
        self.stage("decide_applications")

    def settle_losses(self) -> None:
        self.stage("settle_losses")
