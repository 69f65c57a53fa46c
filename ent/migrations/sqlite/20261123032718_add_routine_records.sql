-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_request_records" table
CREATE TABLE `new_request_records` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `at` datetime NOT NULL, `key_id` uuid NULL, `method` text NOT NULL, `route` text NOT NULL, `action` text NOT NULL, `outcome` text NOT NULL, `target_id` uuid NULL, `target_label` text NOT NULL DEFAULT (''), `target_key` text NOT NULL DEFAULT (''), `status` integer NOT NULL, `scim_type` text NOT NULL DEFAULT (''), `detail` text NOT NULL DEFAULT (''), `duration_us` integer NOT NULL, `request_id` text NOT NULL DEFAULT (''), `address` text NOT NULL DEFAULT (''), `agent` text NOT NULL DEFAULT (''), `changed` json NULL, `ignored` json NULL, `routine` bool NOT NULL DEFAULT (false), `lost_before` integer NOT NULL DEFAULT (0), PRIMARY KEY (`directory_id`, `id`));
-- Copy rows from old table "request_records" to new temporary table "new_request_records"
INSERT INTO `new_request_records` (`directory_id`, `id`, `company_id`, `at`, `key_id`, `method`, `route`, `action`, `outcome`, `target_id`, `target_label`, `target_key`, `status`, `scim_type`, `detail`, `duration_us`, `request_id`, `address`, `agent`, `changed`, `ignored`, `lost_before`) SELECT `directory_id`, `id`, `company_id`, `at`, `key_id`, `method`, `route`, `action`, `outcome`, `target_id`, `target_label`, `target_key`, `status`, `scim_type`, `detail`, `duration_us`, `request_id`, `address`, `agent`, `changed`, `ignored`, `lost_before` FROM `request_records`;
-- Drop "request_records" table after copying rows
DROP TABLE `request_records`;
-- Rename temporary table "new_request_records" to "request_records"
ALTER TABLE `new_request_records` RENAME TO `request_records`;
-- Create index "requestrecord_directory_id_outcome_id" to table: "request_records"
CREATE INDEX `requestrecord_directory_id_outcome_id` ON `request_records` (`directory_id`, `outcome`, `id`) WHERE NOT routine;
-- Create index "requestrecord_directory_id_target_id_id" to table: "request_records"
CREATE INDEX `requestrecord_directory_id_target_id_id` ON `request_records` (`directory_id`, `target_id`, `id`) WHERE NOT routine;
-- Create index "requestrecord_directory_id_target_key_id" to table: "request_records"
CREATE INDEX `requestrecord_directory_id_target_key_id` ON `request_records` (`directory_id`, `target_key`, `id`) WHERE NOT routine;
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
