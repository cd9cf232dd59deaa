"""The JSON shape of `yidu report`: everything its files show. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from pydantic import Field

from yidu.experiments.assess.answer import AssessAnswer
from yidu.experiments.compare.answer import CompareAnswer
from yidu.experiments.explain.flow_account import AccountRow
from yidu.experiments.judging.answer import Answer, Asked, Grade, Verdict
from yidu.experiments.report.measures import Measures
from yidu.experiments.response.answer import ResponseAnswer


class FindingAnswer(Answer):
    """The finding on one target, as the bureau writes it, in the language asked for."""

    indicator: str
    year: int
    verdict: Verdict
    conclusion: str
    counted: str = Field(description="how the indicator is counted, in whose words, and which reading and vintage stands here")
    cause: str = Field(description="what decides it")
    measure: str = Field(description="which single levers move it most, who decides them, what they cost; or that none does")
    grade: Grade = Field(description="worst grade among the parameters that carry the target and those of the levers named")
    judgement: str | None = Field(description="what of it rests on judgement; null where nothing does")


class ReportAnswer(Asked):
    """`yidu report --json`. `scenario` is the one that the findings are of; the others are compared with it."""

    scenarios: tuple[str, ...] = Field(description="in the order asked for")
    made: str = Field(description="date on the files, ISO 8601")
    findings: tuple[FindingAnswer, ...] = Field(description="by target, in the order of the plan; none without targets")
    assess: AssessAnswer
    account: tuple[AccountRow, ...] = Field(description="flow accounts of targets that have one")
    measures: Measures | None = Field(description="null where not asked for, or without a target")
    compare: CompareAnswer | None = Field(description="null with one scenario")
    conclusion: str
    warnings: tuple[str, ...]
    files: tuple[str, ...] = Field(description="written by this command")
    response: ResponseAnswer | None = Field(description="of the levers that help most targets; null where none does, or not asked for")
