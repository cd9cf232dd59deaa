"""The answer of `yidu bench` in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from yidu.agents.enterprise import ENTERPRISE
from yidu.bench.memory import SETTLED
from yidu.bench.parts import CORES, FLAT, FULL, LINEAR, PARTS
from yidu.sim.schedule import QUARTER
from yidu.viz.terminal import say, show, table
from yidu.viz.words.format import number

if TYPE_CHECKING:
    from rich.console import Console

    from yidu.experiments.benchmark.answer import BenchAnswer, BenchFigure
    from yidu.viz.words import Words

BUSY = 1.25
"""Processes for each core from which the machine counts as busy."""

SIGNS = {"<=": "≤", ">=": "≥"}


def verdict(words: Words, figure: BenchFigure) -> str:
    """Whether what was promised is kept; nothing where nothing was."""
    if figure.kept is None:
        return ""
    return words("bench.kept") if figure.kept else f"[bold]{words('bench.not_kept')}[/bold]"


def line(words: Words, figure: BenchFigure) -> list[str]:
    """A row of the table."""
    unit = words(f"bench.unit.{figure.unit}")
    spread = figure.low is not None and figure.high is not None and figure.low != figure.high
    return [
        words(f"bench.figure.{figure.id}"),
        f"{number(figure.value)} {unit}".strip(),
        words("bench.range", low=number(figure.low), high=number(figure.high)) if spread else "",
        "" if figure.reach is None else words("bench.goal", sense=SIGNS[str(figure.sense)], value=number(figure.reach)),
        verdict(words, figure),
    ]


def notes(words: Words, answer: BenchAnswer) -> list[str]:
    """What has to be said to read the table."""
    known = {figure.id: figure for figure in answer.figures}
    said = [words("bench.ratios")]
    if "ratio_to_floor" in known:
        drawn, made = known["draws_of_enterprise"].value, known["draws_made"].value
        said.append(words("bench.luck", different=number(drawn), made=number(made), columns=len(ENTERPRISE.names or ())))
    said += [
        words(f"bench.{part}", stages=len(QUARTER)) for part in ("mesa", "numpy", "starsim") if any(f.part == part for f in answer.figures)
    ]  # fmt: skip
    if any(f.part in ("growth", "memory") for f in answer.figures):
        said.append(words("bench.reading", linear=number(LINEAR), flat=number(FLAT)))
    if "bytes_per_enterprise" in known:
        said.append(words("bench.bytes"))
    if "memory_growth_10000_runs_mb" in known and answer.effort == FULL.name:
        runs, part = FULL.resident
        first = (SETTLED + 1) * part
        said.append(words("bench.memory", first=number(first), rest=number(runs - first)))
    if "seconds_calibrate_100000" in known and answer.machine.cores != CORES:
        said.append(words("bench.cores", asked=CORES, cores=answer.machine.cores))
    if "seconds_calibrate_100000" in known:
        said.append(words("bench.calibrate", runs=number(known["seconds_calibrate_100000"].times)))
    return said


def left_out(words: Words, answer: BenchAnswer) -> list[str]:
    """What was not measured, and why; not a word of what nobody asked for."""
    failed, others = [], []
    for out in answer.left_out:
        part = words(f"bench.part.{out.part}")
        if out.reason == "failed":
            failed.append(words("bench.failed", part=part, said=out.said))
        elif out.reason != "not_asked":
            others.append(words("bench.left_out_one", part=part, reason=words(f"bench.reason.{out.reason}")))
    return failed + ([words("bench.left_out", listed=words("phrase.comma").join(others))] if others else [])


def show_bench(out: Console, words: Words, answer: BenchAnswer) -> None:
    """Figures part by part, what must be known to read them, and what was left out."""
    m = answer.machine
    effort = words(f"bench.effort.{answer.effort}")
    say(out, words("bench.title", effort=effort, digest=answer.digest[:12]), style="bold")
    say(
        out,
        words(
            "bench.machine", processor=m.processor, cores=m.cores, memory=number(m.memory_mb), python=m.python, numpy=m.numpy, numba=m.numba
        ),
    )  # fmt: skip
    out.print()
    columns = [(words("bench.column.figure"), "fold")]
    columns += [(words(f"bench.column.{name}"), "right") for name in ("value", "range", "goal")] + [(words("bench.column.verdict"), "left")]
    for part in PARTS:
        rows = [line(words, figure) for figure in answer.figures if figure.part == part]
        if rows:
            show(out, table(escape(words(f"bench.part.{part}")), columns, [[escape(cell) for cell in row[:4]] + row[4:] for row in rows]))
            out.print()
    for sentence in [*notes(words, answer), *left_out(words, answer)]:
        say(out, sentence)
    if m.load_before is not None and m.load_before > BUSY * m.cores:
        say(out, words("bench.busy", before=number(m.load_before), after=number(m.load_after)))
    out.print()
