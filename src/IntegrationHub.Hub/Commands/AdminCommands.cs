using System.CommandLine;

namespace IntegrationHub.Hub.Commands;

/// <summary>The commands of operators, stewards and auditors.</summary>
internal static class AdminCommands
{
    public static IReadOnlyList<Command> All(CommandHost host)
    {
        var admin = new AdminCommand(host);
        return
        [
            StatusCommand.Make(admin),
            new ConnectionCommands(admin).Make(),
            new PlanCommands(admin).Make(),
            new ExplainCommand(admin).Make(),
            new CustomerCommands(admin).Make(),
            new QuarantineCommands(admin).Make(),
            new DeadLetterCommands(admin).Make(),
            new ConflictCommands(admin).Make(),
            new AuditCommands(admin).Make(),
        ];
    }
}
