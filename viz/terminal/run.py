"""One run in a terminal: every indicator by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.viz.terminal import say, show_years, with_unit
from yidu.viz.words import Words
from yidu.viz.words.limits import kinds_of
from yidu.viz.words.titles import environment_title, named

if TYPE_CHECKING:
    from yidu.experiments.run.answer import RunAnswer
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region


def show_run(out: Console, words: Words, region: Region, scenario: Scenario, answer: RunAnswer) -> None:
    """The answer of `yidu run`: every indicator by year."""
    out.print(f"[bold]{escape(words('run.title', region=words.titled(region), draw=answer.draw))}[/bold]")
    out.print(
        words(
            "run.what",
            scenario=named(words.titled(scenario), scenario.name),
            environment=environment_title(words, region, answer.environment),
            seed=answer.seed,
            way=answer.way,
        ),
        markup=False,
    )
    out.print(words("phrase.digest", digest=answer.digest), markup=False, style="dim")
    for line in kinds_of(words, answer.warnings):
        say(out, line, style="bold")
    out.print()
    years = sorted({row.year for row in answer.indicators if row.value is not None})
    values: dict[tuple[str, str], dict[int, float | None]] = {}
    for row in answer.indicators:
        values.setdefault((row.indicator, row.unit), {})[row.year] = row.value
    rows = [(with_unit(words, indicator, unit), [by.get(year) for year in years]) for (indicator, unit), by in values.items()]
    show_years(out, words, words("run.table"), years, rows)
