using System.Globalization;

namespace IntegrationHub.Sandbox;

/// <summary>Times as the systems write and read them: ISO 8601, UTC, with <c>Z</c>.</summary>
internal static class SandboxTime
{
    public static string Milliseconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Seconds(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out time);
    }

    public static DateTimeOffset Cut(DateTimeOffset time, TimeSpan grain) =>
        new(time.UtcTicks - (time.UtcTicks % Math.Max(1, grain.Ticks)), TimeSpan.Zero);
}
