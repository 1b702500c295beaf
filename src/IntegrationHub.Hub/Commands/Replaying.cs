using IntegrationHub.Sync.Admin;

namespace IntegrationHub.Hub.Commands;

/// <summary>Replays one finding or all that a filter leaves, and says of each what became of it.</summary>
internal static class Replaying
{
    /// <returns>1 when one could not be replayed.</returns>
    public static async Task<int> RunAsync(AdminCall call, bool isAll, long? one, string word, Func<long, Task> replay, Func<Task<IAsyncEnumerable<ReplayResult>>> replayAll)
    {
        if (one is null != isAll)
            throw new AdminException("admin.value", $"Name one {word}, or say --all; not both.");
        var results = new List<ReplayResult>();
        if (one is { } id)
        {
            await replay(id);
            results.Add(new(id, null));
        }

        var all = one is null ? await replayAll() : AsyncEnumerable.Empty<ReplayResult>();
        try
        {
            await foreach (var result in all.WithCancellation(call.CancellationToken))
            {
                results.Add(result);
                call.Report.Line($"{word}/{result.Id}: {result.Refusal ?? "replayed"}");
            }
        }
        finally
        {
            // When it was stopped in the middle, what was done is done, and said.
            call.Report.Json(new { results = results.Select(static result => new { id = result.Id, isReplayed = result.Refusal is null, reason = result.Refusal }) });
            var refused = results.Count(static result => result.Refusal is not null);
            call.Report.Line($"{results.Count - refused} replayed{(refused > 0 ? $", {refused} not" : "")}. They are worked on when the hub runs next.");
        }

        return results.Exists(static result => result.Refusal is not null) ? ExitCode.Findings : ExitCode.Done;
    }
}
