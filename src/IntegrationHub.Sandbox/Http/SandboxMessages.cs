using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>A request as both doors hand it in.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="BaseAddress">Where the system starts, with a slash at the end; links in answers begin with it.</param>
/// <param name="Path">Below the base address, unescaped, with a slash at the start.</param>
/// <param name="Query">The first value of each name, unescaped.</param>
/// <param name="Headers">By name, case ignored.</param>
/// <param name="Body">The body as text; null without one.</param>
internal sealed record SandboxRequest(
    string Method,
    Uri BaseAddress,
    string Path,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers,
    string? Body)
{
    public string[] Segments { get; } = Path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string? Parameter(string name) => Query.GetValueOrDefault(name);

    /// <summary>The body as an object.</summary>
    /// <exception cref="BadRequestException">It is no JSON object.</exception>
    public JsonObject Json()
    {
        try
        {
            return JsonNode.Parse(Body ?? "") as JsonObject ?? throw new BadRequestException("The body must be a JSON object.");
        }
        catch (JsonException)
        {
            throw new BadRequestException("The body is not JSON.");
        }
        catch (ArgumentException)
        {
            throw new BadRequestException("The body names a property twice.");
        }
    }

    /// <summary>A whole number between bounds.</summary>
    /// <exception cref="BadRequestException">The parameter is something else.</exception>
    public int Count(string name, int otherwise, int max = int.MaxValue) => Parameter(name) switch
    {
        null => otherwise,
        var text when int.TryParse(text, out var number) && number >= 1 => Math.Min(number, max),
        _ => throw new BadRequestException($"'{name}' must be a whole number from 1."),
    };

    /// <summary>A time; null when the parameter is not there.</summary>
    /// <exception cref="BadRequestException">The parameter is no ISO 8601 time.</exception>
    public DateTimeOffset? Time(string name) => Parameter(name) switch
    {
        null => null,
        var text when SandboxTime.TryParse(text, out var time) => time,
        _ => throw new BadRequestException($"'{name}' must be an ISO 8601 time."),
    };
}

/// <summary>The caller's mistake in the form of a request; answered 400.</summary>
internal sealed class BadRequestException(string message) : Exception(message);

/// <summary>How much of an answer reaches the caller.</summary>
internal enum AnswerEnd
{
    Whole,

    /// <summary>Nothing: the connection breaks.</summary>
    Dropped,

    /// <summary>Half the body, then the connection breaks.</summary>
    Truncated,
}

/// <summary>An answer for both doors to give.</summary>
internal sealed record SandboxResponse(int Status)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>JSON unless the headers say otherwise; null for no body.</summary>
    public string? Body { get; init; }

    /// <summary>The headers that are not about the body.</summary>
    public IEnumerable<KeyValuePair<string, string>> OwnHeaders =>
        Headers.Where(header => !header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase));

    public string ContentType => Headers.TryGetValue("Content-Type", out var type) ? type : "application/json; charset=utf-8";

    /// <summary>How long the answer is held back.</summary>
    public TimeSpan Delay { get; init; }

    public AnswerEnd End { get; init; }

    public static SandboxResponse Json(int status, JsonNode body, params (string Name, string Value)[] headers) => new(status)
    {
        Body = body.ToJsonString(Readable),
        Headers = headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase),
    };
}
