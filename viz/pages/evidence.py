"""校准: what the model rests on: the record against its predictions, contested figures, the plan's contradictions, what nobody measured.

Nothing is run: the page reads the fit and the tables of the region's pack. Which part is shown stands in the link as `evidence.part`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import solara

from yidu.agents.numbers import NUMBERS, in_years, shown
from yidu.calibration.findings import read
from yidu.calibration.manifest import DIAGNOSTICS
from yidu.experiments.judging.evidence import findings_of, levers_known
from yidu.experiments.judging.unknown import of_calibration, thin_record
from yidu.experiments.packs.contradictions import Side, contradictions_of, target_of
from yidu.sim.errors import InputError
from yidu.viz.app import visitor
from yidu.viz.calibration.grids import grid
from yidu.viz.calibration.page import NAME, page
from yidu.viz.figures import evidence as figures
from yidu.viz.figures.palette import GREEN, GREY, VERMILION
from yidu.viz.pages.parts import Chart, Download, Limits, Press, Text
from yidu.viz.pages.shown import Folded, Sheet
from yidu.viz.presenters.calibration import GATES, SECTIONS, SIGNS, Said
from yidu.viz.words import Words
from yidu.viz.words.format import counted, percent
from yidu.viz.words.titles import fact_title, notice

if TYPE_CHECKING:
    from yidu.experiments.judging.evidence import LeverKnown
    from yidu.sim.region import Fact, Region
    from yidu.viz.calibration.grids import Grid

PART = "evidence.part"
"""How the link names the part that is shown."""

SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)

LONG = 24
"""Characters from which a cell is prose, which may fold."""

STRONGEST = 3
"""Pairs of facts in tension that are said in a sentence each."""

STATE_COLOURS = {"passed": GREEN, "failed": VERMILION, "reported": GREY, "absent": GREY}


# --- what is known


@lru_cache(maxsize=8)
def _levers(folder: str, digest: str, rules: str) -> tuple[LeverKnown, ...]:
    from yidu.sim.region import load

    return tuple(levers_known(load(folder)).values())


@lru_cache(maxsize=8)
def _page(folder: str, digest: str, file: str, written: int) -> str:
    """The whole page of a calibration: a tenth of a second, kept."""
    from yidu.sim.region import load

    return page(read(Path(file)), load(folder))


def whole_page(region: Region, language: str) -> str:
    """`calibration.html` of a region's fit, opened in a language."""
    file = region.folder / "posterior" / DIAGNOSTICS
    text = _page(str(region.folder), region.digest, str(file), file.stat().st_mtime_ns)
    first, other = ('id="show-zh"', 'id="show-en"')
    return text if language == "zh" else text.replace(f"{first} checked", first, 1).replace(other, f"{other} checked", 1)


# --- the page


@solara.component
def Evidence() -> None:  # noqa: N802
    """Parts of the evidence, one at a time."""
    words, region = visitor.words(), visitor.region()
    try:
        findings, trouble = findings_of(region), ""
    except InputError as error:
        findings, trouble = None, words.error(error)
    said = None if findings is None else Said(words, findings, region)
    parts: dict[str, Callable[[], object]]
    if said is not None:
        parts = {
            "checks": lambda: Checks(said), "contradictions": lambda: Contradictions(said), "facts": lambda: Facts(said),
            "readings": lambda: Readings(said), "numbers": lambda: Numbers(words), "silent": lambda: Silent(said), "page": lambda: Whole(),
        }  # fmt: skip
    else:
        parts = {"contradictions": lambda: Contradictions(None), "numbers": lambda: Numbers(words)}
    chosen = visitor.asked.value.get(PART)
    chosen = chosen if chosen in parts else next(iter(parts))
    with solara.Div(classes=["yd-page"], attributes={"id": "main", "data-part": chosen}):
        Text("h2", words("app_evidence.title", region=words.titled(region)))
        Text("p", words("app_evidence.lead"), "yd-note yd-lead")
        if said is None:
            Text("p", trouble or words("app_evidence.no_fit", region=region.name), "yd-trouble", id="evidence-none", role="alert")
            Text("p", words("app_evidence.then"), "yd-note")
        limits = thin_record(region) if findings is None else of_calibration(region, findings)
        Limits("evidence-limits", [notice(words, region, one) for one in limits])
        with solara.Div(classes=["yd-presets"], attributes={"role": "group", "aria-label": words("app_evidence.parts")}):
            for name in parts:
                Press(
                    f"evidence-{name}", words(f"app_evidence.part.{name}"), lambda name=name: visitor.put(**{PART: name}),  # type: ignore[misc]
                    kind="yd-chip" + (" active" if name == chosen else ""),
                )  # fmt: skip
        parts[chosen]()


def GridSheet(id: str, title: str, table: Grid, notes: Sequence[str] = (), without: Sequence[str] = ()) -> solara.Element:  # noqa: N802
    """A table of a calibration; columns under some headings are left out."""
    keep = [k for k, (head, _) in enumerate(table.heads) if head not in without]
    return Sheet(
        id=id, title=title, heads=[table.heads[k][0] for k in keep], right=[table.heads[k][1] == "right" for k in keep],
        rows=[[{"text": row[k], "kind": "prose" if len(row[k]) > LONG else "", "colour": ""} for k in keep] for row in table.rows],
        notes=list(notes),
    )  # fmt: skip


# --- gates


@solara.component
def Checks(said: Said) -> None:  # noqa: N802
    """Whether the fit has passed its marks, and what each check came to, in plain words."""
    words, failures = said.words, said.findings.failures
    with solara.Div(classes=["yd-panel"], attributes={"id": "evidence-verdict", "data-failures": str(len(failures))}):
        Text("p", said.verdict(), "yd-conclusion", style=f"color: {VERMILION if failures else GREEN}")
        if failures:
            solara.v.Html(tag="ul", children=[solara.v.Html(tag="li", children=[said.failure(code)]) for code in failures])
        Text("p", said.made(), "yd-note")
        Text("p", said.after(), "yd-note")
    for gated in (True, False):
        rows = [key for key in SECTIONS if (key in GATES) == gated]
        with solara.Div(classes=["yd-panel"]):
            Sheet(
                id="evidence-gates" if gated else "evidence-reported",
                title=words("app_evidence.gates" if gated else "app_evidence.reported"),
                heads=[words(f"app_evidence.column.{name}") for name in ("check", "state", "said")], right=[False] * 3,
                rows=[check_row(said, key) for key in rows], notes=[words("app_evidence.signs")],
            )  # fmt: skip


def check_row(said: Said, key: str) -> list[dict[str, str]]:
    """A check: its name, whether it passed, and what came of it."""
    state = said.state(key)
    return [
        {"text": said(f"section.{key}"), "kind": "", "colour": ""},
        {"text": f"{SIGNS[state]} {said(f'state.{state}')}", "kind": "strong", "colour": STATE_COLOURS[state]},
        {"text": said.lead(key), "kind": "prose", "colour": ""},
    ]


# --- contradictions


@solara.component
def Contradictions(said: Said | None) -> None:  # noqa: N802
    """Where the plan disagrees with itself: as the pack tells it, by its accounts, and under the model."""
    words, region = visitor.words(), visitor.region()
    try:
        found, trouble = contradictions_of(region), ""
    except InputError as error:
        found, trouble = (), words.error(error)
    weights = {} if said is None else {(row.fact, row.reading): row.posterior_weight for row in said.findings.readings}
    told = {fact.fact for one in found for fact in one.facts(region)}
    rest = [name for name in region.contested if name not in told]
    with solara.Div(attributes={"id": "evidence-plan", "data-count": str(len(found) + len(rest))}):
        if trouble:
            Text("p", trouble, "yd-trouble", id="evidence-error", role="alert")
        Text("p", words("app_evidence.contradictions", count=len(found) + len(rest)) if found or rest else words("app_evidence.agrees"))
        with solara.Div(classes=["yd-columns", "yd-disagree"]):
            for one in found:
                Disagreement(
                    one.id, str(words.titled(one)), [side_row(words, region, side, weights) for side in one.sides],
                    one.so_zh if words.language == "zh" else one.so_en,
                )  # fmt: skip
            for name in rest:
                rows = [reading_row(words, row, weights) for row in region.readings(name)]
                Disagreement(name, contested_title(words, region, name), rows, "")
        if said is None:
            return
        wrong = [row for row in said.findings.identities if not row.holds]
        if wrong:
            with solara.Div(classes=["yd-panel"]):
                some = Said(words, said.findings.model_copy(update={"identities": tuple(wrong)}), region)
                table = grid(some, "identities")
                named = [(*row[:-1], words("phrase.comma").join(map(said.fact, one.facts))) for row, one in zip(table.rows, wrong)]
                notes = [words("app_evidence.accounts_note", of=len(said.findings.identities)), said("identities_note")]
                GridSheet("evidence-accounts", words("app_evidence.accounts", count=len(wrong)), table._replace(rows=tuple(named)), notes)
        with solara.Div(classes=["yd-panel"]):
            Tension(said)


@solara.component
def Disagreement(id: str, title: str, rows: list[list[dict[str, str]]], so: str) -> None:  # noqa: N802
    """Figures that do not agree, each with its sentence of the source, and what follows."""
    words = visitor.words()
    with solara.Div(classes=["yd-panel"], attributes={"id": f"contradiction-{id}"}):
        Sheet(
            id=f"sides-{id}", title=title, heads=[words(f"app_evidence.column.{name}") for name in ("figure", "reading", "quote")],
            right=[False] * 3, rows=rows, notes=[],
        )  # fmt: skip
        if so:
            Text("p", words("app_evidence.so", so=so), "yd-so")


def side_row(words: Words, region: Region, side: Side, weights: Mapping[tuple[str, str], float]) -> list[dict[str, str]]:
    """One side of a contradiction: its figure and quote from the pack's tables, what it is in the words of the file."""
    own = side.zh if words.language == "zh" else side.en
    target = target_of(region, side)
    if side.fact:
        row = next(fact for fact in region.facts if fact.id == side.fact)
        return _side(fact_title(words, row), [own, weighed(words, region, row, weights)], side.quote or row.quote)
    if target is not None:
        figure = words(
            "app_evidence.target", indicator=words.indicator(target.indicator), year=target.year, sense=words(f"sense.{target.sense}"),
            value=f"{target.value:,g}", unit=words.unit(target.unit),
        )  # fmt: skip
        return _side(figure, [own], side.quote or target.quote)
    return _side(words("app_evidence.reckoned"), [own], side.quote)


def reading_row(words: Words, row: Fact, weights: Mapping[tuple[str, str], float]) -> list[dict[str, str]]:
    """One reading of a contested fact."""
    return _side(fact_title(words, row), [weighed(words, visitor.region(), row, weights)], row.quote)


def _side(figure: str, said: Sequence[str], quote: str) -> list[dict[str, str]]:
    text = visitor.words()("app.semicolon").join(one for one in said if one)
    return [
        {"text": figure, "kind": "strong", "colour": ""}, {"text": text, "kind": "prose", "colour": ""},
        {"text": quote, "kind": "prose faint", "colour": ""},
    ]  # fmt: skip


def weighed(words: Words, region: Region, row: Fact, weights: Mapping[tuple[str, str], float]) -> str:
    """How likely a contested reading is taken to be, before and after the record has spoken; nothing where there is no rival."""
    if len(region.readings(row.fact)) < 2:
        return ""
    after = weights.get((row.fact, row.reading))
    if after is None:
        return words("app_evidence.weight", before=percent(region.weight(row)))
    return words("app_evidence.weights", before=percent(region.weight(row)), after=percent(after))


def contested_title(words: Words, region: Region, name: str) -> str:
    """Title of a contested fact that the pack tells nothing more of."""
    row = region.fact(name)
    return words("app_evidence.contested", indicator=words.indicator(row.indicator), period=row.period)


@solara.component
def Tension(said: Said) -> None:  # noqa: N802
    """Facts that cannot both hold under this model."""
    strongest = sorted(range(len(said.findings.tension)), key=lambda k: -said.findings.tension[k].strength)[:STRONGEST]
    notes = [said.lead("tension"), *(said.tension(k) for k in strongest)]
    GridSheet("evidence-tension", said("section.tension"), grid(said, "tension"), notes, [said("column.id")])


# --- facts, readings, silence


@solara.component
def Facts(said: Said) -> None:  # noqa: N802
    """The record against what the model predicts of it."""
    words = said.words
    Text("p", said.lead("facts"), id="evidence-facts-lead")
    with solara.Div(classes=["yd-columns"]):
        Chart(figures.facts(said))
        Chart(figures.facts(said, fitted=False))
    zero = [said.fact(row.fact) for row in said.findings.facts if row.record <= 0.0]
    notes = [said("no_ratio", facts=words("phrase.comma").join(zero))] if zero else []
    with solara.Div(classes=["yd-panel"]):
        GridSheet("evidence-facts-table", words("app_evidence.facts_table", count=len(said.findings.facts)), grid(said, "facts"), notes,
                  [said("column.id")])  # fmt: skip


@solara.component
def Readings(said: Said) -> None:  # noqa: N802
    """Contested facts with all their readings."""
    words, region = said.words, visitor.region()
    Text("p", said.lead("readings"), id="evidence-readings-lead")
    Chart(figures.readings(said))
    weights = {(row.fact, row.reading): row for row in said.findings.readings}
    rows = []
    for name in region.contested:
        for fact in region.readings(name):
            check = weights.get((fact.fact, fact.reading))
            after = "-" if check is None else f"{percent(check.posterior_weight)} ±{100.0 * check.mc_error:.1f}"
            rows.append([
                {"text": f"{fact.reading}. {fact_title(words, fact)}", "kind": "", "colour": ""},
                {"text": percent(region.weight(fact)), "kind": "", "colour": ""}, {"text": after, "kind": "", "colour": ""},
                {"text": words.or_else(f"role.{fact.role}", fact.role), "kind": "", "colour": ""},
                {"text": fact.quote, "kind": "prose faint", "colour": ""},
            ])  # fmt: skip
    with solara.Div(classes=["yd-panel"]):
        Sheet(
            id="evidence-readings-table", title=words("app_evidence.readings_table", count=len(region.contested)),
            heads=[said(f"column.{name}") for name in ("reading", "weight_before", "weight_after", "role", "quote")],
            right=[False, True, True, False, False], rows=rows, notes=[words("app_evidence.readings_note")],
        )  # fmt: skip


@solara.component
def Numbers(words: Words) -> None:  # noqa: N802
    """What rules compare and count with, and what it rests on."""
    Text("p", words("app_evidence.numbers_lead"), id="evidence-numbers-lead")
    rows = [
        (words.text(one.title), shown(one.value), words.unit(one.unit), in_years(one), one.grade,
         "" if one.law is None else words.text(one.law))
        for one in NUMBERS.values()
    ]  # fmt: skip
    heads = ("number", "number_value", "number_unit", "number_years", "number_grade", "number_text")
    with solara.Div(classes=["yd-panel"]):
        Sheet(
            id="evidence-numbers-table", title=words("app_evidence.numbers_table", count=len(rows)),
            heads=[words(f"app_evidence.column.{name}") for name in heads], right=[name == "number_value" for name in heads],
            rows=[[{"text": cell, "kind": "prose" if len(cell) > LONG else "", "colour": ""} for cell in row] for row in rows],
            notes=[],
        )  # fmt: skip


@solara.component
def Silent(said: Said) -> None:  # noqa: N802
    """What the record says of levers and parameters, and what it does not."""
    words, region = said.words, visitor.region()
    known = _levers(str(region.folder), region.digest, said.findings.rules)
    Text("p", said.lead("parameters"), "yd-conclusion", id="evidence-silent", **{"data-count": str(len(said.silent))})
    Text("p", words("app_evidence.silent_means"))
    with solara.Div(classes=["yd-columns"]):
        Chart(figures.levers(said, known))
        Chart(figures.parameters(said))
    Folded("evidence-silent-list", said("silent_title", count=len(said.silent)), lambda: silent_sheet(said))


def silent_sheet(said: Said) -> solara.Element:
    """Every parameter that the record says nothing about, with what was believed of it before."""
    rows = [
        (said.parameter(row.parameter), row.grade, said.band(row.prior_p05, row.prior_p95), said.words.unit(row.unit),
         counted(max(0.0, row.contraction), ""))
        for row in said.silent
    ]  # fmt: skip
    return Sheet(
        id="evidence-silent-table", title=said.words("app_evidence.silent_table"),
        heads=[said(f"column.{name}") for name in ("parameter", "grade", "prior90", "unit", "contraction")],
        right=[False, False, True, False, True], notes=[],
        rows=[[{"text": text, "kind": "", "colour": ""} for text in row] for row in rows],
    )  # fmt: skip


# --- the whole page


@solara.component_vue("frame.vue", vuetify=False)
def Frame(id: str, title: str, page: str) -> None:  # noqa: N802
    """A page within the page, in which no script runs."""


@solara.component
def Whole() -> None:  # noqa: N802
    """The whole page of the calibration, here or as a file."""
    words, region = visitor.words(), visitor.region()
    text, set_text = solara.use_state("")

    def begin() -> None:
        def write() -> None:
            try:
                set_text(SCRIPT.sub("", whole_page(region, words.language)))  # a frame in which none may run says so in the console
            except Exception as error:  # else the page would wait for ever
                visitor.trouble.value = visitor.broke(words, error)

        threading.Thread(target=write, daemon=True).start()

    solara.use_effect(begin, [region.digest, words.language])
    with solara.Div(classes=["yd-row"], attributes={"id": "evidence-whole"}):
        Download(lambda: whole_page(region, words.language).encode("utf-8"), NAME, words("app_evidence.download"))
        Text("span", words("app_evidence.whole_note"), "yd-note")
    if text:
        Frame(id="evidence-frame", title=words("app_evidence.part.page"), page=text)
    else:
        Text("p", words("app_evidence.writing"), "yd-note", role="status")
