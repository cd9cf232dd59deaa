"""`yidu plan`: the cheapest mix that reaches the chosen targets with a wanted probability."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, cast

import typer

from yidu.experiments.plan.limits import DECIDED, ENOUGH_EVALUATIONS, ENOUGH_RUNS, FEWEST_RUNS
from yidu.sim.files import write_whole
from yidu.viz import terminal
from yidu.viz.commands.shared import (
    HELP,
    Debug,
    Environment,
    Json,
    Lang,
    RegionName,
    Seed,
    Wrong,
    checked_files,
    environment_of,
    give,
    give_csv,
    new_file,
    progress,
    region_option,
    same_file,
    whole,
    words_of,
)
from yidu.viz.tables.plan import plan_csv
from yidu.viz.words import DEFAULT, Words
from yidu.viz.words.titles import notice as terminal_notice

if TYPE_CHECKING:
    from yidu.experiments.plan.levers_searched import Decided
MOST_EVALUATIONS = 100_000


def plan(
    reach: Annotated[str, typer.Option("--reach", metavar="all|ID,ID", help=HELP("help.reach"))] = "all",
    probability: Annotated[float, typer.Option("--probability", metavar="P", help=HELP("help.probability_plan"))] = 0.8,
    budget: Annotated[float | None, typer.Option("--budget", metavar="AMOUNT", help=HELP("help.budget_plan"))] = None,
    decided: Annotated[str, typer.Option("--decided", metavar="district|all", help=HELP("help.decided_plan"))] = "all",
    evaluations: Annotated[int, typer.Option("--evaluations", metavar="N", help=HELP("help.evaluations"))] = ENOUGH_EVALUATIONS,
    runs: Annotated[int, typer.Option("--runs", metavar="N", help=HELP("help.runs_plan"))] = ENOUGH_RUNS,
    out: Annotated[str | None, typer.Option("--out", metavar="FILE", help=HELP("help.out_plan"))] = None,
    region: RegionName = "dadukou",
    seed: Seed = 1,
    environment: Environment = "baseline",
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_plan"))] = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    _check(words, probability, budget, decided)
    whole(evaluations, 1, MOST_EVALUATIONS, "evaluations", words)
    json_file, csv_file = checked_files(words, runs, seed, json, csv, FEWEST_RUNS, "runs_plan")
    mix_file = None if out is None else new_file(out, words)
    if same_file(mix_file, json_file, csv_file):
        raise Wrong(words("error.out_twice", file=out))

    from yidu.experiments.judging.goals import targets_of
    from yidu.experiments.plan.compute import plan as answer_to
    from yidu.experiments.plan.compute import runs_to_answer
    from yidu.experiments.plan.trials import Question, find
    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.plan import conclusion, mix_text
    from yidu.viz.terminal.plan import show_plan

    pack = load_region(region)
    environment_of(pack, environment, words)
    question = Question(pack, targets_of(pack, reach), probability, budget, cast("Decided", decided), environment, runs, seed, evaluations)
    with progress(words, words("plan.searching"), question.runs_of_search) as advance:
        found = find(question, advance)
    with progress(words, words("plan.judging"), runs_to_answer(found)) as advance:
        planned = answer_to(found, advance)
    answer = planned.answer.model_copy(
        update={
            "conclusion": conclusion(words, pack, planned.answer),
            "warnings": tuple(terminal_notice(words, pack, notice) for notice in planned.notices),
        }
    )
    if mix_file is not None:
        write_whole(mix_file, mix_text(words, pack, planned.mix, answer))
    give(answer, json, json_file)
    give_csv(plan_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_plan(screen, words, pack, load(pack, answer.scenario), answer)
    if out is not None:
        terminal.say(screen, words("plan.wrote", file=out))
        screen.print()
    options = region_option(region)
    asked = f"yidu plan{'' if reach == 'all' else f' --reach {shlex.quote(reach)}'}{options}"
    steps = []
    if runs < ENOUGH_RUNS or evaluations < ENOUGH_EVALUATIONS:
        steps.append((f"{asked} --runs {ENOUGH_RUNS} --evaluations {ENOUGH_EVALUATIONS}", words("next.plan_more")))
    why = answer.out_of_reach
    if why is not None and why.within_reach and len(why.within_reach) < len(answer.goal.targets):
        listed = ",".join(why.within_reach)
        steps.append((f"yidu plan --reach {listed}{options} --probability {probability:g}", words("next.plan_within")))
    if decided == "all":
        steps.append((f"{asked} --decided district", words("next.plan_district")))
    if out is None:
        steps.append((f"{asked} --out mix.toml", words("next.plan_out")))
    else:
        steps.append((f"yidu scenario check {shlex.quote(out)}{options}", words("next.scenario_check")))
        steps.append((f"yidu assess {shlex.quote(out)}{options}", words("next.plan_assess")))
    terminal.next_steps(screen, words, *steps)


def _check(words: Words, probability: float, budget: float | None, decided: str) -> None:
    """What is asked for makes sense, or the sentence that says what does."""
    if not 0.0 < probability < 1.0:
        raise Wrong(words("error.probability_plan", value=f"{probability:g}"))
    if budget is not None and not 0.0 < budget < float("inf"):
        raise Wrong(words("error.budget_plan", value=f"{budget:g}"))
    if decided not in DECIDED:
        raise Wrong(words("error.decided_plan", value=decided))
