"""What a team has in common of its settings: shared by a manager, the same on every machine, before what the file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.config.reading import parse
from store.desk import Desk, team_settings, tickets
from store.errors import ConfigError, NotFound
from store.sync import overruled
from store.sync.verify import verify
from tests.conftest import HOUR, ask
from tests.store.sync.conftest import Team

FILE = """
agent = "ada"
[desk]
undo_send_seconds = 3
our_addresses = ["@desk.example"]
[policy]
canned_blocks = true
[targets]
normal = 2
[service]
hours = "mon-fri 09:00-17:00"
[[service.target]]
priority = "urgent"
first_reply = 0.5
[shift]
hours = 4
zone = "Europe/Istanbul"
[[tier]]
level = 2
name = "Engineers"
[console]
theme = "light"
"""


def test_what_a_manager_shares_holds_on_every_machine_and_the_rest_stays_its_own(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    bob.desk.config, _ = parse("[desk]\nundo_send_seconds = 60\n[targets]\nnormal = 50\n", "bob's file")
    ticket = ask(ada.desk)
    team.sync()
    assert team_settings.share(
        ada.desk, FILE.replace('[service]\nhours = "mon-fri 09:00-17:00"\n', ""), "ada's"
    ) == [
        "desk",
        "policy",
        "targets",
        "service",
        "shift",
        "tier",
    ]
    team.sync()
    cem = team.join("cem")
    shared, _ = parse(FILE, "ada's")
    for engine in (bob, cem):
        config = engine.desk.config
        assert (config.policy, config.targets, config.tiers) == (shared.policy, shared.targets, shared.tiers)
        assert config.service.levels == shared.service.levels
        assert (config.desk.our_addresses, config.shift.hours, config.shift.zone) == (
            ("@desk.example",),
            4,
            "",
        )
        assert verify(engine.desk, engine.link()).differences == ()
        theirs = tickets.find(engine.desk, ticket.id)
        assert theirs.due_at == tickets.ticket(ada.desk, ticket.number).due_at
        assert theirs.due_at == theirs.created_at + 2 * HOUR, "due times follow at once"
    assert bob.desk.config.desk.undo_send_seconds == 60
    assert cem.desk.config.console.theme == "dark"


def test_a_section_that_is_taken_back_leaves_each_machine_its_own(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    bob.desk.config, _ = parse("[targets]\nnormal = 50\n", "bob's file")
    team_settings.share(ada.desk, "[targets]\nnormal = 2\n", "ada's")
    team.sync()
    assert bob.desk.config.targets.normal == 2
    team_settings.unshare(ada.desk, "targets")
    team.sync()
    assert bob.desk.config.targets.normal == 50
    with pytest.raises(NotFound, match="not shared"):
        team_settings.unshare(ada.desk, "targets")


def test_only_managers_say_what_the_team_has_in_common(team: Team) -> None:
    ada, bob = team.join("ada"), team.join("bob")
    team_settings.share(ada.desk, "[targets]\nnormal = 2\n", "ada's")
    team.sync()
    team_settings.share(bob.desk, "[targets]\nnormal = 99\n[policy]\naccept_tip = true\n", "bob's")
    team.sync()
    assert team_settings.shared(ada.desk.read()) == team_settings.shared(bob.desk.read())
    assert (bob.desk.config.targets.normal, bob.desk.config.policy.accept_tip) == (2, False)
    assert {each.entity_id for each in overruled.conflicts(bob.desk)} == {"targets", "policy"}
    assert verify(bob.desk, bob.link()).differences == ()


def test_they_are_there_when_the_desk_is_opened_again(team: Team, tmp_path: Path) -> None:
    team_settings.share(team.join("ada").desk, "[targets]\nnormal = 2\n", "ada's")
    with Desk(team.folder / "ada.db", "ada") as again:
        again.wake()
        assert again.config.targets.normal == 2


@pytest.mark.parametrize(
    "text", ["targets = { normal = 1e9 }", "targets = 5", "not toml [", "console = { theme = 'light' }"]
)
def test_what_cannot_be_read_or_is_not_the_teams_changes_nothing(team: Team, text: str) -> None:
    ada = team.join("ada")
    ada.desk.database.write(lambda connection: team_settings.keep(connection, "targets", text))
    before = ada.desk.config
    ada.desk.keep_due_times()
    assert ada.desk.config == before


def test_a_file_that_is_wrong_is_not_shared(team: Team) -> None:
    ada = team.join("ada")
    with pytest.raises(ConfigError, match="normal"):
        team_settings.share(ada.desk, "[targets]\nnormal = 0\n", "ada's")
    assert team_settings.shared(ada.desk.read()) == {}
