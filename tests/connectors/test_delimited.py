"""CSV as it comes: Excel's, a German one's, with quotes gone wrong and bytes of another time."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import open_connector
from connectors.errors import SettingsError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "messages.csv"


def pull(path, cursor=None, **options):
    return list(open_connector("delimited", {"path": str(path), **options}).pages(cursor))


def texts(pages):
    return [event.text for page in pages for event in page.events]


def read(path, content, **options):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return pull(path, **options)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found_out(path, delimiter):
    rows = [["Text", "language", "speaker"], ["a, b; c", "de", "customer"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    (event,) = read(path, out.getvalue())[0].events
    assert (event.kind, event.text, event.language) == ("user", "a, b; c", "de")


@pytest.mark.parametrize(
    "content",
    [
        "text\nhello there, you; two\n".replace(",", "").replace(";", ""),
        "sep=;\ntext;language\nhello there you two;en\n",
        '"text","language"\n"hello there you two","en"\n',
        "\n\ntext,language\n\n,\nhello there you two,en\n",
        "text,language\nhello there you two\n",
        "text,language\nhello there you two,en",
        "text,language\r\nhello there you two,en\r\n",
        b"\xef\xbb\xbftext,language\nhello there you two,en\n",
        b"text,language\nhello there\x00 you two,en\n",
    ],
)
def test_layouts(path, content):
    pages = read(path, content)
    assert texts(pages) == ["hello there you two"]
    assert not pages[0].skipped


def test_given_delimiter(path):
    assert texts(read(path, "text~language\na,b~en\n", delimiter="~")) == ["a,b"]
    assert texts(read(path, "text\tlanguage\na,b\ten\n", delimiter="tab")) == ["a,b"]
    with pytest.raises(SettingsError, match="delimiter"):
        pull(path, delimiter="ab")


def test_bytes_of_cp1252_among_utf8(path):
    content = "text\ncafé\n".encode() + "œuvre “déjà”\n".encode("cp1252")
    assert texts(read(path, content)) == ["café", "œuvre “déjà”"]
    assert texts(read(path, "text\nлюди\n".encode("cp1251"), encoding="cp1251")) == ["люди"]


def test_quoted_line_breaks_keep_line_numbers_right(path):
    content = 'text,speaker\n"one\ntwo\n\nthree",user\nfour,nobody\nfive,user\n'
    (page,) = read(path, content)
    assert texts([page]) == ["one\ntwo\n\nthree", "five"]
    assert page.skipped[0].reason.startswith("line 6:")


def test_a_quote_that_is_never_closed_costs_its_line_only(path):
    content = "text,language\na,en\n" + '"b,en\n' + "".join(f"c{n},en\n" for n in range(500))
    pages = read(path, content, page_size=100)
    assert texts(pages) == ["a", *(f"c{number}" for number in range(500))]
    assert [bad.reason[:7] for page in pages for bad in page.skipped] == ["line 3:"]


def test_too_many_cells_are_reported(path):
    (page,) = read(path, "text\na\nb, c\nd\n", delimiter=",")
    assert texts([page]) == ["a", "d"]
    assert "line 3: 2 cells where the first row has 1" in page.skipped[0].reason


def test_formula_apostrophe_is_undone(path):
    rows = "text\n'=1+1\n'+44 113\n'-5 degrees\n'@anna\n'tis so\n"
    assert texts(read(path, rows)) == ["=1+1", "+44 113", "-5 degrees", "@anna", "'tis so"]


def test_columns_of_other_names(path):
    content = "Nachricht;Zeit;Sicherheit;Absicht\nhallo;22.11.2026 10:00;0,75;greet\n"
    columns = "text=Nachricht,timestamp=zeit,confidence=Sicherheit,intent=Absicht"
    (event,) = read(path, content, columns=columns, timestamp_format="%d.%m.%Y %H:%M")[0].events
    assert event.time.isoformat() == "2026-11-22T10:00:00+00:00"
    assert event.prediction.ranking == (("greet", 0.75),)
    assert not event.prediction.complete


def test_json_in_cells(path):
    ranking = '"[{""name"": ""a"", ""confidence"": 0.75}, {""name"": ""b"", ""confidence"": 0.25}]"'
    (page,) = read(path, f"text;intent_ranking;entities\nhi;{ranking};[]\nho;[x;\n")
    assert page.events[0].prediction.ranking == (("a", 0.75), ("b", 0.25))
    assert "'intent_ranking' is no JSON" in page.skipped[0].reason


def test_speakers_and_verdicts(path):
    content = (
        "text,speaker,feedback\na,Customer,\nb,agent,up\nc,,-1\nd,user,0\ne,user,perhaps\n"
        "f,supervisor,\n"
    )
    (page,) = read(path, content)
    told = [(event.kind, event.text, event.value) for event in page.events]
    assert told == [
        ("user", "a", None),
        ("bot", "b", None),
        ("feedback", None, 1),
        ("user", "c", None),
        ("feedback", None, -1),
        ("user", "d", None),
    ]
    assert len(page.skipped) == 2


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-22", "2026-11-22T00:00:00+00:00"),
        ("2026-11-22 09:30", "2026-11-22T09:30:00+00:00"),
        ("2026-11-22T09:30:00Z", "2026-11-22T09:30:00+00:00"),
        ("2026-11-22T09:30:00.123456789Z", "2026-11-22T09:30:00.123456+00:00"),
        ("2026-11-22T09:30:00.5+0200", "2026-11-22T07:30:00.500000+00:00"),
        ("2026-11-22 09:30:00 UTC", "2026-11-22T09:30:00+00:00"),
        ("1795311000", "2026-11-22T01:30:00+00:00"),
        ("1795311000.5", "2026-11-22T01:30:00.500000+00:00"),
        ("1795311000500", "2026-11-22T01:30:00.500000+00:00"),
        ("1795311000500000", "2026-11-22T01:30:00.500000+00:00"),
        ("1795311000500000000", "2026-11-22T01:30:00.500000+00:00"),
    ],
)
def test_times(path, written, expected):
    (event,) = read(path, f"text,timestamp\nhi,{written}\n")[0].events
    assert event.time.isoformat() == expected


@pytest.mark.parametrize("written", ["last tuesday", "22/11/26", "nan", "inf", "9" * 400, "-9e99"])
def test_time_in_no_known_format_says_how_it_looks(path, written):
    (page,) = read(path, f"text,timestamp\nhi,{written}\n")
    reason = page.skipped[0].reason
    assert "set timestamp_format" in reason
    assert "tuesday" not in reason


def test_missing_column_names_the_nearest(path):
    with pytest.raises(SettingsError, match="no column 'text' for text; did you mean 'Texts'"):
        read(path, "Texts,b\n1,2\n")
    with pytest.raises(SettingsError, match="no column 'sped' for speaker"):
        read(path, "text,speaker\n1,2\n", columns="speaker=sped")


def test_no_header_is_an_error(path):
    with pytest.raises(SettingsError, match="empty"):
        read(path, "")
    with pytest.raises(SettingsError, match="first row"):
        read(path, '"text\n')


def test_rows_without_ids_are_conversations_of_their_own(path):
    (page,) = read(path, "text\na\na\n")
    first, second = page.events
    assert first.conversation != second.conversation
    assert first.conversation.startswith("2")
    assert (first.message_id, second.message_id) == (None, None)


def test_last_row_without_line_break_is_taken_once(path):
    pages = read(path, "text\na\nb")
    assert texts(pages) == ["a", "b"]
    assert pull(path, pages[-1].cursor) == []
    path.write_text("text\na\nb\nc\n")
    again = pull(path, pages[-1].cursor)
    assert texts(again) == ["b", "c"]
    assert again[0].events[0].source_id == pages[0].events[1].source_id


def test_a_replaced_file_is_read_again(path):
    cursor = read(path, "text\na\nb\n")[-1].cursor
    assert texts(read(path, "text,language\nc,en\nd,en\n")) == ["c", "d"]
    assert texts(pull(path, cursor)) == ["c", "d"]


def test_header_only_is_nothing_new(path):
    assert read(path, "text\n") == []


def test_memory_stays_flat(path):
    with path.open("w") as file:
        file.write("text\n")
        file.writelines(f"message {number} of very many\n" for number in range(20_000))
    connector = open_connector("delimited", {"path": str(path)})
    tracemalloc.start()
    read_rows = sum(page.read for page in connector.pages())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read_rows == 20_000
    assert peak < 6 * 2**20


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(CELLS.filter(bool), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_whatever_csv_writes_is_read(path, written, delimiter):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["text", "language"], *([text, "en"] for text in written)])
    got = texts(read(path, out.getvalue()))
    assert [text.lstrip("'\ufeff") for text in got] == [text.lstrip("'\ufeff") for text in written]


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.binary(max_size=60), st.integers(1, 3))
def test_any_bytes_are_read_or_refused_and_pages_resume(path, noise, page_size):
    pages = read(path, b"text,language\n" + noise, page_size=page_size)
    for position, page in enumerate(pages):
        assert texts(pull(path, page.cursor, page_size=page_size)) == texts(pages[position + 1 :])
