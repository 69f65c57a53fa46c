-- Create index "directory_company_id_name_id" to table: "directories"
CREATE INDEX "directory_company_id_name_id" ON "directories" ("company_id", "name", "id");
-- Create index "directory_company_id_updated_at_id" to table: "directories"
CREATE INDEX "directory_company_id_updated_at_id" ON "directories" ("company_id", "updated_at", "id");
-- Create index "group_directory_id_member_count_id" to table: "groups"
CREATE INDEX "group_directory_id_member_count_id" ON "groups" ("directory_id", "member_count", "id");
-- Create index "group_directory_id_updated_at_id" to table: "groups"
CREATE INDEX "group_directory_id_updated_at_id" ON "groups" ("directory_id", "updated_at", "id");
-- Modify "keys" table
ALTER TABLE "keys" ADD COLUMN "created_by" character varying NULL, ADD COLUMN "created_by_key" uuid NULL;
-- Create index "key_company_id_name_id" to table: "keys"
CREATE INDEX "key_company_id_name_id" ON "keys" ("company_id", "name", "id");
-- Create index "key_company_id_updated_at_id" to table: "keys"
CREATE INDEX "key_company_id_updated_at_id" ON "keys" ("company_id", "updated_at", "id");
-- Create index "membership_directory_id_group_id_created_at_id" to table: "memberships"
CREATE INDEX "membership_directory_id_group_id_created_at_id" ON "memberships" ("directory_id", "group_id", "created_at", "id");
-- Create index "user_directory_id_active_id" to table: "users"
CREATE INDEX "user_directory_id_active_id" ON "users" ("directory_id", "active", "id");
-- Create index "user_directory_id_updated_at_id" to table: "users"
CREATE INDEX "user_directory_id_updated_at_id" ON "users" ("directory_id", "updated_at", "id");
