using System.Net.Http.Headers;

namespace ChatServer.Tests.Dialects.Support;

/// <summary>A form with files, as browsers send it.</summary>
internal sealed class Form : MultipartFormDataContent
{
    public static Form With(params (string Name, string Value)[] fields)
    {
        var form = new Form();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    public Form File(string name, byte[] content, string field = "attachments", string type = "image/png") => File(name, new ByteArrayContent(content), field, type);

    public Form File(string name, HttpContent content, string field = "attachments", string type = "image/png")
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{field}\"", FileName = $"\"{name}\"" };
        Add(content);
        return this;
    }
}
