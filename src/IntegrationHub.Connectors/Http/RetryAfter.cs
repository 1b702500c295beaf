using System.Globalization;

namespace IntegrationHub.Connectors.Http;

/// <summary>How long a system asks to be left alone.</summary>
internal static class RetryAfter
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    /// <summary>The wait that <c>Retry-After</c> asks for, as seconds or as an HTTP date (RFC 9110, 10.2.3). A date is measured against
    /// the answer's own <c>Date</c> when it has one, so that a clock that differs from ours does not shorten the wait.</summary>
    public static TimeSpan? Of(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.Headers.RetryAfter is { } parsed)
        {
            return parsed.Delta is { } delta ? Within(delta)
                : parsed.Date is { } date ? Within(date - (response.Headers.Date ?? now))
                : null;
        }

        // Some systems send fractions of a second, which the header's own grammar refuses.
        return response.Headers.TryGetValues("Retry-After", out var texts)
            && double.TryParse(texts.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds)
            ? Within(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Longest.TotalSeconds)))
            : null;
    }

    /// <summary>A moment given as seconds from now, epoch seconds, epoch milliseconds or HTTP date.</summary>
    public static TimeSpan? OfReset(string text, DateTimeOffset now)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number switch
            {
                > 1e11 and < 1e14 => Within(DateTimeOffset.FromUnixTimeMilliseconds((long)number) - now),
                > 1e9 and <= 1e11 => Within(DateTimeOffset.FromUnixTimeSeconds((long)number) - now),
                >= 0 and <= 1e9 => Within(TimeSpan.FromSeconds(Math.Min(number, Longest.TotalSeconds))),
                _ => null,
            };
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? Within(moment - now) : null;
    }

    private static TimeSpan Within(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;
}
