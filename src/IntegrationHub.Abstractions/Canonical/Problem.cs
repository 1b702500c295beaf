namespace IntegrationHub.Abstractions;

/// <summary>Why a record did not map or validate. Holds the shape of the value, never the value.</summary>
/// <param name="Field">The canonical path, or the source's own path when it did not get that far.</param>
/// <param name="Rule">The rule that was broken: a short stable name such as <c>email</c>, <c>type</c> or <c>required</c>.</param>
/// <param name="Shape">What was found, as a shape (<see cref="ValueShape"/>).</param>
/// <param name="Expected">What was expected, and what to do.</param>
public sealed record Problem(string Field, string Rule, string Shape, string Expected);
