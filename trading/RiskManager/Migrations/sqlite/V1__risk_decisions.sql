-- Decimals are text: SQLite's numbers would round them.
CREATE TABLE risk_decisions (
    run_id          TEXT    NOT NULL,
    cycle           INTEGER NOT NULL,
    symbol          TEXT    NOT NULL,
    verdict         INTEGER NOT NULL,
    rule            INTEGER NOT NULL,
    reason          TEXT    NOT NULL,
    wanted_quantity TEXT    NOT NULL,
    quantity        TEXT    NOT NULL,
    price           TEXT    NOT NULL,
    opens_risk      INTEGER NOT NULL,
    order_kind      INTEGER,
    limit_price     TEXT,
    client_order_id TEXT,
    bar_time        TEXT    NOT NULL,
    as_of           TEXT    NOT NULL,
    created_at      TEXT    NOT NULL,
    PRIMARY KEY (run_id, cycle, symbol)
) STRICT;
