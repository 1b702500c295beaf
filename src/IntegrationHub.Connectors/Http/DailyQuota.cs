using System.Globalization;

namespace IntegrationHub.Connectors.Http;

/// <summary>Calls of one UTC day: our own count, corrected by what the system says. Used under the governor's lock.</summary>
internal sealed class DailyQuota
{
    private DateOnly day;
    private int used;
    private int? limitLearnt;

    public void Count(DateTimeOffset now)
    {
        Turn(now);
        used++;
    }

    /// <returns>The time until the next UTC day when no call is left; null when there is one.</returns>
    public TimeSpan? WaitAt(DateTimeOffset now, BudgetSettings budget, bool isBulk)
    {
        Turn(now);
        var limit = budget.DailyCalls is { } set && limitLearnt is { } said ? Math.Min(set, said) : budget.DailyCalls ?? limitLearnt;
        if (limit is not { } calls)
            return null;
        var usable = isBulk ? (int)(calls * (1 - budget.DailyReserve)) : calls;
        return used < usable ? null : now.UtcDateTime.Date.AddDays(1) - now.UtcDateTime;
    }

    public void Learn(BudgetSignals signals, HttpResponseMessage response, DateTimeOffset now)
    {
        Turn(now);
        if (signals.DailyUse is { } name && HeaderText.Of(response, name) is { } text && TryReadUse(text, out var counted, out var limit))
        {
            limitLearnt = limit;
            used = Math.Max(used, counted);
        }

        if (signals.DailyRemaining is { } remaining && HeaderText.Number(response, remaining) is { } left)
            limitLearnt = used + (int)Math.Clamp(left, 0, int.MaxValue / 2);
    }

    // The system's own window may be a rolling one; at the turn of the day its next answer corrects the count again.
    private void Turn(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (today == day)
            return;
        day = today;
        used = 0;
        limitLearnt = null;
    }

    private static bool TryReadUse(string text, out int used, out int limit)
    {
        used = limit = 0;
        var slash = text.IndexOf('/');
        if (slash < 0)
            return false;
        int start = slash, end = slash + 1;
        while (start > 0 && char.IsAsciiDigit(text[start - 1]))
            start--;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return int.TryParse(text.AsSpan(start, slash - start), NumberStyles.None, CultureInfo.InvariantCulture, out used)
            && int.TryParse(text.AsSpan(slash + 1, end - slash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out limit);
    }
}

/// <summary>Reads response headers, wherever .NET files them.</summary>
internal static class HeaderText
{
    public static string? Of(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    public static double? Number(HttpResponseMessage response, string name) =>
        double.TryParse(Of(response, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
