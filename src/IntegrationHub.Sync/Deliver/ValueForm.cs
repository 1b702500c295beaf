using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Tells what a system makes of a value from another value: it changes case, spaces and signs, cuts the end off, puts a country's code before a number
/// or rounds.</summary>
internal static class ValueForm
{
    /// <summary>From so many digits on, equal ends of two numbers are no chance: the rest is a prefix that people dial or leave out.</summary>
    private const int TellingDigits = 6;

    /// <param name="theirs">What the system shows.</param>
    /// <param name="ours">What was sent to it.</param>
    public static bool IsOf(FieldValue theirs, FieldValue ours)
    {
        if (theirs == ours)
            return true;
        if (theirs.Kind == FieldKind.Number && ours.Kind == FieldKind.Number)
            return IsRounded(theirs.AsNumber, ours.AsNumber);
        if (theirs.Kind != FieldKind.Text || ours.Kind != FieldKind.Text)
            return false;
        var (shown, sent) = (Plain(theirs.AsText), Plain(ours.AsText));
        // A beginning may also be what somebody typed in just the moment in which the answer was lost; that values which a system cuts would come back as
        // edits each time an answer is lost is the greater harm.
        return shown.Length > 0 && (sent.StartsWith(shown, StringComparison.Ordinal) || IsSameNumber(shown, sent));
    }

    // Fewer decimals than were sent, and no further away than they allow.
    private static bool IsRounded(decimal shown, decimal sent) =>
        shown.Scale < sent.Scale && Math.Abs(shown - sent) * (decimal)Math.Pow(10, shown.Scale) < 1;

    private static bool IsSameNumber(string shown, string sent)
    {
        if (!shown.All(char.IsAsciiDigit) || !sent.All(char.IsAsciiDigit))
            return false;
        var (one, other) = (shown.TrimStart('0'), sent.TrimStart('0'));
        return Math.Min(one.Length, other.Length) >= TellingDigits
            && (one.EndsWith(other, StringComparison.Ordinal) || other.EndsWith(one, StringComparison.Ordinal));
    }

    private static string Plain(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
