-- Modify "memberships" table
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE;
-- Modify "user_values" table
ALTER TABLE "user_values" ADD CONSTRAINT "user_values_directory_id_fkey" FOREIGN KEY ("company_id", "directory_id") REFERENCES "directories" ("company_id", "id") ON UPDATE NO ACTION ON DELETE CASCADE;
