"""Whom the district turns to, start-ups, and how hard its own yearly task drives: what each lever does and what it leaves alone."""

import numpy as np
import pytest

from tests.sim.small import SetDraws, constant, opened, quarters, small
from yidu.agents.compiled import kernel
from yidu.agents.enterprise import NEVER, Enterprise
from yidu.agents.talent import accepts, leave_hazard
from yidu.experiments.scenarios.mix import Mix
from yidu.experiments.scenarios.scenario import under
from yidu.sim import flows as door
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate, started
from yidu.sim.ledger import LINE_IDS
from yidu.sim.levers import LEVERS
from yidu.sim.model import InnovationModel
from yidu.sim.stages.enterprise import join_register
from yidu.sim.stages.focus import BACKED, COACHED, COULD_BACK, COULD_COACH, COULD_STAKE, MARGIN, STAKED

RUNS = 40
FOCUS = tuple(id for id, bar in LEVERS.items() if bar.group == "focus")
LANDINGS = tuple(f"landings:{id.removeprefix('focus_')}" for id in FOCUS)


@pytest.fixture(scope="module")
def start(dadukou):
    return started(dadukou, runs=RUNS, seed=5, draws=PriorDraws(dadukou))


@pytest.fixture(scope="module")
def usual(dadukou, start):
    return at(dadukou, start)


def at(region, start, **values):
    return simulate(region, constant(region, values, 2021), runs=RUNS, seed=5, draws=PriorDraws(region), start=start)


def through(outcomes, what):
    return outcomes.through(what)[:, 6:].sum(axis=1)


def far(paired):
    """Whether a paired difference is above chance."""
    return paired.mean() > 3.0 * paired.std(ddof=1) / len(paired) ** 0.5


# --- industries


@pytest.mark.parametrize("lever", FOCUS)
def test_a_district_that_leans_to_an_industry_lands_more_of_it_and_fewer_of_others(dadukou, start, usual, lever):
    leaning = at(dadukou, start, **{lever: 4.0})
    more = {landing: through(leaning, landing) - through(usual, landing) for landing in LANDINGS}
    own = more.pop(f"landings:{lever.removeprefix('focus_')}")
    assert far(own) and all((other <= 0.0).all() for other in more.values())
    assert (own == -sum(more.values())).all(), "what one gets, another does not"
    assert (through(leaning, "enterprises:attracted") == through(usual, "enterprises:attracted")).all()


def test_an_industry_without_weight_is_not_sought(dadukou, start):
    turned_away = at(dadukou, start, focus_culture=0.0)
    signed_since = through(turned_away, "landings:culture") - turned_away.through("landings:culture")[:, 6:9].sum(axis=1)
    assert (signed_since == 0.0).all()  # what was signed to 2020 has landed by 2023


def test_leaning_to_all_is_leaning_to_none(dadukou, start, usual):
    for weight in (0.0, 0.5, 4.0):
        assert at(dadukou, start, **dict.fromkeys(FOCUS, weight)).values.tobytes() == usual.values.tobytes()


def test_whoever_is_of_the_industry_sought_comes_as_before(dadukou):
    usual, leaning = (opened(dadukou, constant(dadukou, levers, 2021), run=1, draws=small(dadukou, contract_realisation=0.35))
                      for levers in ({"firms_attracted": 60.0}, {"firms_attracted": 60.0, "focus_health": 3.0}))  # fmt: skip
    seen = []
    for w in (usual, leaning):
        for _ in quarters(w, 43):
            pass
        firms = w.firms[: w.district[0].n_firms]
        seen.append({int(f.id): int(f.sector) for f in firms})
    both = [(seen[0][ident], seen[1][ident]) for ident in seen[0].keys() & seen[1].keys()]
    assert all(now == 2 for was, now in both if was == 2)
    moved = [now for was, now in both if was != now]
    assert moved and set(moved) == {2}, "only the industry sought gains"


@pytest.mark.parametrize("row, could, season", [(COACHED, COULD_COACH, None), (BACKED, COULD_BACK, 0), (STAKED, COULD_STAKE, None)])
def test_as_many_are_reached_as_without_leaning_unless_all_of_those_sought_are(dadukou, row, could, season):
    lever = {"focus_big_data": 3.0, "focus_environment": 2.0, "industry_fund": 3000.0}
    w = opened(dadukou, constant(dadukou, lever, 2021), run=2, until=2023, draws=small(dadukou, pool_size=900.0))
    usual = {COACHED: "coach_chance", BACKED: "back_chance"}
    seen = 0
    for _ in quarters(w, 31):
        d = w.district[0]
        if d.year < 2021 or season not in (None, d.season) or w.reached[could].sum() == 0.0:
            continue
        given, among = w.reached[row].copy(), w.reached[could].copy()
        if row == STAKED:
            chance = (given * among).sum() / among.sum()
            assert 0.0 < chance < 0.1
        else:
            chance = float(d[usual[row]])
            assert (given * among).sum() == pytest.approx(chance * among.sum())
        assert given[0] > given[1] > given[4] > 0.0 or given[0] == 1.0
        assert (given <= 1.0).all()
        seen += 1
    assert seen >= (2 if season == 0 else 8)


def test_coaching_goes_to_the_industry_sought_and_reaches_as_many_in_all(dadukou, start, usual):
    leaning = at(dadukou, start, focus_health=4.0)
    coached = [through(outcomes, "coaching:coached").mean() for outcomes in (leaning, usual)]
    assert coached[0] == pytest.approx(coached[1], rel=0.03)
    by_sector = []
    for weight in (1.0, 4.0):
        w = opened(dadukou, constant(dadukou, {"focus_health": weight}, 2021), run=4, until=2023, draws=small(dadukou, pool_size=2000.0))
        reached = np.zeros(8)
        for _ in quarters(w, 31):
            if w.district[0].season == 3 and w.district[0].year > 2020:
                firms = w.firms[: w.district[0].n_firms]
                reached += np.bincount(firms.sector[firms.coached_year == w.district[0].year], minlength=8)
        by_sector.append(reached)
    assert by_sector[1][2] > 1.5 * by_sector[0][2]
    assert np.delete(by_sector[1], 2).sum() < np.delete(by_sector[0], 2).sum()


def test_going_deep_into_one_industry_helps_its_firms_less(dadukou):
    w = opened(dadukou, constant(dadukou, {"focus_health": 4.0}, 2021), run=2, until=2022, draws=small(dadukou, pool_size=2000.0))
    for _ in quarters(w, 24):
        pass
    assert w.reached[MARGIN, 2] > w.district[0].coach_margin > w.reached[MARGIN, 0]


# --- start-ups


def test_start_up_support_founds_more_firms_and_ever_fewer_for_a_yuan_more(dadukou, start, usual):
    founded = [through(at(dadukou, start, startup_support=m), "enterprises:founded").mean() for m in (500.0, 1000.0, 2000.0)]
    none = through(usual, "enterprises:founded").mean()
    assert none < founded[0] < founded[1] < founded[2] < 1.10 * none
    assert founded[0] - none > founded[1] - founded[0]


def test_more_firms_ask_for_a_place_under_start_up_support(dadukou, start, usual):
    assert far(
        through(at(dadukou, start, startup_support=2000.0), "incubator_tenants:admitted") - through(usual, "incubator_tenants:admitted")
    )


def test_start_up_support_is_paid_to_young_firms_alone_and_the_rest_stays_unpaid(dadukou):
    w = opened(dadukou, constant(dadukou, {"startup_support": 1500.0}, 2021), run=3, until=2023)
    paid = LINE_IDS.index("startup_support")
    for _ in quarters(w, 31):
        d = w.district[0]
        if d.year < 2021:
            assert w.ledger[:, paid].sum() == 0.0
            continue
        firms = w.firms[: d.n_firms]
        here = (firms.exit_q == NEVER) | (firms.exit_q == d.quarter)
        young = here & (firms.above_scale == 0) & (firms.giant == 0) & (d.quarter - firms.birth_q < 12)
        quarter = w.ledger[d.quarter, paid]
        if d.season != 3:  # in the last quarter the list of firms above scale has just been reviewed
            assert quarter == young.sum() * np.floor(2500.0 * d.startup_each + 0.5)
        assert d.startup_each == 7.2, "a small district cannot place it all"
    left = w.flows[6:, door.STARTUP_UNPLACED].sum()
    assert w.ledger[:, paid].sum() * 1e-4 + left == pytest.approx(1500.0 * 2.0, abs=10.0) and left > 0.0


def test_support_keeps_young_firms_alive_as_far_as_grants_do_and_not_at_all_where_grants_do_nothing(dadukou):
    paths = [constant(dadukou, {"startup_support": m}, 2021) for m in (0.0, 2000.0)]

    def closed(effect):
        draws = SetDraws(dadukou, grant_effect_survival=effect)
        return [through(simulate(dadukou, p, runs=20, seed=5, draws=draws), "enterprises:closed").mean() for p in paths]

    (none, with_none), (some, with_some) = closed(0.0), closed(0.06)
    assert with_none - none > with_some - some, "of more firms founded, fewer close"


# --- one list, two ways


class Onlooker(Enterprise):
    """Does what the shared stages do, one firm at a time."""

    def learn(self):
        super().learn()

    def apply_to_funds(self):
        super().apply_to_funds()

    def close_or_continue(self):
        super().close_or_continue()


def test_mesa_runs_the_new_levers_to_the_bits_of_the_ensemble(dadukou):
    values = {"focus_health": 3.0, "focus_traditional": 0.2, "startup_support": 900.0, "annual_assessment": 1.7, "industry_fund": 9000.0}
    paths, draws = constant(dadukou, values, 2016), small(dadukou, effort_on=1.0)
    model = InnovationModel(dadukou, paths, seed=3, run=2, draws=draws, until=2018, reconcile=False, faces={"firms": Onlooker})
    for _ in range(12):
        model.step()
    ensemble = simulate(dadukou, paths, runs=1, first_run=2, seed=3, draws=draws, until=2018, reconcile=False)
    here = model.outcomes()
    for name in ("values", "flows", "money"):
        assert np.array_equal(getattr(here, name), getattr(ensemble, name), equal_nan=True), name
    assert here.money[..., LINE_IDS.index("startup_support")].sum() > 0.0


# --- the yearly task


@kernel
def enter(w, row):
    """A firm enters the register on its own."""
    join_register(w, w.firms[row], door.REGISTERED)


def effort(region, assessment, last=43, **values):
    w = opened(region, constant(region, {"annual_assessment": assessment}, 2021), run=2, draws=small(region, effort_on=1.0, **values))
    for _ in quarters(w, last):
        yield w


def test_assessment_at_nought_answers_no_gap_and_that_of_the_record_does(dadukou):
    pushed = {a: [(float(w.district[0].push), float(w.district[0].hnte_push)) for w in effort(dadukou, a) if w.district[0].year > 2020]
              for a in (0.0, 1.0)}  # fmt: skip
    assert set(pushed[0.0]) == {(1.0, 1.0)}
    assert max(max(pair) for pair in pushed[1.0]) > 1.1


def test_twice_the_assessment_answers_the_first_gap_with_twice_the_push(dadukou):
    def first(assessment):  # the third quarter of 2021
        *_, w = effort(dadukou, assessment, 26, task_growth=0.3)
        return w.district[0].push - 1.0

    assert first(2.0) == pytest.approx(2.0 * first(1.0)) and first(1.0) > 0.0


def test_who_is_driven_in_is_weaker_the_harder_it_drives(dadukou):
    lost = {}
    for assessment in (1.0, 2.0):
        *_, w = effort(dadukou, assessment, 24)
        w.district[0].push = 4.0
        row = int(np.flatnonzero((w.firms.alive == 1) & (w.firms.register_q == NEVER))[0])
        before = float(w.firms[row].quality)
        enter(w, row)
        lost[assessment] = (before - float(w.firms[row].quality)) / float(w.params[0].effort_quality_cost)
    assert lost == {1.0: pytest.approx(1.0), 2.0: pytest.approx(2.0)}


def test_where_tasks_drive_nothing_assessment_only_costs(dadukou):
    draws = SetDraws(dadukou, effort_on=0.0)
    low, record, high = (simulate(dadukou, constant(dadukou, {"annual_assessment": a}, 2021), runs=4, seed=5, draws=draws)
                         for a in (0.0, 1.0, 2.0))  # fmt: skip
    assert low.values.tobytes() == record.values.tobytes()
    assert (high.of("tech_enterprises", 2025) == record.of("tech_enterprises", 2025)).all()
    assert high.public_money(2025, 2025) - record.public_money(2025, 2025) == pytest.approx(40.0)


# --- neighbours: they draw away, and they give


def test_pull_below_nought_helps_as_pull_above_it_hurts(dadukou):
    def told(pull):
        mix = Mix().assume("city_pull", ((2021, pull),)).scenario(dadukou)
        o = simulate(under(dadukou, mix), mix.levers, runs=RUNS, seed=5, draws=PriorDraws(dadukou))
        doors = ("enterprises:attracted", "high_end_talent:arrived", "high_end_talent:recruited", "enterprises:moved_out")
        return {what: through(o, what) for what in doors} | {"high_end_platforms": o.of("high_end_platforms", 2025)}

    joined, alone, drained = told(-1.0), told(0.0), told(1.0)
    for what in joined:
        good = -1.0 if what == "enterprises:moved_out" else 1.0
        assert far(good * (joined[what] - alone[what])), what
        assert far(good * (alone[what] - drained[what])), what


@pytest.mark.parametrize("pull", [0.3, 0.9, 1.5])
def test_what_a_pull_takes_from_a_hazard_its_opposite_adds_to_it(pull):
    there, none, back = (leave_hazard(0.1, 30.0, 0.2, p, False) for p in (pull, 0.0, -pull))
    assert there * back == pytest.approx(none * none) and back < none < there
    taken = {p: [accepts(0.2, 30.0, 0.2, 5.0, p, u) for u in np.linspace(0.001, 0.999, 999)] for p in (pull, 0.0, -pull)}
    assert sum(taken[-pull]) > sum(taken[0.0]) > sum(taken[pull])
