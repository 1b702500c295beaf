using System.Collections.Frozen;

namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>All rules that a schema can name.</summary>
internal sealed class FieldRules
{
    private readonly FrozenDictionary<string, FieldRule> byName;

    public FieldRules(TimeProvider clock)
    {
        FieldRule[] all =
        [
            new EmailRule(), new PhoneRule(), new UrlRule(), new LanguageRule(),
            CodeListRule.Country, CodeListRule.Currency, CodeListRule.Script,
            new DateRule(), new BirthDateRule(clock), new DateTimeRule(),
            new ChineseResidentIdRule(clock), new UnifiedSocialCreditCodeRule(), new IbanRule(),
        ];
        byName = all.ToFrozenDictionary(rule => rule.Name, StringComparer.Ordinal);
    }

    /// <exception cref="FormatException">There is no such rule.</exception>
    public FieldRule Find(string name, string where) => byName.TryGetValue(name, out var rule)
        ? rule
        : throw new FormatException(
            $"{where} names the field rule '{name}', which does not exist. " +
            $"Name one of: {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal))}.");
}
