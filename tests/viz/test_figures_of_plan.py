"""The figures of a search: what can be clicked, what stands beside what, and what is shown where nothing is likely."""

from dataclasses import replace

import pytest

from tests.experiments.invented import invent
from yidu.experiments.plan.answer import PlanAnswer
from yidu.experiments.plan.compute import plan
from yidu.experiments.plan.trials import Question, find
from yidu.sim.draws import PriorDraws
from yidu.sim.region import Region
from yidu.viz.figures import charts
from yidu.viz.figures import plan as figures
from yidu.viz.words import LANGUAGES, Language, Words

pytestmark = pytest.mark.fast


@pytest.fixture(scope="module")
def answer(dadukou: Region) -> PlanAnswer:
    """A search on the invented district."""
    with pytest.MonkeyPatch.context() as patch:
        invent(patch)
        wanted = tuple(target for target in dadukou.targets if target.indicator in ("tech_enterprises", "high_end_talent"))
        return plan(find(Question(dadukou, wanted, 0.8, runs=40, evaluations=40, draws=PriorDraws(dadukou)))).answer


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_point_of_the_front_can_be_clicked_and_is_named(dadukou: Region, answer: PlanAnswer, language: Language) -> None:
    figure = figures.front(Words(language), dadukou, answer)
    assert len(figure.keys) == len(answer.front) == len(set(figure.keys))
    assert [key for key in figure.keys if not key.startswith("front_")] == [one.judged_as for one in answer.front if one.judged_as]
    assert str(answer.effort.runs) in figure.note


def test_the_point_that_is_picked_is_set_off_by_its_shape(dadukou: Region, answer: PlanAnswer) -> None:
    figure = figures.front(Words("zh"), dadukou, answer, figures.front_key(answer, 0))
    first, *rest = charts.option(Words("zh"), figure)["series"][0]["data"]
    assert first["symbol"] == "diamond" and not any("symbol" in one for one in rest)


def test_where_no_mix_is_likely_the_front_shows_what_is_missing(dadukou: Region, answer: PlanAnswer) -> None:
    none = answer.model_copy(update={"front": tuple(one.model_copy(update={"probability": 0.0}) for one in answer.front)})
    figure = figures.front(Words("en"), dadukou, none)
    up, missing = figure.one("y"), [100.0 * one.shortfall for one in answer.front]
    assert up is not None and up.values == pytest.approx(missing) and figure.one("error") is None and not figure.levels


def test_targets_stand_before_and_after_on_the_same_runs_with_one_error_to_either_side(dadukou: Region, answer: PlanAnswer) -> None:
    figure = figures.targets(Words("zh"), dadukou, answer)
    row = next(one for one in answer.targets if one.indicator == figure.keys[0])
    at = {one.role: one.values[0] or 0.0 for one in figure.series}
    low, middle, high, before = at["p25"], at["median"], at["p75"], at["record"]
    assert (middle, before) == pytest.approx((100.0 * (row.probability or 0.0), 100.0 * (row.probability_status_quo or 0.0)))
    assert row.mc_error is not None and high - low <= 200.0 * row.mc_error + 1e-6
    chosen = [one.chosen for key in figure.keys for one in answer.targets if one.indicator == key]
    assert chosen == sorted(chosen, reverse=True) and figure.categories[0].startswith("*")


def test_the_fall_as_targets_are_added_is_shown_only_where_nothing_reaches(dadukou: Region, answer: PlanAnswer) -> None:
    figure = figures.together(Words("zh"), dadukou, answer)
    assert answer.out_of_reach is not None and figure is not None
    values = [value or 0.0 for value in figure.of("value")[0].values]
    assert len(values) == 2 and values[0] >= values[1]
    assert figures.together(Words("zh"), dadukou, answer.model_copy(update={"out_of_reach": None})) is None
    assert replace(figure, chosen="") == figure
