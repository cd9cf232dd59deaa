"""Runs taken up at the end of the record are the runs from the beginning, to the bit; and a long batch can be interrupted."""

import threading
import time

import numpy as np
import pytest

from tests.sim.small import SetDraws, constant, scaled, small
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import Batch, simulate, started
from yidu.sim.inputs import Inputs
from yidu.sim.region import Region
from yidu.sim.triggers import Trigger
from yidu.sim.world import RECORD_END_QUARTER, year_of

UNTIL, RUNS, FIRST, SEED = 2023, 3, 4, 3

COACHED = Trigger("tech_enterprises", ">", 0.0, 2021, {"enterprise_coaching": 150.0, "firms_attracted": 80.0})
NEVER = Trigger("tech_enterprises", "<", 0.0, 2021, {"enterprise_coaching": 150.0})


@pytest.fixture(scope="module")
def start(dadukou: Region):
    return started(dadukou, runs=RUNS, first_run=FIRST, seed=SEED, draws=small(dadukou), threads=1)


def batch(region, levers=None, **more):
    more = {"runs": RUNS, "first_run": FIRST, "seed": SEED, "until": UNTIL, "threads": 1, "draws": small(region), **more}
    return simulate(region, levers or region.levers, **more)


def spoiled(start):
    """The same start with worlds that are not those of the record: a run that uses it shows."""
    for kept in start.snapshots:
        kept.tables["firms"].revenue[:] *= 2.0
    return start


SCENARIOS = {
    "status_quo": {},
    "all_at_most": {name: scaled(name, 1.0) for name in ("enterprise_coaching", "knowledge_loan_pool", "seed_fund", "talent_package")},
    "nothing_done": {name: 0.0 for name in ("enterprise_coaching", "ip_services", "seed_fund", "firms_attracted")},
    "many_more_firms": {"firms_attracted": 80.0, "anchor_firms": 2.0, "incubator_openings": 6.0},
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_taken_up_from_2020_is_the_run_from_the_beginning(dadukou: Region, start, name: str) -> None:
    levers = constant(dadukou, SCENARIOS[name], 2021)
    assert batch(dadukou, levers, start=start).digest == batch(dadukou, levers).digest


@pytest.mark.parametrize("environment", ["baseline", "slow", "fast", "shock"])
def test_one_start_serves_every_environment(dadukou: Region, start, environment: str) -> None:
    resumed = batch(dadukou, start=start, environment=environment)
    assert resumed.digest == batch(dadukou, environment=environment).digest


def test_the_environments_differ_after_the_record(dadukou: Region, start) -> None:
    digests = {batch(dadukou, start=start, environment=one).digest for one in ("baseline", "slow", "fast", "shock")}
    assert len(digests) == 4


@pytest.mark.parametrize("trigger", [COACHED, NEVER], ids=["acts", "never_acts"])
def test_triggers_act_alike_in_runs_taken_up(dadukou: Region, start, trigger: Trigger) -> None:
    resumed, whole = (batch(dadukou, triggers=(trigger,), start=one) for one in (start, None))
    assert resumed.digest == whole.digest
    assert (resumed.digest == batch(dadukou).digest) == (trigger is NEVER)


def test_a_start_made_under_the_status_quo_has_room_for_a_mix_that_attracts_many_more_firms(dadukou: Region, start) -> None:
    heavy = constant(dadukou, SCENARIOS["many_more_firms"], 2021)
    rooms = [Inputs(dadukou, levers).capacity(small(dadukou).of_runs(SEED, np.arange(1))[0], UNTIL) for levers in (dadukou.levers, heavy)]
    assert rooms[1] > rooms[0] + 100
    assert batch(dadukou, heavy, start=start).flows.sum() > batch(dadukou, start=start).flows.sum()


def test_a_part_of_the_runs_may_be_asked_of_a_start_and_runs_beyond_it_begin_at_the_beginning(dadukou: Region, start) -> None:
    for first, runs in ((FIRST + 1, 2), (FIRST + 2, 3), (FIRST - 1, 2)):
        assert batch(dadukou, first_run=first, runs=runs, start=start).digest == batch(dadukou, first_run=first, runs=runs).digest


def test_a_start_is_used_at_all(dadukou: Region) -> None:
    bad = spoiled(started(dadukou, runs=1, first_run=FIRST, seed=SEED, draws=small(dadukou), threads=1))
    assert batch(dadukou, runs=1, start=bad).digest != batch(dadukou, runs=1).digest


class OtherDraws(SetDraws):
    source = "other draws"


def test_a_start_of_another_seed_or_other_draws_or_another_purpose_is_not_used(dadukou: Region) -> None:
    bad = spoiled(started(dadukou, runs=2, first_run=FIRST, seed=SEED, draws=small(dadukou), threads=1))
    for more in (
        {"seed": SEED + 1},
        {"draws": OtherDraws(dadukou, pool_size=150.0)},
        {"reconcile": False},
        {"draws_seed": 9},
        {"environment_seed": 9},
        {"until": year_of(RECORD_END_QUARTER)},
    ):
        assert batch(dadukou, runs=2, start=bad, **more).digest == batch(dadukou, runs=2, **more).digest, more


def test_runs_taken_up_leave_the_start_as_it_was(dadukou: Region, start) -> None:
    before = [{name: table.tobytes() for name, table in kept.tables.items()} for kept in start.snapshots]
    batch(dadukou, constant(dadukou, SCENARIOS["many_more_firms"], 2021), start=start)
    assert [{name: table.tobytes() for name, table in kept.tables.items()} for kept in start.snapshots] == before


def test_the_priors_own_runs_can_be_taken_up_too(dadukou: Region) -> None:
    draws = PriorDraws(dadukou)
    kept = started(dadukou, runs=2, seed=SEED, draws=draws, threads=2)
    assert kept.runs == 2 and kept.snapshots[0].bytes < 2_000_000
    assert batch(dadukou, runs=2, first_run=0, draws=draws, start=kept).digest == batch(dadukou, runs=2, first_run=0, draws=draws).digest


# --- interrupting


def tasks(region: Region, runs: int) -> Batch:
    return Batch(Inputs(region, region.levers), small(region), SEED, None, None, 0, runs, 2020)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_an_interrupted_batch_ends_with_the_runs_that_are_under_way(dadukou: Region, threads: int) -> None:
    work, begun, lock = tasks(dadukou, 5000), [], threading.Lock()

    def one(_: object, r: int) -> None:
        with lock:
            begun.append(r)
        time.sleep(0.001)

    def stop_at_a_hundred(more: int) -> None:
        if len(begun) >= 100:
            raise KeyboardInterrupt

    since = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        work.each(one, work.world(), threads, stop_at_a_hundred)
    assert 100 <= len(begun) <= 100 + 64 * threads
    assert time.monotonic() - since < 5.0
    quiet = len(begun)
    time.sleep(0.05)
    assert len(begun) == quiet  # nobody goes on in the background


def test_an_uninterrupted_batch_does_every_run_once(dadukou: Region) -> None:
    work, done, told, lock = tasks(dadukou, 700), [], [], threading.Lock()

    def one(_: object, r: int) -> None:
        with lock:
            done.append(r)

    work.each(one, work.world(), 3, told.append)
    assert sorted(done) == list(range(700)) and sum(told) == 700


@pytest.mark.parametrize("runs", [1, 2])
def test_a_batch_of_few_runs_needs_no_threads(dadukou: Region, runs: int) -> None:
    work, done = tasks(dadukou, runs), []
    work.each(lambda _, r: done.append(r), work.world(), 4, None)
    assert done == list(range(runs))


def test_the_error_that_is_told_is_that_of_the_first_run_that_goes_wrong(dadukou: Region) -> None:
    work, both = tasks(dadukou, 50), threading.Barrier(2)

    def one(_: object, r: int) -> None:
        if r in (5, 6):
            both.wait(10.0)  # both are under way
            time.sleep(0.05 if r == 5 else 0.0)
            raise ValueError(r)

    with pytest.raises(ValueError, match="5"):
        work.each(one, work.world(), 2, None)


def test_a_kept_run_is_put_back_whatever_stood_in_the_world(dadukou: Region, start) -> None:
    work, kept = tasks(dadukou, 2), start.snapshots[0]
    clean, used = work.world(), work.world()
    for name in kept.tables:
        getattr(used, name).view(np.ndarray).reshape(-1).view(np.uint8)[:] = 1
    for w in (clean, used):
        kept.restore(w)
    for name in kept.tables:
        assert getattr(used, name).tobytes() == getattr(clean, name).tobytes(), name
