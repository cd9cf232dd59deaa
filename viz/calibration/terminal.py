"""What a calibration found out about itself, in a terminal: facts, coverage, contradictions, silence, what did not pass."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from yidu.calibration import gates
from yidu.calibration.findings import Coverage, FactCheck, Findings
from yidu.sim.region import Region
from yidu.viz.calibration.page import NAME
from yidu.viz.presenters.calibration import SIGNS, Said, nominal, p_said
from yidu.viz.terminal import NARROW, say, show, table
from yidu.viz.words import Words
from yidu.viz.words.format import counted, percent

SOME = 5
"""Silent parameters that are named in the terminal; the page names all."""

BEFORE_P = {True: "++", False: "--"}
"""Signs that tell inside from outside without colour, as in the other tables."""


def show_calibration(out: Console, words: Words, region: Region, findings: Findings, folder: Path) -> None:
    """The answer of `yidu calibrate` and of `yidu calibrate --show`; ``folder`` is where the page stands."""
    said = Said(words, findings, region)
    out.print(f"[bold]{escape(said('title', region=words.titled(findings)))}[/bold]")
    say(out, said.made())
    out.print()
    _facts(out, said)
    _coverage(out, said)
    for section in ("ranks", "structures", "left_out", "backcast"):
        say(out, f"{SIGNS[said.state(section)]} {said.lead(section)}")
    out.print()
    _tension(out, said)
    _silence(out, said, folder)
    say(out, said.after())
    out.print()
    _verdict(out, said)


def _facts(out: Console, said: Said) -> None:
    narrow = out.width < NARROW
    heads = [("fact", "fold"), ("record", "right"), ("prior90", "right"), ("median", "right"), ("posterior95", "right")]
    heads += [("p", "right"), ("inside", "fold")]
    keep = [0, 1, 4, 6] if narrow else range(len(heads))
    rows = [_fact(said, row) for row in said.fitted]
    columns = [(said(f"column.{heads[k][0]}"), heads[k][1]) for k in keep]
    show(out, table(said("terminal.facts"), columns, [[row[k] for k in keep] for row in rows]))
    say(out, said.lead("facts"), style="dim")
    out.print()


def _fact(said: Said, row: FactCheck) -> list[str]:
    colour = "green" if row.inside95 else "red" if gates.unexplained(row) else "yellow"
    inside = said("yes") if row.inside95 else said("no")
    if row.conflict is not None and not row.inside95:
        inside = said("conflict", fact=said.fact(row.conflict))
    return [
        escape(said.fact(row.fact)),
        escape(said.amount(row.record, row.unit)),
        said.band(row.prior_p05, row.prior_p95, row.unit),
        counted(row.median, row.unit),
        said.band(row.p025, row.p975, row.unit),
        p_said(row.p_value),
        f"[{colour}]{BEFORE_P[row.inside95]} {escape(inside)}[/{colour}]",
    ]


def _coverage(out: Console, said: Said) -> None:
    if not said.gated:
        return
    heads = [("case", "left"), ("what", "left"), ("level", "right"), ("coverage", "right"), ("truths", "right"), ("met", "left")]
    rows = [_covered(said, row) for row in said.gated]
    show(out, table(said("terminal.coverage"), [(said(f"column.{name}"), side) for name, side in heads], rows))


def _covered(said: Said, row: Coverage) -> list[str]:
    fine = gates.covers(row)
    colour = "green" if fine else "red"
    return [
        escape(said(f"case.{row.case}")),
        escape(said(f"what.{row.what}")),
        nominal(row.level),
        f"{percent(row.coverage)} ±{row.mc_error * 100.0:.1f}",
        f"{row.truths:,}",
        f"[{colour}]{BEFORE_P[fine]} {said('yes' if fine else 'no')}[/{colour}]",
    ]


def _tension(out: Console, said: Said) -> None:
    say(out, said.lead("tension"), style="bold")
    for k in range(len(said.findings.tension)):
        say(out, said.words("phrase.bullet", text=said.tension(k)))
    out.print()


def _silence(out: Console, said: Said, folder: Path) -> None:
    if not said.silent:
        return
    named = said.words("phrase.comma").join(said.parameter(row.parameter) for row in said.silent[:SOME])
    say(out, said("silent_some", count=len(said.silent), some=named, page=folder / NAME))


def _verdict(out: Console, said: Said) -> None:
    failures = said.findings.failures
    say(out, said.verdict(), style="bold green" if not failures else "bold red")
    for code in failures:
        say(out, said.words("phrase.bullet", text=said.failure(code)))
    out.print()
