"""`helpterm doctor` on a shared desk."""

from __future__ import annotations

from store.doctor import examine
from tests.conftest import ask
from tests.store.sync.conftest import Team


def shared_check(team: Team):  # type: ignore[no-untyped-def]
    (found,) = [each for each in examine(team.folder / "ada.db", None) if each.name == "shared"]
    return found


def test_the_doctor_says_how_a_shared_desk_stands(team: Team) -> None:
    ada = team.join("ada")
    ada.desk.database.write(
        lambda connection: connection.execute(
            "UPDATE meta SET value = ? WHERE key = 'sync.dsn'", (team.invitation("ada"),)
        )
    )
    ask(ada.desk)
    assert shared_check(team).detail == "the team's database answers; 3 changes wait here, 0 there"
    team.rows("UPDATE helpterm.agents SET active = false WHERE agent = 'ada'")
    found = shared_check(team)
    assert (found.ok, found.remedy) == (False, "ask whoever runs the desk for an invitation")
