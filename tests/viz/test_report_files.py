"""The four files, read back: their numbers are the answer's, their charts native, their texts whole."""

import io
import re
import zipfile
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn as word
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn

from tests.viz import report_made
from yidu.viz.figures.assess import by_risk
from yidu.viz.report import as_bytes, write
from yidu.viz.report.contents import Finding, contents
from yidu.viz.report.deck import MOST_ROWS
from yidu.viz.report.fitting import LEADING, lines_of
from yidu.viz.words import Words
from yidu.viz.workbook import FONT

CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def deck():  # type: ignore[no-untyped-def]
    return Presentation(io.BytesIO(report_made.file(".pptx")))


@pytest.fixture(scope="module")
def document():  # type: ignore[no-untyped-def]
    return Document(io.BytesIO(report_made.file(".docx")))


@pytest.fixture(scope="module")
def book():  # type: ignore[no-untyped-def]
    return openpyxl.load_workbook(io.BytesIO(report_made.file(".xlsx")))


def likely() -> list[float]:
    """Probabilities of all targets, the least likely first [%]."""
    return [100.0 * (row.probability or 0.0) for row in by_risk(report_made.made().assess.targets)]


# --- PowerPoint


def shapes(slide):  # type: ignore[no-untyped-def]
    for shape in slide.shapes:
        yield from shape.shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP else [shape]


def runs(slide):  # type: ignore[no-untyped-def]
    return [run for element in (slide._element, slide.notes_slide._element) for run in element.iter(qn("a:r"))]


def test_slides_are_wide_and_each_has_a_sentence_as_title_and_the_stamp_at_its_foot(deck) -> None:  # type: ignore[no-untyped-def]
    made = report_made.made()
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=0.01)
    assert [layout.name for layout in deck.slide_layouts] == ["Title Slide", "Section Header", "Title Only"]
    for slide in deck.slides:
        text = "\n".join(shape.text_frame.text for shape in shapes(slide) if shape.has_text_frame)
        assert slide.shapes.title.text.strip() and made.stamp.line in text
        assert made.stamp.line in slide.notes_slide.notes_text_frame.text


def test_charts_are_native_and_hold_the_numbers_of_the_answer(deck) -> None:  # type: ignore[no-untyped-def]
    kinds = [shape.shape_type for slide in deck.slides for shape in shapes(slide)]
    assert MSO_SHAPE_TYPE.PICTURE not in kinds and kinds.count(MSO_SHAPE_TYPE.CHART) >= 25
    charts = {shape.name: shape.chart for slide in deck.slides for shape in shapes(slide) if shape.has_chart}
    series = [list(one.values) for one in charts["probabilities"].plots[0].series]
    drawn = [next(value for value in row if value is not None) for row in zip(*series)]
    assert drawn == pytest.approx(likely())
    row = next(row for row in report_made.made().assess.targets if row.indicator == "tech_enterprises")
    fan = [one.values[-1] for one in charts["fan-tech_enterprises"].plots[0].series]
    assert fan[:5] == [row.p95, row.p75, row.median, row.p25, row.p05] and fan[-1] == 550.0


def test_the_workbook_in_a_chart_can_be_edited_and_has_no_formula(deck) -> None:  # type: ignore[no-untyped-def]
    for slide in deck.slides:
        for shape in shapes(slide):
            if shape.has_chart:
                sheet = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob)).active
                assert all(cell.data_type != "f" for cells in sheet.iter_rows() for cell in cells)


def test_every_chinese_run_and_chart_names_an_east_asian_font(deck) -> None:  # type: ignore[no-untyped-def]
    for slide in deck.slides:
        for run in runs(slide):
            if CHINESE.search(run.find(qn("a:t")).text or ""):
                ea = run.find(qn("a:rPr")).find(qn("a:ea"))
                assert ea is not None and ea.get("typeface") == FONT
        for shape in shapes(slide):
            if shape.has_chart:
                space = shape.chart._chartSpace
                assert space.find(qn("c:txPr")).find(".//" + qn("a:ea")).get("typeface") == FONT


def placed(slide, shape):  # type: ignore[no-untyped-def]
    """Width and height of a shape [points], of its layout where it has none of its own."""
    if shape.width:
        return shape.width.pt, shape.height.pt
    same = next(one for one in slide.slide_layout.placeholders if one.placeholder_format.idx == shape.placeholder_format.idx)
    return same.width.pt, same.height.pt


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_text_leaves_its_box_and_no_box_its_slide(language: str) -> None:
    file = Presentation(io.BytesIO(report_made.file(".pptx", language)))  # type: ignore[arg-type]
    for number, slide in enumerate(file.slides, 1):
        for shape in shapes(slide):
            if shape.has_text_frame and shape.text_frame.text:
                width, height = placed(slide, shape)
                need = 0.0
                for paragraph in shape.text_frame.paragraphs:
                    sizes = [run.font.size.pt for run in paragraph.runs if run.font.size is not None]
                    if sizes:
                        text = "".join(run.text for run in paragraph.runs)
                        need += lines_of(text, width - 14.4, sizes[0]) * LEADING * sizes[0]
                assert need <= height + 1.0, (number, shape.name, shape.text_frame.text[:40])
            if shape.left is not None:
                assert shape.left >= 0 and shape.left + shape.width <= file.slide_width and shape.top + shape.height <= file.slide_height


def test_tables_have_few_rows_and_end_above_the_foot(deck) -> None:  # type: ignore[no-untyped-def]
    for slide in deck.slides:
        for shape in shapes(slide):
            if shape.has_table:
                assert len(shape.table.rows) <= MOST_ROWS + 1
                assert shape.top.inches + sum(row.height.inches for row in shape.table.rows) <= 6.9


def test_each_finding_has_a_slide_with_its_numbers_in_the_notes(deck) -> None:  # type: ignore[no-untyped-def]
    slides = [(slide.shapes.title.text, slide.notes_slide.notes_text_frame.text) for slide in deck.slides]
    for one in report_made.made().blocks(Finding):
        notes = "".join(text for title, text in slides if title == one.message)
        assert one.measure in notes and one.counted in notes and "50% 区间" in notes and "95% 分位" in notes


# --- Word


def test_the_document_has_findings_under_headings_with_the_stamp_on_every_page(document) -> None:  # type: ignore[no-untyped-def]
    made = report_made.made()
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name.startswith("Heading")]
    assert [one.message for one in made.blocks(Finding) if one.message not in headings] == []
    section = document.sections[0]
    assert section.footer.paragraphs[0].text == made.stamp.line and section.header.paragraphs[0].text == made.title
    fields = [element.text for element in section.footer._element.iter(word("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert all(sentence in text for one in made.blocks(Finding) for _, sentence in one.sentences)


def test_tables_of_the_document_repeat_their_header_and_keep_rows_whole(document) -> None:  # type: ignore[no-untyped-def]
    assert len(document.tables) > 25
    for grid in document.tables:
        assert grid.rows[0]._tr.find(".//" + word("w:tblHeader")) is not None
        assert all(row._tr.find(".//" + word("w:cantSplit")) is not None for row in grid.rows[1:])


def test_every_run_of_the_document_names_an_east_asian_font(document) -> None:  # type: ignore[no-untyped-def]
    for run in document.element.body.iter(word("w:r")):
        if CHINESE.search("".join(text.text or "" for text in run.iter(word("w:t")))):
            assert run.find(word("w:rPr")).find(word("w:rFonts")).get(word("w:eastAsia")) == FONT
    for name in ("Normal", "Heading 1", "Heading 2", "Title"):
        assert document.styles[name].element.find(".//" + word("w:rFonts")).get(word("w:eastAsia")) == FONT


def test_charts_of_the_document_are_native_with_their_workbooks() -> None:
    with zipfile.ZipFile(io.BytesIO(report_made.file(".docx"))) as package:
        names = package.namelist()
        charts = sorted(name for name in names if re.fullmatch(r"word/charts/chart\d+\.xml", name))
        assert len(charts) >= 25 and not [name for name in names if "/media/" in name]
        first = package.read("word/charts/chart1.xml").decode()
        points = [float(value) for value in re.findall(r"<c:v>([-\d.e]+)</c:v>", re.sub(r"<c:errBars>.*?</c:errBars>", "", first))]
        assert sorted(points) == pytest.approx(sorted(likely()))
        for name in charts:
            relations = package.read(f"word/charts/_rels/{Path(name).name}.rels").decode()
            target = re.findall(r'Target="([^"]+)"', relations)[0]
            sheet = openpyxl.load_workbook(io.BytesIO(package.read(str(Path("word") / target.removeprefix("../"))))).active
            assert sheet.max_row > 1


# --- Excel


def test_the_workbook_has_a_sheet_with_a_chart_behind_every_picture(book) -> None:  # type: ignore[no-untyped-def]
    made = report_made.made()
    sheets = {sheet["A1"].value: sheet for sheet in book.worksheets}
    for figure in made.figures:
        sheet = sheets[figure.title]
        if figure.categories:
            assert len(sheet._charts) == 1, figure.title
            values = {cell.value for cells in sheet.iter_rows() for cell in cells if isinstance(cell.value, (int, float))}
            assert all(value is None or any(value == pytest.approx(one) for one in values) for value in figure.series[0].values)


def test_targets_stand_as_numbers_and_each_sheet_has_the_stamp(book) -> None:  # type: ignore[no-untyped-def]
    made = report_made.made()
    sheet = book["目标一览"]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    for target in made.assess.targets:
        row = rows[Words("zh").indicator(target.indicator)]
        assert target.probability in row and target.median in row and target.target in row
    for one in book.worksheets:
        text = "".join(str(cell) for cells in one.iter_rows(values_only=True) for cell in cells if cell)
        assert made.assess.digest in text


def test_a_title_that_looks_like_a_formula_stays_text_everywhere() -> None:
    known = report_made.found()
    title = '=HYPERLINK("a","b")<script>alert(1)</script>'
    scenarios = (known.scenarios[0], replace(known.scenarios[1], title_zh=title))
    made = contents(Words("zh"), replace(known, scenarios=scenarios), made=report_made.MADE)
    book = openpyxl.load_workbook(io.BytesIO(as_bytes(made, ".xlsx")))
    assert all(cell.data_type != "f" for sheet in book.worksheets for cells in sheet.iter_rows() for cell in cells)
    only = replace(made, sections=tuple(section for section in made.sections if section.key == "compare"))
    deck = Presentation(io.BytesIO(as_bytes(only, ".pptx")))
    for slide in deck.slides:
        for shape in shapes(slide):
            if shape.has_chart:
                sheet = openpyxl.load_workbook(io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob)).active
                assert all(cell.data_type != "f" for cells in sheet.iter_rows() for cell in cells)
    assert "<script" not in as_bytes(made, ".html").decode()


# --- HTML


class Reader(HTMLParser):
    VOID = frozenset({"meta", "line", "rect", "circle", "polyline", "polygon", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_whole_and_asks_nobody(language: str) -> None:
    text = report_made.file(".html", language).decode("utf-8")  # type: ignore[arg-type]
    reader = Reader()
    reader.feed(text)
    assert reader.open == [] and len(reader.ids) == len(set(reader.ids))
    assert all(link.startswith("#") and link[1:] in reader.ids for link in reader.links)
    assert not re.search(r"https?:|url\(|@import|<script|<link|<img", text)
    assert report_made.made(language).stamp.line in unescape(text)  # type: ignore[arg-type]
    assert text.count("<svg") >= 25 and not re.search(r"\bnan\b", text, re.I)


def test_numbers_in_all_four_are_those_of_the_answer() -> None:
    row = next(row for row in report_made.made().assess.targets if row.indicator == "tech_enterprises")
    said = f"{100.0 * (row.probability or 0.0):.1f}% ±{100.0 * (row.mc_error or 0.0):.1f}"
    deck = Presentation(io.BytesIO(report_made.file(".pptx")))
    assert any(said in slide.shapes.title.text for slide in deck.slides if "科技型企业：" in slide.shapes.title.text)
    document = Document(io.BytesIO(report_made.file(".docx")))
    assert any(said in paragraph.text for paragraph in document.paragraphs if paragraph.text.startswith("科技型企业："))
    assert said in report_made.file(".html").decode("utf-8")
    book = openpyxl.load_workbook(io.BytesIO(report_made.file(".xlsx")))
    assert row.probability in [cell.value for cell in book["目标一览"]["L"]]


# --- writing


def test_files_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "a.xlsx"
    old.write_text("old")

    def broken(contents: object) -> bytes:
        raise RuntimeError("half-way")

    monkeypatch.setattr("yidu.viz.report.WRITERS", {".xlsx": lambda made: b"new", ".html": broken})
    with pytest.raises(RuntimeError):
        write(report_made.made(), [old, tmp_path / "b.html"])
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"] and old.read_text() == "old"
