CREATE TABLE runs (
    run_id         uuid        NOT NULL PRIMARY KEY,
    symbols        text        NOT NULL,
    cycles         integer     NOT NULL,
    bars_per_cycle integer     NOT NULL,
    state          integer     NOT NULL,
    start_at       timestamptz,
    closes_at      timestamptz,
    created_at     timestamptz NOT NULL,
    ended_at       timestamptz
);

CREATE TABLE cycles (
    run_id    uuid        NOT NULL REFERENCES runs (run_id),
    cycle     integer     NOT NULL,
    as_of     timestamptz NOT NULL,
    bar_time  timestamptz,
    signals   integer     NOT NULL,
    approved  integer     NOT NULL,
    resized   integer     NOT NULL,
    refused   integer     NOT NULL,
    unchanged integer     NOT NULL,
    cancelled integer     NOT NULL,
    equity    numeric,
    done_at   timestamptz NOT NULL,
    PRIMARY KEY (run_id, cycle)
);
