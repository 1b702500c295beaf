namespace IntegrationHub.Hub.Configuration;

/// <summary>Copies configurations that come with the hub.</summary>
internal static class TemplateFolder
{
    /// <param name="template">A folder of the installed templates.</param>
    /// <param name="folder">Where to; made when it is not there. Files of the same names are written over.</param>
    public static void Copy(string template, string folder)
    {
        var source = Path.Combine(Installed.Templates, template);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    /// <summary>Puts the schemas beside the files, so that an editor completes and checks them.</summary>
    public static void CopySchemas(string folder)
    {
        var target = Path.Combine(folder, "schemas");
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(Installed.Schemas, "*.schema.json"))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
    }
}
