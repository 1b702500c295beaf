using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>All matches of a matcher: a regular expression, or any function that returns match objects as one does.</summary>
internal static class Matching
{
    private static readonly PropertyName Match = new("match");
    private static readonly PropertyName Start = new("start");
    private static readonly PropertyName End = new("end");
    private static readonly PropertyName Groups = new("groups");
    private static readonly PropertyName Next = new("next");

    public static IEnumerable<Found> All(Run run, Function matcher, string text) =>
        matcher is RegexFunction regex ? Regex(run, regex, text) : Protocol(run, matcher, text);

    private static IEnumerable<Found> Regex(Run run, RegexFunction regex, string text)
    {
        var from = 0;
        while (from <= text.Length && (from < text.Length || from == 0) && regex.Find(run, text, from) is { } found)
        {
            yield return found;
            from = found.End;
        }
    }

    private static IEnumerable<Found> Protocol(Run run, Function matcher, string text)
    {
        var result = matcher.Invoke(run, [Value.Of(text)], Value.Null);
        while (!result.IsUndefined)
        {
            run.Step();
            yield return Read(result);
            result = result.Property(Next).Function is { } next ? next.Invoke(run, [], Value.Null) : default;
        }
    }

    private static Found Read(in Value result)
    {
        if (!result.IsObject) throw new JsonataException("T1010");
        var (match, start, end, groups) = (result.Property(Match), result.Property(Start), result.Property(End), result.Property(Groups));
        if (!match.IsText || !start.IsNumber || !end.IsNumber || !groups.IsArray) throw new JsonataException("T1010");
        var texts = new List<string?>();
        foreach (var group in groups.Items()) texts.Add(group.IsText ? group.Text : null);
        return new Found(match.Text, (int)start.Number, (int)end.Number, texts);
    }
}
