using System.Reflection;
using Microsoft.Extensions.Logging;

namespace ChatServer.Tests;

/// <summary>Logs are an API: whoever filters by event id must meet one message, and find its folder by the id's hundred.</summary>
public sealed class LogTests
{
    private static readonly (Type Log, int Id)[] Messages =
    [
        .. from type in typeof(StartFailure).Assembly.GetTypes()
           where type.Name == "Log"
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select (type, message.EventId),
    ];

    [Test]
    public void No_two_messages_have_one_id()
    {
        Assert.That(Messages, Has.Length.GreaterThan(30), "the scan has lost sight of the logs");
        Assert.That(Messages.Select(message => message.Id), Is.Unique);
    }

    [Test]
    public void Every_folder_has_a_hundred_of_its_own()
    {
        var hundreds = Messages.Select(message => (message.Log.Namespace, Hundred: message.Id / 100)).Distinct().ToList();

        Assert.That(hundreds.Select(pair => pair.Namespace), Is.Unique);
        Assert.That(hundreds.Select(pair => pair.Hundred), Is.Unique);
    }
}
