namespace IntegrationHub.Mapping.Jsonata.Syntax;

internal enum TokenKind { End, Operator, Name, Variable, Text, Number, Word, Regex }

/// <param name="Text">The operator, the name, the text without quotes and escapes, or true, false, null.</param>
/// <param name="Position">Where the token begins, in characters from 0.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position, double Number = 0, Regex? Regex = null)
{
    public bool Is(string text) => Kind == TokenKind.Operator && string.Equals(Text, text, StringComparison.Ordinal);

    /// <summary>The token as an error names it.</summary>
    public string Shown => Kind == TokenKind.End ? "the end" : Text;
}

/// <summary>A regular expression as it is written, without its slashes.</summary>
internal sealed record Regex(string Pattern, bool IgnoresCase, bool IsMultiline);
