using System.Globalization;
using System.Text;

namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>
/// Addresses that mail is really sent to: the dot-atom form of RFC 5322, 3.4.1, within the lengths of RFC 5321, 4.5.3.1 (local part 64
/// octets, the whole 254), with the letters of any script that RFC 6531 allows. Quoted local parts, comments and address literals are
/// legal but no customer's address, so they are refused.
/// </summary>
internal sealed class EmailRule : FieldRule
{
    private const int LengthMax = 254;
    private const int LocalLengthMax = 64;
    private const string AtomPunctuation = "!#$%&'*+-/=?^_`{|}~";

    public override string Name => "email";

    public override string Expected =>
        "An e-mail address such as name@example.org, alone and without display name. Trim or split it in the mapping if there is more.";

    public override bool Accepts(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0
            && text.Length <= LengthMax
            && Encoding.UTF8.GetByteCount(text) <= LengthMax
            && IsLocalPart(text.AsSpan(0, at))
            && DomainNames.IsPublicHost(text[(at + 1)..]);
    }

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        if (Encoding.UTF8.GetByteCount(local) > LocalLengthMax || local[0] == '.' || local[^1] == '.')
            return false;
        if (local.Contains("..", StringComparison.Ordinal))
            return false;
        // Half a surrogate pair comes as U+FFFD, which is no letter.
        foreach (var character in local.EnumerateRunes())
        {
            if (character.Value != '.' && !IsAtomCharacter(character))
                return false;
        }

        return true;
    }

    private static bool IsAtomCharacter(Rune character) => character.IsAscii
        ? char.IsAsciiLetterOrDigit((char)character.Value) || AtomPunctuation.Contains((char)character.Value)
        : Rune.IsLetterOrDigit(character) || IsMark(character);

    private static bool IsMark(Rune character) =>
        Rune.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
