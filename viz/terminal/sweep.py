"""A sweep in a terminal: what it will take, how far it is, what failed, how many runs reach each target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.experiments.judging.unknown import few_runs
from yidu.experiments.sweep.limits import limits_of
from yidu.sim.errors import InputError
from yidu.viz.terminal import mind, say, show, table
from yidu.viz.words import Words
from yidu.viz.words.format import chance, number, percent
from yidu.viz.words.limits import kinds_of
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.experiments.sweep.compute import Estimate
    from yidu.experiments.sweep.designs import Design
    from yidu.experiments.sweep.limits import Limit
    from yidu.experiments.sweep.store import Sweep
    from yidu.experiments.sweep.summary import SweepAnswer, SweptTarget
    from yidu.sim.region import Region

UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
MOST_SHOWN = 5
"""Failed runs that the terminal lists; the JSON has more, the table all."""


def size(many: float) -> str:
    """Bytes as people say them."""
    for unit in UNITS:
        if many < 1000.0 or unit == UNITS[-1]:
            return f"{many:.0f} {unit}" if unit == "B" else f"{many:.1f} {unit}"
        many /= 1000.0
    raise AssertionError


def duration(words: Words, seconds: float) -> str:
    """A time as people say it."""
    if seconds < 90.0:
        return words("sweep.seconds", value=f"{seconds:.0f}")
    if seconds < 5400.0:
        return words("sweep.minutes", value=f"{seconds / 60.0:.0f}")
    if seconds < 2 * 86400.0:
        return words("sweep.hours", value=f"{seconds / 3600.0:.1f}")
    return words("sweep.days", value=f"{seconds / 86400.0:,.1f}")


def show_estimate(out: Console, words: Words, design: Design, expected: Estimate) -> None:
    """The answer of `yidu sweep --dry-run`."""
    kind = words(f"sweep.kind.{design.kind}")
    out.print(f"[bold]{escape(words('sweep.dry_title', kind=kind))}[/bold]")
    _size(out, words, [axis.name for axis in design.axes], expected.points, design.per_point, expected.rows, expected.parts, design.luck)
    if expected.left < expected.rows:
        say(out, words("sweep.dry_left", done=f"{expected.rows - expected.left:,}", left=f"{expected.left:,}"))
    say(
        out,
        words(
            "sweep.dry_time", time=duration(words, expected.seconds), workers=expected.workers,
            each=f"{expected.measured.seconds * 1e3:.1f}", runs=expected.measured.runs,
        ),
    )  # fmt: skip
    say(out, words("sweep.dry_disk", size=size(expected.bytes), each=size(expected.measured.bytes)))
    out.print()
    mind(out, words, limits_said(words, limits_of(design), design.points["region"].nunique()))


def _size(out: Console, words: Words, axes: Sequence[str], points: int, per_point: int, rows: int, parts: int, luck: str) -> None:
    """What is varied, and how many points, runs and parts there are."""
    say(out, words("sweep.axes", axes=words("phrase.comma").join(axes) or words("sweep.no_axes")))
    say(
        out,
        words(
            "sweep.dry_size", points=f"{points:,}", per_point=f"{per_point:,}", rows=f"{rows:,}", parts=f"{parts:,}",
            luck=words(f"sweep.luck.{luck}"),
        ),
    )  # fmt: skip


def limits_said(words: Words, limits: Sequence[Limit], regions: int) -> tuple[str, ...]:
    """What a sweep of so many regions cannot know, each sentence with its kind; of which region, where there are several."""
    said = []
    for limit in limits:
        region = pack_of(limit.region)
        text = notice(words, region, limit.notice)
        title = limit.region if region is None else words.titled(region)
        said.append(words("compare.of_mix", mix=title, text=text) if regions > 1 else text)
    return tuple(said)


def pack_of(name: str) -> Region | None:
    """The pack of a region that was swept, for the titles in it; None where it is gone or cannot be read."""
    from yidu.experiments.sweep.designs import region_of

    try:
        return region_of(name)
    except InputError:
        return None


def warnings_of(words: Words, sweep: Sweep, answer: SweepAnswer) -> tuple[str, ...]:
    """What the reader of `yidu sweep show` must know."""
    said = list(limits_said(words, sweep.limits, len(sweep.manifest["packs"])))
    if answer.runs_done:
        said += [notice(words, None, one) for one in few_runs(answer.runs_done)]
    if answer.failed:
        said.append(words("sweep.failed", failed=f"{answer.failed:,}", done=f"{answer.runs_done:,}"))
    return tuple(said)


def show_sweep(out: Console, words: Words, answer: SweepAnswer) -> None:
    """The answer of `yidu sweep show`."""
    state = words("sweep.complete") if answer.complete else words("sweep.unfinished")
    out.print(f"[bold]{escape(words('sweep.title', folder=answer.folder, kind=words(f'sweep.kind.{answer.kind}'), state=state))}[/bold]")
    _size(out, words, answer.axes, answer.points, answer.per_point, answer.rows, answer.parts, answer.luck)
    say(
        out,
        words(
            "sweep.done", runs=f"{answer.runs_done:,}", share=percent(answer.runs_done / answer.rows), parts=f"{answer.parts_done:,}",
            failed=f"{answer.failed:,}", size=size(answer.bytes),
        ),
    )  # fmt: skip
    if answer.digest is not None:
        out.print(words("phrase.digest", digest=answer.digest), markup=False, style="dim")
    for line in kinds_of(words, answer.warnings):
        say(out, line, style="bold")
    out.print()
    if answer.targets:
        _targets(out, words, answer)
    for failure in answer.failures[:MOST_SHOWN]:
        say(out, words("sweep.failure", point=failure.point, replicate=failure.replicate, run=failure.run, error=failure.error))
    mind(out, words, answer.warnings)


def _targets(out: Console, words: Words, answer: SweepAnswer) -> None:
    """How many runs reach each target, and at which points most and fewest do."""
    spread = any(row.lowest is not None for row in answer.targets)
    several = len({row.region for row in answer.targets}) > 1
    heads = [("indicator", "fold"), ("target", "right"), ("share", "right")]
    heads += [("points", "right")] if spread else []
    heads += [("median", "right"), ("band", "right")]
    columns = [(words(f"sweep.column.{name}"), side) for name, side in heads]
    rows = [_target(words, row, spread, several) for row in answer.targets]
    show(out, table(words("sweep.table"), columns, rows))
    one = answer.points == 1
    say(out, words("sweep.legend_one" if one else "sweep.legend_many"), style="dim")
    out.print()


def _target(words: Words, row: SweptTarget, spread: bool, several: bool) -> list[str]:
    name = escape(words.indicator(row.indicator) + (f" ({row.region})" if several else ""))
    target = f"{row.sense}{number(row.target)} ({row.year})"
    cells = [name, target, chance(row.share, row.mc_error)]
    if spread:
        cells.append("-" if row.lowest is None or row.highest is None else f"{percent(row.lowest)}~{percent(row.highest)}")
    return [*cells, number(row.median), f"{number(row.p05)}~{number(row.p95)}"]
