using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;

namespace IntegrationHub.ConnectorKit;

/// <summary>A record as the kit sees it outside the connector: its key and two plain text fields.</summary>
/// <param name="Key">The system's key.</param>
/// <param name="First">The text of <see cref="IKitSystem.FirstField"/>.</param>
/// <param name="Second">The text of <see cref="IKitSystem.SecondField"/>.</param>
public sealed record KitRecord(string Key, string First, string Second);

/// <summary>
/// A real system with one empty stream, and a connector on it. The kit uses the connector as the hub does, and this interface as the
/// rest of the world does: what it plants, edits, deletes and lists goes past the connector.
/// </summary>
public interface IKitSystem : IAsyncDisposable
{
    /// <summary>The connector under test. It reads, writes and looks up.</summary>
    IConnector Connector { get; }

    /// <summary>The stream under test, with the traits that <see cref="IConnector.Describe"/> gives it.</summary>
    string Stream { get; }

    /// <summary>A text field that a create must set and that an update may change, as a path in the system's own record without dots.</summary>
    string FirstField { get; }

    /// <summary>Another text field, which may be left alone.</summary>
    string SecondField { get; }

    /// <summary>A create's fields that the system refuses for good; null when it refuses nothing.</summary>
    JsonObject? RefusedFields { get; }

    /// <summary>Adds records. All of one call share their time of modification, later than every earlier call's.</summary>
    Task PlantAsync(IReadOnlyList<KitRecord> records, CancellationToken cancellationToken);

    /// <summary>Overwrites both fields of a record, at a later time of modification.</summary>
    Task EditAsync(KitRecord record, CancellationToken cancellationToken);

    /// <summary>Adds or overwrites a record with a time of modification that lies before the latest one: what a transaction leaves that
    /// commits after others which it began before.</summary>
    /// <param name="by">How much before the moment of the last call; zero for that moment itself.</param>
    Task WriteLateAsync(KitRecord record, TimeSpan by, CancellationToken cancellationToken);

    /// <summary>Deletes a record, in the way that the traits of the stream describe.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>All live records, in any order.</summary>
    Task<IReadOnlyList<KitRecord>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A key in the system's own form, such as a number's text. Different for different numbers.</summary>
    /// <param name="number">1 or more.</param>
    string KeyOf(int number);
}
