using System.Globalization;
using System.Text;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Functions;

namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>The signs that a number picture is written with.</summary>
internal sealed record NumberSigns
{
    public string Decimal { get; init; } = ".";

    public string Grouping { get; init; } = ",";

    public string Exponent { get; init; } = "e";

    public string Infinity { get; init; } = "Infinity";

    public string Minus { get; init; } = "-";

    public string NotANumber { get; init; } = "NaN";

    public string Percent { get; init; } = "%";

    public string PerMille { get; init; } = "‰";

    public string Zero { get; init; } = "0";

    public string Digit { get; init; } = "#";

    public string Part { get; init; } = ";";

    public static NumberSigns From(in Value options)
    {
        var signs = new NumberSigns();
        if (options.IsUndefined) return signs;
        foreach (var (name, value) in options.Properties())
        {
            if (!value.IsText || value.Text.Length == 0) continue;
            var text = value.Text;
            signs = name switch
            {
                "decimal-separator" => signs with { Decimal = text },
                "grouping-separator" => signs with { Grouping = text },
                "exponent-separator" => signs with { Exponent = text },
                "infinity" => signs with { Infinity = text },
                "minus-sign" => signs with { Minus = text },
                "NaN" => signs with { NotANumber = text },
                "percent" => signs with { Percent = text },
                "per-mille" => signs with { PerMille = text },
                "zero-digit" => signs with { Zero = text },
                "digit" => signs with { Digit = text },
                "pattern-separator" => signs with { Part = text },
                _ => signs,
            };
        }
        return signs;
    }

    public bool IsDecimalDigit(char sign) => sign >= Zero[0] && sign <= Zero[0] + 9;

    public bool IsDigit(char sign) => IsDecimalDigit(sign) || sign == Digit[0];

    /// <summary>A sign that stands for a part of the number, but for the exponent's, which is a letter like any other outside of
    /// it.</summary>
    public bool IsActive(char sign) => IsDigit(sign) || sign == Decimal[0] || sign == Grouping[0];
}

/// <summary>One part of a number picture, for numbers from 0 up or below 0 (XPath's format-number).</summary>
internal sealed record NumberPart(
    string Prefix, string Suffix, bool IsPercent, bool IsPerMille, int IntegerMin, int Scale, int FractionMin, int FractionMax,
        int ExponentMin)
{
    public required IReadOnlyList<int> IntegerGroups { get; init; }

    /// <summary>The integer part's groups repeat at this distance; 0 when they do not.</summary>
    public required int Every { get; init; }

    public required IReadOnlyList<int> FractionGroups { get; init; }
}

/// <summary>$formatNumber.</summary>
internal static class NumberPicture
{
    // With the usual signs; others are rare.
    private static readonly Memo<NumberPart[]> Known = new(picture => Parts(picture, new NumberSigns()));

    public static string Format(double number, in Value picture, in Value options)
    {
        if (picture.IsUndefined) throw new JsonataException("T0410", value: "2");
        var signs = NumberSigns.From(options);
        var parts = options.IsUndefined ? Known.Get(picture.Text) : Parts(picture.Text, signs);
        if (double.IsNaN(number)) return signs.NotANumber;
        var part = number >= 0 ? parts[0]
            : parts.Length == 2 ? parts[1]
            : parts[0] with { Prefix = signs.Minus + parts[0].Prefix };
        return part.Prefix + (double.IsInfinity(number) ? signs.Infinity : Digits(number, part, signs)) + part.Suffix;
    }

    private static NumberPart[] Parts(string picture, NumberSigns signs)
    {
        var pictures = picture.Split(signs.Part[0]);
        if (pictures.Length > 2) throw new JsonataException("D3080");
        return [.. pictures.Select(part => NumberPictureReader.Read(part, signs))];
    }

    private static string Digits(double number, NumberPart part, NumberSigns signs)
    {
        var mantissa = Math.Abs(number) * (part.IsPercent ? 100 : part.IsPerMille ? 1000 : 1);
        var exponent = 0;
        if (part.ExponentMin > 0 && mantissa != 0)
        {
            for (; mantissa < Math.Pow(10, part.Scale - 1); mantissa *= 10) exponent--;
            for (; mantissa > Math.Pow(10, part.Scale); mantissa /= 10) exponent++;
        }
        var rounded = NumberFunctions.Round(mantissa, part.FractionMax);
        if (part.ExponentMin > 0 && part.Scale > 0 && rounded >= Math.Pow(10, part.Scale) && mantissa < rounded)
        {
            // Rounding up gave the mantissa a digit more.
            rounded /= 10;
            exponent++;
        }
        var plain = rounded.ToString("F" + part.FractionMax.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture).Split('.');
        var integer = plain[0].TrimStart('0').PadLeft(part.IntegerMin, '0');
        var fraction = (plain.Length > 1 ? plain[1] : "").TrimEnd('0').PadRight(part.FractionMin, '0');
        var made = new StringBuilder(Grouped(integer, part, signs));
        if (fraction.Length > 0) made.Append(signs.Decimal).Append(GroupedFraction(fraction, part, signs));
        if (part.ExponentMin > 0)
        {
            made.Append(signs.Exponent).Append(exponent < 0 ? signs.Minus : "")
                .Append(Family(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(part.ExponentMin, '0'), signs));
        }
        return made.ToString();
    }

    private static string Grouped(string integer, NumberPart part, NumberSigns signs)
    {
        var made = new StringBuilder();
        for (var i = 0; i < integer.Length; i++)
        {
            made.Append(Family(integer[i], signs));
            var right = integer.Length - 1 - i;
            if (right > 0 && (part.Every > 0 ? right % part.Every == 0 : part.IntegerGroups.Contains(right))) made.Append(signs.Grouping);
        }
        return made.ToString();
    }

    private static string GroupedFraction(string fraction, NumberPart part, NumberSigns signs)
    {
        var made = new StringBuilder();
        for (var i = 0; i < fraction.Length; i++)
        {
            if (i > 0 && part.FractionGroups.Contains(i)) made.Append(signs.Grouping);
            made.Append(Family(fraction[i], signs));
        }
        return made.ToString();
    }

    private static string Family(string digits, NumberSigns signs) => string.Concat(digits.Select(digit => Family(digit, signs)));

    private static char Family(char digit, NumberSigns signs) => (char)(digit - '0' + signs.Zero[0]);
}
