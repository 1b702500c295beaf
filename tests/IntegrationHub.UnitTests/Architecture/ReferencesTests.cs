using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Architecture;

/// <summary>Who may know whom. Read from the project files and from what was built of them; any other arrow fails.</summary>
public sealed class ReferencesTests
{
    private const string Prefix = "IntegrationHub.";

    private static readonly string[] Analysers = ["Meziantou.Analyzer", "Roslynator.Analyzers", "Microsoft.CodeAnalysis.BannedApiAnalyzers"];

    private static readonly string[] OfSync = ["Abstractions", "Mapping", "Identity", "Audit"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Abstractions"] = [],
        ["Audit"] = [],
        ["Sandbox"] = [],
        ["Mapping"] = ["Abstractions"],
        ["Identity"] = ["Abstractions"],
        ["Connectors"] = ["Abstractions"],
        ["ConnectorKit"] = ["Abstractions"],
        ["Sync"] = OfSync,
        ["Storage"] = ["Sync", .. OfSync],
        ["Web"] = ["Sync", .. OfSync],
        ["Hub"] = ["Sync", "Storage", "Web", "Connectors", "ConnectorKit", "Sandbox", .. OfSync],
    };

    public static TheoryData<string> Projects => [.. ProjectFiles().Select(static file => Path.GetRelativePath(Repository.Root, file))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void AProjectReferencesOnlyWhatItMayKnow(string project)
    {
        var name = NameOf(Path.GetFileNameWithoutExtension(project));
        var references = XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("ProjectReference")
            // Built into the output, not linked.
            .Where(static reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(static reference => NameOf(Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/'))));

        Assert.Empty(references.Except(AllowedFor(name), StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void OnlyTheHubKnowsTheBusAndTheContractKnowsNoPackage(string project)
    {
        var name = NameOf(Path.GetFileNameWithoutExtension(project));
        var packages = XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("PackageReference").Select(static package => (string)package.Attribute("Include")!).ToList();

        if (name != "Hub")
            Assert.DoesNotContain(packages, static package => package.StartsWith("MassTransit", StringComparison.Ordinal));
        if (name is "Abstractions" or "Audit")
            Assert.Empty(packages.Except(Analysers, StringComparer.Ordinal));
    }

    [Fact]
    public void WhatWasBuiltReferencesOnlyWhatItMayKnow()
    {
        var assemblies = BuiltAssemblies().ToList();
        Assert.True(assemblies.Count >= Allowed.Count + 2, $"Only {assemblies.Count} assemblies of ours were found beside the tests.");

        var wrong = assemblies.SelectMany(static file =>
        {
            var name = NameOf(Path.GetFileNameWithoutExtension(file));
            return ReferencesOf(file)
                .Where(reference => IsOurs(reference) ? !AllowedFor(name).Contains(NameOf(reference), StringComparer.Ordinal)
                    : reference.StartsWith("MassTransit", StringComparison.Ordinal) && name != "Hub")
                .Select(reference => $"{name} → {reference}");
        });

        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryProjectUnderSrcHasItsPlace() => Assert.Empty(
        ProjectFiles().Where(static file => file.Contains("/src/", StringComparison.Ordinal) || file.Contains("\\src\\", StringComparison.Ordinal))
            .Select(static file => NameOf(Path.GetFileNameWithoutExtension(file))).Except(Allowed.Keys, StringComparer.Ordinal));

    private static IEnumerable<string> ProjectFiles() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "connectors"), "*.csproj", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> BuiltAssemblies() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "IntegrationHub.*.dll").Append(Path.Combine(AppContext.BaseDirectory, "hub.dll"))
            .Where(static file => !Path.GetFileName(file).Contains("Tests", StringComparison.Ordinal));

    private static IEnumerable<string> ReferencesOf(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    private static bool IsOurs(string assembly) => assembly == "hub" || assembly.StartsWith(Prefix, StringComparison.Ordinal);

    private static string NameOf(string project) => project == "hub" ? "Hub" : project.StartsWith(Prefix, StringComparison.Ordinal) ? project[Prefix.Length..] : project;

    // A connector of its own (IntegrationHub.Connectors.Csv) knows the contract alone.
    private static string[] AllowedFor(string name) => Allowed.TryGetValue(name, out var allowed) ? allowed : ["Abstractions"];
}
