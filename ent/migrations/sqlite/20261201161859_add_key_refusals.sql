-- Add column "first_used_at" to table: "keys"
ALTER TABLE `keys` ADD COLUMN `first_used_at` datetime NULL;
-- Add column "refused_count" to table: "keys"
ALTER TABLE `keys` ADD COLUMN `refused_count` integer NULL;
-- Add column "last_refused_at" to table: "keys"
ALTER TABLE `keys` ADD COLUMN `last_refused_at` datetime NULL;
-- Add column "last_refused_address" to table: "keys"
ALTER TABLE `keys` ADD COLUMN `last_refused_address` text NULL;
-- Add column "last_refused_agent" to table: "keys"
ALTER TABLE `keys` ADD COLUMN `last_refused_agent` text NULL;
