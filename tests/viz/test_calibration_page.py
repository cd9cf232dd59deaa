"""What a calibration found out about itself, as a page, as tables and in the terminal: nothing wrong with it stays unsaid."""

import io
import re
from collections import Counter
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.viz.findings_example import findings, without_doubts
from yidu.calibration import gates
from yidu.calibration.findings import Findings
from yidu.sim.region import Region
from yidu.viz.calibration import page as calibration_page
from yidu.viz.calibration.charts import facts as facts_chart
from yidu.viz.calibration.grids import GRIDS, docs_block, grid
from yidu.viz.calibration.page import PICTURES, page, section, write_page
from yidu.viz.calibration.tables import tables, write_tables
from yidu.viz.calibration.terminal import show_calibration
from yidu.viz.figures.drawings import bar, even_axis, ratio_axis
from yidu.viz.presenters.calibration import SECTIONS, Said
from yidu.viz.words import LANGUAGES, Language, Words

pytestmark = pytest.mark.fast

CHINESE = re.compile(r"[一-鿿]")
VOID = {"meta", "input", "br", "wbr", "link", "img", "hr"}


@pytest.fixture(scope="module")
def found(dadukou: Region) -> Findings:
    return findings(dadukou)


@pytest.fixture(scope="module")
def text(found: Findings, dadukou: Region) -> str:
    return page(found, dadukou)


@pytest.fixture(params=LANGUAGES)
def said(request: pytest.FixtureRequest, found: Findings, dadukou: Region) -> Said:
    return Said(Words(request.param), found, dadukou)


def nothing(found: Findings) -> Findings:
    """A calibration of a thin pack that found hardly anything out."""
    empty = {name: () for name, part in found if isinstance(part, tuple)}
    return found.model_copy(update={**empty, "ranks": None, "backcast_facts": 0, "failures": ("truths:0",)})


class Tree(HTMLParser):
    """Tags that are open, ids, links within the page, and whatever is fetched from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: set[str] = set()
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids[str(value)] += 1
            if name in ("src", "srcset", "data", "action") or (name == "href" and not str(value).startswith("#")):
                self.fetched.append(f"{tag} {name}={value}")
            if name == "for" or name == "href":
                self.links.add(str(value).removeprefix("#"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


def side(text: str, language: Language) -> str:
    """What a reader of one language sees: the text of its side of the page, without tags."""
    start = text.index(f'<div class="side" id="{language}"')
    end = text.find('<div class="side"', start + 1)
    return unescape(re.sub(r"<[^>]+>", "", text[start : end if end > 0 else text.index("<script>")]))


# --- the page


def test_the_page_asks_nothing_of_the_network(text: str) -> None:
    tree = Tree(text)
    assert tree.fetched == []
    assert not re.search(r"(?i)https?:|@import|url\(|\bfetch\(|XMLHttpRequest|<link|<iframe", text)


def test_every_tag_is_closed_every_id_is_one_and_every_link_leads_somewhere(text: str) -> None:
    tree = Tree(text)
    assert tree.open == []
    assert [id for id, count in tree.ids.items() if count > 1] == []
    assert tree.links and tree.links <= set(tree.ids)


def test_chinese_is_shown_first_and_both_languages_hold_every_section(text: str) -> None:
    assert re.findall(r'id="show-(\w+)"( checked)?', text) == [("zh", " checked"), ("en", "")]
    for language in LANGUAGES:
        order = re.findall(rf'<section id="{language}-(\w+)"', text)
        assert order == list(SECTIONS)


def test_the_english_side_is_english_but_for_the_sentences_of_the_source(text: str, dadukou: Region) -> None:
    seen = side(text, "en")
    for quote in sorted({fact.quote for fact in dadukou.facts}, key=len, reverse=True):
        seen = seen.replace(quote, "")
    assert CHINESE.findall(seen) == []
    assert len(CHINESE.findall(side(text, "zh"))) > 1000


def test_each_section_opens_with_a_sentence_and_says_whether_it_passed(said: Said, text: str) -> None:
    seen = side(text, said.words.language)
    for key in SECTIONS:
        assert said.lead(key) in seen and said(f"section.{key}") in seen
    states = {key: said.state(key) for key in SECTIONS}
    assert {key for key, state in states.items() if state == "failed"} == {"facts", "ranks", "coverage"}
    assert states["structures"] == "reported"


def test_every_failure_stands_at_the_head_and_in_its_section(said: Said, text: str, found: Findings) -> None:
    seen = side(text, said.words.language)
    assert len(found.failures) == 4
    for code in found.failures:
        assert code not in said.failure(code)
        assert seen.count(said.failure(code)) == 2


def test_a_failure_that_the_page_has_no_words_for_is_still_shown(found: Findings, dadukou: Region) -> None:
    seen = page(found.model_copy(update={"failures": ("novel:thing",)}), dadukou)
    assert seen.count("novel:thing") == 2


def test_each_silent_parameter_has_a_sentence_and_no_other_has(said: Said, text: str, found: Findings) -> None:
    seen = side(text, said.words.language)
    assert len(said.silent) + len(said.informed) == len(found.parameters)
    for row in found.parameters:
        assert (said.silence(row) in seen) == (row.contraction < gates.SILENT)


def test_what_findings_say_is_text_and_never_markup(found: Findings, dadukou: Region) -> None:
    evil = "<script>alert('x')</script>"
    bad = found.model_copy(update={
        "title_zh": evil, "title_en": evil, "version": evil,
        "facts": (found.facts[0].model_copy(update={"fact": evil, "indicator": evil, "unit": evil}),),
        "pairs": (found.pairs[0].model_copy(update={"a": evil}),),
    })  # fmt: skip
    seen = page(bad, dadukou)
    assert evil not in seen and escape(evil, quote=False).replace("'", "&#39;") in seen
    assert Tree(seen).open == []


def test_a_calibration_without_doubts_says_so_and_what_was_not_done(dadukou: Region) -> None:
    fine = without_doubts(dadukou)
    seen = side(page(fine, dadukou), "zh")
    said = Said(Words("zh"), fine, dadukou)
    assert said("verdict.passed") in seen and said("lead.no_tension") in seen
    assert said.state("ranks") == said.state("coverage") == "passed"
    assert said.state("agreement") == said.state("backcast") == "absent"
    assert seen.count(said("absent")) == len([key for key in SECTIONS if said.state(key) == "absent"]) > 3


def test_a_calibration_that_found_hardly_anything_out_still_makes_a_page(found: Findings, dadukou: Region) -> None:
    thin = nothing(found)
    seen = page(thin, dadukou)
    assert Tree(seen).open == [] and Words("zh")("calibration.failure.truths", count=0, least=500) in seen
    assert docs_block(thin).count("\n#### ") == len(SECTIONS)


def test_a_forecast_from_the_prior_alone_is_said_to_be_one(found: Findings, dadukou: Region) -> None:
    alone = Said(Words("zh"), found.model_copy(update={"backcast_facts": 0}), dadukou)
    assert Words("zh")("calibration.lead.backcast_prior", cut=2018) in alone.lead("backcast")


def test_the_page_is_written_whole_or_not_at_all(found: Findings, dadukou: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (written,) = write_page(found, dadukou, tmp_path / "fit")
    assert written == tmp_path / "fit" / "calibration.html"
    before = written.read_bytes()

    def broken(findings: Findings, region: Region) -> str:
        raise RuntimeError

    monkeypatch.setattr(calibration_page, "page", broken)
    with pytest.raises(RuntimeError):
        write_page(found, dadukou, tmp_path / "fit")
    assert written.read_bytes() == before
    assert [path.name for path in written.parent.iterdir()] == ["calibration.html"]


# --- pictures


def test_every_section_with_something_to_draw_is_drawn(said: Said) -> None:
    for key in SECTIONS:
        assert len(section(said, key).pictures) == len(PICTURES[key])


def test_a_ratio_axis_has_double_and_half_as_far_from_the_record() -> None:
    axis = ratio_axis([0.5, 2.0, 6.0], "record")
    assert axis.at(2.0) - axis.at(1.0) == pytest.approx(axis.at(1.0) - axis.at(0.5))
    assert dict(axis.ticks)[1.0] == "record" and axis.at(-3.0) == axis.at(0.0) == axis.at(axis.low)


def test_a_bar_that_goes_on_beyond_the_axis_ends_in_an_arrow() -> None:
    axis = even_axis(-12.0, 12.0, 3.0, "{:+g}")
    assert [name for _, name in axis.ticks] == ["-12", "-9", "-6", "-3", "0", "+3", "+6", "+9", "+12"]
    assert "◂" not in bar(axis, -12.0, 12.0, 4, "posterior")
    assert "◂" in bar(axis, -13.0, 2.0, 4, "posterior") and "▸" in bar(axis, 2.0, 40.0, 4, "posterior")


def test_a_fact_of_which_the_record_is_zero_is_named_and_not_drawn(found: Findings, dadukou: Region) -> None:
    zero = found.facts[0].model_copy(update={"record": 0.0})
    said = Said(Words("en"), found.model_copy(update={"facts": (zero, *found.facts[1:])}), dadukou)
    drawn = str(facts_chart(said)).replace("<wbr>", "")
    assert zero.fact not in drawn and found.facts[1].fact in drawn
    assert any(said.fact(zero.fact) in note for note in section(said, "facts").notes)


def test_a_fact_outside_its_interval_stands_out_without_its_colour(found: Findings, dadukou: Region) -> None:
    drawn = str(facts_chart(Said(Words("zh"), found, dadukou)))
    assert drawn.count("✗ ") == 1 and drawn.count("△ ") == 2


def test_all_quantities_outside_their_band_are_named(found: Findings, dadukou: Region) -> None:
    assert found.ranks is not None
    outside = tuple(row.model_copy(update={"inside": False}) for row in found.ranks.quantities)
    many = found.model_copy(update={"ranks": found.ranks.model_copy(update={"quantities": outside})})
    said = Said(Words("zh"), many, dadukou)
    drawn = str(section(said, "ranks").pictures[0].drawing)
    assert len(outside) > 10 and all(said.quantity(row.quantity) in drawn for row in outside)


# --- names


def test_facts_parameters_and_identities_go_by_their_names(said: Said) -> None:
    zh = said.words.language == "zh"
    assert said.fact("rd_sum") == ("全社会研发经费支出合计 2016-2020" if zh else "R&D expenditure, total, 2016-2020")
    assert said.fact("patents[b]").endswith("2020") and said.fact("patents[a]").endswith("2019")
    assert said.fact("nobody_knows") == "nobody_knows"
    assert said.quantity("fact:rd_sum") == said.fact("rd_sum")
    assert said.quantity("level:seed_fund") == ("“创业种子基金”的实际水平" if zh else "true level of: Seed funds")
    assert said.identity("tech_enterprises 2015 x (1 + 50.9 %)^5 = 2020") == (
        "科技型企业 2015 × (1 + 50.9 %)^5 = 2020" if zh else "Register of science firms 2015 × (1 + 50.9 %)^5 = 2020"
    )
    assert said.identity("high_tech_enterprises <= tech_enterprises (2020)").count("≤") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_of_a_prior_has_words(dadukou: Region, language: Language) -> None:
    shown = {prior.unit: Words(language).unit(prior.unit) for prior in dadukou.priors}
    if language == "en":
        assert [unit for unit in shown.values() if CHINESE.search(unit)] == []
    else:
        assert [unit for unit in shown.values() if re.fullmatch(r"[a-z ]+", unit)] == []


# --- tables


def test_the_tables_hold_every_finding(found: Findings) -> None:
    made = tables(found)
    assert set(made) == set(SECTIONS) == set(GRIDS)
    assert len(made["facts"]) == len(found.facts) and list(made["facts"].columns[:4]) == ["fact", "indicator", "title_zh", "title_en"]
    assert found.ranks is not None and len(made["ranks"]) == len(found.ranks.quantities)
    first = made["ranks"].iloc[0]
    assert (first["ecdf_01"], first["ecdf_20"]) == (found.ranks.quantities[0].ecdf[0], found.ranks.quantities[0].ecdf[-1])
    assert made["parameters"].set_index("parameter").loc["register_rate", "contraction"] == 0.52


def test_the_tables_open_in_excel_with_their_chinese(found: Findings, tmp_path: Path) -> None:
    written = write_tables(found, tmp_path)
    assert {path.stem for path in written} == set(SECTIONS) and {path.parent.name for path in written} == {"tables"}
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in written)
    facts = pd.read_csv(tmp_path / "tables" / "facts.csv", encoding="utf-8-sig")
    assert "科技型企业" in set(facts["title_zh"])
    assert facts["median"].to_numpy() == pytest.approx([row.median for row in found.facts], rel=1e-5)
    assert not list(tmp_path.rglob("*.part"))


def test_a_table_without_rows_keeps_its_columns(found: Findings) -> None:
    made = tables(nothing(found))
    assert all(len(table) == 0 and len(table.columns) > 2 for table in made.values())
    assert list(made["tension"].columns) == list(tables(found)["tension"].columns)


def test_every_row_of_every_table_in_words_has_its_cells(said: Said) -> None:
    for key in SECTIONS:
        shown = grid(said, key)
        assert shown.rows and {len(row) for row in shown.rows} == {len(shown.heads)}


def test_the_block_for_the_documents_is_sound_markdown_with_the_numbers_of_the_findings(found: Findings, dadukou: Region) -> None:
    block = docs_block(found, dadukou)
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines() if line.startswith("|")]
    runs = re.findall(r"(?m)(?:^\|.*\n)+", block)
    assert sum(run.count("\n") for run in runs) == len(cells)
    assert all(len({len(re.findall(r"(?<!\\)\|", line)) for line in run.splitlines()}) == 1 for run in runs)
    assert f"{found.runs:,} prior runs" in block and "86.8%" in block and "`rd_doer_share`" in block
    assert len(re.findall(r"(?m)^#### ", block)) == len(SECTIONS) and not CHINESE.search(block.split("**", 2)[2])


# --- the terminal


def printed(said: Said, width: int) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, emoji=False)
    assert said.region is not None
    show_calibration(console, said.words, said.region, said.findings, Path("fit"))
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_terminal_says_what_did_not_pass_and_keeps_every_number_whole(said: Said, width: int) -> None:
    shown = printed(said, width)
    flat = re.sub(r"\s+", "", shown)
    for code in said.findings.failures:
        assert re.sub(r"\s+", "", said.failure(code)) in flat
    assert re.sub(r"\s+", "", said.lead("tension")) in flat and "calibration.html" in flat
    assert "…" not in shown and "86.8%" in shown and "301" in shown


def test_the_table_of_facts_fits_120_columns(found: Findings, dadukou: Region) -> None:
    shown = printed(Said(Words("zh"), found, dadukou), 120)
    assert all(cell_len(line) <= 120 for line in shown.splitlines())
