using IntegrationHub.Sync.Store;
using Microsoft.Data.Sqlite;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>
/// The one writer. Callers queue their work; whoever finds nobody writing leads and commits all that waits in one transaction, so that many small
/// commits share one synchronisation of the disk. There is no thread of its own: a caller that is alone does its work at once, on its own thread.
/// The pipeline's reads take their turn here too, on the writer's connection: its page cache stays warm, while SQLite throws that of any other connection
/// away after each commit.
/// </summary>
internal sealed class GroupCommit(Statements statements)
{
    private const int GroupMax = 50;

    private readonly Lock gate = new();
    private readonly Queue<Work> waiting = new();
    private bool isLed;

    /// <summary>Runs work inside a transaction. When it throws, its own changes are undone and those of the others stand.</summary>
    /// <returns>Completes when the work is durable.</returns>
    public Task<T> RunAsync<T>(Func<Statements, T> work) => QueueAsync(new Work<T>(work, isRead: false));

    /// <summary>Runs reads in one snapshot, after what was queued before them.</summary>
    public Task<T> ReadAsync<T>(Func<Statements, T> read) => QueueAsync(new Work<T>(read, isRead: true));

    private Task<T> QueueAsync<T>(Work<T> queued)
    {
        lock (gate)
        {
            waiting.Enqueue(queued);
            if (isLed)
                return queued.Task;
            isLed = true;
        }

        Lead();
        return queued.Task;
    }

    private void Lead()
    {
        var group = new List<Work>();
        while (true)
        {
            lock (gate)
            {
                group.Clear();
                if (!waiting.TryDequeue(out var first))
                {
                    isLed = false;
                    return;
                }

                group.Add(first);
                // Reads never join: they must not see what a transaction may still take back.
                while (!first.IsRead && group.Count < GroupMax && waiting.TryPeek(out var next) && !next.IsRead)
                    group.Add(waiting.Dequeue());
            }

            Commit(group);
        }
    }

    private void Commit(List<Work> group)
    {
        try
        {
            statements.Run(group[0].IsRead ? "BEGIN" : "BEGIN IMMEDIATE");
            foreach (var work in group)
                RunAlone(work, group.Count > 1);
            if (group.TrueForAll(static work => work.Failure is not null) && group.Count == 1)
                statements.Run("ROLLBACK");
            else
                statements.Run("COMMIT");
        }
#pragma warning disable CA1031 // Handed to every caller of the group by its task: nobody may wait for ever.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Undo();
            var failure = exception is SqliteException sqlite ? SqliteFailures.Translate(sqlite) : exception;
            foreach (var work in group)
                work.Failure ??= failure;
        }

        foreach (var work in group)
            work.Finish();
    }

    private void RunAlone(Work work, bool inGroup)
    {
        if (inGroup)
            statements.Run("SAVEPOINT step");
        try
        {
            work.Run(statements);
        }
        catch (SqliteException exception) when (SqliteFailures.IsConstraint(exception))
        {
            // A unique key was taken between the step's read and its commit.
            work.Failure = new StaleStepException("A row that the step wanted to add");
        }
        catch (SqliteException)
        {
            // Full disk, broken file: the transaction as a whole cannot go on.
            throw;
        }
#pragma warning disable CA1031 // Handed to the caller whose work it is, by its task; the other work of the group goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            work.Failure = exception;
        }

        if (!inGroup)
            return;
        if (work.Failure is not null)
            statements.Run("ROLLBACK TO step");
        statements.Run("RELEASE step");
    }

    private void Undo()
    {
        try
        {
            statements.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself after an error such as a full disk; there is nothing left to undo.
        }
    }

    private abstract class Work(bool isRead)
    {
        public bool IsRead => isRead;

        public Exception? Failure { get; set; }

        public abstract void Run(Statements statements);

        public abstract void Finish();
    }

    private sealed class Work<T>(Func<Statements, T> work, bool isRead) : Work(isRead)
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;

        public Task<T> Task => completion.Task;

        public override void Run(Statements statements) => result = work(statements);

        public override void Finish()
        {
            if (Failure is null)
                completion.SetResult(result!);
            else
                completion.SetException(Failure);
        }
    }
}
