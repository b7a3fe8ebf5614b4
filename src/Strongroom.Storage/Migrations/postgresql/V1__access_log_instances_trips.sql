-- Enum numbers are those of the C# enums; the views have words for them. Ids are compared byte by byte, which is also the fastest.
CREATE TABLE access_log (
    instance     text        COLLATE "C" NOT NULL,
    boot         uuid        NOT NULL,
    sequence     bigint      NOT NULL,
    service      text        COLLATE "C" NOT NULL,
    first_at     timestamptz NOT NULL,
    last_at      timestamptz NOT NULL,
    access_count bigint      NOT NULL,
    operation    smallint    NOT NULL,
    outcome      smallint    NOT NULL,
    source       smallint    NOT NULL,
    name         text        COLLATE "C" NOT NULL,
    version      text        COLLATE "C" NOT NULL,
    backend      text        COLLATE "C" NOT NULL,
    request_id   text        COLLATE "C" NOT NULL,
    -- Microseconds.
    duration     bigint,
    error        smallint,
    PRIMARY KEY (boot, sequence, instance)
);

CREATE INDEX access_log_last_at ON access_log (last_at);

CREATE TABLE instances (
    instance    text        COLLATE "C" NOT NULL,
    boot        uuid        NOT NULL,
    service     text        COLLATE "C" NOT NULL,
    environment text        NOT NULL,
    backend     text        NOT NULL,
    host        text        NOT NULL,
    process_id  integer     NOT NULL,
    actor       text        NOT NULL,
    started_at  timestamptz NOT NULL,
    PRIMARY KEY (boot, instance)
);

CREATE TABLE trips (
    id          uuid        NOT NULL PRIMARY KEY,
    environment text        NOT NULL,
    namespace   text        COLLATE "C" NOT NULL,
    service     text        NOT NULL,
    instance    text        NOT NULL,
    bundle      text        NOT NULL,
    generation  text        NOT NULL,
    cause       smallint    NOT NULL,
    detail      text        NOT NULL,
    at          timestamptz NOT NULL
);

CREATE TABLE trip_clearances (
    trip_id  uuid        NOT NULL PRIMARY KEY REFERENCES trips (id),
    operator text        NOT NULL,
    reason   text        NOT NULL,
    at       timestamptz NOT NULL
);

-- Rows are inserted and never changed. Retention comes with a migration of its own, which lets an owner's role past this.
CREATE FUNCTION strongroom_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER access_log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
FOR EACH STATEMENT EXECUTE FUNCTION strongroom_refuse_change();
CREATE TRIGGER trips_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON trips
FOR EACH STATEMENT EXECUTE FUNCTION strongroom_refuse_change();
CREATE TRIGGER trip_clearances_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON trip_clearances
FOR EACH STATEMENT EXECUTE FUNCTION strongroom_refuse_change();

-- A number without a word is newer than this view and shows as itself.
CREATE VIEW access_log_readable AS
SELECT
    first_at, last_at, service, instance, boot, sequence,
    CASE operation
        WHEN 1 THEN 'get'
        WHEN 2 THEN 'fetch'
        WHEN 3 THEN 'refresh'
        WHEN 4 THEN 'write'
        WHEN 5 THEN 'list'
        WHEN 6 THEN 'history'
        WHEN 7 THEN 'delete'
        WHEN 8 THEN 'restore'
        WHEN 9 THEN 'promote'
        WHEN 10 THEN 'recheck'
        WHEN 11 THEN 'probe'
        WHEN 12 THEN 'configure'
        WHEN 20 THEN 'reject'
        WHEN 21 THEN 'trip'
        WHEN 22 THEN 'clear'
        WHEN 23 THEN 'break_glass'
        WHEN 30 THEN 'open'
        WHEN 31 THEN 'close'
        WHEN 32 THEN 'gap'
        ELSE CAST(operation AS text) END AS operation,
    CASE outcome
        WHEN 1 THEN 'success'
        WHEN 2 THEN 'not_found'
        WHEN 3 THEN 'denied'
        WHEN 4 THEN 'unavailable'
        WHEN 5 THEN 'refused'
        WHEN 6 THEN 'failed'
        ELSE CAST(outcome AS text) END AS outcome,
    CASE source
        WHEN 0 THEN 'none'
        WHEN 1 THEN 'backend'
        WHEN 2 THEN 'cache'
        WHEN 3 THEN 'stale'
        WHEN 4 THEN 'joined'
        ELSE CAST(source AS text) END AS source,
    name, version, backend, request_id, access_count,
    duration / 1000.0 AS duration_ms,
    CASE error
        WHEN 100 THEN 'missing'
        WHEN 101 THEN 'deleted'
        WHEN 102 THEN 'version_gone'
        WHEN 103 THEN 'field_missing'
        WHEN 200 THEN 'denied'
        WHEN 201 THEN 'login_rejected'
        WHEN 300 THEN 'unreachable'
        WHEN 301 THEN 'sealed'
        WHEN 302 THEN 'throttled'
        WHEN 303 THEN 'timed_out'
        WHEN 304 THEN 'expired'
        WHEN 400 THEN 'guardrail'
        WHEN 401 THEN 'undeclared'
        WHEN 402 THEN 'host_not_bound'
        WHEN 403 THEN 'unsupported'
        WHEN 404 THEN 'hidden_by_variable'
        WHEN 405 THEN 'trading_halted'
        WHEN 500 THEN 'conflict'
        WHEN 501 THEN 'write_failed'
        WHEN 600 THEN 'setting_invalid'
        WHEN 601 THEN 'declaration_invalid'
        WHEN 602 THEN 'dotenv_invalid'
        WHEN 603 THEN 'value_invalid'
        WHEN 604 THEN 'plain_secret'
        WHEN 605 THEN 'schema_mismatch'
        WHEN 700 THEN 'audit_failed'
        WHEN 800 THEN 'start_failed'
        ELSE CAST(error AS text) END AS error
FROM access_log;
