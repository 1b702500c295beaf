namespace IntegrationHub.Mapping.Validation;

/// <summary>Telephone numbers in the one form that the hub keeps: E.164, such as <c>+442079460018</c>.</summary>
public static class PhoneNumbers
{
    /// <summary>Reads a number as people write it, national or international.</summary>
    /// <param name="text">Digits with any separators; <c>+</c> or <c>00</c> begins an international number.</param>
    /// <param name="country">The country (ISO 3166-1 alpha-2) whose national numbers are meant; null reads international numbers alone.</param>
    /// <param name="e164">The number in E.164; empty when the text is not a number of that country.</param>
    public static bool TryToE164(string text, string? country, out string e164)
    {
        e164 = "";
        return false;
    }
}
