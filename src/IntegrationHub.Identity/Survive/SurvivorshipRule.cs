namespace IntegrationHub.Identity;

/// <summary>How the surviving value of a field is chosen.</summary>
public enum SurvivorshipKind
{
    /// <summary>The latest edit.</summary>
    MostRecent,

    /// <summary>The connection that stands first in the rule's order; unlisted ones come last.</summary>
    SourcePriority,

    /// <summary>The value with the most letters and digits, or the set with the most members.</summary>
    MostComplete,

    /// <summary>All members of all sets. Values that are no sets: the latest edit.</summary>
    Union,

    /// <summary>A person: while a conflict is open the field is held; without one the latest edit.</summary>
    Manual,

    /// <summary>The value that stands first in the rule's list of values, for consents denied, unknown, granted.</summary>
    MostRestrictive,
}

/// <summary>One rule of the survivorship policy.</summary>
public sealed record SurvivorshipRule
{
    /// <summary>The pattern of paths it holds for, as the policy spells it.</summary>
    public required string Path { get; init; }

    public required SurvivorshipKind Kind { get; init; }

    /// <summary>The entity it holds for; null means every one.</summary>
    public string? Entity { get; init; }

    /// <summary>Connections, the most trusted first. Breaks ties of every kind; decides under <see cref="SurvivorshipKind.SourcePriority"/>.</summary>
    public IReadOnlyList<string> Order { get; init; } = [];

    /// <summary>Whether a clear counts as an edit like any other (the default) or loses to every value.</summary>
    public bool BlanksWin { get; init; } = true;

    /// <summary>Whether the fields below one place that the pattern fits (<c>addresses[type=mailing]</c> under <c>addresses[*].*</c>) belong together: one
    /// record's whole group survives, so that no group comes about that existed nowhere. Default false.</summary>
    public bool Together { get; init; }

    /// <summary>Values from the most restrictive to the least, for <see cref="SurvivorshipKind.MostRestrictive"/>. What is empty or not
    /// listed stands just above the least restrictive: it never turns into a consent.</summary>
    public IReadOnlyList<string> Values { get; init; } = ["denied", "unknown", "granted"];

    /// <summary>The kind as the policy and provenance spell it, such as <c>mostRecent</c>.</summary>
    public string Name => Kind switch
    {
        SurvivorshipKind.MostRecent => "mostRecent",
        SurvivorshipKind.SourcePriority => "sourcePriority",
        SurvivorshipKind.MostComplete => "mostComplete",
        SurvivorshipKind.Union => "union",
        SurvivorshipKind.Manual => "manual",
        SurvivorshipKind.MostRestrictive => "mostRestrictive",
        _ => throw new System.Diagnostics.UnreachableException($"No name for {Kind}."),
    };
}
