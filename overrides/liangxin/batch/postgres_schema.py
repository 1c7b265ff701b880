"""The tables of a batch in Postgres, and the settings of a session."""

VERSION = 1
"""As in the setting `format`."""

BUSY = 10
"""Seconds to wait for a lock."""

SESSION = f"""
SET synchronous_commit = on;
SET default_transaction_isolation = 'read committed';
SET lock_timeout = '{BUSY}s';
SET idle_in_transaction_session_timeout = '30s';
SET tcp_keepalives_idle = 10;
SET tcp_keepalives_interval = 5;
SET tcp_keepalives_count = 3;
SET tcp_user_timeout = 25000;
"""
"""`on`: a commit is on disk when it returns. A worker whose machine has lost its power, or that
stands still within a transaction, is noticed within some 30 s."""

SCHEMA = """
CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE workers (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place text NOT NULL,
    began timestamptz NOT NULL DEFAULT now(),
    ended timestamptz
);
CREATE TABLE orders (
    number bigint PRIMARY KEY,
    key text NOT NULL UNIQUE,
    state text NOT NULL,
    model text NOT NULL,
    file text,
    digest text NOT NULL,
    seconds double precision,
    images integer,
    cost bigint,
    paid integer NOT NULL DEFAULT 0,
    token text,
    task_id text,
    since double precision NOT NULL,
    created_at double precision,
    error text,
    files text,
    worker integer
);
CREATE INDEX pending ON orders (number) WHERE state = 'pending';
CREATE INDEX in_flight ON orders (worker) WHERE state IN ('sending', 'running', 'succeeded');
CREATE INDEX tokens ON orders (token) WHERE token IS NOT NULL;
CREATE TABLE inputs (number bigint PRIMARY KEY, input text NOT NULL);
CREATE TABLE history (
    place bigint GENERATED ALWAYS AS IDENTITY,
    number bigint NOT NULL,
    step text NOT NULL,
    at double precision NOT NULL,
    task_id text,
    detail text
);
CREATE TABLE spent (
    creates bigint NOT NULL DEFAULT 0,
    seconds double precision NOT NULL DEFAULT 0,
    images bigint NOT NULL DEFAULT 0,
    cost bigint NOT NULL DEFAULT 0,
    unknown_seconds bigint NOT NULL DEFAULT 0,
    unknown_images bigint NOT NULL DEFAULT 0,
    unknown_cost bigint NOT NULL DEFAULT 0,
    free_at timestamptz NOT NULL DEFAULT 'epoch'
);
INSERT INTO spent DEFAULT VALUES;
INSERT INTO settings VALUES ('format', '1');
"""
