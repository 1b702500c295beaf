namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>Telephone numbers in E.164 (ITU-T E.164, 11/2010) that the numbering plan of their country has.</summary>
/// <remarks><see cref="PhoneNumbers"/> says how exactly that is known.</remarks>
internal sealed class PhoneRule : FieldRule
{
    public override string Name => "phone";

    public override string Expected =>
        "A telephone number in E.164, such as +442079460018, of a length and with a prefix that its country uses. " +
        "Give the mapping the country, so that it can complete national numbers.";

    public override bool Accepts(string text) => PhoneNumbers.IsE164(text);
}
