-- Who speaks, from which past, under which store's name, and what they may say. Raised with SQLSTATEs that begin with HT.

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

-- Documents are decided whole. Outside staff and newcomers do not write the desk's rules; only managers say who is who and what the
-- team has in common, but
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
        WHEN entity = 'setting' THEN me.role = 'manager'
        WHEN entity IN ('rule', 'product', 'department') THEN me.role NOT IN ('outside', 'newcomer')
        ELSE true END
$$;
