using System.Globalization;
using System.Text;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>Functions that look for a text or a regular expression in a text.</summary>
internal static class MatchFunctions
{
    public static Builtin[] All { get; } =
    [
        new("contains", "<s-(sf):b>", 2, Contains),
        new("match", "<s-f<s:o>n?:a<o>>", 3, Match),
        new("replace", "<s-(sf)(sf)n?:s>", 4, Replace),
        new("split", "<s-(sf)n?:a<s>>", 3, Split),
    ];

    private static Value Contains(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined || arguments[1].IsUndefined) return default;
        var text = arguments[0].Text;
        return Value.Of(arguments[1].Function is { } matcher
            ? Matching.All(run, matcher, text).Any()
            : text.Contains(arguments[1].Text, StringComparison.Ordinal));
    }

    private static Value Match(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var limit = Limit(arguments[2], "D3040");
        var found = ArrayValue.Sequence();
        if (limit == 0) return Value.Of(found);
        foreach (var match in Matching.All(run, arguments[1].Function!, arguments[0].Text))
        {
            found.Add(match.AsObject("index", null));
            run.Count(found.Count);
            if (found.Count >= limit) break;
        }
        return Value.Of(found);
    }

    private static Value Split(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var text = arguments[0].Text;
        var limit = Limit(arguments[2], "D3020");
        var parts = new ArrayValue();
        if (arguments[1].Function is { } matcher) SplitAtMatches(run, text, matcher, limit, parts);
        else SplitAtText(run, text, arguments[1].IsUndefined ? null : arguments[1].Text, limit, parts);
        return Value.Of(parts);
    }

    private static void SplitAtMatches(Run run, string text, Function matcher, double limit, ArrayValue parts)
    {
        var start = 0;
        foreach (var match in Matching.All(run, matcher, text))
        {
            if (parts.Count >= limit) return;
            parts.Add(Value.Of(Piece(text, start, match.Start)));
            run.Count(parts.Count);
            start = match.End;
        }
        if (parts.Count < limit) parts.Add(Value.Of(Piece(text, start, text.Length)));
    }

    private static void SplitAtText(Run run, string text, string? separator, double limit, ArrayValue parts)
    {
        IEnumerable<string> pieces = separator switch
        {
            null => [text],
            "" => text.Select(sign => sign.ToString()),
            _ => text.Split(separator),
        };
        foreach (var piece in pieces)
        {
            if (parts.Count >= limit) return;
            run.Step();
            parts.Add(Value.Of(piece));
            run.Count(parts.Count);
        }
    }

    private static Value Replace(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        if (arguments[1].IsText && arguments[1].Text.Length == 0) throw new JsonataException("D3010");
        var limit = Limit(arguments[3], "D3011");
        var text = arguments[0].Text;
        if (arguments[1].IsUndefined || arguments[2].IsUndefined) return Value.Of(text);
        var made = new StringBuilder();
        var count = 0;
        var from = 0;
        var matches = arguments[1].Function is { } matcher ? Matching.All(run, matcher, text) : Literal(run, text, arguments[1].Text);
        var isLiteral = arguments[1].IsText;
        var replacement = arguments[2].IsText ? arguments[2].Text : null;
        var replace = arguments[2].Function;
        foreach (var match in matches)
        {
            if (count++ >= limit) break;
            made.Append(Piece(text, from, match.Start));
            made.Append(replace is not null ? Called(run, replace, match) : isLiteral ? replacement : Filled(replacement!, match));
            from = match.End;
            if (made.Length > run.Limits.Characters) run.Size(made.Length);
        }
        return run.Sized(made.Append(Piece(text, from, text.Length)).ToString());
    }

    private static IEnumerable<Found> Literal(Run run, string text, string pattern)
    {
        for (var at = text.IndexOf(pattern, StringComparison.Ordinal); at >= 0;
            at = text.IndexOf(pattern, at + pattern.Length, StringComparison.Ordinal))
        {
            run.Step();
            yield return new Found(pattern, at, at + pattern.Length, []);
        }
    }

    private static string Called(Run run, Function replace, Found match)
    {
        var result = replace.Invoke(run, [match.AsObject("start", "end")], Value.Null);
        return result.IsText ? result.Text : throw new JsonataException("D3012");
    }

    // $$ is a dollar, $0 the match, $n a group. Of $12 only the 1 is a group's number when there is no group 12.
    private static string Filled(string replacement, Found match)
    {
        if (!replacement.Contains('$', StringComparison.Ordinal)) return replacement;
        var made = new StringBuilder();
        var digitsMax = match.Groups.Count.ToString(CultureInfo.InvariantCulture).Length;
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '$' || i + 1 == replacement.Length)
            {
                made.Append(replacement[i]);
                continue;
            }
            if (replacement[i + 1] == '$')
            {
                made.Append('$');
                i++;
                continue;
            }
            var digits = Digits(replacement, i + 1, digitsMax);
            if (digits > 1 && int.Parse(replacement.AsSpan(i + 1, digits), CultureInfo.InvariantCulture) > match.Groups.Count) digits--;
            if (digits == 0)
            {
                made.Append('$');
                continue;
            }
            var group = int.Parse(replacement.AsSpan(i + 1, digits), CultureInfo.InvariantCulture);
            made.Append(group == 0 ? match.Match : group <= match.Groups.Count ? match.Groups[group - 1] : "");
            i += digits;
        }
        return made.ToString();
    }

    private static int Digits(string text, int from, int most)
    {
        var count = 0;
        while (count < most && from + count < text.Length && char.IsAsciiDigit(text[from + count])) count++;
        return count;
    }

    // A matcher that is a function may give places that are not there.
    private static string Piece(string text, int from, int to)
    {
        from = Math.Clamp(from, 0, text.Length);
        return text[from..Math.Clamp(to, from, text.Length)];
    }

    private static double Limit(in Value limit, string code)
    {
        if (limit.IsUndefined) return double.PositiveInfinity;
        return limit.Number >= 0 ? Math.Floor(limit.Number) : throw new JsonataException(code);
    }
}
