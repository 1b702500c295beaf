namespace IntegrationHub.Mapping;

/// <summary>Knows telephone numbering plans; the transform <c>e164</c> asks it.</summary>
public interface IPhoneNumbers
{
    /// <param name="text">A number as people write it.</param>
    /// <param name="country">The country (ISO 3166-1 alpha-2) whose national numbers are meant; null reads international numbers
    /// alone.</param>
    /// <param name="e164">The number in E.164, such as <c>+442079460018</c>; empty when the text is no such number.</param>
    bool TryToE164(string text, string? country, out string e164);
}
