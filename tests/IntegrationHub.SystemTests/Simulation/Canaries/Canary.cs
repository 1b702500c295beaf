using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Store;
using IntegrationHub.SystemTests.Simulation.Running;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Canaries;

/// <summary>A bug that can be planted: something that stands between the hub and its store, or between the hub and a system, and does what a
/// careless hub would. The base plants nothing.</summary>
internal class Canary
{
    public static Canary None { get; } = new();

    /// <param name="start">How often the process has been started.</param>
    public virtual IStore Wrap(IStore store, World world, int start) => store;

    public virtual (ISourceConnector Source, ITargetConnector Target) Wrap(SimConnector connector, World world) => (connector, connector);
}
