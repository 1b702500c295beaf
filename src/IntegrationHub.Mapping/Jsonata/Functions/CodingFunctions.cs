using System.Text;
using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>Base 64 and URL encoding.</summary>
internal static class CodingFunctions
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
    private const string Reserved = ";/?:@&=+$,#";

    private static readonly UTF8Encoding Strict = new(false, true);

    public static Builtin[] All { get; } =
    [
        new("base64encode", "<s-:s>", 1, (_, a) => a[0].IsUndefined ? default : Value.Of(ToBase64(a[0].Text))),
        new("base64decode", "<s-:s>", 1, (_, a) => a[0].IsUndefined ? default : Value.Of(FromBase64(a[0].Text))),
        new("encodeUrlComponent", "<s-:s>", 1, (_, a) => Encode(a[0], "encodeUrlComponent", Unreserved)),
        new("encodeUrl", "<s-:s>", 1, (_, a) => Encode(a[0], "encodeUrl", Unreserved + Reserved)),
        new("decodeUrlComponent", "<s-:s>", 1, (_, a) => Decode(a[0], "decodeUrlComponent", "")),
        new("decodeUrl", "<s-:s>", 1, (_, a) => Decode(a[0], "decodeUrl", Reserved)),
    ];

    // Each character is one byte, as the language has it.
    private static string ToBase64(string text) => text.Any(sign => sign > '\xff')
        ? throw new JsonataException("D3140", token: "base64encode", value: Quoted(text))
        : Convert.ToBase64String(Encoding.Latin1.GetBytes(text));

    private static string FromBase64(string text)
    {
        var digits = string.Concat(text.Replace('-', '+').Replace('_', '/').Where(sign => char.IsAsciiLetterOrDigit(sign)
            || sign is '+' or '/'));
        // A single digit left over holds no whole byte.
        if (digits.Length % 4 == 1) digits = digits[..^1];
        return Encoding.Latin1.GetString(Convert.FromBase64String(digits.PadRight((digits.Length + 3) / 4 * 4, '=')));
    }

    private static Value Encode(in Value value, string function, string kept)
    {
        if (value.IsUndefined) return default;
        var text = value.Text;
        if (!InputText.IsWellFormed(text)) throw new JsonataException("D3140", token: function, value: Quoted(text));
        var made = new StringBuilder(text.Length);
        foreach (var octet in Strict.GetBytes(text))
        {
            if (octet < 0x80 && kept.Contains((char)octet, StringComparison.Ordinal)) made.Append((char)octet);
            else made.Append('%').Append(Convert.ToHexString([octet]));
        }
        return Value.Of(made.ToString());
    }

    /// <param name="kept">Characters whose escapes stay as they are.</param>
    private static Value Decode(in Value value, string function, string kept)
    {
        if (value.IsUndefined) return default;
        var text = value.Text;
        var made = new StringBuilder(text.Length);
        var octets = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                made.Append(text[i]);
                continue;
            }
            octets.Clear();
            var start = i;
            for (; i < text.Length && text[i] == '%'; i += 3)
            {
                if (i + 2 >= text.Length || !byte.TryParse(text.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier,
                    null, out var octet))
                    throw Malformed(function, text);
                octets.Add(octet);
            }
            i--;
            made.Append(Characters(octets, text, start, kept, function));
        }
        return Value.Of(made.ToString());
    }

    private static string Characters(List<byte> octets, string text, int start, string kept, string function)
    {
        try
        {
            var decoded = Strict.GetString([.. octets]);
            if (kept.Length == 0) return decoded;
            var made = new StringBuilder();
            var at = start;
            foreach (var rune in decoded.EnumerateRunes())
            {
                var length = rune.Utf8SequenceLength * 3;
                var stays = rune.IsBmp && kept.Contains((char)rune.Value, StringComparison.Ordinal);
                made.Append(stays ? text.Substring(at, length) : rune.ToString());
                at += length;
            }
            return made.ToString();
        }
        catch (DecoderFallbackException)
        {
            throw Malformed(function, text);
        }
    }

    private static JsonataException Malformed(string function, string text) => new("D3140", token: function, value: Quoted(text));

    private static string Quoted(string text) => $"\"{text}\"";
}
