-- What the peer keeps: the same rows as ours for the same people, with the same guarantees.
CREATE TABLE person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE,
    name text NOT NULL,
    initials text NOT NULL,
    hue smallint NOT NULL,
    photo text,
    is_active boolean NOT NULL DEFAULT true
);
CREATE TABLE session (
    key text PRIMARY KEY,
    person bigint NOT NULL REFERENCES person,
    expires_at timestamptz NOT NULL
);
CREATE TABLE conversation (
    id uuid PRIMARY KEY,
    last_seq bigint NOT NULL DEFAULT 0,
    touched_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE member (
    conversation uuid NOT NULL REFERENCES conversation,
    person bigint NOT NULL REFERENCES person,
    left_at timestamptz,
    PRIMARY KEY (conversation, person)
);
CREATE TABLE message (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    conversation uuid NOT NULL REFERENCES conversation,
    seq bigint NOT NULL,
    author bigint NOT NULL REFERENCES person,
    client_id uuid NOT NULL,
    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 4000),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (conversation, seq),
    UNIQUE (author, client_id)
);
