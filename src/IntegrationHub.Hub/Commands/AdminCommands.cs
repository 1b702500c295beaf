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
            ConnectionCommands.Make(admin),
            CustomerCommands.Make(admin),
            QuarantineCommands.Make(admin),
            DeadLetterCommands.Make(admin),
            ConflictCommands.Make(admin),
            AuditCommands.Make(admin),
        ];
    }
}
