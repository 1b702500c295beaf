using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>A path of nothing but names, the most frequent of all: while it meets only objects it looks up and does nothing else.</summary>
internal static class NamePath
{
    public static Op Compile(NameNode[] steps)
    {
        var names = steps.Select(step => new PropertyName(step.Name)).ToArray();
        if (names is [var only])
        {
            return (Run run, Scope _, in Value input) => input.IsObject ? input.Property(only) : Walk(run, input, names, 0);
        }
        return (Run run, Scope _, in Value input) => Walk(run, input, names, 0);
    }

    private static Value Walk(Run run, in Value input, PropertyName[] names, int at)
    {
        run.Step();
        var value = input;
        for (; at < names.Length; at++)
        {
            if (value.IsArray) return Spread(run, value, names, at);
            if (!value.IsObject) return default;
            value = value.Property(names[at]);
        }
        // A sequence that the input's maker bound is dissolved like that of any step.
        return Compiler.Collapse(value, false);
    }

    private static Value Spread(Run run, in Value array, PropertyName[] names, int at)
    {
        var sink = default(Sink);
        foreach (var item in array.Items()) From(run, item, names, at, ref sink);
        return sink.Result(false);
    }

    private static void From(Run run, in Value item, PropertyName[] names, int at, ref Sink sink)
    {
        run.Step();
        var result = Navigation.Lookup(run, item, names[at]);
        if (result.IsUndefined) return;
        if (at == names.Length - 1) sink.Push(run, result);
        else if (!result.IsArray) From(run, result, names, at + 1, ref sink);
        else foreach (var next in result.Items()) From(run, next, names, at + 1, ref sink);
    }
}
