using System.CommandLine;
using IntegrationHub.Hub.Composition;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Mapping;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub check</c>: the files, the mappings and every system.</summary>
internal static class CheckCommand
{
    private const int LintSeed = 1;

    public static Command Create(CommandHost host)
    {
        var offline = new Option<bool>("--offline") { Description = "Do not call the systems." };
        var command = new Command("check", "Checks the configuration and the mappings, and reaches every system.") { offline };
        command.SetAction((parsed, cancellationToken) => host.WithHubAsync(
            parsed, HubPurpose.Administer, (hub, report, token) => RunAsync(hub, report, parsed.GetValue(offline), token), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(HubInstance hub, Report report, bool isOffline, CancellationToken cancellationToken)
    {
        var findings = hub.Configuration.Connections.SelectMany(static connection => connection.Streams).Select(static stream => stream.Mapping)
            .DistinctBy(static mapping => mapping.FileName).SelectMany(MappingFindings).ToList();
        report.Line($"configuration: {hub.Configuration.Connections.Count} connections, {hub.Settings.Streams.Count} streams, no problems");
        foreach (var (file, message) in findings)
            report.Line($"  {file}: {message}");
        IReadOnlyList<ProbeResult> probes = isOffline ? [] : await hub.ProbeAsync(cancellationToken);
        foreach (var probe in probes)
        {
            report.Line($"{probe.Connection} ({probe.Connector}): {(probe.Findings.Count == 0 ? "reached, as configured" : AdminText.Count(probe.Findings.Count, "finding"))}");
            foreach (var finding in probe.Findings)
                report.Line($"  {finding}");
        }

        report.Json(new { problems = Array.Empty<ConfigurationProblem>(), mappings = findings.Select(static one => new { file = one.File, message = one.Message }), probes });
        return findings.Count == 0 && probes.All(static probe => probe.Findings.Count == 0) ? ExitCode.Done : ExitCode.Findings;
    }

    private static IEnumerable<(string File, string Message)> MappingFindings(StreamMapping mapping)
    {
        foreach (var failed in mapping.RunTests().Where(static test => !test.Passed))
            yield return (mapping.FileName, $"the test '{failed.Name}' fails: {string.Join(' ', failed.Failures)}");
        foreach (var finding in MappingLint.Check(mapping, [], new Random(LintSeed)).Where(static finding => finding.Level == LintLevel.Error))
            yield return (mapping.FileName, $"{finding.Path}: {finding.Message}");
    }
}
