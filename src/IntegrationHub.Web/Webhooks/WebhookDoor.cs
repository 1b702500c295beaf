using IntegrationHub.Abstractions;
using IntegrationHub.Sync;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using Microsoft.AspNetCore.Http;

namespace IntegrationHub.Web.Webhooks;

/// <summary>
/// <c>POST /webhooks/CONNECTION/STREAM</c>: what a system tells by itself. It is answered with 200 once its events are durable, so that a system that gets another
/// answer, or none, sends them again. 401: not believed, or too old; 400: not what the description says; 404: no such stream, or it does not listen; 413: too
/// large; 503: it cannot be stored now.
/// </summary>
public sealed class WebhookDoor(HubSettings settings, RecordWay way)
{
    private const int BodyBytesMax = 4 << 20;
    private const string Root = "/webhooks/";

    public static bool IsFor(HttpRequest request) => request.Path.Value?.StartsWith(Root, StringComparison.Ordinal) == true;

    /// <summary>Answers a request that <see cref="IsFor"/> it.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = await StatusAsync(context.Request, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
    }

    private async Task<int> StatusAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Method != "POST")
            return StatusCodes.Status405MethodNotAllowed;
        if (Find(request.Path.Value!) is not var (stream, source))
            return StatusCodes.Status404NotFound;
        if (await BodyAsync(request, cancellationToken) is not { } body)
            return StatusCodes.Status413PayloadTooLarge;
        var headers = request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var reading = source.Read(stream.Name.Stream, new(headers, body));
        try
        {
            // Not cancelled with the caller: what has come in is stored, whether or not somebody still waits for the answer.
            if (reading.Verdict == WebhookVerdict.Genuine)
                await way.ReceiveAsync(stream, reading, CancellationToken.None);
            else
                await way.RefuseAsync(stream, reading.Verdict, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            return StatusCodes.Status503ServiceUnavailable;
        }

        return reading.Verdict switch
        {
            WebhookVerdict.Genuine => StatusCodes.Status200OK,
            WebhookVerdict.Malformed => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status401Unauthorized,
        };
    }

    private (StreamSettings Stream, IWebhookSource Source)? Find(string path)
    {
        var parts = path[Root.Length..].Split('/');
        if (parts.Length != 2)
            return null;
        var name = new StreamName(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1]));
        var stream = settings.Streams.FirstOrDefault(one => one.Name == name && one.Reads);
        return stream is not null && settings.ConnectionOf(stream).Source is IWebhookSource source && source.Listens(name.Stream) ? (stream, source) : null;
    }

    private static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > BodyBytesMax)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[16_384];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > BodyBytesMax)
                return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
