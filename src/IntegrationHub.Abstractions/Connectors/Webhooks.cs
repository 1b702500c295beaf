namespace IntegrationHub.Abstractions;

/// <summary>A call that an external system made by itself, as it came in.</summary>
/// <param name="Headers">By name, whatever the case.</param>
/// <param name="Body">The bytes that were signed.</param>
public sealed record WebhookCall(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public override string ToString() => $"{Body.Length} bytes";
}

/// <summary>What a call turned out to be.</summary>
public enum WebhookVerdict
{
    /// <summary>From the system, and fresh.</summary>
    Genuine,

    /// <summary>The signature is missing or wrong.</summary>
    Forged,

    /// <summary>Rightly signed, but too old or from the future: a recorded call that is played again.</summary>
    Stale,

    /// <summary>Genuine, but not what the description says.</summary>
    Malformed,
}

/// <summary>One change that a call tells of.</summary>
/// <param name="Id">The event's own id: the same for every time that it is sent.</param>
/// <param name="Key">The record that changed.</param>
/// <param name="Record">The record as the call shows it; null when it only names it.</param>
public sealed record WebhookEvent(string Id, string Key, RawRecord? Record)
{
    public override string ToString() => Record is null ? "names a record" : $"shows a record: {Record}";
}

/// <summary>A call, judged and taken apart.</summary>
/// <param name="Problem">What is wrong with it and what to do, without a value of it; null when it is genuine.</param>
public sealed record WebhookReading(WebhookVerdict Verdict, IReadOnlyList<WebhookEvent> Events, string? Problem = null);

/// <summary>Understands the calls by which a system tells of changes.</summary>
public interface IWebhookSource
{
    /// <summary>Whether the stream is described so that calls can be judged: what is not described is not listened to.</summary>
    bool Listens(string stream);

    /// <summary>Judges a call and takes it apart. Calls no system.</summary>
    /// <param name="stream">A stream that <see cref="Listens"/>.</param>
    WebhookReading Read(string stream, WebhookCall call);
}
