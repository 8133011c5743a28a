-- The outbox tells of more than messages: of conversations, and of what is nowhere stored, which an entry carries itself.

ALTER TABLE outbox
    ALTER COLUMN message_id DROP NOT NULL,
    ALTER COLUMN conversation_id DROP NOT NULL,
    ADD COLUMN event text NOT NULL DEFAULT 'message_sent'
        CHECK (event IN ('message_sent', 'conversation_started', 'conversation_changed', 'presence_changed', 'typing')),
    -- Whom it concerns, where it concerns one user.
    ADD COLUMN user_id bigint REFERENCES users ON DELETE CASCADE,
    -- What is to be told, in the topic's own words, where it cannot be read from the tables later.
    ADD COLUMN payload jsonb,
    -- When it is no news any more: it is dropped then, and never a dead letter.
    ADD COLUMN expires_at timestamptz,
    -- When a person last asked for it again.
    ADD COLUMN replayed_at timestamptz,
    ADD CONSTRAINT outbox_tells_something CHECK (
        CASE event
            WHEN 'message_sent' THEN message_id IS NOT NULL AND conversation_id IS NOT NULL
            WHEN 'conversation_started' THEN conversation_id IS NOT NULL
            WHEN 'conversation_changed' THEN conversation_id IS NOT NULL
            ELSE payload IS NOT NULL
        END);

CREATE INDEX outbox_user ON outbox (user_id) WHERE user_id IS NOT NULL;
