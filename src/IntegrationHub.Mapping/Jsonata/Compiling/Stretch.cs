using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>Steps of a path up to a sort, or to its end.</summary>
internal sealed class Stretch
{
    private readonly Step[] _steps;
    private readonly Filter[] _sortFilters;

    private Stretch(Compiler compiler, List<Node> steps, SortNode? sort, CompileScope scope)
    {
        _steps = [.. steps.Select(step => new Step(compiler, step, scope))];
        Sort = sort is null ? null : new Sorting(compiler, sort, scope);
        _sortFilters = Filter.All(compiler, sort?.Stages, scope);
        MakesItems = steps is [{ MakesItem: true }, ..];
    }

    public Sorting? Sort { get; }

    /// <summary>The first step is an array constructor: it is evaluated once, on the whole context.</summary>
    private bool MakesItems { get; }

    /// <param name="wholePath">No steps with bindings follow, so that the last stretch, if empty, is left out.</param>
    public static Stretch[] Cut(Compiler compiler, List<Node> steps, CompileScope scope, bool wholePath)
    {
        var stretches = new List<Stretch>();
        var since = 0;
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i] is not SortNode sort) continue;
            stretches.Add(new Stretch(compiler, steps[since..i], sort, scope));
            since = i + 1;
        }
        if (since < steps.Count || wholePath && steps.Count == 0) stretches.Add(new Stretch(compiler, steps[since..], null, scope));
        return [.. stretches];
    }

    /// <param name="once">The context is not gone through item by item.</param>
    public void Walk(Run run, Scope scope, in Value input, bool once, ref Sink sink)
    {
        if (once || MakesItems || !input.IsArray)
        {
            From(run, scope, 0, input, ref sink);
            return;
        }
        foreach (var item in input.Items()) From(run, scope, 0, item, ref sink);
    }

    public Value Sorted(Run run, Scope scope, ArrayValue sequence)
    {
        var sorted = Value.Of(Sort is null ? sequence : Sort.Apply(run, scope, sequence));
        foreach (var filter in _sortFilters) sorted = filter.Apply(run, scope, sorted);
        return sorted.IsUndefined ? Value.Of(ArrayValue.Sequence(0)) : sorted;
    }

    private void From(Run run, Scope scope, int at, in Value item, ref Sink sink)
    {
        run.Step();
        if (at == _steps.Length)
        {
            sink.Push(run, item);
            return;
        }
        var result = _steps[at].Apply(run, scope, item);
        if (result.IsUndefined) return;
        if (at == _steps.Length - 1)
        {
            sink.Push(run, result);
            return;
        }
        if (!result.IsArray || (result.MadeArray is { IsConstructed: true } && !(at == 0 && MakesItems)))
        {
            From(run, scope, at + 1, result, ref sink);
            return;
        }
        foreach (var next in result.Items()) From(run, scope, at + 1, next, ref sink);
    }

    private sealed class Step(Compiler compiler, Node node, CompileScope scope)
    {
        private readonly PropertyName? _name = node is NameNode name ? new PropertyName(name.Name) : null;
        private readonly Op _bare = compiler.Nested(node, scope);
        private readonly Filter[] _filters = Filter.All(compiler, node.Stages, scope);
        private readonly Grouping? _group = node.Group is { } pairs ? new Grouping(compiler, pairs, scope) : null;

        public Value Apply(Run run, Scope at, in Value item)
        {
            var value = _name is null ? _bare(run, at, item) : Navigation.Lookup(run, item, _name);
            foreach (var filter in _filters) value = filter.Apply(run, at, value);
            return _group is null ? value : _group.Make(run, at, value);
        }
    }
}
