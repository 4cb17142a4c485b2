-- Divisions (county, township, village) and the tree of institutions.
CREATE TABLE division (
    county_id   int NOT NULL REFERENCES county,
    code        text NOT NULL CONSTRAINT division_code_digits CHECK (code ~ '^[0-9]{6}([0-9]{3}([0-9]{3})?)?$'),
    name        text NOT NULL CHECK (name <> ''),
    level       text NOT NULL CHECK (level IN ('county', 'township', 'village')),
    parent_code text,
    population  int CHECK (population >= 0),
    valid_to    date,
    PRIMARY KEY (county_id, code),
    CONSTRAINT division_parent FOREIGN KEY (county_id, parent_code) REFERENCES division (county_id, code)
);
CREATE INDEX division_parent_code ON division (county_id, parent_code, code);

CREATE TABLE institution (
    county_id     int NOT NULL REFERENCES county,
    id            bigint GENERATED ALWAYS AS IDENTITY,
    code          text NOT NULL CHECK (code ~ '^[A-Za-z0-9_.-]{1,40}$'),
    external_code text,
    name          text NOT NULL CHECK (name <> ''),
    short_name    text NOT NULL DEFAULT '',
    kind          text NOT NULL CHECK (kind IN ('county', 'bureau', 'county_hospital', 'mch_hospital', 'cdc',
                      'township_hospital', 'community_health_centre', 'community_health_station',
                      'village_clinic', 'partner')),
    parent_id     bigint,
    path          ltree NOT NULL,
    uscc          text,
    -- No foreign key: institutions may be loaded before the county's divisions; org checks the code from then on.
    division_code text CONSTRAINT institution_division CHECK (division_code ~ '^[0-9]{6}([0-9]{3}([0-9]{3})?)?$'),
    address       text NOT NULL DEFAULT '',
    phone         text NOT NULL DEFAULT '',
    opened_on     date,
    closed_on     date,
    closed_reason text NOT NULL DEFAULT '',
    note          text NOT NULL DEFAULT '',
    version       int NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, id),
    CONSTRAINT institution_code_unique UNIQUE (county_id, code),
    CONSTRAINT institution_parent FOREIGN KEY (county_id, parent_id) REFERENCES institution (county_id, id),
    CONSTRAINT institution_dates CHECK (closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on),
    CONSTRAINT institution_root CHECK ((kind = 'county') = (parent_id IS NULL))
);
CREATE UNIQUE INDEX institution_uscc_unique ON institution (county_id, uscc) WHERE uscc IS NOT NULL;
CREATE UNIQUE INDEX institution_external_unique ON institution (county_id, external_code) WHERE external_code IS NOT NULL;
CREATE UNIQUE INDEX institution_one_root ON institution (county_id) WHERE parent_id IS NULL;
CREATE INDEX institution_path ON institution USING gist (path);
CREATE INDEX institution_parent_id ON institution (county_id, parent_id, code);
CREATE INDEX institution_division_code ON institution (county_id, division_code);

-- A medical community has one lead hospital; membership has dates.
CREATE TABLE community (
    county_id           int NOT NULL,
    id                  bigint GENERATED ALWAYS AS IDENTITY,
    name                text NOT NULL CHECK (name <> ''),
    lead_institution_id bigint NOT NULL,
    version             int NOT NULL DEFAULT 1,
    PRIMARY KEY (county_id, id),
    CONSTRAINT community_name_unique UNIQUE (county_id, name),
    CONSTRAINT community_lead FOREIGN KEY (county_id, lead_institution_id) REFERENCES institution (county_id, id)
);
CREATE TABLE community_member (
    county_id      int NOT NULL,
    community_id   bigint NOT NULL,
    institution_id bigint NOT NULL,
    joined_on      date NOT NULL,
    left_on        date,
    PRIMARY KEY (county_id, community_id, institution_id, joined_on),
    FOREIGN KEY (county_id, community_id) REFERENCES community (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    CONSTRAINT community_member_dates CHECK (left_on IS NULL OR left_on >= joined_on),
    CONSTRAINT community_member_once EXCLUDE USING gist (county_id WITH =, institution_id WITH =,
        daterange(joined_on, left_on, '[)') WITH &&)
);

-- What later rooms read set-wise about institutions.
CREATE VIEW institution_public AS
SELECT county_id, id, code, external_code, name, CASE WHEN short_name = '' THEN name ELSE short_name END AS short_name,
       kind, parent_id, path, division_code, opened_on, closed_on
FROM institution;
