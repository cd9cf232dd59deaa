"""Ctrl-C is heard even where a callback of the compiler swallows it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SWALLOWED = """
import ctypes, os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from yidu.viz.commands.shared import interruptions

def callback():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000):
        pass

with interruptions() as came:
    try:
        ctypes.CFUNCTYPE(None)(callback)()
        time.sleep(10)
        print("lost")
    except KeyboardInterrupt:
        print("heard")
time.sleep(0.2)
"""


def test_ctrl_c_in_a_callback_of_the_compiler_is_heard_after_it() -> None:
    run = subprocess.run([sys.executable, "-c", SWALLOWED], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout, run.stderr) == (0, "heard\n", "")
