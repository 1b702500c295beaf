using System.Reflection;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Plugins;

/// <summary>Loads the factory that a manifest names, and stands around it: what a strange factory throws becomes a failure of its connection.</summary>
internal sealed class PluginFactory(ConnectorManifest manifest, IConnectorFactory inner) : IConnectorFactory
{
    public IConnector Create(ConnectorSetup setup)
    {
        try
        {
            return Checked(inner.Create(setup));
        }
        catch (ConnectorException)
        {
            throw;
        }
        catch (Exception failure)
        {
            // Without the failure itself: its text is the plugin's, which has seen the credentials.
            throw new ConnectorException(FailureKind.Blocked, "connector.factory",
                $"The connector '{manifest.Name}' could not be made for the connection '{setup.Connection}': its factory {manifest.Factory} "
                + $"failed with {failure.GetType().Name}{Place(failure)}. Correct the connector in {manifest.Folder}, or the connection's options.");
        }
    }

    /// <returns>The factory, or null after a sentence in <paramref name="problems"/>.</returns>
    public static IConnectorFactory? Load(ConnectorManifest manifest, ICollection<string> problems)
    {
        var file = Path.Combine(manifest.Folder, manifest.Assembly!);
        if (!File.Exists(file))
        {
            problems.Add($"{manifest.File}: the assembly '{manifest.Assembly}' is not in the folder. Build or install the connector, or "
                + "correct 'assembly'.");
            return null;
        }

        try
        {
            var type = new PluginLoadContext(file).LoadFromAssemblyPath(file).GetType(manifest.Factory!);
            if (type is not null && !type.IsAbstract && typeof(IConnectorFactory).IsAssignableFrom(type) && type.GetConstructor(Type.EmptyTypes) is { } make)
                return new PluginFactory(manifest, (IConnectorFactory)make.Invoke([]));
            problems.Add(type is null
                ? $"{manifest.File}: there is no type '{manifest.Factory}' in {manifest.Assembly}. Correct 'factory': the full name, with its namespace."
                : $"{manifest.File}: the type '{manifest.Factory}' is no factory. Name a class with a public constructor without "
                    + $"parameters that implements {nameof(IConnectorFactory)}.");
        }
        catch (Exception failure) when (failure is TargetInvocationException or FileNotFoundException or FileLoadException or BadImageFormatException or TypeLoadException or ArgumentException or InvalidOperationException)
        {
            problems.Add($"{manifest.File}: {Explain(manifest, failure)}");
        }

        return null;
    }

    private IConnector Checked(IConnector? connector) => connector is ISourceConnector or ITargetConnector
        ? connector
        : throw new ConnectorException(FailureKind.Blocked, "connector.factory",
            $"The factory {manifest.Factory} of the connector '{manifest.Name}' made something that neither reads nor writes. "
            + $"A connector implements {nameof(ISourceConnector)}, {nameof(ITargetConnector)} or both.");

    private static string Explain(ConnectorManifest manifest, Exception failure)
    {
        var cause = failure is TargetInvocationException { InnerException: { } inner } ? inner : failure;
        return cause switch
        {
            FileNotFoundException missing =>
                $"{manifest.Assembly} needs '{missing.FileName}', which is not in the folder. Install the connector again with "
                    + "everything that it was built with.",
            BadImageFormatException or FileLoadException or TypeLoadException or ArgumentException or InvalidOperationException when failure == cause =>
                $"{manifest.Assembly} cannot be loaded ({cause.GetType().Name}). Build it for .NET {Environment.Version.Major} against "
                    + $"the hub's {nameof(IntegrationHub)}.Abstractions.",
            _ => $"the constructor of '{manifest.Factory}' failed with {cause.GetType().Name}{Place(cause)}. Correct the connector or remove its folder.",
        };
    }

    private static string Place(Exception failure) => failure.TargetSite is { DeclaringType: { } type } site ? $" in {type.Name}.{site.Name}" : "";
}
