"""`python -m tests.fuzz READER... --minutes 5`: attack readers for as long as wanted; without a name, it lists them.

Guided by coverage where atheris is installed (pip install 'yidu[fuzz]', Linux), else by luck alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path

from tests.fuzz.campaign import attack, campaign
from tests.fuzz.readers import READERS


def main() -> int:
    """Exit 1 where something was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("readers", nargs="*", metavar="READER", help="names as listed, or 'all'")
    asked.add_argument("--minutes", type=float, default=5.0, help="for each of them")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--keep", type=Path, default=Path("fuzz-found"), help="folder for what was found")
    asked.add_argument("--unguided", action="store_true", help="by luck alone")
    asked.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked.add_argument("--seconds", type=float, default=60.0, help=argparse.SUPPRESS)
    given = asked.parse_args()
    guided = not given.unguided and importlib.util.find_spec("atheris") is not None
    if given.here:
        attack(given.readers[0], given.seconds, given.keep, given.seed, guided)
        return 0
    names = list(READERS) if given.readers == ["all"] else given.readers
    if not names:
        print("\n".join(f"{reader.name:20} {reader.source:35} {reader.about}" for reader in READERS.values()))
        return 0
    for name in names:
        if name not in READERS:
            asked.error(f"no reader is called {name!r}; there are {', '.join(READERS)}")
    print(f"{'reader':20}{'tried':>9}{'taken':>9}{'sentences':>11}{'branches':>16}{'found':>7}" + ("" if guided else "   (not guided)"))
    found = 0
    for name in names:
        told = campaign(name, given.minutes, given.keep, given.seed, guided)
        branches = f"{told.first} -> {told.last}" if told.last else "-"
        print(f"{name:20}{told.executions:>9,}{told.taken:>9,}{told.sentences:>11,}{branches:>16}{len(told.findings):>7}", flush=True)
        for key, what in told.findings.items():
            print(f"    {ascii(key)}: {ascii(what)[:200]}")
        found += len(told.findings)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
