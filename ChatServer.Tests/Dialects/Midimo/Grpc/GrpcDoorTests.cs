using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ChatServer.Tests.Dialects.Midimo.Grpc;

/// <summary>The door's own account of its calls.</summary>
internal sealed class GrpcDoorTests
{
    [Test]
    public async Task A_call_whose_status_cannot_be_told_is_open_no_longer()
    {
        await using var host = await GrpcHost.StartAsync(new ScriptedService());
        await using var routes = WebApplication.CreateSlimBuilder().Build();
        host.Door.Map(routes);
        var serve = ((IEndpointRouteBuilder)routes).DataSources.SelectMany(source => source.Endpoints).Single().RequestDelegate!;

        Assert.That(async () => await serve(CallWithoutTrailers()), Throws.InvalidOperationException);

        Assert.That(host.Door.Open, Is.Zero);
    }

    private static DefaultHttpContext CallWithoutTrailers()
    {
        var http = new DefaultHttpContext();
        (http.Request.Method, http.Request.Path, http.Request.ContentType) = ("POST", $"/{ScriptedService.Count}", "application/grpc");
        (http.Request.Headers.TE, http.Request.Headers.Authorization) = ("trailers", $"Bearer {GrpcHost.ServiceToken}");
        http.Request.Body = new MemoryStream(GrpcClient.Frame(Encoding.ASCII.GetBytes("")));
        return http;
    }
}
