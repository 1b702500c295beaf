using System.Text.RegularExpressions;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>A match: what matched, where, and what its groups hold (null where a group took no part).</summary>
internal sealed record Found(string Match, int Start, int End, IReadOnlyList<string?> Groups)
{
    public Value AsObject(string startName, string? endName)
    {
        var made = new ObjectValue(5);
        made.Add("match", Value.Of(Match));
        made.Add(startName, Value.Of(Start));
        if (endName is not null) made.Add(endName, Value.Of(End));
        var groups = new ArrayValue(Groups.Count);
        foreach (var group in Groups) groups.Add(group is null ? Value.Null : Value.Of(group));
        made.Add("groups", Value.Of(groups));
        return Value.Of(made);
    }
}

/// <summary>/pattern/ is a function from a text to its first match, which has a function to the next one.</summary>
internal sealed class RegexFunction : Function
{
    // A pattern that needs backtracking (it looks around, or refers back) is given this long for one match.
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    private readonly System.Text.RegularExpressions.Regex _regex;
    private readonly int _groups;

    private RegexFunction(System.Text.RegularExpressions.Regex regex)
    {
        _regex = regex;
        _groups = regex.GetGroupNumbers().Length - 1;
    }

    public override int Arity => 1;

    public static RegexFunction Of(RegexNode node)
    {
        var pattern = RegexSyntax.Translate(node.Regex, node.Position);
        var options = RegexOptions.CultureInvariant
            | (node.Regex.IgnoresCase ? RegexOptions.IgnoreCase : RegexOptions.None) | (node.Regex.IsMultiline ? RegexOptions.Multiline
                : RegexOptions.None);
        try
        {
            // What has nothing to try again is quicker in the engine that could.
            var choice = RegexSyntax.IsStraight(node.Regex.Pattern) ? RegexOptions.None : RegexOptions.NonBacktracking;
            return new RegexFunction(new System.Text.RegularExpressions.Regex(pattern, options | choice, MatchTime));
        }
        catch (NotSupportedException)
        {
            return new RegexFunction(new System.Text.RegularExpressions.Regex(pattern, options, MatchTime));
        }
        catch (ArgumentException)
        {
            throw new JsonataException("S0303", node.Position, node.Regex.Pattern);
        }
    }

    public override Value Invoke(Run run, ReadOnlySpan<Value> arguments, in Value context) =>
        arguments.Length > 0 && arguments[0].IsText ? Result(run, arguments[0].Text, 0) : default;

    /// <summary>The first match at or after a place; null when there is none.</summary>
    /// <exception cref="JsonataException">D1004: the match is empty. D1012: it took too long.</exception>
    public Found? Find(Run run, string text, int from)
    {
        run.Steps(1 + (text.Length / 64));
        Match match;
        try
        {
            match = _regex.Match(text, from);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new JsonataException("D1012");
        }
        if (!match.Success) return null;
        if (match.Length == 0) throw new JsonataException("D1004");
        var groups = new string?[_groups];
        for (var i = 0; i < _groups; i++) groups[i] = match.Groups[i + 1].Success ? match.Groups[i + 1].Value : null;
        return new Found(match.Value, match.Index, match.Index + match.Length, groups);
    }

    private Value Result(Run run, string text, int from)
    {
        if (Find(run, text, from) is not { } found) return default;
        var result = found.AsObject("start", "end");
        result.MadeObject!.Add("next", Value.Of(new Next(this, text, found.End)));
        return result;
    }

    private sealed class Next(RegexFunction regex, string text, int from) : Function
    {
        public override int Arity => 0;

        public override Value Invoke(Run run, ReadOnlySpan<Value> arguments, in Value context) =>
            from >= text.Length ? default : regex.Result(run, text, from);
    }
}
