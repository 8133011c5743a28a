-- A customer's one permanent conversation of a kind: the room that one staff member answers, the channel that all staff share.

DROP INDEX conversations_one_room_per_customer;
CREATE UNIQUE INDEX conversations_one_per_customer ON conversations (customer_id, kind) WHERE kind IN ('channel', 'room');

-- How far somebody has read a conversation, where reading goes by fetching it and not by the message.
CREATE TABLE read_markers (
    conversation_id  bigint NOT NULL REFERENCES conversations,
    user_id          bigint NOT NULL REFERENCES users,
    seq              bigint NOT NULL CHECK (seq >= 0),
    PRIMARY KEY (conversation_id, user_id)
);
