using IntegrationHub.Sync.Store;

namespace IntegrationHub.SystemTests.Simulation.Hub;

/// <summary>The store as one process reaches it: the process can die before or after any call, and a call can fail with nothing done.</summary>
internal sealed class ProcessStore(IStore inner, SimNode node) : PassingStore(inner)
{
    protected override ValueTask<T> PassAsync<T>(string point, Func<ValueTask<T>> call)
    {
        if (node.Reach($"{point}.before"))
            return Never<T>();
        if (node.StoreFailure(point) is { } failure)
            return ValueTask.FromException<T>(failure);
        var result = call();
        return result.IsCompletedSuccessfully && node.Reach($"{point}.after") ? Never<T>() : result;
    }

    // What runs in a dead process stays where it is: no catch and no finally sees the death.
    private static ValueTask<T> Never<T>() => new(new TaskCompletionSource<T>().Task);
}
