"""求解: the cheapest mix that reaches chosen targets with a wanted probability; the search runs in a process of its own.

The question stands in the link as `plan.reach`, `plan.probability`, `plan.budget`, `plan.decided`, `plan.evaluations` and `plan.runs`, the
options of `yidu plan`; environment and seed are the visitor's. Nothing is searched before a button is pressed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import solara

from yidu.experiments.judging.goals import targets_of
from yidu.experiments.plan.limits import DECIDED, ENOUGH_EVALUATIONS, ENOUGH_RUNS, FEWEST_RUNS
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.errors import InputError
from yidu.viz.app import visitor
from yidu.viz.app.jobs import Job
from yidu.viz.figures import plan as figures
from yidu.viz.pages import compare
from yidu.viz.pages.parts import Chart, Choice, Download, LongWork, Press, Text, use_progress
from yidu.viz.pages.plan_work import SEARCHING, Pace, Solved, Wanted, measured, solve
from yidu.viz.pages.shown import Concluded, Csv, Field, Folded, Printed
from yidu.viz.presenters.drafts import mix_toml
from yidu.viz.presenters.plan import conclusion, grounds, mix_text
from yidu.viz.tables.plan import plan_csv
from yidu.viz.terminal.plan import (
    question_lines,
    show_beliefs,
    show_effort,
    show_environments,
    show_front,
    show_levers,
    show_mixes,
    show_money,
    show_out_of_reach,
    show_screening,
    show_targets,
)
from yidu.viz.terminal.printed import printed
from yidu.viz.words import Words
from yidu.viz.words.format import chance, number
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.experiments.plan.answer import PlanAnswer
    from yidu.sim.region import Region
    from yidu.viz.app.address import Asked
    from yidu.viz.pages.plan_work import Point

MOST_EVALUATIONS, MOST_RUNS = 5_000, 1_000
"""What a page may ask for: others wait for the same machine. The command takes more."""

EFFORTS = {"quick": (60, 30), "usual": (ENOUGH_EVALUATIONS, ENOUGH_RUNS), "fine": (1_000, 200)}
"""Mixes tried, and runs of each."""

OWN = "own"
"""A free choice of targets."""

LINK = "plan."
"""What the names of this page in a link begin with."""


# --- what is asked


@dataclass(frozen=True)
class Form:
    """What the page asks, as the link has it; environment and seed are the visitor's."""

    reach: str = "all"
    probability: float = 0.8
    budget: float | None = None
    decided: str = "all"
    evaluations: int = ENOUGH_EVALUATIONS
    runs: int = ENOUGH_RUNS

    def wanted(self, region: Region, asked: Asked) -> Wanted:
        """What is asked of the search."""
        return Wanted(
            str(region.folder), self.reach, self.probability, self.budget, "district" if self.decided == "district" else "all",
            asked.environment, asked.seed, self.evaluations, self.runs,
        )  # fmt: skip


def form_of(region: Region, asked: Asked) -> Form:
    """The question of a link, checked.

    Raises:
        InputError: a value that will not do; the sentence says which.
    """
    said = {name: asked.get(LINK + name) for name in ("reach", "probability", "budget", "decided", "evaluations", "runs")}
    form = Form()
    if said["reach"]:
        targets_of(region, said["reach"])
        form = replace(form, reach=said["reach"])
    if said["probability"]:
        form = replace(form, probability=share_of(said["probability"]))
    if said["budget"]:
        form = replace(form, budget=money_of(said["budget"]))
    if said["decided"]:
        if said["decided"] not in DECIDED:
            raise InputError(f"decided = {said['decided']} is not known", value=said["decided"], expected=" or ".join(DECIDED))
        form = replace(form, decided=said["decided"])
    if said["evaluations"]:
        form = replace(form, evaluations=whole_of("evaluations", said["evaluations"], 1, MOST_EVALUATIONS))
    if said["runs"]:
        form = replace(form, runs=whole_of("runs", said["runs"], FEWEST_RUNS, MOST_RUNS))
    return form


def share_of(text: str) -> float:
    """A probability as the link has it: above 0 and below 1."""
    value = _number("probability", text)
    if not 0.0 < value < 1.0:
        raise InputError(f"the probability {text} will not do", value=text, expected="above 0 % and below 100 %, such as 80 %")
    return value


def percent_of(text: str) -> float:
    """A probability as people write it, in percent, with or without the sign."""
    return share_of(f"{_number('probability', text) / 100.0:.15g}")


def money_of(text: str) -> float:
    """A budget [万元], above zero."""
    value = _number("budget", text)
    if not 0.0 < value < float("inf"):
        raise InputError(f"the budget {text} will not do", value=text, expected="a positive number, in units of 10,000 yuan")
    return value


def whole_of(name: str, text: str, least: int, most: int) -> int:
    """A whole number within its range."""
    value = _number(name, text)
    if value != int(value) or not least <= value <= most:
        raise InputError(f"{name} = {text} will not do", value=text, expected=f"a whole number from {least} to {most}")
    return int(value)


def _number(name: str, text: str) -> float:
    plain = text.replace(",", "").replace("，", "").replace(" ", "").rstrip("%％")
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if value != value or abs(value) == float("inf"):
        raise InputError(f"{name} = {text} is not a number", value=text)
    return value


def put(**values: str) -> None:
    """Write what the page asks into the link; an empty value takes it out."""
    visitor.put(**{LINK + name: value for name, value in values.items()})


def groups_of(region: Region) -> list[str]:
    """Groups of the region's targets, in the order of the pack."""
    return list(dict.fromkeys(target.group for target in region.targets))


def choice_of(region: Region, reach: str) -> str:
    """Which of the ways to choose targets a question uses."""
    return reach if reach == "all" or reach in groups_of(region) else OWN


def toggled(region: Region, reach: str, indicator: str, on: bool) -> str:
    """The targets with one more, or one less, as a link names them; the last one stays."""
    now = {target.indicator for target in targets_of(region, reach)}
    wanted = now | {indicator} if on else now - {indicator}
    return ",".join(target.indicator for target in region.targets if target.indicator in (wanted or now))


# --- the work


@dataclass(frozen=True)
class Begun:
    """What was asked when the work began, of which region."""

    wanted: Wanted
    digest: str


job: solara.Reactive[Job | None] = solara.reactive(None)
begun: solara.Reactive[Begun | None] = solara.reactive(None)

PACES: dict[str, Pace] = {}
"""How fast this machine is for a region, by its digest; measured once, then told by each search that ends. For all visitors."""

_MEASURING = threading.Lock()


def use_pace(region: Region) -> Pace | None:
    """The pace of this machine; None until it is measured."""
    _, refresh = solara.use_state(0)

    def begin() -> None:
        def measure() -> None:
            with _MEASURING:
                if region.digest not in PACES:
                    try:
                        PACES[region.digest] = measured(region)
                    except InputError:  # said where the search would begin
                        return
            refresh(lambda k: k + 1)

        if region.digest not in PACES and region.targets:
            threading.Thread(target=measure, daemon=True).start()

    solara.use_effect(begin, [region.digest])
    return PACES.get(region.digest)


def start(wanted: Wanted, region: Region) -> None:
    """Begin a search.

    Raises:
        InputError: too much work is under way, or there is nothing to reach.
    """
    question = wanted.question(region)
    job.value = Job.start(solve, wanted, total=question.runs_of_search, what=SEARCHING)
    begun.value = Begun(wanted, region.digest)


def use_job() -> Job | None:
    """The work of this visitor, drawn again with each word of it."""
    use_progress(job.value)
    return job.value


def solved_by(one: Job | None) -> Solved | None:
    """What the work came to, once it is done."""
    return one.result() if one is not None and one.state == "done" else None


# --- the page


@solara.component
def Plan() -> None:  # noqa: N802
    """The question, the work, the answer."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    with solara.Div(classes=["yd-page"], attributes={"id": "main"}):
        Text("h2", words("app_plan.title"))
        Text("p", words("app_plan.lead"), "yd-note yd-lead")
        if not region.targets:
            Text("p", words("app_plan.no_targets"), "yd-trouble", id="plan-none")
            return
        try:
            form, trouble = form_of(region, asked), ""
        except InputError as error:
            form, trouble = Form(), words.error(error)
        Ask(form, trouble)
        Outcome(form)


@solara.component
def Ask(form: Form, trouble: str) -> None:  # noqa: N802
    """What is to be reached, how surely, for how much, by whose decision, with what effort."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    wrong, set_wrong = solara.use_state("")
    pace, one = use_pace(region), use_job()
    wanted = form.wanted(region, asked)

    def enter(name: str, read: Callable[[str], object], text: str) -> None:
        """Take over what was written; what will not do is said and not taken."""
        set_wrong("")
        try:
            put(**{name: "" if text.strip() == "" else f"{read(text):.15g}"})
        except InputError as error:
            set_wrong(words.error(error))

    def press() -> None:
        set_wrong("")
        try:
            start(wanted, region)
        except InputError as error:
            set_wrong(words.error(error))

    at_work = one is not None and one.state in ("waiting", "running")
    with solara.Div(classes=["yd-panel"], attributes={"id": "plan-form", "role": "form", "aria-label": words("app_plan.form")}):
        Goals(form)
        with solara.Div(classes=["yd-row"]):
            Field(
                id="plan-probability", label=words("app_plan.probability"), value=f"{100.0 * form.probability:g}", mode="decimal", size=6,
                event_enter=lambda text: enter("probability", percent_of, text),
            )  # fmt: skip
            Field(
                id="plan-budget", label=words("app_plan.budget"), value="" if form.budget is None else f"{form.budget:.15g}",
                mode="decimal", size=12, event_enter=lambda text: enter("budget", money_of, text),
            )  # fmt: skip
            Choice(
                "plan-decided", words("app_plan.decided"), form.decided,
                [(id, words(f"app_plan.decided_{id}")) for id in ("all", "district")],
                lambda id: put(decided="" if id == "all" else id),
            )  # fmt: skip
            Choice(
                "plan-environment", words("app_plan.environment"), asked.environment,
                [(id, words.titled(case)) for id, case in region.environment.environments.items()],
                lambda id: visitor.ask(environment=id),
            )  # fmt: skip
            Field(
                id="plan-seed", label=words("app_plan.seed"), value=str(asked.seed), mode="numeric", size=6,
                event_enter=lambda text: seed(words, text, set_wrong),
            )  # fmt: skip
        with solara.Div(classes=["yd-row"]):
            with solara.Div(classes=["yd-presets"], attributes={"role": "group", "aria-label": words("app_plan.effort")}):
                Text("span", words("app_plan.effort"), "yd-note")
                for id, (evaluations, runs) in EFFORTS.items():
                    Press(
                        f"plan-effort-{id}", words(f"app_plan.effort_{id}"),
                        lambda evaluations=evaluations, runs=runs: put(evaluations=str(evaluations), runs=str(runs)),  # type: ignore[misc]
                        kind="yd-chip" + (" active" if (form.evaluations, form.runs) == (evaluations, runs) else ""),
                    )  # fmt: skip
            Field(
                id="plan-evaluations", label=words("app_plan.evaluations"), value=str(form.evaluations), mode="numeric", size=6,
                event_enter=lambda text: enter("evaluations", lambda said: whole_of("evaluations", said, 1, MOST_EVALUATIONS), text),
            )  # fmt: skip
            Field(
                id="plan-runs", label=words("app_plan.runs"), value=str(form.runs), mode="numeric", size=6,
                event_enter=lambda text: enter("runs", lambda said: whole_of("runs", said, FEWEST_RUNS, MOST_RUNS), text),
            )  # fmt: skip
        with solara.Div(classes=["yd-row", "yd-begin"]):
            Press("plan-run", words("app_plan.run"), press, kind="primary", disabled=at_work or bool(trouble))
            Text("span", long_said(words, wanted, region, pace), "yd-note", id="plan-long", role="status")
        for said in (trouble, wrong):
            if said:
                Text("p", said, "yd-trouble", id="plan-error", role="alert")
    if one is not None and one.state != "done":
        part = one.progress.what or SEARCHING
        LongWork(job=job, what=words(f"plan.{part}"))
        if at_work:
            Text("p", words("app_plan.parts" if part == SEARCHING else "app_plan.last_part"), "yd-note", id="plan-part")


def seed(words: Words, text: str, set_wrong: Callable[[str], object]) -> None:
    """Another luck."""
    try:
        visitor.ask(seed=whole_of("seed", text, 0, 2**53))
        set_wrong("")
    except InputError as error:
        set_wrong(words.error(error))


@solara.component
def Goals(form: Form) -> None:  # noqa: N802
    """Which targets: all, a group of the pack, or a free choice."""
    words, region = visitor.words(), visitor.region()
    chosen = targets_of(region, form.reach)
    now = choice_of(region, form.reach)
    count = {group: sum(target.group == group for target in region.targets) for group in groups_of(region)}
    titles = {group: words.or_else(f"app_plan.groups.{group}", group) for group in count}

    def choose(way: str) -> None:
        put(reach=",".join(target.indicator for target in chosen) if way == OWN else "" if way == "all" else way)

    ways = [("all", words("app_plan.all", count=len(region.targets)))]
    ways += [(group, words("app_plan.group", group=titles[group], count=count[group])) for group in count]
    ways.append((OWN, words("app_plan.own")))
    with solara.Div(classes=["yd-row"]):
        Choice("plan-reach", words("app_plan.reach"), now, ways, choose)
        Text("span", words("app_plan.chosen", count=len(chosen)), "yd-note", id="plan-chosen", **{"data-count": str(len(chosen))})
    if now == OWN:
        picked = {target.indicator for target in chosen}
        Checks(
            id="plan-target", label=words("app_plan.own_label"),
            groups=[
                {
                    "title": titles[group],
                    "options": [
                        {"value": target.indicator, "title": words.indicator(target.indicator), "on": target.indicator in picked}
                        for target in region.targets if target.group == group
                    ],
                }
                for group in count
            ],
            event_check=lambda event: put(reach=toggled(region, form.reach, str(event["value"]), bool(event["on"]))),
        )  # fmt: skip


@solara.component_vue("checks.vue", vuetify=False)
def Checks(id: str, label: str, groups: list[dict[str, Any]], event_check: Callable[[dict[str, Any]], object]) -> None:  # noqa: N802
    """Boxes to check, in groups."""


def long_said(words: Words, wanted: Wanted, region: Region, pace: Pace | None) -> str:
    """About how long the search takes on this machine."""
    if pace is None:
        return words("app_plan.measuring")
    seconds = pace.seconds(wanted.question(region))
    runs = f"{wanted.question(region).runs_of_search:,}"
    if seconds < 90.0:
        return words("app_plan.seconds", count=f"{10 * max(1, round(seconds / 10)):d}", runs=runs)
    return words("app_plan.minutes", count=f"{seconds / 60.0:.0f}", runs=runs)


# --- the answer


@solara.component
def Outcome(form: Form) -> None:  # noqa: N802
    """What the search came to."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    one, of = use_job(), begun.value
    solved = solved_by(one)
    picked, set_picked = solara.use_state("")
    if solved is None or of is None or of.digest != region.digest:
        return
    PACES[region.digest] = Pace(solved.searching, solved.judging)
    answer = solved.answer
    if of.wanted != form.wanted(region, asked):
        Text("p", words("app_plan.changed"), "yd-trouble", id="plan-changed")
    known = mixes_of(words, region, solved)
    key = picked if picked in known else answer.mix
    with solara.Div(attributes={"id": "plan-answer", "data-mix": answer.mix, "data-recommended": answer.recommended or ""}):
        Concluded("plan-conclusion", worded(words, region, solved), grounds(words, answer), question_said(words, answer))
        with solara.Div(classes=["yd-columns"]):
            with solara.Div():
                Chart(figures.front(words, region, answer, key), height=420, on_pick=set_picked)
                Choice("plan-pick", words("app_plan.pick"), key, [(id, title) for id, (title, _) in known.items()], set_picked)
            Shown(solved, key, *known[key])
        with solara.Div(classes=["yd-columns"]):
            Chart(figures.targets(words, region, answer))
            with solara.Div():
                if (fall := figures.together(words, region, answer)) is not None:
                    Chart(fall)
                with solara.Div(classes=["yd-panel"], attributes={"id": "plan-money"}):
                    Text("h3", words("app_plan.money"))
                    Printed("plan-money-said", lambda: printed(lambda out: show_money(out, words, region, answer)), [solved])
        with solara.Div(classes=["yd-panel"]):
            Printed("plan-mixes", lambda: printed(lambda out: show_mixes(out, words, region, answer)), [solved])
        with solara.Div(classes=["yd-panel"]):
            Printed("plan-environments", lambda: printed(lambda out: show_environments(out, words, region, answer)), [solved])
        with solara.Div(classes=["yd-panel"]):
            Printed("plan-beliefs", lambda: printed(lambda out: show_beliefs(out, words, region, answer)), [solved])
        why = answer.out_of_reach
        if why is not None and len(answer.goal.targets) > 1:
            with solara.Div(classes=["yd-panel"]):
                Printed("plan-why", lambda: printed(lambda out: show_out_of_reach(out, words, region, answer, why)), [solved])
        Folded("plan-more", words("app_plan.more"), lambda: checked(words, region, solved))
        with solara.Div(classes=["yd-row"]):
            Csv(lambda: plan_csv(worded(words, region, solved)), "plan.csv")


def checked(words: Words, region: Region, solved: Solved) -> None:
    """Tables for who checks the search."""
    answer = solved.answer
    Printed("plan-targets-table", lambda: printed(lambda out: show_targets(out, words, answer)), [solved])
    Printed("plan-front-table", lambda: printed(lambda out: show_front(out, words, region, answer)), [solved])
    Printed("plan-screening", lambda: printed(lambda out: show_screening(out, words, answer)), [solved])
    Printed("plan-effort", lambda: printed(lambda out: show_effort(out, words, answer)), [solved])


def worded(words: Words, region: Region, solved: Solved) -> PlanAnswer:
    """The answer with its sentences, as the command publishes it."""
    return solved.answer.model_copy(
        update={
            "conclusion": conclusion(words, region, solved.answer),
            "warnings": tuple(notice(words, region, said) for said in solved.notices),
        }
    )


def question_said(words: Words, answer: PlanAnswer) -> str:
    """What was asked, without the rule by which it counts as reached."""
    first, *rest = question_lines(words, answer)[:-1]
    return words("app.semicolon").join([first.split("：" if words.language == "zh" else ": ", 1)[-1], *rest])


def mixes_of(words: Words, region: Region, solved: Solved) -> dict[str, tuple[str, Point]]:
    """Every mix that can be looked at, by key: those judged again, the cheapest first, then the rest of the front."""
    answer = solved.answer
    found: dict[str, tuple[str, Point]] = {}
    for one in answer.candidates:
        title = figures.front_title(words, region, answer, one.mix)
        said = words("plan.recommended_mark", mix=title) if one.mix == answer.recommended else title
        found[one.mix] = said, solved.candidates[one.mix]
    for place, point in enumerate(solved.front):
        key = figures.front_key(answer, place)
        found.setdefault(key, (figures.front_title(words, region, answer, key), point))
    return found


@solara.component
def Shown(solved: Solved, key: str, title: str, point: Point) -> None:  # noqa: N802
    """One mix: how likely and how dear it is, its levers, and where it can be taken."""
    words, region, router = visitor.words(), visitor.region(), solara.use_router()
    kept, set_kept = solara.use_state("")
    mix = named(words, point.mix, title)

    def send() -> None:
        visitor.set_mix(mix)
        query = visitor.link()
        router.push("/" + (f"?{query}" if query else ""))

    def keep() -> None:
        compare.keep(mix)
        set_kept(key)

    with solara.Div(classes=["yd-panel", "yd-shown"], attributes={"id": "plan-shown", "data-mix": key, "aria-live": "polite"}):
        Text("h3", title, id="plan-shown-title")
        Text("p", standing(words, solved.answer, key), id="plan-shown-standing")
        with solara.Div(classes=["yd-row"]):
            Press("plan-send", words("app_plan.send"), send, kind="primary")
            Press("plan-keep", words("app_plan.keep"), keep)
            Download(lambda: toml_of(words, region, solved.answer, key, mix).encode("utf-8"), f"{key}.toml", words("app_plan.toml"))
        if kept == key:
            Text("p", words("app_plan.kept"), "yd-note", id="plan-kept", role="status")
        listed = words("app_plan.levers")
        Printed("plan-levers", lambda: printed(lambda out: show_levers(out, words, region, listed, point.levers)), [solved, key])


def named(words: Words, mix: Mix, title: str) -> Mix:
    """A mix under a name that says where it comes from; a scenario of the pack keeps its own."""
    return mix if mix.plain else replace(mix, title=words("app_plan.mix_name", mix=title.removeprefix("* ")))


def standing(words: Words, answer: PlanAnswer, key: str) -> str:
    """How likely and how dear a mix is: on fresh runs where it was judged again, else in the search."""
    over = answer.money.over
    for one in answer.candidates:
        if one.mix == key:
            said = words("plan.yes" if one.reaches else "plan.no"), words("plan.yes" if one.survives else "plan.no")
            return words(
                "app_plan.judged", chance=chance(one.probability, one.mc_error), runs=f"{answer.effort.fresh_runs:,}", over=over,
                cost=number(one.cost), reaches=said[0], survives=said[1],
            )  # fmt: skip
    place = int(key.removeprefix("front_")) - 1
    point = answer.front[place]
    return words("app_plan.not_judged", chance=chance(point.probability, point.mc_error), cost=number(point.cost), over=over)


def toml_of(words: Words, region: Region, answer: PlanAnswer, key: str, mix: Mix) -> str:
    """A mix as a scenario file; the one that is shown says how likely it is, as `yidu plan --out` writes it."""
    if key == answer.mix and not mix.plain:
        return mix_text(words, region, mix.scenario(region), answer)
    return mix_toml(words, region, mix)
