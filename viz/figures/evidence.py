"""The figures of what a model rests on: facts against its predictions, levers and parameters that the record speaks of, rival readings.

Builders take the findings of a fit in one language (`yidu.viz.presenters.calibration.Said`) and give figures, as
`yidu.viz.figures.assess` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from yidu.calibration import gates
from yidu.viz.figures import Figure, Series, in_percent, numbers
from yidu.viz.figures.palette import BLUE, POLICY
from yidu.viz.presenters.calibration import nominal

if TYPE_CHECKING:
    from yidu.calibration.findings import FactCheck
    from yidu.experiments.judging.evidence import LeverKnown
    from yidu.viz.presenters.calibration import Said

MOST_PARAMETERS = 30
"""Parameters that a figure shows at most; the table has all."""


def of_record(value: float, row: FactCheck) -> float | None:
    """A value of a fact as percent of what is on record."""
    return in_percent(value / row.record) if row.record > 0.0 else None


def facts(said: Said, *, fitted: bool = True) -> Figure:
    """Intervals: what the model predicts of each fact after the fit, as percent of the record; those off most come first.

    `fitted`: facts that the fit used, or those that it did not.
    """
    words, found = said.words, said.findings
    part = "fitted" if fitted else "context"
    rows = [row for row in found.facts if row.record > 0.0 and (row.role == "calibrate") == fitted]
    rows.sort(key=lambda row: (row.p_value, row.fact))
    columns = {
        role: numbers(of_record(getattr(row, role), row) for row in rows) for role in ("p05", "p25", "median", "p75", "p95")
    }  # fmt: skip
    return Figure(
        id=f"facts-{part}",
        kind="intervals",
        title=words(f"figure.facts.title_{part}"),
        unit=words("figure.facts.unit"),
        over=words("figure.facts.over"),
        categories=tuple(told(said, row) for row in rows),
        series=(
            *(Series(role, words(f"figure.{role}"), values) for role, values in columns.items()),  # type: ignore[arg-type]
            Series("record", words("figure.record"), numbers(100.0 for _ in rows)),
        ),
        note=words("figure.facts.note", runs=f"{found.accepted:,}", seed=found.seed) + words(f"figure.facts.note_{part}"),
        keys=tuple(row.fact for row in rows),
        levels=((100.0, words("figure.record")),),
    )


def told(said: Said, row: FactCheck) -> str:
    """Name of a fact; a sign where it lies outside its interval."""
    sign = "" if row.inside95 else "✗ " if gates.unexplained(row) else "△ "
    return f"{sign}{said.fact(row.fact)}"


def parameters(said: Said) -> Figure:
    """Bars: how much narrower the record made each parameter that it says something about [%], the most first."""
    words = said.words
    rows = said.informed[:MOST_PARAMETERS]
    return Figure(
        id="parameters",
        kind="bars",
        title=words("figure.parameters.title", count=len(said.informed), of=len(said.findings.parameters)),
        unit=words("figure.percent"),
        over=words("figure.parameters.over"),
        categories=tuple(said.parameter(row.parameter) for row in rows),
        series=(Series("value", words("figure.parameters.value"), numbers(in_percent(row.contraction) for row in rows), BLUE),),
        note=words(
            "figure.parameters.note", silent=len(said.silent), least=nominal(gates.SILENT), accepted=f"{said.findings.accepted:,}",
            seed=said.findings.seed,
        ),
        keys=tuple(row.parameter for row in rows),
        levels=(silence(said),),
    )  # fmt: skip


def levers(said: Said, known: Iterable[LeverKnown]) -> Figure:
    """Bars: how much the record says of the effect of each lever [%], by the parameter that it knows best; the least first."""
    words = said.words
    rows = sorted((one for one in known if one.contraction is not None), key=lambda one: one.contraction or 0.0)
    silent = sum(one.silent for one in rows)
    shares = [max(0.0, one.contraction or 0.0) for one in rows]
    return Figure(
        id="levers-told",
        kind="bars",
        title=words("figure.levers_told.title", silent=silent, of=len(rows)),
        unit=words("figure.percent"),
        over=words("figure.levers_told.over"),
        categories=tuple(words("figure.levers_told.lever", lever=words.indicator(one.lever), grade=one.grade) for one in rows),
        series=(Series("value", words("figure.levers_told.value"), numbers(in_percent(share) for share in shares), POLICY),),
        note=words("figure.levers_told.note", least=nominal(gates.SILENT), accepted=f"{said.findings.accepted:,}", seed=said.findings.seed),
        keys=tuple(one.lever for one in rows),
        levels=(silence(said),),
    )  # fmt: skip


def readings(said: Said) -> Figure:
    """Intervals: the weight of each rival reading once the record has spoken [%], with its error, beside the weight it had before."""
    words, rows = said.words, said.findings.readings
    after, errors = [row.posterior_weight for row in rows], [row.mc_error for row in rows]
    return Figure(
        id="readings",
        kind="intervals",
        title=words("figure.readings.title"),
        unit=words("figure.percent"),
        over=words("figure.readings.over"),
        categories=tuple(
            words(
                "figure.readings.reading",
                which=row.reading, value=said.amount(row.value, row.unit), fact=said.fact(row.fact, row.reading),
            )
            for row in rows
        ),
        series=(
            Series("p25", words("figure.readings.less"), numbers(in_percent(max(0.0, w - e)) for w, e in zip(after, errors))),
            Series("median", words("figure.readings.after"), numbers(in_percent(w) for w in after)),
            Series("p75", words("figure.readings.more"), numbers(in_percent(min(1.0, w + e)) for w, e in zip(after, errors))),
            Series("record", words("figure.readings.before"), numbers(in_percent(row.prior_weight) for row in rows)),
        ),
        note=words("figure.readings.note", accepted=f"{said.findings.accepted:,}", seed=said.findings.seed),
        keys=tuple(f"{row.fact}={row.reading}" for row in rows),
    )  # fmt: skip


def silence(said: Said) -> tuple[float, str]:
    """The line below which the record says nothing."""
    return 100.0 * gates.SILENT, said.words("figure.parameters.level", least=nominal(gates.SILENT))
