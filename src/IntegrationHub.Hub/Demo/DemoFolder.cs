using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Sandbox;

namespace IntegrationHub.Hub.Demo;

/// <summary>Writes the configuration folder of the demo: what somebody would write by hand for these three systems.</summary>
internal static class DemoFolder
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="folder">Made when it is not there; files of an earlier demo in it are written over.</param>
    /// <param name="systems">Their addresses go into the connections.</param>
    public static void Write(string folder, DemoSystems systems)
    {
        TemplateFolder.Copy("demo", folder);
        TemplateFolder.CopySchemas(folder);
        foreach (var site in systems.Sites)
        {
            var file = Path.Combine(folder, "connections", $"{site.Name}.json");
            var connection = JsonNode.Parse(File.ReadAllText(file))!;
            connection["options"]!["baseUrl"] = systems.AddressOf(site.Name).ToString().TrimEnd('/');
            File.WriteAllText(file, connection.ToJsonString(Indented) + "\n");
        }

        WriteSecret(folder, "crm.json", Named(("clientId", CrmSandbox.ClientId), ("clientSecret", CrmSandbox.ClientSecret)));
        WriteSecret(folder, "shop.txt", ShopSandbox.ApiKey);
        WriteSecret(folder, "erp.json", Named(("user", ErpSandbox.User), ("password", ErpSandbox.Password)));
    }

    private static string Named(params (string Name, string Value)[] values) =>
        new JsonObject(values.Select(static pair => KeyValuePair.Create(pair.Name, (JsonNode?)pair.Value))).ToJsonString();

    private static void WriteSecret(string folder, string name, string secret)
    {
        var secrets = Path.Combine(folder, "secrets");
        Directory.CreateDirectory(secrets);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(Path.Combine(secrets, name), options);
        writer.Write(secret);
    }
}
