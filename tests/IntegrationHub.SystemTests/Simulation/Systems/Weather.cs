using IntegrationHub.SystemTests.Simulation.Running;
using IntegrationHub.SystemTests.Simulation.Time;

namespace IntegrationHub.SystemTests.Simulation.Systems;

/// <summary>What goes wrong with the calls to one system, as the script has it: faults wait here until a call comes that they fit.</summary>
internal sealed class Weather(VirtualTime time, Trace trace)
{
    private readonly List<(CallFault Fault, int Times)> waiting = [];
    private DateTimeOffset downUntil = DateTimeOffset.MinValue;

    /// <summary>Whether the account has to be authorised again.</summary>
    public bool IsLockedOut { get; private set; }

    public void Add(CallFault fault, int times) => waiting.Add((fault, times));

    public void BreakDown(TimeSpan duration) => downUntil = time.Now + duration;

    public void Authorise() => IsLockedOut = false;

    /// <summary>All is well again.</summary>
    public void Clear()
    {
        waiting.Clear();
        IsLockedOut = false;
        downUntil = DateTimeOffset.MinValue;
    }

    public bool IsDown()
    {
        if (time.Now >= downUntil)
            return false;
        trace.Hit("outage");
        return true;
    }

    /// <summary>The first waiting fault that can happen to a call, used up once.</summary>
    public CallFault Next(Func<CallFault, bool> fits)
    {
        var index = waiting.FindIndex(one => fits(one.Fault));
        if (index < 0)
            return CallFault.None;
        var (fault, times) = waiting[index];
        if (times > 1)
            waiting[index] = (fault, times - 1);
        else
            waiting.RemoveAt(index);
        trace.Hit(fault.ToString());
        if (fault == CallFault.TokenExpired)
            IsLockedOut = true;
        return fault;
    }
}
