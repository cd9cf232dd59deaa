"""A small app in place of ours, to try the server with: a counter, a chart, an upload, long work, and ways to break."""

import hashlib

import solara

from tests.viz import work
from yidu.viz.app.jobs import Job
from yidu.viz.pages.upload import Came, Upload

count = solara.reactive(0)
came = solara.reactive("nothing")
broken = solara.reactive(False)
state = solara.reactive("no job")


def start() -> None:
    job = Job.start(work.steps, 600, total=600)
    job.subscribe(lambda one: state.set(f"{one.state} {one.progress.done} {one.pid}"))


def uploaded(file: Came) -> None:
    came.set(f"{file.name} {len(file.data)} {hashlib.sha256(file.data).hexdigest()}")


@solara.component
def Page() -> None:
    if broken.value:
        raise RuntimeError("secret of the server")
    solara.Button(f"clicked {count.value}", on_click=lambda: count.set(count.value + 1), classes=["count"])
    solara.Button("break", on_click=lambda: broken.set(True), classes=["break"])
    solara.Button("work", on_click=start, classes=["work"])
    solara.Text(state.value, classes=["state"])
    solara.Text(f"came {came.value}", classes=["came"])
    Upload("file", "choose", ".bin", uploaded, lambda error: came.set(str(error)))
    solara.FigureEcharts({"xAxis": {"type": "category", "data": ["a"]}, "yAxis": {}, "series": [{"type": "bar", "data": [1]}]})


@solara.component
def Broken() -> None:
    raise RuntimeError("secret of the server")


routes = [solara.Route("/", component=Page), solara.Route("broken", component=Broken)]
