using System.CommandLine;
using System.Globalization;
using IntegrationHub.Hub.Commands;
using IntegrationHub.Identity;

namespace IntegrationHub.Hub.Matching;

/// <summary><c>hub match dedupe|link|train|explain|profile</c>: matches files of customers, without a store and without the
/// systems.</summary>
internal sealed class MatchCommands(CommandHost host)
{
    private readonly Option<string[]> inputs = new("--input")
    {
        Description = "A CSV file of customers with a header. May be given several times.",
        Required = true,
    };

    private readonly Option<string> left = new("--left") { Description = "The CSV file on one side.", Required = true };
    private readonly Option<string> right = new("--right") { Description = "The CSV file on the other side.", Required = true };
    private readonly Option<string?> id = new("--id") { Description = "The column that names a record. Default: the first one." };
    private readonly Option<string> output = new("--output") { Description = "The file to write.", Required = true };
    private readonly Option<string?> pairs = new("--pairs")
    {
        Description = "Writes the pairs from the threshold for review on, with their probability.",
    };

    private readonly Option<string?> model = new("--model")
    {
        Description = "A model that 'hub match train' wrote. Default: learned from the records at hand.",
    };

    private readonly Option<double?> threshold = new("--threshold")
    {
        Description = "From this probability on two records are one. Default 0.5.",
    };

    private readonly Option<int> seed = new("--seed")
    {
        Description = "Chooses the pairs that are learned from. Default 1.",
        DefaultValueFactory = static _ => 1,
    };

    private readonly Option<int> threads = new("--threads")
    {
        Description = "How many to work with; the result does not depend on it. Default: one for each processor.",
        DefaultValueFactory = static _ => Environment.ProcessorCount,
    };

    private readonly Option<string> first = new("--a") { Description = "The id of a record.", Required = true };
    private readonly Option<string> second = new("--b") { Description = "The id of another one.", Required = true };

    public static Command Create(CommandHost host)
    {
        var commands = new MatchCommands(host);
        return new Command("match",
            "Finds the records of one customer in CSV files. --config names a file with the kinds of columns; without it they are inferred.")
        {
            commands.Make("dedupe", "Finds records of one customer in one or several files.", isLink: false, commands.Cluster,
                commands.inputs, commands.output, commands.pairs, commands.model, commands.threshold),
            commands.Make("link", "Finds for each record of one file the one of the other; neither has a customer twice.", isLink: true,
                commands.Cluster,
                commands.left, commands.right, commands.output, commands.pairs, commands.model, commands.threshold),
            commands.Make("train", "Learns what agreement says, and writes it as a model.", isLink: false, commands.Train, commands.inputs,
                commands.output),
            commands.Make("explain", "Shows why two records are one, or two.", isLink: false, commands.Explain,
                commands.inputs, commands.first, commands.second, commands.model),
            commands.Make("profile", "Shows the columns: kinds, missing and distinct values, and how many duplicates are to be expected.",
                isLink: false, commands.Profile, commands.inputs),
        };
    }

    private Command Make(string name, string description, bool isLink, Func<MatchRun, int> run, params IReadOnlyList<Option> options)
    {
        var command = new Command(name, description) { id, seed, threads };
        foreach (var option in options)
            command.Add(option);
        command.SetAction((parsed, cancellationToken) =>
            host.GuardAsync(parsed, (report, token) => Task.FromResult(Guard(parsed, report, isLink, run, token)), cancellationToken));
        return command;
    }

    private int Guard(ParseResult parsed, Report report, bool isLink, Func<MatchRun, int> run, CancellationToken cancellationToken)
    {
        try
        {
            return run(Open(parsed, report, isLink, cancellationToken));
        }
        catch (MatchInputException wrong)
        {
            return host.Refuse(report, "match.input", wrong.Message, ExitCode.WrongUse);
        }
    }

    private MatchRun Open(ParseResult parsed, Report report, bool isLink, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(host.Config) is { } path ? MatchFile.Read(path) : new MatchFile();
        var chosen = parsed.GetValue(threshold) ?? file.Threshold;
        if (chosen is not (>= 0.001 and <= 0.999))
            throw new MatchInputException(
                $"--threshold: a number from 0.001 to 0.999 was expected, {chosen.ToString(CultureInfo.InvariantCulture)} was found.");
        var given = parsed.GetValue(model) is { } modelPath ? ReadModel(modelPath) : null;
        var paths = isLink ? [parsed.GetValue(left)!, parsed.GetValue(right)!] : parsed.GetValue(inputs)!;
        var started = host.Clock.GetTimestamp();
        var input = MatchInput.Read(paths, file, parsed.GetValue(id), given, cancellationToken);
        var settings = new MatchSettings
        {
            Threshold = chosen,
            ReviewThreshold = file.ReviewThreshold,
            IsLink = isLink,
            CandidatesPerRecord = file.CandidatesPerRecord,
        };
        return new(parsed, report, host, input, settings, given, new Random(parsed.GetValue(seed)),
            WorkersOf(Math.Max(1, parsed.GetValue(threads)), cancellationToken), started);
    }

    private static MatchModel ReadModel(string path)
    {
        var text = MatchInputException.Reading(path, () => File.ReadAllText(path));
        try
        {
            return MatchModel.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new MatchInputException($"{path}: {wrong.Message}");
        }
    }

    private static Workers WorkersOf(int threads, CancellationToken cancellationToken) => (count, piece) =>
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, piece);

    private int Cluster(MatchRun run)
    {
        var outcome = run.Match();
        MatchOutput.WriteClusters(run.Parsed.GetValue(output)!, run.Input, outcome);
        if (run.Parsed.GetValue(pairs) is { } path)
            MatchOutput.WritePairs(path, run.Input, outcome);
        run.ReportOutcome(outcome);
        return ExitCode.Done;
    }

    private int Train(MatchRun run)
    {
        var trained = run.Model;
        MatchOutput.WriteText(run.Parsed.GetValue(output)!, trained.ToJson());
        run.Progress("learned");
        run.ReportColumns();
        run.Report.Line(
            $"Model {trained.Version}: {run.ExpectedDuplicates:F0} pairs of {run.Input.Records.Count} records are expected to be one customer.");
        run.Report.Json(new
        {
            model = trained.Version,
            records = run.Input.Records.Count,
            expectedPairs = run.ExpectedDuplicates,
            columns = run.Columns,
        });
        return ExitCode.Done;
    }

    private int Profile(MatchRun run)
    {
        run.ReportColumns();
        run.Report.Line($"{run.Input.Records.Count} records; {run.ExpectedDuplicates:F0} pairs of them are expected to be one customer.");
        run.Report.Json(new { records = run.Input.Records.Count, expectedPairs = run.ExpectedDuplicates, columns = run.Columns });
        return ExitCode.Done;
    }

    private int Explain(MatchRun run)
    {
        var explanation = Matcher.Explain(run.Input.Records, run.Model, RowOf(run, first, "--a"), RowOf(run, second, "--b"));
        run.Report.Table(["column", "values are", "#bits", "#of it rarity", "depends on"],
        [
            ["prior", "", Bits(explanation.PriorBits), "", ""],
            .. explanation.Columns.Select(static one => (IReadOnlyList<string>)
                [one.Column, one.Level, Bits(one.Bits), Bits(one.RarityBits), one.DependsOn ?? ""]),
            ["total", "", Bits(explanation.TotalBits), "", ""],
        ]);
        run.Report.Line(
            string.Create(CultureInfo.InvariantCulture, $"Probability {explanation.Probability:F4}, by model {explanation.ModelVersion}."));
        run.Report.Json(explanation);
        return ExitCode.Done;
    }

    private static string Bits(double bits) => bits.ToString("+0.00;-0.00;0", CultureInfo.InvariantCulture);

    private static int RowOf(MatchRun run, Option<string> option, string name)
    {
        var row = run.Input.Ids.IndexOf(run.Parsed.GetValue(option)!);
        if (row >= 0)
            return row;
        var places = run.Input.Tables.Select(static table => $"'{table.IdColumn}' of {table.Path}");
        throw new MatchInputException($"{name}: no record has this id in {string.Join(", ", places)}.");
    }
}
