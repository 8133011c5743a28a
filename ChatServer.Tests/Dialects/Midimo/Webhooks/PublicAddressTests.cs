using System.Net;
using ChatServer.Dialects.Midimo.Webhooks;

namespace ChatServer.Tests.Dialects.Midimo.Webhooks;

/// <summary>The address corpus: every way of writing an address inside that somebody has thought of, and some outside.</summary>
public sealed class PublicAddressTests
{
    [TestCase("0.0.0.0")]
    [TestCase("0.1.2.3")]
    [TestCase("10.0.0.1")]
    [TestCase("100.64.0.1")]
    [TestCase("100.127.255.255")]
    [TestCase("127.0.0.1")]
    [TestCase("127.255.255.254")]
    [TestCase("169.254.169.254")]
    [TestCase("172.16.0.1")]
    [TestCase("172.31.255.255")]
    [TestCase("192.0.0.170")]
    [TestCase("192.0.2.1")]
    [TestCase("192.88.99.1")]
    [TestCase("192.168.1.1")]
    [TestCase("198.19.255.255")]
    [TestCase("198.51.100.7")]
    [TestCase("203.0.113.7")]
    [TestCase("224.0.0.1")]
    [TestCase("239.255.255.255")]
    [TestCase("240.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::1")]
    [TestCase("::127.0.0.1")]
    [TestCase("::8.8.8.8")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("::ffff:a9fe:a9fe")]
    [TestCase("::ffff:10.0.0.1")]
    [TestCase("::ffff:0:8.8.8.8")]
    [TestCase("64:ff9b::127.0.0.1")]
    [TestCase("64:ff9b::a9fe:a9fe")]
    [TestCase("64:ff9b:1::8.8.8.8")]
    [TestCase("100::1")]
    [TestCase("2001::1")]
    [TestCase("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [TestCase("2001:db8::1")]
    [TestCase("2002:7f00:1::1")]
    [TestCase("2002:0808:0808::1")]
    [TestCase("3fff::1")]
    [TestCase("4000::1")]
    [TestCase("5f00::1")]
    [TestCase("fc00::1")]
    [TestCase("fd12:3456:789a::1")]
    [TestCase("fe80::1")]
    [TestCase("fe80::1%2")]
    [TestCase("fec0::1")]
    [TestCase("ff02::1")]
    [TestCase("ff0e::1")]
    public void An_address_inside_is_known(string address)
    {
        Assert.That(PublicAddress.IsPublic(IPAddress.Parse(address)), Is.False);
        Assert.That(new WebhookOptions().Allows(IPAddress.Parse(address)), Is.False);
        Assert.That(new WebhookOptions { AllowPrivate = true }.Allows(IPAddress.Parse(address)), Is.True);
    }

    [TestCase("1.1.1.1")]
    [TestCase("8.8.8.8")]
    [TestCase("9.255.255.255")]
    [TestCase("11.0.0.0")]
    [TestCase("100.63.255.255")]
    [TestCase("100.128.0.0")]
    [TestCase("172.15.255.255")]
    [TestCase("172.32.0.0")]
    [TestCase("192.167.255.255")]
    [TestCase("223.255.255.255")]
    [TestCase("::ffff:8.8.8.8")]
    [TestCase("64:ff9b::8.8.8.8")]
    [TestCase("2001:4860:4860::8888")]
    [TestCase("2606:4700:4700::1111")]
    public void An_address_of_the_internet_is_let_through(string address) =>
        Assert.That(PublicAddress.IsPublic(IPAddress.Parse(address)), Is.True);

    [TestCase("10.1.2.3", true)]
    [TestCase("::ffff:10.1.2.3", true)]
    [TestCase("10.2.0.1", false)]
    [TestCase("fd00::5", true)]
    [TestCase("fd01::5", false)]
    [TestCase("127.0.0.1", false)]
    public void A_network_is_let_in_by_name_and_no_other_with_it(string address, bool isAllowed) =>
        Assert.That(new WebhookOptions { AllowNetworks = "10.1.0.0/16, fd00::/64" }.Allows(IPAddress.Parse(address)), Is.EqualTo(isAllowed));
}
