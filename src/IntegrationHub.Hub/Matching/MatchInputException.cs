namespace IntegrationHub.Hub.Matching;

/// <summary>An input of <c>hub match</c> that cannot be used; the message says which, where and what to do.</summary>
internal sealed class MatchInputException(string message) : Exception(message)
{
    /// <summary>Reads from a file and turns what the system refuses into words.</summary>
    public static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception) when (Directory.Exists(path))
        {
            throw new MatchInputException($"{path} is a folder; a file was expected.");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MatchInputException($"{path}: there is no such file.");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new MatchInputException($"{path} cannot be read ({refused.GetType().Name}). Check the path and its permissions.");
        }
    }
}
