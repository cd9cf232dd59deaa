"""An analysis of a sweep finds what was put into the data, says what it left out, and names nothing that is idle."""

import csv
import io
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as saltelli_sample
from SALib.test_functions import Ishigami

from yidu.experiments.sweep.analysis import points_that_fail, run_analysis
from yidu.experiments.sweep.answer import IndexAnswer, SweepAnalysisAnswer
from yidu.experiments.sweep.chunks import compute
from yidu.experiments.sweep.compute import run_sweep
from yidu.experiments.sweep.designs import read
from yidu.experiments.sweep.discovery import Floats, Leaf, Split, feature_scores, halves, prim, tree
from yidu.experiments.sweep.indices import (
    Constant,
    Index,
    Indices,
    TooFew,
    blocks_of,
    delta_indices,
    morris_indices,
    pawn_indices,
    share_of_luck,
    sobol_indices,
)
from yidu.experiments.sweep.store import Sweep
from yidu.sim.errors import InputError
from yidu.viz.commands.sweep_analyse import analysis_csv
from yidu.viz.figures.sweep import pictures
from yidu.viz.presenters.sweep_analysis import conclusion, titles_of, warnings_of
from yidu.viz.words import Words, _translated

NAMES = ["x1", "x2", "x3"]
ANGLES = {"num_vars": 3, "names": NAMES, "bounds": [[-np.pi, np.pi]] * 3}
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Ishigami with a = 7, b = 0.1 (Saltelli et al. 2008, Global Sensitivity Analysis, p. 180)."""


def of(found: Indices, measure: str) -> dict[str, Index]:
    return {row.input: row for row in found.rows if row.measure == measure and row.other is None}


def ishigami(size: int, second: bool = False) -> Floats:
    values: Floats = Ishigami.evaluate(saltelli_sample.sample(ANGLES, size, calc_second_order=second, seed=1))
    return values[:, None]


def random_angles(rows: int, idle: int = 3) -> tuple[pd.DataFrame, Floats]:
    """Ishigami on random points, with idle inputs beside its own."""
    drawn = np.random.default_rng(1).uniform(-np.pi, np.pi, (rows, 3 + idle))
    names = ["x1", "x2", "x3", *(f"idle{k}" for k in range(idle))]
    return pd.DataFrame(drawn, columns=names), Ishigami.evaluate(drawn[:, :3])


def futures(rows: int = 400) -> tuple[pd.DataFrame, Floats]:
    """Futures that fail in a box of a fifth of all, with one in twenty the other way."""
    luck = np.random.default_rng(3)
    inputs = pd.DataFrame(luck.uniform(0.0, 1.0, (rows, 5)), columns=["loans", "coaching", "scenario", "idle1", "idle2"])
    inputs["environment"] = luck.choice(["baseline", "slow", "fast"], rows)
    inside = (inputs["loans"] < 0.4) & (inputs["coaching"] > 0.3) & (inputs["environment"] != "fast")
    return inputs, np.where(luck.random(rows) < 0.05, ~inside, inside).astype(float)


# --- Sobol and Morris


def test_sobol_indices_of_a_known_function_are_found_within_their_intervals() -> None:
    found = sobol_indices(ishigami(1024), NAMES, 5, common=True)
    for k, name in enumerate(NAMES):
        for measure, known in (("first", FIRST[k]), ("total", TOTAL[k])):
            row = of(found, measure)[name]
            assert row.low is not None and row.high is not None and row.low - 0.03 < known < row.high + 0.03
    assert all(row.beyond_chance for row in of(found, "total").values())


def test_pairs_are_told_where_the_design_has_them() -> None:
    found = sobol_indices(ishigami(512, second=True), NAMES, 8, common=True)
    pairs = {(row.input, row.other): row for row in found.rows if row.measure == "second"}
    assert pairs["x1", "x3"].value == pytest.approx(0.2437, abs=0.1)
    assert pairs["x1", "x3"].beyond_chance and not pairs["x2", "x3"].beyond_chance


def test_one_gap_costs_one_block_and_hides_nothing() -> None:
    values = ishigami(512)
    values[7] = np.nan
    found = sobol_indices(values, NAMES, 5, common=True)
    assert (found.kept, found.dropped) == (511, 1)
    assert of(found, "total")["x1"].value == pytest.approx(TOTAL[0], abs=0.06)
    assert of(found, "total")["x3"].beyond_chance


def test_one_failed_replicate_costs_no_block() -> None:
    values = np.random.default_rng(1).random((10, 4))
    values[3, 1] = np.nan
    blocks = blocks_of(values, 5)
    assert blocks.dropped == 0 and np.isnan(blocks.values[0, :, 1]).all() and np.isfinite(blocks.values[0, :, 0]).all()


def test_too_few_whole_blocks_are_refused_with_their_number() -> None:
    values = ishigami(64)
    values[::5][:50] = np.nan
    with pytest.raises(TooFew) as few:
        sobol_indices(values, NAMES, 5, common=True)
    assert (few.value.kept, few.value.asked) == (14, 64)


def test_independent_luck_does_not_make_an_idle_input_matter() -> None:
    problem = {"num_vars": 2, "names": ["works", "idle"], "bounds": [[0.0, 1.0]] * 2}
    sample = saltelli_sample.sample(problem, 256, calc_second_order=False, seed=1)
    values = sample[:, :1] + np.random.default_rng(2).normal(0.0, 0.4, (len(sample), 10))
    found = of(sobol_indices(values, ["works", "idle"], 4, common=False), "total")
    assert found["works"].beyond_chance and not found["idle"].beyond_chance
    assert found["idle"].value > 0.05 and found["idle"].chance == pytest.approx(found["idle"].value, abs=0.05)


def test_morris_gives_the_change_over_the_whole_range_and_leaves_an_inert_factor_out() -> None:
    names = ["line", "curve", "with", "inert"]
    problem = {"num_vars": 4, "names": names, "bounds": [[0.0, 100.0]] * 4}
    sample = morris_sample.sample(problem, 20, num_levels=4, seed=1)
    a, b, c, _ = sample.T / 100.0
    values = (3.0 * a + np.sin(6.0 * b) * c)[:, None] + np.random.default_rng(1).normal(0.0, 0.2, (len(sample), 10))
    values[12] = np.nan
    found = morris_indices(values, sample, names, common=False)
    assert (found.kept, found.dropped) == (19, 1)
    assert of(found, "mu_star")["line"].value == pytest.approx(3.0, abs=0.2)
    assert of(found, "sigma")["line"].value < 0.5 * of(found, "sigma")["curve"].value
    beyond = {name for name, row in of(found, "mu_star").items() if row.beyond_chance}
    assert beyond == {"line", "curve", "with"}


def test_the_share_of_luck_is_what_lies_within_points() -> None:
    luck = np.random.default_rng(1)
    points, runs = luck.normal(0.0, 1.0, (2000, 1)), luck.normal(0.0, 2.0, (2000, 5))
    assert share_of_luck(points + runs, common=False) == pytest.approx(0.8, abs=0.02)
    assert share_of_luck(points, common=False) is None


# --- any design


@pytest.mark.parametrize("indices", [pawn_indices, delta_indices])
def test_given_points_name_what_works_and_nothing_idle(indices: Callable[[pd.DataFrame, Floats], Indices]) -> None:
    inputs, values = random_angles(600)
    values[5] = np.nan
    found = indices(inputs, values)
    assert found.dropped == 1
    rows = of(found, "pawn" if indices is pawn_indices else "delta")
    assert {name for name, row in rows.items() if row.beyond_chance} == {"x1", "x2", "x3"}
    assert max(rows, key=lambda name: rows[name].value) == "x2"  # as Pianosi and Wagener (2018) have it


def test_pawn_sees_the_last_of_few_levels_and_categories() -> None:
    luck = np.random.default_rng(1)
    level, name = luck.integers(0, 3, 300), luck.choice(["slow", "baseline"], 300)
    values = 2.0 * (level == 2) + (name == "slow") + luck.normal(0.0, 0.3, 300)
    found = of(pawn_indices(pd.DataFrame({"level": level, "name": name, "idle": luck.integers(0, 3, 300)}), values), "pawn")
    assert found["level"].beyond_chance and found["name"].beyond_chance and not found["idle"].beyond_chance


@pytest.mark.parametrize("rows", range(30, 110, 10))
def test_pawn_takes_any_number_of_points(rows: int) -> None:
    inputs, values = random_angles(rows)
    assert len(of(pawn_indices(inputs, values), "pawn")) == 6


def test_an_indicator_without_variance_is_no_question() -> None:
    inputs, values = random_angles(100)
    for indices in (pawn_indices, delta_indices, feature_scores):
        with pytest.raises(Constant):
            indices(inputs, np.ones_like(values))


# --- failing futures


@pytest.mark.slow
def test_prim_recovers_a_planted_box_and_is_judged_on_rows_it_has_not_seen() -> None:
    inputs, fails = futures()
    found = prim(inputs, fails)
    limits = {one.input: one for one in found.limits}
    assert set(limits) == {"loans", "coaching", "environment"}
    assert limits["loans"].low is None and limits["loans"].high == pytest.approx(0.4, abs=0.05)
    assert limits["coaching"].high is None and limits["coaching"].low == pytest.approx(0.3, abs=0.1)
    assert limits["environment"].values == ("baseline", "slow")
    assert found.tells and found.held_out is not None
    assert found.rows + found.rows_held_out == len(fails)
    assert found.held_out.density > max(0.6, 2.5 * found.base) and found.held_out.coverage > 0.6


@pytest.mark.slow
def test_no_box_tree_or_score_is_told_from_noise() -> None:
    inputs, _ = futures()
    told = []
    for seed in range(3):
        fails = (np.random.default_rng(seed).random(len(inputs)) < 0.3).astype(float)
        told += [prim(inputs, fails).tells, tree(inputs, fails).tells]
        told += [bool(row.beyond_chance) for row in feature_scores(inputs, fails).rows] if seed == 0 else []
    assert not any(told)


def test_a_tree_asks_about_the_planted_inputs_only() -> None:
    inputs, fails = futures()
    found = tree(inputs, fails)

    def asked(node: Split | Leaf) -> set[str]:
        return set() if isinstance(node, Leaf) else {node.input} | asked(node.yes) | asked(node.no)

    assert asked(found.root) == {"loans", "coaching", "environment"}
    assert found.accuracy > found.accuracy_base + 0.05


def test_scores_put_the_planted_inputs_above_idle_ones() -> None:
    inputs, fails = futures()
    assert {row.input for row in feature_scores(inputs, fails).rows if row.beyond_chance} == {"loans", "coaching", "environment"}


@pytest.mark.slow
def test_the_workbench_says_nothing_and_opens_no_figure(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    import matplotlib.pyplot as plt

    before, state = plt.get_fignums(), np.random.get_state()[1].copy()
    with caplog.at_level(logging.INFO):
        prim(*futures())
        tree(*futures())
    assert capfd.readouterr() == ("", "") and plt.get_fignums() == before
    assert (np.random.get_state()[1] == state).all()


@pytest.mark.slow
def test_the_same_futures_give_the_same_box_and_tree() -> None:
    assert prim(*futures()) == prim(*futures()) and tree(*futures()) == tree(*futures())


def test_halves_share_no_point_and_no_draw() -> None:
    points, draws = np.repeat(np.arange(20), 10), np.tile(np.arange(10), 20)
    half = halves(np.zeros(200, bool), [points, draws])
    for labels in (points, draws):
        assert not set(labels[half.fitted]) & set(labels[half.held_out])


def test_where_no_point_fails_mostly_those_that_fail_oftener_are_told_apart() -> None:
    misses = np.zeros((40, 10))
    misses[:12, :3] = 1.0
    fails, cut = points_that_fail(misses)
    assert cut == pytest.approx(0.09) and fails.sum() == 12
    misses[:12] = 1.0
    assert points_that_fail(misses)[1] == 0.5


def test_without_the_workbench_one_sentence_says_what_to_install(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis.prim", None)
    with pytest.raises(InputError, match=r"pip install 'yidu\[discovery\]'"):
        run_analysis(sweep, method="prim", target="high_tech_enterprises")


# --- a sweep


DESIGN = """
[design]
kind = "{kind}"
size = {size}
seed = 3
[vary]
enterprise_coaching = [0, 60]
knowledge_loan_cover = [0.5, 0.9]
{more}
[runs]
per_point = 2
years = [2025, 2025]
indicators = ["tech_enterprises", "high_tech_enterprises", "knowledge_loans_total"]
"""


def swept(folder: Path, kind: str, size: int, more: str = "", base: str = "") -> Sweep:
    file = folder / "design.toml"
    file.write_text(base + DESIGN.format(kind=kind, size=size, more=more), encoding="utf-8")

    class Here:
        def __enter__(self) -> Callable[[Any], Any]:
            return lambda work: (compute(chunk) for chunk in work)

        def __exit__(self, *_: object) -> None: ...

    return run_sweep(read(file), folder / "out", Here())


def missed_by_a_quarter(sweep: Sweep) -> Sweep:
    """The sweep with targets that one run in four misses, whatever the fit makes of those of the plan. With two draws at each point, ten
    points or more then lie on either side, also where one draw is better than the other wherever it is tried.
    """
    kept = [one for one in sweep.manifest["targets"] if one["indicator"] in sweep.indicators]
    values = [sweep.table([one["indicator"]], one["year"], judged=True)[one["indicator"]] for one in kept]
    goals = [{**one, "value": float(found.quantile(0.25))} for one, found in zip(kept, values)]
    return replace(sweep, manifest={**sweep.manifest, "targets": goals})


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return missed_by_a_quarter(swept(tmp_path_factory.mktemp("lhs"), "lhs", 80, 'environment = ["baseline", "slow"]'))


@pytest.fixture(scope="module")
def trajectories(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return swept(tmp_path_factory.mktemp("morris"), "morris", 5)


def main(answer: SweepAnalysisAnswer, measure: str) -> dict[str, IndexAnswer]:
    return {row.input: row for row in answer.indices if row.measure == measure}


def test_the_first_target_is_explained_by_the_method_the_design_was_made_for(sweep: Sweep, trajectories: Sweep) -> None:
    for one, method in ((sweep, "pawn"), (trajectories, "morris")):
        answer = run_analysis(one)
        assert (answer.method, answer.indicator, answer.year) == (method, "tech_enterprises", 2025)
    of_loans = main(run_analysis(trajectories, indicator="knowledge_loans_total"), "mu_star")
    cover, coaching = of_loans["knowledge_loan_cover"], of_loans["enterprise_coaching"]
    assert cover.beyond_chance and cover.value > 10.0 * coaching.value


def test_a_box_of_a_sweep_in_one_environment_holds_little_coaching(tmp_path: Path) -> None:
    alone = missed_by_a_quarter(swept(tmp_path, "lhs", 80, base='[base]\ndraws = "prior"\n'))
    box = run_analysis(alone, method="prim", target="tech_enterprises").box
    assert box is not None and box.beyond_chance
    assert "enterprise_coaching" in {one.input for one in box.limits if one.low is None}


@pytest.mark.parametrize(
    "asked, part",
    [
        ({"method": "sobol"}, "reads a saltelli design only"),
        ({"method": "prin"}, "Did you mean 'prim'?"),
        ({"method": "sobol", "parameters": "all"}, "correlated by the fit"),
        ({"target": "tech_enterprise"}, "Did you mean 'tech_enterprises'?"),
        ({"parameters": "entry"}, "no parameter is called 'entry'"),
        ({"parameters": "all"}, "draws of parameters have a value"),
        ({"year": 2031}, "kept no values of 2031"),
        ({"method": "prim", "target": "tech_enterprises", "year": 2024}, "is not set for 2024"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_sentence_in_both_languages(sweep: Sweep, asked: dict[str, Any], part: str) -> None:
    with pytest.raises(InputError) as refused:
        run_analysis(sweep, **asked)
    assert part in str(refused.value)
    if "year" not in asked or asked["year"] == 2024:
        assert _translated("zh", refused.value.message) is not None
        assert refused.value.fix is None or _translated("zh", refused.value.fix) is not None


def test_too_few_blocks_for_a_method_are_pointed_out(sweep: Sweep, trajectories: Sweep) -> None:
    few, enough = run_analysis(trajectories, target="high_tech_enterprises"), run_analysis(sweep, target="high_tech_enterprises")
    said = next(iter(warnings_of(Words("zh"), few)))
    assert said.startswith("【样本太少】") and "5 组试验点（至少要 10）" in said
    assert not any("样本太少" in one for one in warnings_of(Words("zh"), enough))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("method", ["pawn", "delta", "prim", "tree", "features", "morris"])
def test_every_method_gives_a_sentence_a_table_and_pictures_that_open(
    sweep: Sweep, trajectories: Sweep, dadukou: Any, method: str, language: Any
) -> None:
    answer = run_analysis(trajectories if method == "morris" else sweep, method=method, target="high_tech_enterprises")
    words = Words(language)
    titles = titles_of(words, dadukou, answer.inputs)
    assert conclusion(words, answer, titles).endswith(("。", "."))
    drawn = pictures(words, answer, titles)
    assert drawn
    for picture in drawn.values():
        assert "nan" not in picture
        assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
    rows = list(csv.DictReader(io.StringIO(analysis_csv(answer))))
    nodes = 0 if answer.tree is None else len(answer.tree.nodes)
    steps = 0 if answer.box is None else len(answer.box.limits) + len(answer.box.trajectory)
    assert len(rows) == len(answer.indices) + steps + nodes > 0
    json.loads(answer.model_dump_json())
