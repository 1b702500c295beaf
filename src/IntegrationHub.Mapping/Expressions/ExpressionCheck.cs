using IntegrationHub.Mapping.Jsonata.Functions;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping;

/// <summary>What a mapping's expression may not do, though the language allows it.</summary>
internal static class ExpressionCheck
{
    private static readonly string[] Changing = ["now", "millis", "random", "shuffle"];

    /// <returns>One sentence for each mistake.</returns>
    public static IEnumerable<string> Mistakes(Node whole)
    {
        var all = Parts.All(whole).ToList();
        var bound = all.SelectMany(Bound).ToHashSet(StringComparer.Ordinal);
        foreach (var variable in all.OfType<VariableNode>().Where(variable => !bound.Contains(variable.Name)).DistinctBy(variable
            => variable.Name))
        {
            var name = variable.Name;
            var place = $"(at character {variable.Position})";
            if (Changing.Contains(name))
            {
                yield return $"${name} would give something else each time the record is read {place}; "
                    + "a mapping says the same about the same record.";
            }
            else if (name == "eval")
            {
                yield return $"$eval runs a text that cannot be checked beforehand {place}; write the expression itself.";
            }
            else if (name.Length > 0 && name != "$" && Builtins.Find(name) is null)
            {
                yield return $"There is no ${name} {place}. {Nearest.Suggest(name, [.. bound, .. Builtins.Names])}";
            }
        }
    }

    private static IEnumerable<string> Bound(Node node)
    {
        IEnumerable<string?> names =
        [
            (node as BindNode)?.Name, node.Focus, node.Index, .. (node as LambdaNode)?.Parameters ?? [], .. node.Stages?.Select(stage
                => stage.Index) ?? [],
        ];
        return names.OfType<string>();
    }
}
