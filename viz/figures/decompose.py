"""The figure of a task list: the main tasks by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.experiments.decompose.tasks import TASKS
from yidu.viz.figures import Figure, Series, numbers
from yidu.viz.figures.assess import runs_note
from yidu.viz.presenters.decompose import Lists, titled_task
from yidu.viz.words import Words

if TYPE_CHECKING:
    from yidu.experiments.decompose.answer import DecomposeAnswer

MOST = 6
"""Lines that one chart holds."""


def tasks(words: Words, answer: DecomposeAnswer, serves: str = "") -> Figure:
    """Lines: whole things of the main tasks by year; those done for one target first, where one is named."""
    lists = Lists(answer)
    main = [task for task in TASKS if task.id in lists.active and (task.key or task.serves == serves)]
    main.sort(key=lambda task: task.serves != serves)
    return Figure(
        id="tasks",
        kind="lines",
        title=words("figure.tasks.title"),
        unit="",
        over=words("figure.year"),
        categories=tuple(map(str, lists.years)),
        series=tuple(
            Series("value", titled_task(words, lists.rows[task.id][lists.years[0]]), numbers(map(float, lists.whole(task.id))))
            for task in main[:MOST]
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.tasks.note"),
    )
