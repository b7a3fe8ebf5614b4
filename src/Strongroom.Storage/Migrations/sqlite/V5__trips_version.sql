-- What a bundle had when it was lost is its version, as everywhere else.
ALTER TABLE trips RENAME COLUMN generation TO version;
