using System.Text;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>
/// Paths into a source's record: <c>Email</c>, <c>Owner.Name</c>, <c>addresses[kind=home].city</c>, <c>['a.b'].c</c>. Names hold any
/// character but <c>. [ ] '</c>; in the quoted form any at all, with <c>''</c> for one quotation mark.
/// </summary>
internal static class SourcePath
{
    /// <exception cref="FormatException">The text is no path; the message says where and what to write instead.</exception>
    public static IReadOnlyList<PathStep> Parse(string text)
    {
        var steps = new List<PathStep>();
        var position = 0;
        do
        {
            var name = ParseName(text, ref position);
            steps.Add(new(name, ParseKeys(text, ref position)));
        }
        while (position < text.Length && text[position++] == '.');

        return position >= text.Length && (text.Length == 0 || text[^1] != '.')
            ? steps
            : throw Wrong(text, position - 1, "'.' and a name were expected.");
    }

    public static string Format(IReadOnlyList<PathStep> steps)
    {
        var text = new StringBuilder();
        foreach (var step in steps)
        {
            if (text.Length > 0)
                text.Append('.');
            if (step.Name.AsSpan().ContainsAny(".[]'"))
                text.Append("['").Append(step.Name.Replace("'", "''", StringComparison.Ordinal)).Append("']");
            else
                text.Append(step.Name);
            if (step.Keys.Count > 0)
                text.Append('[').AppendJoin(',', step.Keys.Select(key => $"{key.Key}={Uri.EscapeDataString(key.Value)}")).Append(']');
        }

        return text.ToString();
    }

    private static string ParseName(string text, ref int position)
    {
        if (position + 1 < text.Length && text[position] == '[' && text[position + 1] == '\'')
            return ParseQuoted(text, ref position);
        var length = text.AsSpan(position).IndexOfAny(".[]'");
        var name = length < 0 ? text[position..] : text.Substring(position, length);
        if (name.Trim().Length == 0)
            throw Wrong(text, position, "a name was expected.");
        position += name.Length;
        return name;
    }

    private static string ParseQuoted(string text, ref int position)
    {
        var name = new StringBuilder();
        for (var i = position + 2; i < text.Length; i++)
        {
            if (text[i] != '\'')
            {
                name.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == '\'')
            {
                name.Append(text[i++]);
            }
            else if (i + 1 < text.Length && text[i + 1] == ']' && name.Length > 0)
            {
                position = i + 2;
                return name.ToString();
            }
            else
            {
                break;
            }
        }

        throw Wrong(text, position, "a name in [' and '] was expected.");
    }

    private static KeyValuePair<string, string>[] ParseKeys(string text, ref int position)
    {
        if (position >= text.Length || text[position] != '[')
            return [];
        var end = text.IndexOf(']', position);
        var inside = end < 0 ? "" : text[(position + 1)..end];
        if (inside is "*" || (inside.Length > 0 && inside.All(char.IsAsciiDigit)))
            throw Wrong(text, position,
                "a list's element is named by a key, not by its position, which changes when others come or go; write it like phones[kind=home].");

        var keys = new List<KeyValuePair<string, string>>();
        foreach (var pair in inside.Split(','))
        {
            var mark = pair.IndexOf('=', StringComparison.Ordinal);
            if (mark < 1 || mark == pair.Length - 1 || keys.Exists(key => key.Key == pair[..mark]))
                throw Wrong(text, position, "keys in the form [name=value], each once, were expected.");
            keys.Add(new(pair[..mark], Uri.UnescapeDataString(pair[(mark + 1)..])));
        }

        position = end + 1;
        return [.. keys.OrderBy(key => key.Key, StringComparer.Ordinal)];
    }

    private static FormatException Wrong(string text, int position, string expected) =>
        new($"'{text}' is not a source path: at character {position + 1} {expected}");
}
