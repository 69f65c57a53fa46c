-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_memberships" table
CREATE TABLE `new_memberships` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `source` text NOT NULL, `group_id` uuid NOT NULL, `member_id` uuid NOT NULL, `user_id` uuid NULL, `subgroup_id` uuid NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`directory_id`, `id`), CONSTRAINT `memberships_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE, CONSTRAINT `memberships_group_id_fkey` FOREIGN KEY (`directory_id`, `group_id`) REFERENCES `groups` (`directory_id`, `id`) ON DELETE CASCADE, CONSTRAINT `memberships_user_id_fkey` FOREIGN KEY (`directory_id`, `user_id`) REFERENCES `users` (`directory_id`, `id`) ON DELETE CASCADE, CONSTRAINT `memberships_subgroup_id_fkey` FOREIGN KEY (`directory_id`, `subgroup_id`) REFERENCES `groups` (`directory_id`, `id`) ON DELETE CASCADE);
-- Copy rows from old table "memberships" to new temporary table "new_memberships"
INSERT INTO `new_memberships` (`directory_id`, `id`, `company_id`, `source`, `group_id`, `member_id`, `user_id`, `subgroup_id`, `created_at`) SELECT `directory_id`, `id`, `company_id`, `source`, `group_id`, `member_id`, `user_id`, `subgroup_id`, `created_at` FROM `memberships`;
-- Drop "memberships" table after copying rows
DROP TABLE `memberships`;
-- Rename temporary table "new_memberships" to "memberships"
ALTER TABLE `new_memberships` RENAME TO `memberships`;
-- Create index "membership_company_id_id" to table: "memberships"
CREATE INDEX `membership_company_id_id` ON `memberships` (`company_id`, `id`);
-- Create index "membership_directory_id_group_id_member_id" to table: "memberships"
CREATE UNIQUE INDEX `membership_directory_id_group_id_member_id` ON `memberships` (`directory_id`, `group_id`, `member_id`);
-- Create index "membership_directory_id_member_id_group_id" to table: "memberships"
CREATE INDEX `membership_directory_id_member_id_group_id` ON `memberships` (`directory_id`, `member_id`, `group_id`);
-- Create "new_user_values" table
CREATE TABLE `new_user_values` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `user_id` uuid NOT NULL, `attribute` text NOT NULL, `value_key` text NOT NULL, `type_key` text NOT NULL DEFAULT (''), PRIMARY KEY (`directory_id`, `id`), CONSTRAINT `user_values_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE, CONSTRAINT `user_values_user_id_fkey` FOREIGN KEY (`directory_id`, `user_id`) REFERENCES `users` (`directory_id`, `id`) ON DELETE CASCADE);
-- Copy rows from old table "user_values" to new temporary table "new_user_values"
INSERT INTO `new_user_values` (`directory_id`, `id`, `company_id`, `user_id`, `attribute`, `value_key`, `type_key`) SELECT `directory_id`, `id`, `company_id`, `user_id`, `attribute`, `value_key`, `type_key` FROM `user_values`;
-- Drop "user_values" table after copying rows
DROP TABLE `user_values`;
-- Rename temporary table "new_user_values" to "user_values"
ALTER TABLE `new_user_values` RENAME TO `user_values`;
-- Create index "uservalue_directory_id_attribute_value_key_user_id" to table: "user_values"
CREATE INDEX `uservalue_directory_id_attribute_value_key_user_id` ON `user_values` (`directory_id`, `attribute`, `value_key`, `user_id`);
-- Create index "uservalue_directory_id_user_id" to table: "user_values"
CREATE INDEX `uservalue_directory_id_user_id` ON `user_values` (`directory_id`, `user_id`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
