CREATE TABLE runs (
    run_id         TEXT    NOT NULL PRIMARY KEY,
    symbols        TEXT    NOT NULL,
    cycles         INTEGER NOT NULL,
    bars_per_cycle INTEGER NOT NULL,
    state          INTEGER NOT NULL,
    start_at       TEXT,
    closes_at      TEXT,
    created_at     TEXT    NOT NULL,
    ended_at       TEXT
) STRICT;

CREATE TABLE cycles (
    run_id    TEXT    NOT NULL REFERENCES runs (run_id),
    cycle     INTEGER NOT NULL,
    as_of     TEXT    NOT NULL,
    bar_time  TEXT,
    signals   INTEGER NOT NULL,
    approved  INTEGER NOT NULL,
    resized   INTEGER NOT NULL,
    refused   INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    equity    TEXT,
    done_at   TEXT    NOT NULL,
    PRIMARY KEY (run_id, cycle)
) STRICT;
