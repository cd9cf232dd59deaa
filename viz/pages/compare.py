"""对比: two to four mixes side by side on the same runs and the same luck; the first is what the others are held against.

What is compared stands in the link as `c1` to `c4`: the name of a scenario of the pack, `now` for the mix on the overview, or a mix of
one's own written as a link writes it (`mix=plan&enterprise_coaching=60`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import solara
import solara.lab

from yidu.experiments.assess.desk import FULL, Told, first_runs, replace_scenario
from yidu.experiments.compare.compute import Compared, compared
from yidu.experiments.ensembles.gainers import MEASURES
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.errors import InputError
from yidu.viz.app import visitor
from yidu.viz.app.address import LONGEST, mix_parts, read_mix, read_mix_of
from yidu.viz.app.kept import scenario_of
from yidu.viz.figures import compare as figures
from yidu.viz.figures.palette import SERIES
from yidu.viz.pages.overview import LARGEST_SCENARIO, Waiting, read_scenario
from yidu.viz.pages.parts import Chart, Choice, Press, Text, Upload, progress_said, use_told
from yidu.viz.pages.shown import Concluded, Csv, Folded, Printed, Table
from yidu.viz.presenters.compare import grounds, measure_title, points, told, told_apart
from yidu.viz.tables.compare import compare_csv
from yidu.viz.terminal.compare import show_pair
from yidu.viz.terminal.printed import Block, Cell, Grid, cell_of, printed
from yidu.viz.words import Words
from yidu.viz.words.format import band, chance, number

if TYPE_CHECKING:
    from yidu.experiments.compare.answer import CompareAnswer, Comparison
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region
    from yidu.viz.app.address import Asked

NOW = "now"
"""The mix on the overview, whatever it is."""

SLOTS = ("c1", "c2", "c3", "c4")
FEWEST = 2

WORTH_DRAWING = 0.01
"""Probability of all targets together below which every mix lies on the same line."""

kept: solara.Reactive[tuple[Mix, ...]] = solara.reactive(())
"""Mixes that this visitor loaded or kept; those that are compared stand in the link too."""


# --- what is compared


@dataclass(frozen=True)
class Chosen:
    """A mix to compare, and how the link writes it."""

    code: str
    mix: Mix


def code_of(mix: Mix) -> str:
    """A mix as the link writes it."""
    if mix.plain and not mix.title:
        return mix.base
    return urlencode([("mix", mix.base), *mix_parts(mix)], safe=":,@~.")


def mix_of_code(region: Region, asked: Asked, code: str) -> Mix:
    """The mix that a link writes.

    Raises:
        InputError: it cannot be read, or is not of this region.
    """
    if code == NOW:
        return asked.mix
    mix, wrong = read_mix_of(region, code) if "=" in code else read_mix(region, [("mix", code)])
    if wrong:
        raise wrong[0]
    return mix


def usual(region: Region, asked: Asked) -> list[str]:
    """What is compared where the link names nothing: the status quo with the mix on the overview, or with the pack's next scenario."""
    if asked.mix != Mix():
        return ["status_quo", NOW]
    return [name for name in ("status_quo", "plan", *region.scenario_names) if name in region.scenario_names][:2]


def codes(region: Region, asked: Asked) -> list[str]:
    """What the link asks to compare, the first being the base."""
    found = [asked.get(slot) for slot in SLOTS]
    named = [code for code in found if code]
    return named if len(named) >= FEWEST else usual(region, asked)


def chosen(words: Words, region: Region, asked: Asked) -> tuple[list[Chosen], list[str]]:
    """The mixes to compare, told apart, and a sentence for each that cannot be."""
    found: list[Chosen] = []
    wrong: list[str] = []
    for place, code in enumerate(codes(region, asked), 1):
        try:
            mix = mix_of_code(region, asked, code)
        except InputError as error:
            wrong.append(words("app_compare.unreadable", place=place, error=words.error(error)))
            continue
        if any(one.mix == mix for one in found):
            wrong.append(words("app_compare.twice", place=place, scenario=words.titled(scenario_of(region, mix))))
            continue
        found.append(Chosen(code, mix))
    return found, wrong


def scenarios_of(region: Region, mixes: Sequence[Chosen]) -> list[Scenario]:
    """Their scenarios under names and titles of their own; the mix on the overview is called so where it has no other name."""
    made: list[Scenario] = []
    for one in mixes:
        scenario = one.mix.scenario(region)
        if one.code == NOW and not one.mix.plain and not one.mix.title:
            scenario = replace(scenario, title_zh=Words("zh")("app_compare.now"), title_en=Words("en")("app_compare.now"))
        same = sum(before.name.rstrip("0123456789") == scenario.name for before in made)
        made.append(replace(scenario, name=f"{scenario.name}{same + 1}") if same else scenario)
    return made


def on_same_runs(region: Region, scenarios: Sequence[Scenario], found: Sequence[Told]) -> Compared:
    """The comparison on as many runs as every mix has."""
    runs = min(one.runs for one in found)
    return compared(region, [replace_scenario(first_runs(one.mixed, runs), scenario) for one, scenario in zip(found, scenarios)])


def put(codes: Sequence[str]) -> None:
    """Ask to compare these, and write it into the link."""
    visitor.put(**dict(zip(SLOTS, [*codes, "", "", ""])))


def keep(mix: Mix) -> str:
    """Keep a mix among those that can be chosen; its code."""
    if mix not in kept.value:
        kept.value = (*kept.value, mix)
    return code_of(mix)


# --- the page


@solara.component
def Compare() -> None:  # noqa: N802
    """Mixes side by side."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    mixes, wrong = chosen(words, region, asked)
    scenarios = list(told_apart(words, scenarios_of(region, mixes)))
    found = use_told([one.mix for one in mixes], gains=True)
    wanted = [visitor.question(one.mix, gains=True).key for one in mixes]
    come = [one for one, key in zip(found, wanted) if one is not None and one.question.key == key]  # not what was told of others before
    ready = len(come) == len(mixes) >= FEWEST
    at = (tuple((one.question.key, one.runs) for one in come) if ready else (), tuple((one.name, one.title_zh) for one in scenarios))

    def compute() -> tuple[tuple[Any, ...], Words, list[Scenario], Compared] | None:
        return (at, words, scenarios, on_same_runs(region, scenarios, come)) if ready else None

    task = solara.lab.use_task(compute, dependencies=[at, words.language], raise_error=False)
    last = task.value if task.value is not None else task.latest
    wrong = [*wrong, *([words("app_compare.failed")] if task.error and not task.pending else [])]
    with solara.Div(classes=["yd-page"], attributes={"id": "main"}):
        Text("h2", words("app_compare.title"))
        Text("p", words("app_compare.lead"), "yd-note")
        Selection(mixes, scenarios)
        for sentence in wrong:
            Text("p", sentence, "yd-trouble", role="alert")
        if len(visitor.link()) > LONGEST:
            Text("p", words("app_compare.long_link"), "yd-trouble", role="alert")
        other = last is not None and [key for key, _ in last[0][0]] != wanted  # mixes of the same names, asked otherwise
        elsewhere = last is not None and [key[:2] for key, _ in last[0][0]] != [key[:2] for key in wanted]  # of another region
        if last is None or elsewhere or [one.name for one in last[2]] != [one.name for one in scenarios]:
            if len(mixes) >= FEWEST:
                Waiting()
            return
        stale = last[0] != at
        runs = min((one.runs for one in come), default=0) if ready else 0
        _, _, of, result = last
        answer = told(words, region, of, result)
        said = progress_said(words, min(come, key=lambda one: one.runs) if ready else None, FULL, stale=other or not ready)
        with solara.Div(classes=["yd-stale-page"] if other or not ready else []):
            Text("p", said, "yd-note", id="compare-runs", **{"data-runs": str(0 if stale else runs)})
            Result(mixes, of, answer)


@solara.component
def Selection(mixes: Sequence[Chosen], scenarios: Sequence[Scenario]) -> None:  # noqa: N802
    """What is compared: a list for each place, and ways to add mixes of one's own."""
    words, region, asked = visitor.words(), visitor.region(), visitor.asked.value
    loading, set_loading = solara.use_state(False)
    now = codes(region, asked)
    usable = options(words, region, asked, now)

    def choose(place: int, code: str) -> None:
        made = [*now, "", "", ""][: len(SLOTS)]
        made[place] = code
        put([one for one in made if one])

    def take(name: str, content: bytes) -> None:
        code = keep(read_scenario(region, name, content))
        set_loading(False)
        put([*now, code] if len(now) < len(SLOTS) else [*now[:-1], code])

    with solara.Div(classes=["yd-panel"], attributes={"id": "compare-choice"}):
        with solara.Div(classes=["yd-row"]):
            for place in range(len(SLOTS)):
                if place > len(now):
                    continue
                empty = [] if place < FEWEST else [("", words("app_compare.none"))]
                Choice(
                    "compare-base" if place == 0 else f"compare-{place + 1}",
                    words("app_compare.base") if place == 0 else words("app_compare.other", place=place + 1),
                    now[place] if place < len(now) else "", [*empty, *usable],
                    lambda code, place=place: choose(place, code),  # type: ignore[misc]
                )  # fmt: skip
        with solara.Div(classes=["yd-row"]):
            Press("compare-keep", words("app_compare.keep"), lambda: keep_now(now), disabled=asked.mix.plain)
            Press("compare-load", words("app_compare.load"), lambda: set_loading(not loading))
        if loading:
            Upload("compare-file", words("app_compare.file"), ".toml", LARGEST_SCENARIO, take)


def keep_now(now: Sequence[str]) -> None:
    """Keep the mix on the overview as it stands, and compare it instead of whatever stands there later."""
    code = keep(visitor.asked.value.mix)
    put([code if one == NOW else one for one in now] if NOW in now else [*now, code][: len(SLOTS)])


def options(words: Words, region: Region, asked: Asked, now: Sequence[str]) -> list[tuple[str, str]]:
    """What can be chosen: scenarios of the pack, the mix on the overview, those loaded or kept, and those of the link."""
    listed = [(name, words.titled(scenario_of(region, Mix(name)))) for name in region.scenario_names]
    listed.insert(0, (NOW, words("app_compare.now_is", scenario=words.titled(scenario_of(region, asked.mix)))))
    known = {code for code, _ in listed}
    for code in dict.fromkeys([*(code_of(mix) for mix in kept.value), *now]):
        if code not in known:
            try:
                listed.append((code, words("app_compare.own", scenario=words.titled(mix_of_code(region, asked, code).scenario(region)))))
            except InputError:
                listed.append((code, words("app_compare.unknown")))
    times: dict[str, int] = {}
    told_apart_: list[tuple[str, str]] = []
    for code, title in listed:
        times[title] = times.get(title, 0) + 1
        told_apart_.append((code, title if times[title] == 1 else f"{title} {times[title]}"))
    return told_apart_


# --- what is said


@solara.component
def Result(mixes: Sequence[Chosen], scenarios: Sequence[Scenario], answer: CompareAnswer) -> None:  # noqa: N802
    """The comparison."""
    words, region = visitor.words(), visitor.region()
    titles = figures.titles_of(words, scenarios)
    comma = words("phrase.comma")
    Concluded("compare-concluded", answer, grounds(words, region, answer.rests), comma.join(titles.values()))
    with solara.Div(classes=["yd-mixes"], attributes={"id": "compare-mixes"}):
        for place, one in enumerate(mixes):
            Tile(place, one, titles, answer)
    with solara.Div(classes=["yd-halves"]):
        if answer.comparisons[0].targets:
            with solara.Div(classes=["yd-panel"]):
                Table("compare-targets", targets_grid(words, answer, titles), [words("app_compare.targets_note")])
                Csv(lambda: compare_csv(answer), "compare.csv")
            Chart(figures.chances(words, answer, titles), on_pick=lambda id: visitor.put(target=id))
        else:
            Csv(lambda: compare_csv(answer), "compare.csv")
    with solara.Div(classes=["yd-charts"]):
        for other in answer.comparisons:
            if not other.same:
                Chart(figures.differences(words, answer, other, titles))
        with solara.Div(classes=["yd-stack"]):
            Chart(figures.tradeoff(words, answer, titles, calibrated=True))
            if any((mix.joint_probability or 0.0) >= WORTH_DRAWING for mix in answer.mixes):
                Chart(figures.tradeoff(words, answer, titles))
            Chart(figures.cost(words, answer, titles))
    Gains(answer, titles)
    for place, other in enumerate(answer.comparisons, 2):
        pair = (scenarios[0], scenarios[place - 1])
        title = words("app_compare.pair", base=titles[pair[0].name], other=titles[pair[1].name])
        Folded(f"compare-pair-{place}", title, _tables(place, pair, answer, other))


def _tables(place: int, pair: tuple[Scenario, Scenario], answer: CompareAnswer, other: Comparison) -> Callable[[], solara.Element]:
    """All tables of one mix against the first, when they are asked for."""
    words, region = visitor.words(), visitor.region()

    def make() -> list[Block]:
        return printed(lambda out: show_pair(out, words, region, pair, answer, other))

    return lambda: Printed(f"compare-tables-{place}", make, [answer.digest, other.scenario, answer.runs])


@solara.component
def Tile(place: int, one: Chosen, titles: figures.Titles, answer: CompareAnswer) -> None:  # noqa: N802
    """One mix: how likely all targets are together, what it costs, how far it differs; and the way to the overview."""
    words, mix = visitor.words(), answer.mixes[place]
    over = mix.public_money
    with solara.Div(classes=["yd-tile"], attributes={"id": f"compare-mix-{place + 1}", "style": f"border-top: 4px solid {SERIES[place]}"}):
        Text("span", words("app_compare.tile_base") if place == 0 else words("app_compare.other", place=place + 1), "yd-tile-title")
        Text("span", titles[mix.scenario], "yd-tile-value small")
        joint = chance(mix.joint_probability_calibrated, mix.joint_mc_error_calibrated)
        Text("span", words("app_compare.joint_calibrated", chance=joint), "yd-tile-note")
        Text("span", words("app_compare.joint", chance=chance(mix.joint_probability, mix.joint_mc_error)), "yd-tile-note")
        spent = words(
            "app_compare.money", over=over.over, median=number(over.median), unit=words.unit(over.unit),
            band=band(over.p05, over.p95, words),
        )  # fmt: skip
        Text("span", spent, "yd-tile-note")
        if place:
            Text("span", words("app_compare.levers", count=len(mix.levers)), "yd-tile-note")
        with solara.Div():
            if one.mix == visitor.asked.value.mix:
                Text("span", words("app_compare.is_now"), "yd-tile-note", id=f"compare-now-{place + 1}")
            else:
                Press(f"compare-send-{place + 1}", words("app_compare.send"), _send(one.mix))


def _send(mix: Mix) -> Callable[[], None]:
    """Put a mix on the overview; what is compared stays what it was."""

    def send() -> None:
        region, asked = visitor.region(), visitor.asked.value
        put([code_of(asked.mix) if code == NOW else code for code in codes(region, asked)])
        if not asked.mix.plain:
            keep(asked.mix)
        visitor.set_mix(mix)

    return send


def targets_grid(words: Words, answer: CompareAnswer, titles: figures.Titles) -> Grid:
    """Every target: its probability under each mix, and the change against the first on the same runs."""
    first = answer.comparisons[0].targets
    others = [{(row.indicator, row.year): row for row in one.targets} for one in answer.comparisons]
    heads = [words("compare.column.indicator"), words("compare.column.target"), titles[answer.scenario]]
    for one in answer.comparisons:
        heads += [titles[one.scenario], words("app_compare.change")]
    rows = []
    for row in first:
        at = (row.indicator, row.year)
        goal = words("phrase.amount", sense=words(f"sense.{row.sense}"), value=number(row.target), unit=words.unit(row.unit))
        title = words.indicator(row.indicator)
        beyond = any(table[at].limits for table in others)
        title = words("limit.marked", title=title) if beyond else title
        cells = [Cell(title), Cell(goal), Cell(chance(row.base.probability, row.base.mc_error))]
        for table in others:
            other = table[at]
            cells += [Cell(chance(other.other.probability, other.other.mc_error)), cell_of(points(other.chance))]
        rows.append(tuple(cells))
    return Grid(words("app_compare.targets"), tuple(heads), (False, False, *(True,) * (len(heads) - 2)), tuple(rows))


@solara.component
def Gains(answer: CompareAnswer, titles: figures.Titles) -> None:  # noqa: N802
    """Who has more of what under each mix: by sector and by size, one measure at a time."""
    words, region = visitor.words(), visitor.region()
    measure, set_measure = solara.use_state("tech_enterprises")
    told_of = [one for one in answer.comparisons if one.gains and not one.same]
    if not told_of:
        return
    Text("h3", words("app_compare.gains"))
    with solara.Div(classes=["yd-row"]):
        listed = [(name, measure_title(words, name, unit)) for name, unit in MEASURES.items()]
        Choice("compare-measure", words("app_compare.measure"), measure, listed, set_measure)
    with solara.Div(classes=["yd-charts"]):
        for by in ("sector", "size"):
            Chart(figures.gainers(words, region, answer, titles, measure, by))
