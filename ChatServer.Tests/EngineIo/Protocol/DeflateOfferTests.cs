using ChatServer.EngineIo.Protocol;

namespace ChatServer.Tests.EngineIo.Protocol;

/// <summary>RFC 7692 section 7.1: which offers are taken, and in what words.</summary>
[Parallelizable]
internal sealed class DeflateOfferTests
{
    private const string Agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    [TestCase("permessage-deflate")]
    [TestCase("permessage-deflate; client_max_window_bits")]
    [TestCase("permessage-deflate;client_max_window_bits=8")]
    [TestCase("permessage-deflate; client_max_window_bits=\"15\"")]
    [TestCase("permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits")]
    [TestCase("x-webkit-deflate-frame, permessage-deflate")]
    [TestCase("permessage-deflate; server_max_window_bits=10, permessage-deflate")]
    public void An_offer_is_taken(string extensions) => Assert.That(DeflateOffer.Answer(extensions), Is.EqualTo(Agreed));

    [TestCase("permessage-deflate; server_max_window_bits=15")]
    [TestCase("permessage-deflate; server_max_window_bits=12, permessage-deflate; server_max_window_bits=15")]
    public void The_window_that_is_asked_of_the_server_is_confirmed(string extensions) =>
        Assert.That(DeflateOffer.Answer(extensions), Is.EqualTo($"{Agreed}; server_max_window_bits=15"));

    [TestCase(null)]
    [TestCase("")]
    [TestCase(",;=")]
    [TestCase("permessage-bzip2")]
    [TestCase("permessage-deflate-2")]
    [TestCase("permessage-deflate;")]
    [TestCase("permessage-deflate; unknown")]
    [TestCase("permessage-deflate; server_max_window_bits")]
    [TestCase("permessage-deflate; server_max_window_bits=14")]
    [TestCase("permessage-deflate; server_max_window_bits=16")]
    [TestCase("permessage-deflate; client_max_window_bits=7")]
    [TestCase("permessage-deflate; client_max_window_bits=16")]
    [TestCase("permessage-deflate; client_max_window_bits=08")]
    [TestCase("permessage-deflate; client_max_window_bits=+9")]
    [TestCase("permessage-deflate; client_max_window_bits=\"")]
    [TestCase("permessage-deflate; server_no_context_takeover=1")]
    [TestCase("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [TestCase("permessage-deflate; client_max_window_bits; client_max_window_bits=9")]
    public void An_offer_is_passed_over(string? extensions) => Assert.That(DeflateOffer.Answer(extensions), Is.Null);
}
