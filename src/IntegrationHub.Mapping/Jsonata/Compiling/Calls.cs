using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Functions;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>Calls of functions, partial applications, and ~>.</summary>
internal static class Calls
{
    public static Op Compile(Compiler compiler, CallNode node, CompileScope scope, bool last)
    {
        var call = new CallCode(compiler, node, scope);
        if (node.IsPartial) return call.Partial;
        if (last) return call.Last;
        return call.Evaluate;
    }

    public static Op Apply(Compiler compiler, ApplyNode node, CompileScope scope)
    {
        var left = compiler.Compile(node.Left, scope);
        var keeps = node.KeepsArray;
        if (node.Right is CallNode { IsPartial: false, Stages: null, Group: null } call)
        {
            var code = new CallCode(compiler, call, scope);
            return (Run run, Scope at, in Value input) => Compiler.Collapse(code.With(run, at, input, left(run, at, input)), keeps);
        }
        var right = compiler.Compile(node.Right, scope);
        var depth = compiler.Depth;
        return (Run run, Scope at, in Value input) =>
        {
            var value = left(run, at, input);
            if (right(run, at, input).Function is not { } function) throw new JsonataException("T2006", node.Position, "~>");
            if (value.Function is { } first) return Value.Of(new ComposedFunction(first, function));
            run.Depth += depth;
            var result = function.Invoke(run, [value], Value.Null);
            run.Depth -= depth;
            return Compiler.Collapse(result, keeps);
        };
    }
}

/// <summary>One call as it stands in an expression.</summary>
internal sealed class CallCode
{
    private readonly Op _procedure;
    private readonly Op?[] _arguments;
    private readonly string? _name;
    private readonly int _position;
    private readonly int _depth;
    private readonly bool _keeps;
    private readonly bool _isBareName;
    private readonly Op? _sameVariable;
    // A function of the language, called by its name: there is no need to look for it each time.
    private readonly Builtin? _builtin;

    public CallCode(Compiler compiler, CallNode node, CompileScope scope)
    {
        _procedure = compiler.Compile(node.Procedure, scope);
        _arguments = [.. node.Arguments.Select(argument => argument is null ? null : compiler.Compile(argument, scope))];
        _position = node.Position;
        _depth = compiler.Depth;
        _keeps = node.KeepsArray;
        if (node.Procedure is PathNode { Steps: [NameNode name, ..] })
        {
            _isBareName = true;
            _name = name.Name;
            _sameVariable = Variables.Read(name.Name, scope);
        }
        if (node.Procedure is not VariableNode variable) return;
        _name = variable.Name;
        if (variable is { Stages: null, Group: null } && scope.Places(variable.Name).Count == 0) _builtin = Builtins.Find(variable.Name);
    }

    public Value Evaluate(Run run, Scope scope, in Value input) => Invoke(run, scope, input, false, default);

    /// <summary>Calls with a value put before the arguments.</summary>
    public Value With(Run run, Scope scope, in Value input, in Value first) => Invoke(run, scope, input, true, first);

    /// <summary>Leaves the call to whoever called the function that ends in it.</summary>
    public Value Last(Run run, Scope scope, in Value input)
    {
        var function = Function(run, scope, input);
        if (function is not Lambda lambda) return Invoke(run, scope, input, false, default);
        var arguments = new Value[_arguments.Length];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = _arguments[i]!(run, scope, input);
        try
        {
            run.TailCall = (lambda, lambda.Bind(arguments, Variables.Unwrapped(input)));
        }
        catch (JsonataException exception)
        {
            throw exception.At(_position, _name);
        }
        return Value.Of(Lambda.TailCall);
    }

    public Value Partial(Run run, Scope scope, in Value input)
    {
        if (Function(run, scope, input, partial: true) is not { } function) throw NoFunction(run, scope, input, partial: true);
        var given = new Value?[_arguments.Length];
        for (var i = 0; i < given.Length; i++) given[i] = _arguments[i]?.Invoke(run, scope, input);
        return Value.Of(new PartialFunction(function, given));
    }

    private Function? Function(Run run, Scope scope, in Value input, bool partial = false) =>
        _builtin is not null && run.Bindings is null ? _builtin : _procedure(run, scope, input).Function;

    private Value Invoke(Run run, Scope scope, in Value input, bool hasFirst, in Value first)
    {
        run.Step();
        if (Function(run, scope, input) is not { } function) throw NoFunction(run, scope, input, partial: false);
        var given = _arguments.Length + (hasFirst ? 1 : 0);
        var room = default(Room);
        Span<Value> arguments = Math.Max(given, Room.Size) > Room.Size ? new Value[given] : room;
        if (hasFirst) arguments[0] = first;
        for (var i = 0; i < _arguments.Length; i++) arguments[given - _arguments.Length + i] = _arguments[i]!(run, scope, input);
        run.Depth += _depth;
        try
        {
            var context = Variables.Unwrapped(input);
            var result = function switch
            {
                EvalFunction eval => eval.InvokeAt(run, arguments[..given], context, scope),
                Builtin builtin => builtin.InvokeIn(run, arguments, given, context),
                _ => function.Invoke(run, arguments[..given], context),
            };
            run.Depth -= _depth;
            return Compiler.Collapse(result, _keeps);
        }
        catch (JsonataException exception) when (exception.Position < 0 || exception.Token is null)
        {
            throw exception.At(_position, _name);
        }
    }

    private JsonataException NoFunction(Run run, Scope scope, in Value input, bool partial)
    {
        var meant = _isBareName && _sameVariable!(run, scope, input).IsFunction;
        return new JsonataException(partial ? (meant ? "T1007" : "T1008") : meant ? "T1005" : "T1006", _position, _name);
    }
}
