-- Support sessions: a conversation whose status its desk keeps, what the desk knows besides, and messages of the system.

ALTER TABLE conversations DROP CONSTRAINT conversations_status_check;
ALTER TABLE conversations ADD CONSTRAINT conversations_status_check CHECK (status IN ('open', 'waiting', 'active', 'resolved', 'closed'));

-- Messages of the system: numbered like the others, and unread by nobody.
ALTER TABLE conversations ADD COLUMN system_count bigint NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN type text NOT NULL DEFAULT 'text' CHECK (type IN ('text', 'image', 'file', 'system'));
ALTER TABLE messages ADD CONSTRAINT messages_system_has_no_sender CHECK (type <> 'system' OR sender_id IS NULL);

CREATE TABLE tickets (
    conversation_id  bigint PRIMARY KEY REFERENCES conversations,
    opened_by        bigint NOT NULL REFERENCES users,
    -- The opener's own name for the request, scoped by its dialect: sent twice, it opens one ticket.
    client_key       text CHECK (char_length(client_key) BETWEEN 1 AND 200),
    subject          text NOT NULL CHECK (char_length(subject) BETWEEN 1 AND 255),
    category         text NOT NULL CHECK (char_length(category) BETWEEN 1 AND 50),
    priority         text NOT NULL CHECK (char_length(priority) BETWEEN 1 AND 50),
    -- What the ticket and the restaurant are called elsewhere.
    ticket_id        uuid,
    restaurant_id    uuid,
    accepted_at      timestamptz,
    closed_at        timestamptz,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT tickets_opener_client_key_key UNIQUE (opened_by, client_key)
);

CREATE INDEX conversations_waiting ON conversations (id) WHERE status = 'waiting';

-- How many messages of a conversation a user has sent and how many of the others' has read, kept by the statements that store either:
-- what is left of last_seq is unread, without counting.
CREATE TABLE tallies (
    conversation_id  bigint NOT NULL REFERENCES conversations,
    user_id          bigint NOT NULL REFERENCES users,
    sent             bigint NOT NULL DEFAULT 0 CHECK (sent >= 0),
    read             bigint NOT NULL DEFAULT 0 CHECK (read >= 0),
    PRIMARY KEY (conversation_id, user_id)
) WITH (fillfactor = 80);

-- A receipt says that somebody else has read it, which those of old may not.
DELETE FROM receipts AS receipt
USING messages AS message
WHERE message.id = receipt.message_id AND message.sender_id = receipt.user_id;

INSERT INTO tallies (conversation_id, user_id, sent, read)
SELECT tally.conversation_id, tally.user_id, sum(tally.sent), sum(tally.read)
FROM (
    SELECT message.conversation_id, message.sender_id AS user_id, count(*) AS sent, 0 AS read
    FROM messages AS message
    WHERE message.sender_id IS NOT NULL
    GROUP BY message.conversation_id, message.sender_id
    UNION ALL
    SELECT message.conversation_id, receipt.user_id, 0, count(*)
    FROM receipts AS receipt
    JOIN messages AS message ON message.id = receipt.message_id
    GROUP BY message.conversation_id, receipt.user_id
) AS tally
GROUP BY tally.conversation_id, tally.user_id;
