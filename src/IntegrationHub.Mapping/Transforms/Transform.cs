using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>One direction of a transform. Runs on a value, never on an explicitly empty one.</summary>
/// <param name="country">For <c>e164</c> alone: the country that its argument leads to in this record; null when there is none.</param>
/// <returns>False when the value cannot be converted.</returns>
internal delegate bool Conversion(FieldValue value, string? country, out FieldValue converted);

/// <summary>A named transform with its argument, ready to run.</summary>
/// <param name="Name">As the mapping file writes it, with the argument.</param>
internal sealed record Transform(string Name, Conversion Read)
{
    /// <summary>The way back. Without one the value is written as it is.</summary>
    public Conversion? Write { get; init; }

    /// <summary>What was expected when <see cref="Read"/> refuses a value.</summary>
    public string ReadExpected { get; init; } = "";

    /// <summary>What was expected when <see cref="Write"/> refuses a value.</summary>
    public string WriteExpected { get; init; } = "";

    /// <summary>What does not come back the same by design; null when nothing is lost.</summary>
    public string? Loss { get; init; }

    /// <summary>For <c>e164</c> with an argument: a country, or a path to one.</summary>
    public string? Country { get; init; }

    /// <summary>The name alone, as a rule's name.</summary>
    public string Rule => Name.Split(':')[0];

    /// <summary>On the way out: what undoes the reading; a field that is only written applies a one-way transform forward.</summary>
    public bool TryWrite(FieldValue value, bool isOutboundOnly, out FieldValue converted)
    {
        converted = value;
        if (Write is not null)
            return Write(value, null, out converted);
        return !isOutboundOnly || Read(value, null, out converted);
    }
}
