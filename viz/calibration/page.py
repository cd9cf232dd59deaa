"""``calibration.html``: what a calibration found out about itself, on one page that needs no network.

Chinese and English both stand in the file, a switch at the top shows one of them; pictures are inline SVG.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from yidu.calibration.findings import Findings
from yidu.calibration.manifest import write_whole
from yidu.sim.region import Region
from yidu.viz.calibration import charts
from yidu.viz.calibration.grids import Grid, grid
from yidu.viz.presenters.calibration import SECTIONS, SIGNS, Said, State
from yidu.viz.words import LANGUAGES, Language, Words

FOLDER = Path(__file__).resolve().parent

NAME = "calibration.html"

PICTURES: Mapping[str, tuple[Callable[[Said], Markup | None], ...]] = {
    "facts": (charts.facts,),
    "readings": (charts.readings,),
    "parameters": (charts.parameters,),
    "pairs": (charts.pairs,),
    "ranks": (charts.ranks,),
    "coverage": (charts.coverage, charts.sweep),
    "structures": (charts.structures,),
    "left_out": (charts.left_out,),
    "backcast": (charts.backcast,),
    "tension": (charts.tension,),
    "identities": (),
    "sensitivity": (charts.sensitivity,),
    "agreement": (charts.agreement,),
}


class Picture(NamedTuple):
    """A drawing with the sentence that says how to read it."""

    drawing: Markup
    legend: str


class Section(NamedTuple):
    """One question to the calibration: the sentence that answers it, what did not pass, pictures, notes and the table."""

    key: str
    title: str
    state: State
    sign: str
    state_said: str
    lead: str
    failed: tuple[str, ...]
    pictures: tuple[Picture, ...]
    notes_title: str
    notes: tuple[str, ...]
    table: Grid


class Side(NamedTuple):
    """The page in one language."""

    language: Language
    said: Said
    title: str
    failed: tuple[str, ...]
    sections: tuple[Section, ...]
    provenance: tuple[tuple[str, str], ...]


def write_page(findings: Findings, region: Region, folder: Path) -> tuple[Path, ...]:
    """Write ``calibration.html`` into a folder, by a temporary file; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / NAME, page(findings, region).encode())
    return (folder / NAME,)


def page(findings: Findings, region: Region) -> str:
    """The page as text."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    sides = [side(findings, region, language) for language in LANGUAGES]
    style = Markup((FOLDER / "page.css").read_text(encoding="utf-8"))
    return templates.get_template("page.html.j2").render(sides=sides, style=style)


def side(findings: Findings, region: Region, language: Language) -> Side:
    """The page in one language."""
    said = Said(Words(language), findings, region)
    title = said("title", region=said.words.titled(findings))
    failed = tuple(said.failure(code) for code in findings.failures)
    return Side(language, said, title, failed, tuple(section(said, key) for key in SECTIONS), provenance(said))


def section(said: Said, key: str) -> Section:
    """A section of the page."""
    state = said.state(key)
    pictures = []
    for draw in PICTURES[key]:
        if (drawing := draw(said)) is not None:
            pictures.append(Picture(drawing, legend(said, draw.__name__)))
    return Section(
        key, said(f"section.{key}"), state, SIGNS[state], said(f"state.{state}"), said.lead(key),
        tuple(said.failure(code) for code in said.failed(key)), tuple(pictures), *notes(said, key), grid(said, key),
    )  # fmt: skip


def legend(said: Said, picture: str) -> str:
    """How a picture is read."""
    if picture == "sweep":
        return said("legend.sweep", over=charts.sweep_over(said))
    return said(f"legend.{picture}")


def notes(said: Said, key: str) -> tuple[str, tuple[str, ...]]:
    """Sentences of a section beside its lead, with their title: silent parameters, contradictions, figures without a ratio."""
    if key == "parameters":
        return said("silent_title", count=len(said.silent)), tuple(said.silence(row) for row in said.silent)
    if key == "tension":
        return "", tuple(said.tension(k) for k in range(len(said.findings.tension)))
    if key == "facts":
        zero = [said.fact(row.fact) for row in said.findings.facts if row.record <= 0.0]
        return "", (said("no_ratio", facts=said.words("phrase.comma").join(zero)),) if zero else ()
    if key == "identities" and said.findings.identities:
        return "", (said("identities_note"),)
    if key == "sensitivity":
        return "", (said.after(),)
    return "", ()


def provenance(said: Said) -> tuple[tuple[str, str], ...]:
    """What the calibration was made of and with: (name, value)."""
    found = said.findings
    values = {
        "region": f"{said.words.titled(found)} ({found.region})", "runs": f"{found.runs:,}", "second_round": f"{found.second_round:,}",
        "accepted": f"{found.accepted:,}", "effective": f"{found.effective:,.0f}", "discrepancy": f"{found.discrepancy:g}",
        "seed": str(found.seed), "version": found.version, "rules": found.rules[:12], "pack": found.pack[:12],
    }  # fmt: skip
    return tuple((said(f"made.{name}"), value) for name, value in values.items())
