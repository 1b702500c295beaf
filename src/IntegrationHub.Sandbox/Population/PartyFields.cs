using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>A person or an organisation as one system has it; what the system does not know is null.</summary>
internal sealed record PartyView
{
    public bool IsOrganisation { get; init; }

    public string? Given { get; init; }

    /// <summary>The family name, or the whole name of an organisation.</summary>
    public required string Family { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? Mobile { get; init; }

    public string? Street { get; init; }

    public string? City { get; init; }

    public string? Postcode { get; init; }

    /// <summary>ISO 3166, two letters.</summary>
    public string? Country { get; init; }

    /// <summary>As <c>yyyy-MM-dd</c>, though it may be no day that exists.</summary>
    public string? BirthDate { get; init; }

    /// <summary>A tag such as <c>de</c> or <c>zh-CN</c>.</summary>
    public string? Language { get; init; }

    public string? TaxId { get; init; }

    public bool EmailOptOut { get; init; }

    /// <summary>The whole name in the order of its script.</summary>
    public string FullName => PartyNames.Full(Given, Family);
}

/// <summary>What a system calls the fields of a person or an organisation, and how it writes one.</summary>
/// <param name="RecordSet">The record set that holds them.</param>
/// <param name="Write">The system's fields for a view.</param>
internal sealed record PartyFields(string RecordSet, Func<PartyView, JsonObject> Write)
{
    public required string Family { get; init; }

    public required string Email { get; init; }

    public required string Phone { get; init; }

    public required string Street { get; init; }

    public required string City { get; init; }

    public required string Postcode { get; init; }

    public required string Country { get; init; }

    /// <summary>Writes a changed opt-out or opt-in; null where the system has none.</summary>
    public Func<SandboxRecord, JsonObject>? ToggleMarketing { get; init; }

    /// <summary>How a user retires a record where deleting is not the custom; null where it is.</summary>
    public JsonObject? Retired { get; init; }
}

/// <summary>Names put together.</summary>
internal static class PartyNames
{
    /// <summary>Family name first and unspaced in Chinese characters, otherwise given name first.</summary>
    public static string Full(string? given, string? family)
    {
        if (string.IsNullOrEmpty(given) || string.IsNullOrEmpty(family))
            return given + family;
        return IsChinese(family) ? family + given : given + " " + family;
    }

    public static bool IsChinese(string text) => text.Any(character => character is >= '\u4e00' and <= '\u9fff');
}
