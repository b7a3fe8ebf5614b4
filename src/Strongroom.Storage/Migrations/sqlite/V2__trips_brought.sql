-- Who recorded a trip that the database did not have, and when. NULL where the process that saw the trip recorded it itself.
ALTER TABLE trips ADD COLUMN brought_service TEXT;
ALTER TABLE trips ADD COLUMN brought_instance TEXT;
ALTER TABLE trips ADD COLUMN brought_at INTEGER;
