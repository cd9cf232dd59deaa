"""Whatever policy and the environment do, everything adds up at the end of every quarter."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.sim.accounts import STOCKS, Accounts, check_places, check_statuses, through_doors
from tests.sim.small import SMALL_RECORD, living, opened, quarters, small
from yidu.sim import indicators as ind
from yidu.sim.flows import ACCOUNTS, DOOR, DOORS
from yidu.sim.ledger import LINES
from yidu.sim.levers import LEVER_IDS, LEVERS
from yidu.sim.world import RECORD_END_QUARTER

ENVIRONMENTS = ("baseline", "slow", "fast", "shock")


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
    accounts = Accounts(w)
    for _ in quarters(w, 43):
        accounts.check(w)


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
    accounts = Accounts(w)
    for _ in quarters(w, 43):
        accounts.check(w)


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
        w = opened(dadukou, run=run, reconciled=False, draws=small(dadukou, talent_arrival=4.0, talent_2015=25.0))
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
    counted = {"new_incubators", "transfer_bodies", "collaboration_centres", "tech_projects", *ACCOUNTS}
    for door in DOOR.values():
        account = door.id.split(":")[0]
        assert account in STOCKS or account in counted or door.way == "stays", door


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
