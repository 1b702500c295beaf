using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Functions;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>Reads and binds variables. Their slots are known when the expression is compiled; whether one is bound yet, only when it
/// runs.</summary>
internal static class Variables
{
    public static Op Read(string name, CompileScope scope)
    {
        if (name.Length == 0) return (Run _, Scope _, in Value input) => Unwrapped(input);
        if (name is "$") return (Run run, Scope _, in Value _) => run.Input;
        var places = scope.Places(name).ToArray();
        var builtin = Builtins.Find(name) is { } found ? Value.Of(found) : default;
        return places switch
        {
            [] => (Run run, Scope _, in Value _) => Root(run, name, builtin),
            [(0, var slot)] when slot < scope.Always => (Run _, Scope at, in Value _) => at.Get(slot).Plain,
            [(1, var slot)] when slot < scope.Parent!.Always => (Run _, Scope at, in Value _) => at.Parent!.Get(slot).Plain,
            _ => (Run run, Scope at, in Value _) =>
            {
                foreach (var (hops, slot) in places)
                {
                    var value = at.Up(hops).Get(slot);
                    if (!value.IsUnset) return value.Plain;
                }
                return Root(run, name, builtin);
            },
        };
    }

    public static Op Bind(Compiler compiler, BindNode node, CompileScope scope)
    {
        var value = compiler.Compile(node.Value, scope);
        var slot = scope.Layout.Slot(node.Name);
        return (Run run, Scope at, in Value input) =>
        {
            var bound = value(run, at, input);
            at.Set(slot, bound);
            return bound;
        };
    }

    /// <summary>An input that is an array travels as one item; an expression that asks for the context gets the array.</summary>
    public static Value Unwrapped(in Value input) => input.MadeArray is { IsInputWrapper: true } wrapper ? wrapper[0] : input;

    private static Value Root(Run run, string name, in Value builtin) =>
        run.Bindings is { } given && given.TryGetValue(name, out var value) ? value : builtin;
}
