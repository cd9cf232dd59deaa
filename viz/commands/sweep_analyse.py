"""`yidu sweep analyse`: which input decides, which futures make a target fail."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yidu.sim.files import write_whole
from yidu.viz import terminal
from yidu.viz.commands.shared import HELP, Debug, Json, Lang, Wrong, give, give_csv, output_files, output_folder, progress, words_of
from yidu.viz.tables import csv_text
from yidu.viz.words import DEFAULT

if TYPE_CHECKING:
    from yidu.experiments.sweep.answer import SweepAnalysisAnswer

METHODS = "auto|sobol|morris|pawn|delta|prim|tree|features"

Folder = Annotated[str, typer.Argument(metavar="DIR", help=HELP("help.sweep_folder"))]


def analysis_csv(answer: SweepAnalysisAnswer) -> str:
    """One row an index, a limit of the box, a step on its way or a node of the tree, the columns named as in the JSON."""
    head: dict[str, object] = {"method": answer.method, "indicator": answer.indicator, "year": answer.year}
    tables: dict[str, tuple[object, ...]] = {"indices": answer.indices}
    if answer.box is not None:
        tables |= {"limits": answer.box.limits, "trajectory": answer.box.trajectory}
    if answer.tree is not None:
        tables["nodes"] = answer.tree.nodes
    rows = []
    for name, listed in tables.items():
        for one in listed:
            row: dict[str, object] = {**head, "table": name}
            for key, value in one.model_dump(mode="json").items():  # type: ignore[attr-defined]
                if isinstance(value, dict):
                    row |= {f"{key}_{inner}": number for inner, number in value.items()}
                else:
                    row[key] = ";".join(map(str, value)) if isinstance(value, list) else value
            rows.append(row)
    return csv_text(rows, [*head, "table"])


def analyse(
    folder: Folder,
    indicator: Annotated[str | None, typer.Option("--indicator", metavar="ID", help=HELP("help.sweep_analyse_indicator"))] = None,
    target: Annotated[str | None, typer.Option("--target", metavar="ID", help=HELP("help.sweep_analyse_target"))] = None,
    year: Annotated[int | None, typer.Option("--year", metavar="YEAR", help=HELP("help.sweep_analyse_year"))] = None,
    method: Annotated[str, typer.Option("--method", metavar=METHODS, help=HELP("help.sweep_analyse_method"))] = "auto",
    parameters: Annotated[str | None, typer.Option("--parameters", metavar="ID,ID|all", help=HELP("help.sweep_analyse_parameters"))] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help=HELP("help.sweep_analyse_out"))] = None,
    json: Json = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.sweep_analyse_csv"))] = None,
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    if indicator is not None and target is not None:
        raise Wrong(words("error.sweep_analyse_both"))
    json_file, csv_file = output_files(json, csv, words)
    pictures_folder = output_folder(out, words)

    from yidu.experiments.sweep.analysis import run_analysis
    from yidu.experiments.sweep.store import opened
    from yidu.sim.region import load as load_region
    from yidu.viz.figures.sweep import pictures
    from yidu.viz.presenters.sweep_analysis import conclusion, titles_of, warnings_of
    from yidu.viz.terminal.sweep import limits_said
    from yidu.viz.terminal.sweep_analysis import show_analysis

    sweep = opened(folder)
    with progress(words, words("sweep_analyse.running")):
        found = run_analysis(sweep, indicator=indicator, target=target, year=year, method=method, parameters=parameters)
    titles = titles_of(words, load_region(str(sweep.points["region"].iloc[0])), found.inputs)
    limits = limits_said(words, sweep.limits, len(sweep.manifest["packs"]))
    said = {"conclusion": conclusion(words, found, titles), "warnings": warnings_of(words, found, limits)}
    answer = found.model_copy(update=said)
    drawn: list[Path] = []
    if pictures_folder is not None:
        for name, picture in pictures(words, answer, titles).items():
            drawn.append(pictures_folder / f"{name}.svg")
            write_whole(drawn[-1], picture)
    give(answer, json, json_file)
    give_csv(analysis_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_analysis(screen, words, answer, titles)
    for file in drawn:
        screen.print(words("sweep_analyse.picture", file=file), markup=False, soft_wrap=True)
    if drawn:
        screen.print()
    here = f"yidu sweep analyse {shlex.quote(folder)}"
    asked = f" --target {answer.indicator}" if answer.judged else ""
    again = here + (f" --method {method}" if method != "auto" else "") + (f" --target {target}" if target else "")
    again += (f" --indicator {indicator}" if indicator else "") + (f" --year {year}" if year else "")
    again += f" --parameters {shlex.quote(parameters)}" if parameters else ""
    steps = []
    if answer.method == "prim":
        steps.append((f"{here} --method tree{asked}", words("next.sweep_tree")))
    else:
        steps.append((f"{here} --method prim", words("next.sweep_prim")))
    if answer.method in ("pawn", "delta", "sobol", "morris"):
        steps.append((f"{here} --method features --indicator {answer.indicator}", words("next.sweep_features")))
    else:
        steps.append((f"{here} --indicator {answer.indicator}", words("next.sweep_indices")))
    if out is None:
        steps.append((f"{again} --out {shlex.quote(str(Path(folder).name) + '-pictures')}", words("next.sweep_pictures")))
    terminal.next_steps(screen, words, *steps)
