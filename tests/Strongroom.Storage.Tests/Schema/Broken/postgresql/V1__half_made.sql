CREATE TABLE half_made (id bigint NOT NULL PRIMARY KEY);
INSERT INTO half_made VALUES (1), (1);
