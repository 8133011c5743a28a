using System.Text;
using ChatServer.Chat;
using ChatServer.Chat.Consultations;
using ChatServer.Chat.Conversations;
using ChatServer.Chat.Events;
using ChatServer.Chat.Messages;
using ChatServer.Chat.Users;
using ChatServer.Dialects.Consult;
using ChatServer.Fanout;

namespace ChatServer.Tests.Dialects.Consult;

/// <summary>The document's examples, with the fields that were added to them.</summary>
public sealed class ConsultJsonTests
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly User Customer = Person(1, Role.Customer, "customer123", "Nguyen", "Van A", "https://example.org/a.png");
    private static readonly User Staff = Person(2, Role.Staff, "staff123", "Tran", "Thi B", null);
    private static readonly Conversation Room =
        new(new ConversationId(1), Guid.Empty, ConversationKind.Room, "Support Request #123", Customer, null, ConversationStatus.Open, 10, Start, Start);
    private static readonly Consultation Open =
        new(new ConsultationId(1), Room.Id, Customer.Id, null, "Tư vấn về dịch vụ chăm sóc thú cưng", ConsultationStatus.Open, Start, null);
    private static readonly Message Hello =
        new(new MessageId(123), Guid.Empty, Room.Id, 10, Customer, "Xin chào, tôi cần tư vấn...", Start.AddMinutes(5), IsRead: false);

    private const string CustomerJson = """{"id":1,"userName":"customer123","firstName":"Nguyen","lastName":"Van A","avatar":"https://example.org/a.png"}""";
    private const string StaffJson = """{"id":2,"userName":"staff123","firstName":"Tran","lastName":"Thi B","avatar":null}""";
    private const string HelloJson =
        $$"""{"id":123,"content":"Xin chào, tôi cần tư vấn...","createdAt":"2024-01-01T10:05:00.000Z","sender":{{CustomerJson}},"roomId":1,"isRead":false,"seq":10}""";
    private const string OpenRoomJson =
        $$"""{"id":1,"name":"Support Request #123","isClosed":false,"customerId":1,"staffId":null,"customer":{{CustomerJson}}}""";
    private const string OpenJson =
        $$"""
        {"id":1,"title":"Tư vấn về dịch vụ chăm sóc thú cưng","status":"OPEN","startedAt":"2024-01-01T10:00:00.000Z","endedAt":null,"roomId":1,
         "customerId":1,"staffId":null,"room":{{OpenRoomJson}},"customer":{{CustomerJson}},"staff":null}
        """;

    [Test]
    public void A_new_session() => Wire.Check(SessionOut.From(new ConsultationDetail(Open, Room, Customer, null)), ConsultJson.Wire.SessionOut, OpenJson);

    [Test]
    public void A_claimed_and_ended_session()
    {
        var ended = Open with { Status = ConsultationStatus.Ended, StaffId = Staff.Id, EndedAt = Start.AddHours(1) };
        var room = Room with { AssigneeId = Staff.Id };
        Wire.Check(SessionOut.From(new ConsultationDetail(ended, room, Customer, Staff)), ConsultJson.Wire.SessionOut, OpenJson
            .Replace("OPEN", "ENDED", StringComparison.Ordinal)
            .Replace("\"endedAt\":null", "\"endedAt\":\"2024-01-01T11:00:00.000Z\"", StringComparison.Ordinal)
            .Replace("\"staffId\":null", "\"staffId\":2", StringComparison.Ordinal)
            .Replace("\"staff\":null", $"\"staff\":{StaffJson}", StringComparison.Ordinal));
    }

    [Test]
    public void A_room_in_a_list() => Wire.Check(
        RoomOut.From(new ConversationDetail(Room with { AssigneeId = Staff.Id }, Staff, Hello)), ConsultJson.Wire.RoomOut,
        $$"""
        {"id":1,"name":"Support Request #123","isClosed":false,"customerId":1,"staffId":2,"customer":{{CustomerJson}},"staff":{{StaffJson}},
         "messages":[{{HelloJson}}],"_count":{"messages":10} }
        """);

    [Test]
    public void A_room_without_a_name_is_named_as_in_the_document() =>
        Assert.That(RoomOut.NameOf(Room with { Name = null }), Is.EqualTo("Support Request #1"));

    [Test]
    public void History_suits_the_clients_of_both_times() => Wire.Check(
        HistoryOut.From(new MessagePage([Hello], new Page(2, 1), 10)), ConsultJson.Wire.HistoryOut,
        $$"""{"messages":[{{HelloJson}}],"pagination":{"page":2,"limit":1,"total":10,"totalPages":10},"total":10,"hasMore":true}""");

    [Test]
    public void Room_history_carries_room_and_session() => Wire.Check(
        RoomHistoryOut.From(new ConversationSnapshot(
            new ConversationDetail(Room, null, null), new MessagePage([Hello], Page.Latest, 1), new ConsultationDetail(Open, Room, Customer, null))),
        ConsultJson.Wire.RoomHistoryOut,
        $$"""
        {"messages":[{{HelloJson}}],"pagination":{"page":1,"limit":50,"total":1,"totalPages":1},
         "room":{"id":1,"name":"Support Request #123","isClosed":false,"customerId":1,"staffId":null,"customer":{{CustomerJson}},"staff":null,
                 "messages":[],"_count":{"messages":10} },
         "currentSession":{{OpenJson}}}
        """);

    [Test]
    public void Connected_and_joined_room()
    {
        Wire.Check(ConnectedOut.From(Customer), ConsultJson.Wire.ConnectedOut, """{"message":"Connected to chat server","userId":1,"userRole":"CUSTOMER"}""");
        Wire.Check(JoinedRoomOut.From(Room.Id), ConsultJson.Wire.JoinedRoomOut, """{"roomId":1,"message":"Successfully joined room"}""");
    }

    private static readonly TestCaseData<ChatEvent, string?>[] Events =
    [
        new(new MessageSent(Hello, Room), $"""["new_message",{HelloJson}]"""),
        new(new ConversationAssigned(Room), null),
        new(new ParticipantJoined(Room.Id, Staff), """["user_joined",{"roomId":1,"userId":2,"userName":"staff123"}]"""),
        new(new ParticipantLeft(Room.Id, Staff), """["user_left",{"roomId":1,"userId":2,"userName":"staff123"}]"""),
        new(new ConsultationStarted(new ConsultationDetail(Open, Room, Customer, null)), $"""["new_session",{OpenJson}]"""),
        new(new ConsultationClaimed(new ConsultationDetail(Open, Room, Customer, Staff), Staff), $$"""["session_joined",{"sessionId":1,"roomId":1,"staff":{{StaffJson}}}]"""),
        new(new ConsultationLeft(Open, Staff), """["session_left",{"sessionId":1,"userId":2,"userName":"staff123"}]"""),
        new(new ConsultationEnded(Open with { EndedAt = Start }), """["session_ended",{"sessionId":1,"endedAt":"2024-01-01T10:00:00.000Z","roomId":1}]"""),
    ];

    [TestCaseSource(nameof(Events))]
    public void Each_event_has_its_documented_frame(ChatEvent chatEvent, string? payload)
    {
        var frames = new Dialect("consult", new ConsultEvents()).Encode(chatEvent);

        if (payload is null)
        {
            Assert.That(frames, Is.Empty);
            return;
        }
        var packet = Encoding.UTF8.GetString(frames.Single().Bytes.Span);
        Assert.That(packet, Does.StartWith("42/chat,["));
        Wire.CheckJson(packet["42/chat,".Length..], payload);
    }

    private static User Person(long id, Role role, string userName, string first, string last, string? avatar) =>
        new(new UserId(id), Guid.Empty, null, role, userName, first, last, null, avatar, null, null, Active: true);
}
