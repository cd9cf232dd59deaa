"""The published shape of `yidu assess`. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from pydantic import Field

from yidu.experiments.judging.answer import Answer, ForecastAnswer, MoneyLine, NotAnsweredRow, PublicMoney, Reconciled, Share, TargetAnswer


class AssessAnswer(Answer):
    """`yidu assess --json`."""

    region: str
    scenario: str
    environment: str
    runs: int = Field(ge=1)
    seed: int = Field(ge=0)
    digest: str
    version: str
    targets: tuple[TargetAnswer, ...]
    joint_probability: float | None = Share
    joint_mc_error: float | None = Share
    joint_probability_calibrated: float | None = Share
    public_money: PublicMoney
    warnings: tuple[str, ...]
    joint_mc_error_calibrated: float | None = Share
    public_money_by: tuple[MoneyLine, ...]
    reconciliation: tuple[Reconciled, ...]
    forecasts: tuple[ForecastAnswer, ...]
    not_answered: tuple[NotAnsweredRow, ...] = Field(default=(), description="sentences of the plan that the model says nothing of")
