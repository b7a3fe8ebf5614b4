CREATE TABLE webhook_replays (
    id           TEXT    NOT NULL PRIMARY KEY,
    until_second INTEGER NOT NULL
);
CREATE INDEX webhook_replays_until ON webhook_replays (until_second);
