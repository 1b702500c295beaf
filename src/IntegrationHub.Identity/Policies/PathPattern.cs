using System.Diagnostics.CodeAnalysis;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity.Policies;

/// <summary>
/// A pattern of canonical paths: a path itself, <c>emails[*].value</c> for every element of a list, <c>identifiers[scheme=tax,*].value</c>
/// for elements that have these keys and perhaps more, <c>name.*</c> for everything below, <c>*</c> for everything.
/// </summary>
internal sealed class PathPattern
{
    private readonly Step[] steps;

    // What every path that fits starts with: most paths are told apart here.
    private readonly string prefix;

    private PathPattern(string text, Step[] steps)
    {
        Text = text;
        this.steps = steps;
        IsExact = Array.TrueForAll(steps, static step => step.Kind == StepKind.Exact);
        var leading = string.Join('.', steps.TakeWhile(static step => step.Kind == StepKind.Exact).Select(static step => step.Literal));
        prefix = steps.FirstOrDefault(static step => step.Kind is StepKind.Element) is { Literal: { } name } && leading.Length == 0
            ? name + "["
            : leading;
    }

    private enum StepKind
    {
        Exact,
        Element,
        Rest,
    }

    /// <summary>The pattern in canonical form.</summary>
    public string Text { get; }

    /// <summary>Whether it fits one path alone, <see cref="Text"/>.</summary>
    public bool IsExact { get; }

    /// <summary>Whether it ends in <c>*</c> and so fits fields of any name.</summary>
    public bool IsOpen => steps[^1].Kind == StepKind.Rest;

    /// <summary>Whether it names a place and everything below it: <c>name.*</c>, <c>addresses[*].*</c>.</summary>
    public bool HasHead => IsOpen && steps.Length > 1;

    public static bool TryParse(string text, [NotNullWhen(true)] out PathPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = null;
        var parsed = new List<Step>();
        foreach (var part in Split(text))
        {
            if (parsed.Count > 0 && parsed[^1].Kind == StepKind.Rest)
                problem = $"'{text}' goes on after '*'; a '*' without brackets ends a pattern";
            else if (ParseStep(part, out var step))
                parsed.Add(step);
            else
                problem = $"'{text}' is no pattern of paths at '{part}'";
        }

        if (problem is not null)
        {
            problem += ". Write it like 'name.given', 'emails[*].value', 'identifiers[scheme=tax,*].value', 'name.*' or '*'.";
            return false;
        }

        pattern = new(string.Join('.', parsed.Select(static step => step.ToString())), [.. parsed]);
        return true;
    }

    /// <param name="path">A path in canonical form.</param>
    public bool Fits(string path)
    {
        if (IsExact)
            return path == Text;
        if (!path.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        var rest = path.AsSpan();
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].Kind == StepKind.Rest)
                return rest.Length > 0;
            var length = StepLength(rest);
            if (!steps[i].Fits(rest[..length]))
                return false;
            var isLast = length == rest.Length;
            if (isLast || i == steps.Length - 1)
                return isLast && i == steps.Length - 1;
            rest = rest[(length + 1)..];
        }

        return false;
    }

    /// <summary>The place in a path that fits, which the pattern names before its <c>*</c>: <c>addresses[type=mailing]</c>.</summary>
    public string HeadOf(string path)
    {
        var length = -1;
        for (var i = 0; i < steps.Length - 1; i++)
            length += 1 + StepLength(path.AsSpan(length + 1));
        return path[..length];
    }

    /// <summary>Whether this fits every path that the other fits.</summary>
    public bool Covers(PathPattern other)
    {
        for (var i = 0; i < steps.Length; i++)
        {
            if (i >= other.steps.Length)
                return false;
            if (steps[i].Kind == StepKind.Rest)
                return true;
            if (!steps[i].Covers(other.steps[i]))
                return false;
        }

        return steps.Length == other.steps.Length;
    }

    public override string ToString() => Text;

    // A '.' inside brackets belongs to a key's value.
    private static int StepLength(ReadOnlySpan<char> path)
    {
        var end = path.IndexOfAny('.', '[');
        if (end < 0 || path[end] == '.')
            return end < 0 ? path.Length : end;
        var close = path[end..].IndexOf(']');
        return close < 0 ? path.Length : end + close + 1;
    }

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var start = 0;
        while (start <= text.Length)
        {
            var length = StepLength(text.AsSpan(start));
            var end = text.AsSpan(start + length).IndexOf('.');
            // What stands between a closing bracket and the next dot is left in the part, and refused there.
            length = end < 0 ? text.Length - start : length + end;
            parts.Add(text.Substring(start, length));
            start += length + 1;
        }

        return parts;
    }

    private static bool ParseStep(string part, out Step step)
    {
        step = new(StepKind.Rest, "*", []);
        if (part == "*")
            return true;
        var anyMore = part.EndsWith("[*]", StringComparison.Ordinal) || part.EndsWith(",*]", StringComparison.Ordinal);
        var concrete = part switch
        {
            _ when part.EndsWith("[*]", StringComparison.Ordinal) => part[..^3],
            _ when anyMore => part[..^3] + "]",
            _ => part,
        };
        try
        {
            // A key that is '*' would be taken for its literal value, and surely was not meant so.
            if (CanonicalPath.Parse(concrete) is not [var parsed] || parsed.Keys.Any(static key => key.Value == "*"))
                return false;
            step = anyMore
                ? new(StepKind.Element, parsed.Name, [.. parsed.Keys.Select(key => KeyText(parsed.Name, key))])
                : new(StepKind.Exact, CanonicalPath.Format([parsed]), []);
            return true;
        }
        catch (FormatException)
        {
            return false; // the caller says what a pattern looks like
        }
    }

    // "scheme=tax" with the escapes of the canonical form.
    private static string KeyText(string name, KeyValuePair<string, string> key) =>
        CanonicalPath.Format([new(name, [key])])[(name.Length + 1)..^1];

    private sealed record Step(StepKind Kind, string Literal, string[] Keys)
    {
        public bool Fits(ReadOnlySpan<char> part)
        {
            if (Kind == StepKind.Exact)
                return part.SequenceEqual(Literal);
            if (part.Length <= Literal.Length || part[Literal.Length] != '[' || !part.StartsWith(Literal))
                return false;
            if (Keys.Length == 0)
                return true;
            var inside = part[(Literal.Length + 1)..^1];
            foreach (var key in Keys)
            {
                if (!HasKey(inside, key))
                    return false;
            }

            return true;
        }

        public bool Covers(Step other) => Kind switch
        {
            StepKind.Exact => other.Kind == StepKind.Exact && other.Literal == Literal,
            _ when other.Kind == StepKind.Exact => Fits(other.Literal),
            _ => other.Kind == StepKind.Element && other.Literal == Literal && Array.TrueForAll(Keys, key => other.Keys.Contains(key)),
        };

        public override string ToString() => Kind == StepKind.Element
            ? $"{Literal}[{string.Concat(Keys.Select(static key => key + ","))}*]"
            : Literal;

        private static bool HasKey(ReadOnlySpan<char> inside, string key)
        {
            foreach (var range in inside.Split(','))
            {
                if (inside[range].SequenceEqual(key))
                    return true;
            }

            return false;
        }
    }
}
