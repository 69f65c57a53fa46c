-- Create "access_tokens" table
CREATE TABLE `access_tokens` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `directory_id` uuid NOT NULL, `client_id` uuid NOT NULL, `key_id` uuid NULL, `digest` blob NOT NULL, `assertion` blob NULL, `expires_at` datetime NOT NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `access_tokens_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE, CONSTRAINT `access_tokens_client_id_fkey` FOREIGN KEY (`company_id`, `client_id`) REFERENCES `oauth_clients` (`company_id`, `id`) ON DELETE CASCADE, CONSTRAINT `access_tokens_key_id_fkey` FOREIGN KEY (`company_id`, `key_id`) REFERENCES `keys` (`company_id`, `id`) ON DELETE CASCADE);
-- Create index "accesstoken_digest" to table: "access_tokens"
CREATE UNIQUE INDEX `accesstoken_digest` ON `access_tokens` (`digest`);
-- Create index "accesstoken_company_id_client_id_assertion" to table: "access_tokens"
CREATE UNIQUE INDEX `accesstoken_company_id_client_id_assertion` ON `access_tokens` (`company_id`, `client_id`, `assertion`);
-- Create index "accesstoken_expires_at" to table: "access_tokens"
CREATE INDEX `accesstoken_expires_at` ON `access_tokens` (`expires_at`);
-- Create "changes" table
CREATE TABLE `changes` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `source` text NOT NULL, `directory_id` uuid NULL, `position` integer NULL, `kind` text NOT NULL, `resource_type` text NOT NULL, `resource_id` uuid NOT NULL, `resource_version` integer NOT NULL, `viewer_kind` text NOT NULL, `key_id` uuid NULL, `before` json NULL, `after` json NULL, `users_delta` integer NOT NULL DEFAULT (0), `active_users_delta` integer NOT NULL DEFAULT (0), `groups_delta` integer NOT NULL DEFAULT (0), `memberships_delta` integer NOT NULL DEFAULT (0), `request_id` text NOT NULL DEFAULT (''), `created_at` datetime NOT NULL, PRIMARY KEY (`company_id`, `id`));
-- Create index "change_company_id_position" to table: "changes"
CREATE UNIQUE INDEX `change_company_id_position` ON `changes` (`company_id`, `position`);
-- Create index "change_company_id_resource_id_id" to table: "changes"
CREATE INDEX `change_company_id_resource_id_id` ON `changes` (`company_id`, `resource_id`, `id`);
-- Create index "change_pending" to table: "changes"
CREATE INDEX `change_pending` ON `changes` (`company_id`, `directory_id`, `id`) WHERE position IS NULL;
-- Create "companies" table
CREATE TABLE `companies` (`id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `short_name` text NOT NULL, `short_name_key` text NOT NULL, `name` text NOT NULL, `description` text NOT NULL DEFAULT (''), PRIMARY KEY (`id`));
-- Create index "company_short_name_key" to table: "companies"
CREATE UNIQUE INDEX `company_short_name_key` ON `companies` (`short_name_key`);
-- Create "directories" table
CREATE TABLE `directories` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `name` text NOT NULL, `description` text NOT NULL DEFAULT (''), `state` text NOT NULL DEFAULT ('ACTIVE'), `disabled_users` text NOT NULL DEFAULT ('VISIBLE'), PRIMARY KEY (`company_id`, `id`), CONSTRAINT `directories_company_id_fkey` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE);
-- Create "directory_counts" table
CREATE TABLE `directory_counts` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `user_count` integer NOT NULL DEFAULT (0), `active_user_count` integer NOT NULL DEFAULT (0), `group_count` integer NOT NULL DEFAULT (0), `membership_count` integer NOT NULL DEFAULT (0), PRIMARY KEY (`directory_id`), CONSTRAINT `directory_counts_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE);
-- Create "directory_healths" table
CREATE TABLE `directory_healths` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `last_request_at` datetime NULL, `last_success_at` datetime NULL, `last_error_at` datetime NULL, `hours` json NULL, `latest_cycle` json NULL, `previous_cycle` json NULL, `record_count` integer NOT NULL DEFAULT (0), PRIMARY KEY (`directory_id`));
-- Create "feeds" table
CREATE TABLE `feeds` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `position` integer NOT NULL DEFAULT (0), PRIMARY KEY (`company_id`), CONSTRAINT `feeds_company_id_fkey` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE);
-- Create index "feed_company_id" to table: "feeds"
CREATE UNIQUE INDEX `feed_company_id` ON `feeds` (`company_id`);
-- Create "groups" table
CREATE TABLE `groups` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `source` text NOT NULL, `display_name` text NOT NULL, `display_name_key` text NOT NULL, `external_id` text NULL, `member_count` integer NOT NULL DEFAULT (0), `extensions` json NULL, PRIMARY KEY (`directory_id`, `id`), CONSTRAINT `groups_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE);
-- Create index "group_company_id_id" to table: "groups"
CREATE INDEX `group_company_id_id` ON `groups` (`company_id`, `id`);
-- Create index "group_directory_id_display_name_key" to table: "groups"
CREATE UNIQUE INDEX `group_directory_id_display_name_key` ON `groups` (`directory_id`, `display_name_key`);
-- Create index "group_directory_id_external_id_id" to table: "groups"
CREATE INDEX `group_directory_id_external_id_id` ON `groups` (`directory_id`, `external_id`, `id`);
-- Create "idempotency_records" table
CREATE TABLE `idempotency_records` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `key_id` uuid NOT NULL, `idempotency_key` text NOT NULL, `fingerprint` blob NOT NULL, `payload` json NOT NULL, `expires_at` datetime NOT NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `idempotency_records_company_id_fkey` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE);
-- Create index "idempotencyrecord_company_id_key_id_idempotency_key" to table: "idempotency_records"
CREATE UNIQUE INDEX `idempotencyrecord_company_id_key_id_idempotency_key` ON `idempotency_records` (`company_id`, `key_id`, `idempotency_key`);
-- Create index "idempotencyrecord_expires_at" to table: "idempotency_records"
CREATE INDEX `idempotencyrecord_expires_at` ON `idempotency_records` (`expires_at`);
-- Create "keys" table
CREATE TABLE `keys` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `kind` text NOT NULL, `directory_id` uuid NULL, `client_id` uuid NULL, `name` text NOT NULL, `description` text NOT NULL DEFAULT (''), `issuer` text NOT NULL DEFAULT (''), `digest` blob NOT NULL, `prefix` text NOT NULL, `scopes` json NULL, `expires_at` datetime NULL, `last_used_at` datetime NULL, `last_used_address` text NOT NULL DEFAULT (''), `last_used_agent` text NOT NULL DEFAULT (''), `revoked_at` datetime NULL, `successor_id` uuid NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `keys_company_id_fkey` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE, CONSTRAINT `keys_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE, CONSTRAINT `keys_successor_id_fkey` FOREIGN KEY (`company_id`, `successor_id`) REFERENCES `keys` (`company_id`, `id`) ON DELETE NO ACTION, CONSTRAINT `keys_client_id_fkey` FOREIGN KEY (`company_id`, `client_id`) REFERENCES `oauth_clients` (`company_id`, `id`) ON DELETE CASCADE);
-- Create index "key_digest" to table: "keys"
CREATE UNIQUE INDEX `key_digest` ON `keys` (`digest`);
-- Create index "key_company_id_directory_id" to table: "keys"
CREATE INDEX `key_company_id_directory_id` ON `keys` (`company_id`, `directory_id`);
-- Create index "key_company_id_client_id" to table: "keys"
CREATE INDEX `key_company_id_client_id` ON `keys` (`company_id`, `client_id`);
-- Create "memberships" table
CREATE TABLE `memberships` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `source` text NOT NULL, `group_id` uuid NOT NULL, `member_id` uuid NOT NULL, `user_id` uuid NULL, `subgroup_id` uuid NULL, `created_at` datetime NOT NULL, PRIMARY KEY (`directory_id`, `id`), CONSTRAINT `memberships_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE, CONSTRAINT `memberships_group_id_fkey` FOREIGN KEY (`directory_id`, `group_id`) REFERENCES `groups` (`directory_id`, `id`) ON DELETE CASCADE, CONSTRAINT `memberships_user_id_fkey` FOREIGN KEY (`directory_id`, `user_id`) REFERENCES `users` (`directory_id`, `id`) ON DELETE CASCADE, CONSTRAINT `memberships_subgroup_id_fkey` FOREIGN KEY (`directory_id`, `subgroup_id`) REFERENCES `groups` (`directory_id`, `id`) ON DELETE CASCADE);
-- Create index "membership_company_id_id" to table: "memberships"
CREATE INDEX `membership_company_id_id` ON `memberships` (`company_id`, `id`);
-- Create index "membership_directory_id_group_id_member_id" to table: "memberships"
CREATE UNIQUE INDEX `membership_directory_id_group_id_member_id` ON `memberships` (`directory_id`, `group_id`, `member_id`);
-- Create index "membership_directory_id_member_id_group_id" to table: "memberships"
CREATE INDEX `membership_directory_id_member_id_group_id` ON `memberships` (`directory_id`, `member_id`, `group_id`);
-- Create "oauth_clients" table
CREATE TABLE `oauth_clients` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `directory_id` uuid NOT NULL, `name` text NOT NULL, `description` text NOT NULL DEFAULT (''), `token_lifetime` integer NOT NULL DEFAULT (21600), `jwks` text NOT NULL DEFAULT (''), `federation_issuer` text NOT NULL DEFAULT (''), `federation_audience` text NOT NULL DEFAULT (''), `federation_subject` text NOT NULL DEFAULT (''), `federation_jwks_uri` text NOT NULL DEFAULT (''), `last_token_at` datetime NULL, `revoked_at` datetime NULL, PRIMARY KEY (`company_id`, `id`), CONSTRAINT `oauth_clients_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE);
-- Create index "oauthclient_company_id_directory_id" to table: "oauth_clients"
CREATE INDEX `oauthclient_company_id_directory_id` ON `oauth_clients` (`company_id`, `directory_id`);
-- Create index "oauthclient_id" to table: "oauth_clients"
CREATE INDEX `oauthclient_id` ON `oauth_clients` (`id`);
-- Create "request_records" table
CREATE TABLE `request_records` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `at` datetime NOT NULL, `key_id` uuid NULL, `method` text NOT NULL, `route` text NOT NULL, `action` text NOT NULL, `outcome` text NOT NULL, `target_id` uuid NULL, `target_label` text NOT NULL DEFAULT (''), `target_key` text NOT NULL DEFAULT (''), `status` integer NOT NULL, `scim_type` text NOT NULL DEFAULT (''), `detail` text NOT NULL DEFAULT (''), `duration_us` integer NOT NULL, `request_id` text NOT NULL DEFAULT (''), `address` text NOT NULL DEFAULT (''), `agent` text NOT NULL DEFAULT (''), `changed` json NULL, `ignored` json NULL, `lost_before` integer NOT NULL DEFAULT (0), PRIMARY KEY (`directory_id`, `id`));
-- Create index "requestrecord_directory_id_outcome_id" to table: "request_records"
CREATE INDEX `requestrecord_directory_id_outcome_id` ON `request_records` (`directory_id`, `outcome`, `id`);
-- Create index "requestrecord_directory_id_target_id_id" to table: "request_records"
CREATE INDEX `requestrecord_directory_id_target_id_id` ON `request_records` (`directory_id`, `target_id`, `id`);
-- Create index "requestrecord_directory_id_target_key_id" to table: "request_records"
CREATE INDEX `requestrecord_directory_id_target_key_id` ON `request_records` (`directory_id`, `target_key`, `id`);
-- Create "users" table
CREATE TABLE `users` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `created_at` datetime NOT NULL, `updated_at` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `source` text NOT NULL, `user_name` text NOT NULL, `user_name_key` text NOT NULL, `external_id` text NULL, `active` bool NOT NULL DEFAULT (true), `name` json NULL, `display_name` text NULL, `nick_name` text NULL, `profile_url` text NULL, `title` text NULL, `user_type` text NULL, `preferred_language` text NULL, `locale` text NULL, `timezone` text NULL, `employee_number` text NULL, `cost_center` text NULL, `organization` text NULL, `division` text NULL, `department` text NULL, `manager` text NULL, `emails` json NULL, `phone_numbers` json NULL, `ims` json NULL, `photos` json NULL, `entitlements` json NULL, `roles` json NULL, `x509_certificates` json NULL, `addresses` json NULL, `extensions` json NULL, `sort_name` text NOT NULL, PRIMARY KEY (`directory_id`, `id`), CONSTRAINT `users_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE);
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
-- Create "user_values" table
CREATE TABLE `user_values` (`directory_id` uuid NOT NULL, `id` uuid NOT NULL, `company_id` uuid NOT NULL, `user_id` uuid NOT NULL, `attribute` text NOT NULL, `value_key` text NOT NULL, `type_key` text NOT NULL DEFAULT (''), PRIMARY KEY (`directory_id`, `id`), CONSTRAINT `user_values_directory_id_fkey` FOREIGN KEY (`company_id`, `directory_id`) REFERENCES `directories` (`company_id`, `id`) ON DELETE CASCADE, CONSTRAINT `user_values_user_id_fkey` FOREIGN KEY (`directory_id`, `user_id`) REFERENCES `users` (`directory_id`, `id`) ON DELETE CASCADE);
-- Create index "uservalue_directory_id_attribute_value_key_user_id" to table: "user_values"
CREATE INDEX `uservalue_directory_id_attribute_value_key_user_id` ON `user_values` (`directory_id`, `attribute`, `value_key`, `user_id`);
-- Create index "uservalue_directory_id_user_id" to table: "user_values"
CREATE INDEX `uservalue_directory_id_user_id` ON `user_values` (`directory_id`, `user_id`);
