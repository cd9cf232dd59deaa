"""What is written to the log when a visitor makes the same thing happen again and again."""

import io
import logging

import pytest

from yidu.viz.app.log_limit import OnceAMinute

pytestmark = pytest.mark.fast


def test_a_flood_is_one_line_a_minute_that_says_how_often_and_another_message_is_written() -> None:
    now, written = [0.0], io.StringIO()
    log, handler = logging.getLogger("tests.flood"), logging.StreamHandler(written)
    handler.addFilter(OnceAMinute(lambda: now[0]))
    log.addHandler(handler)
    log.propagate = False
    try:
        for second in range(61):
            now[0] = float(second)
            for number in range(100):
                try:
                    raise KeyError(number)
                except KeyError:
                    log.exception("a message of %s broke", number)
        log.error("something else")
    finally:
        log.removeHandler(handler)
    said = written.getvalue()
    assert said.count("Traceback") == 2 and said.count("broke") == 2 and "(5999 more since)" in said and "something else" in said
    assert len(said.splitlines()) < 20
