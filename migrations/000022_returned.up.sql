-- After how many working days a returned report that has not come again is reminded of; 0 = never.
ALTER TABLE notice_setting ADD COLUMN returned_after smallint NOT NULL DEFAULT 3 CHECK (returned_after BETWEEN 0 AND 30);
