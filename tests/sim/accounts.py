"""What must add up at the end of every quarter of any world, checked in one place: every test of an identity asks here."""

import numpy as np
import pytest

from tests.sim.small import living
from yidu.agents.enterprise import NEVER
from yidu.agents.fund import COMMERCIAL, GUARANTEE, GUARANTEED, KNOWLEDGE
from yidu.agents.incubator import MUNICIPAL, OTHER_PARK
from yidu.agents.institute import CONSORTIUM, HIGH_END, HOSTED, NEW_INSTITUTE, STATION
from yidu.agents.numbers import CERTIFICATE_QUARTERS
from yidu.agents.talent import GONE, PRESENT, VISITING
from yidu.experiments.explain.flow_account import sign_of
from yidu.sim import indicators as ind
from yidu.sim.flows import DOORS
from yidu.sim.ledger import LINES
from yidu.sim.world import RECORD_END_QUARTER, START_QUARTER


def certified(w, firms):
    return (firms.hnte_q != NEVER) & (w.district[0].quarter - firms.hnte_q < CERTIFICATE_QUARTERS)


def platforms(w):
    kinds = w.institutes[: w.district[0].n_institutes]
    return kinds[kinds.alive == 1].kind


def incubators(w):
    table = w.incubators[: w.district[0].n_incubators]
    return table[table.alive == 1]


#: What is counted, straight from the rows.
STOCKS = {
    "enterprises": lambda w: living(w).size,
    "tech_enterprises": lambda w: np.count_nonzero(living(w).register_q != NEVER),
    "high_tech_enterprises": lambda w: np.count_nonzero(certified(w, living(w))),
    "tech_enterprises_above_scale": lambda w: np.count_nonzero((living(w).register_q != NEVER) & (living(w).above_scale == 1)),
    "rd_platforms": lambda w: np.count_nonzero(np.isin(platforms(w), (HOSTED, NEW_INSTITUTE, HIGH_END))),
    "new_rd_institutes": lambda w: np.count_nonzero(platforms(w) == NEW_INSTITUTE),
    "high_end_platforms": lambda w: np.count_nonzero(platforms(w) == HIGH_END),
    "postdoc_stations": lambda w: np.count_nonzero(platforms(w) == STATION),
    "incubation_platforms": lambda w: np.count_nonzero((incubators(w).level >= MUNICIPAL) & (incubators(w).kind != OTHER_PARK)),
    "otc_listed": lambda w: np.count_nonzero(living(w).otc_q != NEVER),
    "specialised_smes": lambda w: np.count_nonzero(living(w).specialised_q != NEVER),
    "high_end_talent": lambda w: np.count_nonzero(w.people[: w.district[0].n_people].status == PRESENT),
    "flexible_talent": lambda w: np.count_nonzero(w.people[: w.district[0].n_people].status == VISITING),
    "consortia": lambda w: np.count_nonzero(platforms(w) == CONSORTIUM),
    "patents": lambda w: int(living(w).patents.sum()),
    "incubator_tenants": lambda w: np.count_nonzero(living(w).incubator >= 0),
}
INDICATOR = {
    "tech_enterprises": ind.TECH, "high_tech_enterprises": ind.HIGH_TECH, "tech_enterprises_above_scale": ind.TECH_SCALE,
    "rd_platforms": ind.RD_PLATFORMS, "new_rd_institutes": ind.NEW_INSTITUTES, "postdoc_stations": ind.STATIONS,
    "high_end_platforms": ind.HIGH_END_PLATFORMS, "incubation_platforms": ind.INCUBATION,
    "otc_listed": ind.OTC, "specialised_smes": ind.SPECIALISED_SMES, "high_end_talent": ind.TALENT, "patents": ind.PATENTS,
}  # fmt: skip


def through_doors(w, stock):
    """Net number of agents that came in through the doors of a stock since the start."""
    total = w.flows.sum(axis=0) / w.district[0].scale
    return sum(sign_of(door) * total[DOORS.index(door)] for door in ind.doors_called(stock))


def net_of(w, account):
    """Yuan an account has received less what it has paid, since the start."""
    total = w.ledger.sum(axis=0)
    received = sum(total[k] for k, line in enumerate(LINES) if line.payee == account)
    return received - sum(total[k] for k, line in enumerate(LINES) if line.payer == account)


def check_stocks(w, start):
    d = w.district[0]
    for name, count in STOCKS.items():
        moved, passed = count(w) - start[name], through_doors(w, name)
        assert moved == passed, (name, d.quarter)
    if d.season == 3:
        for name, number in INDICATOR.items():
            published, counted = w.indicators[d.row, number], d.scale * STOCKS[name](w)
            assert published == counted, (name, d.year)


def check_money(w, cash_at_start):
    firms, funds = living(w), w.funds
    everyone = w.firms[: w.district[0].n_firms]
    gained, received = everyone.cash.sum() - cash_at_start, net_of(w, "enterprise")
    assert gained == received, f"firms' accounts, quarter {w.district[0].quarter}"
    gained, received = funds.cash.sum(), net_of(w, "fund")
    assert gained == received, f"funds' accounts, quarter {w.district[0].quarter}"
    assert (w.ledger == np.floor(w.ledger)).all() and (w.ledger >= 0.0).all()
    assert (funds.cash >= 0.0).all() and (funds.cash == np.floor(funds.cash)).all()
    assert (everyone.cash >= 0.0).all() and (everyone.cash == np.floor(everyone.cash)).all()
    dead = everyone[everyone.alive == 0]
    assert (dead.cash == 0.0).all() and (dead.knowledge_loan + dead.commercial_loan == 0.0).all()
    backed = firms.borrowed == GUARANTEED
    loans = (
        (KNOWLEDGE, firms.knowledge_loan), (COMMERCIAL, firms.commercial_loan[~backed]), (GUARANTEE, firms.commercial_loan[backed]),
    )  # fmt: skip
    for row, owed in loans:
        fund = funds[row]
        assert fund.outstanding == fund.lent - fund.repaid - fund.written_off
        assert fund.outstanding == owed.sum() and (owed >= 0.0).all()


def check_places(w):
    d, firms = w.district[0], living(w)
    table = w.incubators[: d.n_incubators]
    tenants = np.bincount(firms.incubator[firms.incubator >= 0], minlength=d.n_incubators)
    assert (table.occupancy == tenants).all() and (table.occupancy <= table.capacity).all()
    here = w.people[: d.n_people]
    hosts = here.host[(here.status == PRESENT) & (here.host >= 0)]
    closed = w.firms[hosts][w.firms.alive[hosts] == 0]
    assert (closed.exit_q == d.quarter).all(), "a host that closed in an earlier quarter"
    assert (here.paid <= 10_000.0 * here.package + 1e-6).all()


def check_statuses(w):
    d, firms = w.district[0], living(w)
    registered = firms.register_q != NEVER
    assert registered[certified(w, firms)].all(), "a valid certificate outside the register"
    assert registered[firms.specialised_q != NEVER].all(), "a title outside the register"
    assert registered[firms.otc_q != NEVER].all(), "listed outside the register"
    assert (firms.otc_q[firms.board == 0] == NEVER).all()
    for name in ("patents", "other_ip", "rd", "rd_1", "sales_1", "knowledge", "revenue", "staff", "science_staff", "intensity"):
        assert (firms[name] >= 0).all() and np.isfinite(firms[name]).all(), name
    assert (firms.science_staff <= 0.9 * firms.staff + 1e-9).all() or d.quarter == START_QUARTER
    assert (firms.high_tech_share <= 1.0).all() and (firms.platforms >= 0).all() and (firms.talents >= 0).all()
    assert d.overflow == 0


def check_published(w):
    d = w.district[0]
    if d.season != 3:
        return
    out = w.indicators[d.row]
    nan = {ind.RD_GROWTH, ind.RD_GROWTH_2019} if d.year <= 2020 else set()
    nan |= {ind.RESEARCH_BODY_SHARE, ind.RESEARCH_ACTIVE_SHARE}  # of firms that a small district may lack
    if d.year < 2017:  # growth over two years of firms whose sales begin with 2015
        nan |= {ind.HIGH_GROWTH_FIRMS}
    for k, value in enumerate(out):
        assert np.isfinite(value) or k in nan, (ind.INDICATOR_IDS[k], d.year)
    assert out[ind.TECH_SCALE] <= out[ind.TECH] and out[ind.HIGH_TECH_SCALE] <= out[ind.HIGH_TECH] <= out[ind.TECH]
    for k in (ind.STRATEGIC_SHARE, ind.DIGITAL_SHARE, ind.HIGH_TECH_OUTPUT):
        assert 0.0 <= out[k] <= 100.0
    firms = living(w)
    modelled = (firms.revenue * w.sectors.value_added_ratio[firms.sector]).sum() * 1e-4 * d.scale
    if not (d.reconcile and d.quarter == RECORD_END_QUARTER):  # GDP is then the record's, though firms put over the 规上 line sell more
        assert out[ind.GDP] == pytest.approx(d.background_gdp + d.value_added_counted * modelled, rel=1e-9)
    spent = w.ledger[4 * d.row : 4 * d.row + 4]
    public = sum(spent[:, k].sum() for k, line in enumerate(LINES) if line.payer == "district")
    assert out[ind.PUBLIC_MONEY] == pytest.approx(public * 1e-4 * d.scale, rel=1e-12)


#: Tables of agents: where their number stands, the column that says who has gone, its value of them, and columns never below nothing.
ROWS = {
    "firms": ("n_firms", "alive", 0, ("rd_year", "sales_year")),
    "incubators": ("n_incubators", "alive", 0, ("capacity", "occupancy", "graduates", "quality")),
    "institutes": ("n_institutes", "alive", 0, ("researchers", "quality", "capacity", "partners", "projects")),
    "people": ("n_people", "status", GONE, ("package", "paid")),
}  # fmt: skip


def rows_in_use(w):
    """The rows in use of each table, as they stand."""
    return {table: getattr(w, table)[: w.district[0][number]] for table, (number, *_) in ROWS.items()}


def check_rows(w, before):
    """Nobody comes back, nobody changes who they are, and every number is one."""
    for table, rows in rows_in_use(w).items():
        number, column, gone, amounts = ROWS[table]
        earlier, at = before[table], (table, w.district[0].quarter)
        assert earlier.size <= rows.size <= getattr(w, table).size, at
        assert (rows.id[: earlier.size] == earlier.id).all(), at
        assert np.unique(rows.id).size == rows.size, ("two share an id", *at)
        assert (rows[column][: earlier.size][earlier[column] == gone] == gone).all(), ("one came back", *at)
    for name in (*ROWS, "funds", "district"):
        table = rows_in_use(w).get(name, getattr(w, name))
        for column in table.dtype.names:
            assert np.isfinite(table[column]).all(), (name, column, w.district[0].quarter)
            if column in ROWS.get(name, ((),))[-1]:
                assert (table[column] >= 0).all(), (name, column, w.district[0].quarter)


class Accounts:
    """All of it, for one world: what it held when it was opened, and who was there when it was last looked at."""

    def __init__(self, w):
        self.start = {name: count(w) for name, count in STOCKS.items()}
        self.cash = w.firms.cash.sum()
        self.before = {table: rows.copy() for table, rows in rows_in_use(w).items()}

    def check(self, w):
        """Everything that must hold at the end of a quarter, and of a year where one has ended."""
        check_rows(w, self.before)
        check_stocks(w, self.start)
        check_money(w, self.cash)
        check_places(w)
        check_statuses(w)
        check_published(w)
        self.before = {table: rows.copy() for table, rows in rows_in_use(w).items()}
