namespace IntegrationHub.Sync.Admin;

/// <summary>An act that a person asked for cannot be done; nothing was changed. The message says why and what to do instead.</summary>
/// <param name="code"><c>admin.unknown</c>: there is no such thing. <c>admin.refused</c>: it is not in a state that allows the act.
/// <c>admin.value</c>: a value that was given is not valid. <c>admin.busy</c>: another worker is at it; try again.</param>
public sealed class AdminException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    internal static AdminException Unknown(string message) => new("admin.unknown", message);

    internal static AdminException Refused(string message) => new("admin.refused", message);

    internal static AdminException WrongValue(string message) => new("admin.value", message);

    internal static AdminException Busy(string message) => new("admin.busy", message);
}
