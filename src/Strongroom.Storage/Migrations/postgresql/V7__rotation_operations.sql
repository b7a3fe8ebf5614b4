-- The operations of a rotation. The whole view is repeated, since a view cannot be altered in part.
CREATE OR REPLACE VIEW access_log_readable AS
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
        WHEN 13 THEN 'discard'
        WHEN 14 THEN 'destroy'
        WHEN 15 THEN 'annotate'
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
        WHEN 7 THEN 'unknown'
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
        WHEN 405 THEN 'breaker_refused'
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
