using System.CommandLine;
using System.Globalization;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Sync.Admin;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Commands;

/// <summary>What an administrative command works with.</summary>
internal sealed record AdminCall(
    ParseResult Parsed, Administration Administration, HubSettings Settings, Report Report, string Actor, CancellationToken CancellationToken)
{
    public string StreamOf(int number) => Settings.Find(number)?.Name.ToString() ?? $"stream/{number}";
}

/// <summary>Makes administrative commands: each opens the hub beside a running one, does its work and says who did it.</summary>
internal sealed class AdminCommand(CommandHost host)
{
    private const int LimitMax = 1_000;

    /// <summary>Who acts, for the audit log.</summary>
    public Option<string> Actor { get; } = new("--actor") { Description = "Who does this, for the audit log. Default: the account that runs the command.", Recursive = true };

    public Option<string> Connection { get; } = new("--connection") { Description = "Only of this connection." };

    public Option<string> Since { get; } = new("--since") { Description = "Only from this time on: 2026-11-21, 2026-11-21T10:00:00Z, or how long ago, such as 90m, 24h or 7d." };

    public Option<int> Limit { get; } = new("--limit") { Description = $"The most rows to show, 1 to {LimitMax}. Default 50.", DefaultValueFactory = static _ => 50 };

    public Option<long> After { get; } = new("--after") { Description = "Show what comes after this id: the last one of the page before." };

    public Option<bool> All { get; } = new("--all") { Description = "All that the other options leave." };

    public Command Group(string name, string description, params IEnumerable<Command> commands)
    {
        var group = new Command(name, description) { Actor };
        foreach (var command in commands)
            group.Add(command);
        return group;
    }

    public Command Make(string name, string description, Func<AdminCall, Task<int>> run, params IEnumerable<Symbol> symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                command.Add(option);
            else
                command.Add((Argument)symbol);
        }

        command.SetAction((parsed, cancellationToken) => host.WithHubAsync(
            parsed, HubPurpose.Administer, (hub, report, token) => RunAsync(parsed, hub, report, run, token), cancellationToken));
        return command;
    }

    public ListPage PageOf(AdminCall call) => new(call.Parsed.GetValue(After), LimitOf(call));

    public int LimitOf(AdminCall call) => Math.Clamp(call.Parsed.GetValue(Limit), 1, LimitMax);

    /// <summary>The connection that the command is limited to: a configured one, or one that was and still has records.</summary>
    /// <exception cref="AdminException">No connection has this name.</exception>
    public async Task<string?> ConnectionOfAsync(AdminCall call)
    {
        if (call.Parsed.GetValue(Connection) is not { } name)
            return null;
        var known = (await call.Administration.Status.ShowAsync(call.CancellationToken)).Select(static one => one.State.Name.Connection).ToArray();
        return known.Contains(name, StringComparer.Ordinal)
            ? name
            : throw new AdminException("admin.unknown", $"There is no connection '{name}'. {Suggestions.For(name, known)}");
    }

    /// <exception cref="AdminException">The text is no time.</exception>
    public DateTimeOffset? SinceOf(AdminCall call)
    {
        if (call.Parsed.GetValue(Since) is not { } text)
            return null;
        if (text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            TimeSpan? ago = text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => null,
            };
            if (ago is { } span)
                return host.Clock.GetUtcNow() - span;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? since
            : throw new AdminException("admin.value", $"--since '{text}' is no time. Write it like 2026-11-21, 2026-11-21T10:00:00Z, 24h or 7d.");
    }

    /// <summary>Says where a list goes on, when it does.</summary>
    public void NextPage(AdminCall call, int shown, long last)
    {
        if (shown == LimitOf(call))
            call.Report.Line(string.Create(CultureInfo.InvariantCulture, $"There may be more: add --after {last}"));
    }

    /// <summary>Puts a call together for a command that opens its hub itself; who acts is the account that runs it.</summary>
    public static AdminCall CallFor(ParseResult parsed, HubInstance hub, Report report, CancellationToken cancellationToken) =>
        new(parsed, new Administration(hub.Context, hub.Database), hub.Settings, report, Environment.UserName, cancellationToken);

    private async Task<int> RunAsync(ParseResult parsed, HubInstance hub, Report report, Func<AdminCall, Task<int>> run, CancellationToken cancellationToken)
    {
        var who = parsed.GetValue(Actor) is { Length: > 0 } given ? given : Environment.UserName;
        var call = CallFor(parsed, hub, report, cancellationToken) with { Actor = who };
        return await GuardAsync(host, report, () => run(call));
    }

    /// <summary>Says what keeps an act from being done.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> GuardAsync(CommandHost host, Report report, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (AdminException refusal)
        {
            return host.Refuse(report, refusal.Code, refusal.Message, refusal.Code == "admin.busy" ? ExitCode.Failed : ExitCode.WrongUse);
        }
    }
}
