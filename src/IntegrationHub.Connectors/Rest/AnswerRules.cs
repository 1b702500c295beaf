using System.Text.Json;
using IntegrationHub.Connectors.Http;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>What an answer means, and what it says about itself.</summary>
/// <param name="Meaning">What the hub makes of it.</param>
/// <param name="Code">The system's error code, reduced to harmless characters; null when it gave none.</param>
/// <param name="Key">The key of an existing record.</param>
/// <param name="Wait">The wait that a rule asks for.</param>
/// <param name="ByRule">A rule of the description decided, not the status alone.</param>
internal sealed record Verdict(AnswerMeaning Meaning, string? Code = null, string? Key = null, TimeSpan? Wait = null, bool ByRule = false);

/// <summary>Decides what answers mean: the description's rules in their order, then the status.</summary>
internal sealed class AnswerRules(IReadOnlyList<AnswerRule> rules)
{
    /// <summary>The codes that the rules compare with.</summary>
    private readonly HashSet<string> known =
    [
        .. rules.SelectMany(static rule => (rule.In ?? []).Select(static one => (JsonElement?)one).Append(rule.Same))
            .Select(static one => JsonPath.Text(one)).OfType<string>(),
    ];

    /// <param name="status">The HTTP status, of the answer or of one result in it.</param>
    /// <param name="body">The answer or the result; null when it is not JSON.</param>
    /// <param name="response">The answer's headers; null for a result.</param>
    public Verdict Judge(int status, JsonElement? body, HttpResponseMessage? response)
    {
        foreach (var rule in rules)
        {
            if (Fits(rule.Status, status) && Holds(rule, rule.Header, body, response))
            {
                return new(rule.Outcome, Code(body, rule.Code ?? rule.Path), KeyOf(rule, body),
                    rule.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, ByRule: true);
            }
        }

        return new(ByStatus(status));
    }

    public static bool Holds(Condition condition, JsonElement body) => Holds(condition, null, body, null);

    /// <summary>A code for logs and dead letters. A vendor's text may hold anything: what the description names passes, and of anything
    /// else what is known to be harmless.</summary>
    public string? Code(JsonElement? body, string? path) =>
        path is null || body is not { } found || JsonPath.Text(found, path) is not { } text ? null
        : known.Contains(text) ? text
        : VendorText.Code(text);

    private static AnswerMeaning ByStatus(int status) => status switch
    {
        (>= 200 and < 300) or 304 => AnswerMeaning.Ok,
        < 400 => AnswerMeaning.Blocked,
        401 => AnswerMeaning.TokenExpired,
        402 or 403 => AnswerMeaning.Blocked,
        404 or 410 => AnswerMeaning.Missing,
        408 => AnswerMeaning.Transient,
        409 => AnswerMeaning.AlreadyExists,
        412 => AnswerMeaning.ChangedMeanwhile,
        423 or 425 => AnswerMeaning.RetryRecord,
        429 => AnswerMeaning.Throttled,
        < 500 => AnswerMeaning.Rejected,
        _ => AnswerMeaning.Transient,
    };

    private static bool Fits(List<string> statuses, int status) => statuses.Count == 0 || statuses.Exists(text =>
        text.Length == 3 && text.EndsWith("xx", StringComparison.OrdinalIgnoreCase) ? text[0] - '0' == status / 100 : text == status.ToString());

    private static bool Holds(Condition condition, string? header, JsonElement? body, HttpResponseMessage? response)
    {
        JsonElement? value;
        string? text;
        if (header is not null)
        {
            value = null;
            text = response is null ? null : HeaderText.Of(response, header);
            if (condition.Exists is { } mustBe && mustBe != text is not null)
                return false;
            if (text is null)
                return condition.Exists is false;
        }
        else if (condition.Path is not null)
        {
            value = body is { } json ? JsonPath.Find(json, condition.Path) : null;
            text = JsonPath.Text(value);
            var isThere = value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };
            if (condition.Exists is { } mustBe ? mustBe != isThere : value is null)
                return false;
        }
        else
        {
            return true;
        }

        return (condition.Same is null || JsonPath.Same(value, condition.Same) || (text is not null && text == JsonPath.Text(condition.Same)))
            && (condition.In is null || condition.In.Exists(one => JsonPath.Same(value, one) || (text is not null && text == JsonPath.Text(one))))
            && (condition.Contains is null || text?.Contains(condition.Contains, StringComparison.OrdinalIgnoreCase) == true)
            && (condition.StartsWith is null || text?.StartsWith(condition.StartsWith, StringComparison.OrdinalIgnoreCase) == true);
    }

    private static string? KeyOf(AnswerRule rule, JsonElement? body)
    {
        if (rule.Key is null || body is not { } json || JsonPath.Text(json, rule.Key) is not { } text)
            return null;
        if (rule.KeyAfter is null)
            return text;
        var at = text.IndexOf(rule.KeyAfter, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var key = text[(at + rule.KeyAfter.Length)..].TrimStart();
        var end = key.AsSpan().IndexOfAny(" ,;.\"'");
        return end < 0 ? key : key[..end];
    }
}
