CREATE TABLE signals (
    run_id        uuid        NOT NULL,
    cycle         integer     NOT NULL,
    symbol        text        NOT NULL,
    strategy_id   text        NOT NULL,
    direction     integer     NOT NULL,
    strength      numeric     NOT NULL,
    target_weight numeric     NOT NULL,
    price         numeric     NOT NULL,
    bar_time      timestamptz NOT NULL,
    as_of         timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (run_id, cycle, symbol)
);
