"""Personal data goes, what a bot learns from stays, and nothing tells where it was."""

from __future__ import annotations

import re
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.texts.masking import Masker
from intent_al.texts.personal_data import RULE_NAMES

PHONES = [
    "+44 (0)20 7946 0958",
    "+447700900123",
    "0044 7700 900123",
    "(+44) 7700 900123",
    "020 7946 0958",
    "(020) 7946 0958",
    "07700 900123",
    "07700-900-123",
    "+1 555 123 4567",
    "(555) 123-4567",
    "(555)123-4567",
    "555-123-4567",
    "555.123.4567",
    "1-555-123-4567",
    "030/1234567",
    "0171-1234567",
    "+49 (0) 171 1234567",
    "01 23 45 67 89",
    "06.12.34.56.78",
    "+33 6 12 34 56 78",
    "612 34 56 78",
    "612 345 678",
    "501-234-567",
    "06-12345678",
    "070-123 45 67",
    "044 668 18 00",
    "0412 345 678",
    "98765 43210",
    "+91 98765 43210",
    "+48\u00a0501\u00a0234\u00a0567",
    "+44 7700\u2011900123",
    "٠٥٠ ١٢٣ ٤٥٦٧",
    "\uff0b44 7700 900123",
]
IBANS = [
    "DE89 3704 0044 0532 0130 00",
    "DE89370400440532013000",
    "de89370400440532013000",
    "GB29 NWBK 6016 1331 9268 19",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NL91 ABNA 0417 1643 00",
    "BE68-5390-0754-7034",
    "NO93 8601 1117 947",
    "ES91 2100 0418 4502 0005 1332",
    "CH93 0076 2011 6238 5295 7",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
]
CARDS = [
    "4111 1111 1111 1111",
    "4111111111111111",
    "4111-1111-1111-1111",
    "5500.0000.0000.0004",
    "3782 822463 10005",
    "378282246310005",
    "6011 1111 1111 1117",
    "4222222222222",
    "6304 0000 0000 0000 000",
]
EMAILS = [
    "anna@example.com",
    "anna.maria+shop@mail.example.co.uk",
    "o'brien_1978@example.org",
    "jörg.müller@exämple.de",
    "x@xn--exmple-cua.xn--p1ai",
    "ANNA@EXAMPLE.COM",
]
SECRETS = [
    "https://shop.example/login?token=abcdef123456",
    "https://shop.example/x?a=b&access_token=abcdef123456#top",
    "https://shop.example/?X-Amz-Signature=abcdef123456",
    "https://shop.example/?reset_code=abcdef123456",
    "https://anna:hunter2@shop.example/",
]
ALL = [
    *(("phone", text) for text in PHONES),
    *(("iban", text) for text in IBANS),
    *(("card", text) for text in CARDS),
    *(("email", text) for text in EMAILS),
    *(("url_secret", text) for text in SECRETS),
    ("long_number", "the account is 123456789"),
]
SPARED = [
    "where is CK-48213",
    "order #123456789",
    "order 48213",
    "ticket INC0012345678",
    "order 123-4567890-1234567",
    "parcel JD0002215112345678",
    "on 05.06.2024",
    "05/06/2024 10:30",
    "05.06.2024 - 07.06.2024",
    "2024-06-05 10:30:00",
    "20240605T103000",
    "between 08.00-16.00 08.00-12.00",
    "at 10:30 or 9.45",
    "£1,234.56 and 12 000,00 EUR",
    "3.141592653589793",
    "0.123456789",
    "ratio 0.5 / 10.25 / 30.75",
    "?discount_code=MAYBLOOM",
    "me@home",
    "@anna and @ben",
    "24 pieces, 12 x 30 cm",
    "a = b",
    "",
]


def masker(key: bytes = b"key", **more: object) -> Masker:
    return Masker(key, **more)  # type: ignore[arg-type]


def shape(text: str) -> str:
    """Digits as 9, letters as a or A, the rest as it is."""
    return "".join(
        "9" if char.isdecimal() else "A" if char.isupper() else "a" if char.isalpha() else char
        for char in text
    )


@pytest.mark.parametrize(("rule", "text"), ALL, ids=[text for _, text in ALL])
@pytest.mark.parametrize("around", ["{}", "my details: {} please", "I said {}!", "({})"])
def test_personal_data_is_replaced_by_its_shape(rule: str, text: str, around: str) -> None:
    said = around.format(text)
    one = masker()
    masked = one.mask(said)
    assert masked != said
    assert shape(masked) == shape(said)
    assert one.counts == {rule: 1}


@pytest.mark.parametrize("text", PHONES)
def test_no_digit_of_a_phone_number_but_the_leading_ones_is_left_to_chance(text: str) -> None:
    kept = len(text) - len(text.lstrip("+(0\uff0b٠"))
    several = [masker(bytes([number])).mask(text) for number in range(40)]
    for place, char in enumerate(text):
        if place < kept:
            assert {masked[place] for masked in several} <= {char, "0"}
        elif char.isdecimal():
            assert len({masked[place] for masked in several}) > 1


@pytest.mark.parametrize("text", ["+44 7700 900123", "07700 900123", "(020) 7946 0958"])
def test_a_phone_number_still_begins_as_one(text: str) -> None:
    for number in range(20):
        masked = masker(bytes([number])).mask(text)
        assert masked.lstrip("(")[0] == text.lstrip("(")[0]


@pytest.mark.parametrize("text", SPARED)
def test_what_only_looks_like_it_stays(text: str) -> None:
    one = masker()
    assert one.mask(text) == text
    assert not one.counts


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("order 48213 4111 1111 1111 1111 05/27", "order 48213 #### #### #### #### 05/27"),
        ("4111 1111 1111 1111 5500 0000 0000 0004", "#### #### #### #### #### #### #### ####"),
        ("card4111111111111111-exp 05/27", "card################-exp 05/27"),
        ("no12 is it, GB29 NWBK 6016 1331 9268 19", "no12 is it, #### #### #### #### #### ##"),
        ("BE68 5390 0754 7034 this is mine", "#### #### #### #### this is mine"),
        ("call 5 07700 900123 10:30", "call 5 0#### ###### 10:30"),
        ("on 01/02/2024 0171 1234567", "on 01/02/2024 0### #######"),
        ("x https://a:b@h.example y", "x https://a:#@h.example y"),
    ],
)
def test_nothing_hides_it_and_nothing_is_taken_with_it(text: str, left: str) -> None:
    """``#`` marks what has to change; a surrogate may hit the same character by chance."""
    several = [masker(bytes([number])).mask(text) for number in range(30)]
    for place, char in enumerate(left):
        characters = {masked[place] for masked in several}
        assert len(characters) > 1 if char == "#" else characters == {text[place]}, place


def test_the_same_is_the_same_everywhere_under_one_key() -> None:
    one, again, other = masker(), masker(), masker(b"other")
    first = one.mask("write to anna@example.com")
    assert first.endswith(one.mask("anna@example.com"))
    assert again.mask("write to anna@example.com") == first
    assert other.mask("write to anna@example.com") != first


def test_case_makes_no_other_person() -> None:
    assert masker().mask("Anna@Example.com").lower() == masker().mask("anna@example.com")


def test_several_in_one_text_are_counted_each() -> None:
    one = masker()
    one.mask("anna@example.com, ben@example.com or 07700 900123")
    one.mask("anna@example.com")
    assert one.counts == {"email": 3, "phone": 1}


def test_a_surrogate_is_not_masked_and_counted_again_by_another_rule() -> None:
    for number in range(50):
        one = masker(bytes([number]))
        one.mask("+447700900123 4111111111111111 https://x.example/?token=4111111111111111")
        assert one.counts == {"phone": 1, "card": 1, "url_secret": 1}


def test_a_policy_with_fewer_rules_masks_less() -> None:
    one = masker(enabled=("email",))
    text = "anna@example.com 07700 900123"
    assert one.mask(text).endswith("07700 900123")
    assert one.counts == {"email": 1}


def test_a_pattern_of_the_project_comes_first_and_may_name_its_part() -> None:
    one = masker(extra={"member": r"member (?P<data>[A-Z]{2}-\d+)", "nothing": "x*"})
    masked = one.mask("I am member AB-12 since May")
    assert re.fullmatch(r"I am member [A-Z]{2}-\d\d since May", masked)
    assert "AB-12" not in masked
    assert one.counts == {"member": 1}


def test_values_of_any_json_are_masked_and_keys_stay() -> None:
    value = {"e": ["anna@example.com", {"n": 447700900123, "ok": True, "x": None, "f": 1.5}]}
    masked = masker().mask_value(value)
    assert isinstance(masked, dict)
    (email, inner) = masked["e"]
    assert email == masker().mask("anna@example.com") != "anna@example.com"
    assert inner["n"] != 447700900123
    assert (inner["ok"], inner["x"], inner["f"]) == (True, None, 1.5)


def test_a_sender_is_one_person_and_unknown() -> None:
    one = masker()
    assert one.pseudonym("+447700900123") == masker().pseudonym("+447700900123")
    assert one.pseudonym("anna") != one.pseudonym("ben")
    assert one.pseudonym("anna") != masker(b"other").pseudonym("anna")
    assert set(one.pseudonym("\ud800")) <= set(string.hexdigits)


PIECES = st.sampled_from(
    [text for _, text in ALL]
    + SPARED
    + ["@", "+", "0", "(", ")", " ", "-", ".", "=", "?token=", "ſ"]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.text(alphabet="+0123 ()./-@aZ=&?")))
def test_the_length_is_kept_and_nothing_raises(text: str) -> None:
    masked = masker().mask(text)
    assert len(masked) == len(text)
    assert masked == masker().mask(text)


@given(st.text(alphabet=string.ascii_letters + " ,.!?'-\n"))
def test_words_alone_are_never_touched(text: str) -> None:
    assert masker().mask(text) == text


HOSTILE = [
    "@", "a@", "a.", "a", "0", "1", "+", "(", "0(", "+(", "1 ", "0 ", "+1 ", "00", "12-", "0.",
    "DE12", "de", "4111 ", "41111111", "?token=", "&", "://a:", "?a", "=", ".", "\u0660", "ſ",
    "9" * 18 + "a", "a" * 70 + "@", "0123456789 ", "a@b.", "a@" + "b" * 63 + ".",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
@pytest.mark.parametrize("tail", ["", "x"])
def test_a_hostile_text_takes_linear_time(piece: str, tail: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size] + tail
        started = time.process_time()
        masker(enabled=RULE_NAMES).mask(text)
        return time.process_time() - started

    def is_linear() -> bool:
        """20 times the text takes about 20 times as long; by its square it would be 400 times."""
        return seconds(100_000) < 60 * seconds(5_000)

    assert any(is_linear() for _ in range(5)), "each time, whatever else ran beside it"
