"""Asking `yidu` a question in a test, and reading what it says."""

import re
from collections.abc import Callable

from typer.testing import Result

CHINESE = re.compile(r"[一-鿿]")
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")

Yidu = Callable[..., Result]


def done(result: Result) -> str:
    """What a command printed that went well."""
    assert result.exit_code == 0, result.stderr
    return result.stdout


def refused(result: Result) -> str:
    """The one sentence of a command whose input is wrong."""
    assert result.exit_code == 2, (result.exit_code, result.output)
    assert result.stdout == "" and "Traceback" not in result.stderr
    (sentence,) = result.stderr.splitlines()
    return sentence
