CREATE TABLE orders (
    client_order_id text        NOT NULL PRIMARY KEY,
    run_id          uuid        NOT NULL,
    cycle           integer     NOT NULL,
    symbol          text        NOT NULL,
    side            integer     NOT NULL,
    quantity        numeric     NOT NULL,
    kind            integer     NOT NULL,
    limit_price     numeric,
    opens_risk      boolean     NOT NULL,
    created_at      timestamptz NOT NULL
);

CREATE INDEX orders_created_at ON orders (created_at);

CREATE TABLE order_events (
    client_order_id      text        NOT NULL REFERENCES orders (client_order_id),
    sequence             integer     NOT NULL,
    state                integer     NOT NULL,
    broker_order_id      text,
    filled_quantity      numeric     NOT NULL,
    filled_average_price numeric,
    reason               text,
    at                   timestamptz NOT NULL,
    PRIMARY KEY (client_order_id, sequence)
);
