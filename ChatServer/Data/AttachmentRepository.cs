using ChatServer.Chat;
using ChatServer.Chat.Attachments;
using ChatServer.Data.Rows;
using Dapper;

namespace ChatServer.Data;

/// <summary>What is known of uploaded files. The message that takes one up does so in the statement that stores it.</summary>
internal sealed class AttachmentRepository(Database database, TimeProvider clock) : IAttachmentRepository
{
    /// <summary>No upload takes as long: whatever is in between two states by then belongs to a process that is gone.</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromHours(1);

    private const string Insert =
        """
        INSERT INTO attachments (id, owner_id, file_name, content_type, size, key, created_at)
        VALUES (@Id, @Owner, @FileName, @ContentType, @Size, @Key, @CreatedAt)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string MarkKept =
        """
        UPDATE attachments SET state = 'kept' WHERE id = @Id AND state = 'incoming'
        """;

    private const string SelectByKey =
        $"""
        SELECT {AttachmentRow.Columns}
        FROM attachments AS attachment
        WHERE attachment.key = @Key AND attachment.state = 'kept'
        """;

    private const string SelectOwn =
        $"""
        SELECT {AttachmentRow.Columns}
        FROM attachments AS attachment
        WHERE (attachment.id = ANY(@Ids) OR attachment.key = ANY(@Keys)) AND attachment.owner_id = @Owner AND attachment.state = 'kept'
        """;

    private const string SelectOrphans =
        $"""
        SELECT {AttachmentRow.Columns}
        FROM attachments AS attachment
        WHERE attachment.message_id IS NULL AND attachment.created_at < CASE attachment.state WHEN 'kept' THEN @Before ELSE @Abandoned END
        ORDER BY attachment.created_at
        LIMIT @Limit
        """;

    private const string Retire =
        """
        UPDATE attachments SET state = 'going' WHERE id = @Id AND message_id IS NULL
        """;

    private const string Delete =
        """
        DELETE FROM attachments WHERE id = @Id AND state = 'going'
        """;

    public Task AddAsync(Attachment attachment, UserId owner, CancellationToken cancellation) => ExecuteAsync(Insert, new
    {
        attachment.Id,
        Owner = owner.Value,
        attachment.FileName,
        attachment.ContentType,
        attachment.Size,
        attachment.Key,
        attachment.CreatedAt,
    }, cancellation);

    public Task MarkKeptAsync(Guid id, CancellationToken cancellation) => ExecuteAsync(MarkKept, new { Id = id }, cancellation);

    public Task<Attachment?> FindByKeyAsync(string key, CancellationToken cancellation) => database.RepeatableAsync(async connection =>
        (await connection.QuerySingleOrDefaultAsync<AttachmentRow>(SelectByKey, new { Key = key }))?.ToAttachment(), cancellation);

    public Task<IReadOnlyList<Attachment>> FindOwnAsync(UserId owner, IReadOnlyCollection<Guid> ids, IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        var parameters = new { Owner = owner.Value, Ids = ids.ToArray(), Keys = keys.ToArray() };
        return database.RepeatableAsync<IReadOnlyList<Attachment>>(async connection =>
            [.. (await connection.QueryAsync<AttachmentRow>(SelectOwn, parameters)).Select(row => row.ToAttachment())], cancellation);
    }

    public Task<IReadOnlyList<Attachment>> FindOrphansAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        var parameters = new { Before = before, Abandoned = clock.GetUtcNow() - LongestUpload, Limit = limit };
        return database.RepeatableAsync<IReadOnlyList<Attachment>>(async connection =>
            [.. (await connection.QueryAsync<AttachmentRow>(SelectOrphans, parameters)).Select(row => row.ToAttachment())], cancellation);
    }

    public async Task<bool> TryRetireAsync(Guid id, CancellationToken cancellation) => await ExecuteAsync(Retire, new { Id = id }, cancellation) > 0;

    public Task RemoveAsync(Guid id, CancellationToken cancellation) => ExecuteAsync(Delete, new { Id = id }, cancellation);

    private Task<int> ExecuteAsync(string statement, object parameters, CancellationToken cancellation) =>
        database.RepeatableAsync(connection => connection.ExecuteAsync(statement, parameters), cancellation);
}
