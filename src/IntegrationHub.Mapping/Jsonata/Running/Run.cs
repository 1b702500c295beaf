using System.Runtime.CompilerServices;
using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>One evaluation: its input, its clock and random source, and what it has used of its limits.</summary>
internal sealed class Run(Value input, JsonataEnvironment environment, JsonataLimits limits)
{
    // The clock is looked at once in so many steps.
    private const int StepsPerLook = 1024;

    private readonly long _start = environment.Time.GetTimestamp();
    private long _steps;
    private long _look = StepsPerLook;
    private DateTimeOffset? _now;

    /// <summary>The whole input, as $$ gives it.</summary>
    public Value Input { get; } = input;

    public JsonataLimits Limits { get; } = limits;

    public Random Random => environment.Random;

    /// <summary>Values that the caller gave names; null when there are none.</summary>
    public Dictionary<string, Value>? Bindings { get; init; }

    /// <summary>One moment for the whole evaluation.</summary>
    public DateTimeOffset Now => _now ??= environment.Time.GetUtcNow();

    /// <summary>Nested evaluations around the running function's body.</summary>
    public int Depth { get; set; }

    /// <summary>The call that a function's body ends in; its caller makes it.</summary>
    public (Lambda Function, Scope Scope) TailCall { get; set; }

    public void Step()
    {
        if (++_steps >= _look) Look();
    }

    /// <summary>Work on so many items or 64 characters each.</summary>
    public void Steps(long count)
    {
        _steps += count;
        if (_steps >= _look) Look();
    }

    /// <summary>A text that the expression made, once it is known to be small enough.</summary>
    public Value Sized(string text)
    {
        Size(text.Length);
        return Value.Of(text);
    }

    /// <summary>Asks before a text of so many characters is made.</summary>
    public void Size(long characters)
    {
        if (characters > Limits.Characters) throw new JsonataException("D2015");
        Steps(characters / 64);
    }

    /// <summary>Asks whether an array may have so many items.</summary>
    public void Count(long items)
    {
        if (items > Limits.Items) throw new JsonataException("D2015");
    }

    /// <summary>Ends an evaluation that goes deeper than it may, before the machine's stack does.</summary>
    public void Descend()
    {
        if (Depth >= Limits.Depth || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new JsonataException("D1011");
    }

    public static void GuardStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new JsonataException("D1011");
    }

    private void Look()
    {
        _look = _steps + StepsPerLook;
        if (_steps > Limits.Steps || environment.Time.GetElapsedTime(_start) > Limits.Time) throw new JsonataException("D1012");
    }
}
