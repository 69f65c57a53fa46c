-- Modify "users" table
ALTER TABLE "users" ADD COLUMN "provided" bigint NULL;
