"""Numbers and tables as a reader meets them."""

import dataclasses
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tests.experiments.synthetic import outcomes
from yidu.experiments.assess.compute import assess
from yidu.experiments.judging.shares import Replicates
from yidu.experiments.scenarios.scenario import load
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region
from yidu.viz.terminal.assess import show_assessment
from yidu.viz.terminal.pack import show_facts
from yidu.viz.terminal.scenario import show_scenario
from yidu.viz.words import LANGUAGES, Language, Words
from yidu.viz.words.format import counted, percent
from yidu.viz.words.format import folded as terminal_folded
from yidu.viz.words.format import number as terminal_number
from yidu.viz.words.titles import notice

pytestmark = pytest.mark.fast


def screen(width: int) -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, width=width, highlight=False, emoji=False), text


@pytest.mark.parametrize(
    "value, shown",
    [
        (9850.4, "9,850"), (301.0, "301"), (16.2, "16.2"), (3.98, "3.98"), (0.0125, "0.013"), (0.0, "0"),
        (-0.0001, "0"), (-41.0, "-41"), (None, "-"), (10000.0, "10,000"), (172.25, "172.2"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_people_write_it(value: float | None, shown: str) -> None:
    assert terminal_number(value) == shown


@pytest.mark.parametrize("value, unit, shown", [(72.5, "个", "73"), (-40.5, "家", "-40"), (19.51, "件", "19.51"), (None, "家", "-")])
def test_firms_and_people_are_shown_whole(value: float | None, unit: str, shown: str) -> None:
    assert counted(value, unit) == shown


@pytest.mark.parametrize("share, shown", [(0.62, "62.0%"), (0.0, "0%"), (1.0, "100%"), (0.0004, "0.04%"), (0.9999, "99.99%"), (None, "-")])
def test_a_probability_close_to_certainty_does_not_read_as_certain(share: float | None, shown: str) -> None:
    assert percent(share) == shown


@given(st.text(alphabet="科技型企业，。（）12.5% ab~", max_size=120), st.integers(12, 60))
def test_folding_loses_no_character_and_keeps_numbers_whole(text: str, width: int) -> None:
    folded = terminal_folded(text, width)
    assert re.sub(r"\s", "", folded) == re.sub(r"\s", "", text)
    numbers = re.findall(r"[\d.%]+", re.sub(r"\s+", " ", text))
    assert re.findall(r"[\d.%]+", folded.replace("\n", " ")) == numbers or any(len(n) > width for n in numbers)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_a_table_keeps_every_number_whole_at_any_width(dadukou: Region, language: Language, width: int) -> None:
    made = outcomes(dadukou, {"science_staff": [12_919] * 10, "rd_expenditure": [24.12] * 10})
    mix, words = load(dadukou, "plan"), Words(language)
    assessment = assess(dadukou, mix, made)
    out, text = screen(width)
    show_assessment(out, words, dadukou, mix, assessment, assessment.answer(lambda said: notice(words, dadukou, said)))
    shown = text.getvalue()
    for number in ("12,919", "24.12", "10,000", "16.2", "100%"):
        assert number in shown
    assert "…" not in shown and "..." not in shown


def test_the_wide_table_fits_120_columns_in_chinese_without_folding(dadukou: Region) -> None:
    made = outcomes(dadukou, {"science_staff": [12_919] * 10, "rd_expenditure": [24.12] * 10})
    mix, words = load(dadukou, "plan"), Words("zh")
    assessment = assess(dadukou, mix, made)
    out, text = screen(120)
    show_assessment(out, words, dadukou, mix, assessment, assessment.answer())
    lines = text.getvalue().splitlines()
    rows = [line for line in lines if "≥" in line and "：" not in line]
    assert len(rows) == 25 and all(cell_len(line) <= 120 for line in rows)
    assert all(re.search(r"(\+\+|\+ |- |--) ", row) for row in rows)


def shown(region: Region, language: Language, width: int, made: Outcomes, further: Replicates | None = None) -> str:
    """What `yidu assess` prints of these runs."""
    mix, words = load(region, "status_quo"), Words(language)
    assessment = assess(region, mix, made, replicates=further)
    answer = assessment.answer(lambda said: notice(words, region, said))
    out, text = screen(width)
    show_assessment(out, words, region, mix, assessment, answer)
    return text.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_region_without_targets_is_told_its_forecast_by_year(dadukou: Region, language: Language, width: int) -> None:
    made = outcomes(dadukou, {"tech_enterprises": [26_400] * 10})
    text = shown(dataclasses.replace(dadukou, targets=()), language, width, made)
    words = Words(language)
    assert words("assess.title_forecast", region=words.titled(dadukou)) in text
    assert all(str(year) in text for year in range(2021, 2026))
    medians = next(line for line in text.splitlines() if "301" in line)
    assert cell_len(medians) <= width
    assert words("phrase.band", low="26,400", high="26,400") in text
    assert not any(words.verdict(verdict) in text for verdict in ("能完成", "难以完成"))


def test_what_is_not_on_record_is_named_in_one_line_and_not_forecast(dadukou: Region) -> None:
    text = shown(dataclasses.replace(dadukou, targets=()), "zh", 500, outcomes(dadukou))
    (line,) = [line for line in text.splitlines() if line.startswith("无记录，不列出")]
    assert "高精尖缺人才" in line and "科技型企业、" not in line
    assert text.count("高精尖缺人才") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sources_of_the_variance_stand_in_a_table_with_their_errors(dadukou: Region, language: Language) -> None:
    draw = np.random.default_rng(1).normal
    common = draw(size=100)
    made, same, other = (
        outcomes(dadukou, {"tech_enterprises": np.exp(values)}, runs=100)  # type: ignore[dict-item]
        for values in (common, common, draw(size=100))
    )
    text = shown(dadukou, language, 80, made, Replicates(same_draws=same, same_environment=other))
    (row,) = [line for line in text.splitlines() if re.search(r"100 ±\d", line)]
    title = Words(language).indicator("tech_enterprises")
    assert row.startswith(title) and re.search(r"0 ±\d+ +100 ±\d+ +\d+ ±\d+ +0 ±0", row)
    without = shown(dadukou, language, 80, made)
    assert Words(language)("column.luck") in text and Words(language)("column.luck") + " " not in without


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scenario_shows_every_lever_its_decider_and_what_changed(dadukou: Region, language: Language) -> None:
    out, text = screen(140)
    show_scenario(out, Words(language), dadukou, load(dadukou, "talent_first"))
    lines = text.getvalue().splitlines()
    changed = [line for line in lines if line.startswith("*") and "talent_package" in line]
    same = [line for line in lines if "seed_fund" in line and not line.startswith("*")]
    assert changed and same


def test_facts_of_the_pack_fit_a_table(dadukou: Region) -> None:
    out, text = screen(120)
    show_facts(out, Words("zh"), dadukou)
    assert "10.08" in text.getvalue() and "rd_expenditure" in text.getvalue()
