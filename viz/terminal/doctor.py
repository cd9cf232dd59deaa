"""Whether this installation is ready, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.sim.errors import InputError
from yidu.viz.terminal import show, table
from yidu.viz.words import Words

if TYPE_CHECKING:
    from yidu.experiments.doctor import Check


def _in_words(words: Words, values: Mapping[str, object]) -> dict[str, object]:
    return {name: words.error(value) if isinstance(value, InputError) else value for name, value in values.items()}


def show_checks(out: Console, words: Words, checks: Sequence[Check]) -> None:
    """The answer of `yidu doctor`."""
    rows = [
        [
            escape(words(f"doctor.what.{check.what}", **check.values)),
            f"[green]{words('doctor.fine')}[/green]" if check.fine else f"[red]{words('doctor.not_fine')}[/red]",
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
