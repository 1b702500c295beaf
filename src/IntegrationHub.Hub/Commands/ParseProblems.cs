using System.CommandLine;
using System.CommandLine.Parsing;
using IntegrationHub.Hub.Configuration;

namespace IntegrationHub.Hub.Commands;

/// <summary>Says in the hub's words what is wrong with a command line: the parser's own name types, and no missing argument.</summary>
internal static class ParseProblems
{
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            var of = command is RootCommand ? "" : $" of 'hub {command.Name}'";
            var names = command.Subcommands.Select(static one => one.Name);
            return [parsed.UnmatchedTokens is [var unknown, ..]
                ? $"There is no command '{unknown}'{of}. {Suggestions.For(unknown, names)}"
                : $"Say which command{of}: {string.Join(", ", names)}."];
        }

        return parsed.Errors.Select(Said);
    }

    private static string Said(ParseError wrong) => wrong.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Argument: var missing } => $"<{missing.Name}> is missing: {missing.Description}",
        ArgumentResult { Parent: OptionResult { Option: var option }, Tokens: [var found, ..] } when Expected(option.ValueType) is { } expected =>
            $"{option.Name}: {expected} was expected, '{found.Value}' was found.",
        OptionResult { Option: var option, Tokens: [var found, ..] } when Expected(option.ValueType) is { } expected =>
            $"{option.Name}: {expected} was expected, '{found.Value}' was found.",
        ArgumentResult { Argument: var argument, Tokens: [var found, ..] } when Expected(argument.ValueType) is { } expected =>
            $"<{argument.Name}>: {expected} was expected, '{found.Value}' was found.",
        _ => wrong.Message,
    };

    // Only what a text can fail to be; null leaves the message of a validator of ours as it is.
    private static string? Expected(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } choice => string.Join(" or ", Enum.GetNames(choice)).ToLowerInvariant(),
        var number when number == typeof(int) || number == typeof(long) => "a whole number",
        var number when number == typeof(double) => "a number",
        _ => null,
    };
}
