"""Where the packages lie: the rooms are folders at the top of a checkout, and `yidu.agents`, `yidu.sim`, ... once installed."""

from setuptools import find_packages, setup

ROOMS = ("agents", "sim", "calibration", "experiments", "viz", "bench")

setup(
    packages=["yidu", *(f"yidu.{name}" for room in ROOMS for name in (room, *(f"{room}.{below}" for below in find_packages(room))))],
    package_dir={"yidu": "yidu", **{f"yidu.{room}": room for room in ROOMS}},
)
