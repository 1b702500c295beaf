using System.Text.RegularExpressions;

namespace IntegrationHub.Sandbox;

/// <summary>The corner of OData's <c>$filter</c> that the ERP knows: comparisons of <c>ChangedAt</c> with a time and of text fields with
/// a quoted text, joined by <c>and</c>.</summary>
internal sealed partial class ODataFilter(IReadOnlyList<Func<SandboxRecord, bool>> conditions)
{
    public bool Matches(SandboxRecord record) => conditions.All(condition => condition(record));

    /// <exception cref="BadRequestException">The filter asks for more than there is.</exception>
    public static ODataFilter Parse(string? text)
    {
        var conditions = new List<Func<SandboxRecord, bool>>();
        for (var rest = text?.Trim() ?? ""; rest.Length > 0;)
        {
            if (Comparison().Match(rest) is not { Success: true } match)
                throw new BadRequestException("'$filter' takes ChangedAt ge|gt|le|lt|eq time and Field eq|ne 'text', joined by and.");
            conditions.Add(Condition(match.Groups["field"].Value, match.Groups["operator"].Value, match.Groups["operand"].Value));
            rest = rest[match.Length..];
        }
        return new ODataFilter(conditions);
    }

    private static Func<SandboxRecord, bool> Condition(string field, string comparison, string operand)
    {
        if (field == "ChangedAt" && SandboxTime.TryParse(operand, out var time))
            return record => Holds(record.Modified.CompareTo(time), comparison);
        if (operand.StartsWith('\'') && (field == "PartnerNo" || ErpRecordSets.Partners.Field(field) is not null))
        {
            var text = operand[1..^1].Replace("''", "'", StringComparison.Ordinal);
            return record => Holds(string.CompareOrdinal(field == "PartnerNo" ? record.Key : record.Text(field) ?? "", text), comparison);
        }
        throw new BadRequestException($"'$filter' cannot compare '{field}' so: the field is unknown, or its operand is of the wrong kind.");
    }

    private static bool Holds(int order, string comparison) => comparison switch
    {
        "eq" => order == 0,
        "ne" => order != 0,
        "ge" => order >= 0,
        "gt" => order > 0,
        "le" => order <= 0,
        _ => order < 0,
    };

    [GeneratedRegex(
        @"^(?<field>\w+) +(?<operator>eq|ne|ge|gt|le|lt) +(?<operand>'(?:[^']|'')*'|[0-9TZ:.+-]+)\s*(?:$|and\s+(?=\S))",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comparison();
}
