using System.Buffers;
using System.Globalization;
using System.Text;

namespace IntegrationHub.Audit;

/// <summary>
/// One line of the audit log: a sync event, an access or an administrative act. It names records by the hub's own numbers and values by
/// keyed digests; no personal value, and no plain hash of one, is ever in it, so the log can outlive an erasure.
/// </summary>
public sealed record AuditEntry
{
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: <c>hub</c> for the hub itself, otherwise a user's or the operating system account's name.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done, such as <c>golden.changed</c> or <c>delivery.settled</c>.</summary>
    public required string Action { get; init; }

    /// <summary>To what, such as <c>customer/17</c> or <c>record/4711</c>.</summary>
    public required string Object { get; init; }

    public required string Outcome { get; init; }

    /// <summary>The connection and stream concerned, such as <c>crm/contacts</c>.</summary>
    public string? System { get; init; }

    /// <summary>Keyed digest of the state before, in hexadecimal; null when there was none.</summary>
    public string? Before { get; init; }

    /// <summary>Keyed digest of the state after, in hexadecimal; null when there is none.</summary>
    public string? After { get; init; }

    /// <summary>A code that says why; never free text from outside.</summary>
    public string? Reason { get; init; }

    /// <summary>The canonical paths concerned, in ordinal order, a line feed between two; null when no fields are.</summary>
    public string? Fields { get; init; }

    /// <summary>What belongs together, such as an effect key or a run.</summary>
    public string? Correlation { get; init; }

    /// <summary>Which attempt of the effect that <see cref="Correlation"/> names, from 1. An effect keeps its key through all its attempts; one that was put back
    /// without being charged comes again under the same number. Null when nothing was attempted.</summary>
    public int? Attempt { get; init; }

    /// <summary>The version of the mapping or policy that decided.</summary>
    public string? Configuration { get; init; }

    /// <summary>
    /// The bytes that are hashed: a JSON object after RFC 8785 (members in ordinal order, no white space, minimal escapes) whose values are
    /// texts only. Members that are null are left out. The time is UTC with milliseconds, <c>2026-11-21T10:00:00.000Z</c>.
    /// </summary>
    public byte[] ToCanonicalBytes()
    {
        var text = new StringBuilder(256).Append('{');
        Member(text, "action", Action);
        Member(text, "actor", Actor);
        Member(text, "after", After);
        Member(text, "at", At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Member(text, "attempt", Attempt?.ToString(CultureInfo.InvariantCulture));
        Member(text, "before", Before);
        Member(text, "configuration", Configuration);
        Member(text, "correlation", Correlation);
        Member(text, "fields", Fields);
        Member(text, "object", Object);
        Member(text, "outcome", Outcome);
        Member(text, "reason", Reason);
        Member(text, "system", System);
        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }

    private static void Member(StringBuilder text, string name, string? value)
    {
        if (value is null)
            return;
        if (text.Length > 1)
            text.Append(',');
        text.Append('"').Append(name).Append("\":\"");
        if (value.AsSpan().IndexOfAny(Escaped) < 0)
            text.Append(value);
        else
            AppendEscaped(text, value);
        text.Append('"');
    }

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code), '"', '\\', .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    // RFC 8785, 3.2.2.2. A lone surrogate has no UTF-8 form; it becomes U+FFFD so that any text has canonical bytes.
    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var rune in value.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < 32 => text.Append("\\u").Append(rune.Value.ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(rune.ToString()),
            };
        }
    }
}
