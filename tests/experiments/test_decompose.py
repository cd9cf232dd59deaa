"""The task list behind a path that arrives: from which runs it is read, that it adds up, and who does it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from yidu.calibration.discrepancy import widened
from yidu.calibration.manifest import pack_digest
from yidu.experiments.decompose.arriving import arrives
from yidu.experiments.decompose.compute import Decomposition, chosen_ids, decompose, owners_for, run_decompose
from yidu.experiments.decompose.tasks import TASK_IDS, Counts, TasksDone, counts_of
from yidu.experiments.ensembles.paired import Mixed, study
from yidu.experiments.judging.goals import targets_of
from yidu.experiments.scenarios.scenario import load
from yidu.sim.draws import PriorDraws
from yidu.sim.errors import InputError
from yidu.sim.owners import owners_of
from yidu.sim.region import REGIONS, Region
from yidu.sim.region import load as load_region

RUNS = 40

Asked = Callable[..., Decomposition]


@pytest.fixture(scope="module")
def looked(dadukou: Region) -> tuple[Mixed, Counts]:
    kept = study(dadukou, runs=RUNS, draws=PriorDraws(dadukou))
    assert kept.start is not None
    mixed = kept.run(load(dadukou, "status_quo"), look=TasksDone(dadukou, kept.start))
    return mixed, counts_of(dadukou, mixed.plain)


@pytest.fixture(scope="module")
def asked(dadukou: Region, looked: tuple[Mixed, Counts]) -> Asked:
    """The list for some targets, read from the same runs each time."""

    def ask(*targets: str, by: str = "year", mixed: Mixed | None = None) -> Decomposition:
        goals = tuple(goal for id in targets for goal in targets_of(dadukou, id))
        return decompose(dadukou, mixed or looked[0], looked[1], owners_of(dadukou, TASK_IDS), by=by, asked=goals)  # type: ignore[arg-type]

    return ask


def with_values(mixed: Mixed, region: Region, indicator: str, values: np.ndarray) -> Mixed:
    """The runs with other values of an indicator in 2025."""
    table = mixed.plain.values.copy()
    table[:, mixed.plain.years.index(2025), mixed.plain.indicators.index(indicator)] = values
    plain = mixed.plain.with_values(table)
    return mixed._replace(plain=plain, judged=widened(region, plain))


# --- from which runs


def test_the_list_is_read_from_the_runs_that_arrive_by_their_own_count(dadukou: Region, looked: tuple[Mixed, Counts], asked: Asked) -> None:
    mixed, counts = looked
    arriving = mixed.plain.of("tech_enterprises", 2025) >= 550.0
    answer = asked("tech_enterprises").answer
    assert 0 < arriving.sum() < RUNS and answer.basis == "joint"
    assert answer.targets[0].arriving == answer.joint_arriving == arriving.sum()
    row = next(row for row in answer.tasks if (row.task, row.year) == ("register", 2023))
    assert row.median == pytest.approx(np.median(counts.of("register")[arriving, 2])) and row.arriving == arriving.sum()
    assert row.read_on == ("tech_enterprises",)


def test_runs_that_arrive_register_more_firms_than_all_runs_do(looked: tuple[Mixed, Counts], asked: Asked) -> None:
    whole = sum(row.whole for row in asked("tech_enterprises").answer.tasks if row.task == "register")
    assert whole > np.median(looked[1].of("register").sum(axis=1))


def test_the_register_adds_up_to_the_target(dadukou: Region, looked: tuple[Mixed, Counts]) -> None:
    # 301 and what came in, less what left, is the stock of each run that arrives: no error of the model in between.
    mixed, counts = looked
    (goal,) = targets_of(dadukou, "tech_enterprises")
    left = sum(mixed.plain.through(f"tech_enterprises:{how}")[:, -5:].sum(axis=1) for how in ("closed", "moved_out"))
    stock = mixed.plain.of("tech_enterprises", 2020) + counts.of("register").sum(axis=1) - left
    np.testing.assert_allclose(stock, mixed.plain.of("tech_enterprises", 2025))
    assert (stock[arrives(mixed, goal)] >= 550.0).all()


def test_where_enough_runs_reach_all_targets_the_list_is_one_path(dadukou: Region, looked: tuple[Mixed, Counts], asked: Asked) -> None:
    values = np.where(np.arange(RUNS) < 32, 600.0, 400.0)
    easy = with_values(looked[0], dadukou, "tech_enterprises", values)
    easy = with_values(easy, dadukou, "high_tech_enterprises", values)
    answer = asked("tech_enterprises", "high_tech_enterprises", mixed=easy).answer
    assert answer.basis == "joint" and answer.joint_arriving == 32
    assert {row.arriving for row in answer.tasks} == {32}
    assert {row.read_on for row in answer.tasks} == {("tech_enterprises", "high_tech_enterprises")}


def test_where_too_few_do_each_task_follows_its_own_target_and_the_rest_all_runs(
    dadukou: Region, looked: tuple[Mixed, Counts], asked: Asked
) -> None:
    apart = with_values(looked[0], dadukou, "tech_enterprises", np.where(np.arange(RUNS) < 15, 600.0, 400.0))
    apart = with_values(apart, dadukou, "high_tech_enterprises", np.where(np.arange(RUNS) < 10, 50.0, 200.0))
    found = asked("tech_enterprises", "high_tech_enterprises", mixed=apart)
    runs = {row.task: (row.arriving, row.read_on) for row in found.answer.tasks}
    assert found.answer.basis == "per_target" and found.answer.joint_arriving == 5
    assert runs["register"] == (15, ("tech_enterprises",)) and runs["certify"] == (30, ("high_tech_enterprises",))
    assert runs["list_otc"] == (RUNS, ())
    codes = {notice.code for notice in found.notices}
    assert {"few_reach_all", "few_reach_own"} <= codes


def test_without_a_choice_the_targets_within_reach_are_taken(asked: Asked) -> None:
    answer = asked().answer
    assert all((target.probability or 0.0) >= 0.2 for target in answer.targets)
    assert "tech_enterprises" in {target.indicator for target in answer.targets}


def test_a_target_that_no_run_reaches_is_said_by_name(dadukou: Region, looked: tuple[Mixed, Counts], asked: Asked) -> None:
    never = with_values(looked[0], dadukou, "tech_enterprises", np.full(RUNS, 400.0))
    with pytest.raises(InputError, match=r"none of 40 runs of status_quo reaches tech_enterprises >= 550.*yidu plan"):
        asked("tech_enterprises", mixed=never)
    found = asked("tech_enterprises", "otc_listed", mixed=never)
    assert {row.arriving for row in found.answer.tasks if row.task == "register"} == {RUNS}
    assert "targets_no_run_reaches" in {notice.code for notice in found.notices}


def test_targets_may_be_named_with_any_comma() -> None:
    assert chosen_ids("a,b，c、a d") == ("a", "b", "c", "d") and chosen_ids(None) == chosen_ids("") == ()


def test_what_cannot_be_asked_is_refused_before_anything_runs(dadukou: Region) -> None:
    mix = load(dadukou, "status_quo")
    with pytest.raises(InputError, match="Did you mean 'tech_enterprises'"):
        run_decompose(dadukou, mix, targets=["tech_enterprise"])
    with pytest.raises(InputError, match="at most 2000 runs"):
        run_decompose(dadukou, mix, runs=2001)
    city = load_region("chongqing")
    with pytest.raises(InputError, match="sets no target"):
        run_decompose(city, load(city, "status_quo"), targets=["tech_enterprises"])


# --- adding up


def test_whole_parts_add_up_to_the_whole_of_the_year(asked: Asked) -> None:
    answer = asked("tech_enterprises").answer
    whole = {(row.task, row.year): row.whole for row in answer.tasks}
    for by in ("sector", "place"):
        summed: dict[tuple[str, int], int] = {}
        for part in answer.parts:
            if part.by == by:
                summed[part.task, part.year] = summed.get((part.task, part.year), 0) + part.whole
        assert {key: value for key, value in whole.items() if value} == {key: value for key, value in summed.items() if value}


def test_the_funnel_solved_back_gives_the_goal_at_the_rate_of_the_runs(looked: tuple[Mixed, Counts], asked: Asked) -> None:
    answer = asked("high_tech_enterprises").answer
    funnel = {row.chain: row for row in answer.funnel}
    certify = funnel["certify"]
    arriving = looked[0].plain.of("high_tech_enterprises", 2025) >= 165.0
    certified, filed = (looked[1].of(name)[arriving].sum(axis=1) for name in ("certify", "file_first"))
    assert certify.runs == arriving.sum() > 3
    assert certify.pass_rate.median == pytest.approx(np.median(certified / filed), rel=1e-5)
    assert certify.needed.median == pytest.approx(certify.goal * np.median(filed / certified), rel=1e-5)
    assert certify.needed.median > certify.goal and certify.needed.p25 <= certify.needed.median <= certify.needed.p75
    assert funnel["register"].after_coaching.median < 1.0


def test_renewals_shrink_from_known_to_renewed(asked: Asked) -> None:
    rows = [row for row in asked("high_tech_enterprises").answer.renewals if row.status == "high_tech_enterprises"]
    assert [row.due for row in rows] == [2021, 2022, 2023, 2024, 2025] and all(row.due - row.issued == 3 for row in rows)
    for row in rows:
        assert row.known.median >= row.at_review.median >= row.filed.median >= row.renewed.median  # type: ignore[union-attr, operator]


def test_parts_and_departments_rest_on_judgement(asked: Asked) -> None:
    assert asked("tech_enterprises", by="park").answer.rests.on[0] == "place_shares"
    assert asked("tech_enterprises", by="park").answer.rests.grade == "D"
    assert asked("tech_enterprises", by="department").answer.rests.on[0] == "owner_map"
    assert "place_shares" not in asked("tech_enterprises").answer.rests.on


# --- who does it


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copytree(REGIONS / "dadukou", tmp_path / "dadukou", ignore=shutil.ignore_patterns("posterior"))
    return tmp_path / "dadukou"


@pytest.mark.parametrize("name", ["dadukou", "chongqing"])
def test_in_a_shipped_region_every_task_has_a_lead_and_every_park_a_manager(name: str) -> None:
    region = load_region(name)
    owners = owners_of(region, TASK_IDS)
    assert owners is not None
    assert {duty.task for duty in owners.tasks} == set(TASK_IDS)
    assert set(owners.places) == {place.id for place in region.settings.places}
    assert sum(len(owners.leads(one.id)) for one in owners.departments) == len(TASK_IDS)


def test_the_owner_map_is_optional_and_no_fit_depends_on_it(pack: Path) -> None:
    with_map = pack_digest(load_region(pack))
    (pack / "owners.toml").unlink()
    region = load_region(pack)
    assert pack_digest(region) == with_map and owners_for(region, "year") is None
    with pytest.raises(InputError, match=r"owners\.toml: the pack of dadukou does not say which department"):
        owners_for(region, "department")


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('task = "coach"', 'task = "coaching"', "no task is called 'coaching'"),
        ('lead = "attraction"', 'lead = "attractions"', "no department is called 'attractions'. Did you mean 'attraction'?"),
        ('tianan = "towns"', 'tianann = "towns"', "the region has no place 'tianann'. Did you mean 'tianan'?"),
        ('task = "attract"', 'task = "coach"', "the task 'coach' is there twice"),
        ('id = "industry"', 'id = "science"', "the department 'science' is there twice"),
        ('support = ["science", "finance"]', 'support = ["capital"]', "names a department twice"),
        ('title_zh = "区科技局"\n', "", "title_zh"),
    ],
)
def test_a_slip_in_the_owner_map_is_named(pack: Path, old: str, new: str, said: str) -> None:
    file = pack / "owners.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        owners_of(load_region(pack), TASK_IDS)
    assert said in str(error.value) and "owners.toml" in str(error.value)
