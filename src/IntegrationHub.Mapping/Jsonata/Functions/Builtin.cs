using System.Runtime.CompilerServices;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <param name="arguments">One for each parameter of the signature; undefined where none was given.</param>
internal delegate Value BuiltinBody(Run run, ReadOnlySpan<Value> arguments);

/// <summary>Room on the stack for the arguments of nearly every call.</summary>
[InlineArray(Size)]
internal struct Room
{
    public const int Size = 4;

    private Value _first;
}

/// <summary>A function of the language.</summary>
internal class Builtin(string name, string signature, int arity, BuiltinBody body) : Function
{
    private readonly Signature _signature = Signature.Parse(signature);

    public string Name { get; } = name;

    public override int Arity { get; } = arity;

    public override Value Invoke(Run run, ReadOnlySpan<Value> arguments, in Value context)
    {
        var room = default(Room);
        Span<Value> copy = arguments.Length > Room.Size ? new Value[arguments.Length] : room;
        arguments.CopyTo(copy);
        return InvokeIn(run, copy, arguments.Length, context);
    }

    /// <param name="room">The arguments, with room for every parameter.</param>
    public Value InvokeIn(Run run, Span<Value> room, int given, in Value context)
    {
        try
        {
            return body(run, _signature.Check(room, given, context));
        }
        catch (JsonataException exception) when (exception.Token is null)
        {
            throw exception.At(-1, Name);
        }
    }
}
