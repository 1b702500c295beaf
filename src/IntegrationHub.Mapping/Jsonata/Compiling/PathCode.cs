using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>A path without bindings. Each item is taken through the steps to the end before the next one, so that nothing is gathered in
/// between; only a sort gathers, and cuts the path into stretches.</summary>
internal sealed class PathCode
{
    private readonly Stretch[] _stretches;
    private readonly TuplePath? _tuples;
    private readonly Grouping? _group;
    private readonly bool _keeps;
    // A variable as first step is not the context's: it is looked up once, even if the context is an array.
    private readonly bool _once;

    private PathCode(Compiler compiler, PathNode path, CompileScope scope)
    {
        var plain = path.Steps.FindIndex(step => step.IsTuple);
        _stretches = Stretch.Cut(compiler, plain < 0 ? path.Steps : path.Steps[..plain], scope, wholePath: plain < 0);
        _tuples = plain < 0 ? null : new TuplePath(compiler, path, plain, scope);
        _group = path.Group is { } pairs && _tuples is null ? new Grouping(compiler, pairs, scope) : null;
        _keeps = path.KeepsSingleton;
        _once = path.Steps[0] is VariableNode;
    }

    public static Op Compile(Compiler compiler, PathNode path, CompileScope scope)
    {
        if (path is { Group: null, KeepsSingleton: false } && path.Steps.TrueForAll(step => step is NameNode { Stages: null,
            IsTuple: false }))
            return NamePath.Compile([.. path.Steps.Cast<NameNode>()]);
        return new PathCode(compiler, path, scope).Evaluate;
    }

    private Value Evaluate(Run run, Scope scope, in Value input)
    {
        var current = input;
        for (var i = 0; i < _stretches.Length; i++)
        {
            var stretch = _stretches[i];
            var sink = default(Sink);
            stretch.Walk(run, scope, current, i == 0 && _once, ref sink);
            if (i == _stretches.Length - 1 && _tuples is null && stretch.Sort is null)
                return _group is null ? sink.Result(_keeps) : _group.Make(run, scope, sink.Uncollapsed());
            current = stretch.Sorted(run, scope, sink.Sequence());
        }
        if (_tuples is not null) return _tuples.Evaluate(run, scope, current, _stretches.Length == 0 && _once);
        if (_group is not null) return _group.Make(run, scope, current);
        var sorted = default(Sink);
        if (current.Count > 0) sorted.Push(run, current);
        return sorted.Result(_keeps);
    }
}
