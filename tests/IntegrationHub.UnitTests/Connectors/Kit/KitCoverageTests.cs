using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Kit;

public sealed class KitCoverageTests
{
    [Fact]
    public void EveryConnectorWithAnAssemblyIsOnTheKit()
    {
        var covered = typeof(KitCoverageTests).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, BaseType.IsGenericType: true } && type.BaseType.GetGenericTypeDefinition() == typeof(KitTests<>))
            .Select(type => (string)type.BaseType!.GenericTypeArguments[0].GetProperty(nameof(IKitSystemMaker.Connector))!.GetValue(null)!)
            .ToHashSet(StringComparer.Ordinal);

        var installed = ConnectorSetups.Installed.Manifests.Where(manifest => manifest.Assembly is not null).Select(manifest => Path.GetFileName(manifest.Folder)).ToList();

        Assert.NotEmpty(installed);
        Assert.All(installed, connector => Assert.Contains(connector, covered));
    }

    [Fact]
    public void EveryInstalledConnectorLoads() => Assert.Empty(ConnectorSetups.Installed.Problems);
}
