-- Stays: conversations of guests with a department of the hotel where they stay, or have stayed.

-- Whoever speaks is a user; a guest becomes one on first use.
ALTER TABLE guests ADD COLUMN user_id bigint UNIQUE REFERENCES users;

CREATE TABLE stay_conversations (
    conversation_id  bigint PRIMARY KEY REFERENCES conversations,
    guest_id         bigint NOT NULL REFERENCES guests,
    hotel_id         bigint NOT NULL REFERENCES hotels,
    department_id    bigint NOT NULL REFERENCES departments,
    type             text NOT NULL CHECK (type IN ('checkin', 'service', 'general', 'demo')),
    -- False from when it is closed; another may then be begun.
    active           boolean NOT NULL DEFAULT true
);

CREATE UNIQUE INDEX stay_conversations_one_active ON stay_conversations (guest_id, hotel_id, department_id, type) WHERE active;
CREATE INDEX stay_conversations_guest ON stay_conversations (guest_id);
CREATE INDEX stay_conversations_department ON stay_conversations (department_id);
CREATE INDEX department_members_user ON department_members (user_id);
