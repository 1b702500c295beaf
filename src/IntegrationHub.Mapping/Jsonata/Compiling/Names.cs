using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>Finds which names a scope will hold before it is compiled.</summary>
internal static class Names
{
    /// <summary>Declares what := binds in these parts, not what blocks, functions and paths with bindings inside keep to
    /// themselves.</summary>
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
        if (node is BindNode bind) layout.Declare(bind.Name);
        var keeps = node is BlockNode or LambdaNode || node is PathNode path && HasTuples(path);
        Declare(layout, [.. keeps ? Parts.Following(node) : Parts.Own(node).Concat(Parts.Following(node))]);
    }
}
