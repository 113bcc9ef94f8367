-- The shared desk: who works here, the log of everything that happened, and the tables folded from it.
-- The log decides; the other tables are its present state, plain enough for a manager's own SQL. Times are timestamptz,
-- ids are 32 hexadecimal digits, the same in the console, on the command line and here.

CREATE SCHEMA helpterm;
COMMENT ON SCHEMA helpterm IS 'helpterm: one support desk, shared by its agents';

CREATE TABLE helpterm.meta (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''),
    head bigint NOT NULL DEFAULT 0,
    chain text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 0,
    oldest_client integer NOT NULL DEFAULT 1,
    agents_role name NOT NULL DEFAULT left('helpterm_' || current_database(), 63)
) WITH (fillfactor = 10);
COMMENT ON TABLE helpterm.meta IS
    'One row. head is the number of the newest entry of the log; a counter in a row, because a sequence, a time or a '
    'transaction id would let a reader pass over entries that are committed late';
INSERT INTO helpterm.meta DEFAULT VALUES;

CREATE TABLE helpterm.agents (
    login name PRIMARY KEY,
    agent text NOT NULL CHECK (agent <> ''),
    role text NOT NULL DEFAULT 'agent' CHECK (role IN ('agent', 'newcomer', 'developer', 'manager', 'outside')),
    active boolean NOT NULL DEFAULT true,
    since timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX agents_agent ON helpterm.agents (lower(agent));
COMMENT ON TABLE helpterm.agents IS 'Whose login is whose; written by the administrator only';

CREATE TABLE helpterm.devices (
    device text COLLATE "C" PRIMARY KEY,
    login name NOT NULL,
    stamp text NOT NULL,
    pushed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE helpterm.devices IS 'The stores that push; stamp changes with each push, so that a copied store is noticed';

CREATE TABLE helpterm.log (
    seq bigint PRIMARY KEY,
    op text COLLATE "C" NOT NULL UNIQUE CHECK (octet_length(op) = 32 AND ltrim(op, '0123456789abcdef') = ''),
    device text COLLATE "C" NOT NULL,
    n bigint NOT NULL,
    batch text COLLATE "C" NOT NULL,
    agent text NOT NULL,
    kind text NOT NULL,
    entity text NOT NULL,
    entity_id text COLLATE "C" NOT NULL,
    field text COLLATE "C" NOT NULL,
    value jsonb,
    previous jsonb,
    base bigint NOT NULL,
    at bigint NOT NULL,
    effective bigint NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('applied', 'lost', 'known', 'rejected')),
    result jsonb,
    touched bigint,
    chain text NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX log_winner ON helpterm.log (entity_id, field, (-seq)) WHERE outcome = 'applied';
COMMENT ON TABLE helpterm.log IS
    'Everything that happened, in the one order that counts. agent is the login that pushed; base is the newest entry its '
    'author had seen; effective is the author''s time (ms) on this server''s clock; result is the value that holds afterwards; '
    'chain is a hash over this entry and all before it: two pasts that end in one hash are the same past';

CREATE TABLE helpterm.customers (
    id text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) = 32 AND ltrim(id, '0123456789abcdef') = ''),
    email text NOT NULL,
    name text NOT NULL,
    seq bigint NOT NULL
);
CREATE INDEX customers_email ON helpterm.customers (lower(email));

CREATE TABLE helpterm.tickets (
    id text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) = 32 AND ltrim(id, '0123456789abcdef') = ''),
    short text NOT NULL,
    subject text NOT NULL,
    status text NOT NULL CHECK (status IN ('new', 'open', 'pending', 'on_hold', 'solved', 'closed')),
    priority text NOT NULL CHECK (priority IN ('urgent', 'high', 'normal', 'low')),
    channel text NOT NULL CHECK (channel IN ('email', 'phone', 'chat', 'forum', 'helpdesk')),
    product text NOT NULL,
    department text NOT NULL,
    tier integer NOT NULL CHECK (tier BETWEEN 1 AND 3),
    assignee text NOT NULL,
    customer text COLLATE "C" NOT NULL REFERENCES helpterm.customers,
    language text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    snoozed_until timestamptz,
    problem text NOT NULL DEFAULT '',
    declined_by text NOT NULL DEFAULT '',
    merged_into text NOT NULL DEFAULT '',
    handle_seconds bigint NOT NULL DEFAULT 0,
    seq bigint NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX tickets_age ON helpterm.tickets (created_at, id);
CREATE INDEX tickets_merged ON helpterm.tickets (merged_into) WHERE merged_into <> '';

CREATE TABLE helpterm.ticket_tags (
    ticket text COLLATE "C" NOT NULL REFERENCES helpterm.tickets,
    tag text COLLATE "C" NOT NULL CHECK (tag <> ''),
    PRIMARY KEY (ticket, tag)
);

CREATE TABLE helpterm.messages (
    id text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) = 32 AND ltrim(id, '0123456789abcdef') = ''),
    ticket text COLLATE "C" NOT NULL REFERENCES helpterm.tickets,
    kind text NOT NULL CHECK (kind IN ('inbound', 'reply', 'note', 'call', 'chat')),
    author_name text NOT NULL,
    author_email text NOT NULL,
    agent text NOT NULL,
    sent_at timestamptz NOT NULL,
    body text NOT NULL,
    folds jsonb NOT NULL,
    html boolean NOT NULL,
    message_id text NOT NULL,
    in_reply_to text NOT NULL,
    automatic text NOT NULL,
    delivery text CHECK (delivery IN ('draft', 'queued', 'sending', 'sent', 'uncertain', 'failed')),
    notices jsonb NOT NULL,
    reasons jsonb NOT NULL,
    raw text COLLATE "C",
    pushed_by text NOT NULL,
    seq bigint NOT NULL UNIQUE,
    subject text NOT NULL DEFAULT ''
);
CREATE INDEX messages_ticket ON helpterm.messages (ticket, sent_at);
COMMENT ON COLUMN helpterm.messages.pushed_by IS 'The agent whose login brought this message, whatever it says about its author';
COMMENT ON COLUMN helpterm.messages.raw IS 'The mail as it came: its file in helpterm.files';

CREATE TABLE helpterm.attachments (
    message text COLLATE "C" NOT NULL REFERENCES helpterm.messages,
    position integer NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    size bigint NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    PRIMARY KEY (message, position)
);

CREATE TABLE helpterm.files (
    sha256 text COLLATE "C" PRIMARY KEY,
    data bytea NOT NULL,
    CHECK (sha256 = encode(sha256(data), 'hex'))
);
ALTER TABLE helpterm.files ALTER data SET STORAGE EXTERNAL;
COMMENT ON TABLE helpterm.files IS 'Raw mails and attachments, deflated (RFC 1950), each content once';

CREATE TABLE helpterm.documents (
    entity text COLLATE "C" NOT NULL CHECK (entity ~ '^[a-z_]{1,40}$'),
    id text COLLATE "C" NOT NULL CHECK (id <> ''),
    value jsonb NOT NULL CHECK (jsonb_typeof(value) = 'object'),
    seq bigint NOT NULL,
    PRIMARY KEY (entity, id)
);
CREATE UNIQUE INDEX documents_name ON helpterm.documents (entity, lower(value ->> 'name'))
    WHERE entity IN ('agent', 'product', 'department');
CREATE UNIQUE INDEX documents_url ON helpterm.documents (entity, (value ->> 'url')) WHERE entity = 'takeaway';
COMMENT ON TABLE helpterm.documents IS 'Whatever is saved whole: people, products, departments, rules, takeaways, …';

CREATE VIEW helpterm.people AS
    SELECT id, value ->> 'name' AS name, value ->> 'full_name' AS full_name, value ->> 'email' AS email,
        value ->> 'role' AS role, (value ->> 'tier')::integer AS tier, (value ->> 'active')::integer <> 0 AS active
    FROM helpterm.documents WHERE entity = 'agent';
CREATE VIEW helpterm.products AS
    SELECT id, value ->> 'name' AS name, value ->> 'address' AS address, value ->> 'site' AS site,
        (value ->> 'active')::integer <> 0 AS active
    FROM helpterm.documents WHERE entity = 'product';
CREATE VIEW helpterm.departments AS
    SELECT id, value ->> 'name' AS name, (value ->> 'active')::integer <> 0 AS active
    FROM helpterm.documents WHERE entity = 'department';
CREATE VIEW helpterm.rules AS
    SELECT id, value ->> 'title' AS title, (value ->> 'covered')::integer <> 0 AS covered, value ->> 'why' AS why,
        value ->> 'product' AS product, (value ->> 'version')::integer AS version,
        (value ->> 'active')::integer <> 0 AS active
    FROM helpterm.documents WHERE entity = 'rule';
CREATE VIEW helpterm.takeaways AS
    SELECT id, value ->> 'url' AS url, value ->> 'title' AS title, value ->> 'product' AS product,
        value ->> 'language' AS language, value ->> 'status' AS status, (value ->> 'active')::integer <> 0 AS active
    FROM helpterm.documents WHERE entity = 'takeaway';

CREATE TABLE helpterm.settings (key text PRIMARY KEY, value text NOT NULL);
COMMENT ON TABLE helpterm.settings IS 'What every store of this desk has in common';
INSERT INTO helpterm.settings VALUES
    ('message_id_key', encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'hex'));

CREATE FUNCTION helpterm.contents(op text, outcome text, effective bigint, result jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT op || outcome || effective || coalesce(result::text, '') $$;
CREATE FUNCTION helpterm.chained(chain text, op text, outcome text, effective bigint, result jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT md5(chain || helpterm.contents(op, outcome, effective, result)) $$;

CREATE FUNCTION helpterm.no_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE 'what happened is not rewritten' USING ERRCODE = 'HT020';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON helpterm.log
    FOR EACH STATEMENT EXECUTE FUNCTION helpterm.no_rewriting();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON helpterm.messages
    FOR EACH STATEMENT EXECUTE FUNCTION helpterm.no_rewriting();
CREATE TRIGGER unchanged BEFORE UPDATE OF id, ticket, kind, author_name, author_email, agent, sent_at, body, message_id, subject
    ON helpterm.messages FOR EACH STATEMENT EXECUTE FUNCTION helpterm.no_rewriting();
