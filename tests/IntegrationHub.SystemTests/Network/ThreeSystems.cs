using System.Globalization;
using System.Text.Json.Nodes;
using IntegrationHub.Sandbox;
using IntegrationHub.SystemTests.Fixtures;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Network;

/// <summary>
/// CRM, shop and ERP in this process, each behind a proxy, and a configuration of a hub between them. The systems' own ledgers are the witness:
/// they live on whatever happens to the hub.
/// </summary>
internal sealed class ThreeSystems : IAsyncDisposable
{
    private static readonly string[] Kept = ["hubId", "hub_ref", "ExternalId"], Own = ["id", "customer_id", "PartnerNo", "modifiedAt", "updated_at", "ChangedAt", "@odata.etag"];

    private readonly SandboxHost host;
    private readonly IReadOnlyList<TrueRecord> truth;
    private readonly HashSet<string> edited = new(StringComparer.Ordinal);
    private readonly List<string> marks = [];

    private ThreeSystems(SandboxHost host, IReadOnlyList<SandboxSite> sites, IReadOnlyList<TrueRecord> truth, int seed)
    {
        this.host = host;
        this.truth = truth;
        Sites = sites;
        Proxies = [.. sites.Select((site, index) => new FaultProxy(host.BaseAddresses[site.Name], seed + index))];
        Configure();
    }

    public IReadOnlyList<SandboxSite> Sites { get; }

    public IReadOnlyList<FaultProxy> Proxies { get; }

    /// <summary>Switches faults on in front of every system; none: a good network.</summary>
    public void Suffer(params NetworkFault[] faults)
    {
        foreach (var proxy in Proxies)
            proxy.Suffer(faults);
    }

    public HubFolder Folder { get; } = new();

    public HubHealth Health { get; } = new();

    public static async Task<ThreeSystems> StartAsync(int seed, int parties)
    {
        var clock = TimeProvider.System;
        IReadOnlyList<SandboxSite> sites = [new CrmSandbox(clock, seed), new ShopSandbox(clock, seed), new ErpSandbox(clock, seed)];
        // Not today's: two worlds of one seed hold the same values, whenever they were made.
        var who = new PopulationGenerator(seed).Generate(parties, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).LoadInto(sites);
        return new(await SandboxHost.StartAsync(sites), sites, who, seed);
    }

    /// <summary>People move to another city: each somebody else, each to a city of their own.</summary>
    public void Edit(Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var who = truth[random.Next(truth.Count)];
            var site = Sites.Single(site => site.Name == who.System);
            var mark = string.Create(CultureInfo.InvariantCulture, $"Town {marks.Count + 1}");
            if (!edited.Add(who.PartyId) || site.System.EditAsUser(who.RecordSet, who.Key, City(who.System, mark)).Status != WriteStatus.Updated)
                continue;
            marks.Add(mark);
        }
    }

    /// <summary>Asserts what has to hold at any moment: the hub never made a record twice, and every record has one correlation.</summary>
    public void AssertNothingTwice()
    {
        foreach (var site in Sites)
        {
            var made = site.System.LedgerAfter().Where(static entry => entry.Operation == "create" && IsHub(entry)).ToList();
            var twice = made.GroupBy(Correlation, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1);
            Assert.True(twice is null, $"{site.Name}: {twice?.Count()} records were made for one correlation.");
        }
    }

    /// <summary>Everything that people can see in the systems, without keys and times, in a fixed order.</summary>
    public IReadOnlyList<string> Contents() => [.. Sites
        .SelectMany(static site => site.System.RecordSets.SelectMany(set => site.System.All(set).Where(static record => !record.Deleted)
            .Select(record => $"{site.Name}: {Shown(record.ToJson()).ToJsonString()}")))
        .Order(StringComparer.Ordinal)];

    /// <summary>Writes by the hub that the systems have taken.</summary>
    public int EffectCount => Sites.Sum(static site => site.System.LedgerAfter().Count(IsHub));

    public IReadOnlyList<string> Marks => marks;

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in Proxies)
            await proxy.DisposeAsync();
        await host.DisposeAsync();
        Health.Dispose();
        Folder.Dispose();
    }

    private void Configure()
    {
        Folder.CopyFrom(Path.Combine(Repository.Root, "src", "IntegrationHub.Hub", "templates", "demo"));
        Folder.Change("hub.json", root => root["http"] = new JsonObject { ["urls"] = new JsonArray(Health.Url) });
        Folder.Write("secrets/crm.json", new JsonObject { ["clientId"] = CrmSandbox.ClientId, ["clientSecret"] = CrmSandbox.ClientSecret }.ToJsonString());
        Folder.Write("secrets/shop.txt", ShopSandbox.ApiKey);
        Folder.Write("secrets/erp.json", new JsonObject { ["user"] = ErpSandbox.User, ["password"] = ErpSandbox.Password }.ToJsonString());
        foreach (var (site, proxy) in Sites.Zip(Proxies))
        {
            Folder.Change($"connections/{site.Name}.json", root =>
            {
                root["options"]!["baseUrl"] = proxy.Address.ToString().TrimEnd('/');
                root["http"] = new JsonObject { ["attemptTimeout"] = "00:00:02", ["totalTimeout"] = "00:00:10" };
                root["streams"]![0]!["schedule"] = new JsonObject { ["every"] = "00:00:01" };
            });
        }
    }

    private static JsonObject City(string system, string mark) => system switch
    {
        "crm" => new() { ["city"] = mark },
        "shop" => new() { ["billing.city"] = mark },
        _ => new() { ["City"] = mark },
    };

    private static bool IsHub(LedgerEntry entry) => entry.Origin.Actor.StartsWith("api:", StringComparison.Ordinal);

    private static string Correlation(LedgerEntry entry) =>
        Kept.Where(entry.Changes.ContainsKey).Select(name => entry.Changes[name].To?.ToString()).FirstOrDefault() ?? $"none, record {entry.Key}";

    private static JsonObject Shown(JsonObject record)
    {
        foreach (var name in Own.Concat(Kept))
            record.Remove(name);
        return record;
    }
}
