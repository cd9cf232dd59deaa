"""Whatever readers let in goes through every writer: reports, answers, tables and the terminal take any title; what they do not take,
no reader takes.
"""

import io
import itertools
import json
import re
import tomllib
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from docx import Document
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st
from pptx import Presentation

from tests.viz import report_made
from yidu.experiments.scenarios.scenario import Scenario, load, of_sheet
from yidu.sim.errors import InputError
from yidu.sim.reading import LONGEST_TITLE, UNSEEN, check_seen, read_table
from yidu.sim.region import load as load_region
from yidu.viz import terminal
from yidu.viz.report import ENDINGS, as_bytes
from yidu.viz.report.contents import contents
from yidu.viz.tables import csv_text
from yidu.viz.terminal import console, say
from yidu.viz.words import Words
from yidu.viz.words.fitting import LONGEST_PROPERTY

HARMFUL = [
    *map(chr, itertools.chain(range(0x09), range(0x0B, 0x20), range(0x7F, 0xA0), range(0x202A, 0x202F), range(0x2066, 0x206A))),
    "\u200e", "\u200f", "\u061c", "\u2028", "\u2029", "\ufffe", "\uffff", "\ufdd0", "\ud800", "\udfff", "\U0001fffe", "\U0010ffff",
]  # fmt: skip
ANY = (
    st.text(max_size=40)
    | st.text(st.sampled_from("\t\n =+-@'[]:*?/\\&<>\"%{}$_|#，。长a😀\u200b\ufeff\u0301"), max_size=300)
    | st.text(st.characters(exclude_categories=["Cs"]), min_size=200, max_size=300)  # half a character is in no file
)


def toml_text(text: str) -> str:
    """A text as TOML has it, every character that is no plain one as an escape."""
    return '"' + "".join(one if one.isalnum() and one.isascii() else f"\\U{ord(one):08X}" for one in text) + '"'


def titled(tmp_path: Path, title: str, name: str = "mine") -> Scenario:
    file = tmp_path / f"{name}.toml"
    file.write_text(f'title_zh = {toml_text(title)}\ntitle_en = {toml_text(title)}\nextends = "plan"\n', encoding="utf-8")
    return load(report_made.found().region, file)


def files_of(scenarios: list[Scenario], language: str) -> dict[str, bytes]:
    """A report of every kind, about runs that were made once, under other titles."""
    found = report_made.found()
    mixes = tuple(replace(one, title_zh=given_.title_zh, title_en=given_.title_en) for one, given_ in zip(found.scenarios, scenarios))
    made = contents(Words(language), replace(found, scenarios=mixes, mixed=found.mixed._replace(scenario=mixes[0])), made=report_made.MADE)
    few = tuple(one._replace(blocks=_one_of_each(one.blocks)) for one in made.sections if one.key in ("summary", "compare", "targets"))
    made = replace(made, sections=few or made.sections[:2])
    return {ending: as_bytes(made, ending) for ending in ENDINGS} | {".json": made.report.model_dump_json().encode()}


def _one_of_each(blocks: tuple[object, ...]) -> tuple[object, ...]:
    return tuple({type(block): block for block in blocks}.values())


def opened(files: dict[str, bytes]) -> str:
    """All text of the files, each opened by another library than wrote it, or by its own reader where there is none."""
    Presentation(io.BytesIO(files[".pptx"]))
    Document(io.BytesIO(files[".docx"]))
    sheets = openpyxl.load_workbook(io.BytesIO(files[".xlsx"])).sheetnames
    json.loads(files[".json"])
    text = [files[".html"].decode(), files[".json"].decode()]
    for drawn in re.findall(r"<svg.*?</svg>", text[0], re.S):
        ElementTree.fromstring(drawn)
    for ending in (".pptx", ".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(files[ending])) as package:
            for name in package.namelist():
                if name.endswith((".xml", ".rels")):
                    root = ElementTree.fromstring(package.read(name))
                    text.append("".join(root.itertext()))
                    if ending == ".xlsx" and "/charts/" in name:
                        assert {sheet_of(cells.text or "") for cells in root.iter(CELLS)} <= set(sheets)
    return "".join(text)


CELLS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}f"
"""Where a chart says which cells it shows."""


def sheet_of(cells: str) -> str:
    """The sheet of cells as a chart names them: 'my sheet'!$A$1:$B$2."""
    return cells.rpartition("!")[0].removeprefix("'").removesuffix("'").replace("''", "'")


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
@given(title=ANY, language=st.sampled_from(["zh", "en"]))
@example(title="长" * LONGEST_TITLE, language="zh")
@example(title="'=cmd|' /C calc'!A0", language="en")
@example(title="看板!A1", language="zh")
@example(title="a\tb\nc", language="zh")
def test_any_title_that_a_scenario_may_have_goes_into_every_kind_of_report(
    title: str, language: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    try:
        mine = titled(tmp_path_factory.mktemp("s"), title)
    except InputError as error:
        event("refused")
        assert UNSEEN.search(title) or len(title) > LONGEST_TITLE
        assert "mine.toml" in str(error) and "title_" in str(error) and str(error).isprintable()
        assert "expected" not in Words("zh").error(error) and "title_" in Words("zh").error(error)
        return
    event("taken")
    files = files_of([mine, mine], language)
    text = opened(files)
    assert not UNSEEN.search(text)
    core = Presentation(io.BytesIO(files[".pptx"])).core_properties
    assert len(core.subject) <= LONGEST_PROPERTY and len(core.title) <= LONGEST_PROPERTY


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_long_titles_together_are_cut_in_what_a_file_tells_of_itself_and_stand_whole_in_it(ending: str, tmp_path: Path) -> None:
    mixes = [titled(tmp_path, mark * 150, f"m{mark}") for mark in "甲乙"]
    files = files_of(mixes, "zh")
    if ending == ".html":
        assert "甲" * 150 in files[ending].decode()
        return
    with zipfile.ZipFile(io.BytesIO(files[ending])) as package:
        core = package.read("docProps/core.xml").decode()
        parts = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml") and "docProps" not in name)
    assert all(len(one) <= LONGEST_PROPERTY for one in re.findall(r">([^<]*)<", core))
    assert "甲" * 150 in parts


@pytest.mark.parametrize("char", HARMFUL, ids=lambda char: f"U+{ord(char):04X}")
def test_a_character_that_no_document_takes_is_refused_where_text_is_read(char: str, tmp_path: Path) -> None:
    code = f"U+{ord(char):04X}"
    sheet = {"title_zh": f"甲{char}乙", "title_en": "a", "extends": "plan"}
    with pytest.raises(InputError, match=re.escape(code)):
        of_sheet(report_made.found().region, sheet, "mine")
    if 0xD800 <= ord(char) < 0xE000:  # half a character is in no file, and its escape no TOML
        with pytest.raises(InputError, match="is not TOML"):
            titled(tmp_path, f"甲{char}乙")
    else:
        with pytest.raises(InputError, match=re.escape(code)) as caught:
            titled(tmp_path, f"甲{char}乙")
        said = Words("zh").error(caught.value)
        assert "mine.toml" in said and "title_zh" in said and code in said and "cannot" not in said and said.isprintable()
        if char not in "\0\r":
            (tmp_path / "t.csv").write_text(f'a,b\n1,"x{char}y"\n', encoding="utf-8", newline="")
            with pytest.raises(InputError, match=re.escape(code)) as caught:
                read_table(tmp_path / "t.csv", ["a", "b"])
            assert caught.value.row == 2 and "'b'" in str(caught.value)


def test_what_is_refused_is_what_cannot_be_seen_and_nothing_that_people_write() -> None:
    kinds = {unicodedata.category(char) for char in map(chr, range(0x110000)) if UNSEEN.match(char)}
    assert kinds == {"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"}
    for text in ("区统计公报，2021年：3.2%", "👨‍👩‍👧", "a\u200bb", "\ufeffa", "한국어 العربية עברית", "a\tb\nc", "´²③℃㎡"):
        check_seen(text, "quote")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text(st.sampled_from(HARMFUL + list("ab \n")), max_size=30))
def test_the_terminal_never_gets_what_moves_its_cursor(text: str) -> None:
    out = io.StringIO()
    screen = console()
    screen.file = out
    screen.print(text.encode("utf-8", "replace").decode(), markup=False)
    screen.print(text, markup=False)
    say(screen, text)
    table = terminal.Table("a", text)
    table.add_row(text, "b")
    screen.print(table)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", out.getvalue())
    out.getvalue().encode()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_csv_takes_any_text_and_gives_it_back(cells: list[str]) -> None:
    import csv

    rows = [{"a": cell, "b": "x"} for cell in cells if "\0" not in cell]
    back = list(csv.DictReader(io.StringIO(csv_text(rows, ["a", "b"]), newline="")))
    assert [row["a"] for row in back] == [row["a"] for row in rows]


def test_a_scenario_file_whose_name_turns_the_line_round_is_refused(tmp_path: Path) -> None:
    for name in ("\u202egro", "\x1b[2J"):
        (tmp_path / f"{name}.toml").write_text('extends = "plan"\n')
        with pytest.raises(InputError, match="U\\+") as caught:
            load(report_made.found().region, tmp_path / f"{name}.toml")
        assert str(caught.value).isprintable()


def test_a_title_of_a_pack_is_checked_as_one_of_a_scenario_is(tmp_path: Path) -> None:
    import shutil

    pack = Path(shutil.copytree(report_made.found().region.folder, tmp_path / "p", ignore=shutil.ignore_patterns("posterior")))
    for title, said in (("a\\u001b[2Jb", r"U\+001B"), ("a\\u202eb", r"U\+202E"), ("长" * 256, "has 256 characters")):
        text = (pack / "region.toml").read_text(encoding="utf-8")
        known = tomllib.loads(text)["title_zh"]
        (pack / "region.toml").write_text(text.replace(f'title_zh = "{known}"', f'title_zh = "{title}"', 1), encoding="utf-8")
        with pytest.raises(InputError, match=f"region.toml.*title_zh.*{said}|region.toml.*{said}"):
            load_region(pack)
        (pack / "region.toml").write_text(text, encoding="utf-8")
