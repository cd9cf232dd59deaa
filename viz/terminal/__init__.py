"""Answers as tables in a terminal: right widths for Chinese, readable in monochrome, no number broken."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.markup import escape
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from yidu.sim.errors import printable
from yidu.sim.reading import UNSEEN
from yidu.viz.words import Words
from yidu.viz.words.format import folded, number
from yidu.viz.words.limits import kinds_of, parted
from yidu.viz.words.titles import environment_title, named

if TYPE_CHECKING:
    from yidu.experiments.assess.answer import AssessAnswer
    from yidu.experiments.judging.answer import Asked
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.experiments.update.answer import UpdateAnswer
    from yidu.experiments.validate.answer import ValidateAnswer
    from yidu.sim.region import Region

WIDTH_WITHOUT_TERMINAL = 120
NARROW = 115
"""Columns below which the table of targets leaves out what matters less."""

NARROW_LABEL = 20
"""Cells that a label keeps there, where years stand side by side."""

SIGNS = {"能完成": "++", "经努力可完成": "+ ", "难度较大": "- ", "难以完成": "--", "无记录": "  "}
COLOURS = {"能完成": "green", "经努力可完成": "cyan", "难度较大": "yellow", "难以完成": "red", "无记录": "dim"}

GAP = 2
"""Cells between two columns."""

LEAST_FOLDED = 16
"""Cells that a column which may fold keeps at least."""

LEAST_WIDTH = 40
"""Columns that a table takes at least, whatever the variable COLUMNS says; what it says that is no width is as if it said nothing."""


def console(*, error: bool = False) -> Console:
    """Where tables go (standard output) or messages (standard error); 120 columns without a terminal."""
    stream = sys.stderr if error else sys.stdout
    asked = os.environ.get("COLUMNS", "")
    columns = int(asked) if re.fullmatch(r"[1-9][0-9]{1,3}", asked) else WIDTH_WITHOUT_TERMINAL
    width = None if stream.isatty() else max(columns, LEAST_WIDTH)
    made = Console(file=stream, width=width, highlight=False, emoji=False, soft_wrap=False)
    made.push_render_hook(_Seen())
    return made


class _Seen(RenderHook):
    """Writes what would move the cursor, clear the screen or turn a line round as an escape (\\x1b), whoever's text holds it."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_SeenText(one) for one in renderables]


class _SeenText:
    def __init__(self, inner: ConsoleRenderable) -> None:
        self.inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for piece in console.render(self.inner, options):
            seen = piece.text if piece.control else UNSEEN.sub(lambda found: printable(found[0]), piece.text)
            yield Segment(seen, piece.style, piece.control)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self.inner)


def table(title: str, columns: Iterable[tuple[str, str]], rows: Iterable[Sequence[str]]) -> Table:
    """A table; columns are (heading, 'left', 'right' or 'fold'): long text may fold, the rest never does."""
    rows = [list(row) for row in rows]
    grid = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, show_edge=False)
    for i, (heading, side) in enumerate(columns):
        widest = max(cells_of(row[i]) for row in [[heading] * (i + 1), *rows])
        grid.add_column(
            heading,
            justify="right" if side == "right" else "left",
            no_wrap=side != "fold",
            overflow="fold",
            min_width=min(widest, LEAST_FOLDED) if side == "fold" else widest,
        )
    for row in rows:
        grid.add_row(*row)
    return grid


def cells_of(text: str) -> int:
    """Cells that the longest line of a text with markup takes."""
    return max(cell_len(line) for line in Text.from_markup(text).plain.split("\n"))


def say(out: Console, text: str, style: str | None = None) -> None:
    """Print a sentence, folded to the width."""
    out.print(folded(text, out.width), markup=False, style=style)


def show(out: Console, grid: Table) -> None:
    """Print a table; where the terminal is narrower than its numbers, the lines run on and are not cut."""
    title, grid.title = grid.title, None
    say(out, str(title), style="bold")
    least = sum(column.min_width or 0 for column in grid.columns) + GAP * (len(grid.columns) - 1)
    out.print(grid, width=max(out.width, least), crop=False)
    out.print()


# --- assessment


def asked(
    out: Console,
    words: Words,
    region: Region,
    scenario: Scenario,
    answer: AssessAnswer | ValidateAnswer | UpdateAnswer | Asked,
    title: str,
    *more: str,
) -> None:
    """What was asked of what: title, scenario, environment, runs, further lines, digest."""
    out.print(f"[bold]{escape(title)}[/bold]")
    out.print(
        words(
            "assess.what",
            scenario=named(words.titled(scenario), scenario.name),
            environment=environment_title(words, region, answer.environment),
            runs=f"{answer.runs:,}",
            seed=answer.seed,
        ),
        markup=False,
    )
    for line in more:
        out.print(line, markup=False)
    out.print(words("phrase.digest", digest=answer.digest), markup=False, style="dim")
    for line in kinds_of(words, getattr(answer, "warnings", ())):
        say(out, line, style="bold")
    out.print()


def mind(out: Console, words: Words, warnings: Sequence[str]) -> None:
    """What the answer cannot know, then what else the reader must."""
    limits, rest = parted(words, warnings)
    for title, sentences in (("limit.title", [one for of in limits.values() for one in of]), ("assess.mind", rest)):
        if sentences:
            out.print(f"[bold]{words(title)}[/bold]")
            for sentence in sentences:
                say(out, words("phrase.bullet", text=sentence))
            out.print()


def with_unit(words: Words, indicator: str, unit: str) -> str:
    """Title of an indicator with its unit."""
    return words("phrase.with_unit", title=words.indicator(indicator), unit=words.unit(unit))


def next_steps(out: Console, words: Words, *commands: tuple[str, str]) -> None:
    """What to try next: (command, why)."""
    out.print(f"[bold]{words('next.title')}[/bold]")
    width = max(cell_len(command) for command, _ in commands)
    for command, why in commands:
        out.print(f"  {command}{' ' * (width - cell_len(command))}  # {why}", markup=False, soft_wrap=True)


# --- runs, packs and scenarios


def show_years(out: Console, words: Words, title: str, years: Sequence[int], rows: Sequence[tuple[str, Sequence[float | None]]]) -> None:
    """A table of values by year; as many years side by side as the width holds, the rest below."""
    show_by_year(
        out,
        words,
        title,
        years,
        [(words("column.indicator"), "left")],
        [([escape(name)], [number(value) for value in values]) for name, values in rows],
    )


def show_by_year(
    out: Console,
    words: Words,
    title: str,
    years: Sequence[int],
    heads: Sequence[tuple[str, str]],
    rows: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> None:
    """A table by year; as many years side by side as the width holds, the rest below.

    `heads`: the columns before the years. `rows`: the cells of these columns, then one a year.
    """
    leads = [lead for lead, _ in rows]
    label = sum(max(cells_of(one) for one in column) + GAP for column in zip([h for h, _ in heads], *leads))
    cell = max((cells_of(value) for _, values in rows for value in values), default=4) + GAP
    fit = max(1, (max(out.width, 60) - label) // cell)
    for start in range(0, len(years), fit):
        chosen = slice(start, start + fit)
        grid = table(
            title if start == 0 else words("phrase.continued", title=title),
            [*heads, *((str(year), "right") for year in years[chosen])],
            [[*lead, *values[chosen]] for lead, values in rows],
        )
        show(out, grid)


# --- one run, a fit, a check-up


def _fact_name(words: Words, region: Region, name: str) -> str:
    fact = region.fact(name)
    statistic = words.or_else(f"statistic.{fact.statistic}", "")
    return words("phrase.fact_name", indicator=words.indicator(fact.indicator), statistic=statistic, period=fact.period)
