using System.Net;
using System.Text;

namespace IntegrationHub.Sandbox;

/// <summary>The door without sockets: answers requests inline, on the caller's thread. Only a delay waits, on the sandbox's
/// clock.</summary>
public sealed class SandboxHandler : HttpMessageHandler
{
    private readonly SandboxSite site;

    public SandboxHandler(SandboxSite site) => this.site = site;

    /// <exception cref="HttpRequestException">The script broke the connection.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var address = request.RequestUri ?? throw new ArgumentException("The request has no address.", nameof(request));
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        var answer = site.Answer(new SandboxRequest(
            request.Method.Method.ToUpperInvariant(),
            new Uri(address.GetLeftPart(UriPartial.Authority) + "/"),
            UnescapePath(address.AbsolutePath),
            QueryText.Parse(address.Query),
            Headers(request),
            body));
        if (answer.Delay > TimeSpan.Zero)
            await Task.Delay(answer.Delay, site.System.Clock, cancellationToken);
        return answer.End is AnswerEnd.Dropped ? throw Broken() : Message(request, answer);
    }

    private static Dictionary<string, string> Headers(HttpRequestMessage request)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Content is null ? request.Headers : request.Headers.Concat(request.Content.Headers))
            headers[name] = string.Join(", ", values);
        return headers;
    }

    private static HttpResponseMessage Message(HttpRequestMessage request, SandboxResponse answer)
    {
        var message = new HttpResponseMessage((HttpStatusCode)answer.Status) { RequestMessage = request };
        if (answer.Body is { } body)
        {
            message.Content = answer.End is AnswerEnd.Truncated
                ? new TruncatedContent(body)
                : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            message.Content.Headers.TryAddWithoutValidation("Content-Type", answer.ContentType);
        }
        foreach (var (name, value) in answer.OwnHeaders)
        {
            // Allow and its like count as headers of the content here, whatever the protocol says.
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content.Headers.TryAddWithoutValidation(name, value);
        }
        return message;
    }

    // As Kestrel does it: an escaped slash does not part the path.
    private static string UnescapePath(string path) =>
        Uri.UnescapeDataString(path.Replace("%2F", "%252F", StringComparison.OrdinalIgnoreCase));

    private static HttpRequestException Broken() =>
        new(HttpRequestError.ResponseEnded, "The connection broke before the answer.", new IOException("Connection reset."));

    /// <summary>Promises the whole body and breaks in the middle, as a cut connection does.</summary>
    private sealed class TruncatedContent(string body) : HttpContent
    {
        private readonly byte[] bytes = Encoding.UTF8.GetBytes(body);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            throw new HttpIOException(HttpRequestError.ResponseEnded, "The connection broke in the middle of the answer.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
