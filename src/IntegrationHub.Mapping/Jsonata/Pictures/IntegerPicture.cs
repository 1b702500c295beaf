using System.Globalization;
using System.Numerics;
using System.Text;

namespace IntegrationHub.Mapping.Jsonata.Pictures;

internal enum IntegerStyle { Decimal, Letters, Roman, Words }

internal enum LetterCase { Lower, Upper, Title }

/// <summary>How a whole number is written: the pictures of XPath's format-integer.</summary>
internal sealed record IntegerPicture(IntegerStyle Style, LetterCase Case = LetterCase.Lower)
{
    private static readonly (int Value, string Sign)[] RomanSigns =
    [
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
            (4, "iv"), (1, "i"),
    ];

    private static readonly Memo<IntegerPicture> Known = new(Read);

    /// <summary>Digits that are always there.</summary>
    public int Mandatory { get; init; }

    public int Optional { get; init; }

    /// <summary>The zero of the digits' family.</summary>
    public char Zero { get; init; } = '0';

    public bool IsOrdinal { get; init; }

    /// <summary>Grouping separators, each with the number of digits to its right.</summary>
    public IReadOnlyList<(int Place, char Sign)> Separators { get; init; } = [];

    /// <summary>The separators repeat at this distance; 0 when they stand only where the picture has them.</summary>
    public int Every { get; init; }

    /// <exception cref="JsonataException">D3130 or D3131: not a picture of this kind.</exception>
    public static IntegerPicture Parse(string picture) => Known.Get(picture);

    public string Format(double number)
    {
        if (!double.IsFinite(number)) throw new JsonataException("D1001");
        var magnitude = Math.Abs(number);
        var sign = number < 0 ? "-" : "";
        return Style switch
        {
            IntegerStyle.Letters => sign + Cased(Letters(magnitude)),
            IntegerStyle.Roman => sign + Cased(Roman(magnitude)),
            IntegerStyle.Words => CasedWords(EnglishNumbers.Write(number, IsOrdinal)),
            _ => sign + Digits(magnitude) + (IsOrdinal ? OrdinalSuffix(magnitude) : ""),
        };
    }

    /// <summary>The number that a text of this picture says; null when it is not one.</summary>
    public double? ReadWhole(string text)
    {
        if (Style != IntegerStyle.Decimal && text.StartsWith('-')) return -ReadWhole(text[1..]);
        switch (Style)
        {
            case IntegerStyle.Letters: return ReadLetters(text);
            case IntegerStyle.Roman: return ReadRoman(text);
            case IntegerStyle.Words: return EnglishNumbers.Read(text);
        }
        var digits = new StringBuilder();
        var end = IsOrdinal && text.Length > 2 && char.IsAsciiLetter(text[^1]) ? text.Length - 2 : text.Length;
        for (var i = 0; i < end; i++)
        {
            if (Digit(text[i]) is { } digit) digits.Append(digit);
            else if (i == 0 && text[i] == '-') digits.Append('-');
            else if (!Separators.Any(separator => separator.Sign == text[i])) return null;
        }
        return double.TryParse(digits.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var number) ? number : null;
    }

    /// <summary>The value of a digit of the picture's family or of ASCII; null for another character.</summary>
    public int? Digit(char sign) => sign is >= '0' and <= '9' ? sign - '0' : sign >= Zero && sign <= Zero + 9 ? sign - Zero : null;

    private static IntegerPicture Read(string picture)
    {
        var semicolon = picture.LastIndexOf(';');
        var primary = semicolon < 0 ? picture : picture[..semicolon];
        var isOrdinal = semicolon >= 0 && picture.AsSpan(semicolon + 1).StartsWith("o", StringComparison.Ordinal);
        return Primary(primary) with { IsOrdinal = isOrdinal };
    }

    private static IntegerPicture Primary(string primary) => primary switch
    {
        "A" => new(IntegerStyle.Letters, LetterCase.Upper),
        "a" => new(IntegerStyle.Letters),
        "I" => new(IntegerStyle.Roman, LetterCase.Upper),
        "i" => new(IntegerStyle.Roman),
        "W" => new(IntegerStyle.Words, LetterCase.Upper),
        "Ww" => new(IntegerStyle.Words, LetterCase.Title),
        "w" => new(IntegerStyle.Words),
        _ => DecimalPicture(primary),
    };

    private static IntegerPicture DecimalPicture(string primary)
    {
        var (mandatory, optional, zero) = (0, 0, '\0');
        var separators = new List<(int, char)>();
        for (var i = primary.Length - 1; i >= 0; i--)
        {
            var sign = primary[i];
            if (char.GetUnicodeCategory(sign) == UnicodeCategory.DecimalDigitNumber)
            {
                var family = (char)(sign - (int)CharUnicodeInfo.GetDecimalDigitValue(sign));
                if (zero != 0 && zero != family) throw new JsonataException("D3131");
                zero = family;
                mandatory++;
            }
            else if (sign == '#')
            {
                optional++;
            }
            else
            {
                separators.Add((mandatory + optional, sign));
            }
        }
        if (mandatory == 0) throw new JsonataException("D3130", value: $"\"{primary}\"");
        return new(IntegerStyle.Decimal)
        {
            Mandatory = mandatory,
            Optional = optional,
            Zero = zero,
            Separators = separators,
            Every = Distance(separators),
        };
    }

    private static int Distance(List<(int Place, char Sign)> separators)
    {
        if (separators.Count == 0 || separators.Exists(separator => separator.Sign != separators[0].Sign)) return 0;
        var distance = separators.Aggregate(0, (gcd, separator) => (int)BigInteger.GreatestCommonDivisor(gcd, separator.Place));
        for (var i = 1; i <= separators.Count; i++)
        {
            if (!separators.Exists(separator => separator.Place == i * distance)) return 0;
        }
        return distance;
    }

    private string Digits(double magnitude)
    {
        var digits = new BigInteger(magnitude).ToString(CultureInfo.InvariantCulture).PadLeft(Mandatory, '0');
        var made = new StringBuilder();
        for (var i = 0; i < digits.Length; i++)
        {
            made.Append((char)(digits[i] - '0' + Zero));
            if (SeparatorAt(digits.Length - 1 - i) is { } separator) made.Append(separator);
        }
        return made.ToString();
    }

    private char? SeparatorAt(int place)
    {
        if (place == 0) return null;
        if (Every > 0) return place % Every == 0 ? Separators[0].Sign : null;
        foreach (var (at, sign) in Separators)
        {
            if (at == place) return sign;
        }
        return null;
    }

    private static string OrdinalSuffix(double magnitude) => (magnitude % 100, magnitude % 10) switch
    {
        ( >= 11 and <= 13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };

    private string Cased(string text) => Case == LetterCase.Upper ? text.ToUpperInvariant() : text;

    private string CasedWords(string text) => Case switch
    {
        LetterCase.Upper => text.ToUpperInvariant(),
        LetterCase.Lower => text.ToLowerInvariant(),
        _ => text,
    };

    private static string Letters(double number)
    {
        var made = new StringBuilder();
        for (var rest = new BigInteger(number); rest > 0; rest /= 26)
        {
            rest--;
            made.Insert(0, (char)('a' + (int)(rest % 26)));
        }
        return made.ToString();
    }

    private static double? ReadLetters(string text)
    {
        var number = 0.0;
        foreach (var sign in text.ToLowerInvariant())
        {
            if (sign is < 'a' or > 'z') return null;
            number = number * 26 + (sign - 'a' + 1);
        }
        return text.Length == 0 ? null : number;
    }

    private static string Roman(double number)
    {
        if (number > 1_000_000) throw new JsonataException("D1001");
        var made = new StringBuilder();
        foreach (var (value, sign) in RomanSigns)
        {
            for (; number >= value; number -= value) made.Append(sign);
        }
        return made.ToString();
    }

    private static double? ReadRoman(string text)
    {
        var number = 0;
        var at = 0;
        var lower = text.ToLowerInvariant();
        foreach (var (value, sign) in RomanSigns)
        {
            for (; string.CompareOrdinal(lower, at, sign, 0, sign.Length) == 0; at += sign.Length) number += value;
        }
        return at == text.Length ? number : null;
    }
}
