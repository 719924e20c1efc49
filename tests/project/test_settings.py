"""Settings come from where they are said to, and a wrong one is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.errors import ConfigError
from intent_al.project.config import CONFIG_FILE, find_project, read_settings
from intent_al.project.settings import Settings
from intent_al.texts.personal_data import RULE_NAMES


def settings(
    folder: Path, text: str, environ: dict[str, str] | None = None, *, encoding: str = "utf-8"
) -> Settings:
    path = folder / CONFIG_FILE
    path.write_text(text, encoding=encoding)
    return read_settings(path, environ=environ or {})


def rasa_bot(folder: Path, *names: str) -> Path:
    """A folder with ``config.yml`` and ``names``; those without a suffix are folders."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("config.yml", *names):
        if Path(name).suffix:
            (folder / name).touch()
        else:
            (folder / name).mkdir()
    return folder


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[selct]\nsize = 5", "unknown table 'selct'; did you mean 'select'?"),
        ("[sources.x]\nconnector = 'jsonl'", "unknown table 'sources'; did you mean 'source'?"),
        ("[zzz]", "unknown table 'zzz'; valid: apply, "),
        ("size = 5", "unknown table 'size'"),
        ("[select]\nsiez = 5", "unknown setting [select] siez; did you mean 'size'?"),
        ("[gate]\ntolerence = 0.1", "[gate] tolerence; did you mean 'tolerance'?"),
        ("[model]\nqqqq = 1", "valid: engine, seed, vectors"),
        (
            "[masking]\nrules = ['emial']",
            "rules cannot be 'emial'; did you mean 'email'?",
        ),
        (
            "[check]\nungated = 'eror'",
            "ungated cannot be 'eror'; did you mean 'error'?",
        ),
        (
            "[model]\nengine = 'bert'",
            "engine cannot be 'bert'; valid: builtin, rasa, ",
        ),
        ("[cycle]\napply = 'wirte'", "[cycle] apply cannot be 'wirte'; did you mean 'write'?"),
        ("[apply]\napproval = 'me'", "[apply] approval cannot be 'me'; "),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_valid_one(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, text)
    assert message in str(caught.value)
    assert caught.value.where == str(tmp_path / CONFIG_FILE)


@pytest.mark.parametrize(
    ("said", "stored"), [("de_DE", "de"), ("zh-TW", "zh-Hant"), ("und", "und"), ("EN", "en")]
)
def test_the_language_of_a_bot_is_written_as_that_of_its_log(
    tmp_path: Path, said: str, stored: str
) -> None:
    assert settings(tmp_path, f"[bot]\nlanguage = '{said}'").bot.language == stored
    assert settings(tmp_path, "", {"INTENT_AL_BOT_LANGUAGE": said}).bot.language == stored


@pytest.mark.parametrize("said", ["German", "???", ""])
def test_what_is_no_language_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(ConfigError, match=r"\[bot\] language must be the tag .*'en'"):
        settings(tmp_path, f"[bot]\nlanguage = '{said}'")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[select]\nsize = 'many'", "[select] size must be a whole number, not 'many'"),
        ("[select]\nsize = 2.5", "[select] size must be a whole number, not 2.5"),
        ("[select]\nsize = true", "[select] size must be a whole number, not True"),
        ("[select]\naudit_share = []", "[select] audit_share must be a number, not []"),
        ("[select]\nstrategy = 3", "[select] strategy must be text, not 3"),
        ("[select]\nencoder = ''", "[select] encoder must be the name of an encoder, such as"),
        ("[select]\nencoder = 'onnx:'", "[select] encoder must be the name"),
        ("[select]\nencoder = 'a b'", "[select] encoder must be the name"),
        (
            "[bot]\ndata = ['data', 1]",
            "comma-separated text), not ['data', 1]",
        ),
        ("[bot]\ndata = 7", "[bot] data must be a list of texts"),
        ("[masking]\npatterns = 'x'", "[masking] patterns must be a table of texts"),
        ("[masking.patterns]\norder = 1", "[masking] patterns must be a table of texts"),
        (
            "[masking.patterns]\norder = '('",
            "patterns must be regular expressions (order: missing )",
        ),
        ("select = 3", "[select] has to be a table"),
        ("source = 3", "a source is a table of its own: [source.NAME]"),
        ("[source]\nrasa = 'x.db'", "a source is a table of its own: [source.NAME]"),
        ("[select", "this is no TOML"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("table", "key", "inside", "outside"),
    [
        ("select", "size", ["1", "100_000"], ["0", "-1", "100_001"]),
        ("select", "audit_share", ["0", "1", "0.5"], ["-0.01", "1.01", "nan", "inf"]),
        ("select", "per_sender", ["1"], ["0"]),
        ("apply", "new_intent_examples", ["1"], ["0"]),
        ("gate", "tolerance", ["0.0", "1.0"], ["1.5", "-1"]),
        ("gate", "minimum_items", ["1"], ["0"]),
    ],
)
def test_a_number_lies_within_its_limits(
    tmp_path: Path, table: str, key: str, inside: list[str], outside: list[str]
) -> None:
    for value in inside:
        read = settings(tmp_path, f"[{table}]\n{key} = {value}")
        assert getattr(getattr(read, table), key) == float(value)
    for value in outside:
        with pytest.raises(ConfigError, match=rf"\[{table}\] {key} must be (from|a number)"):
            settings(tmp_path, f"[{table}]\n{key} = {value}")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    read = settings(
        tmp_path,
        "[select]\nsize = 5\nper_sender = 3\n[bot]\ndata = ['nlu']",
        {
            "INTENT_AL_SELECT_SIZE": "20",
            "INTENT_AL_SELECT_AUDIT_SHARE": "0.25",
            "INTENT_AL_BOT_DATA": "data/nlu.yml, more,",
            "INTENT_AL_MASKING_RULES": "",
            "INTENT_AL_SOMETHING_ELSE": "not ours",
        },
    )
    assert (read.select.size, read.select.per_sender, read.select.audit_share) == (20, 3, 0.25)
    assert read.bot.data == ("data/nlu.yml", "more")
    assert read.masking.rules == ()


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SELECT_SIZE", "many"), ("SELECT_SIZE", ""), ("SELECT_SIZE", "0"), ("GATE_TOLERANCE", "2")],
)
def test_the_environment_is_checked_like_the_file(
    tmp_path: Path, variable: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=variable.partition("_")[2].lower()):
        settings(tmp_path, "", {f"INTENT_AL_{variable}": value})


def test_a_table_comes_from_the_environment_too(tmp_path: Path) -> None:
    given = {
        "INTENT_AL_MASKING_PATTERNS": r'{"order": "B-\\d{1,6}"}',
        "INTENT_AL_REVIEW_DESCRIPTIONS": "greet=says hello, bye=leaves",
    }
    read = settings(tmp_path, "[masking.patterns]\nticket = 'T-'", given)
    assert read.masking.patterns == {"order": r"B-\d{1,6}"}
    assert read.review.descriptions == {"greet": "says hello", "bye": "leaves"}


def test_what_is_secret_is_not_shown(tmp_path: Path) -> None:
    secrets = (
        "[rasa]\ntoken = 's3cret'\njwt_secret = 's3cret'\n[cycle]\nwebhook = 'http://x/s3cret'"
    )
    read = settings(tmp_path, secrets)
    assert read.rasa.token == read.rasa.jwt_secret == "s3cret"
    assert "s3cret" not in repr(read)
    with pytest.raises(ConfigError, match=r"\[rasa\] token must be text, not a value") as caught:
        settings(tmp_path, "[rasa]\ntoken = ['s3cret']")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_does_no_harm(tmp_path: Path, encoding: str) -> None:
    read = settings(tmp_path, "[bot]\nname = 'Zoë'", encoding=encoding)
    assert read.bot.name == "Zoë"


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="this is no TOML"):
        settings(tmp_path, "[bot]\nname = 'Zoë'", encoding="latin-1")


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").touch()
    assert settings(tmp_path, "") == Settings()
    assert Settings().masking.rules == RULE_NAMES


def test_the_nearest_project_upwards_is_found(tmp_path: Path) -> None:
    outer = rasa_bot(tmp_path / "outer", "domain.yml", "data")
    inner = outer / "data" / "inner"
    below = inner / "deep" / "down"
    below.mkdir(parents=True)
    assert find_project(below).root == outer.resolve()
    (inner / CONFIG_FILE).write_text("[select]\nsize = 7")
    found = find_project(below)
    assert (found.root, found.settings.select.size) == (inner.resolve(), 7)
    assert find_project(outer / "data").root == outer.resolve()


def test_the_current_folder_is_where_the_search_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rasa_bot(tmp_path / "bot", "data"))
    assert find_project().root == (tmp_path / "bot").resolve()


@pytest.mark.parametrize(
    ("files", "domain"),
    [
        (("domain.yml", "data"), "domain.yml"),
        (("domain", "data"), "domain"),
        (("domain",), "domain"),
        (("domain.yml", "domain"), "domain.yml"),
    ],
)
def test_a_rasa_project_needs_no_configuration(
    tmp_path: Path, files: tuple[str, ...], domain: str
) -> None:
    root = rasa_bot(tmp_path / "bot", *files).resolve()
    project = find_project(root)
    assert project.domain_path == root / domain
    assert project.data_paths == [root / "data"]
    assert project.database == root / ".intent-al" / "intent-al.db"
    assert project.settings.sources == {}


def test_a_domain_that_was_named_is_kept_even_where_it_is_missing(tmp_path: Path) -> None:
    root = rasa_bot(tmp_path / "bot", "domain")
    assert settings(root, "[bot]\ndomain = 'other.yml'").bot.domain == "other.yml"
    named = {"INTENT_AL_BOT_DOMAIN": "other.yml"}
    assert read_settings(None, root=root, environ=named).bot.domain == "other.yml"


@pytest.mark.parametrize("files", [(), ("config.yml",), ("domain.yml", "endpoints.yml")])
def test_a_folder_without_a_project_is_an_error(tmp_path: Path, files: tuple[str, ...]) -> None:
    for name in files:
        (tmp_path / name).touch()
    with pytest.raises(ConfigError, match="no Rasa project") as caught:
        find_project(tmp_path)
    assert caught.value.where == str(tmp_path.resolve())
    assert "--project" in str(caught.value)
