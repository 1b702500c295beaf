using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using IntegrationHub.Connectors.Plugins;
using IntegrationHub.Sync;
using Serilog.Events;

namespace IntegrationHub.Hub.Configuration;

/// <summary>Reads <c>hub.json</c>; without the file everything has its default.</summary>
internal sealed class HubFileReader(string folder, ProblemList problems)
{
    public const string FileName = "hub.json";

    public HubFile Read()
    {
        var path = Path.Combine(folder, FileName);
        var root = File.Exists(path) ? problems.ReadJson(path, FileName, Installed.CheckFor("hub")) ?? default : default;
        var log = root.Object("log");
        return new()
        {
            Node = root.Text("node") ?? Environment.MachineName,
            DataFolder = Absolute(root.Object("store").Text("folder") ?? "data"),
            LogFolder = Absolute(log.Text("folder") ?? "logs"),
            LogLevel = log.Word<LogEventLevel>("level") ?? LogEventLevel.Information,
            LogKeepDays = log.Int("keepDays") ?? 31,
            Urls = ReadUrls(root.Object("http")),
            Sync = ReadSync(root.Object("sync")),
            OtlpEndpoint = ReadEndpoint(root.Object("telemetry")),
            ConnectorFolders = [.. ReadConnectorFolders(root), ConnectorCatalog.BesideExecutable],
        };
    }

    private IReadOnlyList<string> ReadUrls(JsonElement http)
    {
        if (http.Texts("urls") is not { } urls)
            return HubFile.UsualUrls;
        for (var i = 0; i < urls.Count; i++)
        {
            if (!Uri.TryCreate(urls[i], UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || url.AbsolutePath != "/")
                problems.Add(FileName, $"http.urls[{i}]", $"'{urls[i]}' is no address to listen on. Write http://, a host and a port alone, such as http://127.0.0.1:5080.");
        }

        return urls;
    }

    private Uri? ReadEndpoint(JsonElement telemetry)
    {
        if (telemetry.Text("otlpEndpoint") is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps))
            return endpoint;
        problems.Add(FileName, "telemetry.otlpEndpoint", $"'{text}' is no address. Write one such as http://127.0.0.1:4317.");
        return null;
    }

    private SyncOptions ReadSync(JsonElement sync)
    {
        var usual = new SyncOptions();
        var options = new SyncOptions
        {
            BatchSize = sync.Int("batchSize") ?? usual.BatchSize,
            CallTimeout = sync.Duration("callTimeout") ?? usual.CallTimeout,
            LeaseDuration = sync.Duration("leaseDuration") ?? usual.LeaseDuration,
            DeliveryAttemptsMax = sync.Int("deliveryAttemptsMax") ?? usual.DeliveryAttemptsMax,
            MergeWait = sync.Duration("mergeWait") ?? usual.MergeWait,
            OscillationTurns = sync.Int("oscillationTurns") ?? usual.OscillationTurns,
            OscillationWindow = sync.Duration("oscillationWindow") ?? usual.OscillationWindow,
            SweepInterval = sync.Duration("sweepInterval") ?? usual.SweepInterval,
        };
        foreach (var property in typeof(SyncOptions).GetProperties())
        {
            if (property.GetCustomAttributes(typeof(RangeAttribute), inherit: false) is [RangeAttribute range] && !range.IsValid(property.GetValue(options)))
            {
                problems.Add(
                    FileName, $"sync.{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}",
                    $"{property.GetValue(options)} was found; write {range.Minimum} to {range.Maximum}.");
            }
        }

        if (options.LeaseDuration <= options.CallTimeout)
        {
            problems.Add(
                FileName, "sync.leaseDuration",
                $"{options.LeaseDuration} was found; it must be longer than callTimeout ({options.CallTimeout}), else a worker loses its lease while a system still answers.");
        }

        return options;
    }

    private List<string> ReadConnectorFolders(JsonElement root)
    {
        var folders = new List<string>();
        foreach (var (text, index) in (root.Texts("connectors") ?? []).Select(static (text, index) => (text, index)))
        {
            var path = Absolute(text);
            if (Directory.Exists(path))
                folders.Add(path);
            else
                problems.Add(FileName, $"connectors[{index}]", $"There is no folder {path}. Create it, or correct the path; a relative one starts at the configuration folder.");
        }

        return folders;
    }

    private string Absolute(string path) => Path.GetFullPath(path, folder);
}
