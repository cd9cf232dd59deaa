"""What people who know Mesa try first: seeds in every form, copies, `running`, `mesa.batch_run`."""

import copy
import hashlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

import mesa
import numpy as np
import pytest

from tests.sim.small import small
from yidu.sim.errors import InputError
from yidu.sim.indicators import TECH
from yidu.sim.model import InnovationModel
from yidu.sim.record import OneRun

ROOT = Path(__file__).resolve().parents[2]


def opened(region, **more):
    return InnovationModel(region, **{"seed": 3, "run": 2, "draws": small(region), "until": 2016, **more})


def bits(model):
    """SHA-256 of everything a run holds, field by field: a copy need not carry the padding between fields."""
    seen, world = hashlib.sha256(), model.world
    for table in (world.firms, world.people, world.incubators, world.institutes, world.funds, world.district):
        for name in table.dtype.names:
            seen.update(np.ascontiguousarray(table[name]).tobytes())
    for table in (world.ledger, world.flows, world.indicators):
        seen.update(table.tobytes())
    return seen.hexdigest()


def test_no_seed_draws_a_fresh_one_that_makes_the_run_again(dadukou):
    one, other = opened(dadukou, seed=None), opened(dadukou, seed=None)
    assert one.seed != other.seed
    again = opened(dadukou, seed=one.seed)
    for model in (one, other, again):
        model.step()
    assert bits(again) == bits(one) != bits(other)


def test_who_names_no_seed_has_seed_1(dadukou):
    model = InnovationModel(dadukou, draws=small(dadukou), until=2016)
    assert (model.seed, model.run) == (1, 0) and type(pickle.loads(pickle.dumps(model.seed))) is int


@pytest.mark.parametrize("seed", [-1, 1.5, "x", 2**63, True, [-1], object(), float("nan")])
@pytest.mark.parametrize("name", ["seed", "rng"])
def test_a_seed_that_is_none_is_a_sentence(dadukou, name, seed):
    given = {"draws": small(dadukou), "until": 2016, name: seed}
    with pytest.raises(InputError, match=f"{name} cannot be used.*expected a whole number from 0 to 2\\^63 - 1"):
        InnovationModel(dadukou, **given)


@pytest.mark.parametrize("more", [{"seed": -1}, {"run": -1}, {"run": 0.5}, {"seed": "x"}])
def test_a_run_without_agents_takes_no_other_seeds(dadukou, more):
    with pytest.raises(InputError, match="cannot be used"):
        OneRun(dadukou, draws=small(dadukou), **more)


def test_a_seed_may_come_as_numpy_and_newer_mesa_give_it(dadukou):
    draws = small(dadukou)
    assert opened(dadukou, seed=np.int64(7)).seed == InnovationModel(dadukou, rng=7, draws=draws, until=2016).seed == 7
    for make in (lambda: np.random.default_rng(5), lambda: np.random.SeedSequence(5), lambda: np.random.PCG64(5), lambda: [5, 6]):
        one, other = (InnovationModel(dadukou, rng=make(), draws=draws, until=2016).seed for _ in range(2))
        assert one == other < 2**31
    with pytest.raises(InputError, match="two names for one thing"):
        opened(dadukou, seed=1, rng=2)


def test_a_rule_of_ones_own_has_the_luck_of_its_run(dadukou):
    def drawn(**more):
        return opened(dadukou, **more).random.random()

    assert drawn() == drawn() and len({drawn(), drawn(seed=4), drawn(run=3)}) == 3


@pytest.mark.parametrize("again", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy, copy.copy], ids=["pickle", "deepcopy", "copy"])
def test_a_copy_goes_on_to_the_same_bits_and_alone(dadukou, again):
    model = opened(dadukou)
    for _ in range(2):
        model.step()
    next(iter(model.agents)).note = "a visitor's own"
    other = again(model)
    before = bits(model)
    for _ in range(2):
        other.step()
    assert bits(model) == before and (model.steps, other.steps) == (2, 4) and other.running is False
    for _ in range(2):
        model.step()
    assert bits(other) == bits(model) != before
    assert other.outcomes().digest == model.outcomes().digest
    assert other.datacollector.get_model_vars_dataframe().equals(model.datacollector.get_model_vars_dataframe())
    assert next(iter(other.agents)).note == "a visitor's own" and next(iter(other.agents)).model is other


def test_running_ends_with_the_run_and_no_quarter_comes_after(dadukou):
    model = opened(dadukou)
    while model.running:
        model.step()
    assert (model.quarter, model.year, model.steps) == (7, 2016, 4)
    before = bits(model)
    with pytest.raises(InputError, match="ended with 2016"):
        model.step()
    assert bits(model) == before
    alone = OneRun(dadukou, seed=3, run=2, draws=small(dadukou), until=2016)
    for _ in range(4):
        alone.step()
    with pytest.raises(InputError, match="ended with 2016"):
        alone.step()
    assert bits(alone) == bits(model)


def test_batch_run_runs_each_iteration_on_luck_of_its_own(dadukou):
    asked = {"region": [dadukou], "draws": [small(dadukou)], "until": [2016], "environment": ["baseline", "slow"]}
    rows = mesa.batch_run(InnovationModel, asked, rng=[None, None, 5], display_progress=False)
    assert len(rows) == 6 and {row["quarter"] for row in rows} == {7}
    by = {(row["iteration"], row["environment"]): row for row in rows}
    assert by[0, "baseline"]["rd_expenditure"] != by[1, "baseline"]["rd_expenditure"]  # of GDP the record knows every year
    model = opened(dadukou, seed=5, run=0)
    model.run_model()
    assert by[2, "baseline"]["tech_enterprises"] == model.indicator(TECH)


BATCH = """
import mesa
from yidu.sim.model import InnovationModel
from yidu.sim.region import load

if __name__ == "__main__":
    rows = mesa.batch_run(InnovationModel, {"region": [load("dadukou")], "until": [2016]}, number_processes=2, rng=[1, 2],
                          display_progress=False)
    print(sorted((row["seed"], row["quarter"]) for row in rows))
"""


@pytest.mark.slow
def test_batch_run_works_in_processes_of_its_own(tmp_path):
    script = tmp_path / "batch.py"
    script.write_text(BATCH)
    ran = subprocess.run([sys.executable, script], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
                         capture_output=True, text=True, timeout=600)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "[(1, 7), (2, 7)]"
