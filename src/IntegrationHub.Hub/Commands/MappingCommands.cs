using System.CommandLine;
using System.Text.Json;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Mapping;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub mapping lint|test|preview|docs|suite</c>: work on mapping files, without a store and without the systems.</summary>
internal sealed class MappingCommands(CommandHost host)
{
    private readonly Argument<string?> file = new("file")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A mapping file, or its name in the configuration or among the ready-made ones. Default: all of the configuration's own.",
    };

    private readonly Option<string?> records = new("--records") { Description = "Records as the system shows them: a JSON array, or one JSON object a line." };
    private readonly Option<int> seed = new("--seed") { Description = "Chooses the values that are tried. Default 1.", DefaultValueFactory = static _ => 1 };

    public static Command Create(CommandHost host)
    {
        var commands = new MappingCommands(host);
        return new Command("mapping", "Looks into mapping files.")
        {
            commands.Make("lint", "Tries on samples that what goes out comes back the same.", commands.Lint, commands.records, commands.seed),
            commands.Make("test", "Runs the tests that mapping files carry.", commands.Test),
            commands.Make("preview", "Shows what a mapping makes of records (--records), and what it would write back.", commands.Preview, commands.records),
            commands.Make("docs", "Shows mappings as tables in Markdown, for the people who sign them off.", commands.Docs),
            MappingSuiteCommand.Create(host),
        };
    }

    private Command Make(string name, string description, Func<ParseResult, Report, IReadOnlyList<StreamMapping>, int> run, params IReadOnlyList<Option> options)
    {
        var command = new Command(name, description) { file };
        foreach (var option in options)
            command.Add(option);
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(parsed, (report, _) => Task.FromResult(Run(parsed, report, run)), cancellationToken));
        return command;
    }

    private int Run(ParseResult parsed, Report report, Func<ParseResult, Report, IReadOnlyList<StreamMapping>, int> run)
    {
        var problems = new ProblemList();
        var entities = Installed.ReadEntitySchemas().ToDictionary(static pair => pair.Key, static pair => SchemaPaths.Parse(pair.Key, pair.Value), StringComparer.Ordinal);
        var library = new MappingLibrary(Path.GetFullPath(host.FolderOf(parsed)), entities, problems);
        var mappings = Find(library, parsed.GetValue(file), problems);
        return problems.All.Count > 0 ? report.Problems(host.Error, problems.All) : run(parsed, report, mappings);
    }

    private static List<StreamMapping> Find(MappingLibrary library, string? wanted, ProblemList problems)
    {
        if (wanted is null)
        {
            var own = library.OwnNames.Select(name => library.TryFind(name, out var one) ? one : null).OfType<StreamMapping>().ToList();
            if (own.Count == 0 && problems.All.Count == 0)
                problems.Add("mappings", "", $"The configuration has no mapping files of its own. Name one: {string.Join(", ", library.Names)}.");
            return own;
        }

        if (File.Exists(wanted))
            return library.Compile(wanted, wanted) is { } compiled ? [compiled] : [];
        if (!library.TryFind(wanted, out var mapping))
            problems.Add(wanted, "", $"There is no such mapping file. {Suggestions.For(wanted, library.Names)}");
        return mapping is null ? [] : [mapping];
    }

    private int Lint(ParseResult parsed, Report report, IReadOnlyList<StreamMapping> mappings)
    {
        if (!TryReadRecords(parsed, out var payloads))
            return ExitCode.WrongUse;
        var random = new Random(parsed.GetValue(seed));
        var findings = mappings.SelectMany(mapping => MappingLint.Check(mapping, payloads, random).Select(finding => (mapping.FileName, finding))).ToList();
        foreach (var group in findings.GroupBy(static one => one.FileName))
        {
            report.Line(group.Key);
            foreach (var (_, finding) in group)
            {
                report.Line($"  {finding.Level.ToString().ToLowerInvariant()}: {finding.Path}: {finding.Message}");
                if (finding.Example is { } example)
                    report.Line($"      for example, {example}");
            }
        }

        report.Json(new { findings = findings.Select(static one => new { file = one.FileName, one.finding.Level, one.finding.Path, one.finding.Message, one.finding.Example }) });
        return findings.Exists(static one => one.finding.Level != LintLevel.Note) ? ExitCode.Findings : ExitCode.Done;
    }

    private int Test(ParseResult parsed, Report report, IReadOnlyList<StreamMapping> mappings)
    {
        var results = mappings.SelectMany(static mapping => mapping.RunTests().Select(test => (mapping.FileName, Test: test))).ToList();
        foreach (var (name, test) in results)
        {
            report.Line($"{(test.Passed ? "pass" : "FAIL")}  {name}: {test.Name}");
            foreach (var failure in test.Failures)
                report.Line($"      {failure}");
        }

        report.Line($"{results.Count(static one => one.Test.Passed)} of {results.Count} tests pass");
        report.Json(new { tests = results.Select(static one => new { file = one.FileName, name = one.Test.Name, passed = one.Test.Passed, failures = one.Test.Failures }) });
        return results.TrueForAll(static one => one.Test.Passed) ? ExitCode.Done : ExitCode.Findings;
    }

    private int Preview(ParseResult parsed, Report report, IReadOnlyList<StreamMapping> mappings)
    {
        if (!TryReadRecords(parsed, out var payloads))
            return ExitCode.WrongUse;
        if (mappings.Count != 1 || payloads.Count == 0)
        {
            host.Error.WriteLine("A preview needs one mapping file and records: hub mapping preview FILE --records RECORDS.");
            return ExitCode.WrongUse;
        }

        var previews = MappingPreview.Run(mappings[0], payloads);
        for (var i = 0; i < previews.Count; i++)
        {
            report.Line($"record {i + 1} becomes");
            report.Line(previews[i].CanonicalJson);
            report.Line("and would be written back as");
            report.Line(previews[i].WrittenJson);
            foreach (var problem in previews[i].Problems)
                report.Line($"  {problem.Field}: {problem.Rule}, found {problem.Shape}, expected {problem.Expected}");
        }

        report.Json(new { records = previews });
        return previews.All(static one => one.Problems.Count == 0) ? ExitCode.Done : ExitCode.Findings;
    }

    private int Docs(ParseResult parsed, Report report, IReadOnlyList<StreamMapping> mappings)
    {
        foreach (var mapping in mappings)
            report.Line(MappingTable.Markdown(mapping));
        report.Json(new
        {
            mappings = mappings.Select(static mapping => new
            {
                file = mapping.FileName, mapping.Connector, mapping.Stream, mapping.Entity, mapping.Version, fields = MappingTable.Rows(mapping),
            }),
        });
        return ExitCode.Done;
    }

    private bool TryReadRecords(ParseResult parsed, out IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        payloads = [];
        if (parsed.GetValue(records) is not { } path)
            return true;
        try
        {
            payloads = RecordsFile.Read(path);
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            host.Refuse(host.ReportFor(parsed), "mapping.records", $"{path}: there is no such file.", ExitCode.WrongUse);
            return false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            host.Refuse(host.ReportFor(parsed), "mapping.records", $"{path} cannot be read as records ({failure.GetType().Name}). Write a JSON array of objects, or one JSON object a line.", ExitCode.WrongUse);
            return false;
        }
    }
}
