-- Threads: conversations of those who take part in them, whoever they are.

-- Never used; what a thread's maker notes of it stands with the thread.
ALTER TABLE conversations DROP COLUMN metadata;

CREATE TABLE threads (
    conversation_id  bigint PRIMARY KEY REFERENCES conversations,
    opened_by        bigint NOT NULL REFERENCES users,
    -- The opener's own name for the request, scoped by its dialect: sent twice, it opens one thread, unless the request was another.
    client_key       text CHECK (char_length(client_key) BETWEEN 1 AND 200),
    request          text NOT NULL,
    -- Text by text, for whoever made it.
    metadata         jsonb NOT NULL CHECK (jsonb_typeof(metadata) = 'object'),
    -- When its title, its metadata or its participants changed last.
    updated_at       timestamptz NOT NULL,
    CONSTRAINT threads_opener_client_key_key UNIQUE (opened_by, client_key)
);

CREATE TABLE participants (
    conversation_id  bigint NOT NULL REFERENCES threads,
    user_id          bigint NOT NULL REFERENCES users,
    -- The order in which they came.
    place            bigint GENERATED ALWAYS AS IDENTITY,
    joined_at        timestamptz NOT NULL,
    -- Whether they opened it or a service let them in. A customer whom another user let in is nobody's contact by it until they speak or read there.
    vouched          boolean NOT NULL DEFAULT true,
    PRIMARY KEY (conversation_id, user_id)
);

CREATE INDEX participants_user ON participants (user_id, conversation_id);

-- When a user read something of a conversation last.
ALTER TABLE tallies ADD COLUMN read_at timestamptz;
