using IntegrationHub.Abstractions;
using IntegrationHub.SystemTests.Simulation.Time;

namespace IntegrationHub.SystemTests.Simulation.Systems;

/// <summary>Remembers what systems asked the hub to wait for, and notices when it does not (V13).</summary>
internal sealed class Throttles(VirtualTime time, List<string> findings)
{
    private readonly Dictionary<(int System, string Delivery), DateTimeOffset> notBefore = [];

    /// <summary>A call was turned away with a time to wait. Without a batch it was a read.</summary>
    public void Note(SimSystem system, IReadOnlyList<Delivery>? batch, TimeSpan wait)
    {
        if (batch is null)
            notBefore[(system.Number, "")] = time.Now + wait;
        foreach (var delivery in batch ?? [])
            notBefore[(system.Number, delivery.Id)] = time.Now + wait;
    }

    /// <summary>The hub cannot know any more what it was asked: its process died, its clock was set, its store failed, or a person said to go on.</summary>
    public void Forget() => notBefore.Clear();

    public void CheckRead(SimSystem system) => Check(system, "");

    public void CheckWrite(SimSystem system, IReadOnlyList<Delivery> batch)
    {
        foreach (var delivery in batch)
            Check(system, delivery.Id);
    }

    private void Check(SimSystem system, string what)
    {
        if (notBefore.Remove((system.Number, what), out var earliest) && time.Now < earliest)
            findings.Add($"V13: {system.Name} asked for patience until {earliest:HH:mm:ss} and was called again at {time.Now:HH:mm:ss}.");
    }
}
