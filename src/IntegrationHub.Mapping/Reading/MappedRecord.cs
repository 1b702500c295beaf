using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>What a record became.</summary>
/// <param name="Fields">The fields that converted; empty when the payload as a whole could not be read.</param>
/// <param name="Problems">What did not convert, one per field; none when all did.</param>
public sealed record MappedRecord(FieldMap Fields, IReadOnlyList<Problem> Problems);
