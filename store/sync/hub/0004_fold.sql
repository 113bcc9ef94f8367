-- Folding: what one change that stands does to the plain tables, and what they say now.
-- Functions that only others here call rely on the caller's pinned search_path: setting it anew for each change is what costs.

SET LOCAL search_path = pg_catalog, helpterm, pg_temp;

CREATE FUNCTION helpterm.field_of(id text, name text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, helpterm, pg_temp AS $$
    SELECT CASE
        WHEN name LIKE 'tag:%' THEN to_jsonb(EXISTS (
            SELECT FROM ticket_tags g WHERE g.ticket = t.id AND g.tag = substr(name, 5)))
        WHEN name = 'snoozed_until' THEN to_jsonb(ms(t.snoozed_until))
        ELSE to_jsonb(t) -> name END
    FROM tickets t WHERE t.id = field_of.id
$$;

CREATE FUNCTION helpterm.document_of(entity text, id text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, helpterm, pg_temp AS $$
    SELECT CASE WHEN entity = 'customer'
        THEN (SELECT jsonb_build_object('email', c.email, 'name', c.name) FROM customers c WHERE c.id = document_of.id)
        ELSE (SELECT d.value FROM documents d WHERE d.entity = document_of.entity AND d.id = document_of.id) END
$$;

CREATE FUNCTION helpterm.ticket_json(t helpterm.tickets) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(t) - 'seq' || jsonb_build_object('created_at', helpterm.ms(t.created_at),
        'updated_at', helpterm.ms(t.updated_at), 'snoozed_until', helpterm.ms(t.snoozed_until))
$$;

-- A ticket that is there already is no new one: the result is what it is by now.
CREATE FUNCTION helpterm.add_ticket(
    id text, v jsonb, at bigint, effective bigint, s bigint, OUT outcome text, OUT result jsonb)
LANGUAGE plpgsql AS $$
DECLARE created bigint := CASE WHEN (v ->> 'created_at')::bigint = at THEN effective
    ELSE least((v ->> 'created_at')::bigint, ms(clock_timestamp())) END;
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
