"""校准: a region shows its own contradictions with its own figures and quotes, with or without a fit."""

import shutil
from pathlib import Path

import pytest

from yidu.calibration.manifest import FITTED_FILES, pack_digest
from yidu.experiments.packs.contradictions import FILE, contradictions_of
from yidu.sim.errors import InputError
from yidu.sim.region import REGIONS, Region, load
from yidu.viz.pages import evidence as page
from yidu.viz.presenters.calibration import Said
from yidu.viz.words import LANGUAGES, Language, Words

pytestmark = pytest.mark.fast


def pack(folder: Path, text: str) -> Region:
    """The district with other contradictions."""
    shutil.copytree(REGIONS / "dadukou", folder / "mine")
    (folder / "mine" / FILE).write_text(text, encoding="utf-8")
    return load(str(folder / "mine"))


ONE = """
[[contradictions]]
id = "one"
title_zh = "甲"
title_en = "a"
sides = [{%s}, {zh = "乙", en = "b"}]
so_zh = "丙"
so_en = "c"
"""


def test_the_arithmetic_of_the_contradictions_is_right(dadukou: Region) -> None:
    gdp = dadukou.settings.gdp.known
    assert 100 * 10.08 / gdp[2019] == pytest.approx(3.975, abs=5e-4) and 100 * 10.08 / gdp[2020] == pytest.approx(3.78, abs=0.005)
    assert 16.2 / 0.04 == pytest.approx(405.0) and (405.0 / gdp[2020]) ** 0.2 - 1 == pytest.approx(0.087, abs=5e-4)
    assert (16.2 / 10.08) ** (1 / 5) - 1 == pytest.approx(0.1, abs=1e-3) and (16.2 / 10.08) ** (1 / 6) - 1 == pytest.approx(0.082, abs=5e-4)
    assert (301 / 64) ** 0.2 - 1 == pytest.approx(0.363, abs=5e-4) and 301 / 1.509**4 == pytest.approx(58, abs=0.1)
    assert 92 / 2.6 == pytest.approx(35.4, abs=0.05) and 92 / 30 == pytest.approx(3.07, abs=0.005) and 43 / 2 == 21.5
    assert 70 / 1.181**5 == pytest.approx(30.5, abs=0.05) and 70 / 1.181**4 == pytest.approx(36.0, abs=0.05)
    assert 713 / 36.83 == pytest.approx(19.36, abs=0.005) and 713 / 42.19 == pytest.approx(16.9, abs=0.005)
    assert 19.5 * 42.19 == pytest.approx(823, abs=0.5)
    assert (3.98 - 2.3) / 4 == pytest.approx(0.42) and (3.98 - 2.14) / 4 == pytest.approx(0.46)


def test_every_contested_fact_of_the_plan_is_told_and_none_belongs_to_the_fit(dadukou: Region) -> None:
    told = {fact.fact for one in contradictions_of(dadukou) for fact in one.facts(dadukou)}
    assert set(dadukou.contested) <= told and FILE not in FITTED_FILES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_side_takes_its_figure_and_quote_from_the_tables_of_the_pack(dadukou: Region, language: Language) -> None:
    words = Words(language)
    for one in contradictions_of(dadukou):
        for side in one.sides:
            figure, reading, quote = page.side_row(words, dadukou, side, {})
            assert figure["text"] and reading["text"]
            rows = [fact for fact in dadukou.facts if fact.id == side.fact]
            assert not rows or quote["text"] == rows[0].quote
            assert language == "zh" or not any("一" <= letter <= "鿿" for letter in figure["text"] + reading["text"])


@pytest.mark.parametrize(
    "side, message",
    [
        ('fact = "rd_sum_strickt"', "row 2: 'one' speaks of a row 'rd_sum_strickt' that facts.csv does not have. Did you mean"),
        ('target = "tech"', "no target is set for 'tech'"),
        ('zh = "甲"', "a side of 'one' says nothing"),
        ('fact = "rd_sum_strict", zh = "甲"', "in one language only"),
        ('fakt = "rd_sum_strict"', "Did you mean 'fact'?"),
    ],
)
def test_a_mistake_names_file_and_row(tmp_path: Path, side: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        contradictions_of(pack(tmp_path, ONE % side))
    assert FILE in str(error.value) and message in str(error.value) and error.value.row == 2


def test_other_contradictions_leave_the_fit_valid_and_another_region_without_any_shows_none(dadukou: Region, tmp_path: Path) -> None:
    mine = pack(tmp_path, ONE % 'fact = "rd_sum_strict"')
    assert pack_digest(mine) == pack_digest(dadukou) and page.findings_of(mine) is not None
    assert contradictions_of(load("chongqing")) == ()


def test_without_a_fit_there_are_no_findings_and_a_stale_fit_is_refused(tmp_path: Path) -> None:
    mine = pack(tmp_path, ONE % 'fact = "rd_sum_strict"')
    manifest = mine.folder / "posterior" / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"rules": "', '"rules": "0'), encoding="utf-8")
    with pytest.raises(InputError, match="yidu calibrate"):
        page.findings_of(mine)
    shutil.rmtree(mine.folder / "posterior")
    assert page.findings_of(mine) is None


def test_checks_are_said_in_words_with_a_sign_beside_the_colour(dadukou: Region) -> None:
    found = page.findings_of(dadukou)
    assert found is not None
    name, state, said = page.check_row(Said(Words("zh"), found, dadukou), "facts")
    fitted = [row for row in found.facts if row.role == "calibrate"]
    inside = sum(row.inside95 for row in fitted)
    assert state["text"] == "✓ 达标" and state["colour"] and name["text"]
    assert f"用于拟合的 {len(fitted)} 条事实" in said["text"] and (
        inside == len(fitted) or f"{inside} 条落在 95% 预测区间内" in said["text"]
    )


def test_the_whole_page_opens_in_the_language_of_the_visitor_and_runs_nothing_in_its_frame(dadukou: Region) -> None:
    chinese, english = (page.whole_page(dadukou, language) for language in LANGUAGES)
    assert 'id="show-zh" checked' in chinese and 'id="show-en" checked' in english and 'id="show-zh" checked' not in english
    assert "<script" not in page.SCRIPT.sub("", chinese)
