-- Whether the order opened risk when the next attempt was decided on; null in rows of before: that of the order counts.
ALTER TABLE order_events ADD COLUMN opens_risk boolean;
