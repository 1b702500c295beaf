using System.CommandLine;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Hub.Running;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub sync [connection] [--whole] [--plan | --apply PLAN]</c>: one full round now, or its parts with a person between them.</summary>
internal sealed class SyncCommand(CommandHost host)
{
    private readonly Argument<string?> connection = new("connection") { Arity = ArgumentArity.ZeroOrOne, Description = "Read this connection alone. What follows is delivered to all." };
    private readonly Option<bool> whole = new("--whole") { Description = "Read from the beginning, for instance to find what was deleted." };
    private readonly Option<bool> plan = new("--plan") { Description = "Read and refine, write nothing, and show what would be written; with a connection: to that connection." };
    private readonly Option<string?> apply = new("--apply") { Description = "Read nothing; approve this plan and write exactly what it shows. What changed since is named and not written." };
    private readonly Option<bool> values = new("--values") { Description = "With --plan: show values, which are personal, and not their shapes." };
    private readonly Option<int> limit = new("--limit") { Description = "With --plan: the most writes to show. Default 50.", DefaultValueFactory = static _ => 50 };

    public static Command Create(CommandHost host) => new SyncCommand(host).Build();

    private Command Build()
    {
        var command = new Command("sync", "One full round: read, refine and deliver until nothing is due.") { connection, whole, plan, apply, values, limit };
        command.Validators.Add(result =>
        {
            if (result.GetValue(apply) is not null && (result.GetValue(plan) || result.GetValue(whole) || result.GetValue(connection) is not null))
                result.AddError("--apply writes what one plan shows and reads nothing: leave out the connection, --whole and --plan.");
            if (result.GetValue(values) && !result.GetValue(plan))
                result.AddError("--values shows the values of a plan: say --plan too.");
        });
        command.SetAction((parsed, cancellationToken) => host.WithHubAsync(
            parsed, HubPurpose.Work, (hub, report, token) => RunAsync(AdminCommand.CallFor(parsed, hub, report, token), hub), cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(AdminCall call, HubInstance hub)
    {
        if (call.Parsed.GetValue(apply) is { } wanted)
            return await AdminCommand.GuardAsync(host, call.Report, () => ApplyAsync(call, hub, wanted));
        var name = call.Parsed.GetValue(connection);
        var connections = hub.Settings.Connections.Where(one => name is null || one.Name == name).ToList();
        if (connections.Count == 0)
        {
            return host.Refuse(call.Report, "admin.unknown",
                $"There is no connection '{name}'. {Suggestions.For(name ?? "", hub.Settings.Connections.Select(static one => one.Name))}", ExitCode.WrongUse);
        }

        return call.Parsed.GetValue(plan)
            ? await AdminCommand.GuardAsync(host, call.Report, () => PlanAsync(call, hub, name))
            : await RoundAsync(call, hub, connections);
    }

    private async Task<int> RoundAsync(AdminCall call, HubInstance hub, List<ConnectionRuntime> connections)
    {
        RoundReport round;
        using (var progress = new RoundProgress(call.Report, hub.Observed))
            round = await new FullRound(hub).RunAsync(connections, call.Parsed.GetValue(whole), progress.Say, call.CancellationToken);
        RoundTable.Write(call.Report, round);
        var findings = RoundTable.Findings(round).Concat(await AwaitingAsync(call)).ToList();
        foreach (var finding in findings)
            call.Report.Line(finding);
        return findings.Count == 0 ? ExitCode.Done : ExitCode.Findings;
    }

    // Everything is read, whatever the target: what would be written to one system comes from the others.
    private async Task<int> PlanAsync(AdminCall call, HubInstance hub, string? name)
    {
        IReadOnlyList<(StreamSettings Stream, string Problem)> unread;
        using (var progress = new RoundProgress(call.Report, hub.Observed))
            unread = await new FullRound(hub).ReadAndRefineAsync(hub.Settings.Connections, call.Parsed.GetValue(whole), progress.Say, call.CancellationToken);
        var made = await call.Administration.Plans.MakeAsync(name, call.Actor, call.CancellationToken);
        await new PlanReport(call, call.Parsed.GetValue(values)).WriteAsync(made.Id, 0, Math.Clamp(call.Parsed.GetValue(limit), 1, 1_000));
        foreach (var (stream, problem) in unread)
            call.Report.Line($"{stream.Name} was not read whole, so the plan may lack something: {problem}");
        return unread.Count == 0 ? ExitCode.Done : ExitCode.Findings;
    }

    private async Task<int> ApplyAsync(AdminCall call, HubInstance hub, string wanted)
    {
        var id = AdminText.Numbered(wanted, "plan");
        var approval = await call.Administration.Plans.ApproveAsync(id, call.Actor, call.CancellationToken);
        await new FullRound(hub).DeliverApprovedAsync(call.CancellationToken);
        // What the systems made of it is taken in; what follows from that waits for the next round.
        await hub.Way.RefineAsync(call.CancellationToken);
        var view = await call.Administration.Plans.ShowAsync(id, call.CancellationToken);
        var dead = (await call.Administration.Status.ShowAsync(call.CancellationToken)).Where(one => view.Plan.Streams.Contains(one.State.Progress.Stream)).Sum(static one => one.State.Dead);
        call.Report.Json(new
        {
            approval = PlanReport.ToJson(call, id, approval),
            settled = view.Count(EffectState.Settled),
            open = view.Count(EffectState.Approved),
            changed = view.Count(EffectState.Changed),
            deadLetters = dead,
        });
        PlanReport.WriteApproval(call.Report, id, approval);
        call.Report.Line($"Writes: {AdminText.Number(view.Count(EffectState.Settled))} settled, {AdminText.Number(view.Count(EffectState.Approved))} open that go on with the next round, "
            + $"{AdminText.Number(view.Count(EffectState.Changed))} changed and not written.");
        if (dead > 0)
            call.Report.Line($"{AdminText.Number(dead)} dead letters. See: hub dead-letters list");
        return view.Count(EffectState.Approved) + view.Count(EffectState.Changed) + dead == 0 ? ExitCode.Done : ExitCode.Findings;
    }

    private static async Task<IEnumerable<string>> AwaitingAsync(AdminCall call) =>
        (await call.Administration.Status.ShowAsync(call.CancellationToken)).Where(static one => one.AwaitsApproval > 0).Select(static one =>
            $"{one.State.Name}: {AdminText.Number(one.AwaitsApproval)} writes await approval. To see them: hub sync {one.State.Name.Connection} --plan");
}
