"""What every connector promises, as checks that anybody who writes one can run.

Describe the source under test with a *bed*, and let pytest collect the class::

    class TestMine(ConnectorContract):
        @pytest.fixture
        def bed(self, tmp_path):
            return MyBed(tmp_path)  # see ``Bed``

Each check is a function of a fresh, empty bed that raises AssertionError. A page must not hold more
than three records under the bed's settings, because most promises are about what happens between
pages.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol, get_args

from connectors.base import Button, Connector, Cursor, Event, Kind, LoggedPrediction, Origin, Page
from connectors.contract import checks_of, with_tests
from connectors.errors import ConnectorError, SettingsError, SourceBroken, TryAgain
from connectors.settings import options

RECORDS = 8


class Bed(Protocol):
    """A source that the test can fill, spoil and take away."""

    settings: Mapping[str, object]
    """Valid, with pages of three records at most."""

    channel: str | None
    """What the source says of the records that ``append`` adds; None where it has no place for it.
    Words that no connector makes up."""
    language: str | None

    def open(self, settings: Mapping[str, object]) -> Connector:
        """As users open it: ``return open_connector("mine", settings)``."""

    def append(self, count: int) -> Sequence[str]:
        """Add so many records of one user message each; return their texts, which all differ."""

    def append_bad(self) -> None:
        """Add one record that cannot be read."""

    def remove(self) -> None:
        """Take the source away: delete the file, stop the server."""


def pull(bed: Bed, cursor: Cursor | None = None) -> list[Page]:
    """All pages, from a cursor that went through JSON as it does in a store."""
    kept = None if cursor is None else json.loads(json.dumps(cursor, allow_nan=False))
    return list(bed.open(bed.settings).pages(kept))


def texts(pages: Sequence[Page]) -> list[str | None]:
    return [event.text for page in pages for event in page.events if event.kind == "user"]


def check_pages_are_in_order_and_not_empty(bed: Bed) -> None:
    expected = list(bed.append(RECORDS))
    pages = pull(bed)
    assert len(pages) > 1, "the bed's settings must make small pages"
    for page in pages:
        assert page.read > 0, "a page without a record"
        covered = {event.source_id for event in page.events} | {
            bad.source_id for bad in page.skipped
        }
        assert page.read >= len({name.partition("/")[0] for name in covered}), (
            "`read` must count the records that were looked at"
        )
    assert texts(pages) == expected, "messages are missing or not in the order of the source"


def check_cursor_is_json(bed: Bed) -> None:
    bed.append(RECORDS)
    for page in pull(bed):
        kept = json.loads(json.dumps(page.cursor, allow_nan=False))
        assert kept == page.cursor, "the cursor changes when it is kept as JSON"


def check_resume_loses_nothing(bed: Bed) -> None:
    """A run that was interrupted after any page goes on without a gap."""
    bed.append(RECORDS)
    pages = pull(bed)
    for number, page in enumerate(pages, start=1):
        rest = {event.source_id for later in pages[number:] for event in later.events}
        found = {event.source_id for later in pull(bed, page.cursor) for event in later.events}
        assert rest <= found, f"events are lost when resumed after page {number}"


def check_later_records_are_found(bed: Bed) -> None:
    bed.append(RECORDS)
    cursor = pull(bed)[-1].cursor
    for count in (1, RECORDS):
        added = bed.append(count)
        pages = pull(bed, cursor)
        assert set(added) <= set(texts(pages)), "records that were added later are not found"
        cursor = pages[-1].cursor


def check_nothing_new_means_no_page(bed: Bed) -> None:
    bed.append(RECORDS)
    cursor = pull(bed)[-1].cursor
    assert pull(bed, cursor) == [], "pages although nothing is new"


def check_source_ids_are_stable_and_unique(bed: Bed) -> None:
    bed.append(RECORDS)
    first, second = (
        [(event.source_id, event.text) for page in pull(bed) for event in page.events]
        for _ in range(2)
    )
    assert first == second, "a second run names the same records differently"
    names = [source_id for source_id, _ in first]
    assert len(set(names)) == len(names), "two events have the same source_id"
    assert all(isinstance(name, str) and name for name in names), "a source_id is not text"


def check_growing_keeps_source_ids(bed: Bed) -> None:
    """What was yielded once keeps its name when the source has grown since."""
    bed.append(RECORDS)
    before = [event.source_id for page in pull(bed) for event in page.events]
    bed.append(1)
    after = [event.source_id for page in pull(bed) for event in page.events]
    assert after[: len(before)] == before, "records are named anew when others are added"


def check_times_are_utc(bed: Bed) -> None:
    bed.append(RECORDS)
    times = [event.time for page in pull(bed) for event in page.events]
    assert any(times), "no event has a time: let the bed write some"
    for time in times:
        assert time is None or time.utcoffset() == timedelta(0), f"{time!r} is not aware UTC"


def check_events_are_valid(bed: Bed) -> None:
    bed.append(RECORDS)
    for page in pull(bed):
        for event in page.events:
            assert_valid(event)


def check_channel_and_language_are_passed_on(bed: Bed) -> None:
    bed.append(RECORDS)
    for event in (event for page in pull(bed) for event in page.events if event.kind == "user"):
        assert event.channel == bed.channel, (
            f"the channel is {event.channel!r} and not {bed.channel!r}"
        )
        assert event.language == bed.language, (
            f"the language is {event.language!r} and not {bed.language!r}"
        )


def check_unknown_setting_is_refused(bed: Bed) -> None:
    """With the nearest name that exists, because most unknown names are misspelt ones."""
    for known in options(bed.open(bed.settings).settings_type):
        misspelt = f"{known.name}x"
        error = _error_of(lambda: bed.open({**bed.settings, misspelt: "1"}))  # noqa: B023 - at once
        assert isinstance(error, SettingsError), f"the unknown setting {misspelt!r} is accepted"
        assert known.name in str(error), f"the error does not name {known.name!r}: {error}"


def check_options_are_described(bed: Bed) -> None:
    kind = type(bed.open(bed.settings))
    assert kind.name.isidentifier(), "the name must be usable as a module's"
    for known in options(kind.settings_type):
        assert known.help.strip(), f"the option {known.name!r} has no help"


def check_secrets_stay_hidden(bed: Bed) -> None:
    settings = bed.open(bed.settings).settings
    for known in options(type(settings)):
        value = bed.settings.get(known.name)
        if known.secret and value is not None:
            assert str(value) not in repr(settings), f"repr shows the secret {known.name!r}"


def check_bad_record_is_skipped(bed: Bed) -> None:
    expected = list(bed.append(RECORDS))
    bed.append_bad()
    expected += bed.append(RECORDS)
    pages = pull(bed)
    assert texts(pages) == expected, "a bad record costs others"
    skipped = [bad for page in pages for bad in page.skipped]
    assert len(skipped) == 1, f"one record is bad, {len(skipped)} are reported as skipped"
    assert skipped[0].source_id, "a skipped record must say which it is"
    assert skipped[0].reason, "a skipped record must say why"


def check_missing_source_says_where(bed: Bed) -> None:
    bed.append(1)
    bed.remove()
    error = _error_of(lambda: pull(bed))
    assert error is not None, "a missing source is no error"
    assert isinstance(error, (SettingsError, SourceBroken, TryAgain)), (
        f"{type(error).__name__} is no error that a caller can act on"
    )
    assert error.where, f"the error does not say where: {error}"


def check_abandoned_pull_is_harmless(bed: Bed) -> None:
    """Stopping after the first page (ctrl-C, a full disk) leaves nothing behind."""
    expected = list(bed.append(RECORDS))
    pages = iter(bed.open(bed.settings).pages(None))
    next(pages)
    close = getattr(pages, "close", None)
    if close is not None:
        try:
            close()
        except (RuntimeError, ConnectorError) as error:
            raise AssertionError("pages() goes on after it was closed") from error
    assert texts(pull(bed)) == expected, "a pull after an abandoned one differs"


def _error_of(action: Callable[[], object]) -> Exception | None:
    try:
        action()
    except Exception as error:  # of any kind: the caller judges it
        return error
    return None


def assert_valid(event: Event) -> None:
    """Fields as the table in ``connectors.base.Event`` has them."""
    kind = event.kind
    assert kind in get_args(Kind), f"{kind!r} is no kind of event"
    assert isinstance(event.conversation, str), "the conversation is no text"
    assert event.conversation, "no conversation"
    assert event.origin in get_args(Origin), f"{event.origin!r} is no origin"
    for name in ("text", "name", "message_id", "channel", "language"):
        value = getattr(event, name)
        assert value is None or isinstance(value, str), f"{name} of a {kind} event is no text"
        (value or "").encode()  # half a character cannot be stored
    if kind in ("action", "slot"):
        assert event.name, f"a {kind} event without a name"
    if kind == "feedback":
        assert event.value in (-1, 1), "feedback is -1 or 1"
    else:
        assert kind == "slot" or event.value is None, f"a {kind} event has no value"
        json.dumps(event.value, allow_nan=False)
    assert kind == "user" or event.prediction is None, f"a {kind} event has no prediction"
    assert kind == "bot" or not event.buttons, f"a {kind} event has no buttons"
    assert all(isinstance(button, Button) for button in event.buttons), "a button of another type"
    if event.prediction is not None:
        assert event.origin == "typed", "a payload is no prediction of the model"
        _assert_valid_prediction(event.prediction, event.text or "")


def _assert_valid_prediction(prediction: LoggedPrediction, text: str) -> None:
    names = [name for name, _ in prediction.ranking]
    confidences = [confidence for _, confidence in prediction.ranking]
    assert "nlu_fallback" not in names, "the fallback is no intent of the ranking"
    assert len(set(names)) == len(names), "an intent stands twice in the ranking"
    assert all(isinstance(number, float) and 0 <= number <= 1 for number in confidences), (
        "confidences are floats in [0, 1]"
    )
    assert confidences == sorted(confidences, reverse=True), "the ranking is not best first"
    if prediction.complete:
        assert math.isclose(sum(confidences), 1, abs_tol=0.01), "complete, but no distribution"
    for entity in prediction.entities:
        assert 0 <= entity.start < entity.end <= len(text), "an entity lies outside of its text"


CHECKS = checks_of(globals())


class ConnectorContract:
    """Subclass, and give it a fixture ``bed``; pytest finds one test for each check."""


with_tests(ConnectorContract, CHECKS)
