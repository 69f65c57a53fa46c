-- Create index "group_company_id_display_name_key_id" to table: "groups"
CREATE INDEX "group_company_id_display_name_key_id" ON "groups" ("company_id", "display_name_key", "id");
-- Drop index "uservalue_directory_id_attribute_value_key_user_id" from table: "user_values"
DROP INDEX "uservalue_directory_id_attribute_value_key_user_id";
-- Drop index "uservalue_directory_id_user_id" from table: "user_values"
DROP INDEX "uservalue_directory_id_user_id";
-- Modify "user_values" table
ALTER TABLE "user_values" DROP CONSTRAINT "user_values_pkey", ADD PRIMARY KEY ("directory_id", "user_id", "id");
-- Create index "uservalue_company_id_attribute_value_key_user_id" to table: "user_values"
CREATE INDEX "uservalue_company_id_attribute_value_key_user_id" ON "user_values" ("company_id", "attribute", "value_key", "user_id");
-- Create index "uservalue_directory_id_attribute_value_key_user_id_company_id" to table: "user_values"
CREATE INDEX "uservalue_directory_id_attribute_value_key_user_id_company_id" ON "user_values" ("directory_id", "attribute", "value_key", "user_id", "company_id");
-- Modify "users" table
ALTER TABLE "users" ADD COLUMN "search_version" bigint NOT NULL DEFAULT 0;
-- Create index "user_unsearchable" to table: "users"
CREATE INDEX "user_unsearchable" ON "users" ("company_id", "directory_id", "id") WHERE (search_version <> version);
