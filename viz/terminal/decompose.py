"""The task list in a terminal: by year, department, park or sector; renewals, the funnel, and the sentence under it all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.viz.presenters.decompose import THING, Lists, basis_text, department_title, grounds, part_title, parts_of, task_title, titled_task
from yidu.viz.terminal import GAP, NARROW, asked, cells_of, say, show, show_by_year, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import chance, counted, number, percent

if TYPE_CHECKING:
    from yidu.experiments.decompose.answer import DecomposeAnswer, DepartmentDuties, Funnel, Middle, RenewalYear
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

MOST_NAMED = 4
"""Parameters that the line of evidence names; the JSON has all."""


# --- words


def things(words: Words, values: Middle | None) -> str:
    """Median and quartiles of things that are counted one by one."""
    return _middle(words, values, lambda value: counted(value, THING))


def shares(words: Words, values: Middle) -> str:
    """Median and quartiles of a share."""
    return _middle(words, values, percent)


def _middle(words: Words, values: Middle | None, text: Callable[[float | None], str]) -> str:
    if values is None or values.median is None:
        return "-"
    return words("decompose.middle", median=text(values.median), low=text(values.p25), high=text(values.p75))


# --- tables


def show_decomposition(out: Console, words: Words, region: Region, scenario: Scenario, answer: DecomposeAnswer) -> None:
    """The answer of `yidu decompose`."""
    asked(out, words, region, scenario, answer, words("decompose.title", region=words.titled(region)))
    _targets(out, words, answer)
    say(out, basis_text(words, answer))
    out.print()
    lists = Lists(answer)
    if answer.by == "department":
        _by_department(out, words, answer, lists)
    elif answer.by == "year":
        _by_year(out, words, answer, lists)
        _renewals(out, words, answer.renewals)
        _funnel(out, words, answer.funnel)
    else:
        _by_part(out, words, region, lists, "place" if answer.by == "park" else "sector")
    conclude(out, words, answer.conclusion, grounds(words, answer.rests), answer.warnings)


def _heads(words: Words, *names: tuple[str, str]) -> list[tuple[str, str]]:
    return [(words(f"decompose.column.{name}"), side) for name, side in names]


def _targets(out: Console, words: Words, answer: DecomposeAnswer) -> None:
    if not answer.targets:
        return
    rows = [
        [
            escape(words.indicator(one.indicator)),
            words("phrase.amount", sense=words(f"sense.{one.sense}"), value=number(one.target), unit=words.unit(one.unit)),
            chance(one.probability, one.mc_error),
            f"{one.arriving:,}",
        ]
        for one in answer.targets
    ]
    heads = [(words("column.indicator"), "fold"), *_heads(words, ("target", "right"), ("probability", "right"), ("arriving", "right"))]
    show(out, table(words("decompose.targets"), heads, rows))
    if len(answer.targets) > 1:
        say(out, words("decompose.joint", chance=chance(answer.joint_probability, answer.joint_mc_error)))
    say(out, words("decompose.targets_legend"), style="dim")
    out.print()


def _by_year(out: Console, words: Words, answer: DecomposeAnswer, lists: Lists) -> None:
    narrow = out.width < NARROW
    rows = []
    for task in lists.active:
        first = lists.rows[task][lists.years[0]]
        lead = [] if narrow or not answer.departments else [escape(department_title(words, answer, first.lead))]
        read_on = words("decompose.everyone") if answer.basis != "all_runs" and not first.read_on else f"{first.arriving:,}"
        cells = [things(words, lists.rows[task][year]) for year in lists.years]
        rows.append(([escape(titled_task(words, first)), *lead, f"{lists.total(task):,}", read_on], cells))
    lead_head = [] if narrow or not answer.departments else [("lead", "left")]
    heads = _heads(words, ("task", "left"), *lead_head, ("total", "right"), ("read_on", "right"))
    if rows:
        show_by_year(out, words, words("decompose.by_year"), lists.years, heads, rows)
    say(out, words("decompose.by_year_legend"), style="dim")
    _silent(out, words, lists)
    out.print()


def _silent(out: Console, words: Words, lists: Lists) -> None:
    silent = [task_title(words, task) for task in lists.rows if task not in lists.active]
    if silent:
        say(out, words("decompose.silent", tasks=words("phrase.comma").join(silent)), style="dim")


def _by_department(out: Console, words: Words, answer: DecomposeAnswer, lists: Lists) -> None:
    for department in answer.departments:
        _department(out, words, department, lists)
    unnamed = [task for task in lists.active if lists.rows[task][lists.years[0]].lead is None]
    if unnamed:
        _whole_by_year(out, words, words("decompose.unassigned"), lists, [(task, lists.whole(task)) for task in unnamed])
    _silent(out, words, lists)
    out.print()


def _department(out: Console, words: Words, department: DepartmentDuties, lists: Lists) -> None:
    title = words.titled(department)
    led = [(task, lists.whole(task)) for task in lists.active if task in department.leads]
    managed = [(task, lists.part("place", department.manages, task)) for task in lists.active] if department.manages else []
    managed = [(task, whole) for task, whole in managed if any(whole)]
    if led:
        _whole_by_year(out, words, words("decompose.leads", department=title), lists, led)
    if managed:
        _whole_by_year(out, words, words("decompose.manages", department=title), lists, managed)
    supported = [task_title(words, task) for task in lists.active if task in department.supports and task not in dict(managed)]
    if supported:
        if not led and not managed:
            say(out, title, style="bold")
        say(out, words("decompose.supports", tasks=words("phrase.comma").join(supported)))
        out.print()


def _whole_by_year(out: Console, words: Words, title: str, lists: Lists, rows: Sequence[tuple[str, Sequence[int]]]) -> None:
    cells = [
        ([escape(titled_task(words, lists.rows[task][lists.years[0]])), f"{sum(whole):,}"], [f"{one:,}" for one in whole])
        for task, whole in rows
    ]
    show_by_year(out, words, title, lists.years, _heads(words, ("task", "left"), ("total", "right")), cells)


def _by_part(out: Console, words: Words, region: Region, lists: Lists, by: str) -> None:
    """Parts down, tasks across; as many tasks side by side as the width holds, the rest below."""
    tasks = [task for task in lists.active if lists.divided(by, task)]
    parts = parts_of(region, by)
    labels = [escape(part_title(words, region, by, part)) for part in parts] + [words("decompose.total")]
    label = max(cells_of(text) for text in labels) + GAP
    columns = []
    for task in tasks:
        numbers = [sum(lists.part(by, [part], task)) for part in parts]
        columns.append((words(f"decompose.short.{task}"), [f"{one:,}" for one in [*numbers, sum(numbers)]]))
    title = words(f"decompose.by_{by}", first=lists.years[0], last=lists.years[-1])
    for number_, chosen in enumerate(_side_by_side(columns, out.width - label)):
        heads = [*_heads(words, (by, "left")), *((name, "right") for name, _ in chosen)]
        rows = [[text, *(cells[k] for _, cells in chosen)] for k, text in enumerate(labels)]
        show(out, table(title if number_ == 0 else words("phrase.continued", title=title), heads, rows))
    say(out, words("decompose.by_parts_legend"), style="dim")
    whole = [task_title(words, task) for task in lists.active if task not in tasks]
    if whole:
        key = "decompose.no_part" if by == "place" else "decompose.no_part_sector"
        say(out, words(key, tasks=words("phrase.comma").join(whole)), style="dim")
    _silent(out, words, lists)
    out.print()


def _side_by_side(columns: Sequence[tuple[str, list[str]]], room: int) -> list[list[tuple[str, list[str]]]]:
    """Columns in groups, each as wide as there is room."""
    groups: list[list[tuple[str, list[str]]]] = []
    left = 0
    for column in columns:
        wide = max(cells_of(text) for text in (column[0], *column[1])) + GAP
        if not groups or wide > left:
            groups.append([])
            left = room
        groups[-1].append(column)
        left -= wide
    return groups


def _renewals(out: Console, words: Words, renewals: Sequence[RenewalYear]) -> None:
    rows = [
        [
            words.indicator(row.status), str(row.due), str(row.issued), things(words, row.known), things(words, row.at_review),
            things(words, row.filed), things(words, row.renewed),
        ]
        for row in renewals
    ]  # fmt: skip
    heads = _heads(
        words, ("status", "left"), ("due", "right"), ("issued", "right"), ("known", "right"), ("at_review", "right"), ("filed", "right"),
        ("renewed", "right"),
    )  # fmt: skip
    if out.width < NARROW:
        keep = (0, 1, 3, 4, 5, 6)
        heads, rows = [heads[k] for k in keep], [[row[k] for k in keep] for row in rows]
    show(out, table(words("decompose.renewals"), heads, rows))
    say(out, words("decompose.renewals_legend"), style="dim")
    out.print()


def _funnel(out: Console, words: Words, funnel: Sequence[Funnel]) -> None:
    rows = [
        [
            words(f"decompose.chain.{row.chain}"), f"{row.goal:,}", words(f"decompose.through.{row.through}"),
            things(words, row.needed), shares(words, row.pass_rate), things(words, row.coached),
            shares(words, row.after_coaching),
        ]
        for row in funnel
    ]  # fmt: skip
    heads = _heads(
        words, ("chain", "left"), ("goal", "right"), ("through", "left"), ("needed", "right"), ("pass_rate", "right"),
        ("coached", "right"), ("after_coaching", "right"),
    )  # fmt: skip
    if out.width < NARROW:
        rows = [[head, *cells] for (head, _), *cells in zip(heads[1:], *(row[1:] for row in rows), strict=True)]
        heads = [(heads[0][0], "fold"), *((words(f"decompose.chain.{row.chain}"), "fold") for row in funnel)]
    show(out, table(words("decompose.funnel_title"), heads, rows))
    say(out, words("decompose.funnel_legend"), style="dim")
    out.print()
