-- What cells take from a source is kept in versions: each is in force from its month until that of the next one; a
-- version that is not enabled ends it. Who changed it and why stands beside it.
ALTER TABLE derivation
    ADD COLUMN version        int NOT NULL DEFAULT 1 CHECK (version > 0),
    ADD COLUMN effective_from date NOT NULL DEFAULT '1900-01-01' CHECK (extract(day FROM effective_from) = 1),
    ADD COLUMN reason         text NOT NULL DEFAULT '',
    ADD COLUMN by_name        text NOT NULL DEFAULT '', -- empty: came with the preset
    ADD COLUMN at             timestamptz NOT NULL DEFAULT now();
ALTER TABLE derivation DROP CONSTRAINT derivation_pkey, ADD PRIMARY KEY (county_id, element_id, version);

-- The figures that a source knows; empty: it is not said here.
ALTER TABLE figure_source ADD COLUMN figures text[] NOT NULL DEFAULT '{}';
UPDATE figure_source SET figures = '{village_clinics}' WHERE name = 'institution_source';
UPDATE figure_source SET figures = '{village_clinics_ecg,village_clinics_public,village_clinics_contract,village_clinics_private,village_clinic_staff,village_clinics_telemedicine}'
WHERE name = 'clinic_source';
