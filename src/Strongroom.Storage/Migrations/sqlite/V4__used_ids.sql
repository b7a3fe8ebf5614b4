-- Ids that count once, such as those of call tokens. Rows older than a day are removed by the services.
CREATE TABLE used_ids (
    id      TEXT    NOT NULL PRIMARY KEY,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX used_ids_used_at ON used_ids (used_at);
