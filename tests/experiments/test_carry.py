"""A fit is carried over to rewritten rules only where every run is the same to the last bit, and says so ever after."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.experiments.synthetic import outcomes
from yidu.agents.compiled import ROOT, SOURCE_DIGEST
from yidu.calibration.findings import read
from yidu.calibration.manifest import DIAGNOSTICS, MANIFEST, posterior
from yidu.experiments import carry as carrying
from yidu.experiments.carry import RUNS, Known, as_before, carry, digests, digests_under, fitted, shipped
from yidu.sim.errors import InputError

BEFORE = "b" * 64
SAME = {"prior": "1", "posterior": "2"}


@pytest.fixture
def made_before(dadukou, tmp_path):
    """大渡口 with a fit that was made with the rules before."""
    folder = tmp_path / "dadukou"
    shutil.copytree(dadukou.folder, folder)
    for name in (MANIFEST, DIAGNOSTICS):
        file = folder / "posterior" / name
        tree = json.loads(file.read_text(encoding="utf-8"))
        now = tree["rules"]
        file.write_text(file.read_text(encoding="utf-8").replace(now, BEFORE), encoding="utf-8")
    return replace(dadukou, folder=folder)


def runs_are(monkeypatch, before, after, rules=BEFORE):
    monkeypatch.setattr(carrying, "digests_under", lambda checkouts, names, runs: [(rules, before), (SOURCE_DIGEST, after)])


def manifest(region):
    return json.loads((region.folder / "posterior" / MANIFEST).read_text(encoding="utf-8"))


def test_where_all_runs_are_the_same_the_fit_belongs_to_the_rules_here_and_says_by_what(made_before, monkeypatch):
    with pytest.raises(InputError, match="another version of the rules"):
        posterior(made_before)
    draws = manifest(made_before)["draws"]
    runs_are(monkeypatch, SAME, SAME)
    note = carry(Path("before"), [made_before.folder])
    assert (note["from"], note["to"], note["runs"], note["batches"]) == (BEFORE, SOURCE_DIGEST, RUNS, 2)
    said = manifest(made_before)
    assert said["carried"][-1] == note and said["rules"] == SOURCE_DIGEST and said["draws"] == draws
    assert read(made_before.folder / "posterior" / DIAGNOSTICS).rules == SOURCE_DIGEST
    assert (posterior(made_before).parameters == fitted(made_before).parameters).all()


def test_a_second_journey_is_noted_after_the_first(made_before, monkeypatch):
    first = len(manifest(made_before).get("carried", []))
    runs_are(monkeypatch, SAME, SAME)
    carry(Path("before"), [made_before.folder])
    file = made_before.folder / "posterior" / MANIFEST
    file.write_text(file.read_text(encoding="utf-8").replace(f'"rules": "{SOURCE_DIGEST}"', f'"rules": "{BEFORE}"'), encoding="utf-8")
    carry(Path("before"), [made_before.folder])
    assert len(manifest(made_before)["carried"]) == first + 2


@pytest.mark.parametrize("after", [{**SAME, "posterior": "3"}, {"prior": "1"}, {**SAME, "another": "4"}])
def test_one_run_that_differs_or_is_missing_carries_nothing(made_before, monkeypatch, after):
    whole = manifest(made_before)
    runs_are(monkeypatch, SAME, after)
    with pytest.raises(InputError, match="1 of 2 batches of runs differ.*yidu calibrate"):
        carry(Path("before"), [made_before.folder])
    assert manifest(made_before) == whole


def test_a_comparison_of_no_runs_carries_nothing(made_before, monkeypatch):
    runs_are(monkeypatch, {}, {})
    with pytest.raises(InputError, match="no runs"):
        carry(Path("before"), [made_before.folder])


def test_a_fit_of_yet_other_rules_is_not_carried(made_before, monkeypatch):
    runs_are(monkeypatch, SAME, SAME, rules="c" * 64)
    with pytest.raises(InputError, match="not made with the rules before"):
        carry(Path("before"), [made_before.folder])
    assert manifest(made_before)["rules"] == BEFORE


def test_a_folder_that_is_no_checkout_is_a_sentence(tmp_path):
    with pytest.raises(InputError, match="no checkout of Yidu"):
        digests_under([tmp_path], ["dadukou"], 1)


def test_every_region_is_compared_on_its_prior_its_fit_and_its_scenarios(dadukou):
    assert {"chongqing", "dadukou"} <= set(shipped())
    told = dict(digests(["dadukou"], 1))
    everything = [path.stem for path in (dadukou.folder / "scenarios").glob("*.toml")] + list(dadukou.environment.environments)
    assert all(any(one in batch.split(", ") for batch in told) for one in everything)
    assert sum("prior" in batch for batch in told) == 2 and len(set(told.values())) == len(told)


def test_what_the_shipped_fits_were_carried_over_by_leads_to_the_rules_here():
    for name in shipped():
        said = json.loads((ROOT / "calibration" / "regions" / name / "posterior" / MANIFEST).read_text(encoding="utf-8"))
        journey = said.get("carried", [])
        assert all(one["runs"] >= RUNS for one in journey)
        assert [one["to"] for one in journey] == [*(one["from"] for one in journey[1:]), said["rules"]][: len(journey)]


def known(made, fewer=0) -> Known:
    """The names of some outcomes, but for the last ``fewer`` of each kind."""
    kinds = (made.indicators, made.doors, made.lines, made.parameter_names)
    return tuple(kind[: len(kind) - fewer] for kind in kinds)


def test_new_entries_at_the_ends_of_the_lists_are_no_difference(dadukou):
    made = outcomes(dadukou, runs=3)
    before = as_before(made, known(made, 2))
    more = replace(made, money=made.money.copy(), flows=made.flows.copy())
    more.money[..., -1], more.flows[..., -2] = 5.0, 1.0
    assert more.digest != made.digest and as_before(more, known(made, 2)).digest == before.digest
    more.money[..., 0] += 1.0
    assert as_before(more, known(made, 2)).digest != before.digest
    assert np.array_equal(as_before(made, known(made)).money, made.money)


def test_an_entry_that_has_moved_or_gone_carries_nothing(dadukou):
    made = outcomes(dadukou, runs=1)
    for before in (("one_more",), ("first", *made.lines)):
        with pytest.raises(InputError, match="lack or have moved"):
            as_before(made, (made.indicators, made.doors, before, made.parameter_names))
    with pytest.raises(InputError, match="lack or have moved"):
        as_before(made, (made.indicators, made.doors, (*made.lines, "gone"), made.parameter_names))
