"""The figures of a comparison show the numbers of its answer."""

import pytest

from tests.viz import report_made
from yidu.experiments.compare.answer import CompareAnswer
from yidu.viz.figures import compare as figures
from yidu.viz.words import Words

ZH = Words("zh")
TITLES = {"status_quo": "维持现状", "plan": "规划方案"}


@pytest.fixture(scope="module")
def answer() -> CompareAnswer:
    compare = report_made.made().report.compare
    assert compare is not None
    return compare


def test_titles_are_those_of_the_scenarios() -> None:
    assert figures.titles_of(ZH, report_made.found().scenarios) == TITLES


def test_each_mix_has_its_probabilities_and_what_differs_most_stands_first(answer: CompareAnswer) -> None:
    figure = figures.chances(ZH, answer, TITLES)
    rows = {row.indicator: row for row in answer.comparisons[0].targets}
    first, second = figure.of("value")
    assert (first.name, second.name) == ("维持现状", "规划方案")
    moved = [abs(rows[key].chance.change) for key in figure.keys]  # type: ignore[union-attr]
    assert moved == sorted(moved, reverse=True) and moved[0] > 0.0
    for place, key in enumerate(figure.keys):
        assert first.values[place] == pytest.approx(100.0 * (rows[key].base.probability or 0.0))
        assert second.values[place] == pytest.approx(100.0 * (rows[key].other.probability or 0.0))


def test_differences_are_paired_and_in_percent_of_the_target(answer: CompareAnswer) -> None:
    one = answer.comparisons[0]
    figure = figures.differences(ZH, answer, one, TITLES)
    rows = {row.indicator: row for row in one.targets}
    median = figure.one("median")
    assert median is not None and figure.levels[0][0] == 0.0
    for place, key in enumerate(figure.keys):
        moved = rows[key].difference
        assert moved is not None
        assert median.values[place] == pytest.approx(100.0 * moved.median / rows[key].target, abs=1e-4)


def test_cost_and_the_trade_with_it(answer: CompareAnswer) -> None:
    cost, trade = figures.cost(ZH, answer, TITLES), figures.tradeoff(ZH, answer, TITLES, calibrated=True)
    medians, xs, ys = cost.one("median"), trade.one("x"), trade.one("y")
    assert medians is not None and xs is not None and ys is not None
    assert medians.values == xs.values == tuple(mix.public_money.median for mix in answer.mixes)
    assert ys.values == pytest.approx([100.0 * (mix.joint_probability_calibrated or 0.0) for mix in answer.mixes])
