-- Create index "membership_directory_id_user_id" to table: "memberships"
CREATE INDEX `membership_directory_id_user_id` ON `memberships` (`directory_id`, `user_id`) WHERE user_id IS NOT NULL;
-- Create index "membership_directory_id_subgroup_id" to table: "memberships"
CREATE INDEX `membership_directory_id_subgroup_id` ON `memberships` (`directory_id`, `subgroup_id`) WHERE subgroup_id IS NOT NULL;
