-- Modify "companies" table
ALTER TABLE "companies" ADD COLUMN "state" character varying NOT NULL DEFAULT 'ACTIVE';
