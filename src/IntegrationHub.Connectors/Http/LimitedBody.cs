namespace IntegrationHub.Connectors.Http;

/// <summary>Takes a whole answer into memory, and no more than its limit.</summary>
internal static class LimitedBody
{
    private const int ChunkBytes = 64 * 1024;

    /// <exception cref="HttpRequestException">The answer is larger (<see cref="HttpRequestError.ConfigurationLimitExceeded"/>), or was cut.</exception>
    public static async Task BufferAsync(HttpResponseMessage response, int bytesMax, CancellationToken cancellationToken)
    {
        var content = response.Content;
        if (content.Headers.ContentLength > bytesMax)
            throw TooLarge(response, bytesMax);

        using var buffer = new MemoryStream();
        await using (var stream = await content.ReadAsStreamAsync(cancellationToken))
        {
            var chunk = new byte[ChunkBytes];
            int read;
            while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
            {
                if (buffer.Length + read > bytesMax)
                    throw TooLarge(response, bytesMax);
                buffer.Write(chunk, 0, read);
            }
        }

        var whole = new ByteArrayContent(buffer.ToArray());
        foreach (var (name, values) in content.Headers)
        {
            if (name is not ("Content-Length" or "Content-Encoding"))
                whole.Headers.TryAddWithoutValidation(name, values);
        }

        content.Dispose();
        response.Content = whole;
        whole.Headers.ContentLength = buffer.Length;
    }

    private static HttpRequestException TooLarge(HttpResponseMessage response, int bytesMax)
    {
        response.Dispose();
        return new(HttpRequestError.ConfigurationLimitExceeded,
            $"The answer is larger than {bytesMax:N0} bytes. Ask for smaller pages, or raise maxResponseBytes.");
    }
}
