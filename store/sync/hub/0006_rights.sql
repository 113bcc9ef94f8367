-- Agents read everything and write nothing but through the functions. One group for each database: roles belong to the server.

CREATE FUNCTION helpterm.agents_role() RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT left('helpterm_' || current_database(), 63) $$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = helpterm.agents_role()) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', helpterm.agents_role());
    END IF;
    REVOKE ALL ON SCHEMA helpterm FROM public;
    REVOKE ALL ON ALL TABLES IN SCHEMA helpterm FROM public;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA helpterm FROM public;
    EXECUTE format('GRANT USAGE ON SCHEMA helpterm TO %I', helpterm.agents_role());
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA helpterm TO %I', helpterm.agents_role());
    EXECUTE format('REVOKE SELECT ON helpterm.settings, helpterm.devices FROM %I', helpterm.agents_role());
    EXECUTE format('GRANT EXECUTE ON FUNCTION helpterm.ms, helpterm.moment, helpterm.field_of, helpterm.document_of,
        helpterm.message_json, helpterm.ticket_json, helpterm.fold_differences, helpterm.hello, helpterm.pull, helpterm.push,
        helpterm.known, helpterm.put_file, helpterm.park_mail, helpterm.claim_mail, helpterm.begin_mail, helpterm.settle_mail,
        helpterm.return_mail, helpterm.beat TO %I', helpterm.agents_role());
END $$;
