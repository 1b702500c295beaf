using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>Takes landed records through MAP to PLAN, batch after batch, until none is due.</summary>
internal sealed class RefineWork(SyncContext context, RefineStep step)
{
    private const string LeaseName = "refine";
    private const int PoisonAfter = 3;
    private const int StaleRetriesMax = 20;
    private bool hasFailed;

    /// <returns>How many records went through.</returns>
    public async Task<int> RunDueAsync(CancellationToken cancellationToken)
    {
        var done = 0;
        while (await AcquireAsync(cancellationToken) is { } lease)
        {
            done += await step.SweepAsync(lease, cancellationToken);
            var count = await RunBatchAsync(lease, cancellationToken);
            hasFailed = false;
            // Golden records are worked out by a new policy once every record has gone through it.
            if (count == 0)
                count = await step.ReworkAsync(lease, cancellationToken);
            if (count == 0)
                return done;
            done += count;
        }

        return done;
    }

    private async Task<int> RunBatchAsync(Lease lease, CancellationToken cancellationToken)
    {
        var mark = await context.Store.LoadWorkMarkAsync(LeaseName, cancellationToken);
        // The process lives: the work was stopped by a full disk or the like, and no record is to blame for it.
        if (mark is not null && hasFailed)
            mark = mark with { Begun = 0 };
        hasFailed = true;
        if (mark is not null)
            return await ResumeAsync(lease, mark, cancellationToken);
        var records = await context.Store.LoadDueRecordsAsync(context.Options.BatchSize, cancellationToken);
        if (records.Count == 0)
            return 0;
        await context.Store.MarkWorkAsync(lease, new([.. records.Select(static record => record.Id)], 1), cancellationToken);
        await RunStepAsync(lease, records, cancellationToken);
        return records.Count;
    }

    /// <summary>The process stopped in the middle of this work. It is done again, the second time one record at a time, and a record that stops the process
    /// again and again is set aside.</summary>
    private async Task<int> ResumeAsync(Lease lease, WorkMark mark, CancellationToken cancellationToken)
    {
        var records = (await context.Store.LoadRecordsAsync(mark.SourceRecordIds, withRaw: true, cancellationToken))
            .Where(static record => record.Stage == RecordStage.Landed).ToArray();
        if (mark.Begun < 2 || records.Length == 0)
        {
            await context.Store.MarkWorkAsync(lease, mark with { Begun = mark.Begun + 1 }, cancellationToken);
            await RunStepAsync(lease, records, cancellationToken);
            return Math.Max(1, records.Length);
        }

        if (records.Length == 1 && mark.Begun >= PoisonAfter)
        {
            await step.QuarantinePoisonAsync(lease, records[0], mark.Begun, cancellationToken);
            return 1;
        }

        foreach (var record in records)
        {
            await context.Store.MarkWorkAsync(lease, new([record.Id], records.Length == 1 ? mark.Begun + 1 : 2), cancellationToken);
            await RunStepAsync(lease, [record], cancellationToken);
        }

        return records.Length;
    }

    private async Task RunStepAsync(Lease lease, IReadOnlyList<SourceRecord> records, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await step.RunAsync(lease, records, cancellationToken);
                return;
            }
            catch (StaleStepException) when (attempt < StaleRetriesMax)
            {
                // A delivery was settled or a page landed meanwhile: decide again on what is there now.
                var fresh = await context.Store.LoadRecordsAsync([.. records.Select(static record => record.Id)], withRaw: true, cancellationToken);
                records = [.. fresh.Where(static record => record.Stage == RecordStage.Landed)];
            }
        }
    }

    private ValueTask<Lease?> AcquireAsync(CancellationToken cancellationToken) =>
        context.Store.TryAcquireLeaseAsync(LeaseName, context.Owner, context.Options.LeaseDuration, cancellationToken);
}
