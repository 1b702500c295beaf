using System.Collections.Frozen;

namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>One code of a published list, spelled as the list spells it.</summary>
internal sealed class CodeListRule(string name, FrozenSet<string> codes, string expected) : FieldRule
{
    public override string Name => name;

    public override string Expected => expected;

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public static CodeListRule Country { get; } = new("country", CodeLists.Countries,
        "A country code of ISO 3166-1 alpha-2 in capitals, such as DE or CN. Map names and other codes with a value table.");

    /// <summary>ISO 4217.</summary>
    public static CodeListRule Currency { get; } = new("currency", CodeLists.Currencies,
        "A currency code of ISO 4217 in capitals, such as EUR or CNY. Map symbols with a value table.");

    /// <summary>ISO 15924.</summary>
    public static CodeListRule Script { get; } = new("script", CodeLists.Scripts,
        "A script code of ISO 15924, such as Latn, Hans or Hant, with its first letter alone in capitals.");

    public override bool Accepts(string text) => codes.Contains(text);
}
