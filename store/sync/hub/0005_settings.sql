-- Settings, nearly all that ever happens: fields and tags of tickets, decided and folded many at a time.
-- A change made on what its author saw wins; of two that were made unseen of each other the later one does.

SET LOCAL search_path = pg_catalog, helpterm, pg_temp;

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
