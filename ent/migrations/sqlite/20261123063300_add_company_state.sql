-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_companies" table
CREATE TABLE `new_companies` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `short_name` text NOT NULL, `short_name_key` text NOT NULL, `name` text NOT NULL, `description` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('ACTIVE'), PRIMARY KEY (`id`));
-- Copy rows from old table "companies" to new temporary table "new_companies"
INSERT INTO `new_companies` (`id`, `created_at`, `updated_at`, `version`, `short_name`, `short_name_key`, `name`, `description`) SELECT `id`, `created_at`, `updated_at`, `version`, `short_name`, `short_name_key`, `name`, `description` FROM `companies`;
-- Drop "companies" table after copying rows
DROP TABLE `companies`;
-- Rename temporary table "new_companies" to "companies"
ALTER TABLE `new_companies` RENAME TO `companies`;
-- Create index "company_short_name_key" to table: "companies"
CREATE UNIQUE INDEX `company_short_name_key` ON `companies` (`short_name_key`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
