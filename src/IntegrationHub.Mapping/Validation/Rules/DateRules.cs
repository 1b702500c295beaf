using System.Globalization;

namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>Calendar dates of ISO 8601 (<c>yyyy-MM-dd</c>, RFC 3339 full-date) that exist, 1850 to 2200.</summary>
/// <remarks>The years are bounds of sense: what lies outside is a placeholder (0001, 1753, 9999) or a slip.</remarks>
internal sealed class DateRule : FieldRule
{
    private const int YearMin = 1850;
    private const int YearMax = 2200;

    public override string Name => "date";

    public override string Expected =>
        "A date that exists, written 2026-03-01, from 1850 to 2200. Map a system's placeholder date to empty.";

    public override bool Accepts(string text) => TryRead(text, out _);

    public static bool TryRead(ReadOnlySpan<char> text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
        && date.Year is >= YearMin and <= YearMax;
}

/// <summary>A <see cref="DateRule"/> date that is not in the future.</summary>
internal sealed class BirthDateRule(TimeProvider clock) : FieldRule
{
    public override string Name => "birthDate";

    public override string Expected =>
        "A date of birth that exists and has come, written 1985-03-01, from 1850 on. Map a system's placeholder date to empty.";

    // Somewhere on Earth it is up to 14 hours later than UTC: a child born there today has a date that UTC has not reached.
    public override bool Accepts(string text) =>
        DateRule.TryRead(text, out var date) && date <= DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddHours(14));
}

/// <summary>Moments of RFC 3339 (a profile of ISO 8601): date, time and offset from UTC.</summary>
/// <remarks>Seconds may be left away, and have up to nine decimals. A leap second is refused: .NET cannot hold it.</remarks>
internal sealed class DateTimeRule : FieldRule
{
    private const int DateLength = 10;

    public override string Name => "dateTime";

    public override string Expected =>
        "A moment with its offset, written 2026-03-01T09:30:00Z or 2026-03-01T09:30:00+08:00. Give the mapping the zone of local times.";

    public override bool Accepts(string text) =>
        text.Length > DateLength
        && text[DateLength] == 'T'
        && DateRule.TryRead(text.AsSpan(0, DateLength), out _)
        && IsTimeWithOffset(text.AsSpan(DateLength + 1));

    private static bool IsTimeWithOffset(ReadOnlySpan<char> text)
    {
        if (!TryReadHoursAndMinutes(ref text, hoursMax: 23))
            return false;
        if (text is [':', ..] && !TryReadSeconds(ref text))
            return false;
        if (text is "Z")
            return true;
        return text is ['+' or '-', ..] && TryReadOffset(text[1..]);
    }

    private static bool TryReadOffset(ReadOnlySpan<char> text) => TryReadHoursAndMinutes(ref text, hoursMax: 14) && text.IsEmpty;

    private static bool TryReadHoursAndMinutes(ref ReadOnlySpan<char> text, int hoursMax)
    {
        if (text.Length < 5 || text[2] != ':' || !IsTwoDigits(text, hoursMax) || !IsTwoDigits(text[3..], 59))
            return false;
        text = text[5..];
        return true;
    }

    private static bool TryReadSeconds(ref ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || !IsTwoDigits(text[1..], 59))
            return false;
        text = text[3..];
        if (text is not ['.', ..])
            return true;
        var decimals = text[1..].IndexOfAnyExceptInRange('0', '9');
        if (decimals is < 1 or > 9)
            return false;
        text = text[(decimals + 1)..];
        return true;
    }

    private static bool IsTwoDigits(ReadOnlySpan<char> text, int max) =>
        char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1]) && ((text[0] - '0') * 10) + text[1] - '0' <= max;
}
