"""The tables of a calibration in words: on the page, and as Markdown for docs/calibration.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from yidu.calibration import gates
from yidu.calibration.findings import Findings
from yidu.sim.region import Region
from yidu.viz.presenters.calibration import SECTIONS, Said, nominal, p_said
from yidu.viz.words import Words
from yidu.viz.words.format import counted, number, percent

IN_DOCS = 12
"""Parameters and pairs that docs/calibration.md lists at most; the page and the tables list all."""


class Grid(NamedTuple):
    """A table in words: headings with the side their columns keep to ('left', 'right'), and rows of cells."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]


def grid(said: Said, section: str) -> Grid:
    """The table of a section in words; without rows where there is nothing."""
    columns, rows = GRIDS[section](said)
    sides = {"<": "left", ">": "right"}
    heads = tuple((said(f"column.{name[1:]}"), sides[name[0]]) for name in columns.split())
    return Grid(heads, tuple(tuple(row) for row in rows))


Cells = tuple[str, Sequence[Sequence[str]]]
"""Names of columns, each after '<' (left) or '>' (right), and the cells below them."""


def _yes(said: Said, fine: bool) -> str:
    return said("yes" if fine else "no")


def _facts(said: Said) -> Cells:
    rows = []
    for row in sorted(said.findings.facts, key=lambda row: row.role != "calibrate"):
        named = "" if row.conflict is None else said("conflict", fact=said.fact(row.conflict))
        inside = said("yes") if row.inside95 else named or said("no")
        rows.append((
            said.fact(row.fact), row.fact, said.words.or_else(f"role.{row.role}", row.role), said.amount(row.record, row.unit),
            said.band(row.prior_p05, row.prior_p95, row.unit), counted(row.median, row.unit), said.band(row.p025, row.p975, row.unit),
            f"{p_said(row.p_value)} ±{row.mc_error:.2f}", inside, said.quote(row),
        ))  # fmt: skip
    if not any(row[-1] for row in rows):  # no pack at hand
        return "<fact <id <role >record >prior90 >median >posterior95 >p <inside", [row[:-1] for row in rows]
    return "<fact <id <role >record >prior90 >median >posterior95 >p <inside <quote", rows


def _readings(said: Said) -> Cells:
    rows = [
        (
            said.reading(row),
            f"{row.fact}={row.reading}",
            percent(row.prior_weight),
            percent(row.posterior_weight),
            f"±{row.mc_error * 100.0:.1f}",
        )
        for row in said.findings.readings
    ]
    return "<reading <id >weight_before >weight_after >error", rows


def _parameters(said: Said) -> Cells:
    rows = [
        (said.parameter(row.parameter), row.parameter, row.grade, said.words.unit(row.unit), number(row.prior_median),
         said.band(row.prior_p05, row.prior_p95), number(row.median), said.band(row.p05, row.p95), f"{row.contraction:.2f}",
         f"{row.shift:+.2f}")
        for row in (*said.informed, *said.silent)
    ]  # fmt: skip
    return "<parameter <id <grade <unit >prior_median >prior90 >median >posterior90 >contraction >shift", rows


def _pairs(said: Said) -> Cells:
    rows = [(said.parameter(pair.a), pair.a, said.parameter(pair.b), pair.b, f"{pair.correlation:+.2f}") for pair in said.findings.pairs]
    return "<parameter <id <with <id >correlation", rows


def _ranks(said: Said) -> Cells:
    found = said.findings.ranks
    rows = [] if found is None else [
        (said.quantity(row.quantity), row.quantity, f"{row.deviation:.3f}", f"±{found.band:.3f}", _yes(said, row.inside))
        for row in sorted(found.quantities, key=lambda row: -row.deviation)
    ]  # fmt: skip
    return "<quantity <id >deviation >band <inside", rows


def _coverage(said: Said) -> Cells:
    rows = [
        (said(f"case.{row.case}"), said(f"what.{row.what}"), f"{row.assumed:g}", f"{row.injected:g}", nominal(row.level),
         percent(row.coverage), f"±{row.mc_error * 100.0:.1f}", f"{row.truths:,}",
         _yes(said, gates.covers(row)) if gates.gated(row) else "")
        for row in said.findings.coverage
    ]  # fmt: skip
    return "<case <what >assumed >injected >level >coverage >error >truths <met", rows


def _structures(said: Said) -> Cells:
    rows = [
        (said.structure(row.structure), nominal(row.level), percent(row.coverage), f"±{row.mc_error * 100.0:.1f}", f"{row.truths:,}",
         said.indicator(row.worst), percent(row.worst_coverage))
        for row in said.findings.structures
    ]  # fmt: skip
    return "<structure >level >coverage >error >truths <worst >worst_coverage", rows


def _left_out(said: Said) -> Cells:
    rows = [
        (said.fact(row.fact), row.fact, said.amount(row.record, row.unit), counted(row.median, row.unit),
         said.band(row.p05, row.p95, row.unit), f"{row.z:+.2f}", f"{row.log_score:.2f}", number(row.crps), _yes(said, row.inside90))
        for row in said.findings.left_out
    ]  # fmt: skip
    return "<fact <id >record >median >band90 >z >log_score >crps <inside", rows


def _backcast(said: Said) -> Cells:
    rows = [
        (said.fact(row.fact), row.fact, said.amount(row.record, row.unit), counted(row.median, row.unit),
         said.band(row.p05, row.p95, row.unit), f"{row.z:+.2f}", number(row.crps), number(row.no_change),
         number(row.last_growth), _yes(said, row.inside50), _yes(said, row.inside90))
        for row in said.findings.backcast
    ]  # fmt: skip
    return "<fact <id >record >median >band90 >z >crps >no_change >last_growth <inside50 <inside", rows


def _tension(said: Said) -> Cells:
    rows = [
        (said.fact(row.a), row.a, said.fact(row.b), row.b, f"{row.a_alone:+.2f}", f"{row.a_with:+.2f}", f"{row.strength:.2f}",
         said.words.or_else(f"calibration.direction.{row.direction}", row.direction))
        for row in said.findings.tension
    ]  # fmt: skip
    return "<fact <id <against <id >alone >together >strength <direction", rows


def _identities(said: Said) -> Cells:
    rows = [
        (said.identity(row.identity), said.amount(row.left, row.unit), said.amount(row.right, row.unit),
         f"±{number(row.tolerance)}", _yes(said, row.holds), ", ".join(row.facts))
        for row in sorted(said.findings.identities, key=lambda row: row.holds)
    ]  # fmt: skip
    return "<identity >left >right >tolerance <holds <facts", rows


def _sensitivity(said: Said) -> Cells:
    rows = [
        (said.indicator(indicator), indicator, str(year), f"{row.size:g}", said.of(indicator, row.median), said.band(row.p05, row.p95))
        for (indicator, year), found in said.forecasts().items() for row in found
    ]  # fmt: skip
    return "<indicator <id >year >size >median >band90", rows


def _agreement(said: Said) -> Cells:
    rows = [
        (said.parameter(row.parameter), row.parameter, number(row.mean), number(row.sd), number(row.other_mean), number(row.other_sd))
        for row in said.findings.agreement
    ]
    return "<parameter <id >mean >sd >other_mean >other_sd", rows


GRIDS: Mapping[str, Callable[[Said], Cells]] = {
    "facts": _facts, "readings": _readings, "parameters": _parameters, "pairs": _pairs, "ranks": _ranks, "coverage": _coverage,
    "structures": _structures, "left_out": _left_out, "backcast": _backcast, "tension": _tension, "identities": _identities,
    "sensitivity": _sensitivity, "agreement": _agreement,
}  # fmt: skip


# --- Markdown


def docs_block(findings: Findings, region: Region | None = None) -> str:
    """The findings of one region as Markdown for docs/calibration.md: a sentence and a table for each section.

    With the pack at hand, facts are named by how they are counted too.
    """
    said = Said(Words("en"), findings, region)
    lines = [f"**{findings.title_en} ({findings.title_zh}).** {said.verdict()}", ""]
    lines += [f"* {said.failure(code)}" for code in findings.failures]
    lines += [""] * bool(findings.failures) + [f"{said.made()} {said.after()}", ""]
    for section in SECTIONS:
        lines += [f"#### {said(f'section.{section}')}: {findings.title_en}", "", said.lead(section), ""]
        full = grid(said, section)
        if full.rows:
            shown = full.rows[:IN_DOCS] if section in ("parameters", "pairs", "ranks") else full.rows
            lines += _markdown(_without(Grid(full.heads, shown), said("column.quote")))
            if len(shown) < len(full.rows):
                lines += ["", said("first_of", shown=len(shown), of=len(full.rows))]
            lines.append("")
        if section == "parameters" and said.silent:
            lines += [said("silent_all", ids=", ".join(f"`{row.parameter}`" for row in said.silent)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _without(table: Grid, head: str) -> Grid:
    """A table without a column, which it need not have."""
    keep = [k for k, (name, _) in enumerate(table.heads) if name != head]
    return Grid(tuple(table.heads[k] for k in keep), tuple(tuple(row[k] for k in keep) for row in table.rows))


def _markdown(table: Grid) -> list[str]:
    def row(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"

    rules = ["---:" if side == "right" else "---" for _, side in table.heads]
    return [row([head for head, _ in table.heads]), row(rules), *(row(cells) for cells in table.rows)]
