"""The report as a Word document: A4, headings in styles, tables whose header repeats, charts that Word can edit, page numbers.

python-docx makes no charts. Each is a part of its own (the same DrawingML as in the deck), with its workbook beside it, held by an
inline drawing: what Word itself writes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from yidu.viz.figures import Figure, split
from yidu.viz.figures.palette import BLUE, GREY, INK, SIGN, VERDICT
from yidu.viz.report.charts import caption, native
from yidu.viz.report.contents import Block, Contents, Picture, Summary, Table, Text
from yidu.viz.report.findings import Finding
from yidu.viz.report.fitting import LANGUAGES
from yidu.viz.words.fitting import as_property, plain
from yidu.viz.workbook import FONT

CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

WIDTH = 170.0
"""Between the margins of a page [mm]."""

TWIPS = 1440 / 25.4
"""In a millimetre."""

WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

MARGINS = '<w:tblCellMar><w:left w:w="45" w:type="dxa"/><w:right w:w="45" w:type="dxa"/></w:tblCellMar>'
"""Room on either side of a cell's text [a twentieth of a point]."""

CELL_SIZE = 8.5
"""Letters in a table [points]."""

SHORT = 12
"""Categories up to which a chart is as high as usual."""


def document(contents: Contents) -> bytes:
    """The document as the bytes of its file."""
    return _Document(contents).made()


class _Document:
    """Paragraphs, tables and charts, one after another."""

    def __init__(self, contents: Contents) -> None:
        self.contents, self.words = contents, contents.words
        self.file = Document()
        self.charts = 0
        self._styles()
        self._page()
        core = self.file.core_properties
        core.title, core.author, core.subject = map(as_property, (contents.title, self.words("report.author"), contents.stamp.line))
        core.created = core.modified = datetime.combine(contents.made, datetime.min.time())
        core.comments = core.keywords = ""

    def made(self) -> bytes:
        """Every section, then the file."""
        self._paragraph(self.contents.title, "Title")
        self._paragraph(self.contents.subtitle, "Subtitle")
        self._paragraph(self.contents.stamp.line, size=8.0, colour=GREY)
        for section in self.contents.sections:
            self._paragraph(section.title, "Heading 1")
            for block in section.blocks:
                self._block(block)
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()

    def _block(self, block: Block) -> None:
        if isinstance(block, Summary):
            self._summary(block)
        elif isinstance(block, Picture):
            self._paragraph(block.message, "Heading 3")
            self._picture(block.figure)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Finding):
            self._finding(block)
        else:
            self._text(block)

    def _summary(self, block: Summary) -> None:
        self._paragraph(block.message, bold=True, size=13.0)
        comma = self.words("phrase.comma")
        if block.verdicts:
            rows = [(f"{SIGN[one.verdict]} {one.said}", str(len(one.indicators)), comma.join(one.indicators)) for one in block.verdicts]
            heads = tuple(self.words(f"report.column.{name}") for name in ("verdict", "what", "indicator"))
            marks = tuple(one.verdict for one in block.verdicts)
            self._table(Table("", heads, tuple(rows), frozenset({1}), (1.6, 0.6, 7.0), marks=marks))
        for line in block.lines:
            self._paragraph(line, "List Bullet")

    def _text(self, block: Text) -> None:
        if block.title:
            self._paragraph(block.title, "Heading 2")
        for line in block.lines:
            self._paragraph(line, "List Bullet")

    def _finding(self, block: Finding) -> None:
        self._paragraph(block.message, "Heading 2")
        heads = tuple(label for label, _ in block.facts)
        self._table(Table("", heads, (tuple(value for _, value in block.facts),), frozenset(), (1.3, 1.3, 1.0, 1.5, 1.5, 1.0, 1.3, 1.3)))
        for label, text in block.sentences:
            paragraph = self._paragraph("")
            self._run(paragraph, f"{self.words(f'report.label.{label}')}　", bold=True, colour=BLUE)
            self._run(paragraph, text)
        if block.fan is not None:
            self._picture(block.fan, high=66.0)
        if block.account is not None:
            self._picture(block.account, high=60.0)

    def _picture(self, figure: Figure, high: float | None = None) -> None:
        """A chart, in parts where it has many bars, with its note."""
        parts = split(figure)
        for part in parts:
            self._chart(part, high or (70.0 if len(part.categories) <= SHORT else 125.0))
        self._paragraph(caption(self.words, figure), "Caption")

    # --- charts

    def _chart(self, figure: Figure, high: float) -> None:
        self.charts += 1
        xml, workbook = native(self.words, figure).parts(7.5 if len(figure.categories) > SHORT else 8.5)
        main = self.file.part
        package = main.package
        book = Part(PackURI(f"/word/embeddings/chart{self.charts}.xlsx"), SHEET, workbook, package)
        chart = Part(PackURI(f"/word/charts/chart{self.charts}.xml"), CHART, b"", package)
        relation = chart.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
        # the chart names its workbook; pptx writes that element itself only when it builds the part
        data = f'<c:externalData r:id="{relation}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'.encode()
        chart._blob = xml.replace(b"</c:chartSpace>", data)
        id = main.relate_to(chart, RELATIONSHIP_TYPE.CHART)
        wide = Mm(WIDTH)
        paragraph = self.file.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run()._r.append(parse_xml(_inline(id, self.charts, caption(self.words, figure), wide, Mm(high))))

    # --- tables

    def _table(self, block: Table) -> None:
        if block.title:
            paragraph = self._paragraph(block.title, "Heading 3")
            paragraph.paragraph_format.keep_with_next = True
        given = block.widths or (1.0,) * len(block.heads)
        widths = [round(WIDTH * one / sum(given) * TWIPS) for one in given]
        size = CELL_SIZE if len(block.heads) <= 8 else CELL_SIZE - 0.5
        head = _row(block.heads, widths, size, block.right, [("#FFFFFF", True)] * len(block.heads), ground=BLUE)
        rows = []
        for place, row in enumerate(block.rows):
            mark = block.marks[place] if block.marks else ""
            verdict = f"{SIGN[mark]} {self.words.verdict(mark)}" if mark else None
            looks = [(VERDICT[mark], True) if value == verdict else (INK, False) for value in row]
            rows.append(_row(row, widths, size, block.right, looks))
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        xml = (
            f'<w:tbl {WORDS}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            f'<w:tblLayout w:type="fixed"/>{MARGINS}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{head}{"".join(rows)}</w:tbl>'
        )
        self.file.element.body.find(qn("w:sectPr")).addprevious(parse_xml(xml))
        self._paragraph(block.note, size=8.0, colour=GREY)

    # --- text

    def _paragraph(
        self, text: str, style: str | None = None, *, bold: bool = False, size: float | None = None, colour: str | None = None
    ) -> Any:
        paragraph = self.file.add_paragraph(style=style)
        if text:
            self._run(paragraph, text, bold=bold or None, size=size, colour=colour)
        return paragraph

    def _run(self, paragraph: Any, text: str, *, bold: bool | None = None, size: float | None = None, colour: str | None = None) -> None:
        run = paragraph.add_run(plain(text))
        run.bold = bold
        if size is not None:
            run.font.size = Pt(size)
        if colour is not None:
            run.font.color.rgb = RGBColor.from_string(colour[1:])
        _fonts(run._element.get_or_add_rPr())

    def _styles(self) -> None:
        """One font for Latin and Chinese letters in every style, and our sizes and colours for the headings."""
        looks = {
            "Normal": (10.0, INK), "Title": (22.0, INK), "Subtitle": (12.0, GREY), "Heading 1": (16.0, BLUE), "Heading 2": (12.5, INK),
            "Heading 3": (11.0, INK), "Caption": (8.0, GREY), "List Bullet": (10.0, INK),
        }  # fmt: skip
        for name, (size, colour) in looks.items():
            style = self.file.styles[name]
            style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour[1:])
            style.font.italic = False
            _fonts(style.element.get_or_add_rPr())
            style.paragraph_format.space_after = Pt(4)
        defaults = self.file.styles.element.find(qn("w:docDefaults"))
        properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
        _fonts(properties)
        language = properties.find(qn("w:lang"))
        if language is not None:
            language.set(qn("w:val"), LANGUAGES[self.words.language])
            language.set(qn("w:eastAsia"), "zh-CN")

    def _page(self) -> None:
        section = self.file.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm((210 - WIDTH) / 2)
        section.top_margin, section.bottom_margin = Mm(20), Mm(20)
        head = section.header.paragraphs[0]
        self._run(head, self.contents.title, size=8.0, colour=GREY)
        foot = section.footer.paragraphs[0]
        self._run(foot, self.contents.stamp.line, size=6.5, colour=GREY)
        number = section.footer.add_paragraph()
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        before, rest = self.words("report.page").split("&P")
        between, after = rest.split("&N")
        for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
            if text:
                self._run(number, text, size=8.0, colour=GREY)
            if field:
                self._field(number, field)

    def _field(self, paragraph: Any, name: str) -> None:
        """A field that Word fills in."""
        for kind, text in (("begin", ""), ("", name), ("separate", ""), ("text", "1"), ("end", "")):
            run = paragraph.add_run(text if kind == "text" else "")
            run.font.size, run.font.color.rgb = Pt(8.0), RGBColor.from_string(GREY[1:])
            _fonts(run._element.get_or_add_rPr())
            if kind == "":
                element = OxmlElement("w:instrText")
                element.set(qn("xml:space"), "preserve")
                element.text = text
                run._r.append(element)
            elif kind != "text":
                element = OxmlElement("w:fldChar")
                element.set(qn("w:fldCharType"), kind)
                run._r.append(element)


def _row(
    cells: Sequence[str], widths: Sequence[int], size: float, right: frozenset[int], looks: Sequence[tuple[str, bool]], ground: str = ""
) -> str:
    """A row of a table, written out at once: cell by cell the library is slow. With a ground it is a header, repeated on every page."""
    kind = "<w:tblHeader/>" if ground else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{ground[1:]}"/>' if ground else ""
    parts = []
    for k, (text, (colour, bold)) in enumerate(zip(cells, looks)):
        side = "right" if k in right else "left"
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{widths[k]}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr><w:spacing w:before="20" w:after="20"/>'
            f'<w:jc w:val="{side}"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
            f'{"<w:b/>" if bold else ""}<w:color w:val="{colour[1:]}"/><w:sz w:val="{round(2 * size)}"/></w:rPr>'
            f'<w:t xml:space="preserve">{escape(plain(text))}</w:t></w:r></w:p></w:tc>'
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{kind}</w:trPr>{''.join(parts)}</w:tr>"


def _fonts(properties: Any) -> None:
    """Latin and East Asian letters of a run or a style; the theme's own choice is dropped."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _inline(id: str, number: int, about: str, wide: int, high: int) -> str:
    """The drawing that holds a chart in its line."""
    said = quoteattr(plain(about))
    return (
        f"<w:drawing {WORDS}"
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{number}" name="chart{number}" descr={said}/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{id}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
