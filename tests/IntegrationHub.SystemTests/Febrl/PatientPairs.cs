using IntegrationHub.SystemTests.Fixtures;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>The classes that share one hub with all of FEBRL's fourth set.</summary>
[CollectionDefinition(Name)]
public sealed class PatientPairsGroup : ICollectionFixture<PatientPairs>
{
    public const string Name = "All patients";
}

/// <summary>All of FEBRL's fourth set after its first round: made by the first test that asks, shared by those that each work on patients of their own.</summary>
public sealed class PatientPairs(PostgresServer postgres) : IAsyncDisposable
{
    private readonly SemaphoreSlim once = new(1);
    private State? state;
    private int taken;

    internal async Task<State> GetAsync()
    {
        await once.WaitAsync();
        try
        {
            return state ??= await MakeAsync();
        }
        finally
        {
            once.Release();
        }
    }

    /// <summary>A patient that both systems held from the beginning and that no other test works on: the registry's row and the clinic's.</summary>
    internal async Task<(Patient Registry, Patient Clinic)> TakeAsync()
    {
        var linked = (await GetAsync()).Linked;
        return linked[taken++ * 7 % linked.Count];
    }

    public async ValueTask DisposeAsync()
    {
        once.Dispose();
        if (state is not null)
            await state.Hub.DisposeAsync();
    }

    private async Task<State> MakeAsync()
    {
        var (originals, duplicates) = FebrlData.Load();
        var hub = await PatientHub.CreateAsync(postgres, originals, duplicates);
        var loaded = await hub.Clinic.LastChangeAsync();
        var result = await hub.SyncAsync();
        var (registry, clinic) = (hub.Registry.Read(), await hub.Clinic.ReadAsync());
        return new(hub, originals, duplicates, result, registry, clinic, await hub.Clinic.ChangesAsync(loaded));
    }

    /// <summary>What the first round began with and what it left.</summary>
    internal sealed record State(
        PatientHub Hub, IReadOnlyList<Patient> Originals, IReadOnlyList<Patient> Duplicates, HubResult Round,
        IReadOnlyDictionary<string, Patient> Registry, IReadOnlyDictionary<string, Patient> Clinic, IReadOnlyList<TableChange> Changes)
    {
        /// <summary>Records that both systems held before and that show the same now: the hub takes them for one patient.</summary>
        public IReadOnlyList<(Patient Registry, Patient Clinic)> Linked { get; } = Link(Originals, Duplicates, Registry, Clinic);

        private static List<(Patient Registry, Patient Clinic)> Link(
            IReadOnlyList<Patient> originals, IReadOnlyList<Patient> duplicates, IReadOnlyDictionary<string, Patient> registry, IReadOnlyDictionary<string, Patient> clinic)
        {
            var byContent = originals.Select(one => registry[one.Key]).GroupBy(static one => one.Content).ToDictionary(static group => group.Key, static group => group.First());
            return [.. duplicates.Select(one => clinic[one.Key]).Where(one => byContent.ContainsKey(one.Content)).Select(one => (byContent[one.Content], one))];
        }
    }
}
