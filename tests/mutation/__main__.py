"""Plant slips in the rules, one at a time, and say which of them no test notices.

    python -m tests.mutation [--module agents/statuses.py] [--sample N --seed S] [--quick] [--json FILE]

A slip is noticed by a sentence about the district (a test in ``tests/agents`` fails), by regression numbers only (some figure of a
small district moves by more than a billionth), or by nothing; where the trial itself fails, or is killed from outside, that cannot be
said. Each that no sentence notices is shown with the reason kept in ``reasons.toml``. First a rule and a figure are put back as they
stand, which nothing may notice. Takes the sources as they stand; about ten minutes on an idle core for all of them.
"""

from __future__ import annotations

import os

# Before Numba and the tests are imported, which read these once.
os.environ["NUMBA_DISABLE_JIT"] = "1"
os.environ["HYPOTHESIS_PROFILE"] = "mutation"
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"  # a process of one thread, which can be forked

import argparse  # noqa: E402
import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections import Counter  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from hypothesis import HealthCheck, Phase, settings  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from tests.mutation.reasons import Reason, reasons  # noqa: E402

try:
    from tests.mutation.mutants import ROOT, Mutant, mutants
    from tests.mutation.trial import BY_REFERENCE, BY_SENTENCE, SURVIVED, UNSAID, Trials
except ModuleNotFoundError as missing:
    if (missing.name or "").split(".")[0] not in ("mutmut", "libcst"):
        raise
    print(f"Slips need Mutmut, and '{missing.name}' is not installed: pip install -c constraints.txt -e '.[mutation]'", file=sys.stderr)
    raise SystemExit(2) from None

#: Files whose tests are sentences about the district; one compares compiled with plain code, and nothing is compiled here.
SENTENCES = (
    f"{ROOT}/tests/agents", f"--ignore={ROOT}/tests/agents/test_compiled_and_plain.py", f"--ignore={ROOT}/tests/agents/test_cache.py",
)  # fmt: skip


def asked() -> argparse.Namespace:
    """The command's options, checked."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.splitlines()[0])
    parser.add_argument("--module", action="append", default=[], metavar="FILE", help="agents/statuses.py; may be repeated; default all")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many slips, drawn by lot")
    parser.add_argument("--seed", type=int, default=1, help="of the lot (1)")
    parser.add_argument("--quick", action="store_true", help="sentences alone: what none of them notices is not tried on a district")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every slip and its verdict")
    options = parser.parse_args()
    for module in options.module:
        if not (ROOT / module).is_file() or not module.startswith("agents/"):
            parser.error(f"--module {module}: no such file of rules; write it as agents/statuses.py")
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"--json {options.json}: no such folder; make it first")
    if options.sample is not None and options.sample < 1:
        parser.error(f"--sample {options.sample}: at least 1 slip")
    return options


def table(verdicts: dict[Mutant, str]) -> Table:
    """Slips by file and by what noticed them."""
    out = Table(title="Slips planted in the rules, one at a time, and what noticed them")
    out.add_column("file")
    for heading in ("slips", "a sentence", "regression numbers only", "nothing", "cannot be said"):
        out.add_column(heading, justify="right")
    for module in [*dict.fromkeys(slip.module for slip in verdicts), "all"]:
        counted = Counter(verdict for slip, verdict in verdicts.items() if module in (slip.module, "all"))
        row = (counted.total(), counted[BY_SENTENCE], counted[BY_REFERENCE], counted[SURVIVED], counted[UNSAID])
        out.add_row(module, *(f"{number:,}" for number in row), end_section=module == list(verdicts)[-1].module)
    return out


def unnoticed(verdicts: dict[Mutant, str], known: list[Reason], out: Console, quick: bool) -> int:
    """Print what no sentence notices, with its reason; how many have none."""
    without = 0
    nothing = "Noticed by no sentence, not tried on a district" if quick else "Noticed by nothing"
    headings = {SURVIVED: nothing, BY_REFERENCE: "Noticed by regression numbers only", UNSAID: "Cannot be said"}
    for verdict, heading in headings.items():
        slips = [slip for slip in verdicts if verdicts[slip] == verdict]
        if verdict == UNSAID and not slips:
            continue
        out.print(f"\n{heading}: {len(slips)}", style="bold")
        for slip in slips:
            why = next((reason.because for reason in known if reason.speaks_of(slip.rule, slip.was, slip.becomes)), "")
            without += not why
            out.print(f"{slip.module}:{slip.line} {slip.name}", markup=False, highlight=False)
            for sign, lines in (("-", slip.was), ("+", slip.becomes)):
                out.print("\n".join(f"  {sign} {line}" for line in lines.splitlines()), markup=False, highlight=False, soft_wrap=True)
            out.print(f"  {why or 'NO REASON GIVEN in tests/mutation/reasons.toml'}", markup=False, highlight=False, soft_wrap=True)
    return without


def stale(verdicts: dict[Mutant, str], known: list[Reason]) -> list[Reason]:
    """Reasons in the files tried that no slip is left for."""
    left = [slip for slip, verdict in verdicts.items() if verdict != BY_SENTENCE]
    tried = {slip.module for slip in verdicts}
    return [r for r in known if r.module in tried and not any(r.speaks_of(slip.rule, slip.was, slip.becomes) for slip in left)]


def main() -> int:
    """0 where every slip is noticed by a sentence or has its reason, 1 where one is not or a reason is stale, 2 where it cannot be said."""
    options, begin = asked(), time.perf_counter()
    slips = mutants(options.module)
    if options.sample is not None and options.sample < len(slips):
        chosen = set(random.Random(options.seed).sample(range(len(slips)), options.sample))
        slips = [slip for k, slip in enumerate(slips) if k in chosen]
    settings.register_profile(
        "mutation", deadline=None, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    out, verdicts = Console(), dict[Mutant, str]()

    def told(slip: Mutant, verdict: str) -> None:
        verdicts[slip] = verdict
        if len(verdicts) % 100 == 0:
            print(f"{len(verdicts)} of {len(slips)} slips, {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)

    trials = Trials(slips, told, district=not options.quick)
    quiet = ("-qq", "--no-header", "--no-summary", "--capture=no", "-p", "no:cacheprovider", "-p", "no:xdist", f"--rootdir={ROOT}")
    if pytest.main([*quiet, *SENTENCES], plugins=[trials]):
        return 2
    out.print(table(verdicts))
    known = reasons()
    without = unnoticed(verdicts, known, out, options.quick)
    over = stale(verdicts, known) if options.sample is None else []
    for reason in over:
        out.print(f"Stale, a sentence notices it by now: {reason.rule}: {reason.becomes or reason.was}", markup=False, soft_wrap=True)
    unsaid = list(verdicts.values()).count(UNSAID)
    said = f"{trials.tests} tests, {len(slips)} slips, {without} unexplained, {len(over)} stale reasons, {unsaid} cannot be said"
    print(f"\n{said}; {trials.controls} put back as they stand, noticed by nothing; {time.perf_counter() - begin:.0f} s", flush=True)
    if options.json:
        rows = [
            {"file": s.module, "line": s.line, "rule": s.name, "was": s.was, "becomes": s.becomes, "noticed_by": v,
             "because": next((r.because for r in known if r.speaks_of(s.rule, s.was, s.becomes)), None) if v != BY_SENTENCE else None}
            for s, v in verdicts.items()
        ]  # fmt: skip
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 2 if unsaid else 1 if without or over else 0


if __name__ == "__main__":
    raise SystemExit(main())
