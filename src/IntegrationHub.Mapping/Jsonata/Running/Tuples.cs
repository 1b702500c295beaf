using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>A context item with the bindings that its path has made on the way (@ # %).</summary>
internal sealed class Tuple(Value context, Scope scope)
{
    public Value Context { get; } = context;

    public Scope Scope { get; } = scope;
}

/// <summary>What a path with bindings passes from step to step.</summary>
internal sealed class TupleStream(List<Tuple> tuples) : Referent(Kind.Tuples)
{
    public List<Tuple> Tuples { get; } = tuples;
}
