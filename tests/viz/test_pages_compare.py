"""What a link says to compare, and what the table then says."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from yidu.experiments.assess.desk import first_runs
from yidu.experiments.ensembles.gainers import Gainers
from yidu.experiments.ensembles.paired import last_year, study
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.region import Region
from yidu.viz.app import address
from yidu.viz.app.address import Asked
from yidu.viz.figures.compare import gainers, titles_of
from yidu.viz.pages import compare as page
from yidu.viz.presenters.compare import told, told_apart
from yidu.viz.words import Words

ZH, EN = Words("zh"), Words("en")
OWN = Mix(
    "plan", title="我的方案", levers=(("enterprise_coaching", ((2021, 60.0), (2023, 90.0))),),
    rules=(("tech_enterprises < 400", 2023, (("seed_fund", 300.0),)),),
)  # fmt: skip
OTHER = Mix("plan").lever("seed_fund", ((2021, 500.0),))


def test_a_mix_of_ones_own_comes_back_from_the_link(dadukou: Region) -> None:
    asked = Asked().put(c1="plan", c2=page.code_of(OWN), c3=page.NOW)
    back = address.read(dadukou, address.query(asked)).asked
    mixes, wrong = page.chosen(ZH, dadukou, back)
    assert wrong == [] and [one.mix for one in mixes] == [Mix("plan"), OWN, Mix()]


def test_without_a_choice_the_status_quo_is_compared_with_what_is_on_the_overview(dadukou: Region) -> None:
    assert page.codes(dadukou, Asked()) == ["status_quo", "plan"]
    assert page.codes(dadukou, Asked(mix=OTHER)) == ["status_quo", page.NOW]
    assert page.codes(dadukou, Asked().put(c1="plan")) == ["status_quo", "plan"]


def test_what_cannot_be_read_or_stands_there_twice_is_said_and_left_out(dadukou: Region) -> None:
    asked = Asked().put(c1="plan", c2="nowhere", c3=page.NOW, c4="mix=plan&enterprise_coaching=many")
    mixes, wrong = page.chosen(ZH, dadukou, replace(asked, mix=Mix("plan")))
    assert [one.code for one in mixes] == ["plan"]
    assert len(wrong) == 3 and "nowhere" in wrong[0] and "规划方案" in wrong[1]


def test_a_value_beyond_its_range_is_refused(dadukou: Region) -> None:
    _, wrong = page.chosen(ZH, dadukou, Asked().put(c1="plan", c2="mix=plan&knowledge_loan_cover=7"))
    assert len(wrong) == 1


def test_mixes_made_from_one_scenario_have_names_and_titles_of_their_own(dadukou: Region) -> None:
    third = Mix("plan").lever("seed_fund", ((2021, 700.0),))
    chosen = [page.Chosen(page.NOW, OTHER), page.Chosen("a", third), page.Chosen("b", third.lever("ip_services", ((2021, 1.0),)))]
    scenarios = page.scenarios_of(dadukou, chosen)
    assert len({one.name for one in scenarios}) == 3
    assert scenarios[0].title_zh == "当前方案" and scenarios[0].title_en == "Current mix"
    assert len(set(titles_of(ZH, scenarios).values())) == 3


def test_every_choice_can_be_chosen_by_its_title(dadukou: Region) -> None:
    asked = Asked(mix=OTHER)
    listed = page.options(ZH, dadukou, asked, ["status_quo", page.code_of(OWN), page.code_of(OTHER)])
    assert len({title for _, title in listed}) == len({code for code, _ in listed}) == len(listed)
    assert set(dadukou.scenario_names) < {code for code, _ in listed}


# --- on runs


@pytest.fixture(scope="module")
def found(dadukou: Region) -> list[SimpleNamespace]:
    """Told of two mixes, one of them on more runs."""
    look = Gainers(dadukou, dadukou.settings.years.plan_end)
    parts = []
    for name, runs in (("status_quo", 16), ("plan", 12)):
        mixed = study(dadukou, runs=runs, seed=1).run(Mix(name).scenario(dadukou), until=last_year(dadukou), look=look)
        parts.append(SimpleNamespace(mixed=mixed, runs=runs))
    return parts


def test_the_first_runs_are_what_so_few_would_have_been(dadukou: Region, found: list[SimpleNamespace]) -> None:
    few = study(dadukou, runs=12, seed=1).run(Mix().scenario(dadukou), until=last_year(dadukou))
    assert first_runs(found[0].mixed, 12).plain.digest == few.plain.digest
    assert first_runs(found[0].mixed, 99).plain is found[0].mixed.plain


def test_mixes_are_compared_on_as_many_runs_as_each_has(dadukou: Region, found: list[SimpleNamespace]) -> None:
    chosen = [page.Chosen("status_quo", Mix()), page.Chosen("plan", Mix("plan"))]
    scenarios = told_apart(ZH, page.scenarios_of(dadukou, chosen))
    answer = told(ZH, dadukou, scenarios, page.on_same_runs(dadukou, scenarios, found))  # type: ignore[arg-type]
    assert answer.runs == 12 and answer.conclusion and answer.rests.grade
    titles = titles_of(ZH, scenarios)
    grid = page.targets_grid(ZH, answer, titles)
    assert len(grid.rows) == len(dadukou.targets) and len(grid.heads) == 5
    for row, told_of in zip(grid.rows, answer.comparisons[0].targets):
        assert told_of.chance is not None
        assert row[-1].text.endswith("*") == told_of.chance.beyond_chance
        assert (row[-1].kind == "faint") != told_of.chance.beyond_chance
    figure = gainers(ZH, dadukou, answer, titles, "jobs", "sector")
    assert figure.categories[-1] == "合计" and len(figure.of("value")) == 1
    assert figure.title != gainers(EN, dadukou, answer, titles, "jobs", "size").title


def test_a_mix_of_the_link_with_a_misspelt_lever_is_said_and_not_compared(dadukou: Region) -> None:
    asked = Asked().put(c1="status_quo", c2="mix=plan&seed_fnud=500", c3="mix=plan&seed_fund=1&seed_fund=2", c4="plan")
    mixes, wrong = page.chosen(ZH, dadukou, asked)
    assert [one.code for one in mixes] == ["status_quo", "plan"]
    assert len(wrong) == 2 and "seed_fund" in wrong[0] and "不止一次" in wrong[1]
