using IntegrationHub.Sandbox;

namespace IntegrationHub.Hub.Demo;

/// <summary>Three pretended systems, served over HTTP on this machine and filled with people who are in several of them.</summary>
internal sealed class DemoSystems : IAsyncDisposable
{
    private readonly SandboxHost host;

    private DemoSystems(SandboxHost host, IReadOnlyList<SandboxSite> sites, UserActivity activity)
    {
        this.host = host;
        Sites = sites;
        Activity = activity;
    }

    /// <summary>CRM, shop and ERP; their names are the connections' too.</summary>
    public IReadOnlyList<SandboxSite> Sites { get; }

    /// <summary>People who work in the systems meanwhile.</summary>
    public UserActivity Activity { get; }

    public Uri AddressOf(string name) => host.BaseAddresses[name];

    /// <summary>What the hub has written into a system, by the system's own ledger.</summary>
    public IReadOnlyList<LedgerEntry> WrittenByHub(SandboxSite site) =>
        [.. site.System.LedgerAfter(0).Where(static entry => entry.Origin.Actor.StartsWith("api:", StringComparison.Ordinal))];

    /// <summary>Records that a system has and shows.</summary>
    public static int LiveRecords(SandboxSite site) => site.System.All(RecordSetOf(site)).Count(static record => !record.Deleted);

    public static string RecordSetOf(SandboxSite site) => site.Name switch
    {
        "crm" => "contacts",
        "shop" => "customers",
        _ => "Partners",
    };

    public static async Task<DemoSystems> StartAsync(int seed, int parties, TimeProvider clock, CancellationToken cancellationToken)
    {
        IReadOnlyList<SandboxSite> sites = [new CrmSandbox(clock, seed), new ShopSandbox(clock, seed), new ErpSandbox(clock, seed)];
        new PopulationGenerator(seed).Generate(parties, clock.GetUtcNow()).LoadInto(sites);
        return new(await SandboxHost.StartAsync(sites, cancellationToken: cancellationToken), sites, new UserActivity(seed, sites));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
