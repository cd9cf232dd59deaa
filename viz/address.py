"""What a visitor asks, as a link that gives the same answer to whoever opens it.

    /explain?mix=plan&enterprise_coaching=60&seed_fund=2021:300,2023:600&assume.gdp_growth=0.05&env=slow&seed=2&lang=en

A lever or an assumption is its id and a value from the first year of the plan on, or steps. `when` is a trigger:
`tech_enterprises < 400@2023~enterprise_coaching:60`; without the part behind the tilde it drops an inherited one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from experiments.mix import Mix, Rule, Steps
from sim.errors import InputError, did_you_mean
from sim.levers import LEVERS
from sim.world import RECORD_END_QUARTER, year_of
from viz.commands.shared import LARGEST_SEED

if TYPE_CHECKING:
    from sim.region import Region

ASSUME = "assume."
FIRST = year_of(RECORD_END_QUARTER) + 1
"""The first year that policy can still change; a lever given without a year has its value from then on."""

LONGEST = 8_000
"""Characters of a link that is read; browsers and proxies cut longer ones."""

MOST_PAIRS = 400
"""Names with values in a link."""


@dataclass(frozen=True)
class Asked:
    """A question to the model, as a link says it.

    Attributes:
        more: what only one page asks (a target, mixes to compare), by name; unknown names are kept and do no harm.
    """

    mix: Mix = field(default_factory=Mix)
    environment: str = "baseline"
    seed: int = 1
    language: str = "zh"
    more: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, otherwise: str = "") -> str:
        """What one page asks."""
        return dict(self.more).get(name, otherwise)

    def put(self, **values: str) -> Asked:
        """With what one page asks; an empty value takes it out."""
        kept = {**dict(self.more), **values}
        return replace(self, more=tuple((name, value) for name, value in kept.items() if value))


def query(asked: Asked, *, language: str = "zh") -> str:
    """The part of a link behind the question mark; what is usual is left out. `language`: the usual one."""
    mix = asked.mix
    parts: list[tuple[str, str]] = [("mix", mix.base)] if mix.base != "status_quo" else []
    parts += mix_parts(mix)
    parts += [("env", asked.environment)] if asked.environment != "baseline" else []
    parts += [("seed", str(asked.seed))] if asked.seed != 1 else []
    parts += [("lang", asked.language)] if asked.language != language else []
    return urlencode([*parts, *asked.more], safe=":,@~.")


def mix_parts(mix: Mix) -> list[tuple[str, str]]:
    """What differs from the base, as names and values of a link."""
    parts = [("title", mix.title)] if mix.title else []
    parts += [(id, _steps(steps)) for id, steps in mix.levers]
    parts += [(ASSUME + id, _steps(steps)) for id, steps in mix.assumptions]
    return parts + [("when", _rule(rule)) for rule in mix.rules]


def read(region: Region, search: str | None, *, language: str = "zh") -> Asked:
    """The question of a link, everything in it checked.

    Raises:
        InputError: what stands in the link is not known or not within its range; the sentence says what.
    """
    text = (search or "").encode("utf-8", "replace").decode()  # halves of a character, which no browser writes into a link
    if len(text) > LONGEST:
        raise InputError("the link is too long to be read", expected=f"at most {LONGEST} characters")
    asked = Asked(language=language)
    pairs = pairs_of(text)
    asked = replace(asked, mix=read_mix(region, pairs))
    more = []
    for name, value in pairs:
        if name == "env":
            if value not in region.environment.environments:
                near = did_you_mean(value, region.environment.environments)
                raise InputError(f"no environment is called '{value}'", file="link", value=value, fix=near)
            asked = replace(asked, environment=value)
        elif name == "seed":
            asked = replace(asked, seed=_seed(value))
        elif name == "lang":
            asked = replace(asked, language=value if value in ("zh", "en") else language)
        elif not _of_mix(name):
            more.append((name, value))
    asked = replace(asked, more=tuple(more))
    asked.mix.scenario(region)  # every id and value is checked here, as in a file
    return asked


def pairs_of(text: str) -> list[tuple[str, str]]:
    """Names and values of a link.

    Raises:
        InputError: more of them than a link has.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PAIRS)
    except ValueError:
        raise InputError("the link is too long to be read", expected=f"at most {LONGEST} characters") from None


def read_mix(region: Region, pairs: list[tuple[str, str]]) -> Mix:
    """The mix that names and values of a link describe; ids and ranges are checked when its scenario is made."""
    mix = Mix()
    for name, value in pairs:
        if name == "mix":
            if value not in region.scenario_names:
                near = did_you_mean(value, region.scenario_names)
                raise InputError(f"no scenario is called '{value}' in the pack of {region.name}", file="link", value=value, fix=near)
            mix = replace(mix, base=value)
        elif name == "title":
            mix = replace(mix, title=value[:60])
        elif name in LEVERS:
            mix = mix.lever(name, _read_steps(name, value))
        elif name.startswith(ASSUME):
            mix = mix.assume(name.removeprefix(ASSUME), _read_steps(name, value))
        elif name == "when":
            mix = replace(mix, rules=(*mix.rules, _read_rule(value)))
    return mix


def _of_mix(name: str) -> bool:
    return name in ("mix", "title", "when") or name in LEVERS or name.startswith(ASSUME)


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
        return tuple((int(year), float(value)) for year, value in (step.split(":") for step in text.split(",")))
    except ValueError:
        raise InputError(
            f"{name} = {text} is not a value", file="link", value=text, expected=f"a number, or steps such as {FIRST}:10,{FIRST + 2}:20"
        ) from None


def _rule(rule: Rule) -> str:
    when, year, then = rule
    return f"{when}@{year}" + ("~" + ",".join(f"{id}:{_number(value)}" for id, value in then) if then else "")


def _read_rule(text: str) -> Rule:
    head, _, tail = text.partition("~")
    when, _, year = head.rpartition("@")
    try:
        then = tuple((id, float(value)) for id, value in (part.split(":") for part in tail.split(",") if part))
        return when.strip(), int(year), then
    except ValueError:
        raise InputError(
            "a trigger of the link cannot be read", file="link", value=text,
            expected="tech_enterprises < 400@2023~enterprise_coaching:60",
        ) from None  # fmt: skip


def _seed(text: str) -> int:
    if is_number(text, LARGEST_SEED):
        return int(text)
    raise InputError(f"seed = {text} is not a whole number", file="link", value=text, expected=f"0 to {LARGEST_SEED}")


def is_number(text: str, most: int) -> bool:
    """Whether a text of a link is a whole number from 0 to `most`; Python refuses to read thousands of digits."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most
