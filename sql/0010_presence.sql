-- What people say of themselves, and when they were there last. Who is connected at the moment is known to the process alone.

CREATE TABLE presences (
    user_id         bigint PRIMARY KEY REFERENCES users,
    -- Null: nothing was ever said; there is only the time.
    status          text CHECK (status IN ('ONLINE', 'AWAY', 'BUSY', 'OFFLINE')),
    custom_status   text NOT NULL DEFAULT '' CHECK (char_length(custom_status) <= 200),
    device          text NOT NULL DEFAULT '' CHECK (char_length(device) <= 64),
    said_at         timestamptz,
    last_active_at  timestamptz NOT NULL,
    CHECK ((status IS NULL) = (said_at IS NULL))
);

CREATE INDEX presences_said_at ON presences (said_at) WHERE status <> 'OFFLINE';
