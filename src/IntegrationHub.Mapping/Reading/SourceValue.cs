using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

internal enum SourceState : byte
{
    Missing,
    Null,
    Value,

    /// <summary>Something that no field can hold.</summary>
    Wrong,
}

/// <summary>What the source's record holds at one path.</summary>
internal struct SourceValue
{
    public SourceState State;

    /// <summary>The value; an empty text is the explicitly empty value with <see cref="SourceState.Value"/>.</summary>
    public FieldValue Value;

    /// <summary>What was found, as a shape, and what was expected instead, when it is wrong.</summary>
    public (string Shape, string Expected) Wrong;

    public static SourceValue Null => new() { State = SourceState.Null };

    public static SourceValue Of(FieldValue value) => new() { State = SourceState.Value, Value = value };

    public static SourceValue Bad(string shape, string expected) => new() { State = SourceState.Wrong, Wrong = (shape, expected) };
}
