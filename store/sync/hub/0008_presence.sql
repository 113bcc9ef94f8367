-- Who looks at which ticket right now. Unlogged: after a crash of the server nobody is there until they say so again.

CREATE UNLOGGED TABLE helpterm.presence (
    agent text PRIMARY KEY,
    ticket text COLLATE "C" NOT NULL,
    what text NOT NULL CHECK (what IN ('reading', 'replying', 'noting')),
    until timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Says what the caller does (an empty ticket: nothing any more) and returns what everybody else does.
CREATE FUNCTION helpterm.beat(p_ticket text, p_what text, p_ttl_ms integer DEFAULT 15000)
RETURNS TABLE (agent text, ticket text, what text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
#variable_conflict use_column
DECLARE me agents := actor();
BEGIN
    IF p_ticket = '' THEN
        DELETE FROM presence p WHERE p.agent = me.agent;
    ELSE
        INSERT INTO presence VALUES (me.agent, p_ticket, p_what, clock_timestamp() + least(p_ttl_ms, 60000) * interval '1 ms')
        ON CONFLICT (agent) DO UPDATE SET ticket = excluded.ticket, what = excluded.what, until = excluded.until;
    END IF;
    RETURN QUERY SELECT p.agent, p.ticket, p.what FROM presence p
        WHERE p.agent <> me.agent AND p.until > clock_timestamp() ORDER BY p.agent LIMIT 500;
END $$;
