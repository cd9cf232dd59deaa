"""A region of a visitor: kept in a folder of its own, with the fit where nothing it depends on has changed."""

import io

import openpyxl
import pytest

from calibration.manifest import manifest_of
from sim.errors import InputError
from sim.region import Region
from viz.region_upload import forget, uploaded
from viz.region_workbook import to_excel
from viz.words import Words


@pytest.fixture(scope="module")
def workbook(dadukou: Region) -> bytes:
    return to_excel(Words("zh"), dadukou)


def test_a_workbook_that_changes_nothing_keeps_the_fit(dadukou: Region, workbook: bytes) -> None:
    mine = uploaded(workbook, "../../my.xlsx", dadukou)
    try:
        assert mine.targets == dadukou.targets
        assert manifest_of(mine) == manifest_of(dadukou)
        assert mine.folder != dadukou.folder
    finally:
        forget(mine)
    assert not mine.folder.exists() and dadukou.folder.exists()


def test_a_changed_fact_leaves_the_fit_behind(dadukou: Region, workbook: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = next(one for one in book.worksheets if one.title.endswith("priors"))
    heads = next(row for row in sheet.iter_rows() if any(str(cell.value).split()[-1:] == ["grade"] for cell in row))
    column = next(cell.column for cell in heads if str(cell.value).split()[-1:] == ["grade"])
    row = next(row for row in range(heads[0].row + 1, sheet.max_row) if sheet.cell(row, column).value in ("A", "B", "C"))
    sheet.cell(row, column).value = "D"
    changed = io.BytesIO()
    book.save(changed)
    mine = uploaded(changed.getvalue(), "my.xlsx", dadukou)
    try:
        assert mine.priors != dadukou.priors
        assert manifest_of(mine) is None
    finally:
        forget(mine)


@pytest.mark.parametrize("file", ["/dev/zero", "../../../secret.toml", "/etc/passwd"])
def test_a_scenario_leads_to_no_file_of_this_machine(dadukou: Region, workbook: bytes, file: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = next(one for one in book.worksheets if one.title.endswith("scenarios"))
    cells = [cell for row in sheet.iter_rows() for cell in row]
    column = next(cell.column for cell in cells if cell.value == "extends")
    next(cell for cell in cells if cell.column == column and cell.value == "status_quo").value = file
    changed = io.BytesIO()
    book.save(changed)
    with pytest.raises(InputError, match="no scenario is called"):
        uploaded(changed.getvalue(), "my.xlsx", dadukou)


@pytest.mark.parametrize("name, content", [("my.xlsm", b"PK"), ("my.xlsx", b"no workbook"), ("my.xlsx", b"")])
def test_anything_else_is_refused_and_leaves_nothing(dadukou: Region, name: str, content: bytes) -> None:
    with pytest.raises(InputError) as refused:
        uploaded(content, f"C:\\secret\\{name}", dadukou)
    assert refused.value.file == name


def test_the_folder_of_a_shipped_region_is_never_removed(dadukou: Region) -> None:
    forget(dadukou)
    assert (dadukou.folder / "region.toml").exists()
