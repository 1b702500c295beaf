using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>One answer, whole and judged.</summary>
internal sealed class RestAnswer(HttpResponseMessage response, byte[] bytes, JsonElement? body, Verdict verdict, string connection)
{
    public int Status { get; } = (int)response.StatusCode;

    public Verdict Verdict { get; } = verdict;

    /// <summary>The body; null when it is empty or not JSON.</summary>
    public JsonElement? Body { get; } = body;

    public bool IsEmpty { get; } = bytes.Length == 0;

    /// <summary>There is a body, and it is not JSON.</summary>
    public bool IsUnreadable => Body is null && !IsEmpty;

    /// <summary>The system's own clock.</summary>
    public DateTimeOffset? Date => response.Headers.Date;

    public Uri Address => response.RequestMessage!.RequestUri!;

    /// <summary>The error code for results: the system's own, else the status.</summary>
    public string Code => $"rest.{Verdict.Code ?? Status.ToString()}";

    /// <summary>A value in the body, or in a header when the path starts with <c>header:</c>.</summary>
    public string? Text(string path) => path.StartsWith("header:", StringComparison.Ordinal)
        ? HeaderText.Of(response, path["header:".Length..])
        : Body is { } json ? JsonPath.Text(json, path) : null;

    /// <summary>The failure of a read or look-up as a whole.</summary>
    public ConnectorException Failure(string what)
    {
        var (kind, remedy) = Verdict.Meaning switch
        {
            AnswerMeaning.Transient or AnswerMeaning.RetryRecord or AnswerMeaning.Unknown => (FailureKind.Transient, "The hub tries again by itself."),
            AnswerMeaning.Missing => (FailureKind.Blocked, "Check the path in the description."),
            AnswerMeaning.Blocked when Status is >= 300 and < 400 => (FailureKind.Blocked, "The system has moved: set the base URL to its new address."),
            AnswerMeaning.Blocked => (FailureKind.Blocked, "Check what the credential may do."),
            _ => (FailureKind.Rejected, "Check the request in the description."),
        };
        return new(kind, Code, $"{connection}: {what} was answered with HTTP {Status}{(Verdict.Code is { } code ? $", code {code}" : "")}. {remedy}");
    }

    public ConnectorException NotJson(string what) => new(FailureKind.Transient, "rest.json",
        $"{connection}: {what} was answered with HTTP {Status} and something that is not JSON ({bytes.Length} bytes). Check that the base URL leads to the API and not to a page.");
}
