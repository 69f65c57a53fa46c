-- Drop index "requestrecord_directory_id_outcome_id" from table: "request_records"
DROP INDEX "requestrecord_directory_id_outcome_id";
-- Drop index "requestrecord_directory_id_target_id_id" from table: "request_records"
DROP INDEX "requestrecord_directory_id_target_id_id";
-- Drop index "requestrecord_directory_id_target_key_id" from table: "request_records"
DROP INDEX "requestrecord_directory_id_target_key_id";
-- Modify "request_records" table
ALTER TABLE "request_records" ADD COLUMN "routine" boolean NOT NULL DEFAULT false;
-- Create index "requestrecord_directory_id_outcome_id" to table: "request_records"
CREATE INDEX "requestrecord_directory_id_outcome_id" ON "request_records" ("directory_id", "outcome", "id") WHERE (NOT routine);
-- Create index "requestrecord_directory_id_target_id_id" to table: "request_records"
CREATE INDEX "requestrecord_directory_id_target_id_id" ON "request_records" ("directory_id", "target_id", "id") WHERE (NOT routine);
-- Create index "requestrecord_directory_id_target_key_id" to table: "request_records"
CREATE INDEX "requestrecord_directory_id_target_key_id" ON "request_records" ("directory_id", "target_key", "id") WHERE (NOT routine);
