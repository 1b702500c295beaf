using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Plugins;
using IntegrationHub.Mapping;
using IntegrationHub.Sync.Schedule;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Hub.Configuration;

/// <summary>Reads the streams of one connection's file.</summary>
/// <param name="widest">The connection's direction.</param>
/// <param name="usualRights">The connection's rights; null when it names none.</param>
/// <param name="connector">The connection's connector; null when there is no such one.</param>
internal sealed class StreamSectionReader(
    string file, Directions widest, Rights? usualRights, ConnectorManifest? connector, MappingLibrary library,
    IReadOnlyDictionary<string, SchemaPaths> entities, ProblemList problems)
{
    private const Rights UsualRights = Rights.Create | Rights.Update;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <returns>Null when the stream cannot be used; why has been noted.</returns>
    public StreamFile? Read(JsonElement stream, string path)
    {
        var name = stream.Text("name");
        if (name is not null && !names.Add(name))
            problems.Add(file, $"{path}.name", $"The connection has a stream '{name}' already. Give each stream once, or make a second connection.");
        var direction = ReadDirection(stream, path);
        var rights = ReadRights(stream, path, direction);
        var schedule = ReadSchedule(stream, path);
        var mapping = FindMapping(stream, path, name);
        var filters = ReadFilters(stream, path, mapping);
        var limit = stream.Object("deleteLimit");
        return name is null || mapping is null ? null : new()
        {
            Name = name,
            Mapping = mapping,
            Direction = direction,
            Rights = rights,
            Schedule = schedule,
            OnDelete = stream.Word<DeletePolicy>("onDelete") ?? DeletePolicy.Unlink,
            OnMerge = stream.Word<MergePolicy>("onMerge") ?? MergePolicy.Keep,
            DeleteLimit = new(limit.Number("share") ?? 0.01, limit.Int("count") ?? 50),
            WholeReadEvery = stream.Duration("wholeReadEvery") ?? TimeSpan.FromHours(1),
            Filters = filters,
            Options = stream.Object("options"),
        };
    }

    private Directions ReadDirection(JsonElement stream, string path)
    {
        var direction = stream.Word<Directions>("direction") ?? widest;
        if ((direction & ~widest) != Directions.None)
        {
            problems.Add(file, $"{path}.direction", $"'{Word(direction)}' is wider than the connection's '{Word(widest)}'. Narrow it, or widen the connection's.");
        }

        if (connector is { Capabilities: { Read: false, Write: true } } && direction.HasFlag(Directions.In))
            problems.Add(file, $"{path}.direction", $"The connector '{connector.Name}' does not read. Write \"direction\": \"out\".");
        if (connector is { Capabilities: { Read: true, Write: false } } && direction.HasFlag(Directions.Out))
            problems.Add(file, $"{path}.direction", $"The connector '{connector.Name}' does not write. Write \"direction\": \"in\".");
        return direction;
    }

    private Rights ReadRights(JsonElement stream, string path, Directions direction)
    {
        var own = ConnectionFileReader.ReadRights(stream);
        var place = own is null ? "rights" : $"{path}.rights";
        var rights = own ?? usualRights;
        if (rights == Rights.None && direction.HasFlag(Directions.Out))
            problems.Add(file, place, "The stream is written and no right is granted, so nothing would ever be. Grant create, update or delete, or write \"direction\": \"in\".");
        else if (own is not null && own != Rights.None && !direction.HasFlag(Directions.Out))
            problems.Add(file, place, "The stream is only read, so rights say nothing. Leave them out, or widen the direction.");
        return rights ?? UsualRights;
    }

    private Schedule ReadSchedule(JsonElement stream, string path)
    {
        var section = stream.Object("schedule");
        var every = section.Duration("every");
        var cron = section.Text("cron");
        if (every < TimeSpan.FromSeconds(1))
            problems.Add(file, $"{path}.schedule.every", $"{every} was found; a pause of 1 second or more was expected, such as 00:01:00.");
        if (cron is not null && !DueTime.IsCron(cron))
        {
            problems.Add(
                file, $"{path}.schedule.cron",
                $"'{cron}' is no cron expression of Quartz. It has six fields, seconds first, one of the two days being '?': every five minutes is '0 0/5 * * * ?'.");
        }

        return cron is not null ? new(null, cron) : new(every ?? TimeSpan.FromMinutes(1), null);
    }

    private StreamMapping? FindMapping(JsonElement stream, string path, string? name)
    {
        if (stream.Text("mapping") is not { } wanted)
            return null;
        if (!library.TryFind(wanted, out var mapping))
        {
            problems.Add(file, $"{path}.mapping", $"There is no mapping '{wanted}', neither in the folder mappings nor among the ready-made ones. {Suggestions.For(wanted, library.Names)}");
            return null;
        }

        if (mapping is null)
            return null;
        if (connector is not null && mapping.Connector != connector.Name)
            problems.Add(file, $"{path}.mapping", $"'{wanted}' is for the connector '{mapping.Connector}', the connection's is '{connector.Name}'. Choose another mapping, or correct the mapping's \"connector\".");
        if (name is not null && mapping.Stream != name)
            problems.Add(file, $"{path}.mapping", $"'{wanted}' is for the stream '{mapping.Stream}', this one is '{name}'. Choose another mapping, or correct one of the names.");
        return mapping;
    }

    private List<Filter> ReadFilters(JsonElement stream, string path, StreamMapping? mapping)
    {
        var filters = new List<Filter>();
        foreach (var (element, place) in stream.Objects("filters", path))
        {
            var name = element.Text("name") ?? "";
            if (filters.Exists(other => other.Name == name))
                problems.Add(file, $"{place}.name", $"The stream has a filter '{name}' already. What is kept out is counted by name: give each its own.");
            var conditions = element.Objects("keep", place).Select(one => ReadCondition(one.Element, one.Path, mapping)).ToList();
            filters.Add(new(name, element.Word<Directions>("direction") ?? Directions.Both, conditions));
        }

        return filters;
    }

    private FilterCondition ReadCondition(JsonElement condition, string path, StreamMapping? mapping)
    {
        var field = condition.Text("field") ?? "";
        if (field.Length > 0 && mapping is not null && entities[mapping.Entity] is var entity)
        {
            if (entity.Explain(field) is { } wrong)
                problems.Add(file, $"{path}.field", $"The filter's field is none of the entity '{mapping.Entity}': {wrong}");
            else
                field = CanonicalPath.Normalise(field);
        }

        if (condition.Texts("in") is { } allowed && condition.Texts("notIn") is { } refused && allowed.All(refused.Contains))
            problems.Add(file, path, "Everything that 'in' allows 'notIn' refuses, so nothing would ever pass. Correct one of them.");
        return new(field, ToSet(condition.Texts("in")), ToSet(condition.Texts("notIn")), condition.Flag("exists"));
    }

    private static HashSet<string>? ToSet(IReadOnlyList<string>? texts) => texts?.ToHashSet(StringComparer.Ordinal);

    private static string Word(Directions direction) => direction switch
    {
        Directions.In => "in",
        Directions.Out => "out",
        _ => "both",
    };
}
