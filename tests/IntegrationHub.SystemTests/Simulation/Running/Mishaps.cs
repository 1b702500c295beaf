using IntegrationHub.SystemTests.Simulation.Hub;
using IntegrationHub.SystemTests.Simulation.Script;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary>What goes wrong with systems, clocks, store and processes.</summary>
/// <param name="restart">Has a dead process started again after a while.</param>
internal sealed class Mishaps(World world, Action<SimNode, TimeSpan> restart)
{
    private static readonly string[] Hideable = ["title", "city", "phone"];
    private static readonly (string Code, int TimesMax)[] StoreFaults = [("store.locked", 1), ("store.full", 12), ("store.io", 1)];

    public void Take(SimEvent step, SimSystem system, SimNode node)
    {
        switch (step.Kind)
        {
            case EventKind.Fault: world.WeatherOf(system).Add((CallFault)step.B, step.C); break;
            case EventKind.Outage: world.WeatherOf(system).BreakDown(TimeSpan.FromSeconds(60 * Math.Pow(1.0008, step.B % 9_000))); break;
            case EventKind.HideField: Hide(system, Hideable[step.B % Hideable.Length], TimeSpan.FromMinutes(step.C % 600)); break;
            case EventKind.RequireField: Require(system, Hideable[step.B % Hideable.Length], TimeSpan.FromMinutes(step.C % 600)); break;
            case EventKind.CutTitles: CutTitles(system, 8 + (step.B % 8)); break;
            case EventKind.SetClock: SetClock(TimeSpan.FromSeconds((step.B % 1_200) - 600)); break;
            case EventKind.FailStore when node.IsAlive: FailStore(node, step); break;
            case EventKind.Crash when node.IsAlive: Crash(node, step); break;
            case EventKind.StandStill when node.IsAlive && world.Nodes.Count > 1: StandStill(node, TimeSpan.FromMinutes(step.B % 20)); break;
            case EventKind.ChangeMapping: ChangeMapping(system, step); break;
            default: break;
        }
    }

    /// <summary>All is well from now on.</summary>
    public void End()
    {
        foreach (var system in world.Systems)
        {
            world.WeatherOf(system).Clear();
            system.HiddenField = null;
            system.RequiredField = null;
            system.IsMetered = false;
        }

        SetClock(TimeSpan.Zero);
    }

    private void Hide(SimSystem system, string field, TimeSpan duration)
    {
        world.Trace.Hit("field hidden");
        system.HiddenField = field;
        system.WasHidden = true;
        world.Time.After(duration, () => system.HiddenField = null);
    }

    private void Require(SimSystem system, string field, TimeSpan duration)
    {
        world.Trace.Hit("field required");
        system.RequiredField = field;
        world.Time.After(duration, () => system.RequiredField = null);
    }

    private void CutTitles(SimSystem system, int most)
    {
        if (system.TitleMax <= most)
            return;
        world.Trace.Hit("length cut");
        system.TitleMax = most;
    }

    private void SetClock(TimeSpan offset)
    {
        if (offset == world.HubClock.Offset)
            return;
        if (offset != TimeSpan.Zero)
            world.Trace.Hit("clock set");
        world.Throttles.Forget();
        world.HubClock.Offset = offset;
        foreach (var node in world.Nodes)
            node.SetClock(offset);
    }

    private static void FailStore(SimNode node, SimEvent step)
    {
        var (code, times) = StoreFaults[step.A % StoreFaults.Length];
        node.FailStore(code, step.B % 40, 1 + (step.C % times));
    }

    private void Crash(SimNode node, SimEvent step)
    {
        node.DieAt(CrashPoints.All[step.B % CrashPoints.All.Length], 1 + (step.C % 3));
        node.WhenDead = () => restart(node, TimeSpan.FromSeconds(1 + (step.A % 60)));
    }

    private void StandStill(SimNode node, TimeSpan duration)
    {
        world.Trace.Hit("stands still");
        node.StandStill(duration);
    }

    private void ChangeMapping(SimSystem system, SimEvent step)
    {
        world.Trace.Hit("mapping changed");
        world.Configuration.Toggle(system.Number, Hideable[step.B % 2]);
        foreach (var node in world.Nodes)
        {
            node.Kill("a new configuration");
            restart(node, TimeSpan.FromSeconds(step.C % 10));
        }
    }
}
