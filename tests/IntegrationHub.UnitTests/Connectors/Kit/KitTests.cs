using IntegrationHub.ConnectorKit;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Kit;

/// <summary>Opens systems of one kind for the kit.</summary>
public interface IKitSystemMaker
{
    /// <summary>The folder of the connector, under <c>connectors</c>.</summary>
    static abstract string Connector { get; }

    Task<IKitSystem> OpenAsync(CancellationToken cancellationToken);
}

/// <summary>Every fact of the kit against one kind of system. Derive once for each: the facts cannot be left out.</summary>
public abstract class KitTests<TMaker>(TMaker maker)
    where TMaker : IKitSystemMaker
{
    public static TheoryData<string> Facts => [.. ConnectorFacts.All.Select(fact => fact.Name)];

    [Theory]
    [MemberData(nameof(Facts))]
    public async Task Holds(string name)
    {
        var fact = ConnectorFacts.All.Single(one => one.Name == name);

        var findings = await ConnectorFacts.FindAsync(fact, maker.OpenAsync, TestContext.Current.CancellationToken);

        Assert.True(findings.Count == 0, string.Join("\n", findings));
    }
}
