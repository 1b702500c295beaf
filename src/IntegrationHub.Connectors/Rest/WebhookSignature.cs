using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Checks who sent a call and when: HMAC-SHA-256 over id, time and body (Standard Webhooks 1.0), or as a description says.</summary>
internal sealed class WebhookSignature(SignatureOptions options, TemplateValues values, TimeProvider clock)
{
    private const string SecretPrefix = "whsec_";

    /// <summary>The id of the call as its headers give it; null when they give none.</summary>
    public string? IdOf(WebhookCall call) => Header(call, options.Kind == SignatureKind.Standard ? "webhook-id" : options.IdHeader);

    /// <returns>Null when the call is genuine and fresh; else what is wrong with it.</returns>
    public (WebhookVerdict Verdict, string Problem)? Refusal(WebhookCall call)
    {
        if (Secret() is not { Length: > 0 } secret)
            return (WebhookVerdict.Forged, "No secret is configured, so nothing can be believed. Put webhookSecret into the connection's credentials.");
        var time = Header(call, options.Kind == SignatureKind.Standard ? "webhook-timestamp" : options.TimestampHeader);
        var expected = HMACSHA256.HashData(secret, Signed(call, time));
        if (!Signatures(call).Any(given => CryptographicOperations.FixedTimeEquals(given, expected)))
            return (WebhookVerdict.Forged, "The signature is missing or wrong.");
        var needsTime = options.Kind == SignatureKind.Standard || options.TimestampHeader is not null;
        return !needsTime || IsFresh(time) ? null : (WebhookVerdict.Stale, "The call is too old, or comes from the future.");
    }

    private bool IsFresh(string? time)
    {
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 100_000_000_000_000)
            return false;
        var sent = number > 100_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(number) : DateTimeOffset.FromUnixTimeSeconds(number);
        return (clock.GetUtcNow() - sent).Duration() <= options.Tolerance;
    }

    private byte[]? Secret()
    {
        if (Template.Text(options.Secret, values, encode: false) is not { Length: > 0 } text)
            return null;
        if (options.Kind != SignatureKind.Standard || !text.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(text);
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text[SecretPrefix.Length..], key, out var length) ? key[..length] : null;
    }

    private byte[] Signed(WebhookCall call, string? time)
    {
        var template = options.Kind == SignatureKind.Standard ? "{id}.{timestamp}.{body}" : options.Signed;
        var signed = new List<byte>(call.Body.Length + 128);
        // The body is taken as the bytes that came, never as a text that was read and written again.
        var parts = template.Split("{body}");
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0)
                signed.AddRange(call.Body.Span);
            var filled = parts[i].Replace("{id}", IdOf(call), StringComparison.Ordinal).Replace("{timestamp}", time, StringComparison.Ordinal);
            signed.AddRange(Encoding.UTF8.GetBytes(Template.Text(filled, values, encode: false) ?? ""));
        }

        return [.. signed];
    }

    // The standard allows several, for a secret that is being changed.
    private IEnumerable<byte[]> Signatures(WebhookCall call)
    {
        if (options.Kind == SignatureKind.Hmac)
        {
            if (Header(call, options.Header) is { } one && one.StartsWith(options.Prefix, StringComparison.OrdinalIgnoreCase) && Bytes(one[options.Prefix.Length..]) is { } bytes)
                yield return bytes;
            yield break;
        }

        foreach (var signature in (Header(call, "webhook-signature") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (signature.StartsWith("v1,", StringComparison.Ordinal) && Bytes(signature[3..]) is { } bytes)
                yield return bytes;
        }
    }

    private byte[]? Bytes(string text)
    {
        var bytes = new byte[text.Length];
        if (options.Kind == SignatureKind.Hmac && options.Encoding == SignatureEncoding.Hex)
            return Convert.FromHexString(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done ? bytes[..written] : null;
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static string? Header(WebhookCall call, string? name) => name is null ? null
        : call.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
