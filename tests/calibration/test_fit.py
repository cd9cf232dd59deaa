"""The fit finds what is there to find, no more: held against a toy whose answer is known, and against what is shipped."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from tests.calibration.toy import FACTS, NAMES, PARAMETERS, exact, toy
from yidu.calibration import manifest as files
from yidu.calibration.facts import Moments
from yidu.calibration.fit import DISCREPANCY, evidence, keep, learn, likelihood_sample, moved_to, resampled, weighted_quantile
from yidu.calibration.leave_out import Prediction, size_of_error, tension
from yidu.calibration.ranks import band, coverage_rows, informed_columns, rank_table, sweep, trials
from yidu.calibration.rounds import fewest_runs, fit_rounds
from yidu.sim.draws import DRAWN, PriorDraws, TableDraws, beliefs
from yidu.sim.errors import InputError
from yidu.sim.region import load

MANY = 800


@pytest.fixture(scope="module")
def given():
    return toy(20_000)


@pytest.fixture(scope="module")
def summaries(given):
    return learn(given)


def spread_of(kept):
    mean = kept.weights @ kept.scores
    return mean, np.sqrt(kept.weights @ np.square(kept.scores - mean))


@pytest.mark.parametrize("truth", range(3))
def test_draws_have_the_mean_and_the_spread_of_the_exact_answer(given, summaries, truth):
    at = given.published(DISCREPANCY)[truth]
    kept, _ = keep(given, summaries, at, many=MANY, exclude=truth)
    mean, covariance = exact(at, given, DISCREPANCY)
    found, sd = spread_of(kept)
    assert np.abs(found - mean)[:12].max() < 0.2
    assert np.abs(found - mean).max() < 0.4  # what nothing depends on wanders with the number of draws
    assert sd == pytest.approx(np.sqrt(np.diag(covariance)), rel=0.2)


def test_nothing_is_learned_of_parameters_that_no_fact_depends_on(given, summaries):
    kept, _ = keep(given, summaries, np.zeros(FACTS), many=MANY)
    _, sd = spread_of(kept)
    assert (sd[12:] > 0.85).all() and sd[:12].min() < 0.7
    assert set(informed_columns(given, summaries)) <= set(range(12))


def test_intervals_are_wider_when_facts_are_taken_away(given):
    at = np.zeros(FACTS)
    every = spread_of(keep(given, learn(given), at, many=MANY)[0])[1]
    fewer = given.without(*NAMES[4:])
    few = spread_of(keep(fewer, learn(fewer), at[:4], many=MANY)[0])[1]
    assert few[:12].mean() > 1.1 * every[:12].mean()
    assert (few[:12] > 0.95 * every[:12]).all()


def test_synthetic_truths_rank_evenly_and_are_held_as_often_as_said(given, summaries):
    truths = np.arange(0, 20_000, 50)
    names = tuple(f"z{k}" for k in range(PARAMETERS)) + NAMES
    found = trials(given, summaries, truths, names, injected=DISCREPANCY, seed=5, kept=0.04)
    ranks = rank_table(found, MANY)
    assert all(row.inside for row in ranks.quantities), [row.quantity for row in ranks.quantities if not row.inside]
    for row in coverage_rows(found, "assumed", DISCREPANCY, DISCREPANCY, informed_columns(given, summaries), FACTS):
        assert abs(row.coverage - row.level) < 0.03, row


def test_a_fit_that_is_too_sure_of_itself_leaves_the_band(given, summaries):
    truths = np.arange(0, 20_000, 50)
    names = tuple(f"z{k}" for k in range(PARAMETERS)) + NAMES
    found = trials(given, summaries, truths, names, injected=4.0 * DISCREPANCY, seed=5, kept=0.04)
    assert not all(row.inside for row in rank_table(found, MANY).quantities)
    held = found.coverage(0.9, informed_columns(given, summaries))[0]
    assert held < 0.85


def test_assuming_no_error_covers_less_and_assuming_twice_as_much_covers_more(given):
    names = tuple(f"z{k}" for k in range(PARAMETERS)) + NAMES
    rows = sweep(given.take(np.arange(8000)), np.arange(0, 8000, 80), names, seed=3)
    held = {row.assumed: row.coverage for row in rows if row.what == "facts" and row.level == 0.9}
    assert held[0.0] < held[0.1] < held[0.2] < held[0.4]
    assert held[0.0] < 0.75


def test_the_band_is_wider_for_more_quantities_and_narrower_for_more_truths():
    assert band(500, 100) > band(500, 1) > band(2000, 1)


def test_a_synthetic_truth_does_not_look_itself_up(given, summaries):
    kept, _ = keep(given, summaries, given.published(DISCREPANCY)[7], many=MANY, exclude=7)
    assert 7 not in kept.rows


def test_too_few_runs_near_the_record_is_a_sentence(given):
    few = given.take(np.arange(90))
    with pytest.raises(InputError, match="too few runs came near"):
        keep(few, learn(few), np.zeros(FACTS), many=MANY)


def test_runs_that_give_no_value_are_never_kept(given):
    values = np.where(np.arange(20_000)[:, None] < 5000, np.nan, np.exp(given.gaps))
    found = Moments(NAMES, values, np.ones((20_000, FACTS)), given.tolerance)
    broken = evidence(given.scores, found, found.spread, 1)
    kept, _ = keep(broken, learn(broken), np.zeros(FACTS), many=MANY)
    assert kept.rows.min() >= 5000


def test_moving_takes_a_linear_relation_to_where_it_says():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4000, 3))
    y = x @ np.array([1.0, -2.0, 0.5]) + 0.1 * rng.normal(size=4000)
    moved = moved_to(x, np.full(4000, 1.0 / 4000), y[:, None])[:, 0]
    assert moved.mean() == pytest.approx(0.0, abs=0.02)
    assert moved.std() == pytest.approx(0.1, rel=0.1)


def test_resampling_keeps_proportions_and_quantiles_follow_weights():
    weights = np.array([0.5, 0.3, 0.2])
    rows = resampled(weights, 1000, 1)
    assert np.bincount(rows) == pytest.approx([500, 300, 200], abs=1)
    values = np.array([1.0, 2.0, 3.0])
    assert weighted_quantile(values, weights, (0.4, 0.6, 0.95))[:, 0].tolist() == [1.0, 2.0, 3.0]


def test_far_facts_leave_few_effective_runs(given):
    far = replace(given, gaps=given.gaps + 3.0)
    assert likelihood_sample(far, 2.0) < 0.5 * likelihood_sample(given, 2.0)


def test_two_facts_that_contradict_each_other_stand_in_the_tension_table():
    base = toy(20_000)
    twin = base.gaps[:, :1] + 0.01 * np.random.default_rng(2).normal(size=(20_000, 1))
    gaps = np.concatenate([base.gaps, twin], axis=1)
    gaps[:, 0] -= 2.0  # the record says fact0 is far above, and the twin is not, of two that always move together
    both = replace(
        base, names=(*NAMES, "twin"), gaps=gaps, tolerance=np.full(gaps.shape, 0.05),
        noise=np.concatenate([base.noise, base.noise[:, :1]], axis=1), spread=gaps.std(axis=0),
    )  # fmt: skip
    found = tension(both, DISCREPANCY)
    assert {found[0].a, found[0].b} == {"fact0", "twin"}
    assert found[0].strength > 1.0
    assert not [row for row in tension(base, DISCREPANCY) if row.strength > 1.0]


@pytest.mark.parametrize("true", [0.05, 0.4])
def test_the_size_of_the_error_is_found_from_facts_not_seen(true):
    rng = np.random.default_rng(3)
    errors = []
    for _ in range(40):
        clean = rng.normal(size=500) * 0.1 + rng.normal() * np.hypot(true, 0.1)
        errors.append(Prediction("f", clean, clean, 1.0, "家", 5.0))
    size = size_of_error(errors, 0.5)
    assert size.low < true < size.high
    assert size.sd_at_five_years == pytest.approx(true, abs=0.08)


def test_without_any_error_seen_the_size_stays_what_was_believed():
    size = size_of_error([], 0.5)
    assert size.sd_at_five_years == pytest.approx(0.2, abs=0.01)
    assert size.high > 0.35


# --- what is shipped


def test_the_shipped_fit_belongs_to_these_rules_and_this_pack_and_stays_inside_the_priors(dadukou):
    draws = files.posterior(dadukou)
    assert isinstance(draws, TableDraws) and len(draws.parameters) >= 2000
    for k, belief in enumerate(beliefs(dadukou)):
        column = draws.parameters[:, k]
        assert (column >= belief.low - 1e-12).all() and (column <= belief.high + 1e-12).all(), belief.parameter


def test_the_record_has_taught_something_and_most_judgement_stays_judgement(dadukou):
    draws = files.posterior(dadukou)
    prior, _ = PriorDraws(dadukou).of_runs(1, np.arange(4000))
    with np.errstate(invalid="ignore"):
        contraction = 1.0 - draws.parameters.std(axis=0) / prior.std(axis=0)
    assert contraction[DRAWN.index("project_win_rate")] > 0.15
    assert np.nanmedian(contraction) < 0.3


@pytest.fixture
def copied(dadukou, tmp_path):
    folder = tmp_path / "dadukou"
    shutil.copytree(dadukou.folder, folder)
    return replace(dadukou, folder=folder)


def test_a_region_without_a_fit_runs_on_its_prior(copied):
    shutil.rmtree(copied.folder / "posterior")
    assert isinstance(files.posterior(copied), PriorDraws)


@pytest.mark.parametrize("part", ["rules", "pack", "version", "format"])
def test_a_fit_made_with_other_rules_pack_or_version_is_refused_with_the_command_that_remakes_it(copied, part):
    path = copied.folder / "posterior" / "manifest.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**tree, part: 0 if part == "format" else "0" * 64}), encoding="utf-8")
    with pytest.raises(InputError, match="yidu calibrate --region .*move .*posterior away to be answered by the priors alone"):
        files.posterior(copied)


def test_an_edited_prior_refuses_the_fit_but_an_edited_scenario_does_not(copied):
    scenario = copied.folder / "scenarios" / "austerity.toml"
    scenario.write_text(scenario.read_text(encoding="utf-8") + "\n# a note\n", encoding="utf-8")
    assert isinstance(files.posterior(load(copied.folder)), TableDraws)
    priors = copied.folder / "priors.csv"
    priors.write_text(priors.read_text(encoding="utf-8").replace("0.3,900", "0.31,900"), encoding="utf-8")
    assert isinstance(files.posterior(copied), TableDraws)  # it is the fit of what was read before
    with pytest.raises(InputError):
        files.posterior(load(copied.folder))


def test_a_fit_cut_short_is_refused_and_not_believed(copied):
    (copied.folder / "posterior" / "draws.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="cannot be read"):
        files.posterior(copied)


def test_a_fit_whose_findings_are_damaged_cannot_be_used_and_says_why(copied):
    assert files.refusal(copied) is None
    (copied.folder / "posterior" / "diagnostics.json").write_text("{")
    assert "diagnostics cannot be read" in str(files.refusal(copied))


def test_a_fit_of_another_format_is_told_as_such_whatever_else_it_holds(copied):
    manifest = copied.folder / "posterior" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text(encoding="utf-8")) | {"format": 3, "after": "later"}))
    with pytest.raises(InputError, match="another version of the file format"):
        files.posterior(copied)


def test_draws_of_another_fit_under_this_manifest_are_refused(copied):
    draws = files.posterior(copied)
    assert isinstance(draws, TableDraws)
    files.save_draws(copied.folder / "posterior", draws.parameters[:-1], {n: c[:-1] for n, c in draws.readings.items()})
    with pytest.raises(InputError, match="not those its manifest"):
        files.posterior(copied)


# --- what cannot be fitted


def test_too_few_runs_to_keep_any_is_a_sentence_and_leaves_nothing_behind(dadukou, tmp_path):
    with pytest.raises(InputError, match="prior runs would leave"):
        fit_rounds(dadukou, runs=fewest_runs() - 1, seed=1, base=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_pack_without_a_fact_to_fit_is_a_sentence(dadukou, tmp_path):
    idle = replace(dadukou, facts=tuple(fact for fact in dadukou.facts if fact.role != "calibrate"))
    with pytest.raises(InputError, match="nothing to fit"):
        fit_rounds(idle, runs=fewest_runs(), seed=1, base=tmp_path)
