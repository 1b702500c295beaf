namespace IntegrationHub.Abstractions;

/// <summary>One field that a system's records have, as the system describes it. Name and type are the system's own words, never a value.</summary>
/// <param name="Name">As paths of the mapping name it, such as <c>Owner.Name</c>.</param>
/// <param name="Type">Compared for equality alone.</param>
/// <param name="IsRequired">A record without a value there is refused.</param>
/// <param name="IsReadable">The credential may read it.</param>
/// <param name="IsWritable">The credential may write it.</param>
public sealed record SourceField(string Name, string Type, bool IsRequired = false, bool IsReadable = true, bool IsWritable = true);

/// <summary>Describes the fields of a stream's records, so that a change of them is noticed before a read goes over it.</summary>
public interface ISchemaSource
{
    /// <returns>Every field that the credential sees; none when the system does not describe this stream.</returns>
    /// <exception cref="ConnectorException">The system did not say.</exception>
    Task<IReadOnlyList<SourceField>> DescribeFieldsAsync(string stream, CancellationToken cancellationToken);
}
