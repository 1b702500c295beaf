using IntegrationHub.Abstractions;
using IntegrationHub.Mapping.Validation;

namespace IntegrationHub.Mapping;

/// <summary>The transform <c>e164</c>.</summary>
internal static class PhoneTransform
{
    public static TransformKind Help => new("e164", "[<country>]", false,
        "A telephone number to E.164. The country is an ISO2 code, or the source's or canonical path that holds one; without it only international numbers are read.",
        static (string _, string? _, out string error) =>
        {
            error = "";
            return null;
        });

    public static Transform Make(string text, string? argument, IPhoneNumbers phones) =>
        new(text, (FieldValue value, string? country, out FieldValue converted) =>
        {
            var isNumber = phones.TryToE164(value.AsText, country, out var e164);
            converted = isNumber ? FieldValue.Text(e164) : value;
            return isNumber;
        })
        {
            Country = string.IsNullOrEmpty(argument) ? null : argument,
            ReadExpected = "a telephone number of the country, or one that begins with + and the country's code",
            Loss = "how the telephone number was written",
        };

    /// <summary>ISO 3166-1 alpha-2, as opposed to a path.</summary>
    public static bool IsCountry(string argument) => argument.Length == 2 && char.IsAsciiLetterUpper(argument[0])
        && char.IsAsciiLetterUpper(argument[1]);
}

/// <summary>The hub's own numbering plans.</summary>
internal sealed class BuiltInPhoneNumbers : IPhoneNumbers
{
    public bool TryToE164(string text, string? country, out string e164) => PhoneNumbers.TryToE164(text, country, out e164);
}
