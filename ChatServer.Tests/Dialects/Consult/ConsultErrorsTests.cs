using System.Text;
using ChatServer.Chat;
using ChatServer.Dialects.Consult;

namespace ChatServer.Tests.Dialects.Consult;

public sealed class ConsultErrorsTests
{
    private static readonly ErrorCode[] AllCodes = Enum.GetValues<ErrorCode>();

    [TestCaseSource(nameof(AllCodes))]
    public void Every_code_of_the_core_has_its_row(ErrorCode code) =>
        Assert.That(ConsultErrors.Table, Contains.Key(code));

    [TestCase(ErrorCode.RateLimited, "RATE_LIMITED", 429)]
    [TestCase(ErrorCode.DbUnavailable, "db_unavailable", 503)]
    [TestCase(ErrorCode.AlreadyClaimed, "already_claimed", 409)]
    [TestCase(ErrorCode.NotFound, "not_found", 404)]
    [TestCase(ErrorCode.Internal, "internal", 500)]
    public void Codes_and_statuses_are_those_of_the_contract(ErrorCode code, string onSockets, int overHttp) =>
        Assert.That(ConsultErrors.Table[code], Is.EqualTo((onSockets, overHttp, ConsultErrors.Table[code].Reason)));

    [Test]
    public void The_loser_of_a_claim_reads_the_documented_words() => Wire.Check(
        ConsultErrors.ToNest(new ChatError(ErrorCode.AlreadyClaimed, "taken")), ConsultJson.Wire.NestErrorOut,
        """{"statusCode":409,"message":"Phiên tư vấn đã được nhân viên khác nhận","error":"Conflict"}""");

    [Test]
    public void A_bare_401_has_no_error_field() => Wire.Check(
        ConsultErrors.ToNest(ChatError.Unauthorized), ConsultJson.Wire.NestErrorOut, """{"statusCode":401,"message":"Unauthorized"}""");

    [Test]
    public void An_error_event_shows_only_what_there_is()
    {
        Wire.Check(ConsultErrors.ToError(ChatError.Invalid("content is required"), "send_message", "t1"), ConsultJson.Wire.ErrorOut,
            """{"message":"content is required","code":"invalid","event":"send_message","temp_id":"t1"}""");
        Wire.Check(ConsultErrors.ToError(new ChatError(ErrorCode.Unauthorized, "Token expired"), null, null), ConsultJson.Wire.ErrorOut,
            """{"message":"Token expired","code":"unauthorized"}""");
    }

    [Test]
    public void A_negative_acknowledgement_names_winner_and_wait()
    {
        var lost = new ChatError(ErrorCode.AlreadyClaimed, "taken") { Winner = new UserId(2) };
        Wire.Check(new FailedAckOut(false, ConsultErrors.ToFailure(lost)), ConsultJson.Wire.FailedAckOut,
            """{"ok":false,"error":{"code":"already_claimed","message":"Phiên tư vấn đã được nhân viên khác nhận","winnerId":2}}""");
        var fast = new ChatError(ErrorCode.RateLimited, "slow down") { RetryAfter = TimeSpan.FromSeconds(1.2) };
        Wire.Check(new FailedAckOut(false, ConsultErrors.ToFailure(fast)), ConsultJson.Wire.FailedAckOut,
            """{"ok":false,"error":{"code":"RATE_LIMITED","message":"slow down","retryAfter":2}}""");
    }

    [Test]
    public void A_refused_connection_reads_Unauthorized_or_says_what_is_away()
    {
        var errors = ConsultErrors.Instance;

        Assert.That(errors.Refuse(ChatError.Unauthorized).Error, Is.EqualTo(new ChatServer.SocketIo.ConnectError("Unauthorized", default)));
        var away = errors.Refuse(ChatError.DbUnavailable).Error!;
        Assert.That(away.Message, Is.EqualTo(ChatError.DbUnavailable.Message));
        Assert.That(Encoding.UTF8.GetString(away.Data.Span), Is.EqualTo("""{"code":"db_unavailable"}"""));
    }
}
