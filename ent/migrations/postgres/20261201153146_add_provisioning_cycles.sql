-- Create "provisioning_cycles" table
CREATE TABLE "provisioning_cycles" ("directory_id" uuid NOT NULL, "id" uuid NOT NULL, "company_id" uuid NOT NULL, "cycle" jsonb NOT NULL, PRIMARY KEY ("directory_id", "id"));
