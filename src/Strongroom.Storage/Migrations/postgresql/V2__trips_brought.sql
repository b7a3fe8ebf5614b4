-- Who recorded a trip that the database did not have, and when. NULL where the process that saw the trip recorded it itself.
ALTER TABLE trips
    ADD COLUMN brought_service  text,
    ADD COLUMN brought_instance text,
    ADD COLUMN brought_at       timestamptz;
