-- Pull: the log after a cursor, each message with its text; what a first copy reads; files by their content.

CREATE FUNCTION helpterm.message_json(m helpterm.messages) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, helpterm, pg_temp AS $$
    SELECT to_jsonb(m) - 'seq' - 'pushed_by' || jsonb_build_object(
        'sent_at', ms(m.sent_at),
        'attachments', coalesce((SELECT jsonb_agg(jsonb_build_object('position', a.position, 'name', a.name, 'type', a.type,
            'size', a.size, 'sha256', a.sha256) ORDER BY a.position) FROM attachments a WHERE a.message = m.id), '[]'),
        'outbox', (SELECT jsonb_build_object('recipients', o.recipients, 'hold_until', ms(o.hold_until), 'error', o.error,
            'attempts', o.attempts, 'next_attempt_at', ms(o.next_attempt_at)) FROM outbox o WHERE o.message = m.id))
$$;

-- One look at where the log stands. The chain proves later that it is still the same past.
CREATE FUNCTION helpterm.hello(p_client integer) RETURNS TABLE (epoch text, head bigint, chain text, version integer,
    agent text, role text, now_ms bigint, message_id_key text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
DECLARE me agents := actor(); m meta;
BEGIN
    SELECT * INTO m FROM meta;
    PERFORM check_past(m, p_client, m.epoch, 0, '');
    RETURN QUERY SELECT m.epoch, m.head, m.chain, m.version,
        me.agent, me.role, ms(clock_timestamp()), (SELECT x.value FROM settings x WHERE x.key = 'message_id_key');
END $$;

CREATE FUNCTION helpterm.pull(p_client integer, p_epoch text, p_cursor bigint, p_chain text, p_limit integer)
RETURNS TABLE (seq bigint, op text, device text, n bigint, batch text, agent text, kind text, entity text, entity_id text,
    field text, value jsonb, previous jsonb, base bigint, effective bigint, outcome text, result jsonb, touched bigint, chain text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp SET enable_seqscan = off AS $$
DECLARE m meta;
BEGIN
    PERFORM actor();
    SELECT * INTO m FROM meta;
    PERFORM check_past(m, p_client, p_epoch, p_cursor, p_chain);
    IF p_cursor < m.head THEN
        RETURN QUERY SELECT l.seq, l.op, l.device, l.n, l.batch, l.agent, l.kind, l.entity, l.entity_id, l.field, l.value,
            l.previous, l.base, l.effective, l.outcome,
            CASE WHEN l.kind = 'message' AND l.outcome <> 'rejected'
                THEN (SELECT message_json(x) FROM messages x WHERE x.id = l.entity_id) ELSE l.result END, l.touched, l.chain
        FROM log l WHERE l.seq > p_cursor AND l.seq <= p_cursor + p_limit ORDER BY l.seq;
    END IF;
END $$;

-- Which of these the log holds already.
CREATE FUNCTION helpterm.known(p_ops text[]) RETURNS TABLE (op text, seq bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
    SELECT l.op, l.seq FROM log l WHERE l.op = ANY (p_ops) AND (actor()).active
$$;

CREATE FUNCTION helpterm.put_file(p_sha256 text, p_data bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
BEGIN
    PERFORM actor();
    INSERT INTO files VALUES (p_sha256, p_data) ON CONFLICT DO NOTHING;
END $$;

-- Where the folded tables are not what the log says; empty when all is well. Reads the whole log.
CREATE FUNCTION helpterm.fold_differences() RETURNS TABLE (entity text, entity_id text, field text, logged jsonb, kept jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, helpterm, pg_temp AS $$
    WITH last AS (
        SELECT DISTINCT ON (l.entity, l.entity_id, l.field) l.entity, l.entity_id, l.field, l.kind, l.result
        FROM log l WHERE l.outcome = 'applied' AND (l.entity = 'ticket' AND l.kind <> 'create' OR l.kind IN ('put', 'delivery'))
        ORDER BY l.entity, l.entity_id, l.field, l.seq DESC
    ), both_sides AS (
        SELECT x.entity, x.entity_id, x.field, x.result AS logged, CASE
            WHEN x.entity = 'ticket' THEN field_of(x.entity_id, x.field)
            WHEN x.kind = 'delivery' THEN (SELECT to_jsonb(m.delivery) FROM messages m WHERE m.id = x.entity_id)
            ELSE document_of(x.entity, x.entity_id) END AS kept
        FROM last x
    )
    SELECT * FROM both_sides b WHERE coalesce(b.logged, 'null') <> coalesce(b.kept, 'null')
    UNION ALL
    SELECT 'log', m.head::text, 'entries', to_jsonb(m.head), to_jsonb(c.n) FROM meta m, (SELECT count(*) AS n FROM log) c
    WHERE m.head <> c.n
    UNION ALL
    SELECT 'message', l.entity_id, '', NULL, NULL FROM log l WHERE l.kind = 'message' AND l.outcome = 'applied'
        AND NOT EXISTS (SELECT FROM messages x WHERE x.id = l.entity_id AND x.seq = l.seq)
    UNION ALL
    SELECT 'ticket', l.entity_id, '', NULL, NULL FROM log l WHERE l.kind = 'create' AND l.outcome = 'applied'
        AND NOT EXISTS (SELECT FROM tickets t WHERE t.id = l.entity_id)
$$;
