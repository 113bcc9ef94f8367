-- Push: one call that takes what a store has to say, decides it in the one order, folds it and logs it.
-- Tables are not scanned here: a plan made while the log was short would be kept when it has grown long.

SET LOCAL search_path = pg_catalog, helpterm, pg_temp;

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
        SELECT a.outcome, a.result INTO outcome, result FROM add_ticket(o.entity_id, o.value, o.at, o.effective, s) a;
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
