"""What cannot be known is said on every surface: command line, JSON, page, and the four files of a report."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import solara
from rich.console import Console

from tests import beyond
from tests.asking import Yidu, done, refused
from yidu.experiments.assess.compute import assess
from yidu.experiments.assess.desk import Told
from yidu.experiments.report.compute import Found
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region
from yidu.viz.app import visitor
from yidu.viz.app.address import Asked
from yidu.viz.pages import app
from yidu.viz.pages.overview import Overview, answer_of
from yidu.viz.report import as_bytes
from yidu.viz.report.contents import Contents, _once, contents
from yidu.viz.terminal.assess import show_assessment
from yidu.viz.words import Words
from yidu.viz.words.limits import MARK, kinds_of, parted

pytestmark = pytest.mark.usefixtures("unleaning")
ZH, EN = Words("zh"), Words("en")
PLAIN = "plain"
FAR_MOVES = list(LEVERS["seed_fund"].moves)


def told(condition: str, folder: Path, dadukou: Region) -> Told:
    return beyond.told_of(dadukou) if condition == PLAIN else beyond.told_under(condition, folder)


def flat(text: str) -> str:
    """Text without the places where lines are broken."""
    return re.sub(r"\s+", "", text)


# --- command line and JSON


def printed(one: Told) -> str:
    out = Console(file=io.StringIO(), width=200)
    show_assessment(out, ZH, one.question.region, one.question.scenario, one.assessment, answer_of(ZH, one))
    return out.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("condition", beyond.CONDITIONS)
def test_the_table_of_assess_says_it_above_and_in_full_below(condition: str, tmp_path: Path, dadukou: Region) -> None:
    kind, sentence = beyond.SAID[condition]
    head, _, rest = printed(told(condition, tmp_path, dadukou)).partition("2021-2025")
    assert f"! {kind}" in head or f"超出可知范围之处：{kind}" in head
    assert f"【{kind}】" in rest and flat(sentence) in flat(rest) and "本答案不能知道的" in rest


def test_a_row_is_marked_where_its_numbers_are_extrapolated(tmp_path: Path, dadukou: Region) -> None:
    said = printed(told("extrapolation", tmp_path, dadukou))
    (row,) = [line for line in said.splitlines() if line.startswith("金融支持基金规模")]
    assert row.startswith(f"金融支持基金规模 {MARK} ") and "企业科技人员 !" not in said


@pytest.mark.parametrize("condition", beyond.CONDITIONS)
def test_json_carries_the_warning_with_its_kind(condition: str, tmp_path: Path, dadukou: Region) -> None:
    kind, sentence = beyond.SAID[condition]
    one = told(condition, tmp_path, dadukou)
    tree = answer_of(ZH, one).model_dump(mode="json")
    assert any(text.startswith(f"【{kind}】") and sentence in text for text in tree["warnings"])
    assert [row["indicator"] for row in tree["targets"] if row["limits"]] == (FAR_MOVES if condition == "extrapolation" else [])


def test_warnings_part_in_either_language(tmp_path: Path, dadukou: Region) -> None:
    one = told("extrapolation", tmp_path, dadukou)
    for words in (ZH, EN):
        limits, rest = parted(words, answer_of(words, one).warnings)
        assert list(limits) == ["extrapolation"] and rest and kinds_of(words, answer_of(words, one).warnings)


def test_the_plain_status_quo_warns_of_nothing_that_it_did_not_before(dadukou: Region) -> None:
    said = printed(beyond.told_of(dadukou))
    assert "不能知道" not in said and "【" not in said and f" {MARK} " not in said


# --- real commands


def test_commands_say_what_a_mix_cannot_know(yidu: Yidu, tmp_path: Path) -> None:
    said = done(yidu("assess", "talent_first", "--runs", 12, "--no-shares"))
    assert "! 有超出可知范围之处：外推、样本太少" in said and "高精尖缺人才 !" in said and "【外推】这些杠杆高于" in said
    compared = done(yidu("compare", "status_quo", "talent_first", "--runs", 12))
    assert "高精尖缺人才 !" in compared and "本答案不能知道的" in compared and "【外推】" in compared


def test_one_run_of_a_mix_says_it_too(yidu: Yidu) -> None:
    assert "【外推】" in done(yidu("run", "talent_first")) and "不能知道" not in done(yidu("run", "status_quo"))


def test_a_fit_of_other_rules_or_facts_is_refused_with_both_ways_on(yidu: Yidu, tmp_path: Path) -> None:
    region = beyond.region_of("small_sample", tmp_path)
    with (region.folder / "facts.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    for command in (("assess", "--runs", 4), ("report", "--to", "a.docx", "--runs", 4)):
        said = refused(yidu(*command, "--region", region.folder))
        assert "另一版区域包" in said and "yidu calibrate --region pack" in said and "移走" in said
    checked = done(yidu("region", "check", region.folder))
    assert "【未经校准】拟合不能用" in flat(checked) and "移走" in flat(checked)


@pytest.mark.parametrize("condition", ["small_sample", "not_calibrated", "thin_record"])
def test_region_check_says_what_the_record_supports(condition: str, yidu: Yidu, tmp_path: Path) -> None:
    region = beyond.region_of(condition, tmp_path)
    said = flat(done(yidu("region", "check", region.folder)))
    assert "记录能支持什么" in said and f"【{beyond.SAID[condition][0]}】" in said
    assert ("110个记录没有说什么" in said) == (condition == "thin_record")


# --- page


@pytest.fixture
def page() -> Iterator[None]:
    """The state of a visitor, as it was afterwards."""
    yield
    visitor.start_over()
    visitor.own_region.value = None
    visitor.asked.value = Asked()


def shown(element: solara.Element) -> list[Any]:
    """Every widget that is drawn."""
    box, rendering = solara.render(element, handle_error=False)

    def walk(widget: Any) -> Iterator[Any]:
        yield widget
        for child in getattr(widget, "children", None) or []:
            if not isinstance(child, str):
                yield from walk(child)

    found = list(walk(box))
    rendering.close()
    return found


def at(widgets: list[Any], id: str) -> str:
    """The text of what stands under an id; empty where there is none."""

    def text(widget: Any) -> str:
        return "".join(child if isinstance(child, str) else text(child) for child in getattr(widget, "children", None) or [])

    return next((text(one) for one in widgets if (getattr(one, "attributes", None) or {}).get("id") == id), "")


def look(one: Told, mix: Mix) -> list[Any]:
    visitor.own_region.value = one.question.region
    visitor.asked.value = replace(visitor.asked.value, mix=mix, language="zh")
    visitor.told.value = one
    return shown(Overview())


@pytest.mark.parametrize("condition", [PLAIN, *beyond.CONDITIONS])
def test_the_overview_has_a_line_and_marks_the_cards(condition: str, page: None, tmp_path: Path, dadukou: Region) -> None:
    one = told(condition, tmp_path, dadukou)
    widgets = look(one, beyond.FAR if condition == "extrapolation" else Mix())
    line, full = at(widgets, "limits"), at(widgets, "warnings-limits")
    marked = [card["title"] for cards in widgets if hasattr(cards, "cards") for card in cards.cards if card["beyond"]]
    assert marked == ([ZH.indicator(id) for id in FAR_MOVES] if condition == "extrapolation" else [])
    if condition == PLAIN:
        assert line == full == ""
        return
    kind, sentence = beyond.SAID[condition]
    assert kind in line and sentence in full


def test_every_page_says_that_it_is_not_calibrated(page: None, tmp_path: Path, dadukou: Region) -> None:
    assert visitor.uncalibrated() == ""
    visitor.own_region.value = beyond.region_of("not_calibrated", tmp_path)
    assert visitor.uncalibrated() == "这个区域没有拟合。"


def test_the_app_uses_the_priors_where_the_fit_is_of_other_rules_and_says_so(page: None, tmp_path: Path) -> None:
    region = beyond.region_of("small_sample", tmp_path)
    beyond.changed(region.folder, rules="0" * 64)
    usable = visitor.shipped(str(region.folder))
    visitor.own_region.value = usable
    said = visitor.uncalibrated()
    assert usable.digest == region.digest and usable.folder != region.folder
    assert "另一版规则" in said and "改用先验" in said
    banner = at(shown(app.NotCalibrated()), "uncalibrated")
    assert "未经校准" in banner and said in banner
    visitor.forget(usable)


def test_a_fit_that_goes_stale_while_the_app_runs_is_told_on_every_page(page: None, tmp_path: Path) -> None:
    region = beyond.region_of("small_sample", tmp_path)
    visitor.own_region.value = region
    assert visitor.uncalibrated() == ""
    beyond.changed(region.folder, rules="0" * 64)
    assert "另一版规则" in visitor.uncalibrated()


# --- report


def texts(file: bytes, ending: str) -> str:
    """Everything that a reader sees of a file."""
    if ending == ".html":
        return unescape(re.sub(r"<[^>]+>", "", file.decode("utf-8")))
    within = {".pptx": r"ppt/slides/slide\d+\.xml", ".docx": r"word/(document|footer\d*)\.xml", ".xlsx": r"xl/sharedStrings\.xml"}
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        parts = [packed.read(name).decode("utf-8") for name in packed.namelist() if re.fullmatch(within[ending], name)]
    return unescape(re.sub(r"<[^>]+>", "", "".join(parts)))


def report_of(one: Told) -> Contents:
    """A report of two targets, for speed."""
    region, scenario = one.question.region, one.question.scenario
    few = replace(region, targets=tuple(row for row in region.targets if row.indicator in ("fund_scale", "tech_enterprises")))
    found = assess(few, scenario, one.mixed.plain, one.mixed.judged)
    return contents(ZH, Found(few, (scenario,), one.mixed, found, accounts=()))


@pytest.mark.parametrize("condition", beyond.CONDITIONS)
def test_each_file_of_a_report_has_its_section(condition: str, tmp_path: Path, dadukou: Region) -> None:
    kind, sentence = beyond.SAID[condition]
    made = report_of(told(condition, tmp_path, dadukou))
    assert [section.key for section in made.sections][:2] == ["summary", "unknown"]
    for ending in (".pptx", ".docx", ".xlsx", ".html"):
        said = texts(as_bytes(made, ending), ending)
        assert "本报告不能回答的" in said and kind in said and sentence in said, ending
        assert ("金融支持基金规模【外推】" in said) == (condition == "extrapolation" and ending != ".xlsx"), ending
        assert ("推动它的政策力度远超记录" in said) == (condition == "extrapolation"), ending
        assert ("未经校准：只来自先验" in said) == (condition == "not_calibrated"), ending


def test_a_warning_of_a_mix_stands_there_once() -> None:
    assert _once(("甲", "乙"), ("“方案”：甲", "丙")) == ("乙", "“方案”：甲", "丙")


def test_a_report_of_the_plain_status_quo_has_no_such_section(dadukou: Region) -> None:
    made = report_of(beyond.told_of(dadukou))
    assert "unknown" not in [section.key for section in made.sections]
    said = texts(as_bytes(made, ".html"), ".html")
    assert "本报告不能回答的" not in said and "外推】" not in said and "未经校准" not in said
