using System.Globalization;
using System.Text.Json;
using IntegrationHub.UnitTests.Connectors.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace IntegrationHub.UnitTests.Connectors.Rest;

/// <summary>A system with one list of contacts in the order (modified, id), second grain, that can be paged in every way.</summary>
internal sealed class ContactModel
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, Contact> contacts = [];

    /// <summary>Called before a page is answered, with the number of pages answered so far: the place for edits during a run.</summary>
    public Action<int>? BeforePage { get; set; }

    public int Second { get; set; } = 1_000_000;

    public int Pages { get; private set; }

    public IReadOnlyDictionary<int, Contact> Contacts => contacts;

    public void Touch(int id) => Touch(id, Second);

    /// <param name="second">The record's time, when it is not the present.</param>
    public void Touch(int id, int second)
    {
        lock (gate)
            contacts[id] = new(id, second, contacts.TryGetValue(id, out var old) ? old.Edits + 1 : 0);
    }

    public Task AnswerAsync(HttpContext context, SeenRequest request)
    {
        BeforePage?.Invoke(Pages);
        Pages++;
        var query = QueryHelpers.ParseQuery(request.Query);
        var since = query.TryGetValue("since", out var text) ? (int)(DateTimeOffset.Parse(text.ToString(), CultureInfo.InvariantCulture).ToUnixTimeSeconds()) : 0;
        var afterId = query.TryGetValue("afterId", out var after) ? int.Parse(after.ToString()) : (int?)null;
        var limit = int.Parse(query["limit"].ToString());
        var skip = request.Path switch
        {
            "/page" => (int.Parse(query["page"].ToString()) - 1) * limit,
            "/offset" or "/next" or "/link" or "/cursor" => query.TryGetValue("from", out var from) ? int.Parse(from.ToString()) : 0,
            _ => 0,
        };
        List<Contact> all;
        lock (gate)
        {
            all = [.. contacts.Values
                .Where(contact => contact.Modified > since || (contact.Modified == since && (afterId is null || contact.Id > afterId)))
                .OrderBy(contact => contact.Modified).ThenBy(contact => contact.Id)];
        }

        context.Response.Headers.Date = DateTimeOffset.FromUnixTimeSeconds(Second).ToString("R");
        var page = all.Skip(skip).Take(limit).ToList();
        var next = skip + limit < all.Count ? skip + limit : (int?)null;
        var link = next is null ? null : $"{request.Path}?from={next}&limit={limit}{(since > 0 ? $"&since={Uri.EscapeDataString(text.ToString())}" : "")}";
        if (request.Path == "/link" && link is not null)
            context.Response.Headers.Link = $"<{link}>; rel=\"next\", </first>; rel=\"first\"";
        return context.JsonAsync(JsonSerializer.Serialize(new
        {
            records = page.Select(contact => new
            {
                id = contact.Id,
                modifiedAt = DateTimeOffset.FromUnixTimeSeconds(contact.Modified).ToString("yyyy-MM-ddTHH:mm:ssZ"),
                edits = contact.Edits,
            }),
            next,
            link,
            total = all.Count,
            more = next is not null,
        }));
    }

    internal sealed record Contact(int Id, int Modified, int Edits);
}
