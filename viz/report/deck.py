"""The report as a PowerPoint deck: 16:9, a template of its own, native charts, a message as the title of every slide, numbers in the notes.

Footer and slide number are placeholders, so that PowerPoint's own dialogues change them. Texts are measured before they are set: they
become smaller, or go on on the next slide, and never leave their box.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from yidu.viz.figures import Figure, split
from yidu.viz.figures.palette import BLUE, GREY, INK, PALE, PAPER, SERIES, SIGN, VERDICT
from yidu.viz.report.charts import caption, native
from yidu.viz.report.contents import Block, Contents, Picture, Section, Summary, Table, Text
from yidu.viz.report.findings import Finding
from yidu.viz.report.fitting import LANGUAGES, LEADING, lines_of, size_for
from yidu.viz.words import Words
from yidu.viz.words.fitting import as_property, plain
from yidu.viz.words.format import number
from yidu.viz.workbook import FONT

WIDE, HIGH = 13.333, 7.5
LEFT, TOP, ROOM, BOTTOM = 0.55, 1.45, 12.23, 6.85
"""Where the body of a slide lies: left, top, width, lower end [inches]."""

MOST_ROWS = 12
"""Rows of a table on one slide."""

LARGEST_CELL, SMALLEST_CELL = 13.0, 9.5
"""Sizes of letters in a table [points]."""

MOST_LISTED = 14
"""Messages of a section that its first slide lists."""

INCH = 72.0
INSET = 0.1
"""Space between a box and its text [inches]."""

BANDED = "#F4F6F8"
"""Ground of every second row of a table."""

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def deck(contents: Contents) -> bytes:
    """The deck as the bytes of its file."""
    return Deck(contents).made()


class Deck:
    """Slides, one after another."""

    def __init__(self, contents: Contents) -> None:
        self.contents, self.words = contents, contents.words
        self.file = Presentation()
        _template(self.file, self.words)
        self.head, self.divider, self.plain = self.file.slide_layouts
        core = self.file.core_properties
        core.title, core.author, core.subject = map(as_property, (contents.title, self.words("report.author"), contents.stamp.line))
        core.keywords = core.comments = ""

    def made(self) -> bytes:
        """Every slide, then the file."""
        self._title()
        for section in self.contents.sections:
            if section.key == "summary":
                for block in section.blocks:
                    self._block(section, block)
                continue
            self._section(section)
            for block in section.blocks:
                self._block(section, block)
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()

    def _block(self, section: Section, block: Block) -> None:
        if isinstance(block, Summary):
            self._summary(block)
        elif isinstance(block, Picture):
            self._picture(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Finding):
            self._finding(block)
        else:
            self._text(block.title or section.title, block)

    # --- slides

    def _title(self) -> None:
        slide = self.file.slides.add_slide(self.head)
        self._words_in(slide.shapes.title, [self.contents.title], 11.2 * INCH, 2.0 * INCH, 34.0, 20.0, bold=True)
        self._words_in(slide.placeholders[1], [self.contents.subtitle, self.contents.made.isoformat()], 11.2 * INCH, 1.2 * INCH, 18.0, 11.0)
        self._finish(slide, [self.contents.stamp.line])

    def _section(self, section: Section) -> None:
        slide = self.file.slides.add_slide(self.divider)
        self._words_in(slide.shapes.title, [section.title], 11.2 * INCH, 1.4 * INCH, 32.0, 18.0, bold=True)
        listed = [self._message(block) for block in section.blocks]
        listed = [one for one in listed if one][:MOST_LISTED]
        self._words_in(slide.placeholders[1], listed, 11.2 * INCH, 2.9 * INCH, 14.0, 9.0, between=3.0)
        self._finish(slide, [section.title])

    def _message(self, block: Block) -> str:
        return block.message if isinstance(block, (Finding, Picture, Summary)) else block.title

    def _summary(self, block: Summary) -> None:
        slide = self._slide(block.message)
        top, high = TOP, 0.75 + 0.25 * max([1, *(len(one.indicators) for one in block.verdicts)])
        high = min(high, 3.6)
        if block.verdicts:
            gap = 0.15
            wide = (ROOM - gap * (len(block.verdicts) - 1)) / len(block.verdicts)
            for place, one in enumerate(block.verdicts):
                left = LEFT + place * (wide + gap)
                self._card(slide, left, top, wide, high, one.verdict, f"{SIGN[one.verdict]} {one.said}", one.indicators)
        else:
            high = -0.2
        below = top + high + 0.2
        self._box(slide, LEFT, below, ROOM, BOTTOM - below, block.lines, 15.0, 8.0, between=4.0)
        self._finish(slide, [block.message, *block.lines])

    def _card(self, slide: Any, left: float, top: float, wide: float, high: float, verdict: str, title: str, named: Sequence[str]) -> None:
        """One verdict with its targets: a strip of its colour, its sign and its words."""
        strip = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(wide), Inches(0.5))
        strip.fill.solid()
        strip.fill.fore_color.rgb = _rgb(VERDICT[verdict])
        strip.line.fill.background()
        strip.shadow.inherit = False
        self._fill(strip, [f"{title}  {len(named)}"], wide, 0.5, 16.0, 9.0, bold=True, colour=PAPER, anchor=MSO_ANCHOR.MIDDLE)
        self._box(slide, left, top + 0.52, wide, high - 0.52, named or [self.words("report.none")], 13.0, 7.0, between=1.0, edge=PALE)

    def _picture(self, block: Picture) -> None:
        parts = split(block.figure)
        for page, figure in enumerate(parts, 1):
            slide = self._slide(self._paged(block.message, page, len(parts)))
            note = 0.62 if lines_of(caption(self.words, figure), (ROOM - 0.2) * INCH, 9.0) > 1 else 0.4
            self._chart(slide, figure, LEFT, TOP, ROOM, BOTTOM - TOP - note, 8.0 if len(figure.categories) > 16 else 11.0)
            self._box(slide, LEFT, BOTTOM - note, ROOM, note, [caption(self.words, figure)], 10.0, 6.5, colour=GREY)
            self._finish(slide, [block.message, *_numbers(self.words, figure)])

    def _paged(self, title: str, page: int, pages: int) -> str:
        return title if pages == 1 else self.words("report.continued", title=title, page=page, pages=pages)

    def _chart(self, slide: Any, figure: Figure, left: float, top: float, wide: float, high: float, size: float) -> None:
        made = native(self.words, figure)
        frame = slide.shapes.add_chart(made.type, Inches(left), Inches(top), Inches(wide), Inches(high), made.data)
        made.dress(frame.chart._chartSpace, size)
        frame.name = figure.id
        frame._element.nvGraphicFramePr.cNvPr.set("descr", caption(self.words, figure))

    def _finding(self, block: Finding) -> None:
        """The fan on the left, the finding on the right; where it does not fit there, it goes on on a slide of its own."""
        slide = self._slide(block.message)
        wide = 6.9
        if block.fan is not None:
            self._chart(slide, block.fan, LEFT, TOP, wide, BOTTOM - TOP, 10.0)
        left = LEFT + (wide + 0.15 if block.fan is not None else 0.0)
        room = LEFT + ROOM - left
        short = [f"{self.words(f'report.label.{label}')}｜{text}" for label, text in block.sentences if label != "counted"]
        counted = [f"{self.words(f'report.label.{label}')}｜{text}" for label, text in block.sentences if label == "counted"]
        numbers = "　".join(f"{label} {value}" for label, value in block.facts if label != self.words("report.label.verdict"))
        texts = [numbers, *short, *counted]
        fits = size_for(texts, (room - 2 * INSET) * INCH, (BOTTOM - TOP) * INCH, 13.0, 9.0, 4.0)
        self._box(slide, left, TOP, room, BOTTOM - TOP, texts if fits else [numbers, *short], 13.0, 7.5, between=4.0, led=True)
        notes = [block.message, *(text.replace("｜", "　", 1) for text in texts)]
        for figure in (block.fan, block.account, block.levers):
            notes += _numbers(self.words, figure) if figure is not None else []
        self._finish(slide, notes)
        if not fits and counted:
            self._text(block.message, Text("", tuple(counted)))

    def _text(self, title: str, block: Text) -> None:
        for page, (lines, pages) in enumerate(_pages(block.lines, ROOM - 2 * INSET, BOTTOM - TOP), 1):
            slide = self._slide(self._paged(title, page, pages))
            self._box(slide, LEFT, TOP, ROOM, BOTTOM - TOP, lines, 16.0, 11.0, between=6.0)
            self._finish(slide, list(lines))

    def _table(self, block: Table) -> None:
        """A dozen rows a slide at most; the header on each."""
        widths = _widths(block)
        size, chunks = _row_chunks(block, widths, BOTTOM - TOP - (0.5 if block.note else 0.05))
        for page, (start, stop) in enumerate(chunks, 1):
            slide = self._slide(self._paged(block.title, page, len(chunks)))
            rows, marks = block.rows[start:stop], block.marks[start:stop]
            frame = slide.shapes.add_table(len(rows) + 1, len(block.heads), Inches(LEFT), Inches(TOP), Inches(ROOM), Inches(0.3))
            frame.name = block.title
            grid = frame.table
            _plain(frame)
            for k, width in enumerate(widths):
                grid.columns[k].width = Inches(width)
            self._row(grid.rows[0], block.heads, size, block.right, [(BLUE, PAPER, True)] * len(block.heads))
            for i, row in enumerate(rows, 1):
                mark = marks[i - 1] if marks else ""
                verdict = f"{SIGN[mark]} {self.words.verdict(mark)}" if mark else None
                ground = PAPER if i % 2 else BANDED
                looks = [(ground, VERDICT[mark], True) if value == verdict else (ground, INK, False) for value in row]
                self._row(grid.rows[i], row, size, block.right, looks)
            heights = [_row_height(block.heads, widths, size), *(_row_height(row, widths, size) for row in rows)]
            for k, height in enumerate(heights):
                grid.rows[k].height = Pt(height)
            if block.note:
                self._box(slide, LEFT, BOTTOM - 0.42, ROOM, 0.42, [block.note], 10.0, 6.0, colour=GREY)
            said = ["\t".join(block.heads), *("\t".join(row) for row in rows)]
            self._finish(slide, [block.title, *said])

    # --- parts

    def _slide(self, title: str) -> Any:
        slide = self.file.slides.add_slide(self.plain)
        self._words_in(slide.shapes.title, [title], ROOM * INCH, 0.95 * INCH, 26.0, 10.0, bold=True)
        return slide

    def _words_in(
        self, shape: Any, texts: Sequence[str], width: float, height: float, most: float, least: float, *, bold: bool = False,
        between: float = 0.0,
    ) -> None:  # fmt: skip
        """Fill a placeholder, whose box [points] is that of its layout."""
        self._set(shape, texts, width - 2 * INSET * INCH, height, most, least, bold=bold, between=between)

    def _box(
        self, slide: Any, left: float, top: float, wide: float, high: float, texts: Sequence[str], most: float, least: float, *,
        between: float = 0.0, colour: str = INK, edge: str | None = None, led: bool = False,
    ) -> None:  # fmt: skip
        """Add a box of text [inches]."""
        shape = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(wide), Inches(high))
        if edge is not None:
            shape.line.color.rgb = _rgb(edge)
        self._fill(shape, texts, wide, high, most, least, between=between, colour=colour, led=led)

    def _fill(
        self, shape: Any, texts: Sequence[str], wide: float, high: float, most: float, least: float, *, between: float = 0.0,
        bold: bool = False, colour: str = INK, anchor: Any = MSO_ANCHOR.TOP, led: bool = False,
    ) -> None:  # fmt: skip
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = Inches(INSET)
        frame.margin_top = frame.margin_bottom = Inches(0.02)
        frame.vertical_anchor = anchor
        width, height = (wide - 2 * INSET) * INCH, (high - 0.05) * INCH
        self._set(shape, texts, width, height, most, least, between=between, bold=bold, colour=colour, led=led)

    def _set(
        self, shape: Any, texts: Sequence[str], width: float, height: float, most: float, least: float, *, between: float = 0.0,
        bold: bool = False, colour: str = INK, led: bool = False,
    ) -> None:  # fmt: skip
        """Paragraphs at the largest size that fits; what does not fit at the least is cut, and the notes have it whole."""
        size = size_for(texts, width, height, most, least, between)
        shown = list(texts)
        if size is None:
            size = least
            shown = _cut(shown, width, height, size, between)
        frame = shape.text_frame
        frame.clear()
        for place, text in enumerate(shown):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(between)
            label, bar, rest = text.partition("｜")
            if led and bar and len(label) <= 16:
                self._run(paragraph, f"{label}　", size, True, BLUE)
                self._run(paragraph, rest, size, bold, colour)
            else:
                self._run(paragraph, text, size, bold, colour)

    def _run(self, paragraph: Any, text: str, size: float, bold: bool, colour: str) -> None:
        run = paragraph.add_run()
        run.text = plain(text)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, _rgb(colour)
        set_font(run, self.words)

    def _row(self, row: Any, cells: Sequence[str], size: float, right: frozenset[int], looks: Sequence[tuple[str, str, bool]]) -> None:
        """Fill a row of a table, written out at once: cell by cell the library is slow. `looks`: ground, letters, bold."""
        language = LANGUAGES[self.words.language]
        for k, (text, (ground, letters, bold)) in enumerate(zip(cells, looks)):
            old = row._tr.tc_lst[k]
            run = (
                f'<a:r><a:rPr lang="{language}" sz="{int(size * 100)}" b="{int(bold)}"><a:solidFill><a:srgbClr val="{letters[1:]}"/>'
                f'</a:solidFill><a:latin typeface="{FONT}"/><a:ea typeface="{FONT}"/></a:rPr><a:t>{escape(plain(text))}</a:t></a:r>'
            )
            side = "r" if k in right else "l"
            xml = (
                f'<a:tc xmlns:a="{DRAWING}"><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{side}"/>{run}</a:p></a:txBody>'
                f'<a:tcPr marL="54864" marR="54864" marT="18288" marB="18288" anchor="ctr"><a:solidFill><a:srgbClr val="{ground[1:]}"/>'
                "</a:solidFill></a:tcPr></a:tc>"
            )
            row._tr.replace(old, parse_xml(xml))

    def _finish(self, slide: Any, notes: Sequence[str]) -> None:
        """Footer, number and speaker notes."""
        for placeholder in slide.slide_layout.placeholders:
            kind = placeholder._element.nvSpPr.nvPr.find(qn("p:ph")).get("type")
            if kind in ("ftr", "sldNum"):
                element = copy.deepcopy(placeholder._element)
                slide.shapes._spTree.append(element)
                if kind == "ftr":
                    self._footer(element)
        frame = slide.notes_slide.notes_text_frame
        frame.text = ""
        lines = [*notes, self.words("report.notes_stamp", stamp=self.contents.stamp.line)]
        for place, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = plain(line)
            set_font(run, self.words)

    def _footer(self, element: Any) -> None:
        body = element.find(qn("p:txBody"))
        for paragraph in body.findall(qn("a:p")):
            body.remove(paragraph)
        line = self.contents.stamp.line
        size = size_for([line], 11.0 * INCH, 0.16 * INCH, 8.5, 5.5) or 5.5
        xml = (
            f'<a:p xmlns:a="{DRAWING}"><a:r><a:rPr lang="{LANGUAGES[self.words.language]}" sz="{int(size * 100)}">'
            f'<a:latin typeface="{FONT}"/><a:ea typeface="{FONT}"/></a:rPr><a:t></a:t></a:r></a:p>'
        )
        paragraph = parse_xml(xml)
        paragraph.find(qn("a:r")).find(qn("a:t")).text = plain(line)
        body.append(paragraph)


# --- text


def set_font(run: Any, words: Words) -> None:
    """Latin and East Asian letters of a run, and its language for the spelling checker."""
    run.font.name = FONT
    properties = run.font._rPr
    properties.set("lang", LANGUAGES[words.language])
    ea = properties.find(qn("a:ea"))
    if ea is None:
        ea = properties.makeelement(qn("a:ea"), {})
        properties.find(qn("a:latin")).addnext(ea)
    ea.set("typeface", FONT)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#"))


def _cut(texts: Sequence[str], width: float, height: float, size: float, between: float) -> list[str]:
    """As many paragraphs as fit, the last of them ending in an ellipsis."""
    kept: list[str] = []
    left = height
    for text in texts:
        need = lines_of(text, width, size) * LEADING * size + between
        if need <= left:
            kept.append(text)
            left -= need
            continue
        while text and lines_of(text + "…", width, size) * LEADING * size + between > left:
            text = text[:-4]
        return [*kept, text + "…"] if text else kept
    return kept


def _pages(lines: Sequence[str], wide: float, high: float, size: float = 12.0, between: float = 6.0) -> list[tuple[list[str], int]]:
    """Paragraphs in pages that hold them at a readable size, with the number of pages."""
    pages: list[list[str]] = [[]]
    left = high * INCH
    for line in lines:
        need = lines_of(line, wide * INCH, size) * LEADING * size + between
        if need > left and pages[-1]:
            pages.append([])
            left = high * INCH
        pages[-1].append(line)
        left -= need
    return [(page, len(pages)) for page in pages]


def _numbers(words: Words, figure: Figure) -> list[str]:
    """The table behind a picture, a line a category, for the notes."""
    title = words("phrase.with_unit", title=figure.title, unit=figure.unit)
    lines = [words("report.said", what=words("report.numbers"), text=title), "\t".join(figure.heads)]
    for row in figure.rows:
        lines.append("\t".join(cell if isinstance(cell, str) else number(cell) for cell in row))
    return [*lines, caption(words, figure)]


# --- tables


def _widths(block: Table) -> list[float]:
    """Widths of the columns [inches]."""
    given = block.widths or (1.0,) * len(block.heads)
    return [ROOM * one / sum(given) for one in given]


def _row_height(cells: Sequence[str], widths: Sequence[float], size: float) -> float:
    """Height of a row [points]."""
    lines = max(lines_of(cell, (width - 0.14) * INCH, size) for cell, width in zip(cells, widths))
    return lines * LEADING * size + 5.0


def _row_chunks(block: Table, widths: Sequence[float], room: float) -> tuple[float, list[tuple[int, int]]]:
    """Rows of each slide, as even as can be, and the size of their letters [points]: the largest at which no slide is added."""
    count = max(1, -(-len(block.rows) // MOST_ROWS))
    while True:
        size = LARGEST_CELL
        while size >= SMALLEST_CELL:
            chunks = _even(len(block.rows), count)
            heights = [_row_height(row, widths, size) for row in block.rows]
            head = _row_height(block.heads, widths, size)
            whole = size == SMALLEST_CELL or all(
                lines_of(row[k], (widths[k] - 0.14) * INCH, size) == 1 for row in block.rows for k in block.right
            )
            if whole and all(head + sum(heights[start:stop]) <= room * INCH for start, stop in chunks):
                return size, chunks
            size -= 0.5
        if count >= len(block.rows):
            return SMALLEST_CELL, _even(len(block.rows), max(1, len(block.rows)))
        count += 1


def _even(rows: int, parts: int) -> list[tuple[int, int]]:
    """Rows in so many parts of about the same length."""
    ends = [rows * k // parts for k in range(parts + 1)]
    return list(zip(ends, ends[1:]))


def _plain(frame: Any) -> None:
    """No banding and no style of PowerPoint's own: cells carry their colours."""
    properties = frame._element.graphic.graphicData.tbl.tblPr
    properties.set("bandRow", "0")
    style = properties.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid


# --- template


def _template(file: Any, words: Words) -> None:
    """Make the library's own template 16:9, with our fonts, colours and places; keep three layouts."""
    file.slide_width, file.slide_height = Inches(WIDE), Inches(HIGH)
    keep = ("Title Slide", "Section Header", "Title Only")
    for layout in list(file.slide_layouts):
        if layout.name not in keep:
            file.slide_layouts.remove(layout)
    master = file.slide_master
    _theme(master)
    places = {
        "title": (LEFT, 0.4, ROOM, 0.95), "ctrTitle": (1.0, 2.1, 11.2, 2.0), "subTitle": (1.0, 4.35, 11.2, 1.2),
        "body": (LEFT, TOP, ROOM, BOTTOM - TOP), "ftr": (LEFT, 7.0, 11.2, 0.32), "sldNum": (12.0, 7.0, 0.8, 0.32),
    }  # fmt: skip
    own = {"Section Header": {"title": (1.0, 1.9, 11.2, 1.4), "body": (1.0, 3.5, 11.2, 2.9)}}
    for sheet in (master, *file.slide_layouts):
        for shape in list(sheet.placeholders):
            kind = shape._element.nvSpPr.nvPr.find(qn("p:ph")).get("type", "body")
            if kind == "dt":
                shape._element.getparent().remove(shape._element)
                continue
            left, top, wide, high = own.get(sheet.name, {}).get(kind) or places[kind]
            shape.left, shape.top, shape.width, shape.height = Inches(left), Inches(top), Inches(wide), Inches(high)
            _anchor(shape, kind)
    _strip(master, 0.0, 0.0, 0.16, HIGH)
    for style in master._element.findall(qn("p:txStyles")):
        for level in style.iter(qn("a:lvl1pPr")):
            level.set("algn", "l")


def _anchor(shape: Any, kind: str) -> None:
    """Where a placeholder's text stands, how large, in which colour."""
    body = shape._element.find(qn("p:txBody"))
    properties = body.find(qn("a:bodyPr"))
    for child in list(properties):
        properties.remove(child)
    properties.set("anchor", {"title": "b", "ctrTitle": "b"}.get(kind, "ctr" if kind in ("ftr", "sldNum") else "t"))
    for side in ("lIns", "rIns"):
        properties.set(side, str(int(Inches(INSET))))
    for side in ("tIns", "bIns"):
        properties.set(side, "0")
    properties.set("wrap", "square")
    style = body.find(qn("a:lstStyle"))
    for child in list(style):
        style.remove(child)
    size = {"ftr": 800, "sldNum": 1000}.get(kind)
    if size is not None or kind in ("subTitle", "body"):
        align = "r" if kind == "sldNum" else "l"
        colour = GREY[1:] if size is not None or kind == "subTitle" else INK[1:]
        style.append(
            parse_xml(
                '<a:lvl1pPr xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
                f' algn="{align}" marL="0" indent="0"><a:buNone/><a:defRPr sz="{size or 1600}"><a:solidFill><a:srgbClr val="{colour}"/>'
                "</a:solidFill></a:defRPr></a:lvl1pPr>"
            )
        )


def _strip(master: Any, left: float, top: float, wide: float, high: float) -> None:
    """A strip of our blue along the left of every slide."""
    places = "".join(f' {name}="{int(Inches(value))}"' for name, value in (("x", left), ("y", top)))
    sizes = "".join(f' {name}="{int(Inches(value))}"' for name, value in (("cx", wide), ("cy", high)))
    xml = (
        '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="99" name="strip"/><p:cNvSpPr/><p:nvPr/>'
        f"</p:nvSpPr><p:spPr><a:xfrm><a:off{places}/><a:ext{sizes}/></a:xfrm>"
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{BLUE[1:]}"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr>"
        "<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></p:txBody></p:sp>"
    )
    tree = master.shapes._spTree
    tree.insert(2, parse_xml(xml))


def _theme(master: Any) -> None:
    """Fonts and colours of the theme, so that what a user adds looks like the rest."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    xml = part.blob.decode("utf-8")
    for tag in ("latin", "ea"):
        xml = re.sub(rf'<a:{tag} typeface="[^"]*"', f'<a:{tag} typeface="{FONT}"', xml)
    for place, colour in enumerate(SERIES[:6], 1):
        tag = f"a:accent{place}"
        xml = re.sub(rf"<{tag}>.*?</{tag}>", f'<{tag}><a:srgbClr val="{colour[1:]}"/></{tag}>', xml, flags=re.S)
    part._blob = xml.encode("utf-8")
