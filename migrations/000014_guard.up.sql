-- A token that the command line gave to an account which may not use tokens itself; any other ends with that right.
ALTER TABLE account_token ADD COLUMN granted boolean NOT NULL DEFAULT false;

-- Like a cell, an explanation has a version: what was typed upon an older one is not written over it.
ALTER TABLE explanation ADD COLUMN version int NOT NULL DEFAULT 1;
