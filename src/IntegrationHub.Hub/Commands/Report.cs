using System.Text.Encodings.Web;
using System.Text.Json;
using IntegrationHub.Mapping;
using Spectre.Console;

namespace IntegrationHub.Hub.Commands;

/// <summary>Writes a command's result: text and tables for people, one JSON object for machines.</summary>
internal sealed class Report
{
    private const int PlainWidth = 160;

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly TextWriter output;

    public Report(TextWriter output, bool isJson)
    {
        this.output = output;
        IsJson = isJson;
        IsTerminal = ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!IsTerminal)
            Console.Profile.Width = PlainWidth;
    }

    /// <summary>Machine output was asked for.</summary>
    public bool IsJson { get; }

    /// <summary>Somebody looks on: progress may move.</summary>
    public bool IsTerminal { get; }

    /// <summary>For tables; silent tables are the caller's matter when <see cref="IsJson"/>.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>A line for people; nothing when machine output was asked for.</summary>
    public void Line(string text = "")
    {
        if (!IsJson)
            output.WriteLine(text);
    }

    /// <summary>The result for machines; nothing when text was asked for.</summary>
    public void Json(object result)
    {
        if (IsJson)
            output.WriteLine(JsonSerializer.Serialize(result, JsonOptions));
    }

    /// <summary>Writes a part of a machine's file in the form that results have.</summary>
    public static void Write(Utf8JsonWriter json, object part) => JsonSerializer.Serialize(json, part, JsonOptions);

    /// <summary>A table for people; nothing when machine output was asked for. Cells are taken as they are, without markup.</summary>
    /// <param name="columns">Headings; one that begins with <c>#</c> is of numbers and stands to the right.</param>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (IsJson)
            return;
        var table = new Table { Border = IsTerminal ? TableBorder.Rounded : TableBorder.Minimal };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column.TrimStart('#'))) { Alignment = column.StartsWith('#') ? Justify.Right : Justify.Left });
        foreach (var row in rows)
            table.AddRow(row.Select(static cell => new Text(cell)));
        Console.Write(table);
    }

    /// <summary>All problems of a configuration.</summary>
    /// <returns>The exit code.</returns>
    public int Problems(TextWriter error, IReadOnlyList<ConfigurationProblem> problems)
    {
        Json(new { problems });
        if (IsJson)
            return ExitCode.WrongUse;
        error.WriteLine(problems.Count == 1 ? "The configuration has a problem:" : $"The configuration has {problems.Count} problems:");
        foreach (var problem in problems)
            error.WriteLine($"  {problem.File} at {problem.Path}\n    {problem.Message}");
        return ExitCode.WrongUse;
    }
}
