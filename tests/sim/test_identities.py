"""Whatever policy and the environment do, everything adds up at the end of every quarter."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from agents.enterprise import NEVER
from agents.fund import COMMERCIAL, KNOWLEDGE
from agents.incubator import MUNICIPAL, OTHER_PARK
from agents.institute import HIGH_END, HOSTED, NEW_INSTITUTE, STATION
from agents.statuses import CERTIFICATE_QUARTERS
from agents.talent import PRESENT
from experiments.flow_account import LEADS_OUT, STAYS
from sim import indicators as ind
from sim.flows import DOORS
from sim.ledger import LINES
from sim.levers import LEVER_IDS, LEVERS
from sim.world import RECORD_END_QUARTER, START_QUARTER
from tests.sim.small import SMALL_RECORD, living, opened, quarters, small

ENVIRONMENTS = ("baseline", "slow", "fast", "shock")


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
    "tech_enterprises_above_scale": lambda w: np.count_nonzero(
        (living(w).register_q != NEVER) & (living(w).above_scale == 1)
    ),
    "rd_platforms": lambda w: np.count_nonzero(np.isin(platforms(w), (HOSTED, NEW_INSTITUTE, HIGH_END))),
    "postdoc_stations": lambda w: np.count_nonzero(platforms(w) == STATION),
    "incubation_platforms": lambda w: np.count_nonzero(
        (incubators(w).level >= MUNICIPAL) & (incubators(w).kind != OTHER_PARK)
    ),
    "otc_listed": lambda w: np.count_nonzero(living(w).otc_q != NEVER),
    "specialised_smes": lambda w: np.count_nonzero(living(w).specialised_q != NEVER),
    "high_end_talent": lambda w: np.count_nonzero(w.people[: w.district[0].n_people].status == PRESENT),
    "patents": lambda w: int(living(w).patents.sum()),
    "incubator_tenants": lambda w: np.count_nonzero(living(w).incubator >= 0),
}
INDICATOR = {
    "tech_enterprises": ind.TECH, "high_tech_enterprises": ind.HIGH_TECH, "tech_enterprises_above_scale": ind.TECH_SCALE,
    "rd_platforms": ind.RD_PLATFORMS, "postdoc_stations": ind.STATIONS, "incubation_platforms": ind.INCUBATION,
    "otc_listed": ind.OTC, "specialised_smes": ind.SPECIALISED_SMES, "high_end_talent": ind.TALENT, "patents": ind.PATENTS,
}  # fmt: skip


def through_doors(w, stock):
    """Net number that came in through the doors of a stock since the start."""
    total = w.flows.sum(axis=0)
    net = 0.0
    for k, door in enumerate(DOORS):
        account, how = door.split(":")
        if account == stock and door not in STAYS:
            net += -total[k] if how in LEADS_OUT else total[k]
    return net


def net_of(w, account):
    """Yuan an account has received less what it has paid, since the start."""
    total = w.ledger.sum(axis=0)
    received = sum(total[k] for k, line in enumerate(LINES) if line.payee == account)
    return received - sum(total[k] for k, line in enumerate(LINES) if line.payer == account)


def check_stocks(w, start, skip=()):
    d = w.district[0]
    for name, count in STOCKS.items():
        if name not in skip:
            moved, passed = count(w) - start[name], through_doors(w, name)
            assert moved == passed, (name, d.quarter)
    if d.season == 3:
        for name, number in INDICATOR.items():
            if name not in skip:
                published, counted = w.indicators[d.row, number], STOCKS[name](w)
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
    for row, owed in ((KNOWLEDGE, firms.knowledge_loan), (COMMERCIAL, firms.commercial_loan)):
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
    for name in (
        "patents",
        "other_ip",
        "rd",
        "rd_1",
        "sales_1",
        "knowledge",
        "revenue",
        "staff",
        "science_staff",
        "intensity",
    ):
        assert (firms[name] >= 0).all() and np.isfinite(firms[name]).all(), name
    assert (firms.science_staff <= 0.9 * firms.staff + 1e-9).all() or d.quarter == START_QUARTER
    assert (
        (firms.high_tech_share <= 1.0).all() and (firms.platforms >= 0).all() and (firms.talents >= 0).all()
    )
    assert np.unique(w.firms.id[: d.n_firms]).size == d.n_firms, "two firms share an id"
    assert d.overflow == 0


def check_published(w):
    d = w.district[0]
    if d.season != 3:
        return
    out = w.indicators[d.row]
    nan = {ind.RD_GROWTH, ind.RD_GROWTH_2019} if d.year <= 2020 else set()
    for k, value in enumerate(out):
        assert np.isfinite(value) or k in nan, (ind.INDICATOR_IDS[k], d.year)
    assert (
        out[ind.TECH_SCALE] <= out[ind.TECH]
        and out[ind.HIGH_TECH_SCALE] <= out[ind.HIGH_TECH] <= out[ind.TECH]
    )
    for k in (ind.STRATEGIC_SHARE, ind.DIGITAL_SHARE, ind.HIGH_TECH_OUTPUT):
        assert 0.0 <= out[k] <= 100.0
    firms = living(w)
    modelled = (firms.revenue * w.sectors.value_added_ratio[firms.sector]).sum() * 1e-4
    assert out[ind.GDP] == pytest.approx(d.background_gdp + modelled, rel=1e-9)
    spent = w.ledger[4 * d.row : 4 * d.row + 4]
    public = sum(spent[:, k].sum() for k, line in enumerate(LINES) if line.payer == "district")
    assert out[ind.PUBLIC_MONEY] == pytest.approx(public * 1e-4, rel=1e-12)


def test_every_payment_has_a_payer_and_a_payee_and_the_models_own_accounts_are_on_one_side():
    for line in LINES:
        assert line.payer != line.payee
        assert {line.payer, line.payee} & {"enterprise", "fund"} or line.payer == "district", line.id


lever_paths = st.fixed_dictionaries(
    {name: st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(2017, 2025)) for name in LEVER_IDS}
)


def paths_of(region, drawn):
    """A level of each lever from 2016 and another from a later year, as shares of its range."""
    paths = region.levers
    for name, (early, late, year) in drawn.items():
        bar = LEVERS[name]
        at = [bar.low + part * (bar.high - bar.low) for part in (early, late)]
        paths = paths.with_path(name, {2016: min(bar.high, at[0]), year: min(bar.high, at[1])})
    return paths


@given(drawn=lever_paths, environment=st.sampled_from(ENVIRONMENTS), run=st.integers(0, 10**6))
@settings(max_examples=20, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # 24 levers shrink slowly
def test_everything_adds_up_every_quarter_under_any_levers(dadukou, drawn, environment, run):
    w = opened(dadukou, paths_of(dadukou, drawn), run=run, environment=environment, reconciled=False)
    start = {name: count(w) for name, count in STOCKS.items()}
    cash = w.firms.cash.sum()
    skip = {"high_end_talent"}  # its own test below
    for _ in quarters(w, 43):
        check_stocks(w, start, skip)
        check_money(w, cash)
        check_places(w)
        check_statuses(w)
        check_published(w)


EXTREMES = {
    "nothing is spent": dict.fromkeys(LEVER_IDS, (0.0, 0.0, 2021)),
    "everything is spent": dict.fromkeys(LEVER_IDS, (1.0, 1.0, 2021)),
    "spending stops": dict.fromkeys(LEVER_IDS, (1.0, 0.0, 2021)),
    "spending starts": dict.fromkeys(LEVER_IDS, (0.0, 1.0, 2021)),
}


@pytest.mark.parametrize("run", range(3))
@pytest.mark.parametrize("drawn", EXTREMES.values(), ids=EXTREMES.keys())
def test_everything_adds_up_at_the_ends_of_every_range(dadukou, drawn, run):
    w = opened(dadukou, paths_of(dadukou, drawn), run=run, environment="shock", reconciled=False)
    start = {name: count(w) for name, count in STOCKS.items()}
    cash = w.firms.cash.sum()
    for _ in quarters(w, 43):
        check_stocks(w, start, {"high_end_talent"})
        check_money(w, cash)
        check_places(w)
        check_statuses(w)
        check_published(w)


@pytest.mark.parametrize("stock", STOCKS)
def test_the_account_of_a_stock_holds_across_reconciliation_too(dadukou, stock):
    for run in range(8):
        w = opened(dadukou, run=run, known=SMALL_RECORD, until=2022)
        start = STOCKS[stock](w)
        for _ in quarters(w, 31):
            moved, passed = STOCKS[stock](w) - start, through_doors(w, stock)
            assert moved == passed, (run, w.district[0].quarter)


def test_nothing_but_counts_moves_when_the_record_is_met(dadukou):
    w = opened(dadukou, run=3, known=SMALL_RECORD, until=2021)
    before = None
    for _ in quarters(w, RECORD_END_QUARTER):
        after = {"cash": w.firms.cash.sum(), "funds": w.funds.cash.sum(), "alive": living(w).size,
                 "owed": w.funds.outstanding.sum(), "ledger": w.ledger.sum(), "gdp": w.district[0].gdp}  # fmt: skip
        if before is not None and w.district[0].quarter == RECORD_END_QUARTER:
            last = (before, after)
        before = after
    assert last[0] == last[1]


def test_statuses_nest_after_the_record_is_met(dadukou):
    for run in range(8):
        w = opened(dadukou, run=run, known=SMALL_RECORD, until=2022)
        for _ in quarters(w, 31):
            check_statuses(w)
            check_places(w)


def test_published_talent_is_the_people_present(dadukou):
    for run in range(6):
        w = opened(
            dadukou, run=run, reconciled=False, draws=small(dadukou, talent_arrival=4.0, talent_2015=25.0)
        )
        for _ in quarters(w, 43):
            if w.district[0].season == 3:
                present = STOCKS["high_end_talent"](w)
                assert w.indicators[w.district[0].row, ind.TALENT] == present, w.district[0].year


def test_people_come_and_go_through_their_doors(dadukou):
    for run in range(6):
        w = opened(dadukou, run=run, reconciled=False, draws=small(dadukou, talent_arrival=4.0))
        start = STOCKS["high_end_talent"](w)
        for _ in quarters(w, 43):
            assert STOCKS["high_end_talent"](w) - start == through_doors(w, "high_end_talent")


def test_every_door_belongs_to_an_account_that_is_checked_or_counts_events():
    counted = {"new_incubators", "transfer_bodies", "collaboration_centres", "tech_projects", "knowledge_loans",
               "commercial_loans", "seed_deals", "venture_deals", "industry_deals", "coaching", "ip_services",
               "certificate_filings"}  # fmt: skip
    for door in DOORS:
        account = door.split(":")[0]
        assert account in STOCKS or account in counted or door in STAYS, door


@pytest.mark.parametrize(
    "door, indicator",
    [("transfer_bodies:recognised", ind.TRANSFER_BODIES), ("collaboration_centres:recognised", ind.COLLABORATION_CENTRES),
     ("tech_projects:won", ind.PROJECTS_WON), ("knowledge_loans:paid", ind.LOAN_FIRMS),
     ("commercial_loans:paid", ind.COMMERCIAL_FIRMS), ("seed_deals:invested", ind.SEED_DEALS)],
)  # fmt: skip
def test_a_cumulative_indicator_is_what_went_through_its_door(dadukou, door, indicator):
    for run in range(6):
        w = opened(dadukou, run=run, reconciled=False)
        for _ in quarters(w, 43):
            if w.district[0].season == 3:
                passed = w.flows[:, DOORS.index(door)].sum()
                assert w.indicators[w.district[0].row, indicator] == passed


def test_incubators_opened_since_2021_are_those_that_went_through_the_two_doors(dadukou):
    both = [DOORS.index("new_incubators:market"), DOORS.index("new_incubators:policy")]
    for run in range(6):
        w = opened(dadukou, run=run, reconciled=False)
        for _ in quarters(w, 43):
            if w.district[0].season == 3:
                assert w.indicators[w.district[0].row, ind.NEW_INCUBATORS] == w.flows[6:, both].sum()
