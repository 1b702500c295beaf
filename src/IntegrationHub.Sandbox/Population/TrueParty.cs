namespace IntegrationHub.Sandbox;

/// <summary>Where somebody lives.</summary>
internal sealed record Residence(string Street, string City, string Postcode);

/// <summary>A person or an organisation as it really is, before any system has it.</summary>
internal sealed record TrueParty
{
    /// <summary><c>p-0001</c> for a person, <c>o-0001</c> for an organisation.</summary>
    public required string Id { get; init; }

    public bool IsOrganisation { get; init; }

    public required NameForm Name { get; init; }

    /// <summary>The same name in other scripts or without accents.</summary>
    public IReadOnlyList<NameForm> OtherForms { get; init; } = [];

    public required Place Place { get; init; }

    public required Residence Home { get; init; }

    /// <summary>Where it was before; systems that were never told still have that.</summary>
    public required Residence FormerHome { get; init; }

    public required string Email { get; init; }

    public required string OtherEmail { get; init; }

    /// <summary>E.164, as is <see cref="Mobile"/>.</summary>
    public required string Landline { get; init; }

    public string? Mobile { get; init; }

    public string? BirthDate { get; init; }

    public string? TaxId { get; init; }

    public bool EmailOptOut { get; init; }
}
