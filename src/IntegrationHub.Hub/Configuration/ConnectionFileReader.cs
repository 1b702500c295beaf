using System.Text.Json;
using System.Text.RegularExpressions;
using IntegrationHub.Connectors.Plugins;
using IntegrationHub.Mapping;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Hub.Configuration;

/// <summary>Reads the files of connections and checks what a schema cannot.</summary>
internal sealed partial class ConnectionFileReader(
    string folder, ConnectorCatalog catalog, MappingLibrary library, IReadOnlyDictionary<string, SchemaPaths> entities, ProblemList problems)
{
    private readonly SchemaCheck schema = Installed.CheckFor("connection");

    /// <param name="path">Where the file is.</param>
    /// <param name="file">How problems name it.</param>
    /// <returns>Null when something kept it from being read; that has been noted.</returns>
    public ConnectionFile? Read(string path, string file)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        if (!NamePattern().IsMatch(name))
            problems.Add(file, "", $"'{name}' is no name for a connection. Call the file by letters, digits, hyphens, dots and underscores, 64 at most.");
        if (problems.ReadJson(path, file, schema) is not { } root)
            return null;
        var manifest = FindConnector(root, file);
        CheckOptions(file, "options", root, manifest, "optionsSchema");
        var credentials = root.Text("credentials");
        if (credentials is not null && Secrets.Problem(credentials, folder) is { } missing)
            problems.Add(file, "credentials", missing);
        var direction = root.Word<Directions>("direction") ?? Directions.Both;
        var streams = new StreamSectionReader(file, direction, ReadRights(root), manifest, library, entities, problems);
        var read = root.Objects("streams", "").Select(one => streams.Read(one.Element, one.Path)).OfType<StreamFile>().ToList();
        foreach (var (stream, place) in root.Objects("streams", ""))
            CheckOptions(file, $"{place}.options", stream, manifest, "streamOptionsSchema");
        return manifest is null ? null : new()
        {
            Name = name,
            Connector = manifest.Name,
            Credentials = credentials,
            Options = root.Object("options"),
            Http = ReadLimits(root.Object("http")),
            Reconcile = ReadReconcile(root, file),
            AsksBeforeWriting = root.Text("activation") != "automatic",
            Streams = read,
        };
    }

    /// <summary>The rights that an object grants; null when it says nothing about them.</summary>
    public static Rights? ReadRights(JsonElement element) => element.Texts("rights")?
        .Aggregate(Rights.None, static (sum, word) => sum | (Enum.TryParse<Rights>(word, ignoreCase: true, out var right) ? right : Rights.None));

    private ConnectorManifest? FindConnector(JsonElement root, string file)
    {
        if (root.Text("connector") is not { } name)
            return null;
        if (catalog.Manifests.FirstOrDefault(manifest => manifest.Name == name) is { } found)
            return found;
        var broken = catalog.Problems.Count == 0 ? "" : $" Some could not be loaded: {string.Join(' ', catalog.Problems)}";
        problems.Add(file, "connector", $"There is no connector '{name}'. {Suggestions.For(name, catalog.Manifests.Select(static manifest => manifest.Name))}{broken}");
        return null;
    }

    /// <param name="holder">The connection or the stream whose options are meant.</param>
    /// <param name="property">The property of the manifest that says what they may be.</param>
    private void CheckOptions(string file, string place, JsonElement holder, ConnectorManifest? manifest, string property)
    {
        if ((property == "optionsSchema" ? manifest?.OptionsSchema : manifest?.StreamOptionsSchema) is not { } given)
            return;
        SchemaCheck check;
        try
        {
            check = SchemaCheck.Parse(given.GetRawText());
        }
        catch (FormatException unreadable)
        {
            problems.Add(manifest!.File, property, $"{unreadable.Message} Correct the connector's manifest.");
            return;
        }

        foreach (var problem in check.Check(file, holder.Object("options").GetRawText()))
            problems.Add(file, problem.Path is "$" or "" ? place : $"{place}.{problem.Path}", problem.Message);
    }

    private ReconcileSchedule? ReadReconcile(JsonElement root, string file)
    {
        if (root.Get("reconcile", JsonValueKind.Object) is not { } section)
            return null;
        var (every, cron) = (section.Duration("every"), section.Text("cron"));
        if (every is null == cron is null)
            problems.Add(file, "reconcile", "Either 'every' or 'cron' says when the connection is reconciled. Give one of the two.");
        if (every < TimeSpan.FromMinutes(1))
            problems.Add(file, "reconcile.every", $"{every} was found; a pause of 1 minute or more was expected, such as 1.00:00:00.");
        if (cron is not null && !DueTime.IsCron(cron))
            problems.Add(file, "reconcile.cron", $"'{cron}' is no cron expression of Quartz. It has six fields, seconds first, one of the two days being '?': every night at three is '0 0 3 * * ?'.");
        return new(new(every, cron), section.Flag("repair") ?? false);
    }

    private static HttpLimits ReadLimits(JsonElement http) => new()
    {
        TotalTimeout = http.Duration("totalTimeout"),
        AttemptTimeout = http.Duration("attemptTimeout"),
        Retries = http.Int("retries"),
        Calls = http.Int("calls"),
        Interval = http.Duration("interval"),
        Concurrency = http.Int("concurrency"),
        DailyCalls = http.Int("dailyCalls"),
    };

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
