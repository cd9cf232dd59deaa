"""A second method on the same simulations under the same error: a neural posterior, asked for the parameters at the record.

A conditional normalising flow (rational-quadratic spline couplings, Durkan and others 2019) is trained by BayesFlow (Radev and
others 2020) on the runs of the first round: which parameters may lie behind published facts. It keeps no run, learns no summary
and moves no draw, so a slip in one of those shows as a difference. Optional: ``pip install 'yidu[neural]'``.

The same seed gives the same numbers on one machine; the order of additions, and so the last digits, may differ on another.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from yidu.calibration.facts import Floats
from yidu.calibration.findings import Agreement
from yidu.calibration.fit import DISCREPANCY, FARTHEST_FEATURE, KEPT, Evidence, centre_and_spread, keep
from yidu.calibration.ranks import informed_columns
from yidu.calibration.rounds import Fitting
from yidu.calibration.sample import FARTHEST
from yidu.sim.draws import DRAWN
from yidu.sim.errors import InputError

EPOCHS = 15
"""Passes over the runs, each under new errors of publication."""

DRAWS = 4000
"""Draws at the record."""

LAYERS, BINS, WIDTH = 2, 8, 128  # couplings, pieces of their splines, width of their two hidden layers
BATCH = 512  # runs a step of the training
RATE = 4e-3  # of Adam: from a tenth of it up over the first twentieth of the steps, then down to zero along a cosine
SETTLED = 0.9  # share of the draws inside the range of the prior, below which the flow has not learned it
NEURAL = 51  # what is added to the seed


def agreement(
    fitting: Fitting, *, epochs: int = EPOCHS, seed: int | None = None, progress: Callable[[int], Any] | None = None
) -> tuple[Agreement, ...]:
    """The parameters that the record informs, by the neural posterior and by the fit: once on the same runs, once as it ended.

    Both use the runs of the first round only, so what differs is the method. ``final_mean`` and ``final_sd`` show what the later
    rounds of the fit added, which lie nearer to the record and which the neural posterior has not seen.

    Args:
        epochs: passes over the runs.
        seed: the fit's own by default.
        progress: called with 1 after each pass.

    Returns:
        One row a parameter, in the order of ``DRAWN``: means and standard deviations of its normal score.

    Raises:
        InputError: BayesFlow is not installed, or the training came to nothing.
    """
    given, at = fitting.prior, np.zeros(len(fitting.prior.names))
    columns = informed_columns(given, fitting.first_summaries)
    own_seed = (fitting.seed if seed is None else seed) + NEURAL
    neural = neural_draws(given, columns, discrepancy=fitting.discrepancy, epochs=epochs, seed=own_seed, progress=progress)
    same, _ = keep(given, fitting.first_summaries, at, many=int(KEPT * given.runs))
    by_fit = centre_and_spread(same.scores[:, columns], same.weights)
    by_flow = centre_and_spread(neural, np.full(len(neural), 1.0 / len(neural)))
    at_end = centre_and_spread(fitting.kept.scores[:, columns], fitting.kept.weights)
    table = np.round(np.stack([*by_fit, *by_flow, *at_end], axis=1), 3).tolist()
    return tuple(
        Agreement(parameter=DRAWN[column], mean=mean, sd=sd, other_mean=other, other_sd=other_sd, final_mean=final, final_sd=final_sd)
        for column, (mean, sd, other, other_sd, final, final_sd) in zip(columns, table, strict=True)
    )


def neural_draws(
    given: Evidence, columns: npt.NDArray[np.int64], *, discrepancy: float = DISCREPANCY, epochs: int = EPOCHS, seed: int,
    many: int = DRAWS, progress: Callable[[int], Any] | None = None,
) -> Floats:  # fmt: skip
    """Normal scores of some parameters at the record [draw, column], by a flow trained on these runs.

    Sets the seeds of Keras, NumPy and ``random`` for the whole process: BayesFlow shuffles with them.

    Args:
        given: runs whose scores come from the prior.
        columns: parameters asked for.
        discrepancy: size of the model's error, in prior-predictive standard deviations.
        many: draws before those beyond the range of the prior are left out, where no run was.

    Raises:
        InputError: BayesFlow is not installed, or the training came to nothing.
    """
    bayesflow = installed()
    import keras

    keras.utils.set_random_seed(seed)
    luck = np.random.Generator(np.random.Philox(seed))
    given = given.take(np.flatnonzero(given.whole))
    error = given.error(discrepancy)
    usual = given.gaps.mean(axis=0)
    scale = np.sqrt(np.square(given.spread) + np.square(np.median(error, axis=0)))

    def conditions(published: Floats) -> npt.NDArray[np.float32]:
        """Published gaps as the flow sees them [..., fact]: standardised and cut off."""
        return np.clip((published - usual) / scale, -FARTHEST_FEATURE, FARTHEST_FEATURE).astype(np.float32)

    def publish(batch: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        """The facts of some runs under new errors, so that the flow learns the error and not one instance of it."""
        published = batch["gaps"] + batch["error"] * luck.standard_normal(batch["gaps"].shape)
        return {"inference_variables": batch["scores"], "inference_conditions": conditions(published)}

    runs = bayesflow.OfflineDataset(
        {"scores": given.scores[:, columns].astype(np.float32), "gaps": given.gaps, "error": error}, BATCH, None, augmentations=publish
    )
    flow = bayesflow.BasicEstimator(
        inference_network=bayesflow.networks.CouplingFlow(
            depth=LAYERS, transform="spline", transform_kwargs={"bins": BINS}, subnet_kwargs={"widths": (WIDTH, WIDTH), "dropout": 0.0}
        ),
        standardize=None,
    )
    steps = len(runs) * epochs
    warm = steps // 20
    rate = keras.optimizers.schedules.CosineDecay(0.1 * RATE, steps - warm, warmup_target=RATE, warmup_steps=warm)
    flow.compile(optimizer=keras.optimizers.Adam(rate, clipnorm=1.5))
    told = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: progress(1) if progress is not None else None)
    flow.fit(dataset=runs, epochs=epochs, verbose=0, callbacks=[told])
    record = {"inference_conditions": conditions(np.zeros((1, len(given.names))))}
    drawn: Floats = flow.sample(num_samples=many, conditions=record, seed=seed)["inference_variables"][0].astype(float)
    inside = np.all(np.abs(drawn) <= FARTHEST, axis=1)  # false for what is not a number
    if inside.mean() < SETTLED:
        raise InputError(
            "the second method has not settled: its draws leave the range of the prior",
            value=round(float(1.0 - inside.mean()), 3),
            unit="share of the draws",
            expected=f"{1.0 - SETTLED:g} or less",
            fix="Give --runs a larger number, or leave out --neural.",
        )
    return drawn[inside]


def installed() -> Any:
    """BayesFlow, on JAX and the processor: to be asked before the hours of a calibration are spent.

    Raises:
        InputError: it is not installed.
    """
    os.environ["KERAS_BACKEND"] = "jax"
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    try:
        with unheard():
            import bayesflow
    except ImportError as error:
        raise InputError(
            "the second method needs BayesFlow and JAX, which are not installed", fix="Install them with: pip install 'yidu[neural]'"
        ) from error
    return bayesflow


@contextmanager
def unheard() -> Iterator[None]:
    """Keeps what a library sets up for its own messages, on being imported, from filling the terminal of everybody else's."""
    root = logging.getLogger()
    level, handlers, silent = root.level, list(root.handlers), root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(silent)
        root.setLevel(level)
        root.handlers[:] = handlers
        logging.getLogger("bayesflow").setLevel(logging.WARNING)
