using System.Text.Json;

namespace ChatServer.Tests.Clients.Browser;

/// <summary>The restaurant's demo in a real Chromium, with the people of the demo's directory.</summary>
public sealed class RestaurantDemoTests
{
    [Test]
    public async Task A_customer_and_a_staff_member_see_each_other_type_and_talk()
    {
        await using var run = BrowserRun.Start("restaurant-demo.mjs", DemoServer.Current.Restaurant, "124", "2");
        await run.FinishAsync();

        string[] said = ["Đặng Thu Hà: Xin chào, tôi muốn đặt bàn", "Nhân viên: Dạ, mấy giờ ạ?"];
        var look = run.Did("look").Single();
        Assert.That(run.Did("typing").Single().GetProperty("customer").GetString(), Is.EqualTo("Đặng Thu Hà đang gõ..."));
        Assert.That(Lines(look, "customer"), Is.EqualTo(said));
        Assert.That(Lines(look, "staff"), Is.EqualTo(said));
        Assert.That(look.GetProperty("answersTo").GetString(), Is.EqualTo("124"));
    }

    [Test]
    public async Task The_guides_own_page_works_and_markup_does_nothing_in_it()
    {
        await using var run = BrowserRun.Start("restaurant-document.mjs", DemoServer.Current.Restaurant);
        await run.FinishAsync();

        var look = run.Did("look").Single();
        Assert.That(Lines(look, "lines"), Is.EqualTo(new[] { "Nguyễn Văn A: Xin chào từ trang của hướng dẫn", "Nhân viên: Dạ, xin nghe" }));
        Assert.That((look.GetProperty("title").GetString(), look.GetProperty("images").GetInt32()), Is.EqualTo(("", 0)));
    }

    private static IEnumerable<string?> Lines(JsonElement look, string side) =>
        look.GetProperty(side).EnumerateArray().Select(line => line.GetString());
}
