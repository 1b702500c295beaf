namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>Makes a moment of the components that a picture found. Greater ones that are missing are today's, smaller ones the
/// first.</summary>
internal static class DateAssembly
{
    public static double Millis(Dictionary<char, double> found, DateTimeOffset now)
    {
        var byDayOfYear = found.ContainsKey('d') && !found.ContainsKey('M') && !found.ContainsKey('D');
        var byWeek = found.Keys.Any(sign => sign is 'X' or 'x' or 'W' or 'w') && !found.ContainsKey('Y') && !found.ContainsKey('M')
            && !found.ContainsKey('D');
        // Weeks do not make a date that can be read back in this language.
        if (byWeek) throw new JsonataException("D3136");
        var halves = found.ContainsKey('P') || found.ContainsKey('h');
        // A year of two digits is one of the last century, as ECMAScript has it.
        if (found.GetValueOrDefault('Y', -1) is >= 0 and < 100) found['Y'] += 1900;
        Complete(found, (byDayOfYear ? "Yd" : "YMD") + (halves ? "Phmsf" : "Hmsf"), now);
        var days = byDayOfYear
            ? Calendar.Days((long)found['Y'], 1, 1) + (long)found['d'] - 1
            : Days(found['Y'], found['M'], found['D']);
        var hour = halves ? found['h'] % 12 + (found['P'] == 1 ? 12 : 0) : found['H'];
        var offset = found.GetValueOrDefault('Z', found.GetValueOrDefault('z'));
        var millis = days * Calendar.DayMillis + ((hour * 60 + found['m'] - offset) * 60 + found['s']) * 1000 + found['f'];
        return Math.Abs(millis) <= Calendar.MillisMax ? millis : throw new JsonataException("D1001");
    }

    private static void Complete(Dictionary<char, double> found, string components, DateTimeOffset now)
    {
        var begun = false;
        var ended = false;
        foreach (var sign in components)
        {
            if (found.ContainsKey(sign))
            {
                begun = true;
                if (ended) throw new JsonataException("D3136");
                continue;
            }
            ended |= begun;
            found[sign] = begun ? (sign is 'M' or 'D' or 'd' ? 1 : 0) : Today(sign, now.UtcDateTime);
        }
    }

    private static double Today(char sign, DateTime now) => sign switch
    {
        'Y' => now.Year,
        'M' => now.Month,
        'D' => now.Day,
        'd' => now.DayOfYear,
        'P' => now.Hour >= 12 ? 1 : 0,
        'H' => now.Hour,
        'h' => now.Hour % 12,
        'm' => now.Minute,
        's' => now.Second,
        _ => now.Millisecond,
    };

    // A month beyond the year's end counts on into the next years.
    private static long Days(double year, double month, double day)
    {
        if (!(Math.Abs(year) < 300_000 && month < 1_000_000 && day < 1e9)) throw new JsonataException("D1001");
        var months = (long)Math.Max(month, 1) - 1;
        return Calendar.Days((long)year + months / 12, (int)(months % 12) + 1, (long)day);
    }
}
