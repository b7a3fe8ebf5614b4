CREATE TABLE risk_decisions (
    run_id          uuid        NOT NULL,
    cycle           integer     NOT NULL,
    symbol          text        NOT NULL,
    verdict         integer     NOT NULL,
    rule            integer     NOT NULL,
    reason          text        NOT NULL,
    wanted_quantity numeric     NOT NULL,
    quantity        numeric     NOT NULL,
    price           numeric     NOT NULL,
    opens_risk      boolean     NOT NULL,
    order_kind      integer,
    limit_price     numeric,
    client_order_id text,
    bar_time        timestamptz NOT NULL,
    as_of           timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (run_id, cycle, symbol)
);
