using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>A compiled part of an expression.</summary>
internal delegate Value Op(Run run, Scope scope, in Value input);

/// <summary>What all closures of one function of an expression share. Its parameters are the first slots of its scope.</summary>
internal sealed class LambdaCode(int[] parameters, Layout layout, Signature? signature)
{
    public int[] Parameters { get; } = parameters;

    public Layout Layout { get; } = layout;

    public Signature? Signature { get; } = signature;

    public Op Body { get; set; } = (Run _, Scope _, in Value _) => default;
}

/// <summary>A function of an expression, with the variables around it and the context it was made in.</summary>
internal sealed class Lambda(LambdaCode code, Scope closure, Value input) : Function
{
    /// <summary>Stands for "make the call in <see cref="Run.TailCall"/>", so that a chain of last calls does not pile up.</summary>
    public static readonly Tag TailCall = new(Kind.Undefined);

    public override int Arity => code.Parameters.Length;

    public override Value Invoke(Run run, ReadOnlySpan<Value> arguments, in Value context) =>
        Run(run, Bind(arguments, context));

    public Value Run(Run run, Scope scope)
    {
        run.Descend();
        var function = this;
        while (true)
        {
            run.Step();
            var result = function.Body(run, scope);
            if (!result.Is(TailCall)) return result;
            (function, scope) = run.TailCall;
        }
    }

    public Scope Bind(ReadOnlySpan<Value> arguments, in Value context)
    {
        if (code.Signature is { } signature)
        {
            var room = new Value[Math.Max(arguments.Length, signature.Count)];
            arguments.CopyTo(room);
            arguments = signature.Check(room, arguments.Length, context);
        }
        var scope = new Scope(closure, code.Layout);
        for (var i = 0; i < code.Parameters.Length; i++) scope.Set(code.Parameters[i], i < arguments.Length ? arguments[i] : default);
        return scope;
    }

    private Value Body(Run run, Scope scope) => code.Body(run, scope, input);
}

/// <summary>A function some of whose arguments are given.</summary>
internal sealed class PartialFunction(Function function, Value?[] given) : Function
{
    public override int Arity { get; } = given.Count(value => value is null);

    public override Value Invoke(Run run, ReadOnlySpan<Value> arguments, in Value context)
    {
        run.Descend();
        var all = new Value[given.Length];
        var next = 0;
        for (var i = 0; i < given.Length; i++) all[i] = given[i] ?? (next < arguments.Length ? arguments[next++] : default);
        return function.Invoke(run, all, context);
    }
}

/// <summary>first ~> second, when both are functions.</summary>
internal sealed class ComposedFunction(Function first, Function second) : Function
{
    public override int Arity => 1;

    public override Value Invoke(Run run, ReadOnlySpan<Value> arguments, in Value context)
    {
        run.Descend();
        var between = first.Invoke(run, arguments.Length > 0 ? arguments[..1] : [default], Value.Null);
        return second.Invoke(run, [between], Value.Null);
    }
}
