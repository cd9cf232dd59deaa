"""The answer of `yidu plan` in a terminal: the mix, how sure it is, what it rests on, and what was searched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from rich.console import Console
from rich.markup import escape

from yidu.experiments.plan.rivals import TOP
from yidu.experiments.scenarios.scenario import plan_years
from yidu.sim.levers import LEVERS
from yidu.viz.presenters.concluding import points
from yidu.viz.presenters.plan import affords, binding, grounds, mix_title, within
from yidu.viz.terminal import NARROW, asked, say, show, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import band, chance, number, percent

if TYPE_CHECKING:
    from yidu.experiments.assess.answer import AssessAnswer
    from yidu.experiments.plan.answer import OutOfReach, PlanAnswer, PlannedLever
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region


def show_plan(out: Console, words: Words, region: Region, base: Scenario, answer: PlanAnswer) -> None:
    """The answer of `yidu plan`."""
    head = cast("AssessAnswer", answer)  # the same head: what was asked of how many runs
    asked(out, words, region, base, head, words("plan.title", region=words.titled(region)), *question_lines(words, answer))
    show_mixes(out, words, region, answer)
    _mix(out, words, region, answer)
    show_targets(out, words, answer)
    if answer.out_of_reach is not None and len(answer.goal.targets) > 1:
        show_out_of_reach(out, words, region, answer, answer.out_of_reach)
    show_environments(out, words, region, answer)
    show_beliefs(out, words, region, answer)
    show_front(out, words, region, answer)
    show_screening(out, words, answer)
    show_effort(out, words, answer)
    out.print()
    conclude(out, words, answer.conclusion, grounds(words, answer), answer.warnings)


def show_effort(out: Console, words: Words, answer: PlanAnswer) -> None:
    """What was run for it."""
    spent = answer.effort
    say(
        out,
        words(
            "plan.effort",
            screened=spent.screened, searched=spent.searched, trimmed=spent.trimmed, runs=f"{spent.runs:,}", judged=spent.judged,
            fresh=f"{spent.fresh_runs:,}", total=f"{spent.total_runs:,}",
        ),
        style="dim",
    )  # fmt: skip


def question_lines(words: Words, answer: PlanAnswer) -> list[str]:
    """What is to be reached, how surely, at what cost."""
    goal, wanted = answer.goal, percent(answer.goal.probability)
    known = {"count": len(goal.targets), "probability": wanted}
    if len(goal.targets) == len(answer.targets):
        lines = [words("plan.goal_all", **known)]
    else:
        listed = words("phrase.comma").join(words.indicator(id) for id in goal.targets)
        lines = [words("plan.goal_some", indicators=listed, **known)]
    if goal.budget is not None:
        lines.append(words("plan.budget", over=answer.money.over, budget=number(goal.budget)))
    if goal.decided == "district":
        lines.append(words("plan.district_only"))
    return [*lines, words("plan.rule", probability=wanted)]


def _heads(words: Words, *columns: tuple[str, str], **values: object) -> list[tuple[str, str]]:
    return [(words(f"plan.column.{name}", **values), side) for name, side in columns]


def _yes(words: Words, fine: bool) -> str:
    return f"[green]{words('plan.yes')}[/green]" if fine else f"[yellow]{words('plan.no')}[/yellow]"


def _named(words: Words, region: Region, answer: PlanAnswer, mix: str) -> str:
    title = mix_title(words, region, mix)
    return escape(words("plan.recommended_mark", mix=title) if mix == answer.recommended else title)


def show_mixes(out: Console, words: Words, region: Region, answer: PlanAnswer) -> None:
    """Every mix judged again, the cheapest first."""
    columns = [
        ("mix", "fold"), ("cost", "right"), ("probability", "right"), ("search", "right"), ("optimism", "right"), ("reaches", "left"),
        ("together", "right"), ("satisficing", "right"), ("regret", "right"), ("survives", "left"),
    ]  # fmt: skip
    keep = [0, 1, 2, 5, 9] if out.width < NARROW else list(range(len(columns)))
    if answer.out_of_reach is None or len(answer.goal.targets) == 1:
        keep = [k for k in keep if columns[k][0] != "together"]
    rows = []
    for one in answer.candidates:
        optimism = "-" if one.optimism is None or one.optimism_error is None else points(one.optimism, one.optimism_error)
        rows.append(
            [
                _named(words, region, answer, one.mix),
                number(one.cost),
                chance(one.probability, one.mc_error),
                chance(one.probability_search, one.mc_error_search),
                optimism,
                _yes(words, one.reaches),
                str(one.together),
                percent(one.satisficing),
                f"{one.worst_regret * 100.0:.1f}",
                _yes(words, one.survives),
            ]
        )
    title = words("plan.mixes", runs=f"{answer.effort.fresh_runs:,}", over=answer.money.over)
    show(out, table(title, _heads(words, *(columns[k] for k in keep)), [[row[k] for k in keep] for row in rows]))
    many = len(answer.candidates[0].environments)
    say(out, words("plan.mixes_legend", count=many, probability=percent(answer.goal.probability), top=TOP - 1), style="dim")
    out.print()


def _mix(out: Console, words: Words, region: Region, answer: PlanAnswer) -> None:
    """The levers of the mix that is shown, and its money."""
    key = "plan.levers_recommended" if answer.recommended else "plan.levers_nearest"
    show_levers(out, words, region, words(key, mix=mix_title(words, region, answer.mix)), answer.levers)
    out.print()
    show_money(out, words, region, answer)
    out.print()


def show_levers(out: Console, words: Words, region: Region, title: str, levers: Sequence[PlannedLever]) -> None:
    """The levers of a mix beside the status quo: who decides, from when, and what is known of their effect."""
    years = plan_years(region)
    second = years[min(2, len(years) - 1)]
    columns = [("lever", "fold"), ("decider", "left"), ("status_quo", "right")]
    rows = [
        [
            escape(words.titled(LEVERS[one.lever])),
            words(f"plan.decider.{one.decider}"),
            number(one.status_quo),
            number(one.early),
            words("plan.far", value=number(one.late)) if one.extrapolation else number(one.late),
            escape(words.unit(one.unit)),
            words("plan.silent") if one.silent or one.contraction is None else number(one.contraction),
            one.grade,
        ]
        for one in levers
    ]
    if rows:
        heads = [
            *_heads(words, *columns),
            *_heads(words, ("early", "right"), first=years[0], last=second - 1),
            *_heads(words, ("late", "right"), first=second, last=years[-1]),
            *_heads(words, ("unit", "fold"), ("known", "right"), ("grade", "left")),
        ]
        show(out, table(title, heads, rows))
        say(out, words("plan.levers_legend"), style="dim")
    else:
        say(out, title, style="bold")
        say(out, words("plan.no_levers"))


def show_money(out: Console, words: Words, region: Region, answer: PlanAnswer) -> None:
    """What the mix that is shown costs the district, against what is on record."""
    spent = answer.money
    say(
        out,
        words(
            "plan.money",
            mix=mix_title(words, region, answer.mix), over=spent.over, mean=number(spent.mean), error=number(spent.mc_error),
            band=band(spent.p05, spent.p95, words), status_quo=number(spent.status_quo),
        ),
    )  # fmt: skip
    if spent.record is not None and spent.times is not None:
        say(out, words("plan.money_record", record=number(spent.record), times=number(spent.times)))


def show_targets(out: Console, words: Words, answer: PlanAnswer) -> None:
    """How likely each target of the plan is before and after."""
    rows = []
    for one in answer.targets:
        amount = words("phrase.amount", sense=words(f"sense.{one.sense}"), value=number(one.target), unit=words.unit(one.unit))
        key = "plan.chosen" if one.chosen else "plan.not_chosen"
        rows.append(
            [
                escape(words(key, indicator=words.indicator(one.indicator))),
                escape(amount),
                chance(one.probability_status_quo, one.mc_error_status_quo),
                chance(one.probability, one.mc_error),
            ]
        )
    heads = _heads(words, ("indicator", "fold"), ("target", "right"), ("before", "right"), ("after", "right"))
    show(out, table(words("plan.targets", count=len(rows)), heads, rows))


def show_out_of_reach(out: Console, words: Words, region: Region, answer: PlanAnswer, why: OutOfReach) -> None:
    """Why no mix reaches the goal, and what can be reached."""
    rows = [[str(one.count), escape(words.indicator(one.added)), chance(one.probability, one.mc_error)] for one in why.together]
    title = words("plan.together", mix=mix_title(words, region, answer.mix))
    show(out, table(title, _heads(words, ("count", "right"), ("added", "fold"), ("joint", "right")), rows))
    lowest = chance(why.lowest_probability, why.lowest_mc_error)
    say(out, words("plan.lowest", indicator=words.indicator(why.lowest), chance=lowest))
    say(out, binding(words, why))
    say(out, within(words, why))
    if len(why.affords) > 1:
        say(out, affords(words, why))
    out.print()


def show_environments(out: Console, words: Words, region: Region, answer: PlanAnswer) -> None:
    """The mixes in every environment of the pack."""
    names = [one.environment for one in answer.candidates[0].environments]
    heads = [*_heads(words, ("mix", "fold")), *((words.titled(region.environment.environments[name]), "right") for name in names)]
    rows = []
    for one in answer.candidates:
        cells = [
            chance(here.probability, here.mc_error) + ("" if here.cost_regret is None else f" (+{number(here.cost_regret)})")
            for here in one.environments
        ]
        rows.append([_named(words, region, answer, one.mix), *cells])
    show(out, table(words("plan.environments"), heads, rows))
    say(out, words("plan.environments_legend"), style="dim")
    say(out, words("plan.regret", mix=mix_title(words, region, answer.minimax_regret)))
    out.print()


def show_beliefs(out: Console, words: Words, region: Region, answer: PlanAnswer) -> None:
    """The mixes under rival beliefs, and whether their rank holds."""
    names = [one.belief for one in answer.candidates[0].beliefs]
    heads = [*_heads(words, ("mix", "fold")), *((words(f"plan.belief.{name}"), "right") for name in names)]
    rows = []
    for one in answer.candidates:
        cells = [
            words("plan.holds" if here.survives else "plan.falls", chance=chance(here.probability, here.mc_error)) for here in one.beliefs
        ]
        rows.append([_named(words, region, answer, one.mix), *cells])
    show(out, table(words("plan.beliefs"), heads, rows))
    say(out, words("plan.beliefs_legend"), style="dim")
    out.print()


def show_front(out: Console, words: Words, region: Region, answer: PlanAnswer) -> None:
    """The front of money and probability in the search."""
    rows = [
        [
            number(one.cost),
            chance(one.probability, one.mc_error),
            percent(one.shortfall),
            "-" if one.judged_as is None else escape(mix_title(words, region, one.judged_as)),
        ]
        for one in answer.front
    ]
    heads = _heads(words, ("cost", "right"), ("search", "right"), ("shortfall", "right"), ("judged_as", "left"))
    show(out, table(words("plan.front"), heads, rows))
    say(out, words("plan.front_legend"), style="dim")
    out.print()


def show_screening(out: Console, words: Words, answer: PlanAnswer) -> None:
    """What each lever does alone."""
    kept = [one for one in answer.screening if one.kept]
    rows = [
        [
            escape(words.titled(LEVERS[one.lever])),
            number(one.value),
            escape(words.unit(one.unit)),
            str(len(one.moves)),
            f"{one.cost:+,.0f}",
            f"{one.missing * 100.0:+.2f}",
        ]
        for one in kept
    ]
    heads = _heads(
        words, ("lever", "fold"), ("value", "right"), ("unit", "fold"), ("moves", "right"), ("change", "right"), ("missing", "right")
    )
    show(out, table(words("plan.screening"), heads, rows))
    say(out, words("plan.screening_legend"), style="dim")
    dropped = dict.fromkeys(one.lever for one in answer.screening if not one.kept)
    if dropped:
        listed = words("phrase.comma").join(words.titled(LEVERS[id]) for id in dropped)
        say(out, words("plan.dropped", levers=listed), style="dim")
    out.print()
