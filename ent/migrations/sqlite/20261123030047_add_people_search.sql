-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create index "group_company_id_display_name_key_id" to table: "groups"
CREATE INDEX `group_company_id_display_name_key_id` ON `groups` (`company_id`, `display_name_key`, `id`);
-- Create "new_users" table
CREATE TABLE `new_users` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `source` text NOT NULL, `user_name` text NOT NULL, `user_name_key` text NOT NULL, `external_id` text NULL, `active` bool NOT NULL DEFAULT (true), `name` json NULL, `display_name` text NULL, `nick_name` text NULL, `profile_url` text NULL, `title` text NULL, `user_type` text NULL, `preferred_language` text NULL, `locale` text NULL, `timezone` text NULL, `employee_number` text NULL, `cost_center` text NULL, `organization` text NULL, `division` text NULL, `department` text NULL, `manager` text NULL, `emails` json NULL, `phone_numbers` json NULL, `ims` json NULL, `photos` json NULL, `entitlements` json NULL, `roles` json NULL, `x509_certificates` json NULL, `addresses` json NULL, `extensions` json NULL, `sort_name` text NOT NULL, `search_version` integer NOT NULL DEFAULT (0), PRIMARY KEY (`directory_id`, `id`), CONSTRAINT `users_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE);
-- Copy rows from old table "users" to new temporary table "new_users"
INSERT INTO `new_users` (`directory_id`, `id`, `company_id`, `created_at`, `updated_at`, `version`, `source`, `user_name`, `user_name_key`, `external_id`, `active`, `name`, `display_name`, `nick_name`, `profile_url`, `title`, `user_type`, `preferred_language`, `locale`, `timezone`, `employee_number`, `cost_center`, `organization`, `division`, `department`, `manager`, `emails`, `phone_numbers`, `ims`, `photos`, `entitlements`, `roles`, `x509_certificates`, `addresses`, `extensions`, `sort_name`) SELECT `directory_id`, `id`, `company_id`, `created_at`, `updated_at`, `version`, `source`, `user_name`, `user_name_key`, `external_id`, `active`, `name`, `display_name`, `nick_name`, `profile_url`, `title`, `user_type`, `preferred_language`, `locale`, `timezone`, `employee_number`, `cost_center`, `organization`, `division`, `department`, `manager`, `emails`, `phone_numbers`, `ims`, `photos`, `entitlements`, `roles`, `x509_certificates`, `addresses`, `extensions`, `sort_name` FROM `users`;
-- Drop "users" table after copying rows
DROP TABLE `users`;
-- Rename temporary table "new_users" to "users"
ALTER TABLE `new_users` RENAME TO `users`;
-- Create index "user_company_id_id_directory_id" to table: "users"
CREATE INDEX `user_company_id_id_directory_id` ON `users` (`company_id`, `id`, `directory_id`);
-- Create index "user_directory_id_user_name_key" to table: "users"
CREATE UNIQUE INDEX `user_directory_id_user_name_key` ON `users` (`directory_id`, `user_name_key`);
-- Create index "user_directory_id_external_id_id" to table: "users"
CREATE INDEX `user_directory_id_external_id_id` ON `users` (`directory_id`, `external_id`, `id`);
-- Create index "user_directory_id_manager_id" to table: "users"
CREATE INDEX `user_directory_id_manager_id` ON `users` (`directory_id`, `manager`, `id`);
-- Create index "user_directory_id_sort_name_id" to table: "users"
CREATE INDEX `user_directory_id_sort_name_id` ON `users` (`directory_id`, `sort_name`, `id`);
-- Create index "user_company_id_user_name_key_id" to table: "users"
CREATE INDEX `user_company_id_user_name_key_id` ON `users` (`company_id`, `user_name_key`, `id`);
-- Create index "user_unsearchable" to table: "users"
CREATE INDEX `user_unsearchable` ON `users` (`company_id`, `directory_id`, `id`) WHERE search_version <> version;
-- Create "new_user_values" table
CREATE TABLE `new_user_values` (`directory_id` uuid NOT NULL, `user_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `attribute` text NOT NULL, `value_key` text NOT NULL, `type_key` text NOT NULL DEFAULT (''), PRIMARY KEY (`directory_id`, `user_id`, `id`), CONSTRAINT `user_values_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE, CONSTRAINT `user_values_user_id_fkey` FOREIGN KEY (`directory_id`, `user_id`) REFERENCES `users` (`directory_id`, `id`) ON DELETE CASCADE);
-- Copy rows from old table "user_values" to new temporary table "new_user_values"
INSERT INTO `new_user_values` (`directory_id`, `user_id`, `id`, `company_id`, `attribute`, `value_key`, `type_key`) SELECT `directory_id`, `user_id`, `id`, `company_id`, `attribute`, `value_key`, `type_key` FROM `user_values`;
-- Drop "user_values" table after copying rows
DROP TABLE `user_values`;
-- Rename temporary table "new_user_values" to "user_values"
ALTER TABLE `new_user_values` RENAME TO `user_values`;
-- Create index "uservalue_directory_id_attribute_value_key_user_id_company_id" to table: "user_values"
CREATE INDEX `uservalue_directory_id_attribute_value_key_user_id_company_id` ON `user_values` (`directory_id`, `attribute`, `value_key`, `user_id`, `company_id`);
-- Create index "uservalue_company_id_attribute_value_key_user_id" to table: "user_values"
CREATE INDEX `uservalue_company_id_attribute_value_key_user_id` ON `user_values` (`company_id`, `attribute`, `value_key`, `user_id`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
