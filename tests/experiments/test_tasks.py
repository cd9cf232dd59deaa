"""What was done each year, and where: it adds up, and nobody is lost because the firm has closed since."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidu.agents.enterprise import ENTERPRISE, NEVER, NOWHERE
from yidu.agents.incubator import INCUBATOR
from yidu.agents.institute import INSTITUTE
from yidu.agents.luck import DOOR_ATTRACTED
from yidu.agents.talent import TALENT
from yidu.experiments.decompose.apportion import apportioned, largest_remainders
from yidu.experiments.decompose.tasks import BESIDE, COUNTED, TASK_IDS, TASKS, Counts, TasksDone, counts_of
from yidu.experiments.ensembles.paired import Study, study
from yidu.experiments.scenarios.scenario import load
from yidu.sim.draws import PriorDraws
from yidu.sim.region import Region
from yidu.sim.region import load as load_region
from yidu.sim.world import DISTRICT, ENVIRONMENT
from yidu.viz.words import LANGUAGES, table

LEAVES_A_TRACE = ("coach", "attract", "graduate", "register", "certify", "renewal_due", "renew", "cross_scale", "register_above_scale",
                  "title_specialised", "recognise_platforms", "open_stations", "win_projects")  # fmt: skip
"""Tasks that a firm shows at year end whatever became of it, so that nothing stands elsewhere."""


@pytest.fixture(scope="module")
def kept(dadukou: Region) -> Study:
    return study(dadukou, runs=12, draws=PriorDraws(dadukou))


@pytest.fixture(scope="module")
def counts(dadukou: Region, kept: Study) -> Counts:
    assert kept.start is not None
    mixed = kept.run(load(dadukou, "status_quo"), look=TasksDone(dadukou, kept.start))
    return counts_of(dadukou, mixed.plain)


# --- over runs


def test_looking_changes_nothing_and_each_scenario_may_be_looked_at_anew(dadukou: Region, kept: Study, counts: Counts) -> None:
    assert kept.start is not None
    mix, look = load(dadukou, "status_quo"), TasksDone(dadukou, kept.start)
    plain = kept.run(mix)
    first, second = (kept.run(mix, look=look).plain for _ in range(2))
    assert plain.plain.digest == first.digest
    np.testing.assert_array_equal(first.looked, second.looked)


def test_sectors_add_up_to_the_door_and_so_do_places(dadukou: Region, kept: Study) -> None:
    assert kept.start is not None
    outcomes = kept.run(load(dadukou, "plan"), look=TasksDone(dadukou, kept.start)).plain
    counts = counts_of(dadukou, outcomes)
    rows = [outcomes.years.index(year) for year in counts.years]
    for k, task in enumerate(TASKS):
        if task.doors:
            done = sum(outcomes.through(door)[:, rows] for door in task.doors)
            np.testing.assert_allclose(counts.by_sector[:, :, k].sum(axis=2), done)
            np.testing.assert_allclose(counts.by_place[:, :, k].sum(axis=2), done)
    assert counts.of("register").sum() > 100.0


def test_what_a_firm_shows_stands_in_its_park_though_it_closed_since(counts: Counts) -> None:
    for name in LEAVES_A_TRACE:
        k = TASK_IDS.index(name)
        assert counts.of(name).sum() > 0.0 or name == "open_stations", name
        assert not counts.by_sector[:, :, k, -1].any() and not counts.by_place[:, :, k, -1].any(), name


def test_elsewhere_is_what_left_no_trace_and_never_a_debt(counts: Counts) -> None:
    assert (counts.by_sector >= 0.0).all() and (counts.by_place >= 0.0).all()
    for name in ("admit", "list_otc", "lend", "recruit_people"):
        k = TASK_IDS.index(name)
        assert counts.by_place[:, :, k, -1].sum() <= 0.1 * counts.of(name).sum()
    incubators = TASK_IDS.index("open_incubators")
    np.testing.assert_array_equal(counts.by_place[:, :, incubators, -1], counts.of("open_incubators"))  # they belong to no park


def test_certificates_due_in_the_first_three_years_stand_when_the_plan_begins(kept: Study, counts: Counts) -> None:
    assert kept.start is not None
    for run, snapshot in enumerate(kept.start.snapshots):
        firms = snapshot.tables["firms"]
        held = firms["hnte_q"][(firms["alive"] == 1) & (firms["hnte_q"] > 23 - 12)]
        assert counts.of("renewal_known")[run, :3].sum() <= len(held)
        assert counts.of("renewal_known")[run, :3].sum() >= 0.7 * len(held)  # the rest closed before
    assert (counts.of("renewal_due") <= counts.of("renewal_known")).all()
    assert (counts.of("renew") <= counts.of("file_again")).all() and (counts.of("file_again") <= counts.of("renewal_due")).all()


def test_nobody_comes_through_who_does_not_meet_the_criteria(counts: Counts) -> None:
    assert (counts.of("register") <= counts.of("eligible_register")).all()
    assert (counts.of("title_specialised") <= counts.of("eligible_specialised")).all()
    assert (counts.of("coached_certify") <= counts.of("certify")).all() and counts.of("coached_register").sum() > 0.0


@pytest.mark.slow
def test_in_a_city_each_agent_stands_for_fifty() -> None:
    city = load_region("chongqing")
    kept = study(city, runs=2, draws=PriorDraws(city))
    assert kept.start is not None
    done = counts_of(city, kept.run(load(city, "status_quo"), look=TasksDone(city, kept.start)).plain)
    register = done.of("register")
    assert (register % 50 == 0).all() and register.sum() > 1000.0
    np.testing.assert_allclose(done.by_place[:, :, TASK_IDS.index("register")].sum(axis=2), register)


# --- one district made by hand


FIRST = 24  # first quarter of 2021
PLACES = 15


def district(rows: list[dict[str, Any]], quarter: int) -> Any:
    """A world at the end of a quarter with the firms given; what is not said of a firm has not happened."""
    firms = np.zeros(len(rows), ENTERPRISE).view(np.recarray)
    for name in ("exit_q", "register_q", "hnte_q", "specialised_q", "otc_q", "postdoc_q", "coached_year", "project_year"):
        firms[name] = NEVER
    firms["incubator"], firms["alive"] = NOWHERE, 1
    for i, row in enumerate(rows):
        for name, value in row.items():
            firms[name][i] = value
    d = np.zeros(1, DISTRICT).view(np.recarray)
    d[0].quarter, d[0].year, d[0].row = quarter, 2015 + quarter // 4, quarter // 4
    d[0].scale, d[0].n_firms, d[0].run_key = 1.0, len(rows), 7
    environment = np.zeros(21, ENVIRONMENT).view(np.recarray)
    empty = {name: np.zeros(0, kind).view(np.recarray) for name, kind in
             (("incubators", INCUBATOR), ("institutes", INSTITUTE), ("people", TALENT))}  # fmt: skip
    return SimpleNamespace(firms=firms, district=d, environment=environment, **empty)


def year_of(region: Region, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """What is counted in 2021 between two states of the same firms, by place."""
    old = district(before, FIRST - 1)
    snapshot = SimpleNamespace(tables={"district": old.district, "firms": old.firms})
    look = TasksDone(region, SimpleNamespace(snapshots=[snapshot]))  # type: ignore[arg-type]
    out = np.zeros(look.shape)
    look(district(after, FIRST + 3), out, np.zeros(look.shape))
    return {name: out[COUNTED.index(name), -PLACES - 1 :] for name in COUNTED}


def test_a_firm_coached_and_closed_in_the_same_year_is_on_the_list_of_its_park(dadukou: Region) -> None:
    gone = {"coached_year": 2021, "register_q": FIRST + 1, "alive": 0, "exit_q": FIRST + 2, "place": 4}
    done = year_of(dadukou, [{"place": 4}], [gone])
    assert done["coach"][4] == done["register"][4] == done["coached_register"][4] == 1.0 and done["coach"].sum() == 1.0


def test_a_renewed_certificate_is_not_a_new_one_and_one_that_lapsed_is_neither(dadukou: Region) -> None:
    held = {"register_q": 4, "hnte_q": FIRST + 3 - 12, "place": 1}
    renewed, lapsed, left = {**held, "hnte_q": FIRST + 3}, {**held, "hnte_q": NEVER}, {**held, "alive": 0, "exit_q": FIRST}
    done = year_of(dadukou, [held, held, held], [renewed, lapsed, left])
    assert (done["renewal_known"][1], done["renewal_due"][1], done["renew"][1], done["certify"].sum()) == (3.0, 2.0, 1.0, 0.0)
    fresh = year_of(dadukou, [{"register_q": 4, "place": 1}], [{"register_q": 4, "hnte_q": FIRST + 3, "place": 1}])
    assert (fresh["certify"][1], fresh["renew"].sum(), fresh["renewal_due"].sum()) == (1.0, 0.0, 0.0)


def test_only_a_firm_that_was_below_the_line_crosses_it(dadukou: Region) -> None:
    below, above = {"register_q": 4, "above_scale": 0}, {"register_q": 4, "above_scale": 1}
    assert year_of(dadukou, [below, above], [above, above])["cross_scale"].sum() == 1.0


def test_an_attracted_firm_is_landed_in_the_year_it_comes_though_it_is_older(dadukou: Region) -> None:
    landed = {"door": DOOR_ATTRACTED, "birth_q": FIRST - 6, "place": 2}
    done = year_of(dadukou, [{"door": DOOR_ATTRACTED, "place": 3}], [{"door": DOOR_ATTRACTED, "place": 3}, landed])
    assert done["attract"].tolist() == [0.0, 0.0, 1.0] + [0.0] * (PLACES - 2)


def test_a_tenant_that_graduates_within_the_year_was_admitted_too(dadukou: Region) -> None:
    done = year_of(dadukou, [{}, {"incubator": 3}], [{"incubator_asked": -1}, {"incubator": 3}])
    assert done["admit"].sum() == done["graduate"].sum() == 1.0


def test_a_loan_lent_before_and_gone_bad_this_year_is_not_lent_again(dadukou: Region) -> None:
    before = [{"knowledge_loan": 5e5, "knowledge_left": 7}, {}, {"knowledge_left": 6}]
    bad, fresh_and_bad, bad_long_ago = {"knowledge_left": 5}, {"knowledge_left": 8}, {"knowledge_left": 6}
    assert year_of(dadukou, before, [bad, fresh_and_bad, bad_long_ago])["lend"].sum() == 1.0


# --- whole things


def test_remainders_are_rounded_up_from_the_largest() -> None:
    # 21 firms over four parks by 47, 16, 15.8 and 21.2: quotas 9.87, 3.36, 3.318, 4.452; floors 19, two left for .87 and .452.
    assert largest_remainders(21, 21 * np.array([0.47, 0.16, 0.158, 0.212])).tolist() == [10, 3, 3, 5]


def test_a_small_park_is_not_passed_over_every_year() -> None:
    given_ = apportioned([1] * 10, np.tile([0.8, 0.2], (10, 1)))
    assert given_.sum(axis=0).tolist() == [8, 2] and (given_.sum(axis=1) == 1).all()


def test_a_year_in_which_no_part_has_any_goes_elsewhere() -> None:
    assert apportioned([3], np.zeros((1, 4))).tolist() == [[0, 0, 0, 3]]


@given(
    totals=st.lists(st.integers(0, 300), min_size=5, max_size=5),
    weights=st.lists(st.lists(st.floats(0.0, 50.0), min_size=6, max_size=6), min_size=5, max_size=5),
)
def test_parts_always_add_up_to_the_year(totals: list[int], weights: list[list[float]]) -> None:
    given_ = apportioned(totals, np.array(weights))
    assert given_.sum(axis=1).tolist() == totals and (given_ >= 0).all()


def test_every_task_has_words_in_both_languages_and_one_key_for_each_target() -> None:
    for language in LANGUAGES:
        for task in TASK_IDS:
            assert f"decompose.task.{task}" in table(language) and f"decompose.short.{task}" in table(language)
    keys = [task.serves for task in TASKS if task.key]
    assert len(keys) == len(set(keys)) == len({task.serves for task in TASKS})
    assert not set(BESIDE) & set(TASK_IDS)
