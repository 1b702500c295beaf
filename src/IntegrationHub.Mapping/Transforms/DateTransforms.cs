using System.Globalization;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Transforms between the source's dates and moments and those of ISO 8601.</summary>
internal static class DateTransforms
{
    private const string IsoDate = "yyyy-MM-dd";

    public static TransformKind Date =>
        new("date", "<format>", true, "A date in a .NET format such as yyyyMMdd to yyyy-MM-dd, and back.", MakeDate);

    public static TransformKind DateTime => new("dateTime", "[<format>]", true,
        "A moment in ISO 8601, or in a .NET format, to UTC; without an offset it is UTC already. Writing keeps ISO, or gives the format.",
            MakeDateTime);

    public static TransformKind EpochMs =>
        new("epochMs", "", true, "Milliseconds since 1970 to a moment, and back.", static (string text, string? _, out string error) =>
    {
        error = "";
        return new Transform(text, FromEpoch)
        {
            Write = ToEpoch,
            ReadExpected = "whole milliseconds since 1970, between the years 1 and 9999",
            WriteExpected = "a moment in ISO 8601",
            Loss = "fractions of a millisecond",
        };
    });

    private static Transform? MakeDate(string text, string? format, out string error)
    {
        var sample = new DateOnly(1987, 11, 23);
        if (!IsUsable(() => DateOnly.TryParseExact(sample.ToString(format), format, out var back) && back == sample))
        {
            error = $"The format '{format}' does not say a whole date; use yyyy, MM and dd, such as date:dd.MM.yyyy.";
            return null;
        }

        error = "";
        return new Transform(text, (FieldValue value, string? _, out FieldValue converted) =>
            Reformat(value, format!, IsoDate, out converted))
        {
            Write = (FieldValue value, string? _, out FieldValue converted) => Reformat(value, IsoDate, format!, out converted),
            ReadExpected = $"a date of the form {format}",
            WriteExpected = $"a date of the form {IsoDate}",
        };
    }

    private static Transform? MakeDateTime(string text, string? format, out string error)
    {
        var sample = new DateTimeOffset(1987, 11, 23, 21, 43, 0, TimeSpan.Zero);
        error = "";
        if (format is null)
        {
            return new Transform(text, static (FieldValue value, string? _, out FieldValue converted) =>
            {
                converted = value;
                if (!IsoMoment.TryParse(value.AsText.Trim(), assumeUtc: true, out var moment))
                    return false;
                converted = FieldValue.Text(CanonicalConversion.Moment(moment));
                return true;
            })
            {
                ReadExpected = "a moment in ISO 8601, such as 2026-03-01T09:30:00",
                Loss = "the offset and how exactly the moment was written",
            };
        }

        if (!IsUsable(() => TryParse(sample.UtcDateTime.ToString(format, CultureInfo.InvariantCulture), format, out var back)
            && back == sample))
        {
            error = $"The format '{format}' does not say a whole moment; use yyyy, MM, dd, HH and mm, such as dateTime:dd.MM.yyyy HH:mm.";
            return null;
        }

        return new Transform(text, (FieldValue value, string? _, out FieldValue converted) =>
        {
            var isMoment = TryParse(value.AsText, format, out var moment);
            converted = isMoment ? FieldValue.Text(CanonicalConversion.Moment(moment)) : value;
            return isMoment;
        })
        {
            Write = (FieldValue value, string? _, out FieldValue converted) =>
            {
                var isMoment = IsoMoment.TryParse(value.AsText, assumeUtc: true, out var moment);
                converted = isMoment ? FieldValue.Text(moment.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)) : value;
                return isMoment;
            },
            ReadExpected = $"a moment of the form {format}",
            WriteExpected = "a moment in ISO 8601",
            Loss = "what the format does not say, such as seconds",
        };
    }

    private static bool Reformat(FieldValue value, string from, string to, out FieldValue converted)
    {
        converted = value;
        if (!DateOnly.TryParseExact(value.AsText, from, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return false;
        converted = FieldValue.Text(date.ToString(to, CultureInfo.InvariantCulture));
        return true;
    }

    private static bool TryParse(string text, string format, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);

    private static bool FromEpoch(FieldValue value, string? country, out FieldValue converted)
    {
        converted = value;
        if (!CanonicalConversion.TryConvert(value, CanonicalType.Integer, out var number)
            || number.AsNumber < DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            || number.AsNumber > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        converted = FieldValue.Text(CanonicalConversion.Moment(DateTimeOffset.FromUnixTimeMilliseconds((long)number.AsNumber)));
        return true;
    }

    private static bool ToEpoch(FieldValue value, string? country, out FieldValue converted)
    {
        var isMoment = IsoMoment.TryParse(value.AsText, assumeUtc: true, out var moment);
        converted = isMoment ? FieldValue.Number(moment.ToUnixTimeMilliseconds()) : value;
        return isMoment;
    }

    private static bool IsUsable(Func<bool> trial)
    {
        try
        {
            return trial();
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
