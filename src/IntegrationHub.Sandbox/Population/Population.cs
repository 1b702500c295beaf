using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>One record of a population, before a system has it.</summary>
/// <param name="PartyId">Who it is: records with the same id are one person or one organisation.</param>
/// <param name="System">crm, shop or erp.</param>
/// <param name="RecordSet">The record set that it goes into.</param>
/// <param name="Modified">When the system last changed it.</param>
/// <param name="Quirks">What is odd about it, a word each, e.g. <c>typo</c>, <c>phoneFormat</c>, <c>duplicate</c>,
/// <c>invalidEmail</c>.</param>
/// <param name="Fields">By the names of the system's model.</param>
public sealed record PopulationRecord(
    string PartyId, string System, string RecordSet, DateTimeOffset Modified, IReadOnlyList<string> Quirks, JsonObject Fields);

/// <summary>Where a record of a population ended up: the ground truth about its identity.</summary>
/// <param name="PartyId">Who it is.</param>
/// <param name="System">The site's name.</param>
/// <param name="RecordSet">The record set.</param>
/// <param name="Key">The key that the system gave it.</param>
/// <param name="Quirks">As in <see cref="PopulationRecord"/>.</param>
public sealed record TrueRecord(string PartyId, string System, string RecordSet, string Key, IReadOnlyList<string> Quirks);

/// <summary>Records of several systems about the same people, with the truth about who is who.</summary>
/// <param name="Records">In the order of their last change.</param>
public sealed record Population(IReadOnlyList<PopulationRecord> Records)
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One record a line, the same bytes for the same population.</summary>
    public string ToJsonLines() => string.Concat(Records.Select(record => JsonSerializer.Serialize(record, Readable) + "\n"));

    /// <summary>Seeds the sites with the records that are theirs; records of a system that is not given are left out.</summary>
    /// <returns>One entry for each seeded record.</returns>
    /// <exception cref="InvalidOperationException">A site refuses a record, for it already holds a unique value of it.</exception>
    public IReadOnlyList<TrueRecord> LoadInto(params IReadOnlyList<SandboxSite> sites)
    {
        var truth = new List<TrueRecord>();
        foreach (var record in Records)
        {
            foreach (var site in sites.Where(site => site.Party.RecordSet == record.RecordSet))
            {
                var result = site.System.Seed(record.RecordSet, record.Fields, record.Modified);
                if (result.Record is not { } seeded)
                {
                    throw new InvalidOperationException(
                        $"'{site.Name}' refuses a record of {record.PartyId}: {result.Status} in '{result.DuplicateField}' with "
                        + $"{result.ExistingKey}. Load a population into empty systems.");
                }
                truth.Add(new TrueRecord(record.PartyId, site.Name, record.RecordSet, seeded.Key, record.Quirks));
            }
        }
        return truth;
    }
}
