"""Samples are kept in parts as they come: what is stopped goes on, to the same bits."""

import numpy as np
import pytest

from yidu.calibration import sample as sampling
from yidu.calibration.sample import PriorScores, Proposal, draw_sample, parameters_at, sample_folder
from yidu.sim.draws import DRAWN, PriorDraws, beliefs

RUNS = 24


@pytest.fixture
def parts(monkeypatch):
    monkeypatch.setattr(sampling, "PART", 10)


@pytest.fixture
def whole(dadukou, tmp_path, parts):
    return draw_sample(dadukou, runs=RUNS, seed=3, base=tmp_path / "whole")


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_sample_that_was_stopped_goes_on_to_the_same_bits(dadukou, tmp_path, whole):
    base = tmp_path / "stopped"
    draw_sample(dadukou, runs=10, seed=3, base=base)  # stopped after the first part
    folder = sample_folder(dadukou, 3, PriorScores(), base)
    (folder / "part-000000010.99.part").write_bytes(b"half a part")  # and in the middle of the second
    again = draw_sample(dadukou, runs=RUNS, seed=3, base=base)
    assert np.array_equal(again.values, whole.values, equal_nan=True) and np.array_equal(again.scores, whole.scores)


def test_a_damaged_part_is_made_again(dadukou, tmp_path, whole):
    folder = sample_folder(dadukou, 3, PriorScores(), tmp_path / "whole")
    assert files(folder) == ["part-000000000.npy", "part-000000010.npy", "part-000000020.npy"]
    (folder / "part-000000010.npy").write_bytes(b"\x93NUMPY")
    again = draw_sample(dadukou, runs=RUNS, seed=3, base=tmp_path / "whole")
    assert np.array_equal(again.values, whole.values, equal_nan=True)


def test_parts_found_are_not_simulated_again_but_count_as_done(dadukou, tmp_path, whole, monkeypatch):
    monkeypatch.setattr(sampling, "simulate", None)
    seen = []
    draw_sample(dadukou, runs=RUNS, seed=3, base=tmp_path / "whole", progress=seen.append)
    assert sum(seen) == RUNS


def test_another_seed_or_another_proposal_has_a_folder_of_its_own(dadukou, tmp_path):
    axes = np.eye(len(DRAWN))[:, :2]
    near = Proposal(axes, np.array([0.0, -1.0]), np.array([1.0, 1.0]))
    far = Proposal(axes, np.array([0.0, -1.0]), np.array([1.0, 2.0]))
    folders = {sample_folder(dadukou, seed, scores, tmp_path) for seed in (1, 2) for scores in (PriorScores(), near, far)}
    assert len(folders) == 6


def test_a_proposal_is_the_prior_cut_off_and_nothing_else(dadukou):
    axes = np.linalg.qr(np.random.default_rng(1).normal(size=(len(DRAWN), 3)))[0]
    proposal = Proposal(axes, np.array([0.5, -2.0, -1.0]), np.array([2.0, 0.0, 1.5]))
    runs = np.arange(4000)
    scores, prior = proposal.of_runs(1, runs), PriorScores().of_runs(1, runs)
    assert proposal.holds(scores).all()
    inside = prior[proposal.holds(prior)]
    assert abs(len(inside) / len(prior) - proposal.mass) < 0.02
    assert (scores @ axes).mean(axis=0) == pytest.approx((inside @ axes).mean(axis=0), abs=0.12)
    rest = scores - (scores @ axes) @ axes.T
    assert rest == pytest.approx(prior - (prior @ axes) @ axes.T)


def test_scores_at_the_prior_are_the_prior(dadukou):
    runs = np.arange(200)
    drawn, _ = PriorDraws(dadukou).of_runs(1, runs)
    again = parameters_at(dadukou, PriorScores().of_runs(1, runs))
    scale = np.array([max(belief.high - belief.low, 1e-9) for belief in beliefs(dadukou)])
    near = np.abs(again - drawn) / scale
    assert np.quantile(near, 0.999) < 1e-6  # beyond 3.7 standard deviations both are cut off
