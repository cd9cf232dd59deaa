"""What a visitor asks, as a link that gives the same answer to whoever opens it.

    /explain?v=0.1.0-5b2c90d1&mix=plan&enterprise_coaching=60&seed_fund=2021:300,2023:600&assume.gdp_growth=0.05&env=slow&seed=2&lang=en&check=1f0e3dad

A lever or an assumption is its id and a value from the first year of the plan on, or steps. `when` is a trigger:
`tech_enterprises < 400@2023~enterprise_coaching:60`; without the part behind the tilde it drops an inherited one.
`v` says what made the link (version of the product; digest of rules, region and fit), `check` is a digest of the question. They stand at
its two ends, so that a link that lost a part on its way, or is opened elsewhere, is known; a link without both is read as it stands.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from yidu.agents.compiled import SOURCE_DIGEST
from yidu.calibration.manifest import MANIFEST
from yidu.experiments.explain.compute import NO_POLICY
from yidu.experiments.scenarios.mix import Mix, Rule, Steps
from yidu.experiments.scenarios.scenario import plan_years
from yidu.experiments.stress.events import ALL, events_of
from yidu.sim.errors import InputError, did_you_mean, in_words, nearest
from yidu.sim.indicators import INDICATORS
from yidu.sim.levers import LEVERS
from yidu.sim.seeds import LARGEST_SEED
from yidu.sim.version import product_version
from yidu.sim.world import RECORD_END_QUARTER, START_QUARTER, year_of
from yidu.viz.app.kept import Stamps, scenario_of, stamps

if TYPE_CHECKING:
    from yidu.sim.region import Region

ASSUME = "assume."
MADE, CHECK = "v", "check"
FIRST = year_of(RECORD_END_QUARTER) + 1
"""The first year that policy can still change; a lever given without a year has its value from then on."""

LONGEST = 8_000
"""Characters of a link that is read; browsers and proxies cut longer ones."""

MOST_PAIRS = 400
"""Names with values in a link."""

MOST_RULES = 20
"""Triggers in a link."""

MIX = ("mix", "title", "when")
"""What a mix says beside its levers and assumptions."""

QUESTION = ("env", "seed", "lang")
"""What every page asks of a mix."""

Values = Callable[["Region"], Iterable[str]]
"""What a name of a link may stand at, in a region."""


def _targets(region: Region) -> Iterable[str]:
    return [target.indicator for target in region.targets]


def _events(region: Region) -> Iterable[str]:
    try:
        return [*(event.id for event in events_of(region)), ALL]
    except InputError:
        return [ALL]  # the page says what is wrong with them


def _years(region: Region) -> Iterable[str]:
    return map(str, plan_years(region))


def _quarters(region: Region) -> Iterable[str]:
    years = range(year_of(START_QUARTER), plan_years(region)[-1] + 1)
    return [f"{year}Q{quarter}" for year in years for quarter in range(1, 5)]


PAGES: dict[str, Values | None] = {
    "target": _targets,
    "slide": lambda region: map(str, range(len(region.targets) + 1)),
    "c1": None, "c2": None, "c3": None, "c4": None,
    "tab": lambda _: ("why", "milestones", "tasks", "stress"),
    "against": lambda region: (NO_POLICY, *region.scenario_names),
    "why_runs": lambda _: ("40", "100", "200"),
    "curve": lambda _: LEVERS, "curve_runs": lambda _: ("100", "200", "400"),
    "line_runs": lambda _: ("400", "1000", "4000"),
    "if": _targets, "if_sense": lambda _: ("<", ">"), "if_year": _years, "if_value": None,
    "then": lambda _: LEVERS, "then_to": None, "then_2": lambda _: LEVERS, "then_2_to": None,
    "task_runs": lambda _: ("200", "400", "1000"),
    "task_goal": lambda _: ("only",),
    "task_by": lambda _: ("year", "department", "park", "sector"),
    "event": _events, "event_year": _years, "replace": lambda _: ("no",),
    "stress_runs": lambda _: ("200", "400", "1000"),
    "plan.reach": None, "plan.probability": None, "plan.budget": None, "plan.decided": None, "plan.evaluations": None, "plan.runs": None,
    "evidence.part": lambda _: ("checks", "contradictions", "facts", "readings", "silent", "page"),
    "draw": None, "firm": None,
    "quarter": _quarters,
    "shows": lambda _: [one.id for one in INDICATORS],
}  # fmt: skip
"""What single pages ask, by name, with the values it may stand at; None where the page itself says what is wrong with a value."""

STRANGERS = re.compile(
    r"utm_\w+|\w*clid|gbraid|wbraid|igsh\w*|mc_[ce]id|_ga|_gl|spm|scm|from|isappinstalled|nsukey|scene|clicktime|enterid|sharer?_\w+"
    r"|tdsourcetag|ivk_sa|bd_vid|srsltid|_openstat", re.IGNORECASE,
)  # fmt: skip
"""Names that chat programs, search engines and trackers add to any link."""


@dataclass(frozen=True)
class Asked:
    """A question to the model, as a link says it.

    Attributes:
        more: what only one page asks (a target, mixes to compare), by a name of `PAGES`.
    """

    mix: Mix = field(default_factory=Mix)
    environment: str = "baseline"
    seed: int = 1
    language: str = "zh"
    more: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, otherwise: str = "") -> str:
        """What one page asks."""
        return dict(self.more).get(_declared(name), otherwise)

    def put(self, **values: str) -> Asked:
        """With what one page asks; an empty value takes it out."""
        kept = {**dict(self.more), **{_declared(name): value for name, value in values.items()}}
        return replace(self, more=tuple((name, value) for name, value in kept.items() if value))


class Reading(NamedTuple):
    """What a link says.

    Attributes:
        asked: its question, as far as it could be read and holds in the region.
        wrong: a sentence for each part that is left out of it.
        doubts: a sentence for each reason why it need not be what its sender saw: damaged on the way, made elsewhere.
    """

    asked: Asked
    wrong: tuple[InputError, ...] = ()
    doubts: tuple[InputError, ...] = ()


def query(asked: Asked, *, language: str = "zh", made: str = "") -> str:
    """The part of a link behind the question mark; what is usual is left out. `language`: the usual one; `made`: as `made_by` has it."""
    mix = asked.mix
    parts: list[tuple[str, str]] = [("mix", mix.base)] if mix.base != "status_quo" else []
    parts += mix_parts(mix)
    parts += [("env", asked.environment)] if asked.environment != "baseline" else []
    parts += [("seed", str(asked.seed))] if asked.seed != 1 else []
    parts += asked.more
    spoken = [("lang", asked.language)] if asked.language != language else []
    if parts and made:
        parts = [(MADE, made), *parts, *spoken, (CHECK, check_of(parts))]
    else:
        parts += spoken
    return urlencode(parts, safe=":,@~.")


def made_by(region: Region) -> str:
    """What makes a link here: version of the product, and a digest of the rules, of the region and of its fit."""
    manifest = region.folder / "posterior" / MANIFEST
    return _made_by(region.digest, manifest, stamps([manifest]))


@lru_cache(maxsize=64)
def _made_by(digest: str, manifest: Path, _: Stamps) -> str:
    fit = manifest.read_bytes() if manifest.is_file() else b""
    return f"{product_version()}-{hashlib.sha256(f'{SOURCE_DIGEST} {digest} '.encode() + fit).hexdigest()[:8]}"


def check_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Eight signs that are others where a name or a value is another; the order of names does not matter, nor does the language."""
    told = sorted(((name, value) for name, value in pairs if name not in (MADE, CHECK, "lang")), key=lambda pair: pair[0])
    return hashlib.sha256(urlencode(told).encode()).hexdigest()[:8]


def mix_parts(mix: Mix) -> list[tuple[str, str]]:
    """What differs from the base, as names and values of a link."""
    parts = [("title", mix.title)] if mix.title else []
    parts += [(id, _steps(steps)) for id, steps in mix.levers]
    parts += [(ASSUME + id, _steps(steps)) for id, steps in mix.assumptions]
    return parts + [("when", _rule(rule)) for rule in mix.rules]


def read(region: Region, search: str | None, *, language: str = "zh") -> Reading:
    """The question of a link, everything in it checked; a part that will not do is left out and said."""
    text = (search or "").encode("utf-8", "replace").decode()  # halves of a character, which no browser writes into a link
    pairs, wrong = pairs_of(text)
    named, unknown = _known(region, pairs, (*MIX, *QUESTION, *PAGES))
    wrong += unknown
    mix, unfit = read_mix(region, named)
    wrong += unfit
    asked = Asked(mix, language=language)
    for name, value in named:
        try:
            if name == "env":
                asked = replace(asked, environment=_one_of(value, region.environment.environments, f"no environment is called '{value}'"))
            elif name == "seed":
                asked = replace(asked, seed=_seed(value))
            elif name == "lang":
                asked = replace(asked, language=_one_of(value, ("zh", "en"), f"no language is called '{value}'"))
            elif name in PAGES:
                asked = asked.put(**{name: _page_value(region, name, value)})
        except InputError as error:
            wrong.append(error)
    return Reading(asked, tuple(wrong), tuple(_doubts(region, pairs)))


def pairs_of(text: str) -> tuple[list[tuple[str, str]], list[InputError]]:
    """Names and values of a link, or what of it is not too long; `&amp;`, as programs that show HTML write it, is mended."""
    parts = text[:LONGEST].split("&")
    too_long = len(text) > LONGEST or len(parts) > MOST_PAIRS
    wrong = [InputError("the link is too long to be read", expected=f"at most {LONGEST} characters")] if too_long else []
    if len(text) > LONGEST:
        del parts[-1]  # it is cut
    pairs = parse_qsl("&".join(parts[:MOST_PAIRS]), keep_blank_values=True)
    return [(re.sub(r"^(amp;)+", "", name), value) for name, value in pairs], wrong


def _known(region: Region, pairs: list[tuple[str, str]], names: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[InputError]]:
    """What can be understood of names and values: known names, each once (but triggers); and a sentence on each other."""
    told: dict[str, list[str]] = {}
    for name, value in pairs:
        told.setdefault(name, []).append(value)
    found: list[tuple[str, str]] = []
    wrong: list[InputError] = []
    for name, values in told.items():
        if name in names or name in LEVERS or name.startswith(ASSUME):
            if name != "when" and len(set(values)) > 1:
                first, second, *_ = map(in_words, dict.fromkeys(values))
                wrong.append(InputError(f"'{name}' stands in it more than once, as {first} and as {second}"))
            else:
                found += [(name, value) for value in dict.fromkeys(values)]
        elif name not in (MADE, CHECK) and not STRANGERS.fullmatch(name):
            near = nearest(name, (*names, *LEVERS, *(ASSUME + field for field in region.environment.fields)))
            wrong.append(InputError(f"the name '{in_words(name)}' is not known", fix=f"Did you mean '{near}'?" if near else None))
    return found, wrong


def _doubts(region: Region, pairs: list[tuple[str, str]]) -> Iterable[InputError]:
    """Why a link need not be what its sender saw."""
    made, checks = ([value for name, value in pairs if name == wanted] for wanted in (MADE, CHECK))
    if not made and not checks:
        return  # written by hand, or by a version that did not say it
    asked = [pair for pair in pairs if not STRANGERS.fullmatch(pair[0])]
    whole = {value[:8] for value in checks} == {check_of(asked)}  # what follows a link in a chat may stick to its end
    if not made or not whole:
        said = "it is not as it was copied: something was lost or changed on the way"
        yield InputError(said, fix="Ask for it again, or compare what is set.")
    here = made_by(region)
    for there in set(made) - {here}:
        versions = [one.rpartition("-")[0] for one in (there, here)]
        if versions[0] != versions[1]:
            yield InputError(f"it was made with version {in_words(versions[0])}, and this is version {versions[1]}: results may differ")
        else:
            yield InputError("it was made with other data, rules or fit than are used here: results may differ")


def read_mix(region: Region, pairs: Iterable[tuple[str, str]]) -> tuple[Mix, list[InputError]]:
    """The mix that names and values of a link describe, checked; and a sentence on each part that will not do."""
    parts: list[tuple[str, Any]] = []
    wrong: list[InputError] = []
    for name, value in sorted(pairs, key=lambda pair: pair[0] != "mix"):
        if name in MIX or name in LEVERS or name.startswith(ASSUME):
            try:
                parts.append((name, _read_part(region, name, value)))
            except InputError as error:
                wrong.append(error)
    if sum(name == "when" for name, _ in parts) > MOST_RULES:
        wrong.append(InputError(f"more than {MOST_RULES} triggers stand in it"))
        parts = [part for part in parts if part[0] != "when"]
    whole = reduce(_with_part, parts, Mix())
    try:
        scenario_of(region, whole)  # every id and value is checked here, as in a file
    except InputError:
        whole = Mix()
        for part in parts:
            try:
                scenario_of(region, _with_part(whole, part))
            except InputError as error:
                wrong.append(error)
            else:
                whole = _with_part(whole, part)
    return whole, wrong


def _read_part(region: Region, name: str, value: str) -> Any:
    if name == "mix":
        return _one_of(value, region.scenario_names, f"no scenario is called '{value}' in the pack of {region.name}")
    if name == "title":
        return value[:60]
    return _read_rule(value) if name == "when" else _read_steps(name, value)


def _with_part(mix: Mix, part: tuple[str, Any]) -> Mix:
    name, told = part
    if name == "when":
        return replace(mix, rules=(*mix.rules, told))
    if name in MIX:
        return replace(mix, **{"base" if name == "mix" else name: told})
    return mix.lever(name, told) if name in LEVERS else mix.assume(name.removeprefix(ASSUME), told)


def read_mix_of(region: Region, text: str) -> tuple[Mix, list[InputError]]:
    """The same of a mix that stands within a link, as names and values of its own."""
    pairs, wrong = pairs_of(text)
    named, unknown = _known(region, pairs, MIX)
    mix, unfit = read_mix(region, named)
    return mix, [*wrong, *unknown, *unfit]


def _declared(name: str) -> str:
    """The name of something that a page asks.

    Raises:
        LookupError: `PAGES` does not have it, so a link with it would be told that it is not known.
    """
    if name not in PAGES:
        raise LookupError(f"'{name}' is no name that a page asks by")
    return name


def _page_value(region: Region, name: str, value: str) -> str:
    values = PAGES[name]
    return value if values is None or not value else _one_of(value, values(region), f"{name} = '{in_words(value)}' is not known")


def _one_of(value: str, known: Iterable[str], said: str) -> str:
    """A value that is one of those known.

    Raises:
        InputError: it is none; the sentence names the nearest.
    """
    listed = list(known)
    if value in listed:
        return value
    raise InputError(said, value=value, fix=did_you_mean(value, listed))


def _steps(steps: Steps) -> str:
    if len(steps) == 1 and steps[0][0] == FIRST:
        return _number(steps[0][1])
    return ",".join(f"{year}:{_number(value)}" for year, value in steps)


def _number(value: float) -> str:
    return f"{value:.15g}"


def _read_steps(name: str, text: str) -> Steps:
    try:
        if ":" not in text:
            return ((FIRST, float(text)),)
        steps = tuple((int(year), float(value)) for year, value in (step.split(":") for step in text.split(",")))
        if len(dict(steps)) == len(steps):
            return steps
        raise InputError(f"{name} = {in_words(text)} gives a year more than once")
    except ValueError:
        raise InputError(
            f"{name} = {text} is not a value", value=text, expected=f"a number, or steps such as {FIRST}:10,{FIRST + 2}:20"
        ) from None


def _rule(rule: Rule) -> str:
    when, year, then = rule
    return f"{when}@{year}" + ("~" + ",".join(f"{id}:{_number(value)}" for id, value in then) if then else "")


def _read_rule(text: str) -> Rule:
    head, _, tail = text.partition("~")
    when, _, year = head.rpartition("@")
    try:
        then = tuple((id, float(value)) for id, value in (part.split(":") for part in tail.split(",") if part))
        if len(dict(then)) == len(then):
            return when.strip(), int(year), then
        raise InputError("a trigger of the link sets a lever more than once", value=text)
    except ValueError:
        raise InputError(
            "a trigger of the link cannot be read", value=text,
            expected="tech_enterprises < 400@2023~enterprise_coaching:60",
        ) from None  # fmt: skip


def _seed(text: str) -> int:
    if is_number(text, LARGEST_SEED):
        return int(text)
    raise InputError(f"seed = {text} is not a whole number", value=text, expected=f"0 to {LARGEST_SEED}")


def is_number(text: str, most: int) -> bool:
    """Whether a text of a link is a whole number from 0 to `most`; Python refuses to read thousands of digits."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most
