using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using IntegrationHub.Connectors.Rest.Vocabulary;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Times as systems write them. A time without an offset is UTC.</summary>
internal static partial class SourceTime
{
    public static DateTimeOffset? Of(JsonElement? value) => JsonPath.Text(value) is { } text ? Of(text) : null;

    /// <summary>ISO 8601 with any offset (also <c>+0000</c>), <c>yyyy-MM-dd HH:mm:ss</c>, epoch seconds or milliseconds, <c>/Date(ms)/</c>, an HTTP date.</summary>
    public static DateTimeOffset? Of(string text)
    {
        if (EpochDate().Match(text) is { Success: true } epoch)
            text = epoch.Groups["ms"].Value;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return OfEpoch(number);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var time)
            ? time.ToUniversalTime()
            : null;
    }

    /// <summary>The time in the system's notation, cut (never rounded up) to its unit.</summary>
    public static string Format(DateTimeOffset time, TimeFormat format)
    {
        var utc = time.UtcDateTime;
        return format switch
        {
            TimeFormat.IsoSeconds => utc.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            TimeFormat.IsoMicros => utc.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            TimeFormat.EpochMs => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            TimeFormat.EpochSeconds => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            TimeFormat.Odata => $"datetime'{utc.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)}'",
            TimeFormat.Sql => utc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            TimeFormat.HttpDate => utc.ToString("R", CultureInfo.InvariantCulture),
            _ => utc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The smallest step of a notation.</summary>
    public static TimeSpan Unit(TimeFormat format) => format switch
    {
        TimeFormat.Iso or TimeFormat.EpochMs => TimeSpan.FromMilliseconds(1),
        TimeFormat.IsoMicros => TimeSpan.FromMicroseconds(1),
        _ => TimeSpan.FromSeconds(1),
    };

    private static DateTimeOffset? OfEpoch(decimal number) => number switch
    {
        > -62_135_596_800 and < 100_000_000_000 => DateTimeOffset.UnixEpoch.AddTicks((long)(number * TimeSpan.TicksPerSecond)),
        >= 100_000_000_000 and < 250_000_000_000_000 => DateTimeOffset.UnixEpoch.AddTicks((long)(number * TimeSpan.TicksPerMillisecond)),
        _ => null,
    };

    [GeneratedRegex(@"^/Date\((?<ms>-?\d{1,16})([+-]\d{4})?\)/$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex EpochDate();
}
