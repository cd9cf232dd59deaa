"""Published figures: what is read, and that whatever is wrong with a file is said with file, row and value."""

from dataclasses import replace
from pathlib import Path

import pytest

from yidu.calibration.actuals import Actuals, actuals_of, read_actuals
from yidu.sim.errors import InputError
from yidu.sim.region import Region
from yidu.viz.words import Words

pytestmark = pytest.mark.fast

HEAD = "indicator,period,value,unit,source\n"


@pytest.fixture
def read(dadukou: Region, tmp_path: Path):
    """A table of figures, read from a file of its own."""

    def from_text(text: str | bytes) -> Actuals:
        path = tmp_path / "actuals.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_actuals(path, dadukou.settings.years)

    return from_text


def test_a_figure_keeps_its_value_year_source_and_row(read):
    (figure,) = read(HEAD + "tech_enterprises,2021,350,家,统计公报\n")
    assert (figure.indicator, figure.year, figure.value, figure.unit) == ("tech_enterprises", 2021, 350.0, "家")
    assert (figure.source, figure.row) == ("统计公报", 2)


def test_money_may_stand_in_any_unit_of_money(read):
    figures = read(HEAD + "rd_expenditure,2021,115000,万元,x\nknowledge_loans_total,2021,150000000,元,x\n")
    assert [figure.value for figure in figures] == [pytest.approx(11.5), pytest.approx(1.5)]
    assert {figure.unit for figure in figures} == {"亿元"}


def test_a_tolerance_that_is_not_stated_is_two_percent_and_half_a_count_at_least(read):
    text = "rd_expenditure,2021,11.5,亿元,x\ntech_enterprises,2021,350,家,x\nrd_platforms,2021,3,个,x\nrd_growth,2021,10,%/年,x\n"
    assert [figure.tolerance for figure in read(HEAD + text)] == [pytest.approx(0.23), 7.0, 0.5, pytest.approx(2.2)]


def test_a_stated_tolerance_counts_in_the_unit_of_the_figure(read):
    figures = read("indicator,period,value,unit,source,tolerance\nrd_expenditure,2021,115000,万元,x,5000\notc_listed,2021,20,家,x,\n")
    assert [figure.tolerance for figure in figures] == [pytest.approx(0.5), 0.5]


def test_figures_come_by_year_whatever_their_order_in_the_file(read):
    figures = read(HEAD + "otc_listed,2023,25,家,x\notc_listed,2021,21,家,x\notc_listed,2022,22,家,x\n")
    assert figures.years == (2021, 2022, 2023) and [figure.value for figure in figures] == [21.0, 22.0, 25.0]


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(read):
    assert len(read(b"\xef\xbb\xbf" + (HEAD + "otc_listed,2021,21,家,x\n").replace("\n", "\r\n").encode())) == 1


GOOD = "otc_listed,2021,21,家,x\n"


@pytest.mark.parametrize(
    "row, said",
    [
        ("tech_enterprise,2021,350,家,x", "Did you mean 'tech_enterprises'"),
        ("tech_enterprises,2020,350,家,x", "2020 lies in or before the record, which ends in 2020"),
        ("tech_enterprises,2014,350,家,x", "facts.csv"),
        ("tech_enterprises,2026,350,家,x", "2026 lies after the simulated years; expected a year from 2021 to 2025"),
        ("tech_enterprises,2021-2022,350,家,x", "not one year"),
        ("tech_enterprises,2021年,350,家,x", "Write 2021"),
        ("tech_enterprises,,350,家,x", "period is empty"),
        ("tech_enterprises,2021,350,%,x", "not measured in '%'"),
        ("tech_enterprises,2021,350,,x", "unit is empty; expected 家"),
        ("rd_expenditure,2021,11,家,x", "expected 亿元"),
        ("tech_enterprises,2021,three,家,x", "not a number"),
        ("tech_enterprises,2021,,家,x", "value is empty"),
        ("tech_enterprises,2021,nan,家,x", "not a number"),
        ("tech_enterprises,2021,-3,家,x", "too low for 'tech_enterprises'"),
        ("rd_growth,2021,-100,%/年,x", "above -100"),
        ("rd_share_of_gdp,2021,398,%,x", "too high for 'rd_share_of_gdp'"),
        ("otc_listed,2021,22,家,y", "already stands in row 2"),
        ("tech_enterprises,2021,350,家", "has 4 cells"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_is_refused_with_its_file_and_row(read, row: str, said: str):
    with pytest.raises(InputError, match=said) as caught:
        read(HEAD + GOOD + row + "\n")
    assert caught.value.row == 3 and str(caught.value.file).endswith("actuals.csv") and "\n" not in str(caught.value)


@pytest.mark.parametrize("tolerance", ["0", "-1"])
def test_a_tolerance_that_is_not_above_zero_is_refused(read, tolerance: str):
    with pytest.raises(InputError, match="not above 0"):
        read(f"indicator,period,value,unit,source,tolerance\notc_listed,2021,21,家,x,{tolerance}\n")


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "empty"),
        (HEAD, "a header and no row"),
        ("indicator,period,value,unit\notc_listed,2021,21,家\n", "the column 'source' is missing"),
        (HEAD.replace("period", "year") + GOOD, "the column 'period' is missing"),
        (HEAD.replace("source", "source,note") + GOOD.replace("x", "x,y"), "no column is called 'note'"),
        ((HEAD + GOOD).encode("utf-16")[:-1], "cut off or damaged.*Excel or WPS"),
        ((HEAD + "otc_listed,2021,21,家,统计公报，市科技局\n").encode()[:-2] + b"\n", "not text in UTF-8.*Excel or WPS"),
    ],
)
def test_a_file_that_is_no_table_of_figures_is_refused(read, text: str | bytes, said: str):
    with pytest.raises(InputError, match=said):
        read(text)


def test_without_a_file_the_packs_own_figures_are_taken(dadukou: Region, tmp_path: Path):
    pack = replace(dadukou, folder=tmp_path)
    with pytest.raises(InputError, match="--actuals FILE"):
        actuals_of(pack)
    (tmp_path / "actuals.csv").write_text(HEAD + GOOD, encoding="utf-8")
    assert len(actuals_of(pack)) == 1


def test_a_missing_file_is_answered_with_the_nearest(dadukou: Region, tmp_path: Path):
    (tmp_path / "actuals.csv").write_text(HEAD + GOOD, encoding="utf-8")
    with pytest.raises(InputError, match="Did you mean 'actuals.csv'"):
        actuals_of(dadukou, tmp_path / "actual.csv")


@pytest.mark.parametrize(
    "row", ["otc_listed,2019,21,家,x", "otc_listed,2030,21,家,x", "otc_listed,2021-22,21,家,x", "otc_listed,2021,-1,家,x",
            "otc_listed,2021,21,%,x", "rd_share_of_gdp,2021,101,%,x"],
)  # fmt: skip
def test_what_is_wrong_is_said_in_chinese(read, row: str):
    with pytest.raises(InputError) as caught:
        read(HEAD + row + "\n")
    sentence = Words("zh").error(caught.value)
    assert "第 2 行" in sentence and "expected" not in sentence and " is " not in sentence
