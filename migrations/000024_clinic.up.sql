-- Village clinics: what is known of each, month by month; the villages they serve; the coverage rule's data; visits,
-- assessments, construction and photos. Empty, zero and no are three things: NULL, 0 and false.

-- The state of a clinic from a month on; the newest row is what holds now. A change within a month changes its row, the
-- first one of a later month makes the next, so what a past month was like stays.
CREATE TABLE clinic (
    county_id           int NOT NULL,
    institution_id      bigint NOT NULL,
    since               date NOT NULL CONSTRAINT clinic_since_month CHECK (extract(day FROM since) = 1),
    population          int CONSTRAINT clinic_population CHECK (population >= 0),
    distance            numeric(6, 1) CONSTRAINT clinic_distance CHECK (distance >= 0),      -- to the township hospital, km
    ownership           text CONSTRAINT clinic_ownership CHECK (ownership IN ('public', 'contract', 'private')),
    contract_until      date,
    rent_free           boolean,
    central             boolean,
    in_village_centre   boolean,
    building_area       numeric(8, 1) CONSTRAINT clinic_area CHECK (building_area >= 0),     -- m²
    building_year       int CONSTRAINT clinic_building_year CHECK (building_year BETWEEN 1900 AND 2100),
    built_new           boolean,
    room_diagnosis      boolean,
    room_treatment      boolean,
    room_observation    boolean,
    room_pharmacy       boolean,
    room_tcm            boolean,
    room_public_health  boolean,
    room_duty           boolean,
    unified_drawings    boolean,
    unified_departments boolean,
    unified_standards   boolean,
    unified_signs       boolean,
    unified_exterior    boolean,
    unified_rules       boolean,
    equipment_complete  boolean,
    ecg                 boolean,
    equipment           text NOT NULL DEFAULT '',
    licence_number      text NOT NULL DEFAULT '',
    licence_until       date,
    subjects            text NOT NULL DEFAULT '',
    insurance_point     boolean,
    insurance_since     date,
    staff               int CONSTRAINT clinic_staff CHECK (staff >= 0),
    tcm_staff           int CONSTRAINT clinic_tcm_staff CHECK (tcm_staff >= 0),
    tcm_service         boolean,
    tcm_techniques      int CONSTRAINT clinic_techniques CHECK (tcm_techniques >= 0),
    diseases            int CONSTRAINT clinic_diseases CHECK (diseases >= 0),
    integrated          boolean,
    telemedicine        boolean,
    zero_markup         boolean,
    subsidy_year        int CONSTRAINT clinic_subsidy_year CHECK (subsidy_year BETWEEN 2000 AND 2100),
    subsidy             numeric(14, 2) CONSTRAINT clinic_subsidy CHECK (subsidy >= 0),       -- yuan, of that year
    note                text NOT NULL DEFAULT '',
    demo                boolean NOT NULL DEFAULT false, -- made up for the demo county
    version             int NOT NULL DEFAULT 1,
    updated_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, institution_id, since),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);

-- A village as the coverage rule sees it: an administrative village under the code of its division, or a natural village
-- in it with two more digits.
CREATE TABLE village (
    county_id     int NOT NULL,
    code          text NOT NULL CONSTRAINT village_code_digits CHECK (code ~ '^[0-9]{12}(-[0-9]{2})?$'),
    division_code text NOT NULL,
    name          text NOT NULL DEFAULT '', -- of a natural village; an administrative one is called as its division
    population    int CONSTRAINT village_population CHECK (population >= 0),
    is_seat       boolean,                  -- the township hospital stands here
    fixed_place   text NOT NULL DEFAULT '', -- where services are given when there is no clinic
    note          text NOT NULL DEFAULT '',
    demo          boolean NOT NULL DEFAULT false,
    version       int NOT NULL DEFAULT 1,
    PRIMARY KEY (county_id, code),
    CONSTRAINT village_division FOREIGN KEY (county_id, division_code) REFERENCES division (county_id, code),
    CONSTRAINT village_within CHECK (starts_with(code, division_code) AND (code = division_code) = (name = ''))
);
CREATE INDEX village_division_code ON village (county_id, division_code);
-- How long it takes from one village to the next, each pair once.
CREATE TABLE village_neighbour (
    county_id int NOT NULL,
    code      text NOT NULL,
    other     text NOT NULL,
    minutes   int NOT NULL CONSTRAINT village_minutes CHECK (minutes BETWEEN 0 AND 1440),
    PRIMARY KEY (county_id, code, other),
    FOREIGN KEY (county_id, code) REFERENCES village (county_id, code),
    FOREIGN KEY (county_id, other) REFERENCES village (county_id, code),
    CONSTRAINT village_pair_once CHECK (code < other)
);
CREATE INDEX village_neighbour_other ON village_neighbour (county_id, other);
-- Which villages a clinic serves; one without any serves the village it stands in.
CREATE TABLE clinic_village (
    county_id      int NOT NULL,
    institution_id bigint NOT NULL,
    village_code   text NOT NULL,
    PRIMARY KEY (county_id, institution_id, village_code),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    CONSTRAINT clinic_village_known FOREIGN KEY (county_id, village_code) REFERENCES village (county_id, code)
);
CREATE INDEX clinic_village_code ON clinic_village (county_id, village_code);

-- Visiting service (巡诊) in villages without a clinic: planned for a day, then held or dropped.
CREATE TABLE clinic_visit (
    county_id      int NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    village_code   text NOT NULL,
    institution_id bigint NOT NULL,          -- who comes
    planned_on     date NOT NULL,
    state          text NOT NULL DEFAULT 'planned' CONSTRAINT clinic_visit_state CHECK (state IN ('planned', 'held', 'dropped')),
    held_on        date,
    patients       int CONSTRAINT clinic_visit_patients CHECK (patients >= 0),
    doctors        text NOT NULL DEFAULT '',
    note           text NOT NULL DEFAULT '',
    version        int NOT NULL DEFAULT 1,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, village_code) REFERENCES village (county_id, code),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    CONSTRAINT clinic_visit_held CHECK ((state = 'held') = (held_on IS NOT NULL)),
    CONSTRAINT clinic_visit_once UNIQUE (county_id, village_code, institution_id, planned_on)
);
CREATE INDEX clinic_visit_planned ON clinic_visit (county_id, planned_on DESC, id DESC);

-- The yearly capability assessment: points by item, what they come to, the level they earn.
CREATE TABLE clinic_assessment (
    county_id      int NOT NULL,
    institution_id bigint NOT NULL,
    year           int NOT NULL CONSTRAINT clinic_assessment_year CHECK (year BETWEEN 2000 AND 2100),
    points         jsonb NOT NULL,           -- item → points
    total          numeric(6, 1) NOT NULL,
    most           numeric(6, 1) NOT NULL,   -- what could be reached
    level          text NOT NULL,
    passed         boolean NOT NULL,         -- at least the basic standard
    assessed_on    date NOT NULL,
    assessors      text NOT NULL DEFAULT '',
    note           text NOT NULL DEFAULT '',
    demo           boolean NOT NULL DEFAULT false,
    version        int NOT NULL DEFAULT 1,
    PRIMARY KEY (county_id, institution_id, year),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);

-- The construction ledger: clinics to be built, rebuilt, or brought into public property.
CREATE TABLE clinic_project (
    county_id      int NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    institution_id bigint NOT NULL,          -- the township hospital that answers for it
    clinic_id      bigint,                   -- NULL: the clinic is not registered yet
    village_code   text,
    name           text NOT NULL CHECK (name <> ''),
    kind           text NOT NULL CONSTRAINT clinic_project_kind CHECK (kind IN ('new', 'rebuild', 'extend', 'conversion')),
    state          text NOT NULL CONSTRAINT clinic_project_state CHECK (state IN ('planned', 'started', 'done', 'dropped')),
    year           int NOT NULL CONSTRAINT clinic_project_year CHECK (year BETWEEN 2000 AND 2100),
    started_on     date,
    finished_on    date,
    area           numeric(8, 1) CONSTRAINT clinic_project_area CHECK (area >= 0),
    certificate    text NOT NULL DEFAULT '', -- of the property right
    budget         numeric(14, 2) CONSTRAINT clinic_project_budget CHECK (budget >= 0),
    bond           numeric(14, 2) CONSTRAINT clinic_project_bond CHECK (bond >= 0),   -- of the budget, from special bonds
    spent          numeric(14, 2) CONSTRAINT clinic_project_spent CHECK (spent >= 0),
    note           text NOT NULL DEFAULT '',
    demo           boolean NOT NULL DEFAULT false,
    version        int NOT NULL DEFAULT 1,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    FOREIGN KEY (county_id, clinic_id) REFERENCES institution (county_id, id),
    FOREIGN KEY (county_id, village_code) REFERENCES village (county_id, code),
    CONSTRAINT clinic_project_dates CHECK (finished_on >= started_on),
    CONSTRAINT clinic_project_done CHECK (state <> 'done' OR finished_on IS NOT NULL)
);
CREATE INDEX clinic_project_by_year ON clinic_project (county_id, year DESC, id DESC);

-- Photos, drawn anew by the program: nothing of the uploaded file but its picture.
CREATE TABLE clinic_photo (
    county_id      int NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    institution_id bigint NOT NULL,
    title          text NOT NULL DEFAULT '',
    picture        bytea NOT NULL CONSTRAINT clinic_photo_size CHECK (octet_length(picture) <= 2097152),
    width          int NOT NULL,
    height         int NOT NULL,
    by_name        text NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);
CREATE INDEX clinic_photo_institution ON clinic_photo (county_id, institution_id, id);

CREATE OR REPLACE VIEW division_public AS SELECT county_id, code, name, level, parent_code, population FROM division;

-- What holds of each clinic in each month from the first that was registered up to now, while it is open.
CREATE VIEW clinic_month AS
SELECT i.county_id, i.id AS institution_id, i.parent_id, m.month::date AS month, c.since
FROM (SELECT county_id, institution_id, since, lead(since) OVER (PARTITION BY county_id, institution_id ORDER BY since) AS next FROM clinic) c
JOIN institution i ON i.county_id = c.county_id AND i.id = c.institution_id
CROSS JOIN LATERAL generate_series(c.since::timestamp, coalesce(c.next - interval '1 month', greatest(c.since::timestamp,
    date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai'))), interval '1 month') AS m(month)
WHERE (i.opened_on IS NULL OR i.opened_on < m.month + interval '1 month') AND (i.closed_on IS NULL OR i.closed_on > m.month);

-- The register as facts, one clinic and month each; what is not known is not there. A yes counts 1 and a no counts 0, so
-- that sums are numbers of clinics. Where an element's own definition holds a number (≥20 diseases, ≥4 techniques,
-- ≥120 m²: data elements village_clinics_20_diseases, village_clinics_tcm_4, village_clinics_area_ok) it stands here.
CREATE VIEW clinic_facts AS
SELECT m.county_id, m.institution_id, e.element, m.month AS period_month, e.value
FROM clinic_month m
JOIN clinic c ON c.county_id = m.county_id AND c.institution_id = m.institution_id AND c.since = m.since
LEFT JOIN LATERAL (SELECT a.passed, a.total FROM clinic_assessment a WHERE a.county_id = m.county_id AND a.institution_id = m.institution_id
    AND a.year = extract(year FROM m.month) AND a.assessed_on < m.month + interval '1 month') a ON true
CROSS JOIN LATERAL (VALUES
    ('village_clinics_total', 1::numeric),
    ('village_clinics_public', (c.ownership = 'public')::int),
    ('village_clinics_contract', (c.ownership = 'contract' AND (c.contract_until IS NULL OR c.contract_until >= m.month))::int),
    ('village_clinics_private', (c.ownership = 'private')::int),
    ('village_clinics_evaluated', (a.passed IS NOT NULL)::int),
    ('village_clinics_passed', a.passed::int),
    ('village_clinics_20_diseases', (c.diseases >= 20)::int),
    ('village_clinics_tcm_capable', c.tcm_service::int),
    ('village_clinics_tcm_4', (c.tcm_techniques >= 4)::int),
    ('village_clinics_seven_rooms', (c.room_diagnosis AND c.room_treatment AND c.room_observation AND c.room_pharmacy AND c.room_tcm
        AND c.room_public_health AND c.room_duty)::int),
    ('village_clinics_six_unified', (c.unified_drawings AND c.unified_departments AND c.unified_standards AND c.unified_signs
        AND c.unified_exterior AND c.unified_rules)::int),
    ('village_clinics_area_ok', (c.building_area >= 120)::int),
    ('village_clinics_licensed', CASE WHEN c.licence_number <> '' THEN (c.licence_until IS NULL OR c.licence_until >= m.month)::int END),
    ('village_clinics_zero_markup', c.zero_markup::int),
    ('village_clinics_ecg', c.ecg::int),
    ('village_clinics_insurance', c.insurance_point::int),
    ('village_clinics_integrated', c.integrated::int),
    ('village_clinics_telemedicine', c.telemedicine::int),
    ('village_clinic_staff', c.staff),
    ('village_clinic_tcm_staff', c.tcm_staff),
    ('village_clinic_population', c.population),
    ('clinic_building_area', c.building_area),
    ('clinic_new_building_area', CASE WHEN c.built_new THEN c.building_area END),
    ('clinic_rooms', c.room_diagnosis::int + c.room_treatment::int + c.room_observation::int + c.room_pharmacy::int + c.room_tcm::int
        + c.room_public_health::int + c.room_duty::int),
    ('clinic_unified', c.unified_drawings::int + c.unified_departments::int + c.unified_standards::int + c.unified_signs::int
        + c.unified_exterior::int + c.unified_rules::int),
    ('clinic_diseases', c.diseases),
    ('clinic_tcm_techniques', c.tcm_techniques),
    ('clinic_operating_subsidy', CASE WHEN c.subsidy_year = extract(year FROM m.month) THEN c.subsidy END),
    ('clinic_assessment_total', a.total)
) AS e(element, value)
WHERE e.value IS NOT NULL;

-- What the register offers to the monthly forms of the institution above the clinics: how many have something, known only
-- when it is known of each clinic.
CREATE VIEW clinic_source AS
SELECT r.county_id, r.period, r.institution_id, f.figure, CASE WHEN f.filled = n.clinics THEN f.value END AS value, f.filled, n.clinics AS expected,
       '/clinics?parent=' || r.institution_id AS link
FROM (SELECT DISTINCT county_id, period, institution_id FROM report) r
CROSS JOIN LATERAL (
    SELECT count(*) AS clinics, count(c.ecg) AS ecg_known, count(*) FILTER (WHERE c.ecg) AS ecg,
           count(c.ownership) AS ownership_known, count(*) FILTER (WHERE c.ownership = 'public') AS public,
           count(*) FILTER (WHERE c.ownership = 'contract') AS contract, count(*) FILTER (WHERE c.ownership = 'private') AS private,
           count(c.staff) AS staff_known, sum(c.staff) AS staff, count(c.telemedicine) AS telemedicine_known,
           count(*) FILTER (WHERE c.telemedicine) AS telemedicine, count(c.since) AS registered
    FROM institution i
    LEFT JOIN LATERAL (SELECT s.* FROM clinic s WHERE s.county_id = i.county_id AND s.institution_id = i.id AND s.since <= r.period
                       ORDER BY s.since DESC LIMIT 1) c ON true
    WHERE i.county_id = r.county_id AND i.parent_id = r.institution_id AND i.kind = 'village_clinic'
      AND (i.opened_on IS NULL OR i.opened_on < r.period + interval '1 month')
      AND (i.closed_on IS NULL OR i.closed_on > r.period)) n
CROSS JOIN LATERAL (VALUES
    ('village_clinics_ecg', n.ecg::numeric, n.ecg_known),
    ('village_clinics_public', n.public, n.ownership_known),
    ('village_clinics_contract', n.contract, n.ownership_known),
    ('village_clinics_private', n.private, n.ownership_known),
    ('village_clinic_staff', n.staff, n.staff_known),
    ('village_clinics_telemedicine', n.telemedicine, n.telemedicine_known)
) AS f(figure, value, filled)
WHERE n.registered > 0;

INSERT INTO figure_source (name, title) VALUES ('clinic_source', '村卫生室台账');
-- Counties that already have the element take the figure from the register as new ones do (derivations.csv).
INSERT INTO derivation (county_id, element_id, source, expression, note)
SELECT county_id, id, 'clinic_source', 'village_clinics_ecg', '村卫生室台账里配有心电设备的卫生室数;不对请先改台账'
FROM element WHERE slug = 'village_clinics_ecg' ON CONFLICT (county_id, element_id) DO NOTHING;
UPDATE reporting_catalogue SET stamp = DEFAULT;
