"""The fit: what is shipped loads, what was made with other rules is refused, a small one can be made again."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from agents.parameters import PARAMETERS
from calibration import fit
from sim.draws import PriorDraws, TableDraws
from sim.errors import InputError


def test_the_shipped_fit_belongs_to_these_rules_and_this_pack(dadukou):
    draws = fit.posterior(dadukou)
    assert isinstance(draws, TableDraws) and len(draws.parameters) >= 300
    for k, prior in enumerate(dadukou.priors):
        assert prior.parameter == PARAMETERS[k]
        column = draws.parameters[:, k]
        assert (column >= prior.low).all() and (column <= prior.high).all(), prior.parameter


def test_the_record_has_taught_something(dadukou):
    draws = fit.posterior(dadukou)
    prior, _ = PriorDraws(dadukou).of_runs(1, np.arange(4000))
    contraction = 1.0 - draws.parameters.std(axis=0) / prior.std(axis=0)
    assert contraction[PARAMETERS.index("project_win_rate")] > 0.15
    assert np.median(contraction) < 0.3  # and most of what is judgement stays judgement


@pytest.fixture
def copied(dadukou, tmp_path):
    folder = tmp_path / "dadukou"
    shutil.copytree(dadukou.folder, folder)
    return replace(dadukou, folder=folder)


def test_a_region_without_a_fit_runs_on_its_prior(copied):
    shutil.rmtree(copied.folder / "posterior")
    assert isinstance(fit.posterior(copied), PriorDraws)


@pytest.mark.parametrize("part", ["rules", "pack"])
def test_a_fit_made_with_other_rules_or_another_pack_is_refused_with_the_command_that_remakes_it(copied, part):
    path = copied.folder / "posterior" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, part: "0" * 64}), encoding="utf-8")
    with pytest.raises(InputError, match="yidu calibrate"):
        fit.posterior(copied)


def test_an_edited_prior_refuses_the_fit_but_an_edited_scenario_does_not(copied):
    scenario = copied.folder / "scenarios" / "austerity.toml"
    scenario.write_text(scenario.read_text(encoding="utf-8") + "\n# a note\n", encoding="utf-8")
    assert isinstance(fit.posterior(copied), TableDraws)
    priors = copied.folder / "priors.csv"
    priors.write_text(priors.read_text(encoding="utf-8").replace("0.3,900", "0.31,900"), encoding="utf-8")
    with pytest.raises(InputError):
        fit.posterior(copied)


def test_a_fit_cut_short_is_refused_and_not_believed(copied):
    (copied.folder / "posterior" / "draws.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="cannot be read"):
        fit.posterior(copied)


def test_too_few_runs_to_keep_any_is_a_sentence(dadukou, tmp_path):
    with pytest.raises(InputError, match="prior runs would leave"):
        fit.fit(dadukou, runs=100, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_same_seed_makes_the_same_fit_twice(dadukou, tmp_path):
    first = fit.fit(dadukou, runs=1700, seed=3, out=tmp_path / "a")
    again = fit.fit(dadukou, runs=1700, seed=3, out=tmp_path / "b")
    assert np.array_equal(first.parameters, again.parameters)
    assert (tmp_path / "a" / "manifest.json").read_bytes() == (tmp_path / "b" / "manifest.json").read_bytes()
