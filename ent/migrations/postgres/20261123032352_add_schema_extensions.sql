-- Modify "directories" table
ALTER TABLE "directories" ADD COLUMN "schema_extensions" jsonb NULL;
