namespace IntegrationHub.Identity.Compare;

/// <summary>One degree of agreement between two values.</summary>
/// <param name="Name">As explanations show it.</param>
/// <param name="Expected">The share of true matches that is expected here before any data is seen; the shares of a comparison sum to 1.</param>
internal sealed record ComparisonLevel(string Name, double Expected);

/// <summary>How the values of one kind are read, compared and turned into keys. Stateless: one instance serves every column of the kind.</summary>
internal abstract class Comparison
{
    /// <summary>The level of equal values.</summary>
    public const int Same = 0;

    /// <summary>The most alike first; <see cref="Same"/> is equal, the last one is different.</summary>
    public abstract IReadOnlyList<ComparisonLevel> Levels { get; }

    /// <summary>How many keys <see cref="KeysOf"/> writes.</summary>
    public abstract int KeyCount { get; }

    /// <summary>Whether agreeing on a rare value says more than agreeing on a common one.</summary>
    public virtual bool WeighsFrequency => true;

    protected int Different => Levels.Count - 1;

    /// <returns>The value to compare; null when the text is none.</returns>
    public abstract Value? Read(string text);

    /// <summary>Symmetric.</summary>
    /// <param name="left">A value.</param>
    /// <param name="right">Another one; an equal one only when it is partial.</param>
    /// <returns>The index of a level.</returns>
    public abstract int Compare(Value left, Value right);

    /// <summary>Codes that values of one meaning are likely to share. 0 stands for no key.</summary>
    public abstract void KeysOf(Value value, Span<int> keys);

    public static Comparison Of(ColumnKind kind) => kind switch
    {
        ColumnKind.GivenName or ColumnKind.FamilyName => new NameComparison(),
        ColumnKind.FullName => new FullNameComparison(),
        ColumnKind.Organisation => new PhraseComparison(isOrganisation: true),
        ColumnKind.Address or ColumnKind.Text => new PhraseComparison(isOrganisation: false),
        ColumnKind.City => new PlaceComparison(),
        ColumnKind.Email => new EmailComparison(),
        ColumnKind.Phone => new PhoneComparison(),
        ColumnKind.Date => new DateComparison(),
        ColumnKind.HouseNumber or ColumnKind.Postcode or ColumnKind.Identifier => new CodeComparison(),
        ColumnKind.Region or ColumnKind.Country or ColumnKind.Category => new CategoryComparison(),
        _ => throw new System.Diagnostics.UnreachableException($"Columns of kind {kind} are not compared."),
    };
}
