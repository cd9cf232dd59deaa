"""A design file says what is varied; every mistake in it is one sentence, before anything runs."""

import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidu.calibration.manifest import posterior
from yidu.experiments.scenarios.scenario import load as load_scenario
from yidu.experiments.sweep.designs import KINDS, Design, design_of, prepared, read
from yidu.experiments.sweep.samples import sampled
from yidu.sim.draws import DRAWN, beliefs
from yidu.sim.errors import InputError
from yidu.sim.region import Region
from yidu.viz.words import Words


def design(folder: Path, text: str) -> Design:
    file = folder / "design.toml"
    file.write_text(text, encoding="utf-8")
    return read(file)


RANGES = """
[vary]
knowledge_loan_cover = [0.5, 0.9]
"seed_fund@2023" = [100, 900]
gdp_growth = [0.03, 0.08]
entry_rate = "prior"
"""


@pytest.mark.parametrize("kind, size, points", [("lhs", 7, 7), ("sobol", 8, 8), ("grid", 3, 81), ("morris", 5, 25), ("saltelli", 4, 24)])
def test_each_kind_has_the_points_it_should_all_within_their_ranges(tmp_path: Path, kind: str, size: int, points: int) -> None:
    found = design(tmp_path, f'[design]\nkind = "{kind}"\nsize = {size}\n{RANGES}')
    assert len(found.points) == points == found.rows
    for axis in found.axes:
        column = found.points[axis.name]
        assert axis.low is not None and axis.high is not None
        assert column.between(axis.low, axis.high).all() and column.nunique() > 1
    again = design(tmp_path, f'[design]\nkind = "{kind}"\nsize = {size}\n{RANGES}')
    assert again.digest == found.digest
    pd.testing.assert_frame_equal(again.points, found.points)


def test_second_order_takes_more_points(tmp_path: Path) -> None:
    assert len(design(tmp_path, f'[design]\nkind = "saltelli"\nsize = 4\nsecond_order = true\n{RANGES}').points) == 4 * 10


def test_a_point_is_what_a_scenario_file_of_the_same_numbers_would_be(tmp_path: Path, dadukou: Region) -> None:
    found = design(tmp_path, f'[design]\nkind = "lhs"\nsize = 3\n{RANGES}')
    row = found.points.iloc[1]
    (tmp_path / "mix.toml").write_text(
        f'extends = "status_quo"\n[levers]\nknowledge_loan_cover = {row["knowledge_loan_cover"]!r}\n'
        f"seed_fund = {{2023 = {float(row['seed_fund@2023'])!r}}}\n[environment]\ngdp_growth = {float(row['gdp_growth'])!r}\n".replace(
            "np.float64(", ""
        ).replace(")", "")
    )
    written = load_scenario(dadukou, tmp_path / "mix.toml")
    _, mix, draws = prepared(found.setting(1))
    assert (mix.levers.values == written.levers.values).all() and mix.environment == written.environment
    parameters, _ = draws.of_runs(1, np.arange(5))
    usual, _ = posterior(dadukou).of_runs(1, np.arange(5))
    at = DRAWN.index("entry_rate")
    assert (parameters[:, at] == row["entry_rate"]).all()
    assert (np.delete(parameters, at, 1) == np.delete(usual, at, 1)).all()


def test_without_anything_varied_there_is_one_point(tmp_path: Path) -> None:
    found = design(tmp_path, '[design]\nkind = "lhs"\n[runs]\nper_point = 1000')
    assert (len(found.points), found.rows) == (1, 1000)
    with pytest.raises(InputError, match="per_point"):
        design(tmp_path, '[design]\nkind = "lhs"\nsize = 1000')


def test_choices_and_values_make_a_grid_of_all_combinations(tmp_path: Path) -> None:
    found = design(
        tmp_path,
        '[design]\nkind = "grid"\n[vary]\nscenario = ["status_quo", "austerity"]\nenvironment = ["baseline", "slow", "fast"]\n'
        'seed = [1, 2]\nsuper_deduction = ["law", "frozen"]\nenterprise_coaching = [0, 20, 40]',
    )
    assert len(found.points) == 2 * 3 * 2 * 2 * 3 and not found.points.drop(columns="point").duplicated().any()
    settings = {found.setting(k).environment for k in range(72)}
    assert settings == {"baseline", "slow", "fast"}


def test_a_prior_axis_follows_the_prior(tmp_path: Path, dadukou: Region) -> None:
    found = design(tmp_path, '[design]\nkind = "lhs"\nsize = 2000\n[vary]\nentry_rate = "prior"')
    belief = next(one for one in beliefs(dadukou) if one.parameter == "entry_rate")
    from yidu.sim.draws import quantile

    for share in (0.1, 0.5, 0.9):
        expected = float(quantile(belief, np.array([share]))[0])
        assert np.quantile(found.points["entry_rate"], share) == pytest.approx(expected, rel=0.02)


def test_median_holds_every_parameter_and_fix_holds_one(tmp_path: Path, dadukou: Region) -> None:
    found = design(tmp_path, '[design]\nkind = "lhs"\n[base]\ndraws = "median"\n[fix]\nentry_rate = 0.05')
    _, _, draws = prepared(found.setting(0))
    parameters, _ = draws.of_runs(1, np.arange(4))
    assert (parameters == parameters[0]).all() and parameters[0, DRAWN.index("entry_rate")] == 0.05


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_points_of_ones_own_come_from_a_table(tmp_path: Path, ending: str) -> None:
    table = pd.DataFrame({"environment": ["baseline", "slow"], "enterprise_coaching": [10, 40], "seed": [3, 4]})
    if ending == "csv":
        table.to_csv(tmp_path / "p.csv", index=False)
    else:
        table.to_parquet(tmp_path / "p.parquet")
    found = design(tmp_path, f'[design]\nkind = "table"\nfile = "p.{ending}"')
    setting = found.setting(1)
    assert (setting.environment, setting.seed, dict(setting.levers)) == ("slow", 4, {"enterprise_coaching": 40.0})


def test_a_design_comes_back_from_what_the_manifest_says_of_it(tmp_path: Path) -> None:
    found = design(tmp_path, f'[design]\nkind = "lhs"\nsize = 5\n{RANGES}environment = ["baseline", "slow"]')
    again = design_of(found.described(), found.points)
    assert [again.setting(k) for k in range(5)] == [found.setting(k) for k in range(5)] and again.digest == found.digest


def test_a_million_points_are_made_in_seconds_and_one_is_prepared_in_less_than_a_run_takes(tmp_path: Path) -> None:
    found = design(tmp_path, f'[design]\nkind = "lhs"\nsize = 1000000\n{RANGES}')
    begin = time.process_time()
    for point in range(0, 1_000_000, 10_000):
        prepared(found.setting(point))
    assert len(found.points) == 1_000_000 and (time.process_time() - begin) / 100 < 0.02


WRONG = [
    ('[vary]\n', "lacks its table"),
    ('[desing]\nkind = "lhs"', "Did you mean 'design'"),
    ('[design]\nkind = "lsh"\nsize = 3', "Did you mean 'lhs'"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nknowledge_loan_covr = [0.5, 0.9]', "Did you mean 'knowledge_loan_cover'"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nknowledge_loan_cover = [50, 90]', "outside"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nknowledge_loan_cover = [0.9, 0.5]', "Write \\[0.5, 0.9\\]"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nknowledge_loan_cover = 0.9', "not a range"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nknowledge_loan_cover = "prior"', "only a parameter"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\n"seed_fund@2019" = [0, 100]', "2019"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\ngdp_growth = [3, 800]', "outside"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nentry_rate = [0, 99]', "outside"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nenvironment = ["baseline", "slwo"]', "Did you mean 'slow'"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nscenario = ["status_quo", "plna"]', "Did you mean 'plan'"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nseed = [1, 1]', "twice"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nseed = [1, -2]', "no seed"),
    ('[design]\nkind = "morris"\nsize = 3\n[vary]\nenvironment = ["baseline", "slow"]', "between two ends"),
    ('[design]\nkind = "sobol"\nsize = 100\n[vary]\ngdp_growth = [0.03, 0.08]', "size = 128"),
    ('[design]\nkind = "lhs"\n[vary]\ngdp_growth = [0.03, 0.08]', "lacks its size"),
    ('[design]\nkind = "lhs"\nsize = 2.5\n[vary]\ngdp_growth = [0.03, 0.08]', "whole number"),
    ('[design]\nkind = "grid"\nsize = 100\n[vary]\ngdp_growth = [0.03, 0.08]\nentry_rate = "prior"\nenterprise_coaching = [0, 60]\n'
     'seed_fund = [0, 900]', "too many points"),
    ('[design]\nkind = "lhs"\n[runs]\nper_point = 0', "whole number"),
    ('[design]\nkind = "lhs"\n[runs]\nper_piont = 3', "Did you mean 'per_point'"),
    ('[design]\nkind = "lhs"\n[runs]\nluck = "same"', "common, independent"),
    ('[design]\nkind = "lhs"\n[runs]\nyears = [2025, 2020]', "not two years"),
    ('[design]\nkind = "lhs"\n[runs]\nindicators = ["tech_enterprise"]', "Did you mean 'tech_enterprises'"),
    ('[design]\nkind = "lhs"\n[base]\nregion = "dadukuo"', "dadukou"),
    ('[design]\nkind = "lhs"\n[base]\nenvironment = "slwo"', "Did you mean 'slow'"),
    ('[design]\nkind = "lhs"\n[base]\ndraws = "mean"', "posterior, prior, median"),
    ('[design]\nkind = "lhs"\nsize = 2\n[vary]\nentry_rate = "prior"\n[fix]\nentry_rate = 0.05', "both varied and held"),
    ('[design]\nkind = "lhs"\n[fix]\nentry_rat = 0.05', "Did you mean 'entry_rate'"),
    ('[design]\nkind = "table"', "lacks its file"),
    ('[design]\nkind = "table"\nfile = "none.csv"', "not there"),
    ('[design]\nkind = lhs', "design.toml"),
]  # fmt: skip


@pytest.mark.parametrize("text, said", WRONG)
def test_a_mistake_is_one_sentence_that_names_the_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        design(tmp_path, text)
    assert "\n" not in str(caught.value) and "design.toml" in str(caught.value)


@pytest.mark.parametrize(
    "rows, said",
    [
        ("enterprise_coaching\n10\n\"\"\n", "row 3"), ("enterprise_coaching\n10\n9999999\n", "row 3"), ("coaching\n10\n", "coaching"),
        ("environment\nslwo\n", "slow"), ("enterprise_coaching\n", "no row"), ("enterprise_coaching\nmany\n", "row 2"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_table_names_file_and_row(tmp_path: Path, rows: str, said: str) -> None:
    (tmp_path / "p.csv").write_text(rows)
    with pytest.raises(InputError, match=said):
        design(tmp_path, '[design]\nkind = "table"\nfile = "p.csv"')


@given(counts=st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_a_grid_has_every_combination_of_levels_once(counts: list[int]) -> None:
    points = sampled("grid", 1, counts, 1, False)
    assert len(np.unique(points, axis=0)) == len(points) == np.prod(counts)
    assert points.min() >= 0.0 and points.max() <= 1.0


def table(folder: Path, rows: str | bytes, name: str = "p.csv", more: str = "") -> Design:
    (folder / name).write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    return design(folder, f'[design]\nkind = "table"\nfile = "{name}"\n{more}')


@pytest.mark.parametrize(
    "lines", ['seed_fund = [1, 2]\n"seed_fund@2023" = [800, 900]', '"seed_fund@2023" = [800, 900]\nseed_fund = [1, 2]']
)
def test_a_lever_with_a_value_and_a_step_has_both_in_whatever_order_they_are_written(tmp_path: Path, lines: str) -> None:
    found = design(tmp_path, f'[design]\nkind = "lhs"\nsize = 3\n[vary]\n{lines}')
    for point in range(3):
        _, mix, _ = prepared(found.setting(point))
        row = found.points.iloc[point]
        path = [mix.levers.get("seed_fund", year) for year in (2020, 2021, 2022, 2023, 2025)]
        assert path == [188, row["seed_fund"], row["seed_fund"], row["seed_fund@2023"], row["seed_fund@2023"]]


@pytest.mark.parametrize(
    "lines",
    ['seed_fund = [1, 2]\n"seed_fund@2021" = [3, 4]', "population_growth = [0, 0.01]\npopulation_path = [0, 0.01]",
     'super_general = [0.5, 1]\nsuper_deduction = ["law", "frozen"]'],
)  # fmt: skip
def test_two_lines_that_set_the_same_thing_are_refused(tmp_path: Path, lines: str) -> None:
    with pytest.raises(InputError, match="set the same thing"):
        design(tmp_path, f'[design]\nkind = "lhs"\nsize = 3\n[vary]\n{lines}')


def test_each_region_has_its_own_ranges(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="in the region chongqing: pool_size = 1000 is outside"):
        design(tmp_path, '[design]\nkind = "lhs"\nsize = 3\n[vary]\nregion = ["dadukou", "chongqing"]\npool_size = [1000, 3000]')
    with pytest.raises(InputError, match="in the region chongqing: pool_size = 2000"):
        design(tmp_path, '[design]\nkind = "lhs"\nsize = 3\n[vary]\nregion = ["dadukou", "chongqing"]\n[fix]\npool_size = 2000')
    found = table(tmp_path, "region,pool_size\ndadukou,2000\nchongqing,100000\n")
    assert [found.setting(k).parameters["pool_size"] for k in range(2)] == [2000, 100000]
    with pytest.raises(InputError, match="p.csv, row 3: in the region chongqing"):
        table(tmp_path, "region,pool_size\ndadukou,2000\nchongqing,2000\n")


@pytest.mark.parametrize(
    "rows, said",
    [
        ("seed_fund\n1\n\n5\n99999\n", "row 3: seed_fund is empty"), ("seed_fund\n1\n5\n99999\n\n", "row 4: seed_fund = 99999"),
        ("seed_fund\n1,2,3\n", "cannot be read"), ("seed_fund,gdp_growth\n1,0.03\n2\n", "row 3: gdp_growth is empty"),
        ("seed_fund,seed_fund\n1,2\n", "row 1: two columns"), ("seed\n1\n2.5\n", "row 3.*2.5 is no seed"),
        ("environment\nbaseline\nslwo\n", "row 3.*Did you mean 'slow'"), ("scenario\nplan\nplna\n", "row 3.*Did you mean 'plan'"),
        ("super_deduction\nlaw\nlawx\n", "row 3"), ("entry_rate\n0.06\ninf\n", "row 3"), ("coachng\n1\n", "row 1"),
        ("seed_fund,环境\n1,基\n".encode("gbk"), "row 1: nothing that could be varied is called '环境'"), ("", "no row"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_table_is_found_in_the_row_that_an_editor_shows(tmp_path: Path, rows: str | bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        table(tmp_path, rows)
    assert "p.csv" in str(caught.value)


def test_a_table_may_say_in_words_what_a_scenario_may(tmp_path: Path) -> None:
    found = table(tmp_path, "super_deduction,seed\nfrozen,1\nlaw,2\n")
    assert [found.setting(k).assumed["super_deduction"] for k in range(2)] == ["frozen", "law"]
    assert prepared(found.setting(0))[1].environment and not prepared(found.setting(1))[1].environment


@pytest.mark.parametrize("second", [False, True])
def test_sobol_indices_of_a_known_sum_come_back_from_the_points_in_their_order(tmp_path: Path, second: bool) -> None:
    from SALib.analyze import sobol

    text = f'[design]\nkind = "saltelli"\nsize = 512\nsecond_order = {str(second).lower()}\n'
    found = design(tmp_path, text + "[vary]\nseed_fund = [100, 300]\nenterprise_coaching = [0, 100]\ngdp_growth = [0.03, 0.08]")
    names = [axis.name for axis in found.axes]
    problem = {"num_vars": 3, "names": names, "bounds": [[axis.low, axis.high] for axis in found.axes]}
    outcome = (found.points["seed_fund"] + found.points["enterprise_coaching"]).to_numpy()  # variances 200² and 100²: 4 to 1
    state = np.random.get_state()
    index = sobol.analyze(problem, outcome, calc_second_order=second, seed=1)
    np.random.set_state(state)
    assert index["S1"] == pytest.approx([0.8, 0.2, 0.0], abs=0.03) and index["ST"] == pytest.approx([0.8, 0.2, 0.0], abs=0.03)


def test_morris_effects_of_a_line_are_its_slopes(tmp_path: Path) -> None:
    from SALib.analyze import morris

    found = design(
        tmp_path,
        '[design]\nkind = "morris"\nsize = 6\n[vary]\nseed_fund = [100, 300]\nenterprise_coaching = [0, 100]\nentry_rate = [0.06, 0.1]',
    )
    names = [axis.name for axis in found.axes]
    problem = {"num_vars": 3, "names": names, "bounds": [[axis.low, axis.high] for axis in found.axes], "groups": None}
    inputs = found.points[names].to_numpy(float)
    index = morris.analyze(problem, inputs, inputs[:, 0] - 2 * inputs[:, 1], num_levels=4, seed=1, scaled=False)
    np.testing.assert_allclose(np.asarray(index["mu"], float), [200, -200, 0], atol=1e-9)
    np.testing.assert_allclose(np.asarray(index["sigma"], float), 0, atol=1e-9)


def test_a_name_of_two_things_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from yidu.experiments.sweep import designs

    monkeypatch.setitem(designs.LEVERS, "entry_rate", designs.LEVERS["seed_fund"])
    with pytest.raises(InputError, match="names two things"):
        design(tmp_path, '[design]\nkind = "lhs"\nsize = 3\n[vary]\nentry_rate = [0.06, 0.1]')


MORE_WRONG = [
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nenvironment = [["a"], "b"]', "is not a name"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nsuper_deduction = ["law", "lawx"]', "lawx"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\ngdp_growth = [0.05, "baseline"]', "mixes words and numbers"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\n"level:knowledge_loan_cover" = "prior"', "no spread"),
    ('[design]\nkind = "lhs"\nsize = 3\n[vary]\nseed_fund = [nan, 9]', "not a number"),
    ('[design]\nkind = "lhs"\n[runs]\nper_point = 2.0', "whole number"),
    ('[design]\nkind = "lhs"\n[runs]\nchunk = 2.5', "whole number"),
]


@pytest.mark.parametrize("text, said", MORE_WRONG)
def test_a_further_mistake_is_one_sentence_that_names_the_file(tmp_path: Path, text: str, said: str) -> None:
    test_a_mistake_is_one_sentence_that_names_the_file(tmp_path, text, said)


@pytest.mark.parametrize("text, said", [*WRONG[:-1], *MORE_WRONG])
def test_a_mistake_is_said_in_chinese(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        design(tmp_path, text)
    assert Words("zh").error(caught.value) != str(caught.value)


def test_every_example_of_the_documentation_can_be_read(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "designs.md").read_text(encoding="utf-8")
    (tmp_path / "points.csv").write_text(re.findall(r"```csv\n(.*?)```", text, re.S)[0])
    found = [design(tmp_path, one) for one in re.findall(r"```toml\n(.*?)```", text, re.S)]
    assert {one.kind for one in found} == set(KINDS)
    assert [len(one.points) for one in found] == [64, 64, 24, 40, 256, 3, 1]
