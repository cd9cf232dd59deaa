"""The export dialog: a deck, a document, a workbook or one page of HTML from the mix on the screen, made in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import solara

from yidu.experiments.report.compute import MOST_SCENARIOS, report, work
from yidu.experiments.scenarios.mix import Mix
from yidu.experiments.scenarios.scenario import load
from yidu.sim.errors import InputError
from yidu.sim.region import load as load_region
from yidu.viz.app import visitor
from yidu.viz.app.jobs import Job
from yidu.viz.pages.parts import Chips, Download, LongWork, Over, Press, Text, use_progress
from yidu.viz.report import ENDINGS, as_bytes
from yidu.viz.report.contents import contents
from yidu.viz.words import Words

if TYPE_CHECKING:
    from yidu.viz.words import Language

KINDS = tuple(ending.removeprefix(".") for ending in ENDINGS)
RUNS = 1000
USUAL = ("pptx", "docx")


def made(
    folder: str, mixes: Sequence[Mix], environment: str, seed: int, language: Language, kinds: Sequence[str], *,
    progress: Callable[[int], object],
) -> dict[str, bytes]:  # fmt: skip
    """Report files by their ending, from one computation; the first mix is reported, the others are compared with it."""
    region = load_region(folder)
    found = report(region, [mix.scenario(region) for mix in mixes], environment=environment, runs=RUNS, seed=seed, progress=progress)
    said = contents(Words(language), found)
    return {kind: as_bytes(said, f".{kind}") for kind in kinds}


@solara.component
def ExportDialog(on_close: Callable[[], object]) -> None:  # noqa: N802
    """Over the page; work under way goes on until it is cancelled or the dialog is closed."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    kinds, set_kinds = solara.use_state(tuple[str, ...](USUAL))
    beside, set_beside = solara.use_state(tuple[str, ...]())
    job: solara.Reactive[Job | None] = solara.use_reactive(None)
    wrong, set_wrong = solara.use_state("")
    one = job.value
    use_progress(one)
    mixes = (asked.mix, *(Mix(name) for name in beside if Mix(name) != asked.mix))
    scenarios = [mix.scenario(region) for mix in mixes]

    def start() -> None:
        set_wrong("")
        try:
            total = work(region, scenarios, RUNS)
            job.value = Job.start(
                made, str(region.folder), mixes, asked.environment, asked.seed, words.language, kinds,
                total=total, what=words("app.export.making"),
            )  # fmt: skip
        except InputError as error:
            set_wrong(words.error(error))

    def close() -> None:
        if one is not None:
            one.cancel()
        on_close()

    def toggle(chosen: Sequence[str], name: str) -> tuple[str, ...]:
        return tuple(other for other in chosen if other != name) if name in chosen else (*chosen, name)

    with Over("export-dialog", words("app.export.title"), close):
        Text("p", words("app.export.what", scenario=words.titled(visitor.scenario()), runs=f"{RUNS:,}"), "yd-note")
        Text("h4", words("app.export.kinds"))
        Chips("kind", [(kind, words(f"app.export.{kind}")) for kind in KINDS], kinds, lambda kind: set_kinds(toggle(kinds, kind)))
        Text("h4", words("app.export.beside"))
        others = [name for name in region.scenario_names if Mix(name) != asked.mix]
        Chips(
            "beside", [(name, words.titled(load(region, name))) for name in others], beside,
            lambda name: set_beside(toggle(beside, name)[-(MOST_SCENARIOS - 1) :]),
        )  # fmt: skip
        with solara.Div(classes=["yd-row"]):
            busy = one is not None and one.state in ("waiting", "running")
            Press("export-start", words("app.export.start"), start, kind="primary", disabled=busy or not kinds)
        if wrong:
            Text("p", wrong, "yd-trouble", id="export-error", role="alert")
        LongWork(job, words("app.export.making"))
        if one is not None and one.state == "done":
            with solara.Div(classes=["yd-row"], attributes={"id": "export-files"}):
                for kind, content in one.result().items():
                    name = f"{region.name}-{scenarios[0].name.rstrip('+')}.{kind}"
                    Download(lambda content=content: content, name, words(f"app.export.{kind}"))  # type: ignore[misc]
