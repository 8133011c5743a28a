-- What an agent works at, without all that was closed. Neither column changes with a message, so that its update still stays in place.
CREATE INDEX conversations_in_work ON conversations (assignee_id) WHERE status IN ('active', 'open');
