-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Create "new_feeds" table
CREATE TABLE `new_feeds` (`company_id` uuid NOT NULL, `id` uuid NOT NULL, `position` integer NOT NULL DEFAULT (0), `swept` integer NOT NULL DEFAULT (0), PRIMARY KEY (`company_id`), CONSTRAINT `feeds_company_id_fkey` FOREIGN KEY (`company_id`) REFERENCES `companies` (`id`) ON DELETE CASCADE);
-- Copy rows from old table "feeds" to new temporary table "new_feeds"
INSERT INTO `new_feeds` (`company_id`, `id`, `position`) SELECT `company_id`, `id`, `position` FROM `feeds`;
-- Drop "feeds" table after copying rows
DROP TABLE `feeds`;
-- Rename temporary table "new_feeds" to "feeds"
ALTER TABLE `new_feeds` RENAME TO `feeds`;
-- Create index "feed_company_id" to table: "feeds"
CREATE UNIQUE INDEX `feed_company_id` ON `feeds` (`company_id`);
-- Create "installation_secrets" table
CREATE TABLE `installation_secrets` (`name` text NOT NULL, `secret` text NOT NULL, PRIMARY KEY (`name`));
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
