-- Create "changes" table
CREATE TABLE "changes" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "source" character varying NOT NULL, "directory_id" uuid NULL, "position" bigint NULL, "kind" character varying NOT NULL, "resource_type" character varying NOT NULL, "resource_id" uuid NOT NULL, "resource_version" bigint NOT NULL, "viewer_kind" character varying NOT NULL, "key_id" uuid NULL, "before" json NULL, "after" json NULL, "users_delta" integer NOT NULL DEFAULT 0, "active_users_delta" integer NOT NULL DEFAULT 0, "groups_delta" integer NOT NULL DEFAULT 0, "memberships_delta" integer NOT NULL DEFAULT 0, "request_id" character varying NOT NULL DEFAULT '', "created_at" timestamptz NOT NULL, PRIMARY KEY ("company_id", "id"));
-- Create index "change_company_id_position" to table: "changes"
CREATE UNIQUE INDEX "change_company_id_position" ON "changes" ("company_id", "position");
-- Create index "change_company_id_resource_id_id" to table: "changes"
CREATE INDEX "change_company_id_resource_id_id" ON "changes" ("company_id", "resource_id", "id");
-- Create index "change_pending" to table: "changes"
CREATE INDEX "change_pending" ON "changes" ("company_id", "directory_id", "id") WHERE ("position" IS NULL);
-- Create "companies" table
CREATE TABLE "companies" ("id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "short_name" character varying NOT NULL, "short_name_key" character varying NOT NULL COLLATE "C", "name" character varying NOT NULL, "description" character varying NOT NULL DEFAULT '', PRIMARY KEY ("id"));
-- Create index "company_short_name_key" to table: "companies"
CREATE UNIQUE INDEX "company_short_name_key" ON "companies" ("short_name_key");
-- Create "request_records" table
CREATE TABLE "request_records" ("directory_id" uuid NOT NULL, "id" uuid NOT NULL, "company_id" uuid NOT NULL, "at" timestamptz NOT NULL, "key_id" uuid NULL, "method" character varying NOT NULL, "route" character varying NOT NULL, "action" character varying NOT NULL, "outcome" character varying NOT NULL, "target_id" uuid NULL, "target_label" character varying NOT NULL DEFAULT '', "target_key" character varying NOT NULL DEFAULT '' COLLATE "C", "status" bigint NOT NULL, "scim_type" character varying NOT NULL DEFAULT '', "detail" character varying NOT NULL DEFAULT '', "duration_us" bigint NOT NULL, "request_id" character varying NOT NULL DEFAULT '', "address" character varying NOT NULL DEFAULT '', "agent" character varying NOT NULL DEFAULT '', "changed" jsonb NULL, "ignored" jsonb NULL, "lost_before" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("directory_id", "id"));
-- Create index "requestrecord_directory_id_outcome_id" to table: "request_records"
CREATE INDEX "requestrecord_directory_id_outcome_id" ON "request_records" ("directory_id", "outcome", "id");
-- Create index "requestrecord_directory_id_target_id_id" to table: "request_records"
CREATE INDEX "requestrecord_directory_id_target_id_id" ON "request_records" ("directory_id", "target_id", "id");
-- Create index "requestrecord_directory_id_target_key_id" to table: "request_records"
CREATE INDEX "requestrecord_directory_id_target_key_id" ON "request_records" ("directory_id", "target_key", "id");
-- Create "directory_healths" table
CREATE TABLE "directory_healths" ("directory_id" uuid NOT NULL, "id" uuid NOT NULL, "company_id" uuid NOT NULL, "last_request_at" timestamptz NULL, "last_success_at" timestamptz NULL, "last_error_at" timestamptz NULL, "hours" jsonb NULL, "latest_cycle" jsonb NULL, "previous_cycle" jsonb NULL, "record_count" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("directory_id"));
-- Create "directories" table
CREATE TABLE "directories" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "name" character varying NOT NULL, "description" character varying NOT NULL DEFAULT '', "state" character varying NOT NULL DEFAULT 'ACTIVE', "disabled_users" character varying NOT NULL DEFAULT 'VISIBLE', PRIMARY KEY ("company_id", "id"), CONSTRAINT "directories_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "companies" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create "oauth_clients" table
CREATE TABLE "oauth_clients" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "directory_id" uuid NOT NULL, "name" character varying NOT NULL, "description" character varying NOT NULL DEFAULT '', "token_lifetime" bigint NOT NULL DEFAULT 21600, "jwks" character varying NOT NULL DEFAULT '', "federation_issuer" character varying NOT NULL DEFAULT '', "federation_audience" character varying NOT NULL DEFAULT '', "federation_subject" character varying NOT NULL DEFAULT '', "federation_jwks_uri" character varying NOT NULL DEFAULT '', "last_token_at" timestamptz NULL, "revoked_at" timestamptz NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "oauth_clients_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "oauthclient_company_id_directory_id" to table: "oauth_clients"
CREATE INDEX "oauthclient_company_id_directory_id" ON "oauth_clients" ("company_id", "directory_id");
-- Create index "oauthclient_id" to table: "oauth_clients"
CREATE INDEX "oauthclient_id" ON "oauth_clients" ("id");
-- Create "keys" table
CREATE TABLE "keys" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "kind" character varying NOT NULL, "directory_id" uuid NULL, "client_id" uuid NULL, "name" character varying NOT NULL, "description" character varying NOT NULL DEFAULT '', "issuer" character varying NOT NULL DEFAULT '', "digest" bytea NOT NULL, "prefix" character varying NOT NULL, "scopes" jsonb NULL, "expires_at" timestamptz NULL, "last_used_at" timestamptz NULL, "last_used_address" character varying NOT NULL DEFAULT '', "last_used_agent" character varying NOT NULL DEFAULT '', "revoked_at" timestamptz NULL, "successor_id" uuid NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "keys_client_id_fkey" FOREIGN KEY ("company_id", "client_id") REFERENCES "oauth_clients" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "keys_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "companies" ("id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "keys_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "keys_successor_id_fkey" FOREIGN KEY ("company_id", "successor_id") REFERENCES "keys" ("company_id", "id") ON UPDATE NO ACTION ON DELETE NO ACTION);
-- Create index "key_company_id_client_id" to table: "keys"
CREATE INDEX "key_company_id_client_id" ON "keys" ("company_id", "client_id");
-- Create index "key_company_id_directory_id" to table: "keys"
CREATE INDEX "key_company_id_directory_id" ON "keys" ("company_id", "directory_id");
-- Create index "key_digest" to table: "keys"
CREATE UNIQUE INDEX "key_digest" ON "keys" ("digest");
-- Create "access_tokens" table
CREATE TABLE "access_tokens" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "directory_id" uuid NOT NULL, "client_id" uuid NOT NULL, "key_id" uuid NULL, "digest" bytea NOT NULL, "assertion" bytea NULL, "expires_at" timestamptz NOT NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "access_tokens_client_id_fkey" FOREIGN KEY ("company_id", "client_id") REFERENCES "oauth_clients" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "access_tokens_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "access_tokens_key_id_fkey" FOREIGN KEY ("company_id", "key_id") REFERENCES "keys" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "accesstoken_company_id_client_id_assertion" to table: "access_tokens"
CREATE UNIQUE INDEX "accesstoken_company_id_client_id_assertion" ON "access_tokens" ("company_id", "client_id", "assertion");
-- Create index "accesstoken_digest" to table: "access_tokens"
CREATE UNIQUE INDEX "accesstoken_digest" ON "access_tokens" ("digest");
-- Create index "accesstoken_expires_at" to table: "access_tokens"
CREATE INDEX "accesstoken_expires_at" ON "access_tokens" ("expires_at");
-- Create "directory_counts" table
CREATE TABLE "directory_counts" ("directory_id" uuid NOT NULL, "id" uuid NOT NULL, "company_id" uuid NOT NULL, "user_count" bigint NOT NULL DEFAULT 0, "active_user_count" bigint NOT NULL DEFAULT 0, "group_count" bigint NOT NULL DEFAULT 0, "membership_count" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("directory_id"), CONSTRAINT "directory_counts_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create "feeds" table
CREATE TABLE "feeds" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "position" bigint NOT NULL DEFAULT 0, PRIMARY KEY ("company_id"), CONSTRAINT "feeds_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "companies" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "feed_company_id" to table: "feeds"
CREATE UNIQUE INDEX "feed_company_id" ON "feeds" ("company_id");
-- Create "groups" table
CREATE TABLE "groups" ("directory_id" uuid NOT NULL, "id" uuid NOT NULL, "company_id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "source" character varying NOT NULL, "display_name" character varying NOT NULL, "display_name_key" character varying NOT NULL COLLATE "C", "external_id" character varying NULL COLLATE "C", "member_count" bigint NOT NULL DEFAULT 0, "extensions" json NULL, PRIMARY KEY ("directory_id", "id"), CONSTRAINT "groups_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "group_company_id_id" to table: "groups"
CREATE INDEX "group_company_id_id" ON "groups" ("company_id", "id");
-- Create index "group_directory_id_display_name_key" to table: "groups"
CREATE UNIQUE INDEX "group_directory_id_display_name_key" ON "groups" ("directory_id", "display_name_key");
-- Create index "group_directory_id_external_id_id" to table: "groups"
CREATE INDEX "group_directory_id_external_id_id" ON "groups" ("directory_id", "external_id", "id");
-- Create "idempotency_records" table
CREATE TABLE "idempotency_records" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "key_id" uuid NOT NULL, "idempotency_key" character varying NOT NULL, "fingerprint" bytea NOT NULL, "payload" json NOT NULL, "expires_at" timestamptz NOT NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "idempotency_records_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "companies" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "idempotencyrecord_company_id_key_id_idempotency_key" to table: "idempotency_records"
CREATE UNIQUE INDEX "idempotencyrecord_company_id_key_id_idempotency_key" ON "idempotency_records" ("company_id", "key_id", "idempotency_key");
-- Create index "idempotencyrecord_expires_at" to table: "idempotency_records"
CREATE INDEX "idempotencyrecord_expires_at" ON "idempotency_records" ("expires_at");
-- Create "users" table
CREATE TABLE "users" ("directory_id" uuid NOT NULL, "id" uuid NOT NULL, "company_id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "source" character varying NOT NULL, "user_name" character varying NOT NULL, "user_name_key" character varying NOT NULL COLLATE "C", "external_id" character varying NULL COLLATE "C", "active" boolean NOT NULL DEFAULT true, "name" json NULL, "display_name" character varying NULL, "nick_name" character varying NULL, "profile_url" character varying NULL, "title" character varying NULL, "user_type" character varying NULL, "preferred_language" character varying NULL, "locale" character varying NULL, "timezone" character varying NULL, "employee_number" character varying NULL, "cost_center" character varying NULL, "organization" character varying NULL, "division" character varying NULL, "department" character varying NULL, "manager" character varying NULL COLLATE "C", "emails" json NULL, "phone_numbers" json NULL, "ims" json NULL, "photos" json NULL, "entitlements" json NULL, "roles" json NULL, "x509_certificates" json NULL, "addresses" json NULL, "extensions" json NULL, "sort_name" character varying NOT NULL COLLATE "C", PRIMARY KEY ("directory_id", "id"), CONSTRAINT "users_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "user_company_id_id_directory_id" to table: "users"
CREATE INDEX "user_company_id_id_directory_id" ON "users" ("company_id", "id", "directory_id");
-- Create index "user_company_id_user_name_key_id" to table: "users"
CREATE INDEX "user_company_id_user_name_key_id" ON "users" ("company_id", "user_name_key", "id");
-- Create index "user_directory_id_external_id_id" to table: "users"
CREATE INDEX "user_directory_id_external_id_id" ON "users" ("directory_id", "external_id", "id");
-- Create index "user_directory_id_manager_id" to table: "users"
CREATE INDEX "user_directory_id_manager_id" ON "users" ("directory_id", "manager", "id");
-- Create index "user_directory_id_sort_name_id" to table: "users"
CREATE INDEX "user_directory_id_sort_name_id" ON "users" ("directory_id", "sort_name", "id");
-- Create index "user_directory_id_user_name_key" to table: "users"
CREATE UNIQUE INDEX "user_directory_id_user_name_key" ON "users" ("directory_id", "user_name_key");
-- Create "memberships" table
CREATE TABLE "memberships" ("directory_id" uuid NOT NULL, "id" uuid NOT NULL, "company_id" uuid NOT NULL, "source" character varying NOT NULL, "group_id" uuid NOT NULL, "member_id" uuid NOT NULL, "user_id" uuid NULL, "subgroup_id" uuid NULL, "created_at" timestamptz NOT NULL, PRIMARY KEY ("directory_id", "id"), CONSTRAINT "memberships_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "memberships_group_id_fkey" FOREIGN KEY ("directory_id", "group_id") REFERENCES "groups" ("directory_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "memberships_subgroup_id_fkey" FOREIGN KEY ("directory_id", "subgroup_id") REFERENCES "groups" ("directory_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("directory_id", "user_id") REFERENCES "users" ("directory_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "membership_company_id_id" to table: "memberships"
CREATE INDEX "membership_company_id_id" ON "memberships" ("company_id", "id");
-- Create index "membership_directory_id_group_id_member_id" to table: "memberships"
CREATE UNIQUE INDEX "membership_directory_id_group_id_member_id" ON "memberships" ("directory_id", "group_id", "member_id");
-- Create index "membership_directory_id_member_id_group_id" to table: "memberships"
CREATE INDEX "membership_directory_id_member_id_group_id" ON "memberships" ("directory_id", "member_id", "group_id");
-- Create "user_values" table
CREATE TABLE "user_values" ("directory_id" uuid NOT NULL, "id" uuid NOT NULL, "company_id" uuid NOT NULL, "user_id" uuid NOT NULL, "attribute" character varying NOT NULL, "value_key" character varying NOT NULL COLLATE "C", "type_key" character varying NOT NULL DEFAULT '' COLLATE "C", PRIMARY KEY ("directory_id", "id"), CONSTRAINT "user_values_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE, CONSTRAINT "user_values_user_id_fkey" FOREIGN KEY ("directory_id", "user_id") REFERENCES "users" ("directory_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "uservalue_directory_id_attribute_value_key_user_id" to table: "user_values"
CREATE INDEX "uservalue_directory_id_attribute_value_key_user_id" ON "user_values" ("directory_id", "attribute", "value_key", "user_id");
-- Create index "uservalue_directory_id_user_id" to table: "user_values"
CREATE INDEX "uservalue_directory_id_user_id" ON "user_values" ("directory_id", "user_id");
