using System.Globalization;
using System.Numerics;
using System.Text;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Pictures;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>Functions on one number.</summary>
internal static class NumberFunctions
{
    // Up to these, powers of ten and whole numbers are exact as doubles, so that one division rounds but once.
    private const int ExactPowers = 22;
    private const double ExactWhole = 1e12;

    public static Builtin[] All { get; } =
    [
        new("number", "<(nsb)-:n>", 1, (_, a) => a[0].IsUndefined ? default : Number(a[0])),
        new("abs", "<n-:n>", 1, (_, a) => Of(a[0], Math.Abs)),
        new("floor", "<n-:n>", 1, (_, a) => Of(a[0], Math.Floor)),
        new("ceil", "<n-:n>", 1, (_, a) => Of(a[0], Math.Ceiling)),
        new("round", "<n-n?:n>", 2, (_, a) => a[0].IsUndefined ? default : Value.Of(Round(a[0].Number, Places(a[1])))),
        new("power", "<n-n:n>", 2, (_, a) => a[0].IsUndefined || a[1].IsUndefined ? default : Power(a[0].Number, a[1].Number)),
        new("sqrt", "<n-:n>", 1, (_, a) => Of(a[0], number => number >= 0 ? Math.Sqrt(number) : throw new JsonataException("D3060"))),
        new("random", "<:n>", 0, (run, _) => Value.Of(run.Random.NextDouble())),
        new("formatBase", "<n-n?:s>", 2, FormatBase),
        new("formatNumber", "<n-so?:s>", 3, (_, a) => a[0].IsUndefined ? default : Value.Of(NumberPicture.Format(a[0].Number, a[1], a[2]))),
        new("formatInteger", "<n-s:s>", 2, (_, a) => a[0].IsUndefined || a[1].IsUndefined ? default
            : Value.Of(IntegerPicture.Parse(a[1].Text).Format(Math.Floor(a[0].Number)))),
        new("parseInteger", "<s-s:n>", 2, (_, a) => a[0].IsUndefined || a[1].IsUndefined ? default : ParseInteger(a[0].Text, a[1].Text)),
    ];

    /// <summary>Rounds half to even, at a decimal place that may lie left of the point.</summary>
    public static double Round(double number, int places)
    {
        if (!double.IsFinite(number)) return number;
        if (places is >= 0 and <= ExactPowers)
        {
            // Well away from the middle between two results the plain way gives the same.
            var scale = Math.Pow(10, places);
            var scaled = number * scale;
            var whole = Math.Floor(scaled);
            if (Math.Abs(scaled) < ExactWhole && Math.Abs(scaled - whole - 0.5) > 1e-3) return Math.Round(scaled) / scale + 0.0;
        }
        var rounded = Math.Round(NumberText.Shifted(number, places), MidpointRounding.ToEven);
        // Not minus zero.
        return rounded == 0 ? 0 : NumberText.Shifted(rounded, -places);
    }

    private static int Places(in Value places) => places.IsUndefined ? 0 : (int)Math.Clamp(Math.Truncate(places.Number), -400, 400);

    private static Value Of(in Value number, Func<double, double> function) =>
        number.IsUndefined ? default : Value.Of(function(number.Number));

    private static Value Number(in Value value)
    {
        if (value.IsNumber) return value;
        if (value.IsBoolean) return Value.Of(value.IsTrue ? 1 : 0);
        var text = value.Text;
        var number = Prefixed(text) ?? (IsDecimal(text) ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
            : double.NaN);
        return double.IsFinite(number) ? Value.Of(number) : throw new JsonataException("D3030", value: $"\"{text}\"");
    }

    // 0x, 0o and 0b as ECMAScript writes them.
    private static double? Prefixed(string text)
    {
        if (text.Length < 3 || text[0] != '0') return null;
        var radix = text[1] switch { 'x' or 'X' => 16, 'o' or 'O' => 8, 'b' or 'B' => 2, _ => 0 };
        if (radix == 0) return null;
        var number = 0.0;
        foreach (var sign in text.AsSpan(2))
        {
            if (!char.IsAsciiHexDigit(sign)) return null;
            var digit = Convert.ToInt32(sign.ToString(), 16);
            if (digit >= radix) return null;
            number = number * radix + digit;
        }
        return number;
    }

    private static bool IsDecimal(string text)
    {
        var at = text.StartsWith('-') ? 1 : 0;
        if (!Digits(text, ref at)) return false;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (!Digits(text, ref at)) return false;
        }
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            if (at < text.Length && text[at] is '+' or '-') at++;
            if (!Digits(text, ref at)) return false;
        }
        return at == text.Length;
    }

    private static bool Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return at > start;
    }

    private static Value Power(double number, double exponent)
    {
        var result = Math.Pow(number, exponent);
        return double.IsFinite(result)
            ? Value.Of(result)
            : throw new JsonataException("D3061", value: $"{NumberText.Of(number)} to the power of {NumberText.Of(exponent)}");
    }

    private static Value FormatBase(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var number = Round(arguments[0].Number, 0);
        var radix = arguments[1].IsUndefined ? 10 : Round(arguments[1].Number, 0);
        if (!(radix is >= 2 and <= 36)) throw new JsonataException("D3100", value: NumberText.Of(radix));
        if (!double.IsFinite(number)) throw new JsonataException("D1001");
        var digits = new StringBuilder();
        var rest = BigInteger.Abs(new BigInteger(number));
        do
        {
            digits.Insert(0, "0123456789abcdefghijklmnopqrstuvwxyz"[(int)(rest % (int)radix)]);
            rest /= (int)radix;
        }
        while (!rest.IsZero);
        return Value.Of(number < 0 ? "-" + digits : digits.ToString());
    }

    private static Value ParseInteger(string text, string picture)
    {
        var number = IntegerPicture.Parse(picture).ReadWhole(text);
        return number is { } found ? Value.Of(found) : default;
    }
}
