using System.Reflection;
using System.Runtime.Loader;

namespace IntegrationHub.Connectors.Plugins;

/// <summary>
/// Where the assemblies of one connector live. The contract comes from the host, because a connector's types must be the host's
/// types; everything else that lies in the connector's folder is its own, so two connectors may bring two versions of one library.
/// </summary>
/// <remarks>Not collectible: drivers keep static state, timers and native handles, and the hub restarts in a second.</remarks>
internal sealed class PluginLoadContext(string assemblyFile)
    : AssemblyLoadContext($"connector {Path.GetFileNameWithoutExtension(assemblyFile)}", isCollectible: false)
{
    private static readonly string Contract = typeof(Abstractions.IConnector).Assembly.GetName().Name!;

    private readonly AssemblyDependencyResolver resolver = new(assemblyFile);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == Contract)
            return null;
        return resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
