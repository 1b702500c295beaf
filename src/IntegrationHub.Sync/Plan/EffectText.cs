using System.Globalization;
using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Plan;

/// <summary>What a need writes, as a person is shown it, and the digest by which it is recognised when it is sent.</summary>
internal static class EffectText
{
    /// <summary>The fields that a need changes; a value that has no form in the system is left out, as it is when the need is sent.</summary>
    public static IReadOnlyList<FieldChange> ChangesOf(Need need, StreamSettings stream)
    {
        if (need.Operation == DeliveryOperation.Delete)
            return [];
        var problems = new List<Problem>();
        stream.Mapping.Write(need.Fields, problems);
        return [.. need.Fields.Where(field => problems.TrueForAll(problem => problem.Field != field.Path))
            .Select(field => new FieldChange(field.Path, need.Record?.Fields.Find(field.Path).Seen, field.Value))
            .OrderBy(static change => change.Path, StringComparer.Ordinal)];
    }

    /// <param name="goldenId">The customer that is written.</param>
    public static Digest DigestOf(KeyedDigests digests, long goldenId, Need need, IReadOnlyList<FieldChange> changes)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{need.Operation}/{goldenId}/{need.Record?.Id ?? 0}");
        foreach (var change in changes)
        {
            text.Append('\u001e').Append(change.Path);
            Append(text, change.Before);
            Append(text, change.After);
        }

        return digests.Of("planned", text.ToString());
    }

    private static void Append(StringBuilder text, FieldValue? value) =>
        text.Append('\u001f').Append(value is { } some ? (int)some.Kind : -1).Append('\u001f').Append(value?.AsText);
}
