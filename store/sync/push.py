"""Push: what this store has to say, in one call for each batch; said twice it counts once."""

from __future__ import annotations

from store.desk.desk import Desk
from store.desk.ids import new_id
from store.sync import files, local
from store.sync.errors import VERSION, Cloned, Poison
from store.sync.link import Link
from store.sync.wire import MOST_OPS, Op, packed, pending_ops, set_aside

_PUSH = "SELECT helpterm.push(%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)"


def push(desk: Desk, link: Link, limit: int = MOST_OPS) -> int:
    """Sends every pending change; returns how many were sent. They count as arrived when pull has seen them.

    Raises SyncError kinds; what was sent before stays sent.
    """
    sent, after = 0, 0
    while ops := pending_ops(desk.read(), after, limit):
        files.upload(desk, link, ops)
        _send(desk, link, ops)
        sent += len(ops)
        after = ops[-1]["n"]
    return sent


def _send(desk: Desk, link: Link, ops: list[Op]) -> None:
    """One batch; a change that the hub cannot take at all is found by halving, and sent as set aside."""
    try:
        _call(desk, link, ops)
    except Poison as poison:
        if len(ops) == 1:
            _call(desk, link, [set_aside(ops[0], poison.message)])
            return
        middle = len(ops) // 2
        _send(desk, link, ops[:middle])
        _send(desk, link, ops[middle:])


def _call(desk: Desk, link: Link, ops: list[Op], *, is_retry: bool = False) -> None:
    member = _stamped(desk)
    try:
        link.value(
            _PUSH,
            (
                VERSION,
                member.epoch,
                member.cursor,
                member.chain,
                member.device,
                member.stamp,
                member.next_stamp,
                desk.now(),
                packed(ops),
            ),
        )
    except Cloned:
        now = local.membership(desk.read())
        if is_retry:
            raise
        if now.stamp == member.stamp:  # else another console on this very store was faster
            desk.database.write(local.rename)
        _call(desk, link, ops, is_retry=True)
        return
    desk.database.write(lambda connection: _advance(connection, member))


def _stamped(desk: Desk) -> local.Membership:
    """The membership with the stamp that comes next, kept before it is used so that a lost answer is no riddle."""
    member = local.membership(desk.read())
    if not member.next_stamp:

        def job(connection):  # type: ignore[no-untyped-def]
            if not local.membership(connection).next_stamp:
                local.remember(connection, next_stamp=new_id())

        desk.database.write(job)
        member = local.membership(desk.read())
    return member


def _advance(connection, sent: local.Membership) -> None:  # type: ignore[no-untyped-def]
    if local.membership(connection).next_stamp == sent.next_stamp:
        local.remember(connection, stamp=sent.next_stamp, next_stamp="")
