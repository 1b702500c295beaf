namespace IntegrationHub.Mapping.Jsonata;

/// <summary>What an expression may know besides its input.</summary>
/// <param name="Time">Gives $now and $millis, and measures the time limit.</param>
/// <param name="Random">Gives $random and $shuffle; not used by two evaluations at once.</param>
public sealed record JsonataEnvironment(TimeProvider Time, Random Random);
