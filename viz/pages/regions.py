"""Region data as one workbook: download it, edit it, upload it, and go back to the region that the server shows."""

from __future__ import annotations

from collections.abc import Callable

import solara

from yidu.calibration.manifest import manifest_of
from yidu.viz.app import visitor
from yidu.viz.app.region_upload import uploaded
from yidu.viz.app.server_settings import MEGABYTE, current
from yidu.viz.pages.parts import Download, Over, Press, Text, Upload


@solara.component
def RegionDialog(on_close: Callable[[], object]) -> None:  # noqa: N802
    """Over the page; it closes where a workbook was taken."""
    words, region = visitor.words(), visitor.region()
    most = current().upload_bytes

    def take(name: str, content: bytes) -> None:
        visitor.enter_region(uploaded(content, name, visitor.shipped(current().region)))
        on_close()

    def workbook() -> bytes:
        from yidu.viz.workbook.region import to_excel  # not before a workbook is asked for

        return to_excel(words, region)

    with Over("region-dialog", words("app.region.title"), on_close):
        Text("p", words("app.region.now", region=words.titled(region), kind=words(f"app.region.{kind()}")), id="region-now")
        Text("p", words("app.region.how"), "yd-note")
        with solara.Div(classes=["yd-row"]):
            Download(workbook, f"{region.name}.xlsx", words("app.region.download"))
            if visitor.own_region.value is not None:
                Press("region-leave", words("app.region.leave"), visitor.leave_region)
        Upload("region-file", words("app.region.drop", most=most // MEGABYTE), ".xlsx", most, take)


def kind() -> str:
    """Whether the region is the server's or the visitor's, and whether it has a fit."""
    if visitor.own_region.value is None:
        return "shipped"
    return "own_fitted" if manifest_of(visitor.own_region.value) is not None else "own_prior"
