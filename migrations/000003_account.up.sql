-- Accounts: who may sign in, with which roles, over which institutions.
-- An account without roles waits for the security administrator and can do nothing.
CREATE TABLE account (
    county_id           int NOT NULL REFERENCES county,
    id                  bigint GENERATED ALWAYS AS IDENTITY,
    username            text NOT NULL CHECK (username ~ '^[a-z0-9][a-z0-9_.-]{1,39}$'),
    name                text NOT NULL CHECK (name <> ''),
    password_hash       text NOT NULL,
    roles               text[] NOT NULL DEFAULT '{}',
    scope               text NOT NULL CHECK (scope IN ('county', 'subtree', 'institution', 'list', 'entries')),
    institution_id      bigint,
    must_change         boolean NOT NULL DEFAULT false,
    active              boolean NOT NULL DEFAULT true,
    last_sign_in_at     timestamptz,
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    created_at          timestamptz NOT NULL DEFAULT now(),
    version             int NOT NULL DEFAULT 1,
    PRIMARY KEY (county_id, id),
    CONSTRAINT account_institution FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    -- The three administrators (三员分立) exclude each other and every other role.
    CONSTRAINT account_administrator_alone CHECK (
        NOT roles && ARRAY['system_admin', 'security_admin', 'audit_admin'] OR cardinality(roles) = 1),
    CONSTRAINT account_platform_administrators CHECK (
        county_id <> 0 OR roles <@ ARRAY['system_admin', 'security_admin', 'audit_admin'])
);
CREATE UNIQUE INDEX account_username_unique ON account (username);
CREATE UNIQUE INDEX account_id_unique ON account (id); -- platform administrators find an account of any county by it
CREATE INDEX account_institution_id ON account (county_id, institution_id);

-- The institutions of scope "list"; each stands for its subtree.
CREATE TABLE account_scope (
    county_id      int NOT NULL,
    account_id     bigint NOT NULL,
    institution_id bigint NOT NULL,
    PRIMARY KEY (county_id, account_id, institution_id),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id)
);

CREATE TABLE account_session (
    county_id    int NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    account_id   bigint NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    address      text NOT NULL DEFAULT '',
    user_agent   text NOT NULL DEFAULT '',
    device_hash  bytea,
    ended_at     timestamptz,
    ended_why    text NOT NULL DEFAULT '' CHECK (ended_why IN ('', 'signed_out', 'own', 'forced', 'password', 'deactivated')),
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id)
);
CREATE INDEX account_session_account ON account_session (county_id, account_id, id DESC);
CREATE INDEX account_session_started ON account_session (started_at);

CREATE TABLE account_token (
    county_id    int NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    account_id   bigint NOT NULL,
    name         text NOT NULL,
    token_hash   bytea NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id)
);
CREATE UNIQUE INDEX account_token_hash ON account_token (token_hash);
CREATE INDEX account_token_account ON account_token (county_id, account_id);

-- Failed sign-ins by typed name and by place, a device the account knows or else an address. Not of one tenant: the
-- name need not exist. Only its hash is kept, because people sometimes type their password into the wrong field.
CREATE TABLE sign_in_failure (
    name_hash bytea NOT NULL,
    place     text NOT NULL,
    failures  int NOT NULL,
    last_at   timestamptz NOT NULL,
    PRIMARY KEY (name_hash, place)
);
CREATE INDEX sign_in_failure_place ON sign_in_failure (place, last_at);
CREATE INDEX sign_in_failure_last_at ON sign_in_failure (last_at);
