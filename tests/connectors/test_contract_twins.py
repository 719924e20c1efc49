"""No check of the contract is empty: for each there is a connector that it rejects."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, ClassVar

import pytest

from connectors import testing
from connectors.base import Connector, Cursor, Event, LoggedPrediction, Page, Skipped
from connectors.errors import SettingsError
from connectors.settings import option, parse_settings

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=timezone.utc)


@dataclass(frozen=True, kw_only=True)
class ShelfSettings:
    shelf: Any = option(help="the list of texts", parse=lambda value: value)
    token: str = option("", help="opens the shelf", secret=True)


class Honest(Connector):
    """Reads a list of texts; None is a bad record, and no list is a missing source."""

    name: ClassVar[str] = "shelf"
    settings_type: ClassVar[type] = ShelfSettings

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        shelf = self.settings.shelf
        if shelf.gone:
            raise SettingsError("it is gone", where="the shelf")
        start = 0 if cursor is None else cursor["at"]
        for low in range(start, len(shelf.texts), 3):
            texts = shelf.texts[low : low + 3]
            numbered = list(enumerate(texts, start=low))
            yield Page(
                [self.event(number, text) for number, text in numbered if text is not None],
                self.cursor(low + len(texts)),
                [Skipped(str(number), "bad") for number, text in numbered if text is None],
                read=len(texts),
            )

    def event(self, number: int, text: str) -> Event:
        return Event("user", "anna", str(number), NOW, text, channel="kiosk", language="pt_BR")

    def cursor(self, at: int) -> dict[str, Any]:
        return {"at": at}


class Shelf:
    """A bed whose connector is one of the twins."""

    channel, language = "kiosk", "pt_BR"

    def __init__(self, twin: type[Connector]) -> None:
        self.twin = twin
        self.texts: list[str | None] = []
        self.gone = False
        self.settings: dict[str, object] = {"shelf": self, "token": "open sesame"}

    def open(self, settings: Mapping[str, object]) -> Connector:
        return self.twin(parse_settings(self.twin.settings_type, settings))

    def append(self, count: int) -> list[str]:
        added = [f"text {len(self.texts) + number}" for number in range(count)]
        self.texts += added
        return added

    def append_bad(self) -> None:
        self.texts.append(None)

    def remove(self) -> None:
        self.gone = True


class Backwards(Honest):
    def pages(self, cursor=None):
        for page in super().pages(cursor):
            yield replace(page, events=page.events[::-1])


class Hollow(Honest):
    def pages(self, cursor=None):
        for page in super().pages(cursor):
            yield replace(page, read=0)


class TupleInCursor(Honest):
    def cursor(self, at):
        return {"at": at, "seen": (1, 2)}


class HastyCursor(Honest):
    def cursor(self, at):
        return {"at": at + 1}


class OnlyOnce(Honest):
    def pages(self, cursor=None):
        return iter(()) if cursor else super().pages(None)


class Restless(Honest):
    def pages(self, cursor=None):
        yield from super().pages(cursor)
        if cursor:
            yield Page([], cursor)


class NewNames(Honest):
    counter = itertools.count()

    def event(self, number, text):
        return super().event(next(self.counter), text)


class OneName(Honest):
    def event(self, number, text):
        return super().event(7, text)


class CountsFromTheEnd(Honest):
    def event(self, number, text):
        return super().event(len(self.settings.shelf.texts) - number, text)


class LocalTime(Honest):
    def event(self, number, text):
        return super().event(number, text)._replace(time=datetime(2026, 11, 22, 10, 0))


class Timeless(Honest):
    def event(self, number, text):
        return super().event(number, text)._replace(time=None)


class KnowsNoChannel(Honest):
    def event(self, number, text):
        return super().event(number, text)._replace(channel=None)


class ChannelIsItsName(Honest):
    def event(self, number, text):
        return super().event(number, text)._replace(channel=self.name)


class DropsLanguage(Honest):
    def event(self, number, text):
        return super().event(number, text)._replace(language=None)


class UnknownKind(Honest):
    def event(self, number, text):
        return super().event(number, text)._replace(kind="message")


class WorstFirst(Honest):
    def event(self, number, text):
        prediction = LoggedPrediction((("greet", 0.2), ("goodbye", 0.8)))
        return super().event(number, text)._replace(prediction=prediction)


class KeepsFallback(Honest):
    def event(self, number, text):
        prediction = LoggedPrediction((("nlu_fallback", 0.3), ("goodbye", 0.2)))
        return super().event(number, text)._replace(prediction=prediction)


@dataclass(frozen=True, kw_only=True)
class MutteringSettings(ShelfSettings):
    quiet: bool = option(False, help=" ")


class Muttering(Honest):
    settings_type = MutteringSettings


@dataclass(frozen=True, kw_only=True, repr=False)
class ChattySettings(ShelfSettings):
    def __repr__(self) -> str:
        return f"token={self.token}"


class Chatty(Honest):
    settings_type = ChattySettings


class Fragile(Honest):
    def pages(self, cursor=None):
        for page in super().pages(cursor):
            yield replace(page, events=page.events[: -len(page.skipped) or None])


class Silent(Honest):
    def pages(self, cursor=None):
        for page in super().pages(cursor):
            yield replace(page, skipped=())


class BlindToLoss(Honest):
    def pages(self, cursor=None):
        return iter(()) if self.settings.shelf.gone else super().pages(cursor)


class RawError(Honest):
    def pages(self, cursor=None):
        if self.settings.shelf.gone:
            raise KeyError("shelf")
        return super().pages(cursor)


class Placeless(Honest):
    def pages(self, cursor=None):
        if self.settings.shelf.gone:
            raise SettingsError("it is gone")
        return super().pages(cursor)


class Consuming(Honest):
    def pages(self, cursor=None):
        for page in super().pages(cursor):
            yield page
            self.settings.shelf.texts[: page.read] = []


class Unstoppable(Honest):
    def pages(self, cursor=None):
        for page in super().pages(cursor):
            try:
                yield page
            except GeneratorExit:
                yield page


class LenientShelf(Shelf):
    """Opens its connector without minding what it does not know."""

    def open(self, settings):
        return super().open({key: settings[key] for key in ("shelf", "token")})


TWINS = {
    testing.check_pages_are_in_order_and_not_empty: (Backwards, Hollow),
    testing.check_cursor_is_json: (TupleInCursor,),
    testing.check_resume_loses_nothing: (HastyCursor, OnlyOnce),
    testing.check_later_records_are_found: (HastyCursor, OnlyOnce),
    testing.check_nothing_new_means_no_page: (Restless,),
    testing.check_source_ids_are_stable_and_unique: (NewNames, OneName),
    testing.check_growing_keeps_source_ids: (CountsFromTheEnd,),
    testing.check_times_are_utc: (LocalTime, Timeless),
    testing.check_channel_and_language_are_passed_on: (
        KnowsNoChannel,
        ChannelIsItsName,
        DropsLanguage,
    ),
    testing.check_events_are_valid: (UnknownKind, WorstFirst, KeepsFallback),
    testing.check_unknown_setting_is_refused: (LenientShelf,),
    testing.check_options_are_described: (Muttering,),
    testing.check_secrets_stay_hidden: (Chatty,),
    testing.check_bad_record_is_skipped: (Fragile, Silent),
    testing.check_missing_source_says_where: (BlindToLoss, RawError, Placeless),
    testing.check_abandoned_pull_is_harmless: (Consuming, Unstoppable),
}


def test_every_check_has_a_twin():
    assert set(TWINS) == set(testing.CHECKS)


@pytest.mark.parametrize("check", testing.CHECKS, ids=lambda check: check.__name__)
def test_honest_connector_passes(check):
    check(Shelf(Honest))


@pytest.mark.parametrize(
    ("check", "twin"),
    [(check, twin) for check, twins in TWINS.items() for twin in twins],
    ids=lambda value: value.__name__,
)
def test_broken_twin_is_rejected(check, twin):
    bed = Shelf(twin) if issubclass(twin, Connector) else twin(Honest)
    with pytest.raises(AssertionError):
        check(bed)
