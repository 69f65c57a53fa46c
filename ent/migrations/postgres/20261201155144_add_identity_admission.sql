-- Modify "identities" table
ALTER TABLE "identities" ADD COLUMN "admission" character varying NOT NULL DEFAULT 'INVITATION';
