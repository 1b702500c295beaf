using System.Text.Json;
using IntegrationHub.Connectors.Plugins;
using IntegrationHub.Identity;
using IntegrationHub.Mapping;
using IntegrationHub.Mapping.Validation;
using IntegrationHub.Sync;
using IntegrationHub.Sync.Settings;
using Serilog.Events;

namespace IntegrationHub.Hub.Configuration;

/// <summary>A configuration folder, read and checked: nothing in it is known to be wrong. Immutable.</summary>
internal sealed record HubConfiguration
{
    /// <summary>The folder, absolute.</summary>
    public required string Folder { get; init; }

    public required HubFile Hub { get; init; }

    /// <summary>In ordinal order of their names.</summary>
    public required IReadOnlyList<ConnectionFile> Connections { get; init; }

    public required MatchPolicy Matching { get; init; }

    public required SurvivorshipPolicy Survivorship { get; init; }

    public required EntityValidator Validator { get; init; }

    /// <summary>The paths of each canonical entity.</summary>
    public required IReadOnlyDictionary<string, SchemaPaths> Entities { get; init; }

    public required ConnectorCatalog Catalog { get; init; }
}

/// <summary>What <c>hub.json</c> says, with absolute folders.</summary>
internal sealed record HubFile
{
    public static IReadOnlyList<string> UsualUrls { get; } = ["http://127.0.0.1:5080"];

    /// <summary>Names this process in leases.</summary>
    public required string Node { get; init; }

    /// <summary>Database, key and lock lie here.</summary>
    public required string DataFolder { get; init; }

    public required string LogFolder { get; init; }

    public LogEventLevel LogLevel { get; init; } = LogEventLevel.Information;

    public int LogKeepDays { get; init; } = 31;

    /// <summary>Where the hub listens; none listens nowhere.</summary>
    public IReadOnlyList<string> Urls { get; init; } = UsualUrls;

    public SyncOptions Sync { get; init; } = new();

    /// <summary>Where metrics are sent; null sends none.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Folders of connector folders, those that come with the hub last.</summary>
    public IReadOnlyList<string> ConnectorFolders { get; init; } = [];

    public string DatabaseFile => Path.Combine(DataFolder, "hub.db");

    public string KeyFile => Path.Combine(DataFolder, "hub.key");

    public string LockFile => Path.Combine(DataFolder, "hub.lock");
}

/// <summary>One file of the folder <c>connections</c>.</summary>
internal sealed record ConnectionFile
{
    /// <summary>The file's name without its extension.</summary>
    public required string Name { get; init; }

    public required string Connector { get; init; }

    /// <summary><c>env:NAME</c> or <c>file:PATH</c>; null when the connection needs no secret.</summary>
    public string? Credentials { get; init; }

    /// <summary>The connector's options; an empty object when there are none.</summary>
    public required JsonElement Options { get; init; }

    public HttpLimits Http { get; init; } = new();

    /// <summary>The hub asks before it writes to the connection, until a person activates it.</summary>
    public bool AsksBeforeWriting { get; init; } = true;

    /// <summary>When everything is compared; null when only a person asks for it.</summary>
    public ReconcileSchedule? Reconcile { get; init; }

    public required IReadOnlyList<StreamFile> Streams { get; init; }
}

/// <summary>Limits that the connection's <c>http</c> object sets; null leaves what the connector's description says.</summary>
internal sealed record HttpLimits
{
    public TimeSpan? TotalTimeout { get; init; }

    public TimeSpan? AttemptTimeout { get; init; }

    public int? Retries { get; init; }

    public int? Calls { get; init; }

    public TimeSpan? Interval { get; init; }

    public int? Concurrency { get; init; }

    public int? DailyCalls { get; init; }
}

/// <summary>One stream of a connection's file.</summary>
internal sealed record StreamFile
{
    public required string Name { get; init; }

    public required StreamMapping Mapping { get; init; }

    public required Directions Direction { get; init; }

    public required Rights Rights { get; init; }

    public required Schedule Schedule { get; init; }

    public DeletePolicy OnDelete { get; init; }

    public MergePolicy OnMerge { get; init; }

    public DeleteLimit DeleteLimit { get; init; } = new();

    public TimeSpan WholeReadEvery { get; init; } = TimeSpan.FromHours(1);

    public IReadOnlyList<Filter> Filters { get; init; } = [];

    /// <summary>The connector's options for the stream; an empty object when there are none.</summary>
    public required JsonElement Options { get; init; }
}

/// <summary>What became of reading a configuration folder.</summary>
/// <param name="Configuration">Null when there is any problem.</param>
/// <param name="Problems">Everything that has to be changed, in the order of the files.</param>
internal sealed record ConfigurationRead(HubConfiguration? Configuration, IReadOnlyList<ConfigurationProblem> Problems)
{
    /// <exception cref="ConfigurationException">There are problems.</exception>
    public HubConfiguration OrThrow() => Configuration ?? throw new ConfigurationException(Problems);
}

/// <summary>The configuration cannot be used; the message lists everything that has to be changed, one a line.</summary>
internal sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
