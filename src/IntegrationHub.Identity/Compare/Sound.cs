namespace IntegrationHub.Identity.Compare;

/// <summary>
/// A rough code of how a name in Latin letters sounds: the first letter, then the consonants, letters that sound alike as one, without
/// repeats. Coarse on purpose, as it only has to bring candidates together; other scripts stay as they are.
/// </summary>
internal static class Sound
{
    private const int LengthMax = 6;

    public static string Of(string name)
    {
        Span<char> code = stackalloc char[LengthMax];
        var length = 0;
        for (var i = 0; i < name.Length && length < LengthMax; i++)
        {
            var next = i + 1 < name.Length ? name[i + 1] : '\0';
            var sound = name[i] == 'p' && next == 'h' ? 'f' : Class(name[i]);
            if (i > 0 && sound is ('a' or 'h' or 'w'))
                continue;
            if (length == 0 || code[length - 1] != sound)
                code[length++] = sound;
        }

        return new string(code[..length]);
    }

    private static char Class(char letter) => letter switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' or 'y' => 'a',
        'c' or 'k' or 'q' or 'x' => 'k',
        's' or 'z' => 's',
        'g' or 'j' => 'j',
        'd' or 't' => 't',
        'b' or 'p' => 'p',
        'v' or 'f' => 'f',
        'm' or 'n' => 'n',
        _ => letter,
    };
}
