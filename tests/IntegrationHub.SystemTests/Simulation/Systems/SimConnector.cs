using System.Globalization;
using System.Runtime.CompilerServices;
using IntegrationHub.Abstractions;
using IntegrationHub.SystemTests.Simulation.Hub;
using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Systems;

/// <summary>One process's way to a system. A call takes time there and back; meanwhile the world goes on. A request that has left its process reaches the system
/// whatever becomes of the process; an answer reaches only a process that lives.</summary>
/// <param name="wake">Has the process go on with something, if it still lives.</param>
internal sealed class SimConnector(SimSystem system, Weather weather, World world, SimNode node, Action<Action> wake) : IConnector, ISourceConnector, ITargetConnector
{
    private static readonly TimeSpan LongWay = TimeSpan.FromSeconds(3);
    private readonly Manner manner = system.Manner;
    private int calls;

    public StreamTraits Describe(string stream) => Traits(manner);

    public static StreamTraits Traits(Manner manner) => new()
    {
        Deletes = manner.ForgetsDeleted ? DeleteDetection.ByAbsence : DeleteDetection.Shown,
        ReadsWhole = manner.ForgetsDeleted,
        WriteBatchMax = manner.WriteBatchMax,
        IndexLag = manner.IndexLagMax,
    };

    public Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async IAsyncEnumerable<SourcePage> ReadAsync(string stream, Checkpoint? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var walk = new Walk(system, after);
        while (!walk.IsAtEnd)
        {
            var fault = weather.Next(one => Fits(one) || walk.Allows(one));
            if (fault == CallFault.TearRead)
                yield break;
            yield return await CallAsync("read", fault, () =>
            {
                world.Throttles.CheckRead(system);
                return fault == CallFault.ShowNothing ? walk.Nothing() : walk.Next(fault == CallFault.RepeatRows);
            });
        }
    }

    public Task<IReadOnlyList<DeliveryResult>> WriteAsync(string stream, IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
    {
        var fault = weather.Next(static one => Fits(one) || one is CallFault.ApplyLate or CallFault.HangDone or CallFault.RefuseSome or CallFault.LockSome
            or CallFault.OmitSome or CallFault.ShuffleAnswer);
        return CallAsync("write", fault, () =>
        {
            world.Throttles.CheckWrite(system, batch);
            return Answer(fault, [.. batch.Select((delivery, index) => Refusal(fault, delivery, index) ?? system.Apply(delivery))]);
        }, batch);
    }

    public Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken) => CallAsync(
        "find", weather.Next(Fits), () => (IReadOnlyList<FoundRecord>)[.. references.Select(reference => new FoundRecord(reference, Find(reference)))]);

    private static bool Fits(CallFault fault) => fault is CallFault.LoseRequest or CallFault.LoseAnswer or CallFault.HangUndone or CallFault.Delay or CallFault.Throttle
        or CallFault.ThrottleFor or CallFault.ServerError or CallFault.TokenExpired;

    private RawRecord? Find(RecordReference reference)
    {
        if (reference.Key is null)
            return system.FindByHubId(reference.Correlation!);
        var record = system.Find(reference.Key);
        return record is null || (record.IsDeleted && !manner.SoftDeletes) ? null : system.Show(record);
    }

    /// <summary>Goes to the system, has it do something, and comes back.</summary>
    private Task<T> CallAsync<T>(string kind, CallFault fault, Func<T> serve, IReadOnlyList<Delivery>? batch = null)
    {
        world.Time.AssertOwnThread();
        if (node.Reach($"call.{kind}.before"))
            return new TaskCompletionSource<T>().Task;
        var answer = new TaskCompletionSource<T>();
        var way = manner.Latency * (0.5 + ((++calls * 7919 + system.Number) % 97 / 97.0)) * (fault == CallFault.Delay ? LongWay / manner.Latency : 1);
        world.Trace.Note(world.Time.Now, $"{node.Name} {kind} {system.Name} {batch?.Count} {fault}");
        world.Time.After(way, () => Arrive(kind, fault, serve, batch, answer, way));
        return answer.Task;
    }

    private void Arrive<T>(string kind, CallFault fault, Func<T> serve, IReadOnlyList<Delivery>? batch, TaskCompletionSource<T> answer, TimeSpan way)
    {
        var refusal = Refusal(fault);
        if (fault == CallFault.ApplyLate)
            world.Time.After(TimeSpan.FromSeconds(1 + (calls % 4)) - way, () => serve());
        var isServed = refusal is null && fault is not (CallFault.LoseRequest or CallFault.HangUndone or CallFault.ApplyLate);
        var (result, failure) = isServed ? Served(serve) : (default, refusal);
        if (fault is CallFault.LoseRequest or CallFault.LoseAnswer or CallFault.ApplyLate)
            failure = new IOException("The connection was reset.");
        var back = fault is CallFault.HangDone or CallFault.HangUndone ? TimeSpan.FromMinutes(3 + (calls % 7)) : way;
        if (fault == CallFault.HangUndone)
            failure = new IOException("The connection timed out.");
        world.Time.After(back, () => wake(() =>
        {
            if (node.Reach($"call.{kind}.after"))
                return;
            if (failure is ConnectorException { RetryAfter: { } wait } && kind != "find")
                world.Throttles.Note(system, batch, wait);
            if (failure is not null)
                answer.SetException(failure);
            else
                answer.SetResult(result!);
        }));
    }

    private static (T? Result, Exception? Failure) Served<T>(Func<T> serve)
    {
        try
        {
            return (serve(), null);
        }
        catch (ConnectorException failure)
        {
            return (default, failure);
        }
    }

    private ConnectorException? Refusal(CallFault fault)
    {
        if (weather.IsDown())
            return new(FailureKind.Transient, "sim.down", "The system does not answer.");
        if (weather.IsLockedOut)
            return new(FailureKind.Blocked, "sim.401", "The account is not let in. Authorise it again.");
        if (system.IsOverQuota())
        {
            world.Trace.Hit("quota");
            return Throttled("sim.quota", world.Time.Now.Date.AddDays(1) - world.Time.Now.UtcDateTime);
        }

        return fault switch
        {
            CallFault.Throttle => Throttled("sim.429", null),
            CallFault.ThrottleFor => Throttled("sim.429", TimeSpan.FromSeconds(30 * (1 + (calls % 20)))),
            CallFault.ServerError => new(FailureKind.Transient, "sim.503", "The system is overloaded."),
            CallFault.BreakPage => new(FailureKind.Transient, "sim.page", "The page is broken."),
            _ => null,
        };
    }

    private static ConnectorException Throttled(string code, TimeSpan? wait) =>
        new(FailureKind.Transient, code, "Too many calls.") { IsThrottled = true, RetryAfter = wait };

    private static DeliveryResult? Refusal(CallFault fault, Delivery delivery, int index) => (index % 2, fault) switch
    {
        (0, CallFault.RefuseSome) => new(delivery.Id, DeliveryOutcome.Rejected) { Code = "sim.refused", Message = "Refused." },
        (0, CallFault.LockSome) => new(delivery.Id, DeliveryOutcome.Retry) { Code = "sim.locked", Message = "Locked." },
        _ => null,
    };

    private static IReadOnlyList<DeliveryResult> Answer(CallFault fault, DeliveryResult[] results) => fault switch
    {
        CallFault.OmitSome => [.. results.Where(static (_, index) => index % 2 == 1)],
        CallFault.ShuffleAnswer => [.. results.Reverse().Select(static result => result.Outcome == DeliveryOutcome.Applied ? result with { Record = null } : result)],
        _ => results,
    };

    /// <summary>One read, page by page, over a list that changes under it.</summary>
    private sealed class Walk(SimSystem system, Checkpoint? after)
    {
        // What lists did not show yet when the last read ended is looked for again.
        private readonly long from = after is null || system.Manner.ForgetsDeleted
            ? 0
            : long.Parse(after.Value, CultureInfo.InvariantCulture) - system.Manner.IndexLagMax.Ticks;

        private (DateTimeOffset Modified, long Order, string Key) last;
        private long order = system.Order;
        private long highest = after is null ? 0 : long.Parse(after.Value, CultureInfo.InvariantCulture);
        private int offset;
        private int pages;

        public bool IsAtEnd { get; private set; }

        /// <summary>Whether a fault of reads alone can happen now. A system that has shown nothing yet may well be empty.</summary>
        public bool Allows(CallFault fault) => fault switch
        {
            CallFault.BreakPage or CallFault.TearRead => true,
            CallFault.ShowNothing => after is not null && pages == 0,
            CallFault.RepeatRows => pages > 0,
            _ => false,
        };

        public SourcePage Nothing()
        {
            IsAtEnd = true;
            return new([], new($"{highest}"), system.Manner.ForgetsDeleted ? ReadEnd.Complete : ReadEnd.CaughtUp);
        }

        public SourcePage Next(bool repeats)
        {
            var rows = system.Manner.PagesByOffset ? ByOffset() : ByKey();
            pages++;
            IsAtEnd = rows.Count < system.Manner.PageSize;
            if (rows.Count > 0)
                last = (rows[^1].Modified, rows[^1].Order, rows[^1].Key);
            highest = Math.Max(highest, rows.Count == 0 ? 0 : rows.Max(static row => row.Modified.UtcTicks));
            var shown = rows.ConvertAll(system.Show);
            if (repeats && shown.Count > 0)
                shown.Insert(0, shown[^1]);
            var isComplete = system.Manner.ForgetsDeleted || after is null;
            return new(shown, new($"{highest}"), !IsAtEnd ? ReadEnd.More : isComplete ? ReadEnd.Complete : ReadEnd.CaughtUp);
        }

        private List<SimRecord> ByKey()
        {
            var rest = system.Manner.ForgetsDeleted
                ? Rows().Where(row => string.CompareOrdinal(row.Key, last.Key ?? "") > 0)
                : Rows().Where(row => (row.Modified, row.Order).CompareTo((last.Modified, last.Order)) > 0);
            return [.. rest.Take(system.Manner.PageSize)];
        }

        // What changed since the last page may have moved rows to the front: as many rows are looked at again.
        private List<SimRecord> ByOffset()
        {
            var moved = system.Order - order;
            if (moved >= system.Manner.PageSize)
                throw new ConnectorException(FailureKind.Transient, "sim.moved", "The list moved too fast to be paged.");
            (offset, order) = (Math.Max(0, offset - (int)moved), system.Order);
            List<SimRecord> rows = [.. Rows().Skip(offset).Take(system.Manner.PageSize)];
            offset += rows.Count;
            return rows;
        }

        private IEnumerable<SimRecord> Rows() => system.Manner.ForgetsDeleted
            ? system.Listed()
            : system.Listed().Where(row => row.Modified.UtcTicks >= from).OrderBy(static row => (row.Modified, row.Order));
    }
}
