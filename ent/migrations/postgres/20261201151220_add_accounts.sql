-- Modify "changes" table
ALTER TABLE "changes" ADD COLUMN "account_id" uuid NULL, ADD COLUMN "session_id" uuid NULL, ADD COLUMN "address" character varying NOT NULL DEFAULT '';
-- Create index "change_company_id_account_id_id" to table: "changes"
CREATE INDEX "change_company_id_account_id_id" ON "changes" ("company_id", "account_id", "id") WHERE (account_id IS NOT NULL);
-- Create "accounts" table
CREATE TABLE "accounts" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "name" character varying NOT NULL, "name_key" character varying NOT NULL COLLATE "C", "mail" character varying NOT NULL DEFAULT '', "state" character varying NOT NULL DEFAULT 'ACTIVE', "role" character varying NOT NULL, "directory_ids" jsonb NULL, "linked_directory_id" uuid NULL, "linked_user_id" uuid NULL, "last_sign_in_at" timestamptz NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "accounts_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "companies" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "account_company_id_linked_directory_id_linked_user_id" to table: "accounts"
CREATE UNIQUE INDEX "account_company_id_linked_directory_id_linked_user_id" ON "accounts" ("company_id", "linked_directory_id", "linked_user_id");
-- Create index "account_company_id_name_key_id" to table: "accounts"
CREATE INDEX "account_company_id_name_key_id" ON "accounts" ("company_id", "name_key", "id");
-- Create index "account_company_id_role_id" to table: "accounts"
CREATE INDEX "account_company_id_role_id" ON "accounts" ("company_id", "role", "id");
-- Create "identities" table
CREATE TABLE "identities" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "account_id" uuid NOT NULL, "issuer" character varying NOT NULL, "subject" character varying NOT NULL, "created_at" timestamptz NOT NULL, "last_used_at" timestamptz NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "identities_account_id_fkey" FOREIGN KEY ("company_id", "account_id") REFERENCES "accounts" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "identity_company_id_account_id" to table: "identities"
CREATE INDEX "identity_company_id_account_id" ON "identities" ("company_id", "account_id");
-- Create index "identity_company_id_subject_issuer" to table: "identities"
CREATE UNIQUE INDEX "identity_company_id_subject_issuer" ON "identities" ("company_id", "subject", "issuer");
-- Create "identity_providers" table
CREATE TABLE "identity_providers" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "name" character varying NOT NULL, "preset" character varying NOT NULL, "state" character varying NOT NULL DEFAULT 'ACTIVE', "issuer" character varying NOT NULL, "client_id" character varying NOT NULL, "sealed_secret" character varying NOT NULL, "subject_claim" character varying NOT NULL DEFAULT 'SUB', "rules" jsonb NULL, "people_directory_id" uuid NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "identity_providers_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "companies" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "identityprovider_company_id_id" to table: "identity_providers"
CREATE INDEX "identityprovider_company_id_id" ON "identity_providers" ("company_id", "id");
-- Create "invitations" table
CREATE TABLE "invitations" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "name" character varying NOT NULL DEFAULT '', "mail" character varying NOT NULL DEFAULT '', "role" character varying NOT NULL, "directory_ids" jsonb NULL, "digest" bytea NOT NULL, "expires_at" timestamptz NOT NULL, "revoked_at" timestamptz NULL, "accepted_at" timestamptz NULL, "account_id" uuid NULL, "created_by_account" uuid NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "invitations_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "companies" ("id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "invitation_company_id_id" to table: "invitations"
CREATE INDEX "invitation_company_id_id" ON "invitations" ("company_id", "id");
-- Create index "invitation_digest" to table: "invitations"
CREATE UNIQUE INDEX "invitation_digest" ON "invitations" ("digest");
-- Create "passkeys" table
CREATE TABLE "passkeys" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "created_at" timestamptz NOT NULL, "updated_at" timestamptz NOT NULL, "version" bigint NOT NULL DEFAULT 1, "account_id" uuid NOT NULL, "name" character varying NOT NULL, "credential_id" bytea NOT NULL, "public_key" bytea NOT NULL, "aaguid" bytea NULL, "transports" jsonb NULL, "backup_eligible" boolean NOT NULL DEFAULT false, "backed_up" boolean NOT NULL DEFAULT false, "sign_count" bigint NOT NULL DEFAULT 0, "last_used_at" timestamptz NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "passkeys_account_id_fkey" FOREIGN KEY ("company_id", "account_id") REFERENCES "accounts" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "passkey_company_id_account_id_id" to table: "passkeys"
CREATE INDEX "passkey_company_id_account_id_id" ON "passkeys" ("company_id", "account_id", "id");
-- Create index "passkey_credential_id" to table: "passkeys"
CREATE UNIQUE INDEX "passkey_credential_id" ON "passkeys" ("credential_id");
-- Create "sessions" table
CREATE TABLE "sessions" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "account_id" uuid NOT NULL, "digest" bytea NOT NULL, "method" character varying NOT NULL, "identity_provider_id" uuid NULL, "subject" character varying NOT NULL DEFAULT '', "provider_session" character varying NOT NULL DEFAULT '', "address" character varying NOT NULL DEFAULT '', "agent" character varying NOT NULL DEFAULT '', "authenticated_at" timestamptz NOT NULL, "created_at" timestamptz NOT NULL, "last_used_at" timestamptz NOT NULL, "expires_at" timestamptz NOT NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "sessions_account_id_fkey" FOREIGN KEY ("company_id", "account_id") REFERENCES "accounts" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "session_company_id_account_id_id" to table: "sessions"
CREATE INDEX "session_company_id_account_id_id" ON "sessions" ("company_id", "account_id", "id");
-- Create index "session_company_id_identity_provider_id_subject" to table: "sessions"
CREATE INDEX "session_company_id_identity_provider_id_subject" ON "sessions" ("company_id", "identity_provider_id", "subject");
-- Create index "session_digest" to table: "sessions"
CREATE UNIQUE INDEX "session_digest" ON "sessions" ("digest");
-- Create index "session_expires_at" to table: "sessions"
CREATE INDEX "session_expires_at" ON "sessions" ("expires_at");
-- Create "sign_in_links" table
CREATE TABLE "sign_in_links" ("company_id" uuid NOT NULL, "id" uuid NOT NULL, "account_id" uuid NOT NULL, "digest" bytea NOT NULL, "created_at" timestamptz NOT NULL, "expires_at" timestamptz NOT NULL, PRIMARY KEY ("company_id", "id"), CONSTRAINT "sign_in_links_account_id_fkey" FOREIGN KEY ("company_id", "account_id") REFERENCES "accounts" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE);
-- Create index "signinlink_company_id_account_id" to table: "sign_in_links"
CREATE INDEX "signinlink_company_id_account_id" ON "sign_in_links" ("company_id", "account_id");
-- Create index "signinlink_digest" to table: "sign_in_links"
CREATE UNIQUE INDEX "signinlink_digest" ON "sign_in_links" ("digest");
-- Create index "signinlink_expires_at" to table: "sign_in_links"
CREATE INDEX "signinlink_expires_at" ON "sign_in_links" ("expires_at");
