"""Tables as Excel and WPS write them: each file of `forms/` is read as the same figures, or refused with what to do in either program.

The same reader serves published figures, facts, targets, priors and designs of sweeps (`yidu.sim.reading.laid_out`).
"""

import shutil
from pathlib import Path

import pytest

from yidu.calibration.actuals import read_actuals
from yidu.experiments.sweep.design_file import table_of
from yidu.experiments.sweep.designs import read as read_design
from yidu.sim.errors import InputError
from yidu.sim.reading import digits_of, read_table
from yidu.sim.region import REGIONS, load
from yidu.viz.words import Words

pytestmark = pytest.mark.fast

FORMS = Path(__file__).parent / "forms"
USUAL = [("tech_enterprises", 2021, 360.0, "区统计公报"), ("rd_expenditure", 2021, 12.5, "市科技统计")]

READ: dict[str, list[tuple[str, int, float, str]]] = {
    "minus_sign.csv": [("rd_growth", 2021, -3.2, "x")],
    **dict.fromkeys(
        ("gbk.csv", "utf8_bom.csv", "unicode_text.csv", "unicode_text_big_endian.csv", "trailing_columns.csv", "title_row.csv",
        "sep_line.csv", "sep_line_comma.csv", "semicolons.csv", "short_rows.csv", "thousands.csv", "spaces_in_thousands.csv",
        "full_width_digits.csv", "old_mac_lines.csv"),
        USUAL,
    ),
}  # fmt: skip
"""What is understood."""

SAID = {
    "two_ways.csv": ("row 3: value can be read in two ways, found '125,5'", "有两种读法"),
    "unnamed_column.csv": ("row 2: the cell stands in a column without a name, found '备查'", "没有列名"),
    "values_above.csv": ("row 1: the row stands above that with the names of the columns", "在表头之上"),
    "full_width_commas.csv": ("separated by full-width commas", "Excel 或 WPS"),
    "percent.csv": ("Write -3.2 and put % into the unit column", "-3.2"),
    "cut_off.csv": ("cut off or damaged", "用 Excel 或 WPS 打开"),
    "workbook.csv": ("is a workbook, not a table in CSV", "Excel 或 WPS 里把这张表另存为 CSV"),
    "old_workbook.csv": ("is a workbook, not a table in CSV", "Excel 或 WPS 里把这张表另存为 CSV"),
    "damaged_utf8.csv": ("row 2: is not text in UTF-8", "用 Excel 或 WPS 打开"),
}
"""What is not, and how that is said."""


def test_every_example_is_held_to_something() -> None:
    assert {file.name for file in FORMS.glob("*.csv")} == {*READ, *SAID}


@pytest.mark.parametrize("name", READ)
def test_a_table_as_an_office_program_writes_it_is_read(name: str) -> None:
    found = read_actuals(FORMS / name, load("dadukou").settings.years)
    assert [(one.indicator, one.year, one.value, one.source) for one in found] == READ[name]


@pytest.mark.parametrize("name", SAID)
def test_what_could_be_read_in_two_ways_or_not_at_all_is_said_in_words_to_act_on(name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_actuals(FORMS / name, load("dadukou").settings.years)
    english, chinese = SAID[name]
    said = Words("zh").error(caught.value)
    assert english in str(caught.value) and chinese in said, (str(caught.value), said)
    assert "expected" not in said and "CSV UTF-8" not in said  # which WPS does not offer


@pytest.mark.parametrize("encoding, mark", [("gb18030", ","), ("utf-16", "\t"), ("utf-8-sig", ";")])
def test_facts_in_another_form_are_the_same_facts(encoding: str, mark: str, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(REGIONS / "dadukou", tmp_path / "p", ignore=shutil.ignore_patterns("posterior")))
    rows = read_table(pack / "targets.csv", COLUMNS)
    lines = ["十四五目标", mark.join(COLUMNS), *(mark.join(f'"{row.cells[name]}"' for name in COLUMNS) for row in rows)]
    (pack / "targets.csv").write_bytes("\r\n".join(lines).encode(encoding))
    usual, there = load("dadukou").targets, load(pack).targets
    assert [one.model_copy(update={"row": 0}) for one in there] == [one.model_copy(update={"row": 0}) for one in usual]
    assert [one.row for one in there] == [one.row + 1 for one in rows_of(usual)]


COLUMNS = ("indicator", "year", "sense", "value", "unit", "group", "quote")


def rows_of(targets):  # type: ignore[no-untyped-def]
    return [target.model_copy(update={"row": place + 2}) for place, target in enumerate(targets)]


POINTS = "seed_fund,gdp_growth,environment\n1200,−0.01,baseline\n300,0.04,slow\n"


@pytest.mark.parametrize(
    "content",
    [
        POINTS.encode(), POINTS.replace("1200", '"1,200"').encode("utf-8-sig"), POINTS.encode("gb18030"),
        POINTS.replace(",", "\t").encode("utf-16"), ("sep=;\n" + POINTS.replace(",", ";")).encode(),
        ("试验点,,\n" + POINTS).encode("gb18030"), "".join(f"{line},,\n" for line in POINTS.split()).encode(),
        POINTS.replace("300", "３００").replace("\n", "\r\n").encode(),
    ],
)  # fmt: skip
def test_a_table_of_points_in_any_of_these_forms_is_the_same_design(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(content)
    (tmp_path / "d.toml").write_text('[design]\nkind = "table"\nfile = "p.csv"\n', encoding="utf-8")
    found = read_design(tmp_path / "d.toml")
    assert found.points["seed_fund"].tolist() == [1200.0, 300.0] and found.points["gdp_growth"].tolist() == [-0.01, 0.04]
    assert found.points["environment"].tolist() == ["baseline", "slow"]


def test_a_cell_of_points_in_a_column_without_a_name_is_told_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("试验点,,\nseed_fund,gdp_growth,\n1,0.03,\n2,0.03,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="p.csv, row 4: the cell stands in a column without a name"):
        table_of(tmp_path / "p.csv", {"seed_fund", "gdp_growth"}.__contains__)


@pytest.mark.parametrize(
    "text, number",
    [
        ("1,234", "1234"), ("12,3456", "123456"), ("1 234.5", "1234.5"), ("−3.2", "-3.2"), ("－３．２", "-3.2"), ("- 3", "-3"),
        ("１２，３４５", "12345"), ("1,23", "1,23"), ("12 5", "12 5"), ("3²", "3²"), ("１e400", "1e400"), ("", ""), ("３．５％", "3.5%"),
    ],
)  # fmt: skip
def test_a_number_is_read_where_there_is_one_way_to_read_it(text: str, number: str) -> None:
    assert digits_of(text) == number
