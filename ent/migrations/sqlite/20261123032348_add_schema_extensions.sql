-- Add column "schema_extensions" to table: "directories"
ALTER TABLE `directories` ADD COLUMN `schema_extensions` json NULL;
