"""The second method: on a toy district whose posterior is known it finds it, as the fit does; without the extra it says so."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.calibration.toy import FACTS, PARAMETERS, exact, toy
from yidu.calibration import neural
from yidu.calibration.fit import DISCREPANCY, KEPT, Evidence
from yidu.calibration.rounds import Fitting, nearest
from yidu.sim.draws import DRAWN
from yidu.sim.errors import InputError
from yidu.viz.words import Words

pytestmark = pytest.mark.fast


def linear_district(runs: int) -> tuple[Evidence, np.ndarray, np.ndarray]:
    """The toy where its record lies off the centre of the prior, with the exact mean and standard deviation of each parameter there.

    A tenth of the runs gives no value for some fact; their gaps are then noughts that mean nothing.
    """
    centred = toy(runs)
    off = np.random.default_rng(3).normal(0.0, 0.7, FACTS)
    whole = np.arange(runs) % 10 > 0
    given = replace(centred, gaps=np.where(whole[:, None], centred.gaps + off, 0.0), whole=whole)
    mean, covariance = exact(-off, given, DISCREPANCY)
    return given, mean, np.sqrt(np.diag(covariance))


def fitted(given: Evidence) -> Fitting:
    """The fit of the toy district, which has one round and no sample of its own."""
    summaries, kept = nearest(given, int(KEPT * given.runs))
    nothing = None
    return Fitting(
        region=nothing, seed=1, discrepancy=DISCREPANCY, first=nothing, prior=given, first_summaries=summaries, sample=nothing,
        given=given, proposal=None, summaries=summaries, kept=kept, rounds=(given.runs,), near=(500.0,),
    )  # fmt: skip


def test_without_the_extra_the_second_method_says_how_to_get_it(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    monkeypatch.setitem(sys.modules, "bayesflow", None)
    with pytest.raises(InputError, match=r"not installed.*pip install 'yidu\[neural\]'") as caught:
        neural.installed()
    assert Words("zh").error(caught.value) == "第二种方法要用 BayesFlow 和 JAX，而它们没有安装。请先安装：pip install 'yidu[neural]'"


def test_both_answers_stand_beside_each_other_and_beside_the_end_of_the_fit(monkeypatch):
    given, _, _ = linear_district(6000)
    made = fitted(given)
    moved = replace(made.kept, scores=made.kept.scores + 1.0)
    draws = np.array([[-1.0], [3.0]]) * np.ones(PARAMETERS)
    monkeypatch.setattr(neural, "neural_draws", lambda given, columns, **other: draws[:, columns])
    rows = neural.agreement(replace(made, kept=moved))
    assert {row.parameter for row in rows} <= set(DRAWN[:PARAMETERS]) and len(rows) >= 10
    by_name = dict(zip(DRAWN, made.kept.weights @ made.kept.scores, strict=False))
    for row in rows:
        assert row.mean == pytest.approx(by_name[row.parameter], abs=1e-3)
        assert (row.other_mean, row.other_sd) == (1.0, 2.0)
        assert (row.final_mean, row.final_sd) == (pytest.approx(row.mean + 1.0, abs=2e-3), pytest.approx(row.sd, abs=2e-3))


@pytest.mark.slow
def test_on_a_district_with_a_known_posterior_both_methods_find_it():
    pytest.importorskip("bayesflow")
    given, mean, sd = linear_district(20_000)
    rows = neural.agreement(fitted(given))
    found = np.array([[row.mean, row.sd, row.other_mean, row.other_sd] for row in rows])
    at = [DRAWN.index(row.parameter) for row in rows]
    assert len(rows) >= 10
    for name, centre, spread, near in (("fit", found[:, 0], found[:, 1], 0.5), ("flow", found[:, 2], found[:, 3], 0.2)):
        off = np.abs(centre - mean[at]) / sd[at]
        assert off.max() < near, f"{name}: {off}"  # the fit keeps 400 runs, the flow learns from all
        assert np.abs(np.log(spread / sd[at])).max() < 0.15, f"{name}: {spread / sd[at]}"


@pytest.mark.slow
def test_the_same_seed_teaches_the_flow_the_same_and_a_lost_flow_is_a_sentence(monkeypatch):
    pytest.importorskip("bayesflow")
    given, _, _ = linear_district(2000)
    columns, passes = np.arange(3), []
    first = neural.neural_draws(given, columns, epochs=2, seed=3, many=200, progress=passes.append)
    again = neural.neural_draws(given, columns, epochs=2, seed=3, many=200)
    other = neural.neural_draws(given, columns, epochs=2, seed=4, many=200)
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert passes == [1, 1]
    monkeypatch.setattr(neural, "FARTHEST", 0.5)
    with pytest.raises(InputError, match="not settled") as caught:
        neural.neural_draws(given, columns, epochs=1, seed=3, many=200)
    assert "第二种方法没有收敛" in Words("zh").error(caught.value)
