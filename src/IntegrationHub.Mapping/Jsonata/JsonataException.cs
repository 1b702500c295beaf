namespace IntegrationHub.Mapping.Jsonata;

/// <summary>An expression that does not parse, or that failed on its input. <see cref="Exception.Message"/> never holds a value of the
/// input; <see cref="Detail"/> may, and is for the eyes of whoever may see the record.</summary>
public sealed class JsonataException : Exception
{
    internal JsonataException(string code, int position = -1, string? token = null, string? value = null, string? detail = null)
        : base(JsonataErrors.Sentence(code, position, token))
    {
        Code = code;
        Position = position;
        Token = token;
        Value = value;
        Detail = detail ?? JsonataErrors.Detail(code, token, value);
    }

    /// <summary>The language's own code: S… for syntax, T… for types, D… for data and for the limits (D1011 depth, D1012 time and steps,
    /// D2015 size).</summary>
    public string Code { get; }

    /// <summary>Where in the expression, counted in characters from 0; -1 when no place is known.</summary>
    public int Position { get; }

    /// <summary>The operator, name or function that the error is about; null when there is none.</summary>
    public string? Token { get; }

    /// <summary>The offending value as text; null when the code has none. It may be personal data.</summary>
    public string? Value { get; }

    /// <summary>The message with the offending value, or the text that $error and $assert were given. It may hold personal data.</summary>
    public string Detail { get; }

    internal JsonataException At(int position, string? token) =>
        (Position >= 0 || position < 0) && (Token is not null || token is null)
            ? this
            : new JsonataException(Code, Position >= 0 ? Position : position, Token ?? token, Value, Detail);
}
