"""What the record of a region pack supports, and what it does not: told by `yidu region check` before any answer rests on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from yidu.calibration.manifest import manifest_of, refusal
from yidu.experiments.judging.evidence import findings_of
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.unknown import by_class, fields_beyond, of_fit, silent, thin_record
from yidu.viz.terminal import say
from yidu.viz.words import Words
from yidu.viz.words.limits import tagged
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.sim.region import Region


def show_support(out: Console, words: Words, region: Region) -> None:
    """How many indicators can be calibrated, which cannot, what the fit is worth, and what is too little for an answer."""
    out.print(f"[bold]{words('limit.check.title')}[/bold]")
    for line in support(words, region):
        say(out, words("phrase.bullet", text=line))
    out.print()


def support(words: Words, region: Region) -> list[str]:
    """The same as sentences."""
    thin = [notice(words, region, one) for one in thin_record(region)]
    return [*(thin or _classes(words, region)), *_fit(words, region), *_environments(words, region)]


def _classes(words: Words, region: Region) -> list[str]:
    classes = by_class(region)
    known, rules, judged = (classes[name] for name in ("可校准", "有规则无基数", "仅判断"))
    said = [words("limit.check.classes", known=len(known), of=sum(map(len, classes.values())), rules=len(rules), judged=len(judged))]
    for key, ids in (("rules", rules), ("judged", judged)):
        if ids:
            said.append(words(f"limit.check.{key}", indicators=words("phrase.comma").join(map(words.indicator, ids))))
    return said


def _environments(words: Words, region: Region) -> list[str]:
    """Environments of the pack under which every number is extrapolated, whatever the mix."""
    found = {name: fields_beyond(region, region.environment, name) for name in region.environment.environments}
    far = {name: fields for name, fields in found.items() if fields}
    if not far:
        return []
    fields = tuple(dict.fromkeys(field for one in far.values() for field in one))
    return [notice(words, region, Notice("pack_environments_beyond", {"environments": tuple(far), "fields": fields}))]


def _fit(words: Words, region: Region) -> list[str]:
    """What the fit is worth; that it cannot be used, or that there is none."""
    wrong = refusal(region)
    if wrong is not None:
        return [tagged(words, "not_calibrated", words("limit.check.stale", why=words.error(wrong)))]
    if manifest_of(region) is None:
        return [tagged(words, "not_calibrated", words("limit.check.no_fit"))]
    told = silent(findings_of(region))
    found = [] if told is None else [words("limit.check.silent", silent=told[0], of=told[1])]
    return [*found, *(notice(words, region, one) for one in of_fit(region))]
