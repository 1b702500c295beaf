namespace IntegrationHub.Web.Health;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">A short stable name, such as <c>store</c> or <c>deliver:crm</c>.</param>
/// <param name="IsWell">False turns the whole answer red.</param>
/// <param name="Detail">What is wrong and what to do, without a personal value; empty when all is well.</param>
public sealed record HealthFinding(string Name, bool IsWell, string Detail);

/// <summary>How the hub is. Asked often: answers within a second and throws nothing.</summary>
public interface IHubHealth
{
    /// <summary>Whether the process does its work at all; when not, it should be started again.</summary>
    IReadOnlyList<HealthFinding> Live();

    /// <summary>Whether it can work now: store, disk, workers.</summary>
    ValueTask<IReadOnlyList<HealthFinding>> ReadyAsync(CancellationToken cancellationToken);
}
