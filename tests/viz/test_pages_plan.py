"""求解: the link gives the question again, mistakes are sentences, and what comes back carries every mix."""

import pickle
from pathlib import Path

import pytest

from tests.experiments.invented import invent, unfitted
from yidu.experiments.judging.goals import targets_of
from yidu.sim.errors import InputError
from yidu.sim.region import Region, load
from yidu.viz.app import address
from yidu.viz.app.address import Asked
from yidu.viz.pages import plan as page
from yidu.viz.pages.plan import Form, form_of
from yidu.viz.pages.plan_work import Pace, Solved, Wanted, solve
from yidu.viz.words import LANGUAGES, Words

pytestmark = pytest.mark.fast

LINK = (
    "plan.reach=tech_enterprises,otc_listed&plan.probability=0.6&plan.budget=30000&plan.decided=district&plan.evaluations=60&plan.runs=30"
)


class Told:
    """Keeps what the work says of its parts."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, int | None]] = []
        self.done = 0

    def begin(self, what: str, total: int | None = None) -> "Told":
        self.parts.append((what, total))
        return self

    def __call__(self, more: int = 1) -> None:
        self.done += more


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Region, Solved, Told]:
    """A search on the invented district, as the process of a job does it."""
    folder, told = tmp_path_factory.mktemp("plan"), Told()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        unfitted(folder)
        invent(patch)
        wanted = Wanted(str(folder / "invented"), "tech_enterprises,high_end_talent", evaluations=40, runs=40)
        found = solve(pickle.loads(pickle.dumps(wanted)), told)
        return load(str(folder / "invented")), pickle.loads(pickle.dumps(found)), told


def test_a_link_gives_the_question_again(dadukou: Region) -> None:
    asked = address.read(dadukou, LINK).asked
    assert form_of(dadukou, asked) == Form("tech_enterprises,otc_listed", 0.6, 30000.0, "district", 60, 30)
    assert address.read(dadukou, address.query(asked)).asked == asked
    assert form_of(dadukou, Asked()) == Form()


@pytest.mark.parametrize(
    "link, said",
    [
        ("plan.probability=1.2", "概率 1.2 不行；应为大于 0%、小于 100%，如 80%。"),
        ("plan.budget=-5", "预算 -5 不行；应为正数，单位万元。"),
        ("plan.budget=多", "预算“多”不是数。"),
        ("plan.runs=9", "运行次数 9 不行；应为10 到 1000 的整数。"),
        ("plan.evaluations=1e9", "尝试方案数 1e9 不行；应为1 到 5000 的整数。"),
        ("plan.decided=mayor", "不认识 decided = mayor；应为district 或 all。"),
    ],
)
def test_a_value_that_will_not_do_is_said_in_a_sentence(dadukou: Region, link: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        form_of(dadukou, address.read(dadukou, link).asked)
    assert Words("zh").error(error.value) == said


def test_an_unknown_target_of_a_link_is_refused(dadukou: Region) -> None:
    with pytest.raises(InputError, match="tech_enterprise"):
        form_of(dadukou, address.read(dadukou, "plan.reach=tech_enterprise").asked)


def test_numbers_are_read_as_people_write_them() -> None:
    assert page.percent_of("80％") == page.percent_of(" 80 %") == 0.8
    assert page.money_of("30，000") == page.money_of("30,000") == 30000.0


def test_boxes_add_and_take_away_targets_but_never_the_last(dadukou: Region) -> None:
    twelve = page.toggled(dadukou, "table2", "fund_scale", True)
    assert len(targets_of(dadukou, "table2")) == 12 and len(targets_of(dadukou, twelve)) == 13
    assert page.toggled(dadukou, "otc_listed", "otc_listed", False) == "otc_listed"
    assert page.choice_of(dadukou, "table2") == "table2" and page.choice_of(dadukou, twelve) == page.OWN


def test_the_work_tells_both_parts_and_its_pace(solved: tuple[Region, Solved, Told]) -> None:
    _, found, told = solved
    assert [what for what, _ in told.parts] == ["searching", "judging"] and told.done > 0
    assert found.searching > 0.0 and found.judging > 0.0


def test_every_mix_of_the_answer_can_be_taken_elsewhere(solved: tuple[Region, Solved, Told]) -> None:
    region, found, _ = solved
    answer = found.answer
    assert set(found.candidates) == {one.mix for one in answer.candidates} and len(found.front) == len(answer.front)
    for one in answer.candidates:
        point = found.candidates[one.mix]
        made = point.mix.scenario(region)
        assert [row.lever for row in point.levers] == [row.lever for row in one.levers]
        for row in point.levers if one.source == "found" else ():  # a scenario of the pack may move every year
            assert (made.levers.get(row.lever, 2021), made.levers.get(row.lever, 2025)) == (row.early, row.late)
    known = page.mixes_of(Words("zh"), region, found)
    assert list(known)[: len(answer.candidates)] == [one.mix for one in answer.candidates]


def test_a_mix_says_whether_it_was_judged_again_and_is_a_file(solved: tuple[Region, Solved, Told], tmp_path: Path) -> None:
    region, found, _ = solved
    words = Words("zh")
    known = page.mixes_of(words, region, found)
    assert "复核" in page.standing(words, found.answer, found.answer.mix)
    for key, (title, point) in known.items():
        mix = page.named(words, point.mix, title)
        text = page.toml_of(words, region, found.answer, key, mix)
        assert 'extends = "' in text and page.standing(words, found.answer, key)
        if key.startswith("front_"):
            assert "未复核" in page.standing(words, found.answer, key)


def test_how_long_it_takes_follows_the_pace_and_the_effort(dadukou: Region) -> None:
    few, many = (Wanted("dadukou", evaluations=size) for size in (60, 600))
    pace = Pace(0.01, 0.01)
    assert pace.seconds(many.question(dadukou)) - pace.seconds(few.question(dadukou)) == pytest.approx(0.01 * 540 * 100)
    zh, en = (page.long_said(Words(language), many, dadukou, pace) for language in LANGUAGES)
    assert "分钟" in zh and "minutes" in en and "本机" in page.long_said(Words("zh"), few, dadukou, None)
