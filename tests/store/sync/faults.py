"""The seeded faults in the protocol, each one replacement in one file; `tests.store.sync.mutants` tries them.

A fault names the test that is to find it, so that it is tried first.
"""

from __future__ import annotations

from typing import NamedTuple

SYNC = "store/sync/"
TABLES, OUTBOX = SYNC + "hub/0001_tables.sql", SYNC + "hub/0002_outbox.sql"
SPEAKERS, FOLD, SETTINGS = (
    SYNC + f"hub/{name}.sql" for name in ("0003_speakers", "0004_fold", "0005_settings")
)
PUSH, PULL, PRESENCE = (SYNC + f"hub/{name}.sql" for name in ("0006_push", "0007_pull", "0008_presence"))


class Fault(NamedTuple):
    """One thing gone wrong, and the test that says so: its file without `test_`, two colons, its name without `test_`."""

    what: str
    file: str
    right: str
    wrong: str
    test: str = ""


FAULTS = (
    Fault("a change sent twice counts twice", PUSH, "WHERE NOT EXISTS (SELECT FROM log l WHERE l.op = x.op)", "WHERE true"),
    Fault("the order of a store's changes is lost", PUSH, "array_agg(k.op ORDER BY k.n)", "array_agg(k.op ORDER BY (k.op).op)"),
    Fault("the author's clock is believed", PUSH, "least(x.at + now_ms - p_now, now_ms)", "x.at"),
    Fault("a clock that is ahead reaches into the future", PUSH, "least(x.at + now_ms - p_now, now_ms)", "x.at + now_ms - p_now"),
    Fault("the last to arrive always wins", SETTINGS, "(winner.effective, winner.op) > (effective, op)", "false"),
    Fault("the first to arrive always wins", SETTINGS, "(winner.effective, winner.op) > (effective, op)", "true"),
    Fault("the earlier change wins", SETTINGS, "(winner.effective, winner.op) > (effective, op)", "(winner.effective, winner.op) < (effective, op)"),
    Fault("what the author had seen does not matter", SETTINGS, "winner.seq > base AND", "true AND"),
    Fault("what was just seen counts as unseen", SETTINGS, "winner.seq > base AND", "winner.seq >= base AND"),
    Fault("own earlier changes count as somebody else's", SETTINGS, " AND winner.device <> device", ""),
    Fault("a claim is a change like any other", SETTINGS, "(first_come OR (winner", "((winner"),
    Fault("a claim never succeeds against an old holder", PUSH, "NOT IN ('\"\"', result)", "IS NOT NULL"),
    Fault("a loser is folded all the same", SETTINGS, "        WHERE d.outcome = 'applied' GROUP BY d.entity_id", "        GROUP BY d.entity_id"),
    Fault("a loser is not told what holds", SETTINGS, "CASE WHEN e.stands THEN e.value ELSE field_of(e.entity_id, e.field) END", "e.value"),
    Fault("an own loser drags what holds along", SETTINGS, "OVER (PARTITION BY o.entity_id, o.field ORDER BY o.n) AS stands", "OVER (PARTITION BY o.entity_id ORDER BY o.n) AS stands"),
    Fault("the first of several settings stays", SETTINGS, "jsonb_object_agg(d.field, d.value ORDER BY d.n)", "jsonb_object_agg(d.field, d.value ORDER BY d.n DESC)"),
    Fault("a ticket may be anything", SETTINGS, "WHEN helpterm.is_field(name) THEN jsonb_typeof(value) = 'string'", "WHEN helpterm.is_field(name) THEN true"),
    Fault("a claim is not folded", PUSH, "UPDATE tickets t SET assignee = me.agent, updated_at", "UPDATE tickets t SET updated_at"),
    Fault("a batch may jump over its first part", PUSH, "s := s + cardinality(settings);", "s := s + 1;"),
    Fault("places are not derived where nothing was said", SYNC + "replay.py", "            new |= found._asdict()\n", "            pass\n"),
    Fault("who waits again is not looked for", SYNC + "replay.py", "looks_anew = status in _WAITING and present[\"status\"] not in _WAITING", "looks_anew = False"),
    Fault("tags that go stay", SETTINGS, "WHERE l.value = 'false' AND g.ticket", "WHERE false AND g.ticket"),
    Fault("a ticket's time goes back", SETTINGS, "updated_at = greatest(t.updated_at, moment(x.effective))", "updated_at = moment(x.effective)"),
    Fault("a ticket that is there is told as new", FOLD, "SELECT ticket_json(t) INTO result FROM tickets t WHERE t.id = add_ticket.id;", "result := v;"),
    Fault("anybody speaks for anybody", FOLD, "IF NOT may_say(me, m) THEN", "IF false THEN"),
    Fault("everybody writes the rules", PUSH, "IF NOT may_put(me, o.entity, o.value) THEN", "IF false THEN"),
    Fault("tickets are claimed for others", PUSH, "result IS DISTINCT FROM to_jsonb(me.agent)", "false"),
    Fault("the future may have been seen", PUSH, "IF said.is_future THEN", "IF false THEN"),
    Fault("a restored hub is not noticed", SPEAKERS, "ELSIF p_cursor > m.head OR", "ELSIF false AND"),
    Fault("another past of the same length is not noticed", SPEAKERS, "AND log.chain = p_chain", ""),
    Fault("the chain does not hold what was decided", TABLES, "$$ SELECT op || outcome || effective || coalesce(result::text, '') $$", "$$ SELECT op $$"),
    Fault("another desk's hub is taken for ours", SPEAKERS, "ELSIF m.epoch <> p_epoch THEN", "ELSIF false THEN"),
    Fault("a copied store is not noticed", SPEAKERS, "OR known.stamp NOT IN (stamp, next) THEN", "THEN"),
    Fault("who left still pushes", SPEAKERS, "WHERE login = session_user AND active", "WHERE login = session_user"),
    Fault("a reply that is leaving can be called back", FOLD, "WHEN 'draft' THEN o.state = 'queued' AND o.lease_until < clock_timestamp()", "WHEN 'draft' THEN true"),
    Fault("nobody is told of news", PUSH, "PERFORM pg_notify('helpterm', s::text);", "NULL;"),
    Fault("pull skips an entry", PULL, "l.seq > p_cursor AND", "l.seq > p_cursor + 1 AND"),
    Fault("pull does not look at the past", PULL, "    PERFORM check_past(m, p_client, p_epoch, p_cursor, p_chain);\n    IF", "    IF"),
    Fault("two machines lease one reply", OUTBOX, "                AND x.lease_until < clock_timestamp()\n", "\n"),
    Fault("a lease that ran out still lets begin", OUTBOX, " AND o.state = 'queued' AND o.lease_until > clock_timestamp();", " AND o.state = 'queued';"),
    Fault("any token lets begin", OUTBOX, "WHERE o.message = p_message AND o.token = p_token AND o.state = 'queued' AND o.lease_until > clock_timestamp();", "WHERE o.message = p_message AND o.state = 'queued';"),
    Fault("any token may report", OUTBOX, "WHERE o.message = p_message AND o.token = p_token FOR UPDATE;", "WHERE o.message = p_message FOR UPDATE;"),
    Fault("what was leaving when its sender died is sent again", OUTBOX, "UPDATE outbox SET state = 'uncertain', error", "UPDATE outbox SET state = 'queued', error"),
    Fault("an answer that comes late is not heard", OUTBOX, "was = 'uncertain' AND p_state NOT IN ('sent', 'failed')", "was = 'uncertain'"),
    Fault("what was sent is told to nobody", OUTBOX, "    IF was <> p_state THEN\n", "    IF false THEN\n"),
    Fault("presence never fades", PRESENCE, "AND p.until > clock_timestamp()", ""),
    Fault("own pending changes are overwritten", SYNC + "replay.py", "kept = self._kept(identity) if self._has_pending else {}", "kept: dict[str, int] = {}"),
    Fault("the cursor moves without the rows", SYNC + "replay.py", "    tickets.write()\n", ""),
    Fault("the cursor stays behind", SYNC + "replay.py", "cursor=entries[-1].seq,", "cursor=entries[0].seq,"),
    Fault("a hole in the log is not seen", SYNC + "replay.py", "if [entry.seq for entry in entries] != list(", "if False and list("),
    Fault("own changes are never acknowledged", SYNC + "local.py", '"UPDATE changes SET seq = ? WHERE number = ?"', '"UPDATE changes SET seq = NULL WHERE ? = ?"'),
    Fault("the newest own change is not known", SYNC + "local.py", "key = 'sync.newest_own'\", (newest,)", "key = 'sync.newest_own'\", (0,)"),
    Fault("places are not derived anew", SYNC + "replay.py", "    tx.finish()\n", ""),
    Fault("deliveries of others are not seen", SYNC + "replay.py", "    _deliveries(tx, entries)\n", ""),
    Fault("what others did leaves no record here", SYNC + "replay.py", "    _append(connection, foreign)\n", ""),
    Fault("nobody hears of being overruled", SYNC + "overruled.py", 'if entry.outcome in ("lost", "rejected") and', "if False and"),
    Fault("nobody hears of being overridden", SYNC + "overruled.py", "rows += _overridden(connection, entry)", "pass"),
    Fault("poison stops the rest", SYNC + "push.py", "    except Poison as poison:\n", "    except Poison as poison:\n        raise\n"),
    Fault("poison takes its neighbours along", SYNC + "push.py", "if len(ops) == 1:", "if True:"),
    Fault("a copied store goes on under the old name", SYNC + "push.py", "desk.database.write(local.rename)", "pass"),
    Fault("a stamp is not kept before it is used", SYNC + "push.py", "local.remember(connection, next_stamp=new_id())", "pass"),
    Fault("a first copy forgets where the log stood", SYNC + "adopt.py", 'cursor=state["head"], chain', 'cursor=state["head"] + 1, chain'),
    Fault("a first copy leaves messages out", SYNC + "placing.py", 'insert(connection, "messages", _NEW_MESSAGE, new)', "pass"),
    Fault("the rest of many is left out", SYNC + "haste.py", "for start in range(0, len(rows), most):", "for start in range(0, len(rows[:most]), most):"),
    Fault("Message-IDs stay without their index when a copy breaks off", SYNC + "adopt.py", "        desk.database.write(message_ids.make, lasting=False)", "        pass"),
    Fault("nobody in a first copy is found by name", SYNC + "placing.py", '"INSERT INTO customer_search (rowid, email, name) VALUES (?, ?, ?)"', '"INSERT INTO customer_search (rowid, email, name) SELECT ?, ?, ? WHERE false"'),
    Fault("a first copy leaves tags out", SYNC + "placing.py", '    connection.executemany("INSERT INTO ticket_tags (tag, ticket) VALUES (?, ?)", tags)\n', ""),
    Fault("a first copy knows nobody who waits", SYNC + "placing.py", "unanswered_since=int(asked) if asked else None", "unanswered_since=None"),
    Fault("a copied ticket that was here keeps what it had", SYNC + "placing.py", 'here.place(identity, _as_told(row) | {"tags": own})', "pass"),
    Fault("a first copy begins anew each time", SYNC + "adopt.py", 'state["after"] or stage.first', "stage.first"),
    Fault("what is copied is never found", SYNC + "placing.py", "    backlog.leave_for_later(connection, first, number - 1)\n", ""),
    Fault("a restored hub is not told again", SYNC + "adopt.py", '"UPDATE changes SET seq = NULL WHERE device = \'\' AND seq IS NOT NULL AND at > ?"', '"UPDATE changes SET seq = NULL WHERE device = \'no\' AND seq > ?"'),
    Fault("what the hub has already is waited for", SYNC + "adopt.py", "    _acknowledge_known(desk, link)\n", ""),
    Fault("tickets of others are not rescued", SYNC + "adopt.py", "        rescue.say_again(desk, link)\n", "        pass\n"),
    Fault("what was sent before a restore is sent again", SYNC + "messages.py", '    if row[1] in ("sent", "uncertain", "failed") and', "    if False and"),
    Fault("a message stays with the wrong ticket", SYNC + "messages.py", "        _move(tx, row, ticket[0], content", "        pass; (tx, row, ticket[0], content"),
    Fault("text is taken as it comes", SYNC + "wire.py", "        return inert(value)\n", "        return value\n"),
    Fault("a mail server's answer is not kept for later", SYNC + "engine.py", "        sending.report(self.desk, link)\n", ""),
    Fault("trouble is the end", SYNC + "engine.py", "        except HubRestored:\n            adopt.recover(self.desk, self.link(), self._progress)\n", "        except HubRestored:\n            pass\n"),
)  # fmt: skip
