-- Moves on with every change of a definition; an edit says which one it was made upon, so that nobody's change is lost unseen.
ALTER TABLE indicator ADD COLUMN revision int NOT NULL DEFAULT 1;
