namespace IntegrationHub.Identity;

/// <summary>What one comparison adds to a pair's weight.</summary>
/// <param name="Column">The column.</param>
/// <param name="Level">How the values agree, such as <c>one edit</c>; <c>missing</c> when a record has none.</param>
/// <param name="Bits">What that says for a match, in bits; negative says against.</param>
/// <param name="RarityBits">The part of it that comes from the value being rarer or commoner than usual.</param>
/// <param name="DependsOn">The column whose agreement was taken into account; null for none.</param>
public sealed record ColumnEvidence(string Column, string Level, double Bits, double RarityBits, string? DependsOn);

/// <summary>How a pair's weight comes about: prior, plus what each column says.</summary>
/// <param name="ModelVersion">The model that decided.</param>
/// <param name="PriorBits">The odds of any two records being a match, in bits.</param>
/// <param name="Columns">In the order of the columns.</param>
/// <param name="TotalBits">The sum.</param>
/// <param name="Probability">The same as a probability, 0 to 1.</param>
public sealed record PairExplanation(
    string ModelVersion, double PriorBits, IReadOnlyList<ColumnEvidence> Columns, double TotalBits, double Probability);
