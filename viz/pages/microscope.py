"""微观: one run quarter by quarter, walked by Mesa agents, and the story of any of its firms.

What is on the screen stands in the link beside the mix: `draw`, `quarter` (2021Q3) and `firm` (its row). The film of a run is computed in
a process of its own, belongs to the page and goes with it; the browser holds a packed copy and plays it without asking the server.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import solara

from yidu.experiments.microscope.film import COUNTS, DOOR, Film
from yidu.experiments.microscope.life_story import SMALL, Event, life, money
from yidu.experiments.run.compute import of_one_run
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.errors import InputError
from yidu.sim.flows import DOORS, SERVED_FIRMS
from yidu.sim.indicators import INDICATORS
from yidu.sim.ledger import LINES
from yidu.sim.levers import FIRST_YEAR
from yidu.sim.seeds import LARGEST_SEED
from yidu.sim.world import RECORD_END_QUARTER, START_QUARTER
from yidu.viz.app import frames, visitor
from yidu.viz.app.address import is_number
from yidu.viz.app.jobs import Job
from yidu.viz.figures import Figure, Series, charts, numbers
from yidu.viz.figures.palette import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE, SERIES, SKY, VERMILION
from yidu.viz.pages.microscope_work import tables, walked
from yidu.viz.pages.parts import Chart, Choice, Download, Drawn, Limits, LongWork, Press, Text, environment_title
from yidu.viz.pages.shown import Field
from yidu.viz.presenters.life_story import Around, money_said, quarter_said, said
from yidu.viz.tables import csv_text
from yidu.viz.words import Words
from yidu.viz.words.format import number
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.sim.region import Region
    from yidu.viz.app.address import Asked

STYLE = Path(__file__).with_name("microscope.css")

TELLERS = 24
"""Firms that are offered for their stories."""

PALETTE = {
    "status": [GREY, BLUE, VERMILION], "sectors": [*SERIES, INK], "sizes": [SKY, BLUE, ORANGE, VERMILION], "tenant": GREEN,
    "partner": PURPLE, "fund": ORANGE, "bad": INK, "ink": INK, "grey": GREY, "pale": PALE,
}  # fmt: skip

BITS = {
    "eligible": frames.ELIGIBLE, "registered": frames.REGISTERED, "certified": frames.CERTIFIED, "knowledge": frames.KNOWLEDGE_LOAN,
    "commercial": frames.COMMERCIAL_LOAN, "bad": frames.DEFAULT, "equity": frames.EQUITY, "going": frames.GOING,
}  # fmt: skip


@solara.component_vue("microscope.vue", vuetify=False)
def Stage(  # noqa: N802
    packed: str,
    shape: dict[str, Any],
    sectors: list[str],
    incubators: list[str],
    institutes: list[str],
    firms: dict[str, str],
    counts: list[dict[str, Any]],
    flows: list[dict[str, Any]],
    labels: dict[str, Any],
    palette: dict[str, Any],
    turned: int,
    picked: int,
    event_turn: Callable[[int], None],
    event_pick: Callable[[int], None],
) -> None:
    """The film on a canvas, with what plays it."""


@solara.component_vue("story.vue", vuetify=False)
def Story(  # noqa: N802
    id: str, firm: int, entries: list[dict[str, Any]], turned: int, labels: dict[str, str], event_go: Callable[[int], None]
) -> None:
    """What happened to a firm, one entry below the other."""


# --- what the link says


@dataclass(frozen=True)
class Wanted:
    """Which run: everything it depends on."""

    region: str
    mix: Mix
    environment: str
    seed: int
    draw: int


def wanted_of(region: Region, asked: Asked) -> Wanted:
    """The run that a link asks for.

    Raises:
        InputError: its number is none.
    """
    return Wanted(region_of(region), asked.mix, asked.environment, asked.seed, draw_of(asked.get("draw", "0")))


def region_of(region: Region) -> str:
    """The region that a run depends on, as something that can be compared."""
    return f"{region.name} {region.digest}"


def draw_of(text: str) -> int:
    """The number of a run as a visitor writes it."""
    clean = text.strip()
    if is_number(clean, LARGEST_SEED):
        return int(clean)
    raise InputError(f"draw = '{clean[:40]}' is not a whole number", value=clean[:40], expected=f"0 to {LARGEST_SEED}")


def quarter_of(text: str, otherwise: int = START_QUARTER) -> int:
    """The index of a quarter such as 2021Q3; `otherwise` where it is none."""
    found = re.fullmatch(r"(\d{4})Q([1-4])", text)
    return 4 * (int(found[1]) - FIRST_YEAR) + int(found[2]) - 1 if found else otherwise


def quarter_name(quarter: int) -> str:
    """How a link and a file write a quarter."""
    return f"{FIRST_YEAR + quarter // 4}Q{quarter % 4 + 1}"


# --- the page


@dataclass(frozen=True, eq=False)
class Shown:
    """A run that is on the screen."""

    wanted: Wanted
    film: Film
    packed: str
    rows: np.ndarray
    tellers: tuple[int, ...]


NOTHING: Shown | None = None
NO_JOB: Job | None = None
NO_RUN: Wanted | None = None


@solara.component
def Microscope() -> None:  # noqa: N802
    """The page."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    shown, set_shown = solara.use_state(NOTHING)
    wrong, set_wrong = solara.use_state("")
    job: solara.Reactive[Job | None] = solara.use_reactive(NO_JOB)
    ran = solara.use_ref(NO_RUN)
    try:
        wanted: Wanted | None = wanted_of(region, asked)
        trouble = ""
    except InputError as error:
        wanted, trouble = None, words.error(error)

    def run() -> None:
        if wanted is None:
            return
        if job.value is not None:
            job.value.cancel()
        try:
            ran.current = wanted
            job.value = Job.start(walked, region, wanted.mix, wanted.environment, wanted.seed, wanted.draw)
            set_wrong("")
        except InputError as error:
            set_wrong(words.error(error))

    def begin() -> Callable[[], None]:
        run()

        def leave() -> None:
            if job.value is not None:
                job.value.cancel()

        return leave

    def listen() -> Callable[[], None] | None:
        one = job.value
        if one is None:
            return None
        for_whom = ran.current

        def look(now: Job) -> None:
            if now.state == "done" and for_whom is not None:
                set_shown(developed(for_whom, now.result()))
                job.set(None)

        stop = one.subscribe(look)
        look(one)
        return stop

    solara.use_effect(listen, [job.value])
    solara.use_effect(begin, [])
    with solara.Div(classes=["yd-page", "yd-micro-page"], attributes={"id": "main"}):
        solara.Style(STYLE)
        Text("p", words("micro.lead", draw=wanted.draw if wanted else "?"), "yd-lead")
        with solara.Div(classes=["yd-row"]):
            Field(
                id="micro-draw", label=words("micro.draw"), value=asked.get("draw", "0"), mode="numeric", size=8,
                event_enter=lambda text: visitor.put(draw=text.strip()[:12]),
            )  # fmt: skip
            Press("micro-run", words("micro.run" if shown is None else "micro.again"), run, kind="primary", disabled=wanted is None)
            if wanted is not None:
                Text("span", whose(words, region, wanted), "yd-note", id="micro-whose")
        if wanted is not None:
            told = of_one_run(region, wanted.mix.scenario(region), wanted.environment)
            Limits("micro-limits", [notice(words, region, one) for one in told])
        for text in (trouble, wrong):
            if text:
                Text("p", text, "yd-trouble", id="micro-trouble", role="alert")
        LongWork(job, words("micro.running", draw=ran.current.draw if ran.current else "?"))
        if shown is None or shown.wanted.region != region_of(region):  # the film of another region has other sectors and places
            if job.value is None:
                Text("p", words("micro.idle"), "yd-note", id="micro-idle")
            return
        if wanted not in (None, shown.wanted):
            Text("p", words("micro.stale"), "yd-trouble", id="micro-stale", role="status")
        Played(shown)


def developed(wanted: Wanted, film: Film) -> Shown:
    """A film as the page holds it."""
    packed, rows = frames.packed(film)
    return Shown(wanted, film, packed, rows, tellers(film, rows))


def tellers(film: Film, rows: np.ndarray) -> tuple[int, ...]:
    """Firms with the most to tell, of those that are drawn: the giants, then whoever went through most doors."""
    doors = film.notes[(film.notes["kind"] == DOOR) & (film.notes["number"] != SERVED_FIRMS)]
    many = np.bincount(doors["row"], minlength=len(film.traits))[rows]
    giants = rows[film.traits["giant"][rows] > 0][: TELLERS // 3]
    busiest = rows[np.argsort(-many, kind="stable")]
    return tuple(int(row) for row in dict.fromkeys([*giants, *busiest]))[:TELLERS]


def whose(words: Words, region: Region, wanted: Wanted) -> str:
    """Mix, environment, seed and number of a run."""
    return words(
        "micro.whose", scenario=words.titled(wanted.mix.scenario(region)), environment=environment_title(words, region, wanted.environment),
        seed=wanted.seed, draw=wanted.draw,
    )  # fmt: skip


@solara.component
def Played(shown: Shown) -> None:  # noqa: N802
    """The run, and beside it the firm that is looked at."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    film = shown.film
    quarter = min(max(quarter_of(asked.get("quarter")), film.quarters[0]), film.quarters[-1])
    firm = firm_of(asked.get("firm"), film)
    same = [shown, words.language]
    around = solara.use_memo(lambda: Around(words, region, film), same)
    given = solara.use_memo(lambda: stage_given(words, region, shown, around), same)

    def go(to: int) -> None:
        visitor.put(quarter=quarter_name(to))

    with solara.Div(classes=["yd-micro"]):
        with solara.Div():
            Stage(
                **given, palette=PALETTE, turned=quarter, picked=-1 if firm is None else firm,
                event_turn=go, event_pick=lambda row: visitor.put(firm=str(row)),
            )  # fmt: skip
            for note in notes(words, film, len(shown.rows)):
                Text("p", note, "yd-note")
            Yearly(shown)
        with solara.Div():
            Life(shown, around, firm, quarter, go)
            Taken(shown)


def firm_of(text: str, film: Film) -> int | None:
    """The row of a firm that a link names; None where there is none, or no such."""
    return int(text) if is_number(text, len(film.traits) - 1) else None


def notes(words: Words, film: Film, drawn: int) -> list[str]:
    """What the reader of the picture must know."""
    found = [words("micro.drawn", drawn=f"{drawn:,}")]
    if film.every > 1:
        found.append(words("micro.sample", every=film.every))
    if film.scale != 1.0:
        found.append(words("micro.scale", scale=number(film.scale)))
    return found


def stage_given(words: Words, region: Region, shown: Shown, around: Around) -> dict[str, Any]:
    """What the browser is given of a film: the packed firms and the words around them."""
    film = shown.film
    labels: dict[str, Any] = {name: words(f"micro.stage.{name}") for name in STAGE_WORDS}
    labels |= {name: words(f"micro.stage.{name}", **{blank: f"{{{blank}}}" for blank in blanks}) for name, blanks in FILLED.items()}
    labels["quarter_long"] = words("micro.quarter", year="{year}", season="{season}")
    labels["money"] = [words(f"micro.money.{name}") for name in ("e5", "e6", "e7", "e8", "e9", "e10")]
    incubators, institutes = (
        [around.name(table, row) for row in range(1 + max(around.rows(table), default=-1))] for table in ("incubator", "institute")
    )
    giants = {str(row): around.firm(int(row), int(film.traits["giant"][row])) for row in shown.rows if film.traits["giant"][row] > 0}
    return {
        "packed": shown.packed,
        "shape": {"firms": len(shown.rows), "quarters": len(film.quarters), "first": film.quarters[0], "year": FIRST_YEAR,
                  "steps": frames.REVENUE_STEPS, "bits": BITS},
        "sectors": [words.titled(sector) for sector in region.settings.sectors],
        "incubators": incubators, "institutes": institutes, "firms": giants,
        "counts": [
            {"id": name, "title": words(f"micro.count.{name}"), "values": [round(float(value)) for value in film.counts[:, k]]}
            for k, name in enumerate(COUNTS)
        ],
        "flows": flows_given(words, film), "labels": labels,
    }  # fmt: skip


def flows_given(words: Words, film: Film) -> list[dict[str, Any]]:
    """What went through each door in each quarter, by what it counts; doors that nothing ever passed are left out."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for k, id in enumerate(DOORS):
        values = film.flows[:, k]
        if values.any():
            part = {"id": id, "title": words.door(id), "values": [int(value) for value in values]}
            groups.setdefault(id.partition(":")[0], []).append(part)
    return [{"title": words.account(counted), "parts": parts} for counted, parts in groups.items()]


STAGE_WORDS = (
    "title", "play", "pause", "first", "back", "next", "last", "speed", "quarter", "keys_note", "arrange", "by_status", "by_size",
    "by_incubator", "by_network", "colour", "colour_status", "colour_sector", "colour_size", "who", "who_able", "who_register",
    "who_drawn", "sector", "every_sector", "tenants", "loans", "outside", "register", "certified", "giant", "tenant", "loan", "default",
    "small", "middle", "large", "huge", "nowhere", "revenue_axis", "revenue", "staff", "unit", "firm", "partner", "knowledge_loan",
    "commercial_loan", "equity", "incubator", "institute", "counts", "changed", "flows", "no_flows", "table", "none",
)  # fmt: skip

FILLED = {"speed_of": ("speed",), "shown": ("count",), "canvas": ("quarter", "count")}
"""Sentences whose blanks the browser fills."""


# --- the firm that is looked at


@solara.component
def Life(shown: Shown, around: Around, firm: int | None, quarter: int, go: Callable[[int], None]) -> None:  # noqa: N802
    """The story of a firm, its course, and both as files."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    film = shown.film
    small, set_small = solara.use_state(True)
    events = solara.use_memo(lambda: [] if firm is None else life(film, firm), [shown, firm])
    options = solara.use_memo(lambda: teller_options(words, region, shown, around), [shown, words.language])
    written = asked.get("firm")
    with solara.Div(classes=["yd-panel"], attributes={"id": "micro-firm", "data-firm": "" if firm is None else str(firm)}):
        Text("h3", words("micro.firm.title"))
        Text("p", words("micro.firm.pick"), "yd-note")
        with solara.Div(classes=["yd-row"]):
            Choice("micro-choose", words("micro.firm.choose"), written if written in dict(options) else "", options,
                   lambda row: visitor.put(firm=row))  # fmt: skip
            Field(id="micro-number", label=words("micro.firm.number"), value=written, mode="numeric", size=8,
                  event_enter=lambda text: visitor.put(firm=text.strip()[:12]))  # fmt: skip
        if written and not events:
            key = "micro.firm.unknown" if firm is None else "micro.firm.left_out"
            Text("p", words(key, value=written[:12], last=len(film.traits) - 1), "yd-trouble", id="micro-unknown", role="alert")
        if firm is None or not events:
            return
        trait = film.traits[firm]
        Text("h3", around.firm(firm, int(trait["giant"])), id="micro-firm-name")
        Text("p", about(words, region, trait), "yd-micro-about")
        Text("p", standing(words, film, firm, quarter), "yd-micro-about", id="micro-firm-now")
        Text("p", words("micro.firm.giant_note" if 0 < trait["giant"] <= len(region.settings.giants) else "micro.firm.invented"), "yd-note")
        kept = [event for event in events if small or event.kind not in SMALL]
        Text("h4", words("micro.firm.events", count=len(kept)))
        Tick("micro-small", words("micro.firm.small"), small, set_small)
        Story(
            id="micro-story", firm=firm, entries=[entry(words, event, around) for event in kept], turned=quarter,
            labels={"go": words("micro.firm.go")}, event_go=go,
        )  # fmt: skip
        paid = money_said(words, money(film, firm), {line.id: words.titled(line) for line in LINES})
        if paid:
            Text("p", paid, id="micro-money")
        Course(film, firm, around)
        with solara.Div(classes=["yd-figure-tools"]):
            Download(lambda: quarters_csv(film, firm), f"firm-{firm}-quarters.csv", words("micro.firm.quarters_csv"))
            Download(lambda: events_csv(words, events, around), f"firm-{firm}-story.csv", words("micro.firm.events_csv"))
            Press("micro-leave", words("micro.firm.close"), lambda: visitor.put(firm=""))


@solara.component
def Tick(id: str, label: str, value: bool, on_value: Callable[[bool], object]) -> None:  # noqa: N802
    """A box to tick, as a button that says whether it is pressed."""
    button = solara.v.Html(
        tag="button", children=[("\u2611 " if value else "\u2610 ") + label], class_="yd-button",
        attributes={"type": "button", "id": id, "aria-pressed": "true" if value else "false"},
    )  # fmt: skip
    solara.v.use_event(button, "click", lambda *_: on_value(not value))


def teller_options(words: Words, region: Region, shown: Shown, around: Around) -> list[tuple[str, str]]:
    """Firms to choose from, with their sectors."""
    sectors = region.settings.sectors
    found = [("", words("micro.firm.choose_none"))]
    for row in shown.tellers:
        trait = shown.film.traits[row]
        found.append((str(row), f"{around.firm(row, int(trait['giant']))} · {words.titled(sectors[trait['sector']])}"))
    return found


def about(words: Words, region: Region, trait: Any) -> str:
    """Sector, kind and place of a firm."""
    kind = words("micro.firm.industry" if trait["industry"] == 1 else "micro.firm.service")
    if trait["state_owned"] == 1:
        kind += words("phrase.comma") + words("micro.firm.state_owned")
    settings = region.settings
    return words("micro.firm.about", sector=words.titled(settings.sectors[trait["sector"]]), kind=kind,
                 place=words.titled(settings.places[trait["place"]]))  # fmt: skip


def standing(words: Words, film: Film, firm: int, quarter: int) -> str:
    """How a firm stands in a quarter, in one line."""
    quarters, rows = film.rows_of(firm)
    date = quarter_said(words, quarter)
    if quarter < quarters[0]:
        return words("micro.firm.now_unborn", quarter=date)
    if quarter > quarters[-1] or rows[quarters.index(quarter)]["alive"] == 0:
        return words("micro.firm.now_gone", quarter=date)
    row = rows[quarters.index(quarter)]
    now = words("micro.firm.now_said", revenue=f"{row['revenue']:,.0f}", staff=f"{row['staff']:,.0f}", rd=number(float(f"{row['rd']:.3g}")),
                patents=int(row["patents"]))  # fmt: skip
    return words("micro.firm.now", quarter=date, said=now)


def entry(words: Words, event: Event, around: Around) -> dict[str, Any]:
    """One line of a story."""
    return {
        "quarter": event.quarter, "name": quarter_name(event.quarter), "kind": event.kind, "small": event.kind in SMALL,
        "date": quarter_said(words, event.quarter, "micro.quarter_short"), "text": said(words, event, around),
        "record": event.quarter == RECORD_END_QUARTER and ("_record" in event.kind or event.kind == "unregistered"),
    }  # fmt: skip


@solara.component
def Course(film: Film, firm: int, around: Around) -> None:  # noqa: N802
    """Revenue, staff and R&D of a firm as small lines."""
    words = visitor.words()
    drawn = solara.use_memo(lambda: course(words, film, firm), [film, firm, words.language])
    with solara.Div(classes=["yd-micro-lines"], attributes={"id": "micro-course"}):
        for figure in drawn:
            Text("h4", figure.title)
            Drawn(option=thin(charts.option(words, figure, 0.9)), label=f"{around.firm(firm, 0)}. {figure.title}", high="128px")


def course(words: Words, film: Film, firm: int) -> list[Figure]:
    """A firm's revenue, staff and R&D by quarter."""
    quarters, rows = film.rows_of(firm)
    lived = rows["alive"] == 1
    names = tuple(quarter_name(quarter) for quarter, alive in zip(quarters, lived) if alive)
    found = []
    for columns in (("revenue",), ("staff", "science_staff"), ("rd",)):
        unit = words.unit("人" if columns[0] == "staff" else "万元")
        series = tuple(Series("value", words(f"micro.firm.{one}"), numbers(float(v) for v in rows[one][lived])) for one in columns)
        title = words("phrase.comma").join(one.name for one in series) + f" [{unit}]"
        found.append(Figure(f"firm-{columns[0]}", "lines", title, "", words("micro.firm.over"), names, series))
    return found


def thin(option: dict[str, Any]) -> dict[str, Any]:
    """A chart of lines made to fit beside a story: no marks, no legend, no tools."""
    for one in option["series"]:
        one["symbol"] = "none"
    grid = {"left": 4, "right": 14, "top": 10, "bottom": 4, "containLabel": True}
    return {**option, "grid": grid, "legend": {"show": False}, "toolbox": {"show": False}}


def quarters_csv(film: Film, firm: int) -> bytes:
    """A firm's row in each quarter, every column that was kept."""
    quarters, rows = film.rows_of(firm)
    names = [name for name in rows.dtype.names or () if name != "row"]
    table = [{"quarter": quarter_name(quarter), **{name: row[name].item() for name in names}} for quarter, row in zip(quarters, rows)]
    return csv_text(table, ["quarter", *names]).encode("utf-8-sig")


def events_csv(words: Words, events: Sequence[Event], around: Around) -> bytes:
    """A story with its numbers."""
    heads = [words(f"micro.column.{name}") for name in ("quarter", "event", "said")]
    told = [(quarter_name(event.quarter), event.kind, said(words, event, around)) for event in events]
    table: list[dict[str, object]] = [{**dict(zip(heads, cells)), **event.values} for cells, event in zip(told, events)]
    return csv_text(table, heads).encode("utf-8-sig")


# --- the run itself


@solara.component
def Yearly(shown: Shown) -> None:  # noqa: N802
    """An indicator of this run by year."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    film = shown.film
    known = {one.id: words.titled(one) for one in INDICATORS}
    picked = asked.get("shows") if asked.get("shows") in known else region.targets[0].indicator if region.targets else INDICATORS[0].id
    figure = solara.use_memo(lambda: yearly(words, region, film, picked), [shown, picked, words.language])
    with solara.Div(classes=["yd-panel"], attributes={"id": "micro-indicators"}):
        Text("h3", words("micro.indicators"))
        Choice("micro-indicator", words("micro.indicator"), picked, list(known.items()), lambda id: visitor.put(shows=id))
        Chart(figure, height=260)


def yearly(words: Words, region: Region, film: Film, id: str) -> Figure:
    """An indicator of a run by year, with the target where there is one."""
    ids = [one.id for one in INDICATORS]
    values = [float(value) for value in film.values[:, ids.index(id)]]
    series = [Series("value", words("micro.this_run"), numbers(value if np.isfinite(value) else None for value in values))]
    target = region.target(id)
    if target is not None and target.year in film.years:
        level = tuple(target.value if year == target.year else None for year in film.years)
        series.append(Series("target", words("figure.target", year=target.year), level))
    unit = words.unit(next(one.unit for one in INDICATORS if one.id == id))
    years = tuple(map(str, film.years))
    return Figure(f"run-{film.draw}-{id}", "lines", words.indicator(id), unit, words("micro.column.year"), years, tuple(series))


@solara.component
def Taken(shown: Shown) -> None:  # noqa: N802
    """What the run is, to find it again: digest, command, tables."""
    words, region = visitor.words(), visitor.region()
    film, wanted = shown.film, shown.wanted
    job: solara.Reactive[Job | None] = solara.use_reactive(NO_JOB)
    zipped, set_zipped = solara.use_state(b"")
    wrong, set_wrong = solara.use_state("")

    def make() -> None:
        try:
            job.value = Job.start(tables, region, wanted.mix, wanted.environment, wanted.seed, wanted.draw)
        except InputError as error:
            set_wrong(words.error(error))

    def listen() -> Callable[[], None] | None:
        one = job.value
        if one is None:
            return None

        def look(now: Job) -> None:
            if now.state == "done":
                set_zipped(now.result())
                job.set(None)

        stop = one.subscribe(look)
        look(one)
        return stop

    def forget() -> None:
        """Tables of the run before are not those of this one."""
        if job.value is not None:
            job.value.cancel()
            job.set(None)
        set_zipped(b"")

    solara.use_effect(listen, [job.value])
    solara.use_effect(forget, [shown])
    with solara.Div(classes=["yd-panel"], attributes={"id": "micro-run-is", "data-digest": film.digest}):
        Text("p", whose(words, region, wanted), id="micro-of")
        Text("p", words("micro.digest", digest=film.digest), "yd-micro-digest", id="micro-digest")
        Text("p", words("micro.command", command=command_of(region, wanted)), "yd-note", id="micro-command")
        Text("p", words("micro.took", seconds=f"{film.seconds:.1f}"), "yd-note")
        Text("h4", words("micro.tables"))
        Text("p", words("micro.tables_note"), "yd-note")
        LongWork(job, words("micro.tables_running"))
        if wrong:
            Text("p", wrong, "yd-trouble", role="alert")
        if zipped:
            name = f"{film.region}-{film.scenario.rstrip('+')}-draw{film.draw}.zip"
            with solara.Div(attributes={"id": "micro-zip"}):
                Download(lambda: zipped, name, words("micro.tables_get", size=f"{len(zipped) / 1e6:.1f}"))
        elif job.value is None or job.value.state in ("failed", "cancelled"):
            Press("micro-tables", words("micro.tables_make"), make)


def command_of(region: Region, wanted: Wanted) -> str:
    """The command that gives the same run; a mix of one's own is first saved as a file."""
    parts = ["yidu", "run", wanted.mix.base if wanted.mix.plain else "mix.toml"]
    options: Mapping[str, tuple[str, str]] = {
        "--region": (region.name, "dadukou"), "--draw": (str(wanted.draw), "0"), "--seed": (str(wanted.seed), "1"),
        "--environment": (wanted.environment, "baseline"),
    }  # fmt: skip
    for option, (value, usual) in options.items():
        if value != usual:
            parts += [option, value]
    return shlex.join([*parts, "--way", "mesa"])
