using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>[ … ] and { … } that make arrays and objects.</summary>
internal static class Constructors
{
    public static Op Array(Compiler compiler, ArrayNode node, CompileScope scope)
    {
        var items = node.Items.Select(item => (Op: compiler.Compile(item, scope), Nests: item is ArrayNode { Stages: null,
            Group: null })).ToArray();
        var makesItem = node.MakesItem;
        // A single range is the array itself: its numbers are not written out.
        if (items.Length == 1 && node.Items[0] is BinaryNode { Sign: "..", Stages: null })
        {
            return (Run run, Scope at, in Value input) =>
                Constructed(items[0].Op(run, at, input).MadeArray ?? new ArrayValue(0), makesItem);
        }
        return (Run run, Scope at, in Value input) =>
        {
            run.Step();
            var made = new ArrayValue(items.Length) { IsConstructed = makesItem };
            foreach (var (op, nests) in items)
            {
                var value = op(run, at, input);
                if (value.IsUndefined) continue;
                if (nests || !value.IsArray) made.Add(value);
                else made.AddItems(value);
                run.Count(made.Count);
            }
            return Value.Of(made);
        };
    }

    public static Op Object(Compiler compiler, GroupNode node, CompileScope scope) => new Grouping(compiler, node, scope).Make;

    private static Value Constructed(ArrayValue range, bool makesItem)
    {
        range.IsConstructed = makesItem;
        return Value.Of(range);
    }
}
