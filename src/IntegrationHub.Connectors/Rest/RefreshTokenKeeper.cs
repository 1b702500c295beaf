using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Rest;

/// <summary>Keeps the refresh token that a system gave last, where it gives a new one with each use. Where the credentials cannot be written it lives as long as the
/// process: a file reference keeps it for good.</summary>
internal sealed class RefreshTokenKeeper(ConnectorSetup setup)
{
    private bool isKept;

    /// <summary>The last one given; null while the configured one holds.</summary>
    public string? Current { get; private set; }

    /// <exception cref="ConnectorException">It could not be written: it is used for the next refresh, and for nothing else before it is on disk.</exception>
    public async ValueTask KeepAsync(string renewed)
    {
        if (renewed == Current && isKept)
            return;
        (Current, isKept) = (renewed, false);
        if (setup.SaveCredentials is not { } save || JsonNode.Parse(setup.Credentials ?? "{}") is not JsonObject credentials)
            return;
        credentials["refreshToken"] = renewed;
        try
        {
            await save(credentials.ToJsonString());
            isKept = true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConnectorException(
                FailureKind.Transient, "rest.auth.keep",
                $"{setup.Connection}: the new refresh token could not be written ({failure.GetType().Name}). Make the credentials' file writable for the hub's account; the hub tries again by itself.", failure);
        }
    }
}
