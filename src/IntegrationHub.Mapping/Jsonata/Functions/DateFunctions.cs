using System.Globalization;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Pictures;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>Moments as milliseconds since 1970 and as text. The clock is the evaluation's, and stands still while it runs.</summary>
internal static class DateFunctions
{
    public static Builtin[] All { get; } =
    [
        new("now", "<s?s?:s>", 2, (run, a) => Value.Of(DatePicture.Format(Millis(run), Text(a[0]), Text(a[1])))),
        new("millis", "<:n>", 0, (run, _) => Value.Of(Millis(run))),
        new("fromMillis", "<n-s?s?:s>", 3, FromMillis),
        new("toMillis", "<s-s?:n>", 2, ToMillis),
    ];

    private static double Millis(Run run) => run.Now.ToUnixTimeMilliseconds();

    private static string? Text(in Value value) => value.IsUndefined ? null : value.Text;

    private static Value FromMillis(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        return run.Sized(DatePicture.Format(arguments[0].Number, Text(arguments[1]), Text(arguments[2])));
    }

    private static Value ToMillis(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var text = arguments[0].Text;
        if (Text(arguments[1]) is { } picture)
            return DatePicture.Parse(text, picture, run.Now) is { } found ? Value.Of(found) : default;
        return IsoDate.Millis(text) is { } millis ? Value.Of(millis) : throw new JsonataException("D3110", value: $"\"{text}\"");
    }
}
