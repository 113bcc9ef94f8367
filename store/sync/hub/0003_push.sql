-- Push: one call that takes what a store has to say, decides it in the one order, folds it and logs it.
-- Functions that only others here call rely on the caller's pinned search_path: setting it anew for each change is what costs.
-- Tables are not scanned here: a plan made while the log was short would be kept when it has grown long.

SET LOCAL search_path = pg_catalog, helpterm, pg_temp;

CREATE FUNCTION helpterm.ms(moment timestamptz) RETURNS bigint LANGUAGE sql STABLE AS
    $$ SELECT (extract(epoch FROM moment) * 1000)::bigint $$;
CREATE FUNCTION helpterm.moment(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
    $$ SELECT to_timestamp(ms / 1000.0) $$;

CREATE FUNCTION helpterm.actor() RETURNS helpterm.agents
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
DECLARE me agents;
BEGIN
    SELECT * INTO me FROM agents WHERE login = session_user AND active;
    IF NOT FOUND THEN
        RAISE '% is no agent of this desk', session_user USING ERRCODE = 'HT004';
    END IF;
    RETURN me;
END $$;

-- Raises unless the caller is new enough and its past is a part of ours: the chain up to its cursor must be ours.
CREATE FUNCTION helpterm.check_past(m helpterm.meta, p_client integer, p_epoch text, p_cursor bigint, p_chain text)
RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_client < m.oldest_client THEN
        RAISE 'this helpterm is too old for the shared database' USING ERRCODE = 'HT005';
    ELSIF m.epoch <> p_epoch THEN
        RAISE 'this is the database of another desk' USING ERRCODE = 'HT002';
    ELSIF p_cursor > m.head OR (p_cursor > 0 AND NOT EXISTS (
            SELECT FROM log WHERE log.seq = p_cursor AND log.chain = p_chain)) THEN
        RAISE 'the shared database went back in time' USING ERRCODE = 'HT001';
    END IF;
END $$;

-- A store proves with each push that it made the one before. Two with one name are copies of each other.
CREATE FUNCTION helpterm.check_device(device text, stamp text, next text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE known devices;
BEGIN
    SELECT * INTO known FROM devices d WHERE d.device = check_device.device;
    IF NOT FOUND THEN
        INSERT INTO devices VALUES (device, session_user, next);
    ELSIF known.login <> session_user OR known.stamp NOT IN (stamp, next) THEN
        RAISE 'another store pushes under the same name' USING ERRCODE = 'HT003';
    ELSIF known.stamp <> next THEN
        UPDATE devices d SET stamp = next, pushed_at = clock_timestamp() WHERE d.device = check_device.device;
    END IF;
END $$;

-- True when somebody else's change, not seen by this one's author, is the later one.
CREATE FUNCTION helpterm.is_beaten(
    id text, name text, base bigint, device text, effective bigint, op text, first_come boolean
) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE winner record;
BEGIN
    SELECT l.seq, l.device, l.effective, l.op INTO winner FROM log l
    WHERE l.entity_id = id AND l.field = name AND l.outcome = 'applied' ORDER BY -l.seq LIMIT 1; -- as log_winner has it, and no other
    RETURN FOUND AND winner.seq > base AND winner.device <> device
        AND (first_come OR (winner.effective, winner.op) > (effective, op));
END $$;

CREATE FUNCTION helpterm.field_of(id text, name text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, helpterm, pg_temp AS $$
    SELECT CASE
        WHEN name LIKE 'tag:%' THEN to_jsonb(EXISTS (
            SELECT FROM ticket_tags g WHERE g.ticket = t.id AND g.tag = substr(name, 5)))
        WHEN name = 'snoozed_until' THEN to_jsonb(ms(t.snoozed_until))
        ELSE to_jsonb(t) -> name END
    FROM tickets t WHERE t.id = field_of.id
$$;

-- A change as a store says it, and when it was made by this server's clock; then what became of it.
CREATE TYPE helpterm.op AS (n bigint, op text, batch text, at bigint, kind text, entity text, entity_id text, field text,
    value jsonb, previous jsonb, base bigint, effective bigint);
CREATE TYPE helpterm.decision AS (n bigint, op text, batch text, at bigint, kind text, entity text, entity_id text, field text,
    value jsonb, previous jsonb, base bigint, effective bigint, outcome text, result jsonb, touched bigint);

CREATE FUNCTION helpterm.is_field(name text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT name IN ('subject', 'status', 'priority', 'channel', 'product', 'department', 'tier', 'assignee', 'language',
        'snoozed_until', 'problem', 'declined_by', 'merged_into', 'handle_seconds')
$$;

CREATE FUNCTION helpterm.is_whole(value jsonb, most numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN abs(value::numeric) < most AND value::numeric % 1 = 0 ELSE false END
$$;

-- Whether a change sets a field of a ticket to something that the field can hold.
CREATE FUNCTION helpterm.is_setting(kind text, entity text, name text, value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT kind IN ('set', 'undo') AND entity = 'ticket' AND coalesce(CASE
        WHEN name LIKE 'tag:_%' THEN jsonb_typeof(value) = 'boolean'
        WHEN name = 'status' THEN value IN ('"new"', '"open"', '"pending"', '"on_hold"', '"solved"', '"closed"')
        WHEN name = 'priority' THEN value IN ('"urgent"', '"high"', '"normal"', '"low"')
        WHEN name = 'channel' THEN value IN ('"email"', '"phone"', '"chat"', '"forum"', '"helpdesk"')
        WHEN name = 'tier' THEN value IN ('1', '2', '3')
        WHEN name = 'handle_seconds' THEN helpterm.is_whole(value, 1e18)
        WHEN name = 'snoozed_until' THEN value IS NULL OR helpterm.is_whole(value, 1e14)
        WHEN helpterm.is_field(name) THEN jsonb_typeof(value) = 'string'
        END, false)
$$;

-- Decides and folds many settings at once, as if it were one after the other: of two on one field by this store the later one
-- holds once the first one did, and what loses is told what stood before them all. Returns the decisions in order.
CREATE FUNCTION helpterm.set_fields(ops op[], device text, s bigint) RETURNS decision[]
LANGUAGE plpgsql AS $$
DECLARE decided decision[];
BEGIN
    SELECT array_agg((e.n, e.op, e.batch, e.at, e.kind, e.entity, e.entity_id, e.field, e.value, e.previous, e.base, e.effective,
        CASE WHEN e.stood IS NULL THEN 'rejected' WHEN e.stands THEN 'applied' ELSE 'lost' END,
        CASE WHEN e.stands THEN e.value ELSE field_of(e.entity_id, e.field) END, e.touched)::decision ORDER BY e.n)
    INTO decided
    FROM (
        SELECT d.*, greatest(d.stood, max(d.effective) FILTER (WHERE d.stands) OVER (PARTITION BY d.entity_id ORDER BY d.n)) AS touched
        FROM (
            SELECT o.*, ms(t.updated_at) AS stood, bool_or(t.id IS NOT NULL
                AND NOT is_beaten(o.entity_id, o.field, o.base, device, o.effective, o.op, false))
                OVER (PARTITION BY o.entity_id, o.field ORDER BY o.n) AS stands
            FROM unnest(ops) o LEFT JOIN tickets t ON t.id = o.entity_id
        ) d
    ) e;
    UPDATE tickets t SET
        subject = coalesce(x.new ->> 'subject', t.subject),
        status = coalesce(x.new ->> 'status', t.status),
        priority = coalesce(x.new ->> 'priority', t.priority),
        channel = coalesce(x.new ->> 'channel', t.channel),
        product = coalesce(x.new ->> 'product', t.product),
        department = coalesce(x.new ->> 'department', t.department),
        tier = coalesce((x.new ->> 'tier')::integer, t.tier),
        assignee = coalesce(x.new ->> 'assignee', t.assignee),
        language = coalesce(x.new ->> 'language', t.language),
        snoozed_until = CASE WHEN x.new ? 'snoozed_until' THEN moment((x.new ->> 'snoozed_until')::bigint)
            ELSE t.snoozed_until END,
        problem = coalesce(x.new ->> 'problem', t.problem),
        declined_by = coalesce(x.new ->> 'declined_by', t.declined_by),
        merged_into = coalesce(x.new ->> 'merged_into', t.merged_into),
        handle_seconds = coalesce((x.new ->> 'handle_seconds')::bigint, t.handle_seconds),
        updated_at = greatest(t.updated_at, moment(x.effective)),
        seq = x.seq
    FROM (
        SELECT d.entity_id, jsonb_object_agg(d.field, d.value ORDER BY d.n) AS new, max(d.effective) AS effective,
            s + max(d.place) AS seq
        FROM unnest(decided) WITH ORDINALITY AS d(n, op, batch, at, kind, entity, entity_id, field, value, previous, base, effective,
            outcome, result, touched, place)
        WHERE d.outcome = 'applied' GROUP BY d.entity_id
    ) x
    WHERE t.id = x.entity_id;
    IF EXISTS (SELECT FROM unnest(decided) d WHERE d.field LIKE 'tag:%') THEN
        PERFORM set_tags(decided);
    END IF;
    RETURN decided;
END $$;

CREATE FUNCTION helpterm.set_tags(decided decision[]) RETURNS void LANGUAGE sql AS $$
    WITH last AS (
        SELECT DISTINCT ON (d.entity_id, d.field) d.entity_id, substr(d.field, 5) AS tag, d.value FROM unnest(decided) d
        WHERE d.outcome = 'applied' AND d.field LIKE 'tag:%' ORDER BY d.entity_id, d.field, d.n DESC
    ), gone AS (
        DELETE FROM helpterm.ticket_tags g USING last l WHERE l.value = 'false' AND g.ticket = l.entity_id AND g.tag = l.tag
    )
    INSERT INTO helpterm.ticket_tags SELECT l.entity_id, l.tag FROM last l WHERE l.value = 'true' ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION helpterm.ticket_json(t helpterm.tickets) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(t) - 'seq' || jsonb_build_object('created_at', helpterm.ms(t.created_at),
        'updated_at', helpterm.ms(t.updated_at), 'snoozed_until', helpterm.ms(t.snoozed_until))
$$;

-- A ticket that is there already is no new one: the result is what it is by now.
CREATE FUNCTION helpterm.add_ticket(id text, v jsonb, effective bigint, s bigint, OUT outcome text, OUT result jsonb)
LANGUAGE plpgsql AS $$
DECLARE created bigint := least((v ->> 'created_at')::bigint, ms(clock_timestamp()));
BEGIN
    INSERT INTO tickets (id, short, subject, status, priority, channel, product, department, tier, assignee, customer,
        language, created_at, updated_at, seq)
    VALUES (id, v ->> 'short', v ->> 'subject', v ->> 'status', v ->> 'priority', v ->> 'channel', v ->> 'product',
        v ->> 'department', (v ->> 'tier')::integer, v ->> 'assignee', v ->> 'customer', v ->> 'language',
        moment(created), moment(created), s)
    ON CONFLICT DO NOTHING;
    outcome := CASE WHEN FOUND THEN 'applied' ELSE 'known' END;
    SELECT ticket_json(t) INTO result FROM tickets t WHERE t.id = add_ticket.id;
END $$;

-- Words are put into nobody else's mouth, except what came as mail or was written before this login was made, and a reply
-- that a newcomer has handed in on this ticket: whoever lets it pass sends it under the newcomer's name.
CREATE FUNCTION helpterm.may_say(me helpterm.agents, m jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT m ->> 'agent' IN ('', me.agent)
        OR (m ->> 'delivery' IS DISTINCT FROM 'queued' AND (
            (m ->> 'kind' = 'reply' AND m ->> 'delivery' = 'sent' AND m ->> 'message_id' <> '')
            OR (m ->> 'sent_at')::bigint < helpterm.ms(me.since)))
        OR (m ->> 'kind' = 'reply' AND me.role NOT IN ('outside', 'newcomer') AND EXISTS (
            SELECT FROM helpterm.documents d JOIN helpterm.log l ON l.entity_id = d.id
            WHERE d.entity = 'greenlight' AND d.value ->> 'ticket' = m ->> 'ticket' AND d.value ->> 'light' = 'waiting'
            AND d.value ->> 'author' = m ->> 'agent' AND l.agent = m ->> 'agent' AND l.outcome = 'applied'))
$$;

CREATE FUNCTION helpterm.add_message(
    id text, m jsonb, me helpterm.agents, at bigint, effective bigint, s bigint, OUT outcome text, OUT touched bigint)
LANGUAGE plpgsql AS $$
DECLARE sent bigint := CASE WHEN (m ->> 'sent_at')::bigint = at THEN effective ELSE (m ->> 'sent_at')::bigint END;
BEGIN
    IF NOT may_say(me, m) THEN
        outcome := 'rejected';
        RETURN;
    END IF;
    INSERT INTO messages VALUES (id, m ->> 'ticket', m ->> 'kind', m ->> 'author_name', m ->> 'author_email', m ->> 'agent',
        moment(sent), m ->> 'body', m -> 'folds', (m ->> 'html')::boolean, m ->> 'message_id', m ->> 'in_reply_to',
        m ->> 'automatic', m ->> 'delivery', m -> 'notices', m -> 'reasons', m ->> 'raw', me.agent, s,
        coalesce(m ->> 'subject', ''))
    ON CONFLICT DO NOTHING;
    outcome := CASE WHEN FOUND THEN 'applied' ELSE 'known' END;
    IF outcome = 'applied' THEN
        INSERT INTO attachments SELECT id, a.* FROM jsonb_to_recordset(m -> 'attachments')
            AS a(position integer, name text, type text, size bigint, sha256 text);
        IF m -> 'recipients' IS NOT NULL THEN
            INSERT INTO outbox (message, recipients, state, hold_until)
            VALUES (id, m -> 'recipients', m ->> 'delivery', moment((m ->> 'hold_until')::bigint + effective - at));
        END IF;
        UPDATE tickets t SET updated_at = greatest(t.updated_at, moment(sent)), seq = s WHERE t.id = m ->> 'ticket';
    END IF;
    SELECT ms(t.updated_at) INTO touched FROM tickets t
    WHERE t.id = (SELECT x.ticket FROM messages x WHERE x.id = add_message.id);
END $$;

-- Documents are decided whole. Outside staff and newcomers do not write the desk's rules; only managers say who is who, but
-- that a newcomer whom a mentor has signed off is an agent from now on is the mentor's word.
CREATE FUNCTION helpterm.may_put(me helpterm.agents, entity text, v jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN entity = 'agent' THEN me.role = 'manager' OR (me.role NOT IN ('outside', 'newcomer') AND EXISTS (
            SELECT FROM helpterm.documents a
            JOIN helpterm.documents s ON s.entity = 'sign_off' AND s.value ->> 'newcomer' = a.value ->> 'name'
            JOIN helpterm.log l ON l.entity_id = s.id AND l.agent = me.agent AND l.outcome = 'applied'
            WHERE a.entity = 'agent' AND a.value ->> 'role' = 'newcomer' AND lower(a.value ->> 'name') <> lower(me.agent)
            AND v - 'role' = a.value - 'role' AND v ->> 'role' = 'agent'))
        WHEN entity = 'sign_off' THEN me.role NOT IN ('outside', 'newcomer') AND v ->> 'mentor' = me.agent
        WHEN entity IN ('rule', 'product', 'department') THEN me.role NOT IN ('outside', 'newcomer')
        ELSE true END
$$;

CREATE FUNCTION helpterm.put(entity text, id text, v jsonb, s bigint) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE kept jsonb;
BEGIN
    IF entity = 'customer' THEN
        INSERT INTO customers AS c VALUES (id, v ->> 'email', v ->> 'name', s)
        ON CONFLICT ON CONSTRAINT customers_pkey DO UPDATE SET email = excluded.email, seq = excluded.seq,
            name = CASE excluded.name WHEN '' THEN c.name ELSE excluded.name END
        RETURNING jsonb_build_object('email', c.email, 'name', c.name) INTO kept;
    ELSE
        INSERT INTO documents AS d VALUES (entity, id, v, s)
        ON CONFLICT ON CONSTRAINT documents_pkey DO UPDATE SET value = excluded.value, seq = excluded.seq
        RETURNING d.value INTO kept;
    END IF;
    RETURN kept;
END $$;

CREATE FUNCTION helpterm.document_of(entity text, id text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, helpterm, pg_temp AS $$
    SELECT CASE WHEN entity = 'customer'
        THEN (SELECT jsonb_build_object('email', c.email, 'name', c.name) FROM customers c WHERE c.id = document_of.id)
        ELSE (SELECT d.value FROM documents d WHERE d.entity = document_of.entity AND d.id = document_of.id) END
$$;

-- A person's word on a reply: call it back, send it again, it was received after all, it bounced. What is leaving is not
-- called back. What the reply is already, and steps that only a sender takes, are nothing new.
CREATE FUNCTION helpterm.decide_delivery(id text, wanted text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE o outbox; is_possible boolean;
BEGIN
    SELECT * INTO o FROM outbox WHERE message = id FOR UPDATE;
    IF NOT FOUND OR o.state = wanted OR wanted IN ('sending', 'uncertain') THEN
        RETURN 'known';
    END IF;
    is_possible := CASE wanted
        WHEN 'draft' THEN o.state = 'queued' AND o.lease_until < clock_timestamp()
        WHEN 'queued' THEN o.state IN ('uncertain', 'failed')
        WHEN 'sent' THEN o.state IN ('uncertain', 'failed', 'sending')
            OR (o.state = 'queued' AND o.lease_until < clock_timestamp())
        WHEN 'failed' THEN o.state IN ('uncertain', 'sent', 'sending')
        ELSE false END;
    IF is_possible THEN
        UPDATE outbox SET state = wanted, error = '', token = nextval('tokens'), lease_until = '-infinity',
            attempts = CASE wanted WHEN 'queued' THEN 0 ELSE attempts END, next_attempt_at = clock_timestamp()
        WHERE message = id;
        UPDATE messages SET delivery = wanted WHERE messages.id = decide_delivery.id;
    END IF;
    RETURN CASE WHEN is_possible THEN 'applied' ELSE 'lost' END;
END $$;

-- Appends decisions to the log, behind entry s; returns the hash that the log ends in then.
CREATE FUNCTION helpterm.write_down(decided decision[], device text, agent text, s bigint, link text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE links text[]; said text;
BEGIN
    FOREACH said IN ARRAY (SELECT array_agg(contents(d.op, d.outcome, d.effective, d.result) ORDER BY d.n) FROM unnest(decided) d) LOOP
        link := md5(link || said);
        links := array_append(links, link);
    END LOOP;
    INSERT INTO log SELECT s + x.place, x.op, device, x.n, x.batch, agent, x.kind, x.entity, x.entity_id, x.field, x.value,
        x.previous, x.base, x.at, x.effective, x.outcome, x.result, x.touched, links[x.place]
    FROM unnest(decided) WITH ORDINALITY AS x(n, op, batch, at, kind, entity, entity_id, field, value, previous, base, effective,
        outcome, result, touched, place);
    RETURN link;
END $$;

-- Decides and folds one change that is no plain setting. The value comes back as it is to be logged.
CREATE FUNCTION helpterm.decide(o op, me helpterm.agents, device text, s bigint) RETURNS decision
LANGUAGE plpgsql AS $$
DECLARE
    outcome text;
    result jsonb;
    touched bigint;
    value jsonb;
BEGIN
    outcome := 'applied';
    result := o.value;
    value := o.value;
    IF o.entity = 'ticket' AND o.kind = 'claim' THEN
        IF o.field <> 'assignee' OR result IS DISTINCT FROM to_jsonb(me.agent) THEN
            outcome := 'rejected';
        ELSIF is_beaten(o.entity_id, o.field, o.base, device, o.effective, o.op,
                field_of(o.entity_id, 'assignee') NOT IN ('""', result)) THEN
            outcome := 'lost';
        ELSE
            UPDATE tickets t SET assignee = me.agent, updated_at = greatest(t.updated_at, moment(o.effective)), seq = s
            WHERE t.id = o.entity_id;
            IF NOT FOUND THEN
                outcome := 'rejected';
            END IF;
        END IF;
        IF outcome <> 'applied' THEN
            result := field_of(o.entity_id, o.field);
        END IF;
        touched := (SELECT ms(t.updated_at) FROM tickets t WHERE t.id = o.entity_id);
    ELSIF o.entity = 'ticket' AND o.kind IN ('set', 'undo') AND is_field(o.field) THEN
        RAISE 'the % of a ticket cannot be %', o.field, left(o.value::text, 40) USING ERRCODE = '23514';
    ELSIF o.entity = 'ticket' AND o.kind = 'create' THEN
        SELECT a.outcome, a.result INTO outcome, result FROM add_ticket(o.entity_id, o.value, o.effective, s) a;
        touched := (result ->> 'updated_at')::bigint;
    ELSIF o.entity = 'message' AND o.kind = 'message' THEN
        SELECT a.outcome, a.touched INTO outcome, touched FROM add_message(o.entity_id, o.value, me, o.at, o.effective, s) a;
        value := jsonb_build_object('ticket', o.value -> 'ticket'); -- the text stands once, in its table
        result := NULL;
    ELSIF o.entity = 'message' AND o.kind = 'delivery' THEN
        outcome := decide_delivery(o.entity_id, result #>> '{}');
        result := (SELECT to_jsonb(x.delivery) FROM messages x WHERE x.id = o.entity_id);
    ELSIF o.kind = 'put' THEN
        IF NOT may_put(me, o.entity, o.value) THEN
            outcome := 'rejected';
        ELSIF is_beaten(o.entity_id, '', o.base, device, o.effective, o.op, false) THEN
            outcome := 'lost';
        END IF;
        IF outcome = 'applied' THEN
            result := put(o.entity, o.entity_id, o.value, s);
        ELSE
            result := document_of(o.entity, o.entity_id);
        END IF;
    ELSIF o.kind = 'undo' AND o.entity = 'batch' THEN
        NULL; -- says only that the batch was taken back; the sets beside it did it
    ELSE
        outcome := 'rejected'; -- also what a store could not get across: kind is then 'rejected'
        result := coalesce(field_of(o.entity_id, o.field), document_of(o.entity, o.entity_id));
    END IF;
    RETURN (o.n, o.op, o.batch, o.at, o.kind, o.entity, o.entity_id, o.field, value, o.previous, o.base, o.effective, outcome, result,
        touched);
END $$;

CREATE FUNCTION helpterm.push(
    p_client integer, p_epoch text, p_cursor bigint, p_chain text, p_device text, p_stamp text, p_next text, p_now bigint,
    p_ops jsonb
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp SET enable_seqscan = off AS $$
DECLARE
    me agents := actor();
    m meta;
    s bigint;
    now_ms bigint;
    link text;
    said record;
    o op;
    settings decision[];
    pending decision[];
    keys text[];
BEGIN
    SELECT * INTO m FROM meta FOR UPDATE; -- the one order: held from here to the commit, never across a round trip
    PERFORM check_past(m, p_client, p_epoch, p_cursor, p_chain);
    PERFORM check_device(p_device, p_stamp, p_next);
    s := m.head;
    link := m.chain;
    now_ms := ms(clock_timestamp());
    FOR said IN -- settings of fields that stand together go together, everything else goes one by one
        WITH new AS (
            SELECT x.n, x.base NOT BETWEEN 0 AND m.head AS is_future,
                is_setting(x.kind, x.entity, x.field, x.value) AS is_setting, (x.n, x.op, x.batch, x.at, x.kind, x.entity,
                x.entity_id, x.field, x.value, x.previous, x.base, least(x.at + now_ms - p_now, now_ms))::op AS op
            FROM jsonb_to_recordset(p_ops) AS x(n bigint, op text, batch text, at bigint, kind text, entity text,
                entity_id text, field text, value jsonb, previous jsonb, base bigint)
            WHERE NOT EXISTS (SELECT FROM log l WHERE l.op = x.op)
        ), marked AS (
            SELECT w.*, row_number() OVER (ORDER BY w.n) - row_number() OVER (PARTITION BY w.is_setting ORDER BY w.n) AS island FROM new w
        )
        SELECT k.is_setting, bool_or(k.is_future) AS is_future, array_agg(k.op ORDER BY k.n) AS ops
        FROM marked k GROUP BY k.is_setting, k.island ORDER BY min(k.n)
    LOOP
        IF said.is_future THEN
            RAISE 'nobody has seen what is not yet written' USING ERRCODE = 'HT010';
        END IF;
        IF said.is_setting THEN
            settings := set_fields(said.ops, p_device, s);
            link := write_down(settings, p_device, me.agent, s, link);
            s := s + cardinality(settings);
            CONTINUE;
        END IF;
        pending := '{}';
        keys := '{}';
        FOREACH o IN ARRAY said.ops LOOP
            -- What stands is seen in the log, and so is a sign-off that makes a newcomer an agent.
            IF (o.entity_id || o.field) = ANY (keys) OR (o.entity = 'agent' AND cardinality(pending) > 0) THEN
                link := write_down(pending, p_device, me.agent, s - cardinality(pending), link);
                pending := '{}';
                keys := '{}';
            END IF;
            s := s + 1;
            pending := array_append(pending, decide(o, me, p_device, s));
            keys := array_append(keys, o.entity_id || o.field);
        END LOOP;
        link := write_down(pending, p_device, me.agent, s - cardinality(pending), link);
    END LOOP;
    IF s > m.head THEN
        UPDATE meta SET head = s, chain = link;
        PERFORM pg_notify('helpterm', s::text);
    END IF;
    RETURN s;
END $$;
