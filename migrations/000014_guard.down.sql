ALTER TABLE explanation DROP COLUMN version;
ALTER TABLE account_token DROP COLUMN granted;
