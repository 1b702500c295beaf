using System.Text;

namespace IntegrationHub.Abstractions;

/// <summary>One step of a canonical path: a property, and for a list the keys that choose its element.</summary>
/// <param name="Name">The property, as the schema spells it.</param>
/// <param name="Keys">Key properties and their values in ordinal order of the property; empty when the step is not into a list.</param>
public readonly record struct PathStep(string Name, IReadOnlyList<KeyValuePair<string, string>> Keys);

/// <summary>
/// Paths into a canonical entity: <c>name.given</c>, <c>emails[type=work].value</c>, <c>consents[channel=email,purpose=marketing].status</c>.
/// A list element is named by its keys, never by its position, so a path means the same thing in every system. In canonical form the
/// keys stand in ordinal order, and <c>, ] = [ %</c> and control characters inside a key's value are written as <c>%XX</c> of their UTF-8 bytes.
/// </summary>
public static class CanonicalPath
{
    /// <summary>Reads a path and gives its canonical form.</summary>
    /// <exception cref="FormatException">The text is not a path; the message says where and what was expected.</exception>
    public static string Normalise(string text) => Format(Parse(text));

    /// <summary>Reads a path into its steps.</summary>
    /// <exception cref="FormatException">The text is not a path; the message says where and what was expected.</exception>
    public static IReadOnlyList<PathStep> Parse(string text)
    {
        var position = 0;
        var steps = new List<PathStep> { ParseStep(text, ref position) };
        while (position < text.Length)
        {
            if (text[position] != '.')
                throw Wrong(text, position, "'.' and a name");
            position++;
            steps.Add(ParseStep(text, ref position));
        }

        return steps;
    }

    public static string Format(IReadOnlyList<PathStep> steps)
    {
        var text = new StringBuilder();
        foreach (var step in steps)
        {
            if (text.Length > 0)
                text.Append('.');
            text.Append(step.Name);
            if (step.Keys.Count > 0)
                AppendKeys(text, step.Keys);
        }

        return text.ToString();
    }

    private static void AppendKeys(StringBuilder text, IReadOnlyList<KeyValuePair<string, string>> keys)
    {
        text.Append('[');
        for (var i = 0; i < keys.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            text.Append(keys[i].Key).Append('=');
            Escape(text, keys[i].Value);
        }

        text.Append(']');
    }

    private static PathStep ParseStep(string text, ref int position)
    {
        var name = ParseName(text, ref position);
        if (position >= text.Length || text[position] != '[')
            return new(name, []);

        var keys = new List<KeyValuePair<string, string>>();
        do
        {
            position++;
            var key = ParseName(text, ref position);
            if (position >= text.Length || text[position] != '=')
                throw Wrong(text, position, "'='");
            position++;
            var end = text.AsSpan(position).IndexOfAny(',', ']');
            if (end < 1)
                throw Wrong(text, position, "a value and ']'");
            keys.Add(new(key, Uri.UnescapeDataString(text.Substring(position, end))));
            position += end;
        }
        while (text[position] == ',');

        position++;
        keys.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        for (var i = 1; i < keys.Count; i++)
        {
            if (keys[i].Key == keys[i - 1].Key)
                throw Wrong(text, position, $"the key '{keys[i].Key}' once");
        }

        return new(name, keys);
    }

    private static string ParseName(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] is '_' or '-' or '$'))
            position++;
        return position > start ? text[start..position] : throw Wrong(text, position, "a name");
    }

    private static void Escape(StringBuilder text, string value)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is not (',' or ']' or '=' or '[' or '%') && !Rune.IsControl(rune))
            {
                text.Append(rune.ToString());
                continue;
            }

            foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
                text.Append('%').Append(part.ToString("X2"));
        }
    }

    private static FormatException Wrong(string text, int position, string expected) =>
        new($"'{text}' is not a canonical path: at character {position + 1} {expected} was expected. Write it like 'name.given' or 'emails[type=work].value'.");
}
