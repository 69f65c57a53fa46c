-- Add column "provided" to table: "users"
ALTER TABLE `users` ADD COLUMN `provided` integer NULL;
