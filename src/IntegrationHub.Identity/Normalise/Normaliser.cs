using System.Globalization;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity.Normalise;

/// <summary>What kind of value a field holds, for comparing. The policy spells them in lower case.</summary>
internal enum ValueKind
{
    /// <summary>Any text: case, width and runs of blanks do not matter.</summary>
    Text,
    Email,
    Phone,
    Name,
    Identifier,
    Date,
}

/// <summary>
/// Brings values into the one form that is compared. Every form is idempotent: normalising it again changes nothing. What cannot be such
/// a value gives null and the reason, with the shape of the value and never the value.
/// </summary>
/// <param name="callingCode">The country code of telephone numbers that are written without one, digits only; null means that such
/// numbers are not compared.</param>
internal sealed class Normaliser(string? callingCode)
{
    public string? Of(ValueKind kind, string text, out string? reason)
    {
        var form = kind switch
        {
            ValueKind.Text => Text(text),
            ValueKind.Email => EmailForm.Of(text),
            ValueKind.Phone => PhoneForm.Of(text, callingCode),
            ValueKind.Name => NameForm.Of(text),
            ValueKind.Identifier => IdentifierForm.Of(text),
            ValueKind.Date => Date(text),
            _ => throw new System.Diagnostics.UnreachableException($"No form for {kind}."),
        };
        reason = form is null ? $"not {Called(kind)} ({ValueShape.Of(text)})" : null;
        return form;
    }

    private static string Called(ValueKind kind) => kind switch
    {
        ValueKind.Email => "an e-mail address",
        ValueKind.Phone => "a telephone number with its country, or only one digit repeated",
        ValueKind.Name => "a name with a letter or digit",
        ValueKind.Identifier => $"an identifier of {IdentifierForm.LengthMin} letters and digits or more, not all the same",
        ValueKind.Date => "a date like 2001-12-31",
        _ => "a text",
    };

    /// <summary>Compatible forms become one, lower case, one blank between words.</summary>
    private static string? Text(string text)
    {
        // Control characters part words too, so that a form never holds the character that parts the values of a key.
        var words = string.Concat(Decomposition.Of(text).ToLowerInvariant().Select(static character => char.IsControl(character) ? ' ' : character))
            .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 0 ? null : string.Join(' ', words);
    }

    private static string? Date(string text)
    {
        var trimmed = Decomposition.Of(text).Trim();
        return DateOnly.TryParseExact(trimmed, ["yyyy-MM-dd", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.ToString("yyyyMMdd", CultureInfo.InvariantCulture)
            : null;
    }
}
