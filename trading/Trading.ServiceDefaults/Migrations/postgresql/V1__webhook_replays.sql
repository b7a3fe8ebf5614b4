CREATE TABLE webhook_replays (
    id           text   NOT NULL PRIMARY KEY,
    until_second bigint NOT NULL
);
CREATE INDEX webhook_replays_until ON webhook_replays (until_second);
