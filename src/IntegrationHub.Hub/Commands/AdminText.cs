using System.Globalization;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Admin;

namespace IntegrationHub.Hub.Commands;

/// <summary>How administrative commands spell times, spans, values and names.</summary>
internal static class AdminText
{
    public static string Time(DateTimeOffset? at) => at is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "never";

    public static string Span(TimeSpan span) => span switch
    {
        { Ticks: <= 0 } => "none",
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Ceiling(span.TotalSeconds)} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min"),
        { TotalDays: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.#} days"),
    };

    public static string Value(FieldValue? value) => value switch
    {
        null => "absent",
        { IsEmpty: true } => "(empty)",
        { Kind: FieldKind.Set } set => string.Join(", ", set.AsSet),
        { } one => one.AsText,
    };

    /// <summary>What a value looks like, without the value.</summary>
    public static string Shape(FieldValue? value) => value switch
    {
        null => "absent",
        { IsEmpty: true } => "(empty)",
        { Kind: FieldKind.Text } text => ValueShape.Of(text.AsText),
        { Kind: FieldKind.Set } set => string.Create(CultureInfo.InvariantCulture, $"set of {set.AsSet.Count}"),
        { } one => one.Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>A value for machine output: null stands for explicitly empty.</summary>
    public static object? Json(FieldValue? value) => value switch
    {
        null or { IsEmpty: true } => null,
        { Kind: FieldKind.Number } number => number.AsNumber,
        { Kind: FieldKind.Boolean } boolean => boolean.IsTrue,
        { Kind: FieldKind.Set } set => set.AsSet,
        { } text => text.AsText,
    };

    /// <exception cref="AdminException">The text names no customer.</exception>
    public static long Customer(string text) =>
        Names.TryCustomer(text, out var id) ? id : throw new AdminException("admin.value", $"'{text}' is no customer. Write it like C-17; 'hub customer find' finds it.");

    /// <exception cref="AdminException">The text names no source record.</exception>
    public static long Record(string text) =>
        Names.TryRecord(text, out var id) ? id : throw new AdminException("admin.value", $"'{text}' is no source record. Write it like record/4711.");

    /// <summary>Reads <c>word/12</c> or <c>12</c>.</summary>
    /// <exception cref="AdminException">The text is neither.</exception>
    public static long Numbered(string text, string word)
    {
        var digits = text.StartsWith(word + "/", StringComparison.OrdinalIgnoreCase) ? text[(word.Length + 1)..] : text;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new AdminException("admin.value", $"'{text}' is no {word}. Write it like {word}/12.");
    }

    /// <summary>Such as "1 record", "2 records".</summary>
    public static string Count(long number, string one) => $"{Number(number)} {one}{(number == 1 ? "" : "s")}";

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
