using System.ComponentModel;
using System.Text.Json.Serialization;

namespace IntegrationHub.Connectors.Rest.Vocabulary;

internal sealed record WebhookOptions
{
    [Description("How a call proves that it comes from the system. Without it no call is believed.")]
    public required SignatureOptions Signature { get; init; }

    [Description("Path of an array of events in the body; empty when the body is one event, or an array of them.")]
    public string Events { get; init; } = "";

    [Description("Path of the event's own id, or 'header:webhook-id'. Default: the call's id of the standard, else the bytes of the body count.")]
    public string? Id { get; init; }

    [Description("Path of the key of the record that changed. Default: the mapping's key, within the record.")]
    public string? Key { get; init; }

    [Description("Path of the whole record as reads show it; empty for the event itself. Without it events only name records, and the hub looks them up.")]
    public string? Record { get; init; }

    [Description("When an event tells of a deletion; its path may be 'header:X-Topic'.")]
    public Condition? Deleted { get; init; }
}

internal sealed record SignatureOptions
{
    [Description("standard: the headers webhook-id, webhook-timestamp and webhook-signature of Standard Webhooks; the secret may start with whsec_. hmac: as the keywords below say.")]
    public SignatureKind Kind { get; init; }

    [Description("The secret. Default {credentials.webhookSecret}.")]
    public string Secret { get; init; } = "{credentials.webhookSecret}";

    [Description("hmac: the header that carries the signature.")]
    public string? Header { get; init; }

    [Description("hmac: what is signed, of {body}, {timestamp}, {id}, options and plain text, such as '{timestamp}.{body}'. Default {body}.")]
    public string Signed { get; init; } = "{body}";

    [Description("hmac: how the signature is written: base64 or hex. Default base64.")]
    public SignatureEncoding Encoding { get; init; }

    [Description("hmac: what stands in front of the signature, such as 'sha256='.")]
    public string Prefix { get; init; } = "";

    [Description("hmac: the header that carries the time of the call, in epoch seconds or milliseconds. Without it an old call is only known by its id.")]
    public string? TimestampHeader { get; init; }

    [Description("hmac: the header that carries the call's id.")]
    public string? IdHeader { get; init; }

    [Description("How far the time of a call may lie from the hub's, to either side. Default 00:05:00.")]
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);
}

internal enum SignatureKind
{
    Standard,
    Hmac,
}

[JsonConverter(typeof(JsonStringEnumConverter<SignatureEncoding>))]
internal enum SignatureEncoding
{
    [JsonStringEnumMemberName("base64")]
    Base64,

    [JsonStringEnumMemberName("hex")]
    Hex,
}
