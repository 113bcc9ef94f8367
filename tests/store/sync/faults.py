"""The seeded faults in the protocol, each one replacement in one file; `tests.store.sync.mutants` tries them.

A fault names the test that is to find it, so that it is tried first.
"""

from __future__ import annotations

from typing import NamedTuple

SYNC = "store/sync/"
INTAKE = "store/channels/mail/intake.py"
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
    Fault("a change sent twice counts twice", PUSH, "WHERE NOT EXISTS (SELECT FROM log l WHERE l.op = x.op)", "WHERE true", "sync::a_store_that_was_copied_gets_a_name_of_its_own"),
    Fault("the order of a store's changes is lost", PUSH, "array_agg(k.op ORDER BY k.n)", "array_agg(k.op ORDER BY (k.op).op)", "rights::what_one_store_did_is_decided_in_its_order_whatever_the_ids_are"),
    Fault("the author's clock is believed", PUSH, "least(x.at + now_ms - p_now, now_ms)", "x.at", "rights::priv_nobody_pretends_to_have_seen_the_future"),
    Fault("a clock that is ahead reaches into the future", PUSH, "least(x.at + now_ms - p_now, now_ms)", "x.at + now_ms - p_now", "rights::priv_nobody_pretends_to_have_seen_the_future"),
    Fault("the last to arrive always wins", SETTINGS, "(winner.effective, winner.op) > (effective, op)", "false", "sync::a_change_set_again_holds"),
    Fault("the first to arrive always wins", SETTINGS, "(winner.effective, winner.op) > (effective, op)", "true", "sync::a_change_that_others_override_unseen_is_shown_to_its_author"),
    Fault("the earlier change wins", SETTINGS, "(winner.effective, winner.op) > (effective, op)", "(winner.effective, winner.op) < (effective, op)", "sync::a_change_set_again_holds"),
    Fault("what the author had seen does not matter", SETTINGS, "winner.seq > base AND", "true AND", "sync::causal_a_change_made_on_the_current_value_wins_whatever_its_clock_said"),
    Fault("what was just seen counts as unseen", SETTINGS, "winner.seq > base AND", "winner.seq >= base AND", "sync::causal_a_change_made_on_the_current_value_wins_whatever_its_clock_said"),
    Fault("own earlier changes count as somebody else's", SETTINGS, " AND winner.device <> device", "", "sync::ones_own_change_that_is_not_pulled_yet_does_not_stand_in_the_way_of_the_next"),
    Fault("a claim is a change like any other", SETTINGS, "(first_come OR (winner", "((winner", "sync::the_first_to_claim_has_it_and_the_other_is_told"),
    Fault("a claim never succeeds against an old holder", PUSH, "NOT IN ('\"\"', result)", "IS NOT NULL", "sync::a_claim_on_a_ticket_that_was_let_go_meanwhile_holds"),
    Fault("a loser is folded all the same", SETTINGS, "        WHERE d.outcome = 'applied' GROUP BY d.entity_id", "        GROUP BY d.entity_id", "sync::of_several_changes_in_one_push_each_stands_or_falls_by_itself"),
    Fault("a loser is not told what holds", SETTINGS, "CASE WHEN e.stands THEN e.value ELSE field_of(e.entity_id, e.field) END", "e.value", "sync::a_change_set_again_holds"),
    Fault("an own loser drags what holds along", SETTINGS, "OVER (PARTITION BY o.entity_id, o.field ORDER BY o.n) AS stands", "OVER (PARTITION BY o.entity_id ORDER BY o.n) AS stands", "sync::of_several_changes_in_one_push_each_stands_or_falls_by_itself"),
    Fault("the first of several settings stays", SETTINGS, "jsonb_object_agg(d.field, d.value ORDER BY d.n)", "jsonb_object_agg(d.field, d.value ORDER BY d.n DESC)", "sync::of_several_changes_in_one_push_each_stands_or_falls_by_itself"),
    Fault("a ticket may be anything", SETTINGS, "WHEN helpterm.is_field(name) THEN jsonb_typeof(value) = 'string'", "WHEN helpterm.is_field(name) THEN true", "rights::priv_a_field_takes_only_what_it_can_hold"),
    Fault("a claim is not folded", PUSH, "UPDATE tickets t SET assignee = me.agent, updated_at", "UPDATE tickets t SET updated_at", "sync::the_first_to_claim_has_it_and_the_other_is_told"),
    Fault("a batch may jump over its first part", PUSH, "s := s + cardinality(settings);", "s := s + 1;", "sync::a_merge_moves_who_waits_on_every_desk"),
    Fault("places are not derived where nothing was said", SYNC + "ticket_replay.py", "            new |= found._asdict()\n", "            pass\n", "first_copy::a_copy_broken_off_after_any_block_goes_on_and_ends_the_same"),
    Fault("who waits again is not looked for", SYNC + "ticket_replay.py", "looks_anew = status in _WAITING and present[\"status\"] not in _WAITING", "looks_anew = False", "sync::a_ticket_that_is_opened_again_waits_again_on_every_desk"),
    Fault("tags that go stay", SETTINGS, "WHERE l.value = 'false' AND g.ticket", "WHERE false AND g.ticket", "sync::a_tag_that_is_taken_away_is_gone_everywhere"),
    Fault("a ticket's time goes back", SETTINGS, "updated_at = greatest(t.updated_at, moment(x.effective))", "updated_at = moment(x.effective)", "sync::the_time_of_a_ticket_never_goes_back"),
    Fault("a ticket that is there is told as new", FOLD, "SELECT ticket_json(t) INTO result FROM tickets t WHERE t.id = add_ticket.id;", "result := v;", "sync::a_ticket_of_one_desk_is_on_the_other"),
    Fault("anybody speaks for anybody", FOLD, "IF NOT may_say(me, m) THEN", "IF false THEN", "rights::priv_a_forged_client_speaks_only_for_itself"),
    Fault("everybody writes the rules", PUSH, "IF NOT may_put(me, o.entity, o.value) THEN", "IF false THEN", "sync::outside_staff_does_not_write_the_rules"),
    Fault("tickets are claimed for others", PUSH, "result IS DISTINCT FROM to_jsonb(me.agent)", "false", "rights::priv_a_forged_client_speaks_only_for_itself"),
    Fault("the future may have been seen", PUSH, "IF said.is_future THEN", "IF false THEN", "rights::priv_nobody_pretends_to_have_seen_the_future"),
    Fault("a restored hub is not noticed", SPEAKERS, "ELSIF p_cursor > m.head OR", "ELSIF false AND", "sync::restore_what_was_acknowledged_lately_is_said_again"),
    Fault("another past of the same length is not noticed", SPEAKERS, "AND log.chain = p_chain", "", "sync::restore_the_same_change_decided_anew_is_another_past"),
    Fault("the chain does not hold what was decided", TABLES, "$$ SELECT op || outcome || effective || coalesce(result::text, '') $$", "$$ SELECT op $$", "sync::restore_the_same_change_decided_anew_is_another_past"),
    Fault("another desk's hub is taken for ours", SPEAKERS, "ELSIF m.epoch <> p_epoch THEN", "ELSIF false THEN", "trouble::the_database_of_another_desk_is_not_mixed_in"),
    Fault("a copied store is not noticed", SPEAKERS, "OR known.stamp NOT IN (stamp, next) THEN", "THEN", "sync::a_store_that_was_copied_gets_a_name_of_its_own"),
    Fault("who left still pushes", SPEAKERS, "WHERE login = session_user AND active", "WHERE login = session_user", "sync::whoever_is_sent_away_keeps_the_desk_and_is_told"),
    Fault("a reply that is leaving can be called back", FOLD, "WHEN 'draft' THEN o.state = 'queued' AND o.lease_until < clock_timestamp()", "WHEN 'draft' THEN true", "sending::undo_send_that_comes_too_late_is_told"),
    Fault("nobody is told of news", PUSH, "PERFORM pg_notify('helpterm', s::text);", "NULL;", "engine::a_change_of_ours_leaves_by_itself_and_a_hint_brings_it_to_the_others"),
    Fault("pull skips an entry", PULL, "l.seq > p_cursor AND", "l.seq > p_cursor + 1 AND", "sync::a_ticket_of_one_desk_is_on_the_other"),
    Fault("pull does not look at the past", PULL, "    PERFORM check_past(m, p_client, p_epoch, p_cursor, p_chain);\n    IF", "    IF", "sync::restore_what_was_acknowledged_lately_is_said_again"),
    Fault("two machines lease one reply", OUTBOX, "                AND x.lease_until < clock_timestamp()\n", "\n", "sending::mail_only_one_machine_holds_a_reply"),
    Fault("a lease that ran out still lets begin", OUTBOX, " AND o.state = 'queued' AND o.lease_until > clock_timestamp();", " AND o.state = 'queued';", "sending::fence_a_lease_that_ran_out_is_over_even_when_nobody_else_took_it"),
    Fault("any token lets begin", OUTBOX, "WHERE o.message = p_message AND o.token = p_token AND o.state = 'queued' AND o.lease_until > clock_timestamp();", "WHERE o.message = p_message AND o.state = 'queued';", "sending::fence_a_sender_whose_lease_ran_out_may_not_begin"),
    Fault("any token may report", OUTBOX, "WHERE o.message = p_message AND o.token = p_token FOR UPDATE;", "WHERE o.message = p_message FOR UPDATE;", "sending::fence_a_sender_whose_lease_ran_out_may_not_begin"),
    Fault("what was leaving when its sender died is sent again", OUTBOX, "UPDATE outbox SET state = 'uncertain', error", "UPDATE outbox SET state = 'queued', error", "sending::a_sender_that_died_while_the_text_was_leaving_leaves_it_uncertain"),
    Fault("an answer that comes late is not heard", OUTBOX, "was = 'uncertain' AND p_state NOT IN ('sent', 'failed')", "was = 'uncertain'", "sending::an_answer_of_the_mail_server_that_could_not_be_reported_is_reported_later"),
    Fault("what was sent is told to nobody", OUTBOX, "    IF was <> p_state THEN\n", "    IF false THEN\n", "sending::mail_what_one_machine_sent_is_sent_for_all"),
    Fault("presence never fades", PRESENCE, "AND p.until > clock_timestamp()", "", "engine::presence_fades_by_itself"),
    Fault("own pending changes are overwritten", SYNC + "ticket_replay.py", "kept = self._kept(identity) if self._has_pending else {}", "kept: dict[str, int] = {}", "sync::local_what_an_agent_typed_stays_in_view_until_the_hub_has_decided"),
    Fault("the cursor moves without the rows", SYNC + "replay.py", "    tickets.write()\n", "", "sync::a_ticket_of_one_desk_is_on_the_other"),
    Fault("the cursor stays behind", SYNC + "replay.py", "cursor=entries[-1].seq,", "cursor=entries[0].seq,", "sending::mail_what_one_machine_sent_is_sent_for_all"),
    Fault("a hole in the log is not seen", SYNC + "replay.py", "if [entry.seq for entry in entries] != list(", "if False and list(", "sync::gapless_a_log_with_a_hole_is_refused_and_nothing_of_it_is_kept"),
    Fault("own changes are never acknowledged", SYNC + "local.py", '"UPDATE changes SET seq = ? WHERE number = ?"', '"UPDATE changes SET seq = NULL WHERE ? = ?"', "sync::the_first_to_claim_has_it_and_the_other_is_told"),
    Fault("the newest own change is not known", SYNC + "local.py", "key = 'sync.newest_own'\", (newest,)", "key = 'sync.newest_own'\", (0,)", "sync::a_change_that_others_override_unseen_is_shown_to_its_author"),
    Fault("places are not derived anew", SYNC + "replay.py", "    tx.finish()\n", "", "sync::a_ticket_of_one_desk_is_on_the_other"),
    Fault("deliveries of others are not seen", SYNC + "replay.py", "    _deliveries(tx, entries)\n", "", "sending::mail_what_one_machine_sent_is_sent_for_all"),
    Fault("what others did leaves no record here", SYNC + "replay.py", "    _append(connection, foreign)\n", "", "sync::the_first_to_claim_has_it_and_the_other_is_told"),
    Fault("nobody hears of being overruled", SYNC + "overruled.py", 'if entry.outcome in ("lost", "rejected") and', "if False and", "sync::the_first_to_claim_has_it_and_the_other_is_told"),
    Fault("nobody hears of being overridden", SYNC + "overruled.py", "rows += _overridden(connection, entry)", "pass", "sync::a_change_that_others_override_unseen_is_shown_to_its_author"),
    Fault("poison stops the rest", SYNC + "push.py", "    except Poison as poison:\n", "    except Poison as poison:\n        raise\n", "trouble::a_poisonous_change_is_set_aside_and_the_rest_goes_on"),
    Fault("poison takes its neighbours along", SYNC + "push.py", "if len(ops) == 1:", "if True:", "trouble::a_poisonous_change_is_set_aside_and_the_rest_goes_on"),
    Fault("a copied store goes on under the old name", SYNC + "push.py", "desk.database.write(local.rename)", "pass", "sync::a_store_that_was_copied_gets_a_name_of_its_own"),
    Fault("a stamp is not kept before it is used", SYNC + "push.py", "local.remember(connection, next_stamp=new_id())", "pass", "sync::a_store_that_was_copied_gets_a_name_of_its_own"),
    Fault("a first copy forgets where the log stood", SYNC + "adopt.py", 'cursor=state["head"], chain', 'cursor=state["head"] + 1, chain', "sync::a_ticket_of_one_desk_is_on_the_other"),
    Fault("a first copy leaves messages out", SYNC + "placing.py", 'insert(connection, "messages", _NEW_MESSAGE, new)', "pass", "sync::restore_what_was_acknowledged_lately_is_said_again"),
    Fault("the rest of many is left out", SYNC + "haste.py", "for start in range(0, len(rows), most):", "for start in range(0, len(rows[:most]), most):", "first_copy::boot_a_copy_is_the_desk_that_replaying_would_have_left"),
    Fault("Message-IDs stay without their index when a copy breaks off", SYNC + "adopt.py", "        desk.database.write(message_ids.make, lasting=False)", "        pass", "first_copy::a_copy_broken_off_after_any_block_goes_on_and_ends_the_same"),
    Fault("nobody in a first copy is found by name", SYNC + "placing.py", '"INSERT INTO customer_search (rowid, email, name) VALUES (?, ?, ?)"', '"INSERT INTO customer_search (rowid, email, name) SELECT ?, ?, ? WHERE false"', "first_copy::boot_a_copy_is_the_desk_that_replaying_would_have_left"),
    Fault("a first copy leaves tags out", SYNC + "placing.py", '    connection.executemany("INSERT INTO ticket_tags (tag, ticket) VALUES (?, ?)", tags)\n', "", "sync::restore_what_only_others_had_said_is_rescued_by_whoever_has_it"),
    Fault("a first copy knows nobody who waits", SYNC + "placing.py", "unanswered_since=int(asked) if asked else None", "unanswered_since=None", "first_copy::boot_a_copy_is_the_desk_that_replaying_would_have_left"),
    Fault("a copied ticket that was here keeps what it had", SYNC + "placing.py", 'here.place(identity, _as_told(row) | {"tags": own})', "pass", "first_copy::a_desk_that_had_work_of_its_own_keeps_it_and_waits_for_both"),
    Fault("a first copy begins anew each time", SYNC + "adopt.py", 'state["after"] or stage.first', "stage.first", "trouble::a_first_copy_goes_on_where_it_was_interrupted"),
    Fault("what is copied is never found", SYNC + "placing.py", "    backlog.leave_for_later(connection, first, number - 1)\n", "", "first_copy::boot_a_copy_is_the_desk_that_replaying_would_have_left"),
    Fault("a restored hub is not told again", SYNC + "adopt.py", '"UPDATE changes SET seq = NULL WHERE device = \'\' AND seq IS NOT NULL AND at > ?"', '"UPDATE changes SET seq = NULL WHERE device = \'no\' AND seq > ?"', "sync::restore_what_was_acknowledged_lately_is_said_again"),
    Fault("what the hub has already is waited for", SYNC + "adopt.py", "    _acknowledge_known(desk, link)\n", "", "sync::drain_who_leaves_and_comes_back_waits_for_nothing_and_says_nothing_twice"),
    Fault("tickets of others are not rescued", SYNC + "adopt.py", "        rescue.say_again(desk, link)\n", "        pass\n", "sync::restore_what_only_others_had_said_is_rescued_by_whoever_has_it"),
    Fault("what was sent before a restore is sent again", SYNC + "messages.py", '    if row[1] in ("sent", "uncertain", "failed") and', "    if False and", "sending::a_hub_that_went_back_in_time_does_not_send_again_what_was_sent"),
    Fault("a message stays with the wrong ticket", SYNC + "messages.py", "        _move(tx, row, ticket[0], content", "        pass; (tx, row, ticket[0], content", "sync::restore_what_was_acknowledged_lately_is_said_again"),
    Fault("text is taken as it comes", SYNC + "wire.py", "        return inert(value)\n", "        return value\n", "rights::hostile_text_of_a_forged_client_is_inert_here"),
    Fault("a mail server's answer is not kept for later", SYNC + "engine.py", "        sending.report(self.desk, link)\n", "", "sending::an_answer_of_the_mail_server_that_could_not_be_reported_is_reported_later"),
    Fault("trouble is the end", SYNC + "engine.py", "        except HubRestored:\n            adopt.recover(self.desk, self.link(), self._progress)\n", "        except HubRestored:\n            pass\n", "sync::restore_what_was_acknowledged_lately_is_said_again"),
    Fault("two mails under one Message-ID are taken for one", SYNC + "twins.py", "or _is_same(tx.connection, row, content):", "or True:", "mail::mail_two_mails_under_one_message_id_that_two_machines_fetched_are_both_kept"),
    Fault("a mail has another id on every machine", INTAKE, 'derived_id("mail", letter.message_id or letter.mail.content_id)', 'derived_id("mail", tx.agent, letter.message_id)', "mail::mail_two_machines_that_fetch_one_mailbox_file_each_mail_once_and_alike"),
    Fault("a mail without a Message-ID is another one each time", INTAKE, 'letter.message_id or letter.mail.content_id)', 'letter.message_id or tx.batch)', "mail::mail_two_machines_that_fetch_one_mailbox_file_each_mail_once_and_alike"),
    Fault("a mail begins another ticket on every machine", INTAKE, '        ticket_id=derived_id("ticket", identity),\n', "", "mail::mail_two_machines_that_fetch_one_mailbox_file_each_mail_once_and_alike"),
    Fault("a first copy forgets which past it is of", SYNC + "adopt.py", 'chain=state["chain"], copying', 'chain="", copying', "first_copy::boot_a_copy_is_the_desk_that_replaying_would_have_left"),
    Fault("what is said again has seen what is gone", SYNC + "adopt.py", "UPDATE changes SET base = 0 WHERE", "UPDATE changes SET base = base WHERE", "sync::restore_what_was_acknowledged_lately_is_said_again"),
    Fault("no copy is kept before a restore is mended", SYNC + "adopt.py", '    backup(desk.path, desk.path.with_name(f"{desk.path.name}.before-restore-{said.head}"))\n', "", "sync::restore_what_only_others_had_said_is_rescued_by_whoever_has_it"),
    Fault("a ticket is dated by a clock that is slow", FOLD, "CASE WHEN (v ->> 'created_at')::bigint = at THEN effective", "CASE WHEN false THEN effective", "invariants::nofuture_a_clock_a_year_off_writes_nothing_that_has_not_happened_yet"),
    Fault("a person's word leaves the old sender its token", FOLD, "token = nextval('tokens'), lease_until", "lease_until", "sending::a_person_decides_about_an_uncertain_reply"),
    Fault("what is uncertain is leased", OUTBOX, "WHERE x.state = 'queued' AND x.next_attempt_at", "WHERE x.state IN ('queued', 'uncertain') AND x.next_attempt_at", "sending::a_sender_that_died_while_the_text_was_leaving_leaves_it_uncertain"),
    Fault("a reply leaves while it can be taken back", OUTBOX, " AND x.hold_until <= clock_timestamp()", "", "sending::a_reply_that_can_still_be_taken_back_is_given_to_no_sender"),
    Fault("nobody is told that a reply has left", OUTBOX, "PERFORM pg_notify('helpterm', (m.head + 1)::text);", "NULL;", "engine::a_hint_tells_that_a_reply_has_left"),
    Fault("everybody says who is who", SPEAKERS, "WHEN entity = 'agent' THEN me.role = 'manager' OR", "WHEN entity = 'agent' THEN true OR", "rights::priv_a_forged_client_speaks_only_for_itself"),
    Fault("a sign-off needs no mentor", SPEAKERS, "AND v ->> 'mentor' = me.agent", "", "rights::priv_a_forged_client_speaks_only_for_itself"),
    Fault("agents read what only the hub should", SYNC + "hub/0009_rights.sql", "REVOKE SELECT ON settings, devices", "REVOKE SELECT ON devices", "rights::priv_is_refused"),
    Fault("everybody calls everything", SYNC + "hub/0009_rights.sql", "    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA helpterm FROM public;\n", "", "rights::priv_is_refused"),
    Fault("a caller's own tables are read first", SPEAKERS, "SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp", "SECURITY DEFINER SET search_path = pg_temp, helpterm, pg_catalog", "rights::priv_a_search_path_of_ones_own_changes_nothing"),
    Fault("one is one's own colleague", PRESENCE, "p.agent <> me.agent AND ", "", "engine::colleagues_see_who_replies_where"),
    Fault("who has left is still there", PRESENCE, "IF p_ticket = '' THEN", "IF false THEN", "engine::colleagues_see_who_replies_where"),
    Fault("nobody says where they are", SYNC + "engine.py", "BEAT_SECONDS\n                    self._beat(on_state)", "BEAT_SECONDS", "engine::the_engine_tells_what_the_agent_does_while_it_waits"),
    Fault("a hint is not heard", SYNC + "engine.py", "if self._hinted() or ", "if ", "engine::a_change_of_ours_leaves_by_itself_and_a_hint_brings_it_to_the_others"),
    Fault("a missing attachment is no difference", SYNC + "verify.py", " FROM helpterm.attachments a WHERE a.message = m.id)", " FROM helpterm.attachments a WHERE a.message = m.id AND false)", "verify::what_differs_is_named_and_nothing_else"),
    Fault("everybody says what the team has in common", SPEAKERS, "WHEN entity = 'setting' THEN me.role = 'manager'", "WHEN entity = 'setting' THEN true", "team_settings::only_managers_say_what_the_team_has_in_common"),
    Fault("what the team has in common is taken at the next start only", SYNC + "engine.py", "if news.settings:", "if False:", "team_settings::what_a_manager_shares_holds_on_every_machine_and_the_rest_stays_its_own"),
)  # fmt: skip
