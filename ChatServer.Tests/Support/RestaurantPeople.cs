using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace ChatServer.Tests.Support;

/// <summary>People whom a restaurant server knows from its directory, as its tokens say nothing but an id.</summary>
internal static class RestaurantPeople
{
    /// <summary>Brings people in by the operator's port.</summary>
    public static async Task IntroduceAsync(ServerProcess server, params Person[] people)
    {
        await PutAsync(server, JsonContent.Create(new
        {
            users = people.Select(person => new { id = person.Id, role = person.Role.ToLowerInvariant(), userName = person.UserName, fullName = $"Nguyễn Văn {person.Id}" }),
        }));
    }

    /// <summary>Brings in a whole directory document.</summary>
    public static async Task PutAsync(ServerProcess server, HttpContent document)
    {
        using var client = new HttpClient { BaseAddress = server.Admin };
        var token = Tokens.Sign(new Dictionary<string, object> { ["sub"] = "operator", ["role"] = "admin" }, TimeSpan.FromHours(1));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.PutAsync("/admin/directory", document);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A token as simplejwt makes it.</summary>
    public static string TokenOf(Person person) =>
        Tokens.Sign(new Dictionary<string, object> { ["token_type"] = "access", ["user_id"] = person.Id }, TimeSpan.FromHours(1));
}
