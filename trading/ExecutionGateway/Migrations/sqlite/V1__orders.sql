-- Decimals are text: SQLite's numbers would round them.
CREATE TABLE orders (
    client_order_id TEXT    NOT NULL PRIMARY KEY,
    run_id          TEXT    NOT NULL,
    cycle           INTEGER NOT NULL,
    symbol          TEXT    NOT NULL,
    side            INTEGER NOT NULL,
    quantity        TEXT    NOT NULL,
    kind            INTEGER NOT NULL,
    limit_price     TEXT,
    opens_risk      INTEGER NOT NULL,
    created_at      TEXT    NOT NULL
) STRICT;

CREATE INDEX orders_created_at ON orders (created_at);

CREATE TABLE order_events (
    client_order_id      TEXT    NOT NULL REFERENCES orders (client_order_id),
    sequence             INTEGER NOT NULL,
    state                INTEGER NOT NULL,
    broker_order_id      TEXT,
    filled_quantity      TEXT    NOT NULL,
    filled_average_price TEXT,
    reason               TEXT,
    at                   TEXT    NOT NULL,
    PRIMARY KEY (client_order_id, sequence)
) STRICT;
