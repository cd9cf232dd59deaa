"""A whole calibration: it ends in files that open, survives a kill, and leaves an earlier one alone when it fails."""

import json
import random
import shutil

import arviz_base
import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.asking import refused
from tests.killing import SEED, calibrating, tried
from yidu.calibration import manifest as files
from yidu.calibration import netcdf
from yidu.calibration.calibrate import UNDIAGNOSED, calibrate
from yidu.calibration.findings import read
from yidu.calibration.rounds import fewest_runs, fit_rounds
from yidu.sim.draws import DRAWN
from yidu.sim.errors import InputError
from yidu.sim.files import Unwritable
from yidu.sim.region import load


def test_the_shipped_diagnostics_belong_to_the_shipped_fit_and_nothing_in_them_failed(dadukou):
    found = read(dadukou.folder / "posterior" / files.DIAGNOSTICS)
    manifest = files.manifest_of(dadukou)
    assert manifest is not None
    assert (found.rules, found.pack, found.seed, found.runs) == tuple(manifest[k] for k in ("rules", "pack", "seed", "runs"))
    assert found.failures == ()
    assert found.ranks is not None and found.ranks.truths >= 500
    for fact in found.facts:
        if fact.role == "calibrate":
            assert fact.inside95 or fact.conflict, fact.fact
    assert manifest["after"]["sd_at_five_years"] == found.after.sd_at_five_years


def test_the_draws_open_in_arviz(dadukou, tmp_path):
    found = read(dadukou.folder / "posterior" / files.DIAGNOSTICS)
    path = netcdf.write(dadukou, dadukou.folder / "posterior", found, tmp_path)
    tree = arviz_base.convert_to_datatree(str(path))
    draws = files.posterior(dadukou)
    column = tree["posterior"]["project_win_rate"].values[0]
    assert_allclose(column, draws.parameters[:, DRAWN.index("project_win_rate")])
    assert set(tree.children) == {"posterior", "prior", "observed_data"}
    assert float(tree["observed_data"]["tech_enterprises_2020"]) == 301.0


def test_unreadable_diagnostics_are_a_sentence(tmp_path):
    (tmp_path / "diagnostics.json").write_text('{"region": ', encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "diagnostics.json")


def test_a_calibration_that_cannot_be_made_leaves_the_earlier_one_untouched(dadukou, tmp_path):
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError):
        calibrate(dadukou, runs=fewest_runs() - 1, out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_place_that_no_fit_can_go_to_is_told_before_any_run(yidu, dadukou, tmp_path):
    begun = []

    def watch(step):
        begun.append(step.name)
        raise AssertionError("it ran")

    (tmp_path / "file").write_text("mine")
    (tmp_path / "c" / files.DRAWS).mkdir(parents=True)
    (tmp_path / "loop").symlink_to("loop")
    for out, wrong in (("file", Unwritable), ("file/c", Unwritable), ("loop", Unwritable), ("c", InputError)):
        with pytest.raises(wrong):
            calibrate(dadukou, runs=fewest_runs(), out=tmp_path / out, watch=watch)
    pack = load(shutil.copytree(dadukou.folder, tmp_path / "pack", ignore=shutil.ignore_patterns("posterior")))
    (pack.folder / "posterior").write_text("mine")
    with pytest.raises(Unwritable):
        calibrate(pack, runs=fewest_runs(), watch=watch)
    assert begun == [] and (pack.folder / "posterior").read_text() == (tmp_path / "file").read_text() == "mine"
    for more in (("--out", "file"), ("--out", "loop"), ("--out", "c"), ("--region", pack.folder)):
        assert refused(yidu("calibrate", "--runs", fewest_runs(), *more))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.slow
def test_a_fit_whose_diagnostics_are_stopped_or_fail_is_not_lost(yidu, dadukou, tmp_path, monkeypatch):
    out = tmp_path / "c"
    shutil.copytree(dadukou.folder / "posterior", out)
    before, waiting = contents(out), out / UNDIAGNOSED

    def ask(reason):
        def broken(*_, **__):
            raise reason

        monkeypatch.setattr("yidu.calibration.calibrate.trials", broken)
        return yidu("calibrate", "--runs", fewest_runs(), "--seed", 3, "--out", "c", "--lang", "en")

    assert ask(KeyboardInterrupt()).exit_code == 130 and contents(out) == before
    left = files.fit_in(dadukou, waiting)
    assert left is not None and left.manifest["seed"] == 3 and "after" not in left.manifest

    ran = ask(ZeroDivisionError("nobody is left"))
    *progress, sentence = ran.stderr.splitlines()
    assert ran.exit_code == 1 and ran.stdout == "" and "Traceback" not in ran.stderr, ran.stderr
    assert not any("ZeroDivisionError" in line for line in progress)
    assert "The fit is written to" in sentence and "ZeroDivisionError: nobody is left" in sentence
    assert "truths" in sentence, sentence
    found = files.fit_in(dadukou, out)
    assert found is not None and found.manifest == left.manifest
    assert (found.draws.of_runs(1, np.arange(9))[0] == left.draws.of_runs(1, np.arange(9))[0]).all()
    assert not waiting.exists() and not (out / files.DIAGNOSTICS).exists()


@pytest.mark.slow
def test_a_calibration_killed_at_any_moment_goes_on_and_ends_as_an_uninterrupted_one(tmp_path):
    calibration = calibrating(fewest_runs())
    for name in ("quiet", "killed"):
        (tmp_path / name).mkdir()
    calibration.quietly(tmp_path / "quiet")
    said = tried(calibration, tmp_path / "killed", random.Random(f"{SEED} calibrate"), kills=1)
    print(f"YIDU_KILL_SEED={SEED}", *said, sep="\n")
    manifest = json.loads(calibration.whole["c/manifest.json"])
    assert manifest["draws"] and "c/calibration.html" in calibration.whole


@pytest.mark.slow
def test_forecasts_are_wider_when_facts_are_removed(dadukou, tmp_path):
    every = fit_rounds(dadukou, runs=fewest_runs(), seed=3)
    kept = [name for name in every.prior.names if not name.startswith(("tech_", "high_tech_"))]
    fewer = fit_rounds(dadukou, runs=fewest_runs(), seed=3, facts=kept)
    column = DRAWN.index("firm_size_median")

    def spread(fitting):
        return np.std(fitting.draws().parameters[:, column])

    assert spread(fewer) > 1.3 * spread(every)
