-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_identities" table
CREATE TABLE `new_identities` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `account_id` uuid NOT NULL, `issuer` text NOT NULL, `subject` text NOT NULL, `admission` text NOT NULL DEFAULT ('INVITATION'), `created_at` datetime NOT NULL, `last_used_at` datetime NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `identities_account_id_fkey` FOREIGN KEY (`company_id`, `account_id`) REFERENCES `accounts` (`company_id`, `id`) ON DELETE CASCADE);
-- Copy rows from old table "identities" to new temporary table "new_identities"
INSERT INTO `new_identities` (`company_id`, `id`, `account_id`, `issuer`, `subject`, `created_at`, `last_used_at`) SELECT `company_id`, `id`, `account_id`, `issuer`, `subject`, `created_at`, `last_used_at` FROM `identities`;
-- Drop "identities" table after copying rows
DROP TABLE `identities`;
-- Rename temporary table "new_identities" to "identities"
ALTER TABLE `new_identities` RENAME TO `identities`;
-- Create index "identity_company_id_subject_issuer" to table: "identities"
CREATE UNIQUE INDEX `identity_company_id_subject_issuer` ON `identities` (`company_id`, `subject`, `issuer`);
-- Create index "identity_company_id_account_id" to table: "identities"
CREATE INDEX `identity_company_id_account_id` ON `identities` (`company_id`, `account_id`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
