"""The mid-term review: what figures do to targets and forecasts, what is learned, and what is refused."""

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from tests.calibration.walks import figure, published, walks
from yidu.calibration.actuals import Actuals
from yidu.calibration.discrepancy import Size, widened
from yidu.experiments.judging.answer import to_json
from yidu.experiments.schemas import SCHEMAS
from yidu.experiments.update.compute import Update, update
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.errors import InputError
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region

SIZE = Size(0.1, 0.5)
SEEN = [(name, year) for name in ("tech_enterprises", "rd_expenditure", "patents") for year in (2021, 2022)]
LATER = [(name, 2025) for name in ("tech_enterprises", "rd_expenditure", "patents_per_10k", "rd_platforms")]


@pytest.fixture(scope="module")
def runs(dadukou: Region) -> Outcomes:
    return walks(dadukou, 1000, seed=1)


def given(*figures) -> Actuals:
    return Actuals("a.csv", figures)


def test_a_register_that_runs_ahead_makes_its_target_likelier(dadukou: Region, runs: Outcomes):
    found = update(dadukou, "toy", runs, given(figure("tech_enterprises", 2022, 430.0)), size=SIZE)
    (target,) = [row for row in found.targets if row.indicator == "tech_enterprises"]
    assert target.after.probability > target.before.probability + 0.15
    assert target.after.mc_error < 0.1 and target.after.p05 > target.before.p05
    behind = update(dadukou, "toy", runs, given(figure("tech_enterprises", 2022, 320.0)), size=SIZE)
    (target,) = [row for row in behind.targets if row.indicator == "tech_enterprises"]
    assert target.after.probability < target.before.probability - 0.15


def test_the_parameter_behind_the_figure_is_learned_and_no_other(dadukou: Region, runs: Outcomes):
    found = update(dadukou, "toy", runs, given(figure("tech_enterprises", 2022, 430.0)), size=SIZE)
    first, second = found.parameters
    assert first.parameter == runs.parameter_names[0] and first.moved and first.shift > 0.3
    assert first.after == pytest.approx(first.before + first.shift, abs=0.1)  # its spread over runs is one
    assert not second.moved


def test_a_target_whose_year_is_published_is_judged_on_the_figure(dadukou: Region, runs: Outcomes):
    met, missed = (update(dadukou, "toy", runs, given(figure("tech_enterprises", 2025, value)), size=SIZE) for value in (550.0, 549.0))
    for found, probability in ((met, 1.0), (missed, 0.0)):
        (target,) = [row for row in found.targets if row.indicator == "tech_enterprises"]
        assert target.after.probability == probability and target.after.mc_error == 0.0
        (row,) = [row for row in found.forecast if (row.indicator, row.year) == ("tech_enterprises", 2025)]
        assert row.actual == row.after.median == row.after.p05


def test_readings_gain_the_weight_of_the_runs_that_took_them(dadukou: Region, runs: Outcomes):
    name = dadukou.contested[0]
    names = tuple(fact.reading for fact in dadukou.readings(name))
    drawn = (runs.parameters[:, 0] > 0.0).astype(np.int8)  # the second reading goes with fast growth
    tied = replace(runs, readings={name: drawn}, reading_names={name: names})
    found = update(dadukou, "toy", tied, given(figure("tech_enterprises", 2022, 430.0)), size=SIZE)
    first, second = found.readings
    assert second.moved and second.after > second.before + 0.1 and first.after + second.after == pytest.approx(1.0, abs=0.01)


def test_an_unlikely_figure_is_pointed_out_and_an_impossible_one_is_refused_by_name(dadukou: Region, runs: Outcomes):
    usual = figure("rd_expenditure", 2022, 11.8)
    far = update(dadukou, "toy", runs, given(usual, figure("tech_enterprises", 2022, 650.0, row=3)), size=SIZE)
    assert "far_above" in {notice.code for notice in far.notices}
    with pytest.raises(InputError, match="'tech_enterprises' for 2022 fits worst, .* below the forecast") as caught:
        update(dadukou, "toy", runs, given(usual, figure("tech_enterprises", 2022, 35.0, row=3)), size=SIZE)
    assert (caught.value.file, caught.value.row, caught.value.unit) == ("a.csv", 3, "家")


def test_too_few_runs_for_the_figures_are_warned_of_then_refused(dadukou: Region):
    truth = walks(dadukou, 1, seed=9)
    actuals = published(truth, 0, SEEN, seed=1)
    warned = update(dadukou, "toy", walks(dadukou, 150, seed=1), actuals, size=SIZE)
    assert 10.0 <= warned.effective < 50.0 and "few_effective" in {notice.code for notice in warned.notices}
    with pytest.raises(InputError, match="effective runs"):
        update(dadukou, "toy", walks(dadukou, 12, seed=1), actuals, size=SIZE)


def test_a_figure_the_pack_supports_no_value_of_is_left_out_and_said(dadukou: Region, runs: Outcomes):
    values = runs.values.copy()
    values[:, :, runs.indicators.index("otc_listed")] = np.nan
    silent = runs.with_values(values)
    found = update(dadukou, "toy", silent, given(figure("tech_enterprises", 2022, 360.0), figure("otc_listed", 2022, 20.0)), size=SIZE)
    assert "figure_left_out" in {notice.code for notice in found.notices}
    assert [row.distance is None for row in found.observed] == [False, True]
    with pytest.raises(InputError, match="no value for any figure"):
        update(dadukou, "toy", silent, given(figure("otc_listed", 2022, 20.0)), size=SIZE)


def test_the_digest_is_that_of_the_runs_and_the_answer_that_of_the_seed(dadukou: Region, runs: Outcomes):
    actuals = given(figure("tech_enterprises", 2022, 360.0))
    answers = [update(dadukou, "toy", runs, actuals, size=SIZE, seed=seed).answer() for seed in (1, 1, 2)]
    assert answers[0] == answers[1] != answers[2] and answers[0].digest == runs.digest == answers[2].digest


def test_the_answer_holds_against_the_published_schema(dadukou: Region, runs: Outcomes):
    answer = update(dadukou, "toy", runs, given(figure("tech_enterprises", 2022, 360.0)), size=SIZE).answer()
    tree = json.loads(to_json(answer))
    jsonschema.validate(tree, json.loads((SCHEMAS / "update.json").read_text(encoding="utf-8")))


# --- coverage on synthetic actuals


def covered(
    region: Region, runs: Outcomes, truths: Outcomes, size: Size, seen: list[tuple[str, int]], later: list[tuple[str, int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Share of later figures of each truth inside 90 % after the update [truth], and width after over before [truth, figure]."""
    held, narrower = [], []
    for run in range(truths.runs):
        found: Update = update(region, "toy", runs, published(truths, run, seen, seed=run), size=size, seed=run)
        inside, ratio = [], []
        for indicator, year in later:
            low, high = np.quantile(found.updated.of(indicator, year), (0.05, 0.95))
            was = np.quantile(found.judged.of(indicator, year), (0.05, 0.95))
            inside.append(low <= truths.of(indicator, year)[run] <= high)
            ratio.append((high - low) / max(was[1] - was[0], 1e-9))
        held.append(np.mean(inside))
        narrower.append(ratio)
    return np.array(held), np.array(narrower)


def test_after_an_update_later_years_are_covered_as_before_by_narrower_intervals(dadukou: Region):
    runs = walks(dadukou, 500, seed=5)
    truths = widened(dadukou, replace(walks(dadukou, 50, seed=6), seed=6), SIZE)
    held, narrower = covered(dadukou, runs, truths, SIZE, SEEN, LATER)
    assert abs(held.mean() - 0.9) < 3.0 * held.std() / np.sqrt(len(held)) + 0.01
    assert np.median(narrower) < 0.8


def test_an_update_that_takes_the_model_for_exact_covers_too_little(dadukou: Region):
    runs = walks(dadukou, 500, seed=5)
    truths = widened(dadukou, replace(walks(dadukou, 25, seed=6), seed=6), Size(0.2, 0.5))
    held, _ = covered(dadukou, runs, truths, Size(0.001, 0.5), [("rd_expenditure", 2022)], LATER)
    assert held.mean() < 0.75


@pytest.mark.slow
def test_after_an_update_of_the_district_itself_later_years_are_covered(dadukou: Region):
    # 40 truths of the model with its error, a yearly table of twelve figures; the truths are of other run numbers.
    draws = PriorDraws(dadukou)
    runs = simulate(dadukou, dadukou.levers, runs=1000, draws=draws)
    truths = widened(dadukou, simulate(dadukou, dadukou.levers, runs=40, first_run=50_000, draws=draws), SIZE)
    names = [target.indicator for target in dadukou.targets if target.group == "table2"]
    seen, later = [(name, 2022) for name in names], [(name, year) for name in names for year in (2024, 2025)]
    held, narrower = covered(dadukou, runs, truths, SIZE, seen, later)
    error = held.std() / np.sqrt(len(held))
    assert abs(held.mean() - 0.9) < 3.0 * error and error < 0.03
    assert np.median(narrower) < 0.8
