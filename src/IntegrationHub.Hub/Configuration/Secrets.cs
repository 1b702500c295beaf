namespace IntegrationHub.Hub.Configuration;

/// <summary>Follows <c>env:NAME</c> and <c>file:PATH</c> to the secret. Nothing here ever says what the secret is.</summary>
internal static class Secrets
{
    private const string FromEnvironment = "env:", FromFile = "file:";

    /// <returns>Why the reference leads nowhere, and what to do; null when there is a secret.</returns>
    public static string? Problem(string reference, string folder)
    {
        if (reference.StartsWith(FromEnvironment, StringComparison.Ordinal))
        {
            var name = reference[FromEnvironment.Length..];
            return string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))
                ? $"The environment variable {name} is not set. Set it for the account that runs the hub, or refer to a file (file:PATH)."
                : null;
        }

        if (!reference.StartsWith(FromFile, StringComparison.Ordinal))
            return "A reference was expected: env:NAME for an environment variable, or file:PATH. A secret itself does not belong here.";
        var path = PathOf(reference, folder);
        try
        {
            return File.ReadAllText(path).Trim().Length == 0 ? $"The file {path} is empty. Write the secret into it." : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The file {path} cannot be read ({failure.GetType().Name}). Create it, readable for the hub's account alone.";
        }
    }

    /// <param name="reference">Checked by <see cref="Problem"/>; null for none.</param>
    /// <param name="folder">Where a relative path starts.</param>
    public static string? Read(string? reference, string folder) => reference switch
    {
        null => null,
        _ when reference.StartsWith(FromEnvironment, StringComparison.Ordinal) => Environment.GetEnvironmentVariable(reference[FromEnvironment.Length..]),
        _ => File.ReadAllText(PathOf(reference, folder)).Trim(),
    };

    /// <summary>Whether a secret can be replaced where it is kept.</summary>
    public static bool IsReplaceable(string? reference) => reference?.StartsWith(FromFile, StringComparison.Ordinal) == true;

    /// <summary>Replaces a secret that is kept in a file: on disk when this returns, and at no moment half.</summary>
    /// <param name="reference">One that <see cref="IsReplaceable"/>.</param>
    /// <exception cref="IOException">It cannot be written; the old one is still there.</exception>
    public static void Replace(string reference, string folder, string secret)
    {
        var path = PathOf(reference, folder);
        var next = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(next, options))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(secret));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    private static string PathOf(string reference, string folder) => Path.GetFullPath(reference[FromFile.Length..], folder);
}
