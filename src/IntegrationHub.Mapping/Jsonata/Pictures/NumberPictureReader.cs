using System.Numerics;

namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>Reads and checks one part of a number picture.</summary>
internal static class NumberPictureReader
{
    public static NumberPart Read(string picture, NumberSigns signs)
    {
        var first = picture.ToList().FindIndex(signs.IsActive);
        var last = picture.ToList().FindLastIndex(signs.IsActive);
        var active = first < 0 ? "" : picture[first..(last + 1)];
        var (prefix, suffix) = first < 0 ? (picture, "") : (picture[..first], picture[(last + 1)..]);
        var e = active.IndexOf(signs.Exponent[0], StringComparison.Ordinal);
        var mantissa = e < 0 ? active : active[..e];
        var exponent = e < 0 ? null : active[(e + 1)..];
        var point = mantissa.IndexOf(signs.Decimal[0], StringComparison.Ordinal);
        var integer = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? "" : mantissa[(point + 1)..];
        var mistake = Mistakes(picture, mantissa, integer, fraction, point >= 0, exponent, signs).LastOrDefault();
        if (mistake is not null) throw new JsonataException(mistake);
        return Measured(prefix, suffix, integer, fraction, exponent, signs);
    }

    private static NumberPart Measured(string prefix, string suffix, string integer, string fraction, string? exponent, NumberSigns signs)
    {
        var integerMin = integer.Count(signs.IsDecimalDigit);
        var scale = integerMin;
        var fractionMin = fraction.Count(signs.IsDecimalDigit);
        var fractionMax = fraction.Count(signs.IsDigit);
        if (integerMin == 0 && fractionMax == 0)
        {
            if (exponent is not null) (fractionMin, fractionMax) = (1, 1);
            else integerMin = 1;
        }
        if (exponent is not null && integerMin == 0 && integer.Contains(signs.Digit[0], StringComparison.Ordinal)) integerMin = 1;
        if (integerMin == 0 && fractionMin == 0) fractionMin = 1;
        var groups = Places(integer, signs, fromRight: true);
        return new NumberPart(
            prefix,
            suffix,
            (prefix + suffix).Contains(signs.Percent, StringComparison.Ordinal),
            (prefix + suffix).Contains(signs.PerMille, StringComparison.Ordinal),
            integerMin,
            scale,
            fractionMin,
            fractionMax,
            exponent?.Count(signs.IsDecimalDigit) ?? 0)
        {
            IntegerGroups = groups,
            Every = Distance(groups),
            FractionGroups = Places(fraction, signs, fromRight: false),
        };
    }

    private static List<int> Places(string part, NumberSigns signs, bool fromRight)
    {
        var places = new List<int>();
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] == signs.Grouping[0]) places.Add((fromRight ? part[i..] : part[..i]).Count(signs.IsDigit));
        }
        return places;
    }

    private static int Distance(List<int> places)
    {
        if (places.Count == 0) return 0;
        var distance = places.Aggregate(0, (gcd, place) => (int)BigInteger.GreatestCommonDivisor(gcd, place));
        for (var i = 1; i <= places.Count; i++)
        {
            if (!places.Contains(i * distance)) return 0;
        }
        return distance;
    }

    // Of several mistakes the last in the order of the specification is reported.
    private static IEnumerable<string> Mistakes(
        string picture, string mantissa, string integer, string fraction, bool hasPoint, string? exponent, NumberSigns signs)
    {
        var (point, group) = (signs.Decimal[0], signs.Grouping[0]);
        var (percents, perMilles) = (Count(picture, signs.Percent), Count(picture, signs.PerMille));
        if (Count(picture, signs.Decimal) > 1) yield return "D3081";
        if (percents > 1) yield return "D3082";
        if (perMilles > 1) yield return "D3083";
        if (percents > 0 && perMilles > 0) yield return "D3084";
        if (!mantissa.Any(signs.IsDigit)) yield return mantissa.Length == 0 ? "D3086" : "D3085";
        if (mantissa.Any(sign => !signs.IsActive(sign))) yield return "D3086";
        var at = picture.IndexOf(point, StringComparison.Ordinal);
        if (hasPoint && (at > 0 && picture[at - 1] == group || at + 1 < picture.Length && picture[at + 1] == group)) yield return "D3087";
        if (!hasPoint && integer.EndsWith(group)) yield return "D3088";
        if (picture.Contains($"{group}{group}", StringComparison.Ordinal)) yield return "D3089";
        var firstDigit = integer.ToList().FindIndex(signs.IsDecimalDigit);
        if (firstDigit >= 0 && integer.IndexOf(signs.Digit[0], firstDigit) >= 0) yield return "D3090";
        var firstOptional = fraction.IndexOf(signs.Digit[0], StringComparison.Ordinal);
        if (firstOptional >= 0 && fraction[firstOptional..].Any(signs.IsDecimalDigit)) yield return "D3091";
        if (exponent is { Length: > 0 } && percents + perMilles > 0) yield return "D3092";
        else if (exponent is not null && (exponent.Length == 0 || !exponent.All(signs.IsDecimalDigit))) yield return "D3093";
    }

    private static int Count(string picture, string sign) => picture.Split(sign).Length - 1;
}
