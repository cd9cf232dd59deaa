"""What the pages of answers share: tables as the terminal has them, the conclusion with its grounds, fields, and long work to be begun."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import solara

from yidu.experiments.assess.desk import Question
from yidu.experiments.ensembles.cores import cores
from yidu.sim.errors import InputError
from yidu.viz.app import visitor
from yidu.viz.app.jobs import Job
from yidu.viz.pages.parts import Download, LongWork, Minded, Press, Text, stamped
from yidu.viz.terminal.printed import Block, Grid, Sentence, as_rows, sections
from yidu.viz.words import Words, table

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import Asked

PACE = 50.0
"""Runs of one core in a second, about: what is said before long work has shown its own pace."""

BEGIN = 8.0
"""Seconds until a process of its own is ready to work, about."""


class PageWords(Words):
    """Words that speak of buttons where the command line speaks of its options: `in_app.KEY` in the place of KEY."""

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of a key as a page says it."""
        own = f"in_app.{key}"
        return super().__call__(own if own in table(self.language) else key, **values)


def page_words() -> PageWords:
    """Words in this visitor's language, as a page says them."""
    return PageWords(visitor.words().language)


@solara.component_vue("sheet.vue", vuetify=False)
def Sheet(  # noqa: N802
    id: str, title: str, heads: list[str], right: list[bool], rows: list[list[dict[str, str]]], notes: list[str], marked: int = -1
) -> None:
    """A table: labels to the left, numbers to the right, legends under it; `marked`: a row that is set off."""


@solara.component_vue("field.vue", vuetify=False)
def Field(id: str, label: str, value: str, mode: str, size: int, event_enter: Callable[[str], object]) -> None:  # noqa: N802
    """A labelled line to write in."""


def Number(id: str, label: str, value: str, on_enter: Callable[[str], object]) -> solara.Element:  # noqa: N802
    """A labelled field for a number; what is entered comes as it was written."""
    return Field(id=id, label=label, value=value, mode="decimal", size=10, event_enter=lambda text: on_enter(text.strip()))


def Table(id: str, grid: Grid, notes: Sequence[str] = (), marked: int = -1) -> solara.Element:  # noqa: N802
    """A table of the terminal on the page."""
    return Sheet(
        id=id, title=grid.title, heads=list(grid.heads), right=list(grid.right), rows=as_rows(grid.rows), notes=list(notes), marked=marked,
    )  # fmt: skip


@solara.component
def Printed(id: str, make: Callable[[], Sequence[Block]], of: Sequence[object]) -> None:  # noqa: N802
    """What a command would print, one table below the other; made anew only when one of `of` changes, or the language."""
    blocks = solara.use_memo(make, [*of, visitor.words().language])
    with solara.Div(classes=["yd-printed"], attributes={"id": id}):
        for k, (grid, said) in enumerate(sections(blocks)):
            if grid is not None:
                Table(f"{id}-{k + 1}", grid, [one.text for one in said])
            else:
                for one in said:
                    Text("p", one.text, {"strong": "yd-strong", "faint": "yd-note"}.get(one.kind, ""))


@solara.component
def Folded(id: str, title: str, make: Callable[[], object]) -> None:  # noqa: N802
    """What is made and shown once its title is pressed, and put away again."""
    shown, set_shown = solara.use_state(False)
    with solara.Div(classes=["yd-folded"], attributes={"id": f"{id}-part"}):
        Press(id, f"{'▾' if shown else '▸'} {title}", lambda: set_shown(not shown), kind="yd-fold", on=shown)
        if shown:
            make()


@solara.component
def Concluded(id: str, answer: Any, evidence: str, titles: str) -> None:  # noqa: N802
    """The sentence that answers the question, the evidence under it, what to mind, and what was asked.

    `answer`: an `Asked` with a conclusion and warnings. `titles`: what its mixes are called.
    """
    words = visitor.words()
    with solara.Div(classes=["yd-panel", "yd-concluded"], attributes={"id": id, "aria-live": "polite"}):
        for line in answer.conclusion.split("\n"):
            Text("p", line, "yd-conclusion")
        Text("p", evidence, "yd-evidence", id=f"{id}-evidence")
        Minded(f"{id}-warnings", answer.warnings)
        Text("p", stamp_of(words, answer, titles), "yd-note", id=f"{id}-stamp")


def stamp_of(words: Words, answer: Asked, titles: str) -> str:
    """Of what a published answer is."""
    return stamped(words, titles, answer.environment, answer.runs, answer.seed, answer.digest)


# --- long work that a visitor begins


@dataclass(frozen=True)
class Begun:
    """Long work, what it was begun for, and how its mix was called then."""

    job: Job
    of: tuple[object, ...]
    question: Question


def asked_now(*more: object) -> tuple[object, ...]:
    """What long work depends on, as something that can be compared."""
    return *visitor.question().key, *more


def about_seconds(runs: int) -> float:
    """How long so many runs take on this machine if nobody else uses it, about."""
    return BEGIN + runs / (PACE * cores())


def long_said(words: Words, runs: int) -> str:
    """About how long so many runs take, in words."""
    seconds = about_seconds(runs)
    if seconds < 90:
        return words("app_explain.long.seconds", count=f"{10 * max(1, round(seconds / 10)):.0f}", runs=f"{runs:,}")
    return words("app_explain.long.minutes", count=f"{seconds / 60:.0f}", runs=f"{runs:,}")


@solara.component
def Begin(  # noqa: N802
    id: str,
    begun: solara.Reactive[Begun | None],
    start: Callable[[], Begun],
    label: str,
    runs: int,
    what: str,
    more: tuple[object, ...] = (),
) -> None:
    """A button that begins long work, with how long it takes about; then its progress, and a word where it answers another question.

    Args:
        start: begins it; an InputError is said beside the button.
        runs: how many runs it takes in all.
        more: what it depends on beside the question on the screen.
    """
    words = visitor.words()
    wrong, set_wrong = solara.use_state("")
    one = begun.value
    job = None if one is None else one.job
    done = use_result(begun) is not None

    def press() -> None:
        set_wrong("")
        try:
            begun.value = start()
        except InputError as error:
            set_wrong(words.error(error))

    at_work = job is not None and job.state in ("waiting", "running")
    with solara.Div(classes=["yd-begin"]):
        Press(f"{id}-run", label, press, kind="primary", disabled=at_work)
        Text("span", long_said(words, runs), "yd-note", id=f"{id}-long")
        if wrong:
            Text("p", wrong, "yd-trouble", id=f"{id}-error", role="alert")
    LongWork(job=solara.use_reactive(job), what=what)
    if one is not None and done and one.of != asked_now(*more):
        Text("p", words("app_explain.other_question", scenario=words.titled(one.question.scenario)), "yd-trouble", id=f"{id}-other")


def use_result(begun: solara.Reactive[Begun | None]) -> Any:
    """What long work gave, None where it is not done; the component is drawn again when it ends."""
    _, refresh = solara.use_state("")
    job = None if begun.value is None else begun.value.job

    def watch() -> Callable[[], None] | None:
        if job is None:
            return None
        stop = job.subscribe(lambda one: refresh(one.state))
        refresh(job.state)
        return stop

    solara.use_effect(watch, [job])
    if begun.value is None or job is None or job.state != "done":
        return None
    of, region = begun.value.question.region, visitor.region()
    # What was found of another region names what this one may not have.
    return job.result() if (of.folder, of.digest) == (region.folder, region.digest) else None


def Csv(make: Callable[[], str], name: str) -> solara.Element:  # noqa: N802
    """A button for all tables of an answer as one CSV file, as the command writes it."""
    return Download(lambda: make().encode("utf-8-sig"), name, visitor.words()("app_explain.csv"))


def legend(blocks: Sequence[Block]) -> list[str]:
    """The sentences among what is printed."""
    return [one.text for one in blocks if isinstance(one, Sentence)]


# --- tabs


@solara.component_vue("tabs.vue", vuetify=False)
def Tabs(tabs: list[dict[str, str]], active: str, label: str, event_pick: Callable[[str], object]) -> None:  # noqa: N802
    """Parts of a page; arrow keys go from one to the next."""
