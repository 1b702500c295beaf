using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>The variables that a place in the expression can see, one link for each <see cref="Scope"/> that will be there when it
/// runs.</summary>
internal sealed class CompileScope(CompileScope? parent, Layout layout, int always = 0)
{
    public CompileScope? Parent { get; } = parent;

    public Layout Layout { get; } = layout;

    /// <summary>The first so many slots are bound before anything runs: a function's parameters.</summary>
    public int Always { get; } = always;

    /// <summary>The scope of an expression that is evaluated inside another one while that runs.</summary>
    public static CompileScope? At(Scope? scope) => scope is null ? null : new CompileScope(At(scope.Parent), scope.Layout);

    /// <summary>Where a name may be bound, nearest first: how many scopes out, and in which slot.</summary>
    public List<(int Hops, int Slot)> Places(string name)
    {
        var places = new List<(int, int)>();
        var hops = 0;
        for (var scope = this; scope is not null; scope = scope.Parent, hops++)
        {
            var slot = scope.Layout.Slot(name);
            if (slot < 0) continue;
            places.Add((hops, slot));
            if (slot < scope.Always) break;
        }
        return places;
    }
}
