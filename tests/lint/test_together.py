"""Reports of one and of several processes come in the order of the files, whatever is packed on the way."""

from __future__ import annotations

import datetime

from profiler.document.source import Envelope
from profiler.lint.diagnostics import FileReport
from profiler.lint.settings import Settings
from profiler.lint.together import Packed, join, pack

SETTINGS = Settings(datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC))


def reports(first: int, last: int) -> list[FileReport]:
    return [FileReport(f"{number}.mobileconfig", Envelope.XML, ()) for number in range(first, last)]


def test_packed_reports_and_others_stay_in_order() -> None:
    made: list[FileReport | Packed] = [
        *reports(0, 1100),
        *pack(reports(1100, 1150)),
        *reports(1150, 1153),
        *pack(reports(1153, 1155)),
        *reports(1155, 1300),
    ]
    assert list(join(made, SETTINGS)) == reports(0, 1300)


def test_the_reports_of_a_chunk_travel_with_its_first() -> None:
    packed = pack(reports(0, 3))
    assert [one.path for one in packed] == ["0.mobileconfig", "1.mobileconfig", "2.mobileconfig"]
    assert [bool(one.data) for one in packed] == [True, False, False]
