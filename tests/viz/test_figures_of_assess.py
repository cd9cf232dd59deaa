"""The figures of one scenario show the numbers of its answer."""

from dataclasses import replace

import numpy as np
import pytest

from tests.viz import report_made
from yidu.experiments.assess.answer import AssessAnswer
from yidu.sim.region import Region
from yidu.viz.figures import Figure
from yidu.viz.figures import assess as figures
from yidu.viz.words import Words

ZH = Words("zh")


@pytest.fixture(scope="module")
def answer() -> AssessAnswer:
    return report_made.made().assess


def column(figure: Figure, role: str, place: int = 0) -> list[float]:
    return [-1.0 if value is None else value for value in figure.of(role)[place].values]  # type: ignore[arg-type]


def test_the_least_likely_target_comes_first_with_its_verdict_and_the_thresholds(answer: AssessAnswer) -> None:
    figure = figures.probabilities(ZH, answer)
    known = {row.indicator: row for row in answer.targets}
    assert column(figure, "value") == sorted(column(figure, "value")) and len(figure.categories) == len(answer.targets)
    for key, value, error, mark in zip(figure.keys, column(figure, "value"), column(figure, "error"), figure.marks):
        row = known[key]
        assert (value, error) == pytest.approx((100.0 * (row.probability or 0.0), 100.0 * (row.mc_error or 0.0))) and mark == row.verdict
    assert [value for value, _ in figure.levels] == [80.0, 50.0, 20.0]
    assert "40 次运行" in figure.note and "抽样误差" in figure.note


def test_bands_stand_in_percent_of_the_target(answer: AssessAnswer) -> None:
    figure = figures.bands(ZH, answer)
    for place, key in enumerate(figure.keys):
        row = next(row for row in answer.targets if row.indicator == key)
        median = figure.one("median")
        assert median is not None and row.median is not None
        assert median.values[place] == pytest.approx(100.0 * row.median / row.target, abs=1e-4)


def test_a_fan_runs_from_the_record_to_the_end_of_the_plan_with_its_target(dadukou: Region, answer: AssessAnswer) -> None:
    figure = figures.fan(ZH, dadukou, report_made.found().mixed.judged, "tech_enterprises")
    assert figure.categories == tuple(str(year) for year in range(2015, 2026))
    assert dict(zip(figure.categories, column(figure, "record")))["2020"] == 301.0
    assert column(figure, "target")[:6] == [-1.0] * 6 and column(figure, "target")[6:] == [550.0] * 5
    bands = np.array([column(figure, role) for role in ("p05", "p25", "median", "p75", "p95")])
    assert (np.diff(bands, axis=0) >= 0.0).all()
    row = next(row for row in answer.targets if row.indicator == "tech_enterprises")
    assert bands[:, -1].tolist() == [row.p05, row.p25, row.median, row.p75, row.p95]


def test_the_record_of_a_series_is_the_packs(dadukou: Region) -> None:
    figure = figures.fan(ZH, dadukou, report_made.found().mixed.judged, "gdp")
    assert dict(zip(figure.categories, column(figure, "record")))["2018"] == 228.13 and figure.one("target") is None


def test_money_stands_by_heading_and_payer(answer: AssessAnswer) -> None:
    figure = figures.money(ZH, answer)
    total = sum(sum(column(figure, "value", place)) for place in range(len(figure.of("value"))))
    assert total == pytest.approx(sum(line.median for line in answer.public_money_by))
    assert figure.unit == "万元" and "区级合计中位" in figure.note


def test_sources_of_variance_add_up(answer: AssessAnswer) -> None:
    figure = figures.sources(ZH, answer)
    parts = np.array([column(figure, "value", place) for place in range(4)])
    assert parts.sum(axis=0) == pytest.approx(100.0, abs=0.02) and figure.categories  # each is rounded to a hundredth


def test_without_shares_there_are_no_categories(answer: AssessAnswer) -> None:
    bare = answer.model_copy(update={"targets": tuple(row.model_copy(update={"variance": None}) for row in answer.targets)})
    assert figures.sources(ZH, bare).categories == ()


def test_the_flow_account_ends_where_its_doors_lead(dadukou: Region) -> None:
    rows = [row for row in report_made.found().accounts if row.indicator == "tech_enterprises"]
    figure = figures.account(ZH, dadukou, rows, runs=40, seed=1)
    totals, moves = figure.one("total"), figure.one("value")
    assert totals is not None and moves is not None
    start, end = (value for value in totals.values if value is not None)
    assert start + sum(value for value in moves.values if value is not None) == pytest.approx(end, abs=0.1)


def test_only_levers_beyond_chance_are_drawn(answer: AssessAnswer) -> None:
    measures = report_made.found().measures
    assert measures is not None
    target = next(row for row in answer.targets if row.indicator == "new_incubators")
    figure = figures.levers_raised(ZH, measures, target)
    assert figure is not None and figure.keys == ("incubator_openings",)
    idle = measures.model_copy(update={"effects": ()})
    assert figures.levers_raised(ZH, idle, target) is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_figure_speaks_one_language(language: str, answer: AssessAnswer) -> None:
    words = Words(language)  # type: ignore[arg-type]
    said = "".join([*(one.title + one.note + one.unit for one in (figures.probabilities(words, answer), figures.money(words, answer)))])
    assert ("运行" in said) == (language == "zh") and "{" not in said


def test_a_value_that_is_no_number_is_refused() -> None:
    figure = figures.probabilities(ZH, report_made.made().assess)
    broken = replace(figure.series[0], values=(float("nan"), *figure.series[0].values[1:]))
    with pytest.raises(ValueError, match="no number"):
        replace(figure, series=(broken,))
