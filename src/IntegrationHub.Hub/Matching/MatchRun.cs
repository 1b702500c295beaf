using System.CommandLine;
using System.Globalization;
using IntegrationHub.Hub.Commands;
using IntegrationHub.Identity;

namespace IntegrationHub.Hub.Matching;

/// <summary>One run of <c>hub match</c>: its input, its model, and what is told of it.</summary>
internal sealed class MatchRun
{
    private readonly CommandHost host;
    private readonly MatchSettings settings;
    private readonly Matcher matcher;
    private readonly long started;
    private MatchModel? model;

    public MatchRun(
        ParseResult parsed, Report report, CommandHost host, MatchInput input, MatchSettings settings, MatchModel? model, Random random,
        Workers workers, long started)
    {
        Parsed = parsed;
        Report = report;
        Input = input;
        this.host = host;
        this.settings = settings;
        this.model = model;
        this.started = started;
        matcher = new(settings, random, workers);
        Progress($"{input.Records.Count} records read");
    }

    public ParseResult Parsed { get; }

    public Report Report { get; }

    public MatchInput Input { get; }

    /// <summary>The model that was given, else one learned from the records.</summary>
    public MatchModel Model => model ??= matcher.Train(Input.Records);

    public double ExpectedDuplicates => Input.Records.Count < 2 ? 0 : Model.Prior * Input.Records.Count * (Input.Records.Count - 1.0) / 2;

    public IEnumerable<object> Columns =>
        Input.Records.Describe().Select(static one => new { one.Name, one.Kind, one.Present, one.Distinct });

    public MatchOutcome Match()
    {
        _ = Model;
        Progress("learned");
        var outcome = matcher.Run(Input.Records, Model);
        Progress($"{outcome.CandidateCount} pairs compared");
        return outcome;
    }

    /// <summary>A line on standard error, so that neither text nor JSON is disturbed.</summary>
    public void Progress(string what)
    {
        if (Report.IsTerminal)
            host.Error.WriteLine(
                $"{host.Clock.GetElapsedTime(started).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s: {what}");
    }

    public void ReportColumns() =>
        Report.Table(["column", "kind", "#present", "#distinct"], Input.Records.Describe().Select(static one =>
            (IReadOnlyList<string>)[one.Name, MatchFile.Spelt(one.Kind), one.Present.ToString(CultureInfo.InvariantCulture),
                one.Distinct.ToString(CultureInfo.InvariantCulture)]));

    public void ReportOutcome(MatchOutcome outcome)
    {
        var clusters = outcome.Clusters.Distinct().Count();
        var review = outcome.Pairs.Count(pair => pair.Probability < settings.Threshold);
        var seconds = host.Clock.GetElapsedTime(started).TotalSeconds;
        var memory = Environment.WorkingSet >> 20;
        if (Input.AreInferred)
            ReportColumns();
        Report.Line($"{outcome.Clusters.Count} records are {clusters} customers; {review} pairs are for review.");
        Report.Line(
            string.Create(CultureInfo.InvariantCulture,
            $"{outcome.CandidateCount} pairs compared in {seconds:F1} s, {memory} MiB, model {Model.Version}."));
        Report.Json(new
        {
            records = outcome.Clusters.Count, clusters, reviewPairs = review, comparedPairs = outcome.CandidateCount, seconds,
            memoryMiB = memory,
            model = Model.Version, columns = Columns,
        });
    }
}
