"""What the page of explanations asks of a process of its own, what it says of what comes back, and the figures of that."""

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from tests.viz import work_done
from yidu.experiments.explain.compute import retold
from yidu.experiments.scenarios.mix import Mix
from yidu.experiments.scenarios.scenario import load
from yidu.sim.errors import InputError
from yidu.sim.region import Region
from yidu.viz.figures import Figure, Series
from yidu.viz.figures import decompose as figures_of_decompose
from yidu.viz.figures import explain as figures_of_explain
from yidu.viz.figures import milestones as figures_of_milestones
from yidu.viz.figures import response as figures_of_response
from yidu.viz.figures import stress as figures_of_stress
from yidu.viz.figures.charts import option
from yidu.viz.pages import explain, explain_milestones, explain_stress, explain_why, work
from yidu.viz.pages.shown import PageWords
from yidu.viz.presenters import response as response_presenter
from yidu.viz.presenters.decompose import told
from yidu.viz.presenters.explain import mine
from yidu.viz.presenters.explain import told as target_told
from yidu.viz.terminal import response as response_terminal
from yidu.viz.terminal.decompose import show_decomposition
from yidu.viz.terminal.explain import show_explained
from yidu.viz.terminal.printed import Grid, printed
from yidu.viz.words import LANGUAGES, Words
from yidu.viz.workbook.decompose import workbook

ZH = Words("zh")


def crossed(made: Any) -> Any:
    """What comes out at the other side of a process."""
    return pickle.loads(pickle.dumps(made))


def in_both(build: Callable[[Words], Figure]) -> Figure:
    """A figure in Chinese; in English it has the same numbers and another title."""
    zh, en = (build(Words(language)) for language in LANGUAGES)
    assert [one.values for one in zh.series] == [one.values for one in en.series] and zh.title != en.title
    return zh


def grids(show: Callable[[Console], object]) -> list[Grid]:
    return [one for one in printed(show) if isinstance(one, Grid)]


# --- what is asked


def test_the_target_is_that_of_the_link_else_one_of_the_region(dadukou: Region) -> None:
    asked = explain.target_of(dadukou, "otc_listed", None, ZH)
    first = explain.target_of(dadukou, "nothing", None, ZH)
    assert asked is not None and asked.indicator == "otc_listed"
    assert first == dadukou.targets[0]


def test_a_rule_is_written_as_the_command_reads_it() -> None:
    steps = [("enterprise_coaching", "120"), ("", "")]
    assert explain_milestones.rule_text("tech_enterprises", "<", " ", "2023", steps) == (
        "tech_enterprises < line in 2023", "enterprise_coaching=120",
    )  # fmt: skip


def test_a_rule_that_is_none_is_refused_before_anything_runs(dadukou: Region) -> None:
    from yidu.experiments.scenarios.rule import rule_of

    condition, then = explain_milestones.rule_text("tech_enterprises", "<", "many", "2023", [("enterprise_coaching", "120")])
    with pytest.raises(InputError):
        rule_of(dadukou, condition, then)


def test_how_many_runs_an_explanation_takes_is_known_before(dadukou: Region) -> None:
    few = work.explain_work(str(dadukou.folder), Mix("incubation_first"), against="status_quo", runs=40)
    many = work.explain_work(str(dadukou.folder), Mix(), against="none", runs=40)
    assert 40 < few < many


def test_an_event_is_told_with_its_years_and_its_source(dadukou: Region) -> None:
    events, wrong = explain_stress.known_events(dadukou)
    assert wrong is None and events
    assert "2024" in explain_stress.facts(ZH, dadukou, events[0], 2024)
    assert explain_stress.facts(ZH, dadukou, events[0], 2050)  # a sentence, no error


# --- why


def test_an_explanation_crosses_and_is_retold_of_another_target(dadukou: Region) -> None:
    found = crossed(work_done.explained(dadukou))
    row = next(one for one in work_done.assessed(dadukou).targets if one.indicator == "otc_listed")
    other = retold(dadukou, found.answer, row)
    assert other.target == "otc_listed" and other.parameters == () and other.rests.grade
    first = explain_why.spoken(ZH, dadukou, found, found.answer)
    second = explain_why.spoken(ZH, dadukou, found, other)
    assert first.conclusion != second.conclusion and ZH.indicator("otc_listed") in second.conclusion
    assert retold(dadukou, found.answer, row.model_copy(update={"indicator": found.answer.target})) is found.answer


def test_figures_of_an_explanation_show_its_numbers(dadukou: Region) -> None:
    found = work_done.explained(dadukou)
    answer, target = found.answer, target_told(found.answer)
    level = in_both(lambda words: figures_of_explain.contributions(words, answer, target, words.titled(found.reference)))
    values = level.one("value")
    assert values is not None and sum(value or 0.0 for value in values.values) == pytest.approx(target.level_change, rel=1e-3)
    points = in_both(lambda words: figures_of_explain.contributions(words, answer, target, "x", probability=True))
    assert points.keys and len(points.keys) == len(level.keys)
    deciding = in_both(lambda words: figures_of_explain.deciding(words, answer, target))
    assert deciding.keys == tuple(row.name for row in mine(answer.deciding, target))
    apart = in_both(lambda words: figures_of_explain.apart(words, answer, target))
    assert len(apart.of("value")) == len(apart.of("error")) == 2
    row = next(one for one in work_done.assessed(dadukou).targets if one.carriers)
    carriers = in_both(lambda words: figures_of_explain.carriers(words, row, runs=12, seed=1))
    assert len(carriers.categories) == len(row.carriers)


def test_tables_of_an_explanation_are_those_of_the_terminal(dadukou: Region) -> None:
    found = work_done.explained(dadukou)
    scenario = work_done.MIX.scenario(dadukou)
    shown = grids(lambda out: show_explained(out, ZH, dadukou, scenario, found.reference, found.answer))
    assert any("Shapley" in grid.title for grid in shown)


def test_no_error_of_a_bar_is_cut_at_the_edge_of_the_chart() -> None:
    values, errors = Series("value", "v", (-10.0, 30.0)), Series("error", "e", (4.0, 10.0))
    figure = Figure("x", "bars", "t", "u", "o", ("a", "b"), (values, errors))
    assert option(ZH, figure)["xAxis"]["boundaryGap"] == ["11.0%", "26.0%"]


def test_a_page_speaks_of_buttons_where_the_command_line_speaks_of_options() -> None:
    for language in LANGUAGES:
        plain, page = Words(language), PageWords(language)
        assert "--" in plain("notice.explain_no_difference") and "--" not in page("notice.explain_no_difference")
        assert page("explain.total") == plain("explain.total")


# --- warning lines


def test_warning_lines_cross_and_are_told_of_one_target(dadukou: Region) -> None:
    found = crossed(work_done.warned(dadukou))
    target = next(one for one in dadukou.targets if one.indicator == "tech_enterprises")
    own = explain_milestones.of_target(found.answer, target)
    assert {row.indicator for row in own.milestones} == {"tech_enterprises"}
    figure = in_both(lambda words: figures_of_milestones.lines(words, own, target.indicator, target.year))
    goal = figure.one("target")
    assert figure.categories[-1] == str(target.year) and goal is not None and set(goal.values) == {target.value}
    for line in own.milestones:
        at = figure.categories.index(str(line.year))
        for series in figure.of("value"):
            assert series.values[at] == line.line
    year = found.answer.mid_year
    assert all(row.year == year for row in explain_milestones.of_year(found.answer, year).signs)


def test_a_rule_is_drawn_in_its_four_ways(dadukou: Region) -> None:
    found = work_done.ruled(dadukou)
    assert found.answer.rule is not None
    effect = found.answer.rule.effects[0]
    figure = in_both(lambda words: figures_of_milestones.rule(words, found.answer, effect.indicator, effect.year))
    assert figure.keys == ("without", "trigger", "now", "later")


# --- tasks


def test_the_task_list_is_told_in_every_way_from_the_same_runs(dadukou: Region) -> None:
    found = crossed(work_done.listed(dadukou))
    assert list(found) == ["year", "department", "park", "sector"]
    assert len({one.answer.digest for one in found.values()}) == 1
    answers = {by: told(ZH, dadukou, one) for by, one in found.items()}
    assert answers["park"].conclusion != answers["year"].conclusion
    figure = in_both(lambda words: figures_of_decompose.tasks(words, answers["year"], "tech_enterprises"))
    assert figure.series and figure.categories == ("2021", "2022", "2023", "2024", "2025")
    scenario = load(dadukou, "status_quo")
    for answer in answers.values():
        assert grids(lambda out, answer=answer: show_decomposition(out, ZH, dadukou, scenario, answer))  # type: ignore[misc]
    assert workbook(ZH, dadukou, scenario, answers["year"]).content().startswith(b"PK")


# --- response


def test_a_response_crosses_and_its_curve_runs_through_the_own_level(dadukou: Region) -> None:
    found = crossed(work_done.responded(dadukou, "register_award", "tech_enterprises"))
    answer = response_presenter.told(ZH, dadukou, found)
    (one,) = answer.levers
    figure = in_both(lambda words: figures_of_response.curve(words, answer, one))
    x, y, error = figure.one("x"), figure.one("y"), figure.one("error")
    assert x is not None and y is not None and error is not None
    assert list(x.values) == sorted([*(point.value for point in one.points), one.present])
    own = x.values.index(one.present)
    assert y.values[own] == error.values[own] == 0.0 and "现状" in figure.categories[own]
    assert [value for k, value in enumerate(y.values) if k != own] == [point.effects[0].mean for point in one.points]
    drawn = option(ZH, figure)["series"][0]
    assert [point["value"][0] for point in drawn["data"]] == list(x.values)
    assert work.response_work(str(dadukou.folder), Mix(), levers=("register_award",), runs=work_done.RUNS) == 7 * work_done.RUNS
    blocks = grids(lambda out: response_terminal.show_response(out, PageWords("zh"), dadukou, load(dadukou, "status_quo"), answer))
    assert any("科技型企业" in head for head in blocks[0].heads)


# --- stress


def test_a_stress_test_crosses_and_is_drawn(dadukou: Region) -> None:
    found = crossed(work_done.stressed_by(dadukou, "sanfeng_leaves"))
    answer = explain_stress.spoken(ZH, dadukou, found)
    (ordeal,) = answer.ordeals
    assert answer.conclusion
    chances = in_both(lambda words: figures_of_stress.chances(words, answer, ordeal))
    changes = chances.one("value")
    assert changes is not None and list(changes.values) == sorted(changes.values, key=lambda value: value or 0.0)
    starred = [name.endswith("*") for name in chances.categories]
    by_id = {row.indicator: row for row in ordeal.targets}
    assert starred == [bool(by_id[key].chance and by_id[key].chance.beyond_chance) for key in chances.keys]
    levels = in_both(lambda words: figures_of_stress.levels(words, dadukou, answer, ordeal))
    assert "rd_expenditure" in levels.keys
    several = in_both(lambda words: figures_of_stress.several(words, answer))
    assert several.keys == ("sanfeng_leaves",)
    for one in answer.replacements:
        figure = figures_of_stress.replaced(ZH, answer, one)
        assert len(figure.levels) == 1


def test_no_replacement_is_looked_for_where_none_is_asked(dadukou: Region) -> None:
    assert work_done.stressed_by(dadukou, "sanfeng_leaves", replace=False).answer.replacements == ()
