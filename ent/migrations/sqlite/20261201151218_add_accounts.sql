-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_changes" table
CREATE TABLE `new_changes` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `source` text NOT NULL, `directory_id` uuid NULL, `position` integer NULL, `kind` text NOT NULL, `resource_type` text NOT NULL, `resource_id` uuid NOT NULL, `resource_version` integer NOT NULL, `viewer_kind` text NOT NULL, `key_id` uuid NULL, `account_id` uuid NULL, `session_id` uuid NULL, `address` text NOT NULL DEFAULT (''), `before` json NULL, `after` json NULL, `users_delta` integer NOT NULL DEFAULT (0), `active_users_delta` integer NOT NULL DEFAULT (0), `groups_delta` integer NOT NULL DEFAULT (0), `memberships_delta` integer NOT NULL DEFAULT (0), `request_id` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, PRIMARY KEY (`company_id`, `id`));
-- Copy rows from old table "changes" to new temporary table "new_changes"
INSERT INTO `new_changes` (`company_id`, `id`, `source`, `directory_id`, `position`, `kind`, `resource_type`, `resource_id`, `resource_version`, `viewer_kind`, `key_id`, `before`, `after`, `users_delta`, `active_users_delta`, `groups_delta`, `memberships_delta`, `request_id`, `created_at`) SELECT `company_id`, `id`, `source`, `directory_id`, `position`, `kind`, `resource_type`, `resource_id`, `resource_version`, `viewer_kind`, `key_id`, `before`, `after`, `users_delta`, `active_users_delta`, `groups_delta`, `memberships_delta`, `request_id`, `created_at` FROM `changes`;
-- Drop "changes" table after copying rows
DROP TABLE `changes`;
-- Rename temporary table "new_changes" to "changes"
ALTER TABLE `new_changes` RENAME TO `changes`;
-- Create index "change_company_id_position" to table: "changes"
CREATE UNIQUE INDEX `change_company_id_position` ON `changes` (`company_id`, `position`);
-- Create index "change_company_id_resource_id_id" to table: "changes"
CREATE INDEX `change_company_id_resource_id_id` ON `changes` (`company_id`, `resource_id`, `id`);
-- Create index "change_company_id_account_id_id" to table: "changes"
CREATE INDEX `change_company_id_account_id_id` ON `changes` (`company_id`, `account_id`, `id`) WHERE account_id IS NOT NULL;
-- Create index "change_pending" to table: "changes"
CREATE INDEX `change_pending` ON `changes` (`company_id`, `directory_id`, `id`) WHERE position IS NULL;
-- Create "accounts" table
CREATE TABLE `accounts` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `name` text NOT NULL, `name_key` text NOT NULL, `mail` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('ACTIVE'), `role` text NOT NULL, `directory_ids` json NULL, `linked_directory_id` uuid NULL, `linked_user_id` uuid NULL, `last_sign_in_at` datetime NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `accounts_company_id_fkey` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE);
-- Create index "account_company_id_linked_directory_id_linked_user_id" to table: "accounts"
CREATE UNIQUE INDEX `account_company_id_linked_directory_id_linked_user_id` ON `accounts` (`company_id`, `linked_directory_id`, `linked_user_id`);
-- Create index "account_company_id_name_key_id" to table: "accounts"
CREATE INDEX `account_company_id_name_key_id` ON `accounts` (`company_id`, `name_key`, `id`);
-- Create index "account_company_id_role_id" to table: "accounts"
CREATE INDEX `account_company_id_role_id` ON `accounts` (`company_id`, `role`, `id`);
-- Create "identities" table
CREATE TABLE `identities` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `account_id` uuid NOT NULL, `issuer` text NOT NULL, `subject` text NOT NULL, `created_at` datetime NOT NULL, `last_used_at` datetime NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `identities_account_id_fkey` FOREIGN KEY (`company_id`, `account_id`) REFERENCES `accounts` (`company_id`, `id`) ON DELETE CASCADE);
-- Create index "identity_company_id_subject_issuer" to table: "identities"
CREATE UNIQUE INDEX `identity_company_id_subject_issuer` ON `identities` (`company_id`, `subject`, `issuer`);
-- Create index "identity_company_id_account_id" to table: "identities"
CREATE INDEX `identity_company_id_account_id` ON `identities` (`company_id`, `account_id`);
-- Create "identity_providers" table
CREATE TABLE `identity_providers` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `name` text NOT NULL, `preset` text NOT NULL, `state` text NOT NULL DEFAULT ('ACTIVE'), `issuer` text NOT NULL, `client_id` text NOT NULL, `sealed_secret` text NOT NULL, `subject_claim` text NOT NULL DEFAULT ('SUB'), `rules` json NULL, `people_directory_id` uuid NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `identity_providers_company_id_fkey` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE);
-- Create index "identityprovider_company_id_id" to table: "identity_providers"
CREATE INDEX `identityprovider_company_id_id` ON `identity_providers` (`company_id`, `id`);
-- Create "invitations" table
CREATE TABLE `invitations` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `name` text NOT NULL DEFAULT (''), `mail` text NOT NULL DEFAULT (''), `role` text NOT NULL, `directory_ids` json NULL, `digest` blob NOT NULL, `expires_at` datetime NOT NULL, `revoked_at` datetime NULL, `accepted_at` datetime NULL, `account_id` uuid NULL, `created_by_account` uuid NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `invitations_company_id_fkey` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE);
-- Create index "invitation_digest" to table: "invitations"
CREATE UNIQUE INDEX `invitation_digest` ON `invitations` (`digest`);
-- Create index "invitation_company_id_id" to table: "invitations"
CREATE INDEX `invitation_company_id_id` ON `invitations` (`company_id`, `id`);
-- Create "passkeys" table
CREATE TABLE `passkeys` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `account_id` uuid NOT NULL, `name` text NOT NULL, `credential_id` blob NOT NULL, `public_key` blob NOT NULL, `aaguid` blob NULL, `transports` json NULL, `backup_eligible` bool NOT NULL DEFAULT (false), `backed_up` bool NOT NULL DEFAULT (false), `sign_count` integer NOT NULL DEFAULT (0), `last_used_at` datetime NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `passkeys_account_id_fkey` FOREIGN KEY (`company_id`, `account_id`) REFERENCES `accounts` (`company_id`, `id`) ON DELETE CASCADE);
-- Create index "passkey_credential_id" to table: "passkeys"
CREATE UNIQUE INDEX `passkey_credential_id` ON `passkeys` (`credential_id`);
-- Create index "passkey_company_id_account_id_id" to table: "passkeys"
CREATE INDEX `passkey_company_id_account_id_id` ON `passkeys` (`company_id`, `account_id`, `id`);
-- Create "sessions" table
CREATE TABLE `sessions` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `account_id` uuid NOT NULL, `digest` blob NOT NULL, `method` text NOT NULL, `identity_provider_id` uuid NULL, `subject` text NOT NULL DEFAULT (''), `provider_session` text NOT NULL DEFAULT (''), `address` text NOT NULL DEFAULT (''), `agent` text NOT NULL DEFAULT (''), `authenticated_at` datetime NOT NULL, `created_at` datetime NOT NULL, `last_used_at` datetime NOT NULL, `expires_at` datetime NOT NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `sessions_account_id_fkey` FOREIGN KEY (`company_id`, `account_id`) REFERENCES `accounts` (`company_id`, `id`) ON DELETE CASCADE);
-- Create index "session_digest" to table: "sessions"
CREATE UNIQUE INDEX `session_digest` ON `sessions` (`digest`);
-- Create index "session_company_id_account_id_id" to table: "sessions"
CREATE INDEX `session_company_id_account_id_id` ON `sessions` (`company_id`, `account_id`, `id`);
-- Create index "session_company_id_identity_provider_id_subject" to table: "sessions"
CREATE INDEX `session_company_id_identity_provider_id_subject` ON `sessions` (`company_id`, `identity_provider_id`, `subject`);
-- Create index "session_expires_at" to table: "sessions"
CREATE INDEX `session_expires_at` ON `sessions` (`expires_at`);
-- Create "sign_in_links" table
CREATE TABLE `sign_in_links` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `account_id` uuid NOT NULL, `digest` blob NOT NULL, `created_at` datetime NOT NULL, `expires_at` datetime NOT NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `sign_in_links_account_id_fkey` FOREIGN KEY (`company_id`, `account_id`) REFERENCES `accounts` (`company_id`, `id`) ON DELETE CASCADE);
-- Create index "signinlink_digest" to table: "sign_in_links"
CREATE UNIQUE INDEX `signinlink_digest` ON `sign_in_links` (`digest`);
-- Create index "signinlink_company_id_account_id" to table: "sign_in_links"
CREATE INDEX `signinlink_company_id_account_id` ON `sign_in_links` (`company_id`, `account_id`);
-- Create index "signinlink_expires_at" to table: "sign_in_links"
CREATE INDEX `signinlink_expires_at` ON `sign_in_links` (`expires_at`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
