using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace IntegrationHub.Mapping.Jsonata.Data;

/// <summary>Texts of the input. JSON may escape half of a surrogate pair, which <see cref="JsonElement.GetString"/> refuses; here it is
/// a character like any other.</summary>
internal static class InputText
{
    public static string Decode(JsonElement json)
    {
        var raw = JsonMarshal.GetRawUtf8Value(json);
        return raw.IndexOf((byte)'\\') < 0 ? Encoding.UTF8.GetString(raw[1..^1]) : Unescape(raw[1..^1]);
    }

    public static string Decode(JsonProperty property)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        return raw.IndexOf((byte)'\\') < 0 ? Encoding.UTF8.GetString(raw) : Unescape(raw);
    }

    public static bool Equals(JsonElement json, string text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(json);
        return raw.IndexOf((byte)'\\') < 0 && IsWellFormed(text)
            ? json.ValueEquals(text)
            : string.Equals(Decode(json), text, StringComparison.Ordinal);
    }

    /// <summary>No half of a surrogate pair stands alone.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return true;
    }

    // The input has been parsed, so every escape is complete.
    private static string Unescape(ReadOnlySpan<byte> raw)
    {
        var source = Encoding.UTF8.GetString(raw);
        var text = new StringBuilder(source.Length);
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] != '\\')
            {
                text.Append(source[i]);
                continue;
            }
            i++;
            if (source[i] == 'u')
            {
                text.Append((char)int.Parse(source.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }
            text.Append(source[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
        }
        return text.ToString();
    }
}
