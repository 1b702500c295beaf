namespace IntegrationHub.Sync.Admin;

/// <summary>What became of one finding that was to be replayed.</summary>
/// <param name="Id">The source record (quarantine) or the delivery (dead letter).</param>
/// <param name="Refusal">Why it was not replayed; null when it was.</param>
public sealed record ReplayResult(long Id, string? Refusal);
