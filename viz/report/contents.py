"""What a report says, collected once as data: sections of sentences, tables, pictures and findings. The writers only lay it out.

Everything is in one language and rounded as people read it; the numbers behind pictures stand in their figures, unrounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from yidu.experiments.assess.answer import AssessAnswer
from yidu.experiments.judging.answer import Verdict
from yidu.experiments.judging.shares import SOURCES
from yidu.experiments.judging.verdicts import VERDICTS
from yidu.experiments.report.answer import ReportAnswer
from yidu.experiments.scenarios.scenario import plan_years, under
from yidu.sim.levers import FIRST_YEAR, LEVERS
from yidu.viz.figures import Figure
from yidu.viz.figures import assess as assessed
from yidu.viz.figures import compare as comparing
from yidu.viz.figures.palette import SIGN
from yidu.viz.figures.response import curve
from yidu.viz.presenters import response as responding
from yidu.viz.presenters.assess import changes_answer, why_not
from yidu.viz.presenters.compare import change_in_points, told, told_apart, with_error
from yidu.viz.report.findings import Finding, counted_band, finding, goal, signed_gap
from yidu.viz.words import Words
from yidu.viz.words.format import band, chance, counted, number, path_text, percent
from yidu.viz.words.limits import kinds_of, parted, untagged
from yidu.viz.words.titles import environment_title, fact_title, heading, notice, reading_title

if TYPE_CHECKING:
    from yidu.experiments.compare.answer import CompareAnswer, Comparison, TargetChange
    from yidu.experiments.judging.answer import TargetAnswer
    from yidu.experiments.judging.notice import Kind
    from yidu.experiments.report.compute import Found
    from yidu.experiments.response.answer import ResponseAnswer
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

MAIN = "table2"
"""Group of the targets that come first."""

Key = Literal[
    "summary", "unknown", "targets", "findings_main", "findings_text", "findings", "not_answered", "forecasts", "money", "sources",
    "compare", "response", "assumptions", "contested", "mind", "about",
]  # fmt: skip


class Text(NamedTuple):
    """Sentences, each a line of its own."""

    title: str
    lines: tuple[str, ...]


class Table(NamedTuple):
    """A table as it is read.

    `right`: columns of numbers. `widths`: of the columns, relative. `marks`: verdict of each row, where rows have one.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    widths: tuple[float, ...] = ()
    note: str = ""
    marks: tuple[str, ...] = ()


class Picture(NamedTuple):
    """A figure under the sentence that it shows."""

    message: str
    figure: Figure


class Verdicts(NamedTuple):
    """Which targets have a verdict."""

    verdict: Verdict
    said: str
    indicators: tuple[str, ...]


class Summary(NamedTuple):
    """The whole report on one page."""

    message: str
    verdicts: tuple[Verdicts, ...]
    lines: tuple[str, ...]


Block = Text | Table | Picture | Finding | Summary


class Section(NamedTuple):
    """A part of the report."""

    key: Key
    title: str
    blocks: tuple[Block, ...]


class Stamp(NamedTuple):
    """Where a report comes from: on every slide, page and sheet."""

    line: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Contents:
    """Everything that the writers lay out."""

    words: Words
    title: str
    subtitle: str
    made: date
    stamp: Stamp
    sections: tuple[Section, ...]
    report: ReportAnswer

    @property
    def assess(self) -> AssessAnswer:
        """The answer of `yidu assess` that the findings are of."""
        return self.report.assess

    def blocks[B](self, kind: type[B]) -> list[B]:
        """All blocks of a kind, in order."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, kind)]

    @property
    def figures(self) -> list[Figure]:
        """Every figure once, in order: pictures, then those of each finding."""
        found: dict[str, Figure] = {}
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Picture):
                    found.setdefault(block.figure.id, block.figure)
                elif isinstance(block, Finding):
                    for figure in (block.fan, block.account, block.levers):
                        if figure is not None:
                            found.setdefault(figure.id, figure)
        return list(found.values())


def contents(words: Words, found: Found, *, made: date | None = None, files: Sequence[str] = ()) -> Contents:
    """A report in one language.

    Args:
        made: the date on it, today by default.
        files: names of the files that are written of it, for the answer.
    """
    made = made or date.today()
    region, answer = found.region, found.assessment.answer(lambda said: notice(words, found.region, said))
    scenarios = told_apart(words, found.scenarios)
    compare = None if found.compared is None else told(words, region, scenarios, found.compared)
    titles = {one.name: words.titled(one) for one in scenarios}
    findings = tuple(finding(words, found, target) for target in answer.targets)
    summary = _summary(words, found, answer, compare)
    bare = any(one.code == "prior_only" for one in found.assessment.notices)
    stamp = _stamp(words, region, scenarios, answer, made, bare=bare)
    response = None if found.response is None else responding.told(words, region, found.response)
    further = [one for one in (compare, response) if one is not None]
    warnings = _once(answer.warnings, [said for one in further for said in one.warnings])
    limits, rest = parted(words, warnings)
    sections = [
        Section("summary", words("report.section.summary"), (summary, _how(words, found, answer))),
        *_unknown(words, answer, limits),
        *_findings(words, found, answer, findings),
        *_not_answered(words, answer),
        *_forecasts(words, found, answer),
        _money(words, answer),
        *_sources(words, answer),
        *([] if compare is None else [_compare(words, answer, compare, titles)]),
        *([] if response is None else [_response(words, response)]),
        _assumptions(words, found, answer),
        *_contested(words, region),
        *([Section("mind", words("report.section.mind"), (Text("", tuple(rest)),))] if rest else []),
        Section("about", words("report.section.about"), (_about(words, stamp, compare, titles),)),
    ]
    report = ReportAnswer(
        region=answer.region, scenario=answer.scenario, environment=answer.environment, runs=answer.runs, seed=answer.seed,
        digest=answer.digest, version=answer.version, scenarios=tuple(one.name for one in scenarios), made=made.isoformat(),
        findings=tuple(one.answer() for one in findings), assess=answer, account=found.accounts, measures=found.measures,
        compare=compare, conclusion=summary.message, warnings=warnings, files=tuple(files),
        response=response,
    )  # fmt: skip
    title = words("report.title" if answer.targets else "report.title_forecast", region=words.titled(region))
    subtitle = words(
        "report.asked",
        scenario=words("phrase.comma").join(titles.values()), environment=environment_title(words, region, answer.environment),
    )  # fmt: skip
    return Contents(words, title, subtitle, made, stamp, tuple(sections), report)


def _once(warnings: Sequence[str], of_mixes: Sequence[str]) -> tuple[str, ...]:
    """Every warning once: one that is said again with the name of its mix before it stands there with the name."""
    own = [one for one in warnings if not any(other.endswith(one) and other != one for other in of_mixes)]
    return tuple(dict.fromkeys([*own, *of_mixes]))


# --- where it comes from


def _stamp(words: Words, region: Region, scenarios: Sequence[Scenario], answer: AssessAnswer, made: date, *, bare: bool) -> Stamp:
    known = {
        "region": words.titled(region),
        "scenario": words("phrase.comma").join(words.titled(one) for one in scenarios),
        "environment": words.titled(region.environment.environments[answer.environment]),
        "made": made.isoformat(),
        "runs": f"{answer.runs:,}",
        "seed": str(answer.seed),
        "digest": answer.digest,
        "version": answer.version,
    }
    line = words("report.stamp", **known)
    line = words("limit.stamp", line=line) if bare else line
    return Stamp(line, tuple((words(f"report.label.{key}"), value) for key, value in known.items()))


def _about(words: Words, stamp: Stamp, compare: CompareAnswer | None, titles: dict[str, str]) -> Table:
    """The stamp as a table, with the digest of every further mix."""
    further = compare.mixes[1:] if compare is not None else ()
    label = words("report.label.digest")
    rows = (*stamp.rows, *((words("phrase.with_unit", title=label, unit=titles[mix.scenario]), mix.digest) for mix in further))
    return Table(
        words("report.table.about"), (words("report.column.what"), words("report.column.value")), rows, widths=(1.0, 4.0),
        note=words("report.how_repeat"),
    )  # fmt: skip


def _how(words: Words, found: Found, answer: AssessAnswer) -> Text:
    """How to read the report."""
    lines = [words("report.how_probability", runs=f"{answer.runs:,}")] if answer.targets else []
    lines.append(words("report.how_bands", last_record=found.region.settings.years.record_end))
    if answer.targets:
        levels = words("phrase.comma").join(said for _, said in assessed.verdict_levels(words))
        lines += [words("report.how_verdict", levels=levels, last=words.verdict(VERDICTS[-1][1])), words("report.how_class")]
    if found.measures is not None:
        lines.append(words("report.how_measure", first=plan_years(found.region)[0], runs=found.measures.runs))
    return Text(words("report.how_title"), tuple(lines))


# --- on one page


def _summary(words: Words, found: Found, answer: AssessAnswer, compare: CompareAnswer | None) -> Summary:
    paid = answer.public_money
    money = words(
        "report.money", over=paid.over, median=number(paid.median), band=band(paid.p05, paid.p95, words), unit=words.unit(paid.unit)
    )
    further = tuple(compare.conclusion.split("\n")) if compare is not None else ()
    limits = (*kinds_of(words, answer.warnings, words("limit.report")), *_beyond(words, answer))
    if not answer.targets:
        return Summary(words("report.conclusion_forecast", region=words.titled(found.region)), (), (*limits, money, *further))
    names: list[Verdict] = [verdict for _, verdict in VERDICTS]
    names += ["无记录"] if any(row.verdict == "无记录" for row in answer.targets) else []
    groups = tuple(
        Verdicts(name, words.verdict(name), tuple(words.indicator(row.indicator) for row in answer.targets if row.verdict == name))
        for name in names
    )
    said = words("phrase.comma").join(
        words("report.counted_verdict", verdict=one.said, count=len(one.indicators)) for one in groups if one.indicators
    )
    years = words("phrase.comma").join(str(year) for year in sorted({row.year for row in answer.targets}))
    message = words(
        "report.conclusion",
        year=years, count=len(answer.targets), verdicts=said, joint=chance(answer.joint_probability, answer.joint_mc_error),
    )  # fmt: skip
    lines = []
    if answer.joint_probability_calibrated is not None:
        calibrated = sum(row.class_ == "可校准" for row in answer.targets)
        likely = chance(answer.joint_probability_calibrated, answer.joint_mc_error_calibrated)
        lines.append(words("report.joint_calibrated", count=calibrated, chance=likely))
    lines.append(money)
    judged = sum(row.grade == "D" and row.runs > 0 for row in answer.targets)
    if judged:
        lines.append(words("report.judgement_count", count=judged, of=len(answer.targets)))
    return Summary(message, groups, (*limits, *lines, *further))


# --- what cannot be known


def _unknown(words: Words, answer: AssessAnswer, limits: Mapping[Kind, Sequence[str]]) -> Iterable[Section]:
    """Which numbers are beyond what can be known, and why; nothing where none is."""
    if not limits:
        return
    told_ = {kind: [untagged(words, kind, one) for one in sentences] for kind, sentences in limits.items()}
    if "extrapolation" in told_:
        told_["extrapolation"][:0] = _beyond(words, answer)
    rows = tuple((words(f"limit.kind.{kind}"), one) for kind, sentences in told_.items() for one in sentences)
    heads = tuple(words(f"limit.column.{name}") for name in ("kind", "what"))
    yield Section("unknown", words("limit.report"), (Table(words("limit.report_lead"), heads, rows, frozenset(), (1.0, 6.0)),))


def _beyond(words: Words, answer: AssessAnswer) -> tuple[str, ...]:
    """The targets whose numbers are extrapolated, in one sentence; none where none is."""
    names = [words.indicator(row.indicator) for row in answer.targets if row.limits]
    return (words("limit.targets", count=len(names), indicators=words("phrase.comma").join(names)),) if names else ()


# --- targets


def _findings(words: Words, found: Found, answer: AssessAnswer, findings: Sequence[Finding]) -> Iterable[Section]:
    if not answer.targets:
        return
    region = found.region
    shares = [row.probability for row in answer.targets if row.probability is not None]
    half, low = sum(share >= 0.5 for share in shares), sum(share < 0.2 for share in shares)
    ends = [(row.p95, row.target) if row.sense == ">=" else (row.target, row.p05) for row in answer.targets]
    below = sum(best is not None and least is not None and best < least for best, least in ends)
    reach = sum(row.gap is not None and (row.gap >= 0.0 if row.sense == ">=" else row.gap <= 0.0) for row in answer.targets)
    blocks: list[Block] = [
        Picture(words("report.probabilities_message", count=len(shares), half=half, low=low), assessed.probabilities(words, answer)),
        _targets(words, region, answer),
        Picture(words("report.bands_message", count=reach, low=below), assessed.bands(words, answer)),
        *_readings(words, region, answer),
    ]
    yield Section("targets", words("report.section.targets"), tuple(blocks))
    main = {(row.indicator, row.year) for row in region.targets if row.group == MAIN}
    first = [one for one in findings if (one.target.indicator, one.target.year) in main]
    rest = [one for one in findings if one not in first]
    if first and rest:
        yield Section("findings_main", words("report.section.findings_main"), tuple(first))
        yield Section("findings_text", words("report.section.findings_text"), tuple(rest))
    else:
        yield Section("findings", words("report.section.findings"), tuple(findings))


def _targets(words: Words, region: Region, answer: AssessAnswer) -> Table:
    heads = ("indicator", "base", "target", "median", "band", "probability", "gap", "verdict", "basis")
    last, years = region.settings.years.record_end, sorted({row.year for row in answer.targets})
    older = any(row.base is not None and row.base_year < last for row in answer.targets)
    return Table(
        words("report.table.targets", year=words("phrase.comma").join(map(str, years))),
        tuple(words(f"report.column.{name}", year=last) for name in heads),
        tuple(
            (
                title_of(words, row), _base(words, row, last), goal(words, row), counted(row.median, row.unit),
                counted_band(words, row.p05, row.p95, row.unit), chance(row.probability, row.mc_error), signed_gap(row),
                signed_verdict(words, row.verdict), f"{words.class_(row.class_)} {row.grade}",
            )
            for row in answer.targets
        ),
        right=frozenset({1, 2, 3, 4, 5, 6}),
        widths=(3.0, 0.9, 1.4, 1.1, 1.8, 1.5, 1.0, 2.0, 1.8),
        note=words("assess.older_base") if older else "",
        marks=tuple(row.verdict for row in answer.targets),
    )  # fmt: skip


def title_of(words: Words, row: TargetAnswer | TargetChange) -> str:
    """The name of a target, marked where its numbers are beyond what can be known."""
    title = words.indicator(row.indicator)
    return words("limit.marked", title=title) if row.limits else title


def _base(words: Words, row: TargetAnswer, last: int) -> str:
    value = counted(row.base, row.unit)
    return words("phrase.older", value=value) if row.base is not None and row.base_year < last else value


def signed_verdict(words: Words, verdict: str) -> str:
    """A verdict with its sign, which tells it without its colour."""
    return f"{SIGN[verdict]} {words.verdict(verdict)}"


def _readings(words: Words, region: Region, answer: AssessAnswer) -> Iterable[Table]:
    rows = tuple(
        (
            words.indicator(target.indicator), reading_title(words, region, reading), percent(target.probability),
            chance(reading.probability, reading.mc_error), counted(reading.median, target.unit),
        )
        for target in answer.targets
        for reading in target.readings
        if changes_answer(target, reading)
    )  # fmt: skip
    if rows:
        heads = tuple(words(f"report.column.{name}") for name in ("indicator", "reading", "probability", "then", "median"))
        yield Table(words("report.table.readings"), heads, rows, frozenset({2, 3, 4}), (2.2, 4.0, 1.2, 1.4, 1.2))


def _not_answered(words: Words, answer: AssessAnswer) -> Iterable[Section]:
    """Sentences of the plan that the model says nothing of; nothing where the pack names none."""
    if not answer.not_answered:
        return
    rows = tuple((row.quote, why_not(words, row)) for row in answer.not_answered)
    heads = tuple(words(f"not_answered.column.{name}") for name in ("quote", "why"))
    table = Table(words("not_answered.lead"), heads, rows, frozenset(), (3.0, 4.0))
    yield Section("not_answered", words("not_answered.title", count=len(rows)), (table,))


def _forecasts(words: Words, found: Found, answer: AssessAnswer) -> Iterable[Section]:
    """What a region without targets is told: indicators on record, year by year."""
    known = [row for row in answer.forecasts if row.record and row.median is not None]
    if answer.targets or not known:
        return
    years = [year for year in sorted({row.year for row in known}) if year <= found.region.settings.years.plan_end]
    cells = {(row.indicator, row.year): row for row in known}
    names = list(dict.fromkeys(row.indicator for row in known))
    rows = []
    for name in names:
        unit = next(row.unit for row in known if row.indicator == name)
        own = [cells.get((name, year)) for year in years]
        said = [
            "-"
            if one is None
            else words("phrase.with_unit", title=counted(one.median, unit), unit=counted_band(words, one.p05, one.p95, unit))
            for one in own
        ]
        rows.append((words("phrase.with_unit", title=words.indicator(name), unit=words.unit(unit)), *said))
    table = Table(
        words("report.table.forecasts"), (words("report.column.indicator"), *map(str, years)), tuple(rows),
        frozenset(range(1, len(years) + 1)), (2.0, *[1.6] * len(years)),
    )  # fmt: skip
    pictures = []
    for name in names:
        last = cells[name, years[-1]]
        message = words(
            "report.fan_message",
            indicator=words.indicator(name), year=last.year, median=counted(last.median, last.unit), unit=words.unit(last.unit),
            band=counted_band(words, last.p05, last.p95, last.unit),
        )  # fmt: skip
        pictures.append(Picture(message, assessed.fan(words, found.region, found.mixed.judged, name)))
    yield Section("forecasts", words("report.section.forecasts"), (table, *pictures))


# --- money, uncertainty


def _money(words: Words, answer: AssessAnswer) -> Section:
    paid, unit = answer.public_money, words.unit(answer.public_money.unit)
    own = [line for line in answer.public_money_by if line.payer == "district"] or list(answer.public_money_by)
    largest = max(own, key=lambda line: line.median, default=None)
    table = Table(
        words("report.table.money", over=paid.over, unit=unit),
        tuple(words(f"report.column.{name}") for name in ("heading", "payer", "kind", "median", "band")),
        tuple(
            (
                heading(words, line.heading), words(f"payer.{line.payer}"), words("kind.capital" if line.capital else "kind.grant"),
                number(line.median), band(line.p05, line.p95, words),
            )
            for line in answer.public_money_by
        ),
        frozenset({3, 4}),
        (1.5, 1.0, 2.5, 1.2, 2.0),
    )  # fmt: skip
    blocks: list[Block] = [table]
    if largest is not None:
        message = words(
            "report.money_message",
            over=paid.over, median=number(paid.median), unit=unit, heading=assessed.money_heading(words, largest.heading, largest.capital),
        )  # fmt: skip
        blocks.insert(0, Picture(message, assessed.money(words, answer)))
    return Section("money", words("report.section.money"), tuple(blocks))


def _sources(words: Words, answer: AssessAnswer) -> Iterable[Section]:
    told_ = [row.variance for row in answer.targets if row.variance is not None]
    if not told_:
        return
    largest = [max(SOURCES, key=lambda name: getattr(one, name)) for one in told_]
    counts = sorted(((largest.count(name), name) for name in SOURCES if name in largest), reverse=True)
    listed = words("phrase.comma").join(words("report.sources_item", source=words(f"column.{name}"), count=count) for count, name in counts)
    picture = Picture(words("report.sources_message", count=len(told_), listed=listed), assessed.sources(words, answer))
    yield Section("sources", words("report.section.sources"), (picture,))


# --- other mixes


def _compare(words: Words, answer: AssessAnswer, compare: CompareAnswer, titles: dict[str, str]) -> Section:
    mixes = compare.mixes
    blocks: list[Block] = [Text("", tuple(compare.conclusion.split("\n")))]
    if compare.comparisons[0].targets:
        blocks.append(Picture(_chances_message(words, compare, titles), comparing.chances(words, compare, titles)))
        blocks.append(_mixes(words, compare, titles))
    for one in compare.comparisons:
        other, base = titles[one.scenario], titles[compare.scenario]
        picture = comparing.differences(words, compare, one, titles)
        if picture.categories:
            blocks.append(Picture(words("report.differences_message", other=other, base=base), picture))
        if one.targets:
            blocks.append(_changes(words, one, other, base))
    listed = words("phrase.comma").join(
        words("report.cost_item", mix=titles[mix.scenario], amount=number(mix.public_money.median), unit=words.unit("万元"))
        for mix in mixes
    )
    blocks.append(Picture(words("report.cost_message", listed=listed), comparing.cost(words, compare, titles)))
    if all(mix.joint_probability_calibrated is not None for mix in mixes):
        blocks.append(Picture(words("report.tradeoff_message"), comparing.tradeoff(words, compare, titles, calibrated=True)))
    blocks.append(_mix_money(words, compare, titles))
    return Section("compare", words("report.section.compare"), tuple(blocks))


def _chances_message(words: Words, compare: CompareAnswer, titles: dict[str, str]) -> str:
    said = []
    for one in compare.comparisons:
        moved = [row.chance.change for row in one.targets if row.chance is not None and row.chance.beyond_chance]
        up = sum(change > 0.0 for change in moved)
        known = {"other": titles[one.scenario], "base": titles[compare.scenario], "up": up, "down": len(moved) - up}
        said.append(words("report.chances_message", **known))
    return words("report.semicolon").join(said)


def _mixes(words: Words, compare: CompareAnswer, titles: dict[str, str]) -> Table:
    rows = []
    for place, target in enumerate(compare.comparisons[0].targets):
        same = [one.targets[place] for one in compare.comparisons]
        cells = [title_of(words, next((row for row in same if row.limits), target))]
        for one in (target.base, *(other.targets[place].other for other in compare.comparisons)):
            cells.append(f"{chance(one.probability, one.mc_error)} {SIGN[one.verdict]} {words.verdict(one.verdict)}")
        rows.append(tuple(cells))
    count = len(compare.mixes)
    return Table(
        words("report.table.mixes"), (words("report.column.indicator"), *(titles[mix.scenario] for mix in compare.mixes)), tuple(rows),
        frozenset(range(1, count + 1)), (2.0, *[2.0] * count),
    )  # fmt: skip


def _changes(words: Words, one: Comparison, other: str, base: str) -> Table:
    rows = []
    for row in one.targets:
        change = "-" if row.chance is None else change_in_points(row.chance) + ("*" if row.chance.beyond_chance else "")
        moved = "-" if row.difference is None else with_error(row.difference) + ("*" if row.difference.beyond_chance else "")
        spread = "-" if row.difference is None else band(row.difference.p05, row.difference.p95, words)
        unit = words.unit(row.unit)
        rows.append((title_of(words, row), unit, change, moved, spread, row.grade))
    heads = ("indicator", "unit", "change", "difference", "band", "grade")
    return Table(
        words("report.table.changes", other=other, base=base), tuple(words(f"report.column.{name}") for name in heads), tuple(rows),
        frozenset({2, 3, 4}), (2.4, 0.8, 1.5, 1.7, 2.0, 0.6), note=words("compare.legend") + words("compare.legend_band"),
    )  # fmt: skip


def _mix_money(words: Words, compare: CompareAnswer, titles: dict[str, str]) -> Table:
    heads = ("mix", "money", "band", "joint", "joint_calibrated")
    return Table(
        words("report.table.mix_money"),
        tuple(words(f"report.column.{name}") for name in heads),
        tuple(
            (
                titles[mix.scenario], number(mix.public_money.median), band(mix.public_money.p05, mix.public_money.p95, words),
                chance(mix.joint_probability, mix.joint_mc_error),
                chance(mix.joint_probability_calibrated, mix.joint_mc_error_calibrated),
            )
            for mix in compare.mixes
        ),
        frozenset({1, 2, 3, 4}),
        (2.0, 1.6, 2.0, 1.4, 1.6),
    )  # fmt: skip


# --- single levers over their range


def _response(words: Words, answer: ResponseAnswer) -> Section:
    table = Table(
        words("report.table.response", runs=answer.runs),
        _titles(words, "lever", "way", "indicator", "shape", "top", "cost", "price"),
        tuple(responding.lever_row(words, one) for one in answer.levers),
        frozenset({4, 5, 6}),
        (2.2, 2.0, 2.2, 0.8, 1.5, 1.6, 1.8),
        note=words("response.legend", over=answer.over) + words("report.response_note"),
    )
    drawn = [(one, curve(words, answer, one)) for one in answer.levers]
    pictures = [Picture(responding.message(words, one), figure) for one, figure in drawn if figure is not None]
    rows = tuple(
        (words.titled(LEVERS[one.lever]), *responding.literature_said(words, row), row.quality[:1], row.source)
        for one in answer.levers
        for row in one.literature
    )
    beside = Table(
        words("report.table.literature"),
        _titles(words, "lever", "meaning", "literature", "measured", "quality", "source"),
        rows,
        widths=(1.5, 2.6, 2.0, 1.4, 0.6, 3.0),
        note=words("response.legend_literature"),
    )
    return Section("response", words("report.section.response"), (table, *pictures, *([beside] if rows else [])))


def _titles(words: Words, *names: str) -> tuple[str, ...]:
    return tuple(words(f"response.column.{name}") for name in names)


# --- what it rests on


def _assumptions(words: Words, found: Found, answer: AssessAnswer) -> Section:
    region, scenario = found.region, found.scenario
    years = plan_years(region)
    spec = under(region, scenario).environment  # what the mix assumes is held from its year on, without a spread or a shift
    case = spec.environments[answer.environment]
    rows = []
    for name, field in spec.fields.items():
        title = words.titled(field)
        path = [float(value) + case.shift.get(name, 0.0) for value in field.yearly()]
        values = [path[year - FIRST_YEAR] for year in years]
        if name in scenario.environment:
            title = words("report.assumption_changed", title=title)
        rows.append((title, words.unit(field.unit), path_text(values, years), number(field.sd), number(field.persistent_sd), field.grade))
    assumed = Table(
        words("report.table.assumptions", environment=words.titled(case), first=years[0], last=years[-1]),
        tuple(words(f"report.column.{name}") for name in ("field", "unit", "path", "spread", "persistent", "grade")),
        tuple(rows),
        frozenset({3, 4}),
        (2.6, 1.8, 3.4, 0.9, 0.9, 0.6),
    )
    blocks: list[Block] = [assumed]
    carried = tuple(
        (words.indicator(row.indicator), words.parameter(one.parameter), f"{100.0 * one.share:.0f}%", one.grade)
        for row in answer.targets
        for one in row.carriers
    )
    if carried:
        heads = tuple(words(f"report.column.{name}") for name in ("indicator", "parameter", "share", "grade"))
        blocks.append(Table(words("report.table.evidence"), heads, carried, frozenset({2}), (2.4, 2.6, 1.0, 0.7)))
    if found.measures is not None:
        blocks.append(_levers(words, found))
    return Section("assumptions", words("report.section.assumptions"), tuple(blocks))


def _levers(words: Words, found: Found) -> Table:
    assert found.measures is not None
    rows = []
    for bar in found.measures.levers:
        lever = LEVERS[bar.lever]
        cost = with_error(bar.cost) + ("*" if bar.cost.beyond_chance else "")
        rows.append(
            (
                words.titled(lever), words.text(lever.decided), number(bar.value_before),
                number(bar.value), words.unit(bar.unit), cost, words("report.yes") if bar.extrapolation else "", bar.grade,
                "" if bar.silent else words("report.yes"),
            )
        )  # fmt: skip
    heads = ("lever", "decided_by", "before", "after", "unit", "cost", "beyond", "grade", "silent")
    return Table(
        words("report.table.measures"), tuple(words(f"report.column.{name}") for name in heads), tuple(rows), frozenset({2, 3, 5}),
        (2.4, 1.3, 0.9, 0.9, 1.7, 1.5, 0.9, 0.6, 0.9),
    )  # fmt: skip


def _contested(words: Words, region: Region) -> Iterable[Section]:
    """Every fact that can be read in more than one way, with all its readings."""
    rows = tuple(
        (
            fact_title(words, fact), words("report.contested_weight", weight=f"{100.0 * region.weight(fact):.0f}"),
            words(f"role.{fact.role}"), fact.quote,
        )
        for name in region.contested
        for fact in region.readings(name)
    )  # fmt: skip
    if rows:
        heads = tuple(words(f"report.column.{name}") for name in ("fact", "weight", "role", "quote"))
        table = Table(words("report.table.contested"), heads, rows, frozenset({1}), (2.8, 0.7, 1.0, 4.5))
        yield Section("contested", words("report.section.contested"), (table,))
