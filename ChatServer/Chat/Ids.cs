namespace ChatServer.Chat;

/// <summary>A user, the same in every dialect.</summary>
public readonly record struct UserId(long Value);

/// <summary>A conversation: a numbered log of messages, whatever a dialect calls it.</summary>
public readonly record struct ConversationId(long Value);

/// <summary>A message. Ids rise within a conversation; its place there is its seq.</summary>
public readonly record struct MessageId(long Value);

/// <summary>One consultation inside a customer's room.</summary>
public readonly record struct ConsultationId(long Value);
