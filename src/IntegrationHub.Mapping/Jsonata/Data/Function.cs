using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Data;

/// <summary>What can be called.</summary>
internal abstract class Function() : Referent(Kind.Function)
{
    /// <summary>How many arguments a higher-order function hands it.</summary>
    public abstract int Arity { get; }

    /// <param name="context">Stands in for an argument that is missing, where the signature says so.</param>
    public abstract Value Invoke(Run run, ReadOnlySpan<Value> arguments, in Value context);

    /// <summary>Calls as a higher-order function does: with the value, its index and the whole array, as many as the function
    /// takes.</summary>
    public Value InvokeOn(Run run, in Value value, int index, in Value whole)
    {
        run.Step();
        return Arity switch
        {
            <= 1 => Invoke(run, [value], Value.Null),
            2 => Invoke(run, [value, Value.Of(index)], Value.Null),
            _ => Invoke(run, [value, Value.Of(index), whole], Value.Null),
        };
    }
}
