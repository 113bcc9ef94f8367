-- Sending from many machines: one at a time holds the lease on a reply, and only its token is listened to.
-- queued → (leased) → sending → sent, or queued again, failed, uncertain. `sending` is the point of no return.

SET LOCAL search_path = pg_catalog, helpterm, pg_temp;

CREATE SEQUENCE helpterm.tokens;
CREATE TABLE helpterm.outbox (
    message text COLLATE "C" PRIMARY KEY REFERENCES helpterm.messages DEFERRABLE INITIALLY DEFERRED,
    recipients jsonb NOT NULL CHECK (jsonb_typeof(recipients) = 'array'),
    state text NOT NULL CHECK (state IN ('draft', 'queued', 'sending', 'sent', 'uncertain', 'failed')),
    hold_until timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts integer NOT NULL DEFAULT 0,
    error text NOT NULL DEFAULT '',
    holder text NOT NULL DEFAULT '',
    token bigint NOT NULL DEFAULT 0,
    lease_until timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX outbox_waiting ON helpterm.outbox (next_attempt_at) WHERE state IN ('queued', 'sending');
CREATE TABLE helpterm.send_attempts (
    message text COLLATE "C" NOT NULL,
    token bigint NOT NULL,
    agent text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    what text NOT NULL,
    error text NOT NULL DEFAULT ''
);
CREATE INDEX send_attempts_message ON helpterm.send_attempts (message, at);

-- Logs how far a reply has come. The caller holds the lock on meta.
CREATE FUNCTION helpterm.say_delivery(id text, was text, state text, error text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    m meta;
    op text := replace(gen_random_uuid()::text, '-', '');
    now_ms bigint := ms(clock_timestamp());
    link text;
BEGIN
    UPDATE messages SET delivery = state WHERE messages.id = say_delivery.id;
    SELECT * INTO m FROM meta;
    link := chained(m.chain, op, 'applied', now_ms, to_jsonb(state));
    INSERT INTO log VALUES (m.head + 1, op, 'hub', 0, '', (actor()).agent, 'delivery', 'message',
        id, 'delivery', jsonb_build_object('error', error), to_jsonb(was), m.head, now_ms, now_ms, 'applied',
        to_jsonb(state), NULL, link);
    UPDATE meta SET head = m.head + 1, chain = link;
    PERFORM pg_notify('helpterm', (m.head + 1)::text);
END $$;

-- Whoever died after the point of no return leaves a reply of which nobody knows; it is never sent again by itself.
CREATE FUNCTION helpterm.park_mail() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
DECLARE id text; parked integer := 0;
BEGIN
    PERFORM actor();
    IF NOT EXISTS (SELECT FROM outbox WHERE state = 'sending' AND lease_until < clock_timestamp()) THEN
        RETURN 0;
    END IF;
    PERFORM FROM meta FOR UPDATE;
    FOR id IN UPDATE outbox SET state = 'uncertain', error = 'the sender stopped while the text was leaving'
        WHERE state = 'sending' AND lease_until < clock_timestamp() RETURNING message
    LOOP
        PERFORM say_delivery(id, 'sending', 'uncertain', 'the sender stopped while the text was leaving');
        parked := parked + 1;
    END LOOP;
    RETURN parked;
END $$;

CREATE FUNCTION helpterm.claim_mail(p_lease_ms bigint) RETURNS TABLE (message text, token bigint, attempts integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
DECLARE me agents := actor();
BEGIN
    RETURN QUERY WITH taken AS (
        UPDATE outbox o SET holder = me.agent, token = nextval('tokens'), attempts = o.attempts + 1,
            lease_until = clock_timestamp() + least(p_lease_ms, 600000) * interval '1 ms'
        WHERE o.message = (
            SELECT x.message FROM outbox x
            WHERE x.state = 'queued' AND x.next_attempt_at <= clock_timestamp() AND x.hold_until <= clock_timestamp()
                AND x.lease_until < clock_timestamp()
            ORDER BY x.next_attempt_at, x.message LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING o.message, o.token, o.attempts
    ), noted AS (
        INSERT INTO send_attempts SELECT t.message, t.token, me.agent, clock_timestamp(), 'claimed' FROM taken t
    )
    SELECT * FROM taken;
END $$;

-- The point of no return: the token comes back when this sender, and no other, may now let the text leave, else nothing.
CREATE FUNCTION helpterm.begin_mail(p_message text, p_token bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
DECLARE me agents := actor();
BEGIN
    PERFORM FROM meta FOR UPDATE;
    UPDATE outbox o SET state = 'sending', error = ''
    WHERE o.message = p_message AND o.token = p_token AND o.state = 'queued' AND o.lease_until > clock_timestamp();
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO send_attempts VALUES (p_message, p_token, me.agent, clock_timestamp(), 'sending');
    PERFORM say_delivery(p_message, 'queued', 'sending', '');
    RETURN p_token;
END $$;

-- How an attempt ended: sent, failed or uncertain, or queued to be tried again after a pause. False for a token that is over.
CREATE FUNCTION helpterm.settle_mail(p_message text, p_token bigint, p_state text, p_error text, p_pause_ms bigint DEFAULT 0)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
DECLARE me agents := actor(); was text;
BEGIN
    PERFORM FROM meta FOR UPDATE;
    SELECT o.state INTO was FROM outbox o WHERE o.message = p_message AND o.token = p_token FOR UPDATE;
    IF was IS NULL OR was IN ('draft', 'sent', 'failed') OR (was = 'uncertain' AND p_state NOT IN ('sent', 'failed'))
            OR (was = 'queued' AND p_state NOT IN ('queued', 'failed')) OR p_state NOT IN ('queued', 'sent', 'failed', 'uncertain') THEN
        RETURN coalesce(was = p_state, false);
    END IF;
    UPDATE outbox o SET state = p_state, error = left(p_error, 500), lease_until = '-infinity',
        next_attempt_at = clock_timestamp() + p_pause_ms * interval '1 ms'
    WHERE o.message = p_message;
    INSERT INTO send_attempts VALUES (p_message, p_token, me.agent, clock_timestamp(), p_state, left(p_error, 500));
    IF was <> p_state THEN
        PERFORM say_delivery(p_message, was, p_state, left(p_error, 500));
    END IF;
    RETURN true;
END $$;

-- A lease given back unused: no attempt was made.
CREATE FUNCTION helpterm.return_mail(p_message text, p_token bigint, p_pause_ms bigint, p_why text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, helpterm, pg_temp AS $$
BEGIN
    PERFORM actor();
    UPDATE outbox o SET attempts = o.attempts - 1, lease_until = '-infinity', error = left(p_why, 500),
        next_attempt_at = clock_timestamp() + p_pause_ms * interval '1 ms'
    WHERE o.message = p_message AND o.token = p_token AND o.state = 'queued';
    RETURN FOUND;
END $$;
