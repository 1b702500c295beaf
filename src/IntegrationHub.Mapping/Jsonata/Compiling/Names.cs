using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>Finds which names a scope will hold before it is compiled.</summary>
internal static class Names
{
    /// <summary>Declares what := binds in these parts, not what blocks, functions and paths with bindings inside keep to themselves.</summary>
    public static void Declare(Layout layout, params ReadOnlySpan<Node?> parts)
    {
        foreach (var part in parts)
        {
            if (part is null) continue;
            Run.GuardStack();
            DeclareIn(layout, part);
        }
    }

    /// <summary>Declares what the steps of a path with bindings bind (@ # %), and what its nested paths hand on.</summary>
    public static void DeclareTuples(Layout layout, PathNode path)
    {
        foreach (var step in path.Steps)
        {
            if (step.Focus is { } focus) layout.Declare(focus);
            if (step.Index is { } index) layout.Declare(index);
            if (step.Ancestor is { } ancestor) layout.Declare(ancestor.Label);
            foreach (var stage in step.Stages ?? [])
            {
                if (stage.Index is { } name) layout.Declare(name);
            }
            if (step.IsTuple) DeclareHandedOn(layout, step);
        }
    }

    public static bool HasTuples(PathNode path) => path.Steps.Exists(step => step.IsTuple);

    private static void DeclareHandedOn(Layout layout, Node step)
    {
        if (step is BlockNode { Expressions: [.., var last] }) DeclareHandedOn(layout, last);
        if (step is PathNode { IsTuple: true } path) DeclareTuples(layout, path);
    }

    private static void DeclareIn(Layout layout, Node node)
    {
        foreach (var stage in node.Stages ?? []) Declare(layout, stage.Filter);
        foreach (var (key, value) in node.Group?.Pairs ?? []) Declare(layout, key, value);
        switch (node)
        {
            case BindNode bind:
                layout.Declare(bind.Name);
                Declare(layout, bind.Value);
                break;
            case PathNode path when !HasTuples(path): Declare(layout, [.. path.Steps]); break;
            case BinaryNode binary: Declare(layout, binary.Left, binary.Right); break;
            case ApplyNode apply: Declare(layout, apply.Left, apply.Right); break;
            case NegateNode negate: Declare(layout, negate.Operand); break;
            case ArrayNode array: Declare(layout, [.. array.Items]); break;
            case GroupNode group:
                foreach (var (key, value) in group.Pairs) Declare(layout, key, value);
                break;
            case ConditionNode condition: Declare(layout, condition.Condition, condition.Then, condition.Otherwise); break;
            case CallNode call: Declare(layout, [call.Procedure, .. call.Arguments]); break;
            case TransformNode transform: Declare(layout, transform.Pattern, transform.Update, transform.Delete); break;
            case SortNode sort:
                foreach (var term in sort.Terms) Declare(layout, term.Expression);
                break;
        }
    }
}
