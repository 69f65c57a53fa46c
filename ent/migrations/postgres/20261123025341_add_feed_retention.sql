-- Modify "feeds" table
ALTER TABLE "feeds" ADD COLUMN "swept" bigint NOT NULL DEFAULT 0;
-- Create "installation_secrets" table
CREATE TABLE "installation_secrets" ("name" character varying NOT NULL, "secret" character varying NOT NULL, PRIMARY KEY ("name"));
