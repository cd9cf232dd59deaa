"""Answers as tables in a terminal: right widths for Chinese, readable in monochrome, no number broken."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from experiments.notice import KINDS
from experiments.scenario import plan_years
from experiments.shares import SOURCES
from experiments.verdicts import verdict_of
from sim import levers
from sim.errors import InputError
from sim.pack import UNITS
from sim.packfiles import COUNTED
from viz.limits import MARK, kinds_of, parted, tagged
from viz.words import Words

if TYPE_CHECKING:
    from experiments.answers import (
        Asked,
        AssessAnswer,
        ForecastAnswer,
        Reading,
        RunAnswer,
        TargetAnswer,
        UpdateAnswer,
        ValidateAnswer,
        Variance,
    )
    from experiments.assess import Assessment, Notice
    from experiments.doctor import Check
    from experiments.scenario import Scenario
    from sim.region import Fact, Region, Summary
    from sim.triggers import Trigger

WIDTH_WITHOUT_TERMINAL = 120
NARROW = 115
"""Columns below which the table of targets leaves out what matters less."""

NARROW_LABEL = 20
"""Cells that a label keeps there, where years stand side by side."""

SIGNS = {"能完成": "++", "经努力可完成": "+ ", "难度较大": "- ", "难以完成": "--", "无记录": "  "}
COLOURS = {
    "能完成": "green",
    "经努力可完成": "cyan",
    "难度较大": "yellow",
    "难以完成": "red",
    "无记录": "dim",
}

GAP = 2
"""Cells between two columns."""

LEAST_FOLDED = 16
"""Cells that a column which may fold keeps at least."""

LEAST_WIDTH = 40
"""Columns that a table takes at least, whatever the variable COLUMNS says; what it says that is no width is as if it said nothing."""

PIECES = re.compile(r"[（“《]*(?:[!-~]+|\S)[，。；：、）”！？》]* *| +")
"""What stays together on a line: a word or number of Latin letters, or one character, and what closes it."""

CHANGES_THE_ANSWER = 0.1
"""A reading that moves a probability by this much is shown even where the verdict stays."""


def console(*, error: bool = False) -> Console:
    """Where tables go (standard output) or messages (standard error); 120 columns without a terminal."""
    stream = sys.stderr if error else sys.stdout
    asked = os.environ.get("COLUMNS", "")
    columns = int(asked) if re.fullmatch(r"[1-9][0-9]{1,3}", asked) else WIDTH_WITHOUT_TERMINAL
    width = None if stream.isatty() else max(columns, LEAST_WIDTH)
    return Console(file=stream, width=width, highlight=False, emoji=False, soft_wrap=False)


def number(value: float | None) -> str:
    """A number as people write it: 9,850 and 301, 16.2, 3.98, 0.012; a dash where there is none."""
    if value is None:
        return "-"
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 3
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def counted(value: float | None, unit: str) -> str:
    """A number of things that are counted one by one, without a fraction; any other as `number` has it."""
    whole = value is not None and unit in COUNTED
    return number(math.floor(value + 0.5) if whole and value is not None else value)


def folded(text: str, width: int) -> str:
    """A text on lines of at most `width` cells: Chinese breaks anywhere but in a number or before a comma."""
    lines, line = [], ""
    for piece in PIECES.findall(text):
        if line and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return "\n".join([*lines, line.rstrip()])


def percent(share: float | None) -> str:
    """A probability in percent, without pretending that the runs show 0 or 100 exactly."""
    if share is None:
        return "-"
    points = share * 100.0
    if 0.0 < points < 0.1 or 99.9 < points < 100.0:
        return f"{points:.2f}%"
    return f"{points:.0f}%" if points in (0.0, 100.0) else f"{points:.1f}%"


def chance(share: float | None, error: float | None) -> str:
    """A probability with its Monte Carlo error, both in percentage points."""
    return "-" if share is None or error is None else f"{percent(share)} ±{error * 100.0:.1f}"


def band(low: float | None, high: float | None, words: Words) -> str:
    """A band from low to high."""
    return "-" if low is None or high is None else words("phrase.band", low=number(low), high=number(high))


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


def notice(words: Words, region: Region | None, said: Notice) -> str:
    """The sentence of a notice; indicators, assumptions and environments among its values by their titles, where the region is known."""
    values: dict[str, object] = {}
    for name, value in said.values.items():
        if isinstance(value, tuple):
            spec = None if region is None else region.environment
            known: Mapping[str, Any] = {} if spec is None else spec.environments if name == "environments" else spec.fields
            titles = [words.titled(known[one]) if one in known else words.indicator(one) for one in value]
            values[name] = words("phrase.comma").join(titles)
        elif name in ("indicator", "status"):
            values[name] = words.indicator(str(value))
        elif isinstance(value, (int, float)):
            values[name] = number(float(value))
        else:
            values[name] = value
    text = words(f"notice.{said.code}", **values)
    kind = KINDS.get(said.code)
    return text if kind is None else tagged(words, kind, text)


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


def show_assessment(
    out: Console,
    words: Words,
    region: Region,
    scenario: Scenario,
    assessment: Assessment,
    answer: AssessAnswer,
) -> None:
    """The answer of `yidu assess`."""
    title = words("assess.title" if answer.targets else "assess.title_forecast", region=words.titled(region))
    asked(out, words, region, scenario, answer, title)
    last_record = region.settings.years.record_end
    if answer.targets:
        show(out, _targets(words, answer, last_record, narrow=out.width < NARROW))
        for key in ("assess.legend", "assess.classes", "assess.older_base"):
            say(out, words(key), style="dim")
        if any(target.limits for target in answer.targets):
            say(out, words("limit.legend", mark=MARK))
        out.print()
        _joint(out, words, answer)
        _sources(out, words, answer.targets)
    else:
        _forecasts(out, words, answer, last_record)
        last = [row for row in answer.forecasts if row.record and row.year == region.settings.years.plan_end]
        _sources(out, words, last)
    _money(out, words, answer)
    _judgement(out, words, answer)
    _readings(out, words, region, answer)
    _reconciliation(out, words, answer)
    mind(out, words, answer.warnings)


def mind(out: Console, words: Words, warnings: Sequence[str]) -> None:
    """What the answer cannot know, then what else the reader must."""
    limits, rest = parted(words, warnings)
    for title, sentences in (("limit.title", [one for of in limits.values() for one in of]), ("assess.mind", rest)):
        if sentences:
            out.print(f"[bold]{words(title)}[/bold]")
            for sentence in sentences:
                say(out, words("phrase.bullet", text=sentence))
            out.print()


def named(title: str, id: str) -> str:
    """A title with the id that commands take, unless it says it already."""
    return title if title == id or title.endswith(f" ({id})") else f"{title} ({id})"


def environment_title(words: Words, region: Region, environment: str) -> str:
    """Title and id of an environment of the pack."""
    return named(words.titled(region.environment.environments[environment]), environment)


def _targets(words: Words, answer: AssessAnswer, last_record: int, *, narrow: bool) -> Table:
    years = sorted({target.year for target in answer.targets})
    title = words("assess.table", years=words("phrase.comma").join(str(year) for year in years))
    heads = ["indicator", "base", "target", "median", "band", "probability", "gap", "verdict", "basis"]
    sides = ["fold", *["right"] * 6, "left", "left"]
    keep = [0, 2, 3, 5, 7] if narrow else range(len(heads))
    rows = [_target(words, target, last_record) for target in answer.targets]
    return table(
        title,
        [(words(f"column.{heads[i]}", year=last_record), sides[i]) for i in keep],
        [[row[i] for i in keep] for row in rows],
    )


def _target(words: Words, target: TargetAnswer, last_record: int) -> list[str]:
    colour = COLOURS[target.verdict]
    unit = target.unit
    base = _base(words, target, last_record)
    verdict = f"{SIGNS[target.verdict]} {words.verdict(target.verdict)}"
    low, high = counted(target.p05, unit), counted(target.p95, unit)
    return [
        escape(words.indicator(target.indicator) + (f" {MARK}" if target.limits else "")),
        base,
        escape(
            words(
                "phrase.amount",
                sense=words(f"sense.{target.sense}"),
                value=number(target.target),
                unit=words.unit(unit),
            )
        ),
        counted(target.median, unit),
        "-" if target.p05 is None else words("phrase.band", low=low, high=high),
        f"[{colour}]{chance(target.probability, target.mc_error)}[/{colour}]",
        "-" if target.gap is None else f"{'+' if target.gap > 0 else ''}{counted(target.gap, unit)}",
        f"[{colour}]{escape(verdict)}[/{colour}]",
        f"{words.class_(target.class_)} {target.grade}",
    ]


def _base(words: Words, row: TargetAnswer | ForecastAnswer, last_record: int) -> str:
    """The last level on record, marked where it is older than the record's end."""
    value = counted(row.base, row.unit)
    older = row.base is not None and row.base_year < last_record
    return words("phrase.older", value=value) if older else value


def _forecasts(out: Console, words: Words, answer: AssessAnswer, last_record: int) -> None:
    """What a region without targets is told: every indicator on record, year by year."""
    say(out, words("assess.no_targets"))
    out.print()
    years = sorted({row.year for row in answer.forecasts})
    rows: dict[str, list[ForecastAnswer]] = {}
    for row in answer.forecasts:
        rows.setdefault(row.indicator, []).append(row)
    known = [by for by in rows.values() if by[0].record]
    label = NARROW_LABEL if out.width < NARROW else out.width
    show_by_year(
        out,
        words,
        words("assess.forecasts"),
        years,
        [(words("column.indicator"), "left"), (words("column.base", year=last_record), "right")],
        [
            (
                [
                    escape(folded(_with_unit(words, by[0].indicator, by[0].unit), label)),
                    words.verdict("无记录") if by[0].base is None else _base(words, by[0], last_record),
                ],
                [_forecast(words, row) for row in by],
            )
            for by in known
        ],
    )
    if any(by[0].base is not None and by[0].base_year < last_record for by in known):
        say(out, words("assess.older_base"), style="dim")
    silent = [words.indicator(name) for name, by in rows.items() if not by[0].record]
    if silent:
        say(out, words("assess.no_record", indicators=words("phrase.comma").join(silent)), style="dim")
    out.print()


def _forecast(words: Words, row: ForecastAnswer) -> str:
    """Median, and the band in a line below."""
    if row.median is None:
        return "-"
    low, high = counted(row.p05, row.unit), counted(row.p95, row.unit)
    return f"{counted(row.median, row.unit)}\n{words('phrase.band', low=low, high=high)}"


def _with_unit(words: Words, indicator: str, unit: str) -> str:
    return words("phrase.with_unit", title=words.indicator(indicator), unit=words.unit(unit))


def _sources(out: Console, words: Words, rows: Sequence[TargetAnswer | ForecastAnswer]) -> None:
    """Where the variance of each forecast comes from."""
    told = [row.variance for row in rows if row.variance is not None]
    if not told:
        return
    years = words("phrase.comma").join(str(year) for year in sorted({row.year for row in rows}))
    heads = [(words("column.indicator"), "fold"), *((words(f"column.{name}"), "right") for name in SOURCES)]
    cells = [[escape(words.indicator(row.indicator)), *_shares(row.variance)] for row in rows]
    show(out, table(words("assess.sources", years=years), heads, cells))
    say(out, words("assess.sources_legend", runs=max(one.runs for one in told)), style="dim")
    out.print()


def _shares(variance: Variance | None) -> list[str]:
    """Each share with its error, in percentage points; an error is rounded up."""
    if variance is None:
        return ["-"] * len(SOURCES)
    pairs = [(getattr(variance, name), getattr(variance.mc_error, name)) for name in SOURCES]
    return [f"{share * 100.0:.0f} ±{math.ceil(error * 100.0)}" for share, error in pairs]


def _joint(out: Console, words: Words, answer: AssessAnswer) -> None:
    together = chance(answer.joint_probability, answer.joint_mc_error)
    out.print(words("assess.joint", count=len(answer.targets), chance=together), markup=False)
    calibrated = sum(target.class_ == "可校准" for target in answer.targets)
    if answer.joint_probability_calibrated is not None:
        out.print(
            words(
                "assess.joint_calibrated",
                count=calibrated,
                chance=chance(answer.joint_probability_calibrated, answer.joint_mc_error_calibrated),
            ),
            markup=False,
        )
    out.print()


def _money(out: Console, words: Words, answer: AssessAnswer) -> None:
    money = answer.public_money
    out.print(
        words(
            "assess.money",
            over=money.over,
            median=number(money.median),
            band=band(money.p05, money.p95, words),
            unit=words.unit(money.unit),
        ),
        markup=False,
    )
    show(
        out,
        table(
            words("assess.money_by", over=money.over, unit=words.unit(money.unit)),
            [
                (words("column.heading"), "left"),
                (words("column.payer"), "left"),
                (words("column.kind"), "left"),
                (words("column.median"), "right"),
                (words("column.band"), "right"),
            ],
            [
                [
                    heading(words, line.heading),
                    words(f"payer.{line.payer}"),
                    words("kind.capital" if line.capital else "kind.grant"),
                    number(line.median),
                    band(line.p05, line.p95, words),
                ]
                for line in answer.public_money_by
            ],
        ),
    )


def heading(words: Words, group: str) -> str:
    """Title of a heading of the budget: those of the lever groups."""
    for name, (zh, en) in levers.GROUPS.items():
        if name == group:
            return zh if words.language == "zh" else en
    return group


def _judgement(out: Console, words: Words, answer: AssessAnswer) -> None:
    rows = []
    for target in answer.targets:
        doubtful = [carrier for carrier in target.carriers if carrier.grade == "D"]
        if doubtful:
            named_ = words("phrase.comma").join(
                words(
                    "assess.carrier",
                    parameter=words.or_else(f"parameter.{one.parameter}", one.parameter),
                    share=f"{one.share * 100.0:.0f}%",
                )
                for one in doubtful
            )
            rows.append([words.indicator(target.indicator), escape(named_)])
    if rows:
        grid = table(
            words("assess.judgement"),
            [(words("column.indicator"), "left"), (words("column.carriers"), "fold")],
            rows,
        )
        show(out, grid)


def _readings(out: Console, words: Words, region: Region, answer: AssessAnswer) -> None:
    rows = [
        [
            words.indicator(target.indicator),
            escape(reading_title(words, region, reading)),
            percent(target.probability),
            chance(reading.probability, reading.mc_error),
            number(reading.median),
        ]
        for target in answer.targets
        for reading in target.readings
        if changes_answer(target, reading)
    ]
    if not rows:
        return
    heads = [
        ("indicator", "left"),
        ("reading", "fold"),
        ("headline", "right"),
        ("then", "right"),
        ("median", "right"),
    ]
    grid = table(words("assess.readings"), [(words(f"column.{name}"), side) for name, side in heads], rows)
    show(out, grid)


def changes_answer(target: TargetAnswer, reading: Reading) -> bool:
    """Whether a reading changes the answer: another verdict, or ten points.

    Runs counted otherwise are the same runs; runs that drew another fact are fewer, so chance is allowed for.
    """
    if target.probability is None or reading.probability is None:
        return False
    moved = abs(reading.probability - target.probability)
    other = verdict_of(reading.probability) != target.verdict
    noise = (
        0.0
        if reading.kind == "measured"
        else 2.0 * math.hypot(target.mc_error or 0.0, reading.mc_error or 0.0)
    )
    return (other or moved >= CHANGES_THE_ANSWER) and moved > noise


def reading_title(words: Words, region: Region, reading: Reading) -> str:
    """A reading in words: of a fact, what the record then says; of a way of counting, how."""
    if reading.kind == "measured":
        return words.reading(reading.reading)
    fact, _, which = reading.reading.partition("=")
    row = next((row for row in region.facts if row.fact == fact and row.reading == which), None)
    return reading.reading if row is None else fact_title(words, row)


def fact_title(words: Words, fact: Fact) -> str:
    """A fact in one line: indicator, value, unit and period."""
    return words(
        "phrase.fact",
        indicator=words.indicator(fact.indicator),
        statistic=words.or_else(f"statistic.{fact.statistic}", ""),
        value=number(fact.value),
        unit=words.unit(fact.unit),
        period=fact.period,
    )


def _reconciliation(out: Console, words: Words, answer: AssessAnswer) -> None:
    moved = [row for row in answer.reconciliation if (row.median, row.p05, row.p95) != (0.0, 0.0, 0.0)]
    if not moved:
        return
    show(
        out,
        table(
            words("assess.reconciliation"),
            [
                (words("column.status"), "left"),
                (words("column.unit"), "left"),
                (words("column.median"), "right"),
                (words("column.band"), "right"),
            ],
            [
                [
                    words.indicator(row.status),
                    words.unit(row.unit),
                    number(row.median),
                    band(row.p05, row.p95, words),
                ]
                for row in moved
            ],
        ),
    )


def next_steps(out: Console, words: Words, *commands: tuple[str, str]) -> None:
    """What to try next: (command, why)."""
    out.print(f"[bold]{words('next.title')}[/bold]")
    width = max(cell_len(command) for command, _ in commands)
    for command, why in commands:
        out.print(f"  {command}{' ' * (width - cell_len(command))}  # {why}", markup=False, soft_wrap=True)


# --- runs, packs and scenarios


def show_years(
    out: Console,
    words: Words,
    title: str,
    years: Sequence[int],
    rows: Sequence[tuple[str, Sequence[float | None]]],
) -> None:
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


def show_pack(out: Console, words: Words, summary: Summary) -> None:
    """What a pack that passed every check holds."""
    out.print(
        words(
            "region.ok",
            region=words.titled(summary),
            name=summary.name,
            facts=summary.facts,
            targets=summary.targets,
            priors=summary.priors,
            scenarios=len(summary.scenarios),
        ),
        markup=False,
    )
    fitted = sum(count for role, count in summary.by_role.items() if role == "calibrate")
    out.print(
        words("region.holds", record=summary.record, calibrate=fitted, contested=len(summary.contested)),
        markup=False,
    )
    for note in summary.notes:
        out.print(words("phrase.bullet", text=words.said(note)), markup=False)
    out.print(words("region.digest", digest=summary.digest), markup=False, style="dim")
    out.print()


def show_facts(out: Console, words: Words, region: Region) -> None:
    """The facts of a pack as a table."""
    heads: list[tuple[str, str]] = [
        ("fact", "left"),
        ("indicator", "left"),
        ("period", "left"),
        ("statistic", "left"),
        ("value", "right"),
        ("unit", "left"),
        ("tolerance", "right"),
        ("reading", "left"),
        ("weight", "right"),
        ("role", "left"),
    ]
    rows = [
        [
            fact.fact,
            words.indicator(fact.indicator),
            fact.period,
            words.or_else(f"statistic.{fact.statistic}", fact.statistic),
            number(fact.value),
            words.unit(fact.unit),
            number(fact.tolerance),
            fact.reading or "-",
            number(fact.weight),
            words.or_else(f"role.{fact.role}", fact.role),
        ]
        for fact in region.facts
    ]
    show(
        out,
        table(
            words("region.facts", region=words.titled(region), count=len(region.facts)),
            [(words(f"column.{name}"), side) for name, side in heads],
            [[escape(cell) for cell in row] for row in rows],
        ),
    )


def show_scenario(out: Console, words: Words, region: Region, scenario: Scenario) -> None:
    """A scenario's levers over the plan, beside what they were; a mark where they leave the status quo."""
    out.print(f"[bold]{escape(named(words.titled(scenario), scenario.name))}[/bold]")
    if scenario.description:
        out.print(scenario.description, markup=False)
    if len(scenario.chain) > 1:
        say(out, words("scenario.chain_title", chain=" < ".join(scenario.chain)), style="dim")
    out.print()
    years, changed, narrow = plan_years(region), changed_levers(region, scenario), out.width < NARROW
    rows = [
        [
            f"{'*' if lever.id in changed else ' '} {escape(words.titled(lever))}"
            + (f"\n  {escape(words.unit(lever.unit))}" if narrow else ""),
            lever.id,
            escape(words.or_else(f"decided.{lever.decided_by}", lever.decided_by)),
            number(region.levers.get(lever.id, years[0] - 1)),
            path_text([scenario.levers.get(lever.id, year) for year in years], years),
            escape(words.unit(lever.unit)),
        ]
        for lever in levers.LEVERS.values()
    ]
    heads = [
        ("lever", "left"),
        ("id", "left"),
        ("decided_by", "fold"),
        ("last_record", "right"),
        ("path", "fold"),
        ("unit", "fold"),
    ]
    columns = [
        (
            words(f"column.{name}", year=years[0] - 1) if name == "last_record" else words(f"column.{name}"),
            side,
        )
        for name, side in heads
    ]
    if narrow:
        keep = (0, 2, 3, 4)
        columns, rows = [columns[k] for k in keep], [[row[k] for k in keep] for row in rows]
    show(out, table(words("scenario.table", first=years[0], last=years[-1]), columns, rows))
    say(out, words("scenario.mark"), style="dim")
    for name, steps in scenario.environment.items():
        field = region.environment.fields[name]
        path = words("phrase.comma").join(f"{year}={value:g}" for year, value in sorted(steps.items()))
        say(out, words("scenario.environment", field=words.titled(field), path=path))
    for trigger in scenario.triggers:
        say(out, trigger_text(words, trigger))
    out.print()


def trigger_text(words: Words, trigger: Trigger) -> str:
    """What a trigger does, in a sentence."""
    then = words("phrase.comma").join(
        words("scenario.trigger_sets", lever=words.indicator(id), value=number(value), unit=words.unit(levers.LEVERS[id].unit))
        for id, value in trigger.then.items()
    )
    return words(
        "scenario.trigger", year=trigger.year, next=trigger.year + 1, indicator=words.indicator(trigger.indicator),
        sense=words.or_else(f"sense.{trigger.sense}", trigger.sense), value=number(trigger.value),
        unit=words.unit(UNITS[trigger.indicator]), then=then,
    )  # fmt: skip


def changed_levers(region: Region, scenario: Scenario) -> tuple[str, ...]:
    """Levers that a scenario sets otherwise than the status quo of the pack."""
    return tuple(id for id in levers.LEVERS if scenario.levers.path(id) != region.levers.path(id))


def path_text(path: Sequence[float], years: Sequence[int]) -> str:
    """A path in few words: one value, or each value from its year on."""
    changes = [
        (year, value) for i, (year, value) in enumerate(zip(years, path)) if i == 0 or value != path[i - 1]
    ]
    if len(changes) == 1:
        return number(changes[0][1])
    return ", ".join(f"{year}={number(value)}" for year, value in changes)


# --- one run, a fit, a check-up


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
    rows = [
        (
            _with_unit(words, indicator, unit),
            [by.get(year) for year in years],
        )
        for (indicator, unit), by in values.items()
    ]
    show_years(out, words, words("run.table"), years, rows)


def _fact_name(words: Words, region: Region, name: str) -> str:
    fact = region.fact(name)
    statistic = words.or_else(f"statistic.{fact.statistic}", "")
    return words(
        "phrase.fact_name", indicator=words.indicator(fact.indicator), statistic=statistic, period=fact.period
    )


def _in_words(words: Words, values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: words.error(value) if isinstance(value, InputError) else value for name, value in values.items()
    }


def show_checks(out: Console, words: Words, checks: Sequence[Check]) -> None:
    """The answer of `yidu doctor`."""
    rows = [
        [
            escape(words(f"doctor.what.{check.what}", **check.values)),
            f"[green]{words('doctor.fine')}[/green]"
            if check.fine
            else f"[red]{words('doctor.not_fine')}[/red]",
            escape(words(f"doctor.said.{check.said}", **_in_words(words, check.values))),
        ]
        for check in checks
    ]
    heads = [("what", "left"), ("state", "left"), ("detail", "fold")]
    grid = table(words("doctor.title"), [(words(f"column.{name}"), side) for name, side in heads], rows)
    show(out, grid)
    bad = sum(not check.fine for check in checks)
    out.print(words("doctor.some_bad", count=bad) if bad else words("doctor.all_fine"), markup=False)
    out.print()
