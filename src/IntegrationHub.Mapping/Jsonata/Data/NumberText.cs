using System.Globalization;

namespace IntegrationHub.Mapping.Jsonata.Data;

/// <summary>Numbers as text the way JSON and ECMAScript write them: the fewest digits that give the number back, and an exponent only
/// from 1e21 up and below 1e-6.</summary>
internal static class NumberText
{
    private const double WholeMax = 1e15;

    public static string Of(double number)
    {
        if (number == 0) return "0";
        if (Math.Abs(number) < WholeMax && double.IsInteger(number)) return ((long)number).ToString(CultureInfo.InvariantCulture);
        var (digits, exponent) = Digits(number);
        var sign = number < 0 ? "-" : "";
        // The point stands after so many digits.
        var point = exponent + 1;
        if (point is > 21 or < -5)
        {
            var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
            return $"{sign}{mantissa}e{(exponent < 0 ? "" : "+")}{exponent.ToString(CultureInfo.InvariantCulture)}";
        }
        if (point <= 0) return sign + "0." + new string('0', -point) + digits;
        return point >= digits.Length
            ? sign + digits + new string('0', point - digits.Length)
            : sign + digits[..point] + "." + digits[point..];
    }

    /// <summary>The number rounded to 15 significant digits, as $string shows numbers.</summary>
    public static double Shown(double number) =>
        double.Parse(number.ToString("E14", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The number times ten to the given power, by moving the point of its shortest text.</summary>
    public static double Shifted(double number, int places)
    {
        var (digits, exponent) = Digits(number);
        var shifted = $"{(number < 0 ? "-" : "")}{digits}E{(exponent - digits.Length + 1 + places).ToString(CultureInfo.InvariantCulture)}";
        return double.Parse(shifted, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    // The shortest digits, without zeros at either end, and the power of ten of the first.
    private static (string Digits, int Exponent) Digits(double number)
    {
        if (number == 0) return ("0", 0);
        var text = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var digits = point < 0 ? mantissa : whole + mantissa[(point + 1)..];
        var zeros = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), exponent + whole.Length - 1 - zeros);
    }
}
