"""What several pages are made of: a chart with its data, a question to the desk, long work with progress and cancel."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

import ipyvue
import solara
import traitlets

from yidu.experiments.assess.desk import FULL, Told
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.errors import InputError
from yidu.viz.app import visitor
from yidu.viz.app.jobs import Job, JobFailed
from yidu.viz.app.server_settings import MEGABYTE
from yidu.viz.figures import Figure, charts
from yidu.viz.pages import upload
from yidu.viz.pages.upload import Came
from yidu.viz.tables import csv_text
from yidu.viz.words import Words
from yidu.viz.words.format import number
from yidu.viz.words.limits import parted, untagged
from yidu.viz.words.titles import environment_title
from yidu.viz.workbook import FORMULA, Block, Column, Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


# --- components written in Vue


@solara.component_vue("levers.vue", vuetify=False)
def LeverPanel(  # noqa: N802
    groups: list[dict[str, Any]],
    labels: dict[str, str],
    kind: str,
    opened: str,
    event_move: Callable[[dict[str, Any]], None],
    event_why: Callable[[str], None],
    event_reset: Callable[[str], None],
) -> None:
    """Sliders in groups: policy or assumptions, never both in one panel."""


@solara.component_vue("cards.vue", vuetify=False)
def Cards(  # noqa: N802
    cards: list[dict[str, Any]], labels: dict[str, str], selected: str, answers: str, event_pick: Callable[[str], None]
) -> None:
    """A card for each target. `answers`: the link of the question that they answer; empty while another is computed."""


@solara.component_vue("address.vue", vuetify=False)
def Address(query: str, title: str, language: str) -> None:  # noqa: N802
    """Keeps the browser's address line, title and language with what is on the screen."""


@solara.component_vue("header.vue", vuetify=False)
def Header(  # noqa: N802
    tabs: list[dict[str, str]],
    active: str,
    labels: dict[str, str],
    language: str,
    district: str,
    logout: str,
    event_go: Callable[[str], None],
    event_language: Callable[[str], None],
    event_act: Callable[[str], None],
) -> None:
    """Name, pages, link, print and language."""


@solara.component_vue("keys.vue", vuetify=False)
def Keys(listened: list[str], full: bool, event_key: Callable[[str], None]) -> None:  # noqa: N802
    """Listens to keys of the whole page, and fills the screen."""


@solara.component_vue("table.vue", vuetify=False)
def DataTable(id: str, title: str, heads: list[str], rows: list[list[str]], labels: dict[str, str]) -> None:  # noqa: N802
    """The numbers behind a chart, for who cannot see it or wants to read them."""


# --- charts


@solara.component_vue("chart.vue", vuetify=False)
def Canvas(  # noqa: N802
    option: str, label: str, high: str, event_pick: Callable[[dict[str, Any]], object] | None = None
) -> None:
    """An ECharts option, as JSON, on the page.

    Solara's own component fails where a chart leaves the page before ECharts has come, and never disposes of those that left.
    """


def Drawn(  # noqa: N802
    option: charts.Option, label: str, high: str, event_pick: Callable[[dict[str, Any]], object] | None = None
) -> solara.Element:
    """An ECharts option on the page: as a text, through which neither Reacton nor Vue goes with every drawing."""
    return Canvas(option=json.dumps(option, ensure_ascii=False), label=label, high=high, event_pick=event_pick)


@solara.component
def Chart(  # noqa: N802
    figure: Figure,
    *,
    scale: float = 1.0,
    height: int | str | None = None,
    on_pick: Callable[[str], object] | None = None,
    data: bool = True,
) -> None:
    """A figure with its title, its note, and its data as CSV, Excel and PNG (the chart's own button).

    `height`: in pixels, or as a style sheet says it. `on_pick`: told the key of the category that is clicked.
    """
    words = visitor.words()
    high = height if isinstance(height, str) else f"{height or charts.height(figure, scale)}px"

    def picked(event: dict[str, Any]) -> None:
        place = event.get("dataIndex")
        if event.get("componentType") == "yAxis":
            place = figure.categories.index(event["value"]) if event.get("value") in figure.categories else None
        if on_pick is not None and isinstance(place, int) and 0 <= place < len(figure.keys):
            on_pick(figure.keys[place])

    with solara.Div(classes=["yd-figure"], attributes={"id": f"figure-{figure.id}", "data-kind": figure.kind}):
        Text("h3", figure.title, "yd-figure-title")
        Drawn(
            option=charts.option(words, figure, scale), label=f"{figure.title}. {figure.note}", high=high,
            event_pick=picked if on_pick else None,
        )  # fmt: skip
        if figure.note:
            Text("p", figure.note, "yd-note")
        if data:
            with solara.Div(classes=["yd-figure-tools"]):
                DataTable(
                    id=figure.id, title=figure.title, heads=figure.heads,
                    rows=[[number(cell) if isinstance(cell, float) else str(cell or "") for cell in row] for row in figure.rows],
                    labels={"data": words("app.chart.data")},
                )  # fmt: skip
                Download(lambda: figure_csv(figure), f"{figure.id}.csv", words("app.chart.csv"))
                Download(lambda: figure_xlsx(words, figure), f"{figure.id}.xlsx", words("app.chart.xlsx"))


@solara.component
def Over(  # noqa: N802
    id: str, title: str, on_close: Callable[[], object], width: int = 640, children: Sequence[solara.Element] = ()
) -> None:
    """A dialog over the page, with its title and a button that closes it, as Escape does.

    It stands still from the first moment: one that grows into place takes no press while it does, and its buttons move away from under
    the pointer.
    """
    closing = lambda shown: None if shown else on_close()  # noqa: E731
    with solara.v.Dialog(v_model=True, on_v_model=closing, max_width=width, scrollable=True, transition=""):
        with solara.Div(classes=["yd-dialog"], attributes={"id": id, "role": "dialog", "aria-label": title}):
            Text("h3", title)
            solara.Div(children=list(children))
            Press(f"{id.removesuffix('-dialog')}-close", visitor.words()("app.close"), on_close)


@solara.component
def Minded(id: str, warnings: Sequence[str]) -> None:  # noqa: N802
    """What cannot be known, by its kind, then what else the reader must know; nothing where there is nothing."""
    words = visitor.words()
    limits, rest = parted(words, warnings)
    if limits:
        with solara.Div(classes=["yd-minded", "yd-limits"], attributes={"id": f"{id}-limits"}):
            Text("h3", words("limit.title"))
            for kind, said in limits.items():
                Text("h4", words(f"limit.kind.{kind}"))
                listed([untagged(words, kind, one) for one in said])
    if rest:
        with solara.Div(classes=["yd-minded"], attributes={"id": id}):
            Text("h3", words("app.minded"))
            listed(rest)


def listed(sentences: Sequence[str]) -> None:
    solara.v.Html(tag="ul", children=[solara.v.Html(tag="li", children=[said]) for said in sentences])


@solara.component
def Limits(id: str, warnings: Sequence[str], targets: Sequence[str] = ()) -> None:  # noqa: N802
    """One line on what the numbers below cannot know, with the sentences behind a press; nothing where nothing is beyond.

    `targets`: titles of those whose numbers are extrapolated.
    """
    words = visitor.words()
    shown, set_shown = solara.use_state(False)
    limits, _ = parted(words, warnings)
    if not limits:
        return
    with solara.Div(classes=["yd-limits-line"], attributes={"id": id, "role": "status"}):
        Text("strong", words("limit.title"))
        for kind in limits:
            count = len(targets) if kind == "extrapolation" else 0
            said = words(f"limit.kind.{kind}")
            Text("span", words("limit.count", kind=said, count=count) if count else said, f"yd-limit {kind}")
        Press(f"{id}-more", words("limit.details"), lambda: set_shown(True))
    if shown:
        with Over(f"{id}-dialog", words("limit.dialog"), lambda: set_shown(False), width=760):
            if targets:
                Text("p", words("limit.targets", count=len(targets), indicators=words("phrase.comma").join(targets)))
            for kind, sentences in limits.items():
                Text("h4", words(f"limit.kind.{kind}"))
                listed([untagged(words, kind, one) for one in sentences])


def Text(tag: str, text: str, kind: str = "", **attributes: str) -> solara.Element:  # noqa: N802
    """Plain text in an element: whatever stands in it is shown, never run."""
    return solara.v.Html(tag=tag, children=[text], class_=kind, attributes=attributes)


@solara.component
def Download(make: Callable[[], bytes], name: str, label: str) -> None:  # noqa: N802
    """A button that makes a file when it is pressed."""
    with solara.FileDownload(make, filename=name, mime_type=mime_of(name)):
        solara.v.Html(tag="button", children=[label], class_="yd-button", attributes={"type": "button"})


def mime_of(name: str) -> str:
    """What a browser is told a file is."""
    known = {"csv": "text/csv", "xlsx": XLSX, "pptx": PPTX, "docx": DOCX, "html": "text/html", "toml": "application/toml"}
    return known.get(name.rpartition(".")[2], "application/octet-stream")


def figure_csv(figure: Figure) -> bytes:
    """The table of a figure for a spreadsheet; a text that looks like a formula is kept from being one."""
    heads = [harmless(head) for head in unique(figure.heads)]
    rows = [dict(zip(heads, [harmless(cell) if isinstance(cell, str) else cell for cell in row])) for row in figure.rows]
    return csv_text(rows, heads).encode("utf-8-sig")


def figure_xlsx(words: Words, figure: Figure) -> bytes:
    """The table of a figure as a workbook, with what was asked above it."""
    book = Workbook(figure.title, words("app.title", region=words.titled(visitor.region())), datetime.now(), words("app.page_number"))
    columns = [Column(head, "number" if k else "text") for k, head in enumerate(figure.heads)]
    book.sheet(figure.title, figure.title, [stamp(words), figure.note], [Block("", columns, figure.rows)])
    return book.content()


def stamp(words: Words) -> str:
    """Of what the numbers on the screen are."""
    told = visitor.told.value
    if told is None:
        return ""
    plain = told.mixed.plain
    return stamped(words, words.titled(told.question.scenario), plain.environment, plain.runs, plain.seed, told.assessment.digest)


def stamped(words: Words, titles: str, environment: str, runs: int, seed: int, digest: str) -> str:
    """Of what an answer is: region, mixes by their titles, environment, runs, seed, digest."""
    region = visitor.region()
    return words(
        "app.stamp", region=words.titled(region), scenario=titles, environment=environment_title(words, region, environment),
        runs=f"{runs:,}", seed=seed, digest=digest,
    )  # fmt: skip


def harmless(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def unique(names: Sequence[str]) -> list[str]:
    """Names told apart: the second of the same name is numbered."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


# --- what need not be made anew


def use_kept[T](make: Callable[[], T], *of: object) -> T:
    """What `make` gives, made anew only when one of `of` is another object than at the last drawing.

    `solara.use_memo` asks whether they are equal, which for the runs of an answer takes as long as what is made of them.
    """
    kept = solara.use_ref(cast(tuple[tuple[object, ...], T] | None, None))
    before = kept.current
    if before is not None and all(now is then for now, then in zip(of, before[0], strict=True)):
        return before[1]
    made = make()
    kept.current = (of, made)
    return made


# --- asking the desk


def use_told(mixes: Sequence[Mix], *, gains: bool = False, most: int = FULL) -> list[Told | None]:
    """What the desk says of mixes under the visitor's assumptions and luck, as it comes; None where nothing is told yet."""
    found, set_found = solara.use_state(tuple[Told | None, ...]((None,) * len(mixes)))
    now = visitor.asked.value
    region = visitor.region()

    def begin() -> Callable[[], None]:
        state: list[Told | None] = [None] * len(mixes)

        def tell(place: int, told: Told) -> None:
            state[place] = told
            set_found(tuple(state))

        set_found(tuple(state))
        stops = [
            visitor.follow(visitor.question(mix, gains=gains), lambda told, k=k: tell(k, told), most)  # type: ignore[misc]
            for k, mix in enumerate(mixes)
        ]

        def stop() -> None:
            for one in stops:
                one()

        return stop

    solara.use_effect(begin, [tuple(mixes), now.environment, now.seed, region.folder, region.digest])
    return list(found) if len(found) == len(mixes) else [None] * len(mixes)


def progress_said(words: Words, told: Told | None, most: int = FULL, *, stale: bool = False) -> str:
    """How many runs an answer rests on, and whether more are coming; `stale`: it answers what was asked before."""
    if stale:
        return words("app.runs.stale")
    if told is None:
        return words("app.runs.none")
    return words("app.runs.refined" if told.runs >= most else "app.runs.rough", runs=f"{told.runs:,}", most=f"{most:,}")


# --- long work


def use_progress(job: Job | None) -> None:
    """Have the component drawn again with each word of a job."""
    _, refresh = solara.use_state(0)
    solara.use_effect(lambda: None if job is None else job.subscribe(lambda _: refresh(lambda k: k + 1)), [job])


@solara.component
def LongWork(job: solara.Reactive[Job | None], what: str) -> None:  # noqa: N802
    """Progress of long work, a way to cancel it, and a sentence where it failed."""
    words = visitor.words()
    one = job.value
    use_progress(one)
    if one is None or one.state == "done":
        return
    with solara.Div(classes=["yd-work"], attributes={"id": "work", "data-state": one.state, "role": "status"}):
        if one.state == "failed":
            Text("p", job_error(words, one), "yd-trouble")
        elif one.state == "cancelled":
            Text("p", words("app.work.cancelled"), "yd-note")
        else:
            done, total = one.progress.done, one.progress.total
            if one.state == "waiting" and one.place:  # 0: its process is being started
                Text("p", words("app.work.waiting", place=one.place))
            else:
                part = "" if not total else words("app.work.part", done=f"{done:,}", total=f"{total:,}")
                Text("p", words("app.work.running", what=what, part=part, left=left_said(words, one)))
            solara.ProgressLinear(value=min(100.0, 100.0 * done / total) if total and one.state == "running" else True)
            Press("cancel", words("app.work.cancel"), one.cancel)


def left_said(words: Words, job: Job) -> str:
    """About how long a job still takes."""
    seconds = job.seconds_left
    if seconds is None:
        return ""
    return words("app.work.minutes", count=f"{seconds / 60:.0f}") if seconds > 90 else words("app.work.seconds", count=f"{seconds:.0f}")


def job_error(words: Words, job: Job) -> str:
    """Why a job gave no result, in a sentence."""
    error = job.error
    if isinstance(error, InputError):
        return words.error(error)
    return words(f"job.{error.why}") if isinstance(error, JobFailed) else words("job.broke")


class Pressed(ipyvue.Html):
    """An element that listens to presses from the moment it is made; with `solara.v.use_event` it would do so somewhat later."""

    pressed = traitlets.Callable(default_value=None, allow_none=True)

    def _handle_event(self, _: object, content: dict[str, Any], buffers: object) -> None:
        if content.get("event") == "click" and self.pressed is not None:
            self.pressed()


def Press(  # noqa: N802
    id: str, label: str, on_press: Callable[[], object], *, kind: str = "", disabled: bool = False, on: bool | None = None
) -> solara.Element:
    """A plain button with an id of its own; `on` says of a switch whether it is on."""
    attributes = {"type": "button", "id": id}
    if disabled:
        attributes["disabled"] = "disabled"
    if on is not None:
        attributes["aria-pressed"] = "true" if on else "false"

    def press() -> None:
        try:
            on_press()
        except Exception as error:
            visitor.trouble.value = visitor.broke(visitor.words(), error)

    return Pressed.element(
        tag="button", children=[label], class_=f"yd-button {kind}".strip(), attributes=attributes, _events=["click"],
        pressed=None if disabled else press,
    )  # fmt: skip


@solara.component
def Chips(  # noqa: N802
    id: str, options: Sequence[tuple[str, str]], chosen: Sequence[str], on_toggle: Callable[[str], object]
) -> None:
    """Things of which several can be chosen, as (value, title); each is a switch that says whether it is on."""
    with solara.Div(classes=["yd-presets"], attributes={"role": "group"}):
        for value, title in options:
            on = value in chosen
            Press(f"{id}-{value}", title, lambda value=value: on_toggle(value), kind="yd-chip" + (" active" if on else ""), on=on)  # type: ignore[misc]


@solara.component
def Choice(id: str, label: str, value: str, options: Sequence[tuple[str, str]], on_choice: Callable[[str], object]) -> None:  # noqa: N802
    """A drop-down list of (value, title), the browser's own: reached by keys, read by screen readers."""
    Select(id=id, label=label, value=value, options=[{"value": key, "title": title} for key, title in options], event_choose=on_choice)


@solara.component_vue("select.vue", vuetify=False)
def Select(  # noqa: N802
    id: str, label: str, value: str, options: list[dict[str, str]], event_choose: Callable[[str], object]
) -> None:
    """A labelled list of the browser's own."""


@solara.component
def Upload(id: str, label: str, accept: str, most: int, on_file: Callable[[str, bytes], object]) -> None:  # noqa: N802
    """A file from the visitor's machine, handed on whole in a thread of its own: its name, for sentences only, and its bytes.

    `on_file` may raise an InputError, which is said here, as is a file of more than `most` bytes.
    """
    words = visitor.words()
    wrong, set_wrong = solara.use_state("")
    busy, set_busy = solara.use_state(False)

    def refuse(error: InputError) -> None:
        set_wrong(words.error(error))

    def work(came: Came) -> None:
        try:
            if len(came.data) > most:
                raise InputError("the file is too large", file=came.name, expected=f"at most {most / MEGABYTE:g} MB")
            on_file(came.name, came.data)
        except Exception as error:
            set_wrong(visitor.broke(words, error))
        finally:
            set_busy(False)

    def take(came: Came) -> None:
        set_wrong("")
        set_busy(True)
        threading.Thread(target=work, args=(came,), daemon=True).start()

    upload.Upload(id=id, label=label, accept=accept, on_file=take, on_wrong=refuse)
    if busy:
        Text("p", words("app.reading"), "yd-note", role="status")
    if wrong:
        Text("p", wrong, "yd-trouble", id=f"{id}-error", role="alert")
