-- Modify "keys" table
ALTER TABLE "keys" ADD COLUMN "first_used_at" timestamptz NULL, ADD COLUMN "refused_count" bigint NULL, ADD COLUMN "last_refused_at" timestamptz NULL, ADD COLUMN "last_refused_address" character varying NULL, ADD COLUMN "last_refused_agent" character varying NULL;
