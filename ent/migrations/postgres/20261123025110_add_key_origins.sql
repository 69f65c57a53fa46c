-- Modify "keys" table
ALTER TABLE "keys" ADD COLUMN "origins" jsonb NULL, ADD COLUMN "trusted_documents_only" boolean NOT NULL DEFAULT false;
-- Create index "key_origins" to table: "keys"
CREATE INDEX "key_origins" ON "keys" ("id") WHERE (origins IS NOT NULL);
