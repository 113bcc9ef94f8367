-- Agents read everything and write nothing but through the functions. One group for each database: roles belong to the server.
-- Called at each `sync init`, so that a hub moved to another server gets its group again.

CREATE FUNCTION helpterm.grant_rights() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, helpterm, pg_temp AS $$
DECLARE
    agents_role name := (SELECT m.agents_role FROM meta m);
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = agents_role) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', agents_role);
    END IF;
    REVOKE ALL ON SCHEMA helpterm FROM public;
    REVOKE ALL ON ALL TABLES IN SCHEMA helpterm FROM public;
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA helpterm FROM public;
    EXECUTE format('GRANT USAGE ON SCHEMA helpterm TO %I', agents_role);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA helpterm TO %I', agents_role);
    EXECUTE format('REVOKE SELECT ON settings, devices FROM %I', agents_role);
    EXECUTE format('GRANT EXECUTE ON FUNCTION ms, moment, field_of, document_of, message_json, ticket_json, fold_differences,
        hello, pull, push, known, put_file, park_mail, claim_mail, begin_mail, settle_mail, return_mail, beat TO %I',
        agents_role);
END $$;
