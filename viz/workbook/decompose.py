"""The task list as a workbook for the bureaus: all tasks, a sheet a department, renewals, the funnel, and where it all comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from yidu.sim.owners import JUDGEMENT
from yidu.viz.presenters.decompose import Lists, basis_text, department_title, grounds, part_title, parts_of, task_title
from yidu.viz.words import Words
from yidu.viz.words.format import chance, number
from yidu.viz.words.titles import environment_title, named
from yidu.viz.workbook import Block, Cell, Column, Workbook

if TYPE_CHECKING:
    from yidu.experiments.decompose.answer import DecomposeAnswer, DepartmentDuties, Middle
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

READING_WIDTH = 100.0
"""Width of the column of sentences [characters]."""


def write_workbook(
    words: Words, region: Region, scenario: Scenario, answer: DecomposeAnswer, file: Path, made: datetime | None = None
) -> None:
    """Write the answer as a workbook. `made`: the date on it, today by default."""
    workbook(words, region, scenario, answer, made).save(file)


def workbook(words: Words, region: Region, scenario: Scenario, answer: DecomposeAnswer, made: datetime | None = None) -> Workbook:
    """The answer as a workbook, still to be saved or sent. `made`: the date on it, today by default."""
    made = made or datetime.now()
    lists = Lists(answer)
    span = {"first": lists.years[0], "last": lists.years[-1]}
    title = words("decompose.sheet.all_title", region=words.titled(region), **span)
    book = Workbook(title, words("decompose.sheet.author"), made, words("decompose.sheet.page"))
    head = _head(words, region, scenario, answer)
    book.sheet(words("decompose.sheet.all"), title, head, _all(words, answer, lists), [words("decompose.by_year_legend")])
    for department in answer.departments:
        blocks = _department(words, region, department, lists)
        if blocks:
            called = words.titled(department)
            heading = words("decompose.sheet.department_title", department=called, **span)
            book.sheet(called, heading, head, blocks, [words("decompose.by_parts_legend")])
    book.sheet(
        words("decompose.sheet.renewals"), words("decompose.sheet.renewals_title", region=words.titled(region)), head,
        _renewals(words, region, answer, lists), [words("decompose.renewals_legend"), words("decompose.sheet.names")],
    )  # fmt: skip
    book.sheet(
        words("decompose.sheet.funnel"), words("decompose.sheet.funnel_title", region=words.titled(region)), head,
        [_funnel(words, answer)], [words("decompose.funnel_legend")],
    )  # fmt: skip
    about = _about(words, region, scenario, answer, made)
    book.sheet(words("decompose.sheet.about"), words("decompose.sheet.about_title"), [], [about])
    return book


def _head(words: Words, region: Region, scenario: Scenario, answer: DecomposeAnswer) -> list[str]:
    """Two lines under the title of each sheet: what was asked, and which runs it is read from."""
    asked = words(
        "decompose.sheet.asked", scenario=named(words.titled(scenario), scenario.name),
        environment=environment_title(words, region, answer.environment), runs=f"{answer.runs:,}", seed=answer.seed,
    )  # fmt: skip
    return [asked, basis_text(words, answer), grounds(words, answer.rests)]


def _column(words: Words, name: str, kind: str = "text") -> Column:
    return Column(words(f"decompose.column.{name}"), kind)  # type: ignore[arg-type]


def _years(lists: Lists) -> list[Column]:
    return [Column(str(year), "whole", 9.0) for year in lists.years]


def _all(words: Words, answer: DecomposeAnswer, lists: Lists) -> list[Block]:
    """Every task: its lead and its whole things by year; then the median and quartiles of each year."""
    columns = [_column(words, "task"), _column(words, "unit"), _column(words, "lead"), *_years(lists), _column(words, "total", "whole")]
    columns += [_column(words, "read_on", "whole"), _column(words, "support", "wrap")._replace(width=44.0)]
    rows: list[list[Cell]] = []
    bands: list[list[Cell]] = []
    for task, by_year in lists.rows.items():
        first = by_year[lists.years[0]]
        support = words("phrase.comma").join(department_title(words, answer, one) for one in first.support)
        lead = department_title(words, answer, first.lead) if answer.departments else ""
        named = [task_title(words, task), words.unit(first.unit), lead]
        rows.append([*named, *lists.whole(task), lists.total(task), first.arriving, support])
        for name in ("p25", "median", "p75"):
            which = words(f"decompose.column.{name}")
            bands.append([*named[:2], which, *(getattr(by_year[year], name) for year in lists.years)])
    quartiles = [_column(words, "task"), _column(words, "unit"), _column(words, "quantile")]
    quartiles += [year._replace(kind="number") for year in _years(lists)]
    return [Block("", columns, rows), Block(words("decompose.sheet.bands"), quartiles, bands)]


def _by_year(words: Words, title: str, lists: Lists, rows: Iterable[tuple[str, Sequence[int]]]) -> Block:
    """Whole things of tasks by year."""
    columns = [_column(words, "task"), _column(words, "unit"), *_years(lists), _column(words, "total", "whole")]
    cells: list[list[Cell]] = [
        [task_title(words, task), words.unit(lists.rows[task][lists.years[0]].unit), *whole, sum(whole)] for task, whole in rows
    ]
    return Block(title, columns, cells)


def _department(words: Words, region: Region, department: DepartmentDuties, lists: Lists) -> list[Block]:
    """What a department leads, by year and then task by task in each park; what falls in the parks it manages; what it supports."""
    blocks = []
    led = [task for task in lists.active if task in department.leads]
    if led:
        blocks.append(_by_year(words, words("decompose.sheet.leads"), lists, [(task, lists.whole(task)) for task in led]))
        for task in led:
            if lists.divided("place", task):
                heading = words("decompose.sheet.leads_by", task=task_title(words, task))
                blocks.append(_by_part(words, region, heading, lists, "place", task))
    for place in department.manages:
        rows = [(task, lists.part("place", [place], task)) for task in lists.active]
        heading = words("decompose.sheet.manages", place=part_title(words, region, "place", place))
        blocks.append(_by_year(words, heading, lists, [(task, whole) for task, whole in rows if any(whole)]))
    supported = [task for task in lists.active if task in department.supports]
    if supported:
        blocks.append(_by_year(words, words("decompose.sheet.supports"), lists, [(task, lists.whole(task)) for task in supported]))
    return blocks


def _by_part(words: Words, region: Region, heading: str, lists: Lists, by: str, task: str) -> Block:
    """Whole things of a task by year in each sector or place, with their sum."""
    unit = words.unit(lists.rows[task][lists.years[0]].unit)
    rows: list[list[Cell]] = []
    for part in parts_of(region, by):
        whole = lists.part(by, [part], task)
        if any(whole):
            rows.append([part_title(words, region, by, part), unit, *whole, sum(whole)])
    rows.append([words("decompose.total"), unit, *lists.whole(task), lists.total(task)])
    columns = [_column(words, by), _column(words, "unit"), *_years(lists), _column(words, "total", "whole")]
    return Block(heading, columns, rows, frozenset({len(rows) - 1}))


def _middle(values: Middle | None) -> list[Cell]:
    return [None] * 3 if values is None else [values.p25, values.median, values.p75]


def _three(words: Words, name: str, kind: str) -> list[Column]:
    head = words(f"decompose.column.{name}")
    return [Column(f"{head} {words(f'decompose.column.{one}')}", kind, 11.0) for one in ("p25", "median", "p75")]  # type: ignore[arg-type]


def _renewals(words: Words, region: Region, answer: DecomposeAnswer, lists: Lists) -> list[Block]:
    """By year due: how many fall due, file again and are renewed; then where they are."""
    columns = [_column(words, "due"), _column(words, "status"), _column(words, "issued")]
    for name in ("known", "at_review", "filed", "renewed"):
        columns += _three(words, name, "number")
    rows: list[list[Cell]] = []
    for row in answer.renewals:
        bands = [*_middle(row.known), *_middle(row.at_review), *_middle(row.filed), *_middle(row.renewed)]
        rows.append([str(row.due), words.indicator(row.status), str(row.issued), *bands])
    blocks = [Block("", columns, rows)]
    for key, task in (("renewals_by", "renewal_due"), ("specialised_by", "review_specialised")):
        for by in ("place", "sector"):
            if lists.divided(by, task):
                heading = words(f"decompose.sheet.{key}", what=words(f"decompose.sheet.what_{by}"))
                blocks.append(_by_part(words, region, heading, lists, by, task))
    return blocks


def _funnel(words: Words, answer: DecomposeAnswer) -> Block:
    """Each chain, solved back."""
    columns = [_column(words, "chain"), _column(words, "goal", "whole"), _column(words, "through")]
    shapes = {"needed": "number", "pass_rate": "percent", "coached": "number", "after_coaching": "percent"}
    for name, kind in shapes.items():
        columns += _three(words, name, kind)
    rows: list[list[Cell]] = []
    for row in answer.funnel:
        bands: list[Cell] = []
        for name in shapes:
            bands += _middle(getattr(row, name))
        rows.append([words(f"decompose.chain.{row.chain}"), row.goal, words(f"decompose.through.{row.through}"), *bands])
    return Block("", columns, rows)


def basis_of(words: Words, department: DepartmentDuties) -> str:
    """The sentence that a department's place in the list rests on."""
    judged, _, said = department.basis.partition(":")
    if judged.strip() != JUDGEMENT:
        return department.basis
    return words("decompose.sheet.judged", said=said.strip()) if said.strip() else words("decompose.sheet.judged_alone")


def _about(words: Words, region: Region, scenario: Scenario, answer: DecomposeAnswer, made: datetime) -> Block:
    """Where the list comes from and how it is read."""

    def line(item: str, said: object) -> list[Cell]:
        return [words(f"decompose.sheet.{item}"), str(said)]

    rows = [
        line("region", named(words.titled(region), region.name)),
        line("scenario", named(words.titled(scenario), scenario.name)),
        line("environment", environment_title(words, region, answer.environment)),
        line("made", made.date().isoformat()),
        line("runs", f"{answer.runs:,}"),
        line("seed", answer.seed),
        line("digest", answer.digest),
        line("version", answer.version),
        line("grade", grounds(words, answer.rests)),
        line("basis", basis_text(words, answer)),
    ]
    for target in answer.targets:
        aim = words("phrase.amount", sense=words(f"sense.{target.sense}"), value=number(target.target), unit=words.unit(target.unit))
        likely = f"{words('decompose.column.probability')} {chance(target.probability, target.mc_error)}"
        arriving = f"{words('decompose.column.arriving')} {target.arriving:,}"
        said = f"{target.year} {words.indicator(target.indicator)} {aim}"
        rows.append(line("target", words("phrase.comma").join([said, likely, arriving])))
    if len(answer.targets) > 1:
        rows.append(line("joint", chance(answer.joint_probability, answer.joint_mc_error)))
    rows.append(line("conclusion", answer.conclusion))
    rows += [line("warning", sentence) for sentence in answer.warnings]
    rows += [line(f"how_{k}", words(f"decompose.sheet.how_{k}_text")) for k in (1, 2, 3)]
    for department in answer.departments:
        rows.append([words("decompose.sheet.owner_basis", department=words.titled(department)), basis_of(words, department)])
    columns = [_column(words, "item"), _column(words, "said", "wrap")._replace(width=READING_WIDTH)]
    return Block("", columns, rows)
