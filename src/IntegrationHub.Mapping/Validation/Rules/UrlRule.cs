namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>Absolute addresses of web pages: RFC 3986 with the schemes http and https (RFC 9110, 4.2), at most 2,048 characters.</summary>
/// <remarks>An address with user name and password (RFC 3986, 3.2.1) is refused: it would be a secret in a customer's record.</remarks>
internal sealed class UrlRule : FieldRule
{
    private const int LengthMax = 2048;

    public override string Name => "url";

    public override string Expected =>
        "An address such as https://example.org/page, with http or https, a full host name and no user name in it.";

    public override bool Accepts(string text) =>
        text.Length <= LengthMax
        && text.IndexOf("://", StringComparison.Ordinal) is 4 or 5
        && !HasSpaceOrControl(text)
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.UserInfo.Length == 0
        && DomainNames.IsPublicHost(uri.Host);

    private static bool HasSpaceOrControl(string text)
    {
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character))
                return true;
        }

        return false;
    }
}
