-- Uploaded files: what is known of them. Their bytes are kept elsewhere, under the key.

CREATE TABLE attachments (
    id            uuid PRIMARY KEY,
    owner_id      bigint NOT NULL REFERENCES users,
    -- The message that took it up, and its place there; null while none has.
    message_id    bigint REFERENCES messages,
    place         int,
    file_name     text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 200),
    content_type  text NOT NULL,
    size          bigint NOT NULL CHECK (size > 0),
    key           text NOT NULL UNIQUE,
    -- A row is there before its bytes and after them, so that no bytes are ever forgotten.
    state         text NOT NULL DEFAULT 'incoming' CHECK (state IN ('incoming', 'kept', 'going')),
    created_at    timestamptz NOT NULL,
    CHECK (message_id IS NULL OR state = 'kept'),
    CHECK ((message_id IS NULL) = (place IS NULL))
);

CREATE INDEX attachments_message ON attachments (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX attachments_unused ON attachments (created_at) WHERE message_id IS NULL;
