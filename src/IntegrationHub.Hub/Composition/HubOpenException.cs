namespace IntegrationHub.Hub.Composition;

/// <summary>The data folder cannot be used as it is; the message says why and what to do.</summary>
internal sealed class HubOpenException(string message, Exception? innerException = null) : Exception(message, innerException);
