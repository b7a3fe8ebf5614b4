-- Decimals are text: SQLite's numbers would round them.
CREATE TABLE signals (
    run_id        TEXT    NOT NULL,
    cycle         INTEGER NOT NULL,
    symbol        TEXT    NOT NULL,
    strategy_id   TEXT    NOT NULL,
    direction     INTEGER NOT NULL,
    strength      TEXT    NOT NULL,
    target_weight TEXT    NOT NULL,
    price         TEXT    NOT NULL,
    bar_time      TEXT    NOT NULL,
    as_of         TEXT    NOT NULL,
    created_at    TEXT    NOT NULL,
    PRIMARY KEY (run_id, cycle, symbol)
) STRICT;
