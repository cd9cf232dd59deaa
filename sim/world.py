"""The world of one run: one structured array per kind of agent, the economy, the year tables and the ledger.

The same arrays serve the compiled ensemble and the Mesa model. A ``World`` is reused from run to run by
``population.synthesise``, which clears it.
"""

from typing import Any, NamedTuple

import numpy as np

from yidu.agents.enterprise import ENTERPRISE
from yidu.agents.fund import FUND, N_FUNDS
from yidu.agents.incubator import INCUBATOR
from yidu.agents.institute import INSTITUTE
from yidu.agents.lines import on_lines
from yidu.agents.parameters import PARAMETER
from yidu.agents.talent import TALENT
from yidu.sim.flows import N_DOORS
from yidu.sim.indicators import N_INDICATORS
from yidu.sim.ledger import N_LINES
from yidu.sim.levers import FIRST_YEAR, LEVERS, N_YEARS
from yidu.sim.pack import ENVIRONMENT_FIELDS
from yidu.sim.rows import rows_beside

N_SECTORS = 8
N_QUARTERS = 4 * N_YEARS
START_QUARTER = 3  # 2015Q4, the state synthesised
RECORD_END_QUARTER = 23  # 2020Q4, reconciled with the record

LEVER = np.dtype([(name, "f8") for name in LEVERS])

#: One row a year: what policy cannot move.
ENVIRONMENT = np.dtype([(name, "f8") for name in ENVIRONMENT_FIELDS])

SECTOR = np.dtype(
    [
        ("share", "f8"),  # of pool firms
        ("industry_share", "f8"),  # manufacturers among its firms
        ("value_added_ratio", "f8"),  # value added over revenue
        ("strategic", "f8"),  # chance that a manufacturer is 战略性新兴制造业
        ("high_tech", "f8"),  # chance of a high-tech industry class
        ("digital", "f8"),  # chance of digital core
        ("pillar", "i8"),
    ],
    align=True,
)  # fmt: skip

GIANT = np.dtype(
    [
        ("revenue_low", "f8"), ("revenue_high", "f8"),  # 万元/yr on arrival
        ("staff_low", "f8"), ("staff_high", "f8"),
        ("rd_low", "f8"), ("rd_high", "f8"),  # share of revenue
        ("leave_rate", "f8"),  # 1/yr
        ("sector", "i8"), ("industry", "i8"), ("arrives", "i8"), ("leaves", "i8"),
        ("strategic", "i8"), ("high_tech", "i8"), ("digital", "i8"), ("state_owned", "i8"),
    ],
    align=True,
)  # fmt: skip

#: What is known of the district, under the readings this run drew. NaN: the record is silent.
KNOWN_COUNTS: tuple[str, ...] = (
    "tech_enterprises_2015", "high_tech_enterprises_2015", "tech_enterprises_above_scale_2015",
    "high_tech_enterprises_above_scale_2015", "rd_platforms_2015", "rd_share_of_gdp_2015", "patents_per_10k_2015",
    "tech_enterprises_2020", "high_tech_enterprises_2020", "tech_enterprises_above_scale_2020",
    "high_tech_enterprises_above_scale_2020", "rd_platforms_2020", "incubation_platforms_2020", "otc_listed_2020",
    "rd_expenditure_2020", "rd_expenditure_vintage", "patents_2020", "patents_vintage", "strategic_emerging_share_2020",
    "knowledge_loans_total_2020", "commercial_loan_firms_2020", "joint_projects_won_2020",
    "gdp_2016", "gdp_2017", "gdp_2018", "gdp_2019", "gdp_2020", "gdp_start_low", "gdp_start_high",
    "population_2020", "population_census_growth", "population_precensus", "population_precensus_year",
    "venture_reading", "platforms_2015_reading",
)  # fmt: skip
KNOWN = np.dtype([(name, "f8") for name in KNOWN_COUNTS])

#: What reconciliation with the record at the end of 2020 changed, reported for every run.
ADJUSTMENTS: tuple[str, ...] = (
    "tech_enterprises", "high_tech_enterprises", "tech_enterprises_above_scale", "high_tech_enterprises_above_scale",
    "rd_platforms", "incubation_platforms", "otc_listed", "rd_expenditure", "patents",
)  # fmt: skip

DISTRICT = np.dtype(
    [
        ("run_key", "i8"), ("environment_key", "i8"),  # of the run's luck, and of its environment: the same unless they are varied apart
        ("quarter", "i8"), ("year", "i8"), ("season", "i8"), ("row", "i8"),  # row of the year tables
        ("scale", "f8"),  # enterprises one agent stands for
        ("districts", "f8"),  # district governments of the region: levers and what is said per district count so many times
        ("reconcile", "i8"),  # whether this run is reconciled at the end of 2020
        ("overflow", "i8"),  # 1: a table was full
        ("n_firms", "i8"), ("n_incubators", "i8"), ("n_institutes", "i8"), ("n_people", "i8"),  # rows in use
        ("start_firms", "i8"), ("n_roll", "i8"), ("n_words", "i8"),  # n_roll: alive at the last roll; n_words: with a word of luck
        ("gdp", "f8"), ("background_gdp", "f8"), ("gdp_2015", "f8"),  # 亿元 a year
        ("value_added_counted", "f8"),  # of modelled value added that is in the district's GDP: at most four fifths of it [share]
        ("population", "f8"), ("population_precensus", "f8"),  # 万人
        ("knowledge", "f8"), ("knowledge_growth", "f8"),  # 万元; log a quarter
        ("anchors", "f8"),  # anchors landed, each ramping over five years
        ("register_count", "f8"), ("hnte_count", "f8"), ("unaware", "f8"), ("otc_able", "f8"),
        ("unserved", "f8"), ("seekers", "f8"),
        ("register_task", "f8"), ("hnte_task", "f8"), ("register_opening", "f8"), ("hnte_opening", "f8"),
        ("push", "f8"), ("hnte_push", "f8"),  # factors of the year-end effort on register and certificates, 1 without
        ("coach_margin", "f8"),  # how far coaching goes beyond those whom it helps most [share]
        ("coach_chance", "f8"), ("serve_chance", "f8"), ("list_chance", "f8"), ("back_chance", "f8"),
        ("fund_committed", "f8"),  # 万元
        ("ordinary_industry", "f8"), ("strategic_industry", "f8"),  # 亿元 a year of above-scale output outside the model
        ("high_tech_industry", "f8"),  # 亿元, of the background's output
        ("digital_background", "f8"),  # 亿元 of value added
        ("digital_counted", "f8"), ("high_tech_counted", "f8"),  # part of those firms' output that is digital core, high-tech [share]
        ("tech_projects", "f8"), ("contacts", "f8"),
        ("joint_projects_won", "f8"),
        ("pilot_reach", "f8"), ("pilot_contacts", "f8"),  # of pilot bases: for partnered firms [share], contacts brought [contacts/yr]
        ("incubators_since_2021", "f8"),
        # how much faster the record went than the run to 2020, carried on after it [ratio]; 1 before, and where nothing is known
        ("register_pace", "f8"), ("scale_pace", "f8"), ("hnte_pace", "f8"), ("platform_pace", "f8"), ("title_pace", "f8"),
        ("otc_pace", "f8"), ("loan_pace", "f8"), ("commercial_pace", "f8"), ("project_pace", "f8"),
        ("startup_each", "f8"),  # 万元 a year of start-up support for each young firm
        ("loan_base", "f8"),  # yuan lent to 2020 by the record over what was simulated; published with the total
    ],
    align=True,
)  # fmt: skip


class Books(NamedTuple):
    """Where payments and doors are written; whole numbers, so the order of writing cannot matter."""

    ledger: Any  # float64 [N_QUARTERS, N_LINES], yuan
    flows: Any  # float64 [N_YEARS, N_DOORS], things
    district: Any  # DISTRICT [1]


class World(NamedTuple):
    """One run. Row counts in use stand in ``district[0]``; arrays are larger."""

    firms: Any  # ENTERPRISE [capacity]
    incubators: Any  # INCUBATOR
    institutes: Any  # INSTITUTE
    funds: Any  # FUND [N_FUNDS]
    people: Any  # TALENT
    books: Books
    district: Any  # DISTRICT [1]
    params: Any  # PARAMETER [1]
    levers: Any  # LEVER [N_YEARS]
    environment: Any  # ENVIRONMENT [N_YEARS]
    demand: Any  # float64 [N_YEARS, N_SECTORS], log a year
    sectors: Any  # SECTOR [N_SECTORS]
    places: Any  # float64 [places], cumulative shares
    giants: Any  # GIANT
    known: Any  # KNOWN [1]
    ledger: Any  # float64 [N_QUARTERS, N_LINES], yuan
    flows: Any  # float64 [N_YEARS, N_DOORS], things
    indicators: Any  # float64 [N_YEARS, N_INDICATORS]
    adjusted: Any  # float64 [len(ADJUSTMENTS)]
    inbox: Any  # int32 [capacity], rows of applicants sorted by addressee
    inbox_start: Any  # int32 [addressees + 1]
    verdict: Any  # int8 [capacity], what the other side decided of a firm's request
    scratch: Any  # float64 [capacity]
    reached: Any  # float64 [8, N_SECTORS], by sector: how services reach it, and whom they could reach (``stages.focus``)
    tally: Any  # int32 [capacity]
    rows: Any  # uint32 [capacity], the rows that a stage goes through (``books.registered`` and its like)
    roll: Any  # uint32 [capacity], the rows of firms alive at the last roll (``books.call_roll``)
    words: Any  # uint64 [capacity], the word that a firm's draws of this quarter start from


def empty(capacity: int, giants: Any, sectors: Any, places: Any) -> World:
    """A cleared world with room for ``capacity`` enterprises over its whole run."""

    def table(dtype: np.dtype, rows: int) -> Any:
        return on_lines(dtype, rows).view(np.recarray)

    beside = rows_beside(capacity)
    most = max(beside)  # addressees that firms may write to
    district = table(DISTRICT, 1)
    ledger, flows = np.zeros((N_QUARTERS, N_LINES)), np.zeros((N_YEARS, N_DOORS))
    return World(
        books=Books(ledger, flows, district),
        firms=table(ENTERPRISE, capacity), incubators=table(INCUBATOR, beside.incubators),
        institutes=table(INSTITUTE, beside.institutes), funds=table(FUND, N_FUNDS), people=table(TALENT, beside.people),
        district=district, params=table(PARAMETER, 1), levers=table(LEVER, N_YEARS),
        environment=table(ENVIRONMENT, N_YEARS), demand=np.zeros((N_YEARS, N_SECTORS)), sectors=sectors, places=places,
        giants=giants, known=table(KNOWN, 1), ledger=ledger, flows=flows,
        indicators=np.zeros((N_YEARS, N_INDICATORS)), adjusted=np.zeros(len(ADJUSTMENTS)),
        inbox=np.zeros(capacity, np.int32), inbox_start=np.zeros(most + 1, np.int32),
        reached=np.zeros((8, N_SECTORS)), verdict=np.zeros(capacity, np.int8),
        scratch=np.zeros(max(capacity, most) + 1), tally=np.zeros(max(capacity, most) + 1, np.int32),
        rows=np.zeros(capacity, np.uint32), roll=np.zeros(capacity, np.uint32), words=np.zeros(capacity, np.uint64),
    )  # fmt: skip


def year_of(quarter: int) -> int:
    """Calendar year of a quarter index (0 is the first quarter of 2015)."""
    return FIRST_YEAR + quarter // 4
