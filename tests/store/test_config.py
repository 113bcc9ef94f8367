"""The configuration: what it may say, and how people hear what is wrong with it."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.config import Config, Imap, Mailbox, Smtp, load
from store.config.lines import line_of
from store.config.reading import parse
from store.config.writing import keep_mailbox, keep_settings, toml
from store.errors import BadInput, ConfigError, DiskFull
from store.model import Priority

WHOLE = """\
agent = "mira"

[desk]
undo_send_seconds = 5
our_addresses = ["help@formwright.example", "@harbour.example"]

[policy]
canned_red = 0.5
canned_blocks = true

[targets]
urgent = 0.5

[[mailbox]]
name = "Formwright"
address = "help@formwright.example"
product = "Formwright"
imap = { host = "imap.formwright.example", user = "help" }

[mailbox.smtp]
host = "smtp.formwright.example"
tls = "implicit"

[[mailbox]]
address = "help@harbour.example"
[mailbox.imap]
host = "imap.harbour.example"
tls = "none"

[console]
theme = "light"
mouse = false

[keys]
reply = "ctrl+r"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture(autouse=True)
def _no_configuration_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HELPTERM_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))


def test_without_a_file_everything_has_its_default() -> None:
    assert load(None) == (Config(), ())


def test_every_table_of_a_whole_file_is_read(file: Path) -> None:
    file.write_text(WHOLE)
    config, remarks = load(file)
    assert remarks == ()
    assert config.agent == "mira"
    assert config.desk.undo_send_seconds == 5
    assert config.desk.our_addresses == ("help@formwright.example", "@harbour.example")
    assert (config.policy.canned_red, config.policy.canned_amber) == (0.5, 0.25)
    assert config.policy.canned_blocks
    assert (config.console.theme, config.console.mouse) == ("light", False)
    assert config.keys == {"reply": "ctrl+r"}


def test_mailboxes_keep_their_order_their_servers_and_the_usual_ports(file: Path) -> None:
    file.write_text(WHOLE)
    first, second = load(file)[0].mailboxes
    assert first.imap is not None
    assert (first.imap.host, first.imap.usual_port) == ("imap.formwright.example", 993)
    assert first.smtp is not None
    assert first.smtp.usual_port == 465
    assert second.name == second.address == "help@harbour.example"
    assert second.imap is not None
    assert second.imap.usual_port == 143


def test_targets_are_given_in_hours_and_used_in_milliseconds(file: Path) -> None:
    file.write_text(WHOLE)
    targets = load(file)[0].targets.milliseconds()
    assert targets == {
        Priority.URGENT: 1_800_000,
        Priority.HIGH: 14_400_000,
        Priority.NORMAL: 86_400_000,
        Priority.LOW: 259_200_000,
    }


def test_an_unknown_key_is_remarked_on_with_its_line_and_what_was_meant(file: Path) -> None:
    file.write_text("[policy]\n# strict\ncanned_rad = 0.5\n")
    config, remarks = load(file)
    assert config == Config()
    (remark,) = remarks
    assert f"{file}, line 3: policy.canned_rad" in remark
    assert "canned_red" in remark


def test_a_password_in_the_file_is_neither_read_nor_repeated() -> None:
    _, (remark,) = parse(
        '[[mailbox]]\naddress = "a@b.example"\n[mailbox.imap]\nhost = "h"\npassword = "hunter2"\n', "file"
    )
    assert "line 5" in remark
    assert "password_command" in remark
    assert "hunter2" not in remark


@pytest.mark.parametrize(
    ("text", "line", "names"),
    [
        ("[policy]\ncanned_red = 4", 2, ["policy.canned_red is 4", "a number from 0 to 1"]),
        ("[policy]\n\ncanned_blocks = 1", 3, ["policy.canned_blocks is 1", "true or false"]),
        ("[policy]\ncanned_red = 0.2\ncanned_amber = 0.3", 3, ["canned_amber is above"]),
        ('[console]\ntheme = "neon"', 2, ["console.theme is 'neon'", '"dark", "light"']),
        ("[targets]\nlow = nan", 2, ["targets.low is nan", "hours"]),
        ("[targets]\nlow = true", 2, ["targets.low is true"]),
        ('[desk]\nour_addresses = ["help"]', 2, ["desk.our_addresses is not right", "@domain"]),
        ("desk = 3", 1, ["desk must be a table, [desk]"]),
        ("[mailbox]\nname = 3", 1, ["[[mailbox]]"]),
        ('[[mailbox]]\nname = "x"', 1, ["mailbox needs address"]),
        ('[[mailbox]]\naddress = "a@b.example"\nimap = {port = 1}', 3, ["mailbox.imap needs host"]),
        (
            '[[mailbox]]\naddress = "a@b.example"\n[[mailbox]]\naddress = "c@d.example"\n'
            '[mailbox.imap]\nhost = "h"\nport = 70000',
            7,
            ["mailbox.imap.port is 70000", "65535"],
        ),
        ('[[mailbox]]\naddress = "a@b.example"\n[[mailbox]]\naddress = "A@b.example"', 3, ["two mailboxes"]),
        ("[keys]\nreply = 3", 2, ["keys.reply is 3"]),
        ("[console]\nx = 1\n[keys.a]\nb = 1", 3, ["keys.a is not right"]),
        ("[console]\nmouse = maybe", 2, ["not TOML"]),
        ("a = 1\na = 2", 2, ["not TOML"]),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_what_is_allowed(
    file: Path, text: str, line: int, names: list[str]
) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file)
    said = str(caught.value)
    assert said.startswith(f"{file}, line {line}:")
    assert all(name in said for name in names), said


def test_a_command_for_a_password_is_never_repeated_in_an_error() -> None:
    text = '[[mailbox]]\naddress = "a@b.example"\n[mailbox.imap]\nhost = "h"\npassword_command = "echo hunter2\\n"'
    with pytest.raises(ConfigError) as caught:
        parse(text, "file")
    assert "line 5: mailbox.imap.password_command" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_shared_database_is_named_and_never_repeated_in_an_error() -> None:
    assert parse('[sync]\ndsn = "service=desk"', "file")[0].sync.dsn == "service=desk"
    with pytest.raises(ConfigError, match=r"line 2: sync\.dsn is not right") as caught:
        parse('[sync]\ndsn = "postgres://a:hunter2@b/c\\n"', "file")
    assert "hunter2" not in str(caught.value)


def test_every_look_and_profile_that_may_be_chosen_is_one_the_console_has() -> None:
    from tui.key_profiles import PROFILES
    from tui.look import LOOKS

    for key, names in (("theme", LOOKS), ("keys", PROFILES)):
        with pytest.raises(ConfigError) as caught:
            parse(f'[console]\n{key} = "?"', "file")
        assert caught.value.remedy == "allowed is one of " + ", ".join(f'"{name}"' for name in names)


def test_a_file_that_was_asked_for_must_be_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="there is no configuration"):
        load(file)
    monkeypatch.setenv("HELPTERM_CONFIG", str(file))
    with pytest.raises(BadInput, match="there is no configuration"):
        load(None)


def test_the_environment_names_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('agent = "jo"')
    monkeypatch.setenv("HELPTERM_CONFIG", str(file))
    assert load(None)[0].agent == "jo"


def test_a_folder_or_a_huge_file_is_no_configuration(file: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        load(file.parent)
    file.write_bytes(b"#" * 300_000)
    with pytest.raises(BadInput, match="too large"):
        load(file)


def test_a_file_of_another_encoding_is_named_with_its_line(file: Path) -> None:
    file.write_bytes(b'agent = "jo"\n# caf' + b"\xe9")
    with pytest.raises(ConfigError, match="line 2: this is not UTF-8"):
        load(file)


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbfagent = "jo"\r\n\r\n[policy]\r\nwrong = 1\r\n')
    config, (remark,) = load(file)
    assert config.agent == "jo"
    assert "line 4" in remark


def test_lines_are_found_past_texts_and_lists_that_look_like_settings() -> None:
    text = 'a = """\n[policy]\ncanned_red = 1\n"""\nb = [\n  "x = 1", # ]\n  "]",\n]\n'
    text += '"quo.ted" = 1\n[policy]\nc.d = 2\n'
    tomllib.loads(text)
    assert line_of(text, ("b",)) == 5
    assert line_of(text, ("quo.ted",)) == 9
    assert line_of(text, ("policy",)) == 10
    assert line_of(text, ("policy", "c", "d")) == 11
    assert line_of(text, ("policy", "elsewhere")) == 10


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_what_is_written_as_toml_reads_back_the_same(document: dict[str, object]) -> None:
    text = "\n".join(f"{toml(key)} = {toml(value)}" for key, value in document.items())
    assert tomllib.loads(text) == document
    for position, key in enumerate(document):
        assert line_of(text, (key,)) == position + 1


def test_a_mailbox_is_added_and_the_rest_stays_as_it_was(file: Path) -> None:
    file.write_text("# mine\n[policy]  # strict\ncanned_red = 0.5\n")
    mailbox = Mailbox("a@b.example", "Ünïted", imap=Imap("imap.example"), smtp=Smtp("smtp.example", 2525))
    keep_mailbox(file, mailbox)
    assert file.read_text().startswith("# mine\n[policy]  # strict\ncanned_red = 0.5\n\n[[mailbox]]\n")
    assert load(file)[0].mailboxes == (mailbox,)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_mailbox_of_the_same_name_is_replaced_with_its_tables(file: Path) -> None:
    file.write_text(WHOLE)
    mailbox = Mailbox("new@formwright.example", "Formwright", imap=Imap("other.example"))
    keep_mailbox(file, mailbox)
    config = load(file)[0]
    assert [each.address for each in config.mailboxes] == ["new@formwright.example", "help@harbour.example"]
    assert config.mailboxes[0] == mailbox
    assert config.keys == {"reply": "ctrl+r"}


def test_a_setting_is_changed_in_its_own_line(file: Path) -> None:
    file.write_text(
        "[desk] # ours\nour_addresses = [\n 'a@b.example',\n]\nundo_send_seconds = 3\n\n[policy]\n"
    )
    keep_settings(file, "desk", {"our_addresses": ("c@d.example",)})
    assert file.read_text() == (
        '[desk] # ours\nour_addresses = ["c@d.example"]\nundo_send_seconds = 3\n\n[policy]\n'
    )


def test_a_setting_joins_its_table_or_makes_it(file: Path) -> None:
    file.write_text("[desk]\nundo_send_seconds = 3\n\n[policy]\n")
    keep_settings(file, "desk", {"our_addresses": ["a@b.example"]})
    keep_settings(file, "console", {"theme": "light"})
    assert file.read_text() == (
        '[desk]\nundo_send_seconds = 3\nour_addresses = ["a@b.example"]\n\n[policy]\n\n'
        '[console]\ntheme = "light"\n'
    )


@pytest.mark.parametrize("text", ["desk = {undo_send_seconds = 3}\n", "desk.undo_send_seconds = 3\n"])
def test_a_layout_that_cannot_be_edited_safely_is_left_alone(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError, match="by hand"):
        keep_settings(file, "desk", {"our_addresses": ["a@b.example"]})
    assert file.read_text() == text


def test_a_broken_configuration_is_never_written_to(file: Path) -> None:
    file.write_text("[desk\n")
    with pytest.raises(ConfigError, match="line 1"):
        keep_settings(file, "console", {"theme": "light"})
    assert file.read_text() == "[desk\n"


def test_a_value_that_would_not_load_again_is_not_written(file: Path) -> None:
    file.write_text("")
    with pytest.raises(ConfigError, match="undo_send_seconds"):
        keep_settings(file, "desk", {"undo_send_seconds": -1})
    assert file.read_text() == ""


def test_a_full_disk_leaves_the_old_file_and_no_litter(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[desk]\n")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        keep_settings(file, "console", {"theme": "light"})
    assert file.read_text() == "[desk]\n"
    assert [each.name for each in file.parent.iterdir()] == ["config.toml"]
