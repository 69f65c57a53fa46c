-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_keys" table
CREATE TABLE `new_keys` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `kind` text NOT NULL, `directory_id` uuid NULL, `client_id` uuid NULL, `name` text NOT NULL, `description` text NOT NULL DEFAULT (''), `issuer` text NOT NULL DEFAULT (''), `digest` blob NOT NULL, `prefix` text NOT NULL, `scopes` json NULL, `origins` json NULL, `trusted_documents_only` bool NOT NULL DEFAULT (false), `expires_at` datetime NULL, `last_used_at` datetime NULL, `last_used_address` text NOT NULL DEFAULT (''), `last_used_agent` text NOT NULL DEFAULT (''), `revoked_at` datetime NULL, `successor_id` uuid NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `keys_company_id_fkey` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE, CONSTRAINT `keys_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE, CONSTRAINT `keys_successor_id_fkey` FOREIGN KEY (`company_id`, `successor_id`) REFERENCES `keys` (`company_id`, `id`) ON DELETE NO ACTION, CONSTRAINT `keys_client_id_fkey` FOREIGN KEY (`company_id`, `client_id`) REFERENCES `oauth_clients` (`company_id`, `id`) ON DELETE CASCADE);
-- Copy rows from old table "keys" to new temporary table "new_keys"
INSERT INTO `new_keys` (`company_id`, `id`, `created_at`, `updated_at`, `version`, `kind`, `directory_id`, `client_id`, `name`, `description`, `issuer`, `digest`, `prefix`, `scopes`, `expires_at`, `last_used_at`, `last_used_address`, `last_used_agent`, `revoked_at`, `successor_id`) SELECT `company_id`, `id`, `created_at`, `updated_at`, `version`, `kind`, `directory_id`, `client_id`, `name`, `description`, `issuer`, `digest`, `prefix`, `scopes`, `expires_at`, `last_used_at`, `last_used_address`, `last_used_agent`, `revoked_at`, `successor_id` FROM `keys`;
-- Drop "keys" table after copying rows
DROP TABLE `keys`;
-- Rename temporary table "new_keys" to "keys"
ALTER TABLE `new_keys` RENAME TO `keys`;
-- Create index "key_digest" to table: "keys"
CREATE UNIQUE INDEX `key_digest` ON `keys` (`digest`);
-- Create index "key_company_id_directory_id" to table: "keys"
CREATE INDEX `key_company_id_directory_id` ON `keys` (`company_id`, `directory_id`);
-- Create index "key_company_id_client_id" to table: "keys"
CREATE INDEX `key_company_id_client_id` ON `keys` (`company_id`, `client_id`);
-- Create index "key_origins" to table: "keys"
CREATE INDEX `key_origins` ON `keys` (`id`) WHERE origins IS NOT NULL;
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
