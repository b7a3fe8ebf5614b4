ALTER TABLE webhook_replays ADD COLUMN handled boolean NOT NULL DEFAULT FALSE;
