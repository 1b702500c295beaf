using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Settings;

[Flags]
public enum Directions
{
    None = 0,

    /// <summary>From the system into the hub.</summary>
    In = 1,

    /// <summary>From the hub into the system.</summary>
    Out = 2,

    Both = In | Out,
}

/// <summary>What the hub may do to the records of a connection.</summary>
[Flags]
public enum Rights
{
    None = 0,
    Create = 1,
    Update = 2,
    Delete = 4,
}

public static class OperationRights
{
    public const Rights Every = Rights.Create | Rights.Update | Rights.Delete;

    /// <summary>The right that a write needs.</summary>
    public static Rights Needs(this DeliveryOperation operation) => operation switch
    {
        DeliveryOperation.Create => Rights.Create,
        DeliveryOperation.Update => Rights.Update,
        _ => Rights.Delete,
    };
}

/// <summary>What follows when a system deletes its record of a golden record.</summary>
public enum DeletePolicy
{
    /// <summary>The link ends. Nothing is deleted elsewhere, and the record is not created there again. The default.</summary>
    Unlink,

    /// <summary>The golden record is deleted, and its records in systems that grant the right to delete; a concurrent edit elsewhere loses.</summary>
    DeleteWins,

    /// <summary>As <see cref="DeleteWins"/>, unless another system changed the customer after the deletion: then the record is created again.</summary>
    EditWins,

    /// <summary>A steward decides; until then nothing is deleted or created again.</summary>
    Steward,
}

/// <summary>What becomes of a stream's records of one customer when another system has merged two and the stream has a record of each.</summary>
public enum MergePolicy
{
    /// <summary>Both stay, and both are kept up to date. The default.</summary>
    Keep,

    /// <summary>The record of the one that was merged away is deleted, where the hub has the right to delete.</summary>
    Delete,
}

/// <summary>When a stream is read: by interval or by cron expression (Quartz's, in UTC), one of the two.</summary>
public sealed record Schedule(TimeSpan? Every, string? Cron);

/// <summary>A named rule that keeps records of a stream out, per direction. A record passes when every condition holds.</summary>
public sealed record Filter(string Name, Directions Direction, IReadOnlyList<FilterCondition> Keep);

/// <summary>One condition of a filter on a canonical field.</summary>
/// <param name="In">The field's text must be one of these; null when that does not matter.</param>
/// <param name="NotIn">The field's text must be none of these; null when that does not matter.</param>
/// <param name="Exists">The field must have a value (true) or none (false); null when that does not matter.</param>
public sealed record FilterCondition(string Field, IReadOnlySet<string>? In, IReadOnlySet<string>? NotIn, bool? Exists)
{
    public bool Holds(FieldMap fields)
    {
        var value = fields.Find(Field);
        var hasValue = value is { IsEmpty: false };
        if (Exists is { } expected && expected != hasValue)
            return false;
        var text = hasValue ? value!.Value.AsText : "";
        return (In is null || (hasValue && In.Contains(text))) && (NotIn is null || !hasValue || !NotIn.Contains(text));
    }
}

/// <summary>How many deletions a complete read may imply before a person is asked.</summary>
/// <param name="Share">Of the stream's live records; default 1 %.</param>
/// <param name="Count">Allowed whatever the share, but never more than half of the stream; default 50.</param>
public sealed record DeleteLimit(double Share = 0.01, int Count = 50)
{
    /// <summary>A read that shows nothing at all where there were records is never believed without a person.</summary>
    public bool Allows(int deletions, int live) => deletions < live && deletions <= Math.Max(live * Share, Math.Min(Count, live / 2));
}

/// <summary>One stream as configured, checked and ready to run.</summary>
public sealed record StreamSettings
{
    public required StreamName Name { get; init; }

    /// <summary>The stream's number in the store.</summary>
    public required int Number { get; init; }

    public required StreamMapping Mapping { get; init; }

    public required StreamTraits Traits { get; init; }

    public Directions Direction { get; init; } = Directions.Both;

    public Rights Rights { get; init; } = Rights.Create | Rights.Update;

    public DeletePolicy OnDelete { get; init; } = DeletePolicy.Unlink;

    public MergePolicy OnMerge { get; init; } = MergePolicy.Keep;

    public DeleteLimit DeleteLimit { get; init; } = new();

    public Schedule Schedule { get; init; } = new(TimeSpan.FromMinutes(1), null);

    /// <summary>How often the stream is read from the beginning, where only a complete read shows what was deleted. Default 1 hour.</summary>
    public TimeSpan WholeReadEvery { get; init; } = TimeSpan.FromHours(1);

    public IReadOnlyList<Filter> Filters { get; init; } = [];

    public string Entity => Mapping.Entity;

    public bool Reads => Direction.HasFlag(Directions.In);

    public bool Writes => Direction.HasFlag(Directions.Out);

    /// <summary>The hub writes to the stream only what a person has approved, until a person activates it.</summary>
    public bool AsksBeforeWriting { get; init; }

    /// <summary>The first filter that keeps a record out; null when it passes.</summary>
    public Filter? FirstRefusal(Directions direction, FieldMap fields)
    {
        foreach (var filter in Filters)
        {
            if (!filter.Direction.HasFlag(direction))
                continue;
            foreach (var condition in filter.Keep)
            {
                if (!condition.Holds(fields))
                    return filter;
            }
        }

        return null;
    }
}
