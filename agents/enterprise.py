"""Enterprises 企业: their columns, how they grow, spend and close, and their Mesa face.

Statuses are in ``statuses.py``, taxes in ``taxes.py``, research and patents in ``research.py``.
"""

import math

from yidu.agents import numbers
from yidu.agents.compiled import rule
from yidu.agents.face import Face
from yidu.agents.lines import in_lines
from yidu.agents.luck import laplace

NEVER = -99  # quarter index of something that has not happened
NOWHERE = -1  # row of an incubator, institute or host that one does not have

ENTERPRISE = in_lines(
    [
        ("id", "i8"),  # kind, door of entry, birth quarter, ordinal
        ("revenue", "f8"),  # 万元 a year, this quarter's rate
        ("staff", "f8"),  # people
        ("science_staff", "f8"),  # people
        ("rd", "f8"),  # 万元 a year, reported R&D at this quarter's rate
        ("intensity", "f8"),  # R&D over revenue it would choose at the user cost of 2015 [share]
        ("knowledge", "f8"),  # 万元, stock of real R&D
        ("quality", "f8"),  # hidden, standard normal
        ("high_tech_share", "f8"),  # 高新技术产品（服务）收入 over revenue [share]
        ("cash", "f8"),  # yuan, whole
        ("knowledge_loan", "f8"),  # yuan outstanding, whole
        ("commercial_loan", "f8"),  # yuan outstanding, whole: on commercial value, or with a guarantor behind it
        ("knowledge_bad", "f8"), ("commercial_bad", "f8"),  # yuan defaulted on this quarter, whole
        ("asked", "f8"),  # yuan asked of the fund applied to, whole
        ("out_for", "i1"),  # quarters after 2020 for which a firm struck off by the record stays without the status; 0: none was
        ("rd_year", "f8"), ("rd_1", "f8"), ("rd_2", "f8"), ("rd_3", "f8"),  # 万元 reported: this year, 1, 2, 3 years ago
        ("sales_year", "f8"), ("sales_1", "f8"), ("sales_2", "f8"), ("sales_3", "f8"),  # 万元, the same years
        ("patents", "i4"),  # live invention patents
        ("other_ip", "i4"),  # software rights and utility models
        ("birth_q", "i2"), ("exit_q", "i2"),  # quarter index
        ("register_q", "i2"),  # joined the register 科技型企业
        ("hnte_q", "i2"),  # current 高企 certificate issued
        ("specialised_q", "i2"),  # 专精特新 title
        ("otc_q", "i2"),  # 重庆OTC科创板
        ("postdoc_q", "i2"),  # 博士后科研工作站
        ("vc_q", "i2"), ("seed_q", "i2"),  # last venture deal, seed money
        ("incubator", "i2"), ("partner", "i2"),  # rows
        ("consortium", "i2"),  # 1 + row, 0 none; over once that row is
        ("coached_year", "i2"), ("served_year", "i2"), ("project_year", "i2"),  # last year of each
        ("sector", "i1"), ("industry", "i1"), ("place", "i1"), ("door", "i1"),
        ("alive", "i1"), ("giant", "i1"), ("state_owned", "i1"),  # giant: its number, from 1
        ("strategic", "i1"), ("high_tech_class", "i1"), ("digital", "i1"),
        ("aware", "i1"), ("eligible", "i1"), ("above_scale", "i1"), ("crossed", "i1"), ("sme_title", "i1"),
        ("board", "i1"),  # 0 none, 1 OTC, 2 新三板, 3 主板
        ("platforms", "i1"), ("talents", "i1"), ("visitors", "i1"), ("pillar", "i1"),
        ("knowledge_left", "i1"), ("commercial_left", "i1"),  # quarters to repay
        ("borrowed", "i1"),  # 0 never, 1 it has had a loan, 2 its loan in ``commercial_loan`` has a guarantor
        ("request", "i1"),  # 1 + row of the fund applied to, 0 none
        ("incubator_asked", "i2"), ("partner_asked", "i2"),  # 1 + row
        ("proposal", "i1"),  # 1 a platform, 2 a postdoctoral station, 3 a project
    ],
    rare=("visitors", "consortium", "borrowed"),
)  # fmt: skip


@rule
def age_years(birth_q, quarter):
    """Age of a firm [years]."""
    return (quarter - birth_q) * 0.25


@rule
def growth_spread(revenue, sd, exponent):
    """Standard deviation of a firm's log growth in a quarter [log].

    Falls with size as S^-beta (B, Riccaboni et al. 2008; A for China, Zou 2019); ``sd`` [log/yr] is
    that of a firm of 2,000 万元. Bounded between a quarter of it and 1.6 times.
    """
    size = math.exp(-exponent * math.log(max(revenue, 20.0) / 2000.0))
    return 0.5 * sd * min(1.6, max(0.25, size))


@rule
def growth(expected, spread, u):
    """Log growth of revenue in a quarter [log], Laplace around an expected factor of exp(expected).

    ``expected`` [log/quarter] is the growth of the average firm, so half the variance is taken off; one
    quarter never does more than halve or double a firm.
    """
    return min(0.69, max(-0.69, expected - 0.5 * spread * spread + spread * laplace(u)))


@rule
def age_growth(age):
    """Extra growth of the young [log/yr]: 0.08 at birth, gone by year eight (D)."""
    return numbers.YOUNG_GROWTH * max(0.0, 1.0 - age / numbers.YOUNG_YEARS)


@rule
def next_staff(staff, factor):
    """Staff follow revenue: six tenths of its growth ``factor`` [ratio] in a quarter [people] (D)."""
    return min(60000.0, max(1.0, staff * (numbers.STAFF_STAYS + numbers.STAFF_FOLLOWS * factor)))


@rule
def next_science_staff(science_staff, staff, rd_before, rd_now, skill):
    """Science staff follow R&D with an elasticity of 0.5 and never pass nine tenths of staff [people].

    ``skill`` [share a quarter] is the pull of a postdoctoral station (A, ``postdoc_station_skill``).
    """
    change = math.log((rd_now + 1.0) / (rd_before + 1.0))
    return min(numbers.SCIENCE_STAFF_MOST * staff, max(0.0, science_staff * math.exp(numbers.SCIENCE_STAFF_ELASTICITY * change + skill)))


@rule
def margin_before_rd(quality, intensity):
    """Profit over revenue before R&D [share]: 5 % and a point of quality, and R&D earns its cost back (D)."""
    return numbers.MARGIN + numbers.MARGIN_OF_QUALITY * quality + 0.9 * min(0.5, intensity)


@rule
def dividend(cash, quarter_sales):
    """What owners take out when cash passes a quarter and a half of sales [yuan, whole] (D)."""
    return math.floor(numbers.DIVIDEND_SHARE * max(0.0, cash - numbers.CASH_KEPT * quarter_sales))


@rule
def founding_rate(rate, growth, years):
    """Firms founded in a year over the starting pool [1/yr]: ``entry_rate`` in 2015, and each year since ``entry_growth`` of that more."""
    return rate * max(0.0, 1.0 + growth * years)


@rule
def support_felt(money):
    """How far start-up support of so much ``money`` a year in a district is felt by those who think of founding or look for a place
    [share]: ever less of a yuan more (D).
    """
    return money / (money + numbers.STARTUP_HALF)


@rule
def support_helps(each):
    """What start-up support of ``each`` [万元/yr] does for a young firm's survival, over what seed money does [share]: a half at a whole
    rent (D).
    """
    return each / (each + numbers.STARTUP_MOST)


@rule
def founded_more(money):
    """Factor on founding [ratio] under start-up support of so much ``money`` a year in a district [万元] (D)."""
    return 1.0 + numbers.STARTUP_FOUNDS * support_felt(money)


@rule
def exit_hazard(age, hazard_0, hazard_1, hazard_2, hazard_3_6, hazard_7plus):
    """Yearly hazard of closing by age [1/yr] (C, SAIC enterprise-survival report 2013).

    After year seven it declines linearly to 0.03 at age fifteen, never above its start.
    """
    if age < 1.0:
        return hazard_0
    if age < 2.0:
        return hazard_1
    if age < 3.0:
        return hazard_2
    if age < 7.0:
        return hazard_3_6
    floor = min(numbers.EXIT_AT_FIFTEEN, hazard_7plus)
    return max(floor, hazard_7plus + (floor - hazard_7plus) * (age - 7.0) / 8.0)


@rule
def giant_exit_hazard(rate, multiple, named, year):
    """Yearly hazard that a giant closes [1/yr] (D): its own ``rate`` times the environment's ``multiple``. One that the record names
    is there to the record's end, for the plan of 2021 still names it; what befalls it later is drawn by lot, or an event.
    """
    return 0.0 if named and year <= numbers.NAMED_UNTIL else rate * multiple


@rule
def own_exit_hazard(base, registered, certified, register_ratio, incubated, incubator_ratio, seeded, survival_effect, helped):
    """Yearly hazard of one firm [1/yr]: register firms by ``register_exit_ratio`` (D), 高企 half of that (D),
    incubated ones by ``incubator_hazard_ratio`` (B, Schwartz 2013), seed money by ``grant_effect_survival`` (A), start-up support by
    the part ``helped`` of that [share].
    """
    hazard = base
    if registered:
        hazard *= register_ratio
    if certified:
        hazard *= numbers.EXIT_OF_CERTIFIED
    if incubated:
        hazard *= incubator_ratio
    if seeded:
        hazard -= survival_effect
    hazard -= helped * survival_effect
    return max(0.0, hazard)


class Enterprise(Face):
    """企业. One row of ``world.firms``; each method is a stage of the quarter, and may be overridden."""

    TABLE = "firms"

    def grow(self) -> None:
        self.stage("grow")

    def choose_rd(self) -> None:
        self.stage("choose_rd")

    def operate(self) -> None:
        self.stage("operate")

    def invent(self) -> None:
        self.stage("invent")

    def learn(self) -> None:
        self.stage("learn")

    def register(self) -> None:
        self.stage("register")

    def certify(self) -> None:
        self.stage("certify")

    def list_shares(self) -> None:
        self.stage("list_shares")

    def apply_to_funds(self) -> None:
        self.stage("apply_to_funds")

    def collect_from_funds(self) -> None:
        self.stage("collect_from_funds")

    def service_loans(self) -> None:
        self.stage("service_loans")

    def apply_to_incubators(self) -> None:
        self.stage("apply_to_incubators")

    def move_in_or_graduate(self) -> None:
        self.stage("move_in_or_graduate")

    def seek_partner(self) -> None:
        self.stage("seek_partner")

    def meet_partner(self) -> None:
        self.stage("meet_partner")

    def propose(self) -> None:
        self.stage("propose")

    def collect_recognition(self) -> None:
        self.stage("collect_recognition")

    def close_or_continue(self) -> None:
        self.stage("close_or_continue")

    def close_year(self) -> None:
        self.stage("close_year")
