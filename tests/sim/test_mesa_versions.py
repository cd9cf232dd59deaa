"""The model on Mesa's newest release and its newest pre-release, fetched for the test: what people install who do not use our pins."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from tests.sim.small import small
from yidu.sim.record import OneRun

ROOT = Path(__file__).resolve().parents[2]

USED = """
import copy, json, pickle
import mesa
from yidu.sim.errors import InputError
from yidu.sim.model import InnovationModel
from yidu.sim.region import load
from tests.sim.small import small

region = load("dadukou")

def opened(**more):
    return InnovationModel(region, **{"seed": 3, "run": 2, "draws": small(region), "until": 2016, **more})

model = opened()
for _ in range(2):
    model.step()
others = [copy.deepcopy(model), copy.copy(model), pickle.loads(pickle.dumps(model))]
whole = opened()
whole.run_model()
for one in (model, *others):
    while one.running:
        one.step()
try:
    model.step()
    ended = "a quarter after the last"
except InputError as error:
    ended = str(error)
rows = []
if hasattr(mesa, "batch_run"):  # Mesa 4 has none
    asked = {"region": [region], "draws": [small(region)], "until": [2016]}
    rows = mesa.batch_run(InnovationModel, asked, rng=[5], display_progress=False)
print(json.dumps({
    "version": mesa.__version__, "file": mesa.__file__, "ended": ended,
    "digests": [one.outcomes().digest for one in (whole, model, *others)],
    "quarters": [one.quarter for one in (whole, model, *others)],
    "luck": [opened().random.random(), opened().random.random(), opened(seed=4).random.random()],
    "seeds": [opened(seed=None, rng=7).seed, opened(seed=None).seed != opened(seed=None).seed],
    "table": list(model.datacollector.get_model_vars_dataframe()["quarter"]),
    "batch": [(row["seed"], row["quarter"]) for row in rows],
}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("asked", [["mesa"], ["--pre", "mesa"]], ids=["release", "pre-release"])
def test_the_model_is_the_same_run_on_the_newest_mesa(dadukou, tmp_path, asked):
    order = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tmp_path / "newest"), *asked]
    fetched = subprocess.run(order, capture_output=True, text=True, timeout=300)
    if fetched.returncode:
        why = f"NOT TESTED on the newest Mesa: pip cannot fetch it ({(fetched.stderr.splitlines() or ['no reason'])[-1]})"
        warnings.warn(why, stacklevel=1)
        pytest.skip(why)
    path = os.pathsep.join([str(tmp_path / "newest"), str(ROOT)])
    ran = subprocess.run([sys.executable, "-c", USED], cwd=tmp_path, env={**os.environ, "PYTHONPATH": path},
                         capture_output=True, text=True, timeout=600)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    print(f"Mesa {found['version']}")
    assert Path(found["file"]).is_relative_to(tmp_path)
    alone = OneRun(dadukou, seed=3, run=2, draws=small(dadukou), until=2016)
    while not alone.ended:
        alone.step()
    assert found["digests"] == [alone.outcomes().digest] * 5 and found["quarters"] == [7] * 5
    assert "ended with 2016" in found["ended"] and found["table"] == [4, 5, 6, 7]
    one, same, other = found["luck"]
    assert one == same != other and found["seeds"] == [7, True]
    assert found["batch"] in ([], [[5, 7]]) and bool(found["batch"]) == (int(found["version"].split(".")[0]) < 4)
