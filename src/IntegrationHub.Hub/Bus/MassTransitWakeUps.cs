using IntegrationHub.Hub.Observing;
using IntegrationHub.Sync.Schedule;
using MassTransit;

namespace IntegrationHub.Hub.Bus;

/// <summary>Wake-ups over MassTransit, in memory. Made without its container, so nothing of it starts by itself, its usage report included.</summary>
internal sealed class MassTransitWakeUps : IWakeUps, IAsyncDisposable
{
    private static readonly TimeSpan PublishMax = TimeSpan.FromSeconds(2);

    private readonly IBusControl bus;
    private readonly WakeSignals signals;
    private readonly TimeProvider clock;

    private MassTransitWakeUps(IBusControl bus, WakeSignals signals, TimeProvider clock) => (this.bus, this.signals, this.clock) = (bus, signals, clock);

    public static async Task<MassTransitWakeUps> StartAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var local = new WakeSignals(clock);
        var control = MassTransit.Bus.Factory.CreateUsingInMemory(configurator => configurator.ReceiveEndpoint("work-due", endpoint =>
            endpoint.Handler<WorkDueMessage>(context =>
            {
                // A message of a newer version may name a kind that this one does not have: the sweep finds the work.
                if (Enum.TryParse<WorkKind>(context.Message.Kind, out var kind))
                    local.Set(new(kind, context.Message.Connection));
                return Task.CompletedTask;
            })));
        await control.StartAsync(cancellationToken);
        return new(control, local, clock);
    }

    public async ValueTask NotifyAsync(WorkDue due, CancellationToken cancellationToken)
    {
        try
        {
            await bus.Publish(new WorkDueMessage { Kind = due.Kind.ToString(), Connection = due.Connection }, cancellationToken).WaitAsync(PublishMax, clock, cancellationToken);
        }
        catch (Exception lost) when (lost is not OutOfMemoryException)
        {
            // Nothing depends on the message: the sweep finds the work.
            HubMetrics.Failed("bus", lost.GetType().Name);
        }
    }

    public async ValueTask<bool> WaitAsync(WorkDue kind, TimeSpan timeout, CancellationToken cancellationToken) =>
        await signals.WaitAsync(kind, timeout, cancellationToken);

    public async ValueTask DisposeAsync() => await bus.StopAsync(CancellationToken.None);
}
