"""A long attack on one reader, guided by the coverage of its code: atheris changes the bytes that the mutators' choices are read off.

A finding does not end the campaign: it is counted, told once, and its input kept, so that it can become an example of the tests.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from tests.fuzz.guards import limit_memory
from tests.fuzz.mutators import FromBytes

GUIDED = ("tomllib", "yidu")
"""Packages whose branches guide the search."""

COMPILED = (
    "yidu.agents", "yidu.sim.draws", "yidu.sim.ensemble", "yidu.sim.flows", "yidu.sim.indicators", "yidu.sim.inputs", "yidu.sim.ledger",
    "yidu.sim.levers", "yidu.sim.model", "yidu.sim.outcomes", "yidu.sim.population", "yidu.sim.reconcile", "yidu.sim.record",
    "yidu.sim.run_tables", "yidu.sim.schedule", "yidu.sim.stages", "yidu.sim.stages.books", "yidu.sim.stages.district",
    "yidu.sim.stages.enterprise", "yidu.sim.stages.others", "yidu.sim.start", "yidu.sim.triggers", "yidu.sim.world",
)  # fmt: skip
"""But not the rules and what carries them: Numba does not compile what atheris has changed."""

MEMORY = 6 << 30
"""Bytes beyond those that a process has when it begins: a reader that wants more has been made to."""

PATIENCE = 20.0
"""Seconds for one example."""


class Told(NamedTuple):
    """What a campaign comes to: inputs tried, taken, different sentences; branches covered at first and at the end; findings."""

    executions: int
    taken: int
    sentences: int
    first: int
    last: int
    findings: dict[str, str]


def attack(name: str, seconds: float, kept: Path, seed: int, guided: bool) -> None:
    """Attack one reader in this process until the time is over; writes `told.json` and each finding into a folder."""
    if guided:
        import atheris

    from tests.fuzz.readers import READERS, tried

    folder = tempfile.TemporaryDirectory(prefix="yidu-fuzz-")
    with atheris.instrument_imports(include=list(GUIDED), exclude=list(COMPILED)) if guided else contextlib.nullcontext():
        bench = READERS[name].lay(Path(folder.name))
        first = tried(bench, bench.good)  # whatever is imported on the way
    if not first.taken:
        raise SystemExit(f"{name}: the good input is refused: {first.sentence or first.finding}")
    limit_memory(MEMORY)
    begun = time.monotonic()
    seen: dict[str, str] = {}
    sentences: dict[int, str] = {}
    counted = {"executions": 0, "taken": 0}

    def one(data: bytes) -> None:
        faulthandler.dump_traceback_later(15 * PATIENCE, exit=True)  # where no signal gets through, as within a library
        given = bench.spoil(FromBytes(data))
        answered = tried(bench, given, PATIENCE)
        counted["executions"] += 1
        counted["taken"] += answered.taken
        if answered.sentence:
            sentences.setdefault(hash(re.sub(r"\d+|'[^']*'", "", answered.sentence)), answered.sentence)
        if answered.finding is not None:
            key = " in ".join(answered.finding.key)
            if key not in seen:
                seen[key] = answered.finding.what
                number = len(seen)
                (kept / f"{name}-{number}.txt").write_text(
                    f"{key}\n{data.hex()}\n{given!r:.3000}\n\n{answered.finding.detail}", "utf-8", "backslashreplace"
                )
                print(f"FINDING {ascii(key)}: {ascii(answered.finding.what)[:160]}", file=sys.stderr, flush=True)
        if counted["executions"] % 20 == 0 or answered.finding is not None or time.monotonic() - begun > seconds - 1:
            news = {**counted, "findings": seen, "sentences": list(sentences.values())}
            (kept / f"{name}.told.json").write_text(json.dumps(news, ensure_ascii=True), "utf-8")

    if guided:
        corpus = kept / f"{name}.corpus"
        corpus.mkdir(exist_ok=True)
        luck = random.Random(seed)
        for number in range(40):
            (corpus / f"first-{number}").write_bytes(luck.randbytes(luck.choice((8, 30, 100))))
        said = {"max_total_time": int(seconds), "seed": seed, "max_len": 400, "timeout": 600, "rss_limit_mb": 0, "print_final_stats": 1}
        given = [f"-{name}={value}" for name, value in said.items()]
        atheris.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={kept}/", *given], one)
        atheris.Fuzz()  # ends the process
    luck = random.Random(seed)
    while time.monotonic() - begun < seconds:
        one(luck.randbytes(luck.choice((8, 30, 100, 400))))


def campaign(name: str, minutes: float, kept: Path, seed: int = 1, guided: bool = True) -> Told:
    """Attack one reader in a process of its own, of low priority."""
    kept.mkdir(parents=True, exist_ok=True)
    arguments = [
        name,
        "--here",
        "--seconds",
        str(minutes * 60),
        "--keep",
        str(kept),
        "--seed",
        str(seed),
        *([] if guided else ["--unguided"]),
    ]
    log, file = kept / f"{name}.log", kept / f"{name}.told.json"
    file.unlink(missing_ok=True)  # of an earlier campaign
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz", *arguments], stdout=out, stderr=subprocess.STDOUT, preexec_fn=lambda: os.nice(10) and None,
        )  # fmt: skip
        process.wait()
    text = log.read_text(encoding="utf-8", errors="replace")
    covered = [int(found) for found in re.findall(r"\bcov: (\d+)", text)]
    said: dict[str, Any] = (
        json.loads(file.read_text("utf-8")) if file.exists() else {"executions": 0, "taken": 0, "findings": {}, "sentences": []}
    )
    findings = dict(said["findings"])
    if process.returncode != 0:
        findings["the campaign ended early"] = "; ".join(text.strip().splitlines()[-3:])[:300]
    return Told(
        said["executions"], said["taken"], len(said["sentences"]), covered[0] if covered else 0, covered[-1] if covered else 0, findings
    )
