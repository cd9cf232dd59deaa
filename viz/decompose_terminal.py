"""The task list in a terminal: by year, department, park or sector; renewals, the funnel, and the sentence under it all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from experiments.arriving import FEWEST
from experiments.assess import Notice
from experiments.tasks import ELSEWHERE, TASKS
from viz.concluding import conclude, rests
from viz.terminal import (
    GAP,
    NARROW,
    asked,
    cells_of,
    chance,
    counted,
    notice,
    number,
    percent,
    say,
    show,
    show_by_year,
    table,
)
from viz.words import Words

if TYPE_CHECKING:
    from experiments.answers import Rests
    from experiments.decompose import Decomposition
    from experiments.decompose_answers import (
        DecomposeAnswer,
        DepartmentDuties,
        Funnel,
        Middle,
        RenewalYear,
        TaskYear,
    )
    from experiments.scenario import Scenario
    from sim.region import Region

MOST_NAMED = 4
"""Parameters that the line of evidence names; the JSON has all."""

THING = "家"
"""A unit of what is counted one by one."""

MOST_GOALS = 2
"""Targets that the conclusion speaks of, in the order in which a firm meets their tasks."""


class Lists:
    """An answer's task list, looked up by task, year and part."""

    def __init__(self, answer: DecomposeAnswer) -> None:
        self.years = sorted({row.year for row in answer.tasks})
        self.rows: dict[str, dict[int, TaskYear]] = {}
        for row in answer.tasks:
            self.rows.setdefault(row.task, {})[row.year] = row
        self._parts: dict[tuple[str, str, str, int], int] = {(row.by, row.part, row.task, row.year): row.whole for row in answer.parts}
        self._named: set[tuple[str, str]] = {(row.by, row.task) for row in answer.parts if row.part != ELSEWHERE}
        self.active = [task for task in self.rows if self.total(task) > 0]

    def whole(self, task: str) -> list[int]:
        """Whole things of a task by year."""
        return [self.rows[task][year].whole for year in self.years]

    def total(self, task: str) -> int:
        """Whole things of a task over the plan."""
        return sum(self.whole(task))

    def part(self, by: str, parts: Iterable[str], task: str) -> list[int]:
        """Whole things of a task by year in some parts."""
        return [sum(self._parts.get((by, part, task, year), 0) for part in parts) for year in self.years]

    def divided(self, by: str, task: str) -> bool:
        """Whether a task is done anywhere but elsewhere."""
        return (by, task) in self._named


# --- words


def task_title(words: Words, task: str) -> str:
    """What a task is called."""
    return words(f"decompose.task.{task}")


def part_title(words: Words, region: Region, by: str, part: str) -> str:
    """What a sector or place is called."""
    settings = region.settings
    known: dict[str, object] = {one.id: one for one in settings.sectors} if by == "sector" else {one.id: one for one in settings.places}
    return words.titled(known[part]) if part in known else words(f"decompose.{ELSEWHERE}")


def parts_of(region: Region, by: str) -> list[str]:
    """Every sector or place in the order of the pack, and elsewhere."""
    settings = region.settings
    known = [one.id for one in settings.sectors] if by == "sector" else [one.id for one in settings.places]
    return [*known, ELSEWHERE]


def department_title(words: Words, answer: DecomposeAnswer, department: str | None) -> str:
    """What a department is called."""
    found = next((one for one in answer.departments if one.department == department), None)
    return words("decompose.nobody") if found is None else words.titled(found)


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


def basis_text(words: Words, answer: DecomposeAnswer) -> str:
    """Which runs the list is read from."""
    basis = "one" if answer.basis == "joint" and len(answer.targets) == 1 else answer.basis
    arriving = answer.joint_arriving
    values = {"count": len(answer.targets), "arriving": f"{arriving or 0:,}", "runs": f"{answer.runs:,}"}
    return words(f"decompose.basis_{'no_run' if basis == 'per_target' and not arriving else basis}", **values)


def told(words: Words, region: Region, found: Decomposition) -> DecomposeAnswer:
    """The answer with its conclusion and warnings in a language."""
    warnings = tuple(notice(words, region, _none_as_none(one)) for one in found.notices)
    return found.answer.model_copy(update={"conclusion": conclusion(words, region, found.answer), "warnings": warnings})


def _none_as_none(said: Notice) -> Notice:
    """A notice that few runs reach all targets, where in truth none does."""
    return Notice("none_reach_all", said.values) if said.code == "few_reach_all" and not said.values["runs"] else said


def conclusion(words: Words, region: Region, answer: DecomposeAnswer) -> str:
    """What must be done a year for the first targets, who leads most, where most is done, and the heaviest year of renewal."""
    lists = Lists(answer)
    parts = _goals(words, answer, lists)
    if answer.departments and lists.active:
        most = max(answer.departments, key=lambda one: len(set(one.leads) & set(lists.active)))
        count = len(set(most.leads) & set(lists.active))
        parts.append(words("decompose.conclusion_lead", department=words.titled(most), count=count, of=len(lists.active)))
    if answer.by in ("park", "sector") and "register" in lists.active:
        parts.append(_where_most(words, region, lists, "place" if answer.by == "park" else "sector"))
    if lists.total("renewal_due"):
        heaviest = max(lists.years, key=lambda year: lists.rows["renewal_due"][year].whole)
        parts.append(words("decompose.conclusion_heavy", year=heaviest, count=f"{lists.rows['renewal_due'][heaviest].whole:,}"))
    return words("decompose.join").join(parts or [words("decompose.conclusion_none")]) + words("decompose.stop")


def _goals(words: Words, answer: DecomposeAnswer, lists: Lists) -> list[str]:
    targets = {target.indicator: target for target in answer.targets}
    keys = [task for task in TASKS if task.key and task.id in lists.active and (not targets or task.serves in targets)]
    said = []
    for task in keys[:MOST_GOALS]:
        whole = lists.whole(task.id)
        yearly, low, high = (f"{value:,}" for value in (round(sum(whole) / len(whole)), min(whole), max(whole)))
        read_on = lists.rows[task.id][lists.years[0]].arriving
        rough = words("decompose.conclusion_few", runs=read_on) if read_on < FEWEST else ""
        work = {"task": task_title(words, task.id), "yearly": yearly, "low": low, "high": high, "work_unit": words.unit(task.unit)}
        work["rough"] = rough
        target = targets.get(task.serves)
        if target is None:
            said.append(words("decompose.conclusion_no_goal", **work))
        else:
            aim = {"aim": words(f"decompose.aim.{target.sense}"), "target": number(target.target), "unit": words.unit(target.unit)}
            said.append(words("decompose.conclusion_goal", year=target.year, indicator=words.indicator(target.indicator), **aim, **work))
    return said


def _where_most(words: Words, region: Region, lists: Lists, by: str) -> str:
    named = [part for part in parts_of(region, by) if part != ELSEWHERE]
    most = max(named, key=lambda part: sum(lists.part(by, [part], "register")))
    return words(
        "decompose.conclusion_park", task=task_title(words, "register"), part=part_title(words, region, by, most),
        count=f"{sum(lists.part(by, [most], 'register')):,}", unit=words.unit(THING),
    )  # fmt: skip


def grounds(words: Words, on: Rests) -> str:
    """The line of evidence under the conclusion."""
    return rests(words, on.grade, [words.or_else(f"decompose.{name}", words.parameter(name)) for name in on.on])


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


def titled_task(words: Words, row: TaskYear) -> str:
    """A task with its unit."""
    return words("decompose.task_unit", task=task_title(words, row.task), unit=words.unit(row.unit))


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
