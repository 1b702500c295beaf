using System.Globalization;
using System.Text;

namespace IntegrationHub.Mapping.Jsonata.Syntax;

/// <summary>Cuts an expression into tokens, one at a time, as the parser asks.</summary>
internal sealed class Lexer(string text)
{
    private const string Signs = ".[]{}(),@#;:?+-*/%|=<>^&!~";
    private static readonly string[] Pairs = ["..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??"];

    private int _at;

    public Token Next()
    {
        SkipBlank();
        if (_at >= text.Length) return new Token(TokenKind.End, "(end)", text.Length);
        var start = _at;
        var sign = text[_at];
        if (PairHere() is { } pair) return Take(TokenKind.Operator, pair, start, pair.Length);
        if (Signs.Contains(sign, StringComparison.Ordinal)) return Take(TokenKind.Operator, sign.ToString(), start, 1);
        return sign switch
        {
            '"' or '\'' => Quoted(sign),
            '`' => Backquoted(),
            >= '0' and <= '9' => Number(),
            _ => Name(),
        };
    }

    /// <summary>Reads the operator / at this place again, as the beginning of a regular expression.</summary>
    public Token Regex(int position)
    {
        _at = position + 1;
        var depth = 0;
        for (; _at < text.Length; _at++)
        {
            var sign = text[_at];
            if (sign == '\\')
            {
                _at++;
                continue;
            }
            if (sign == '/' && depth == 0) return RegexEnds(position);
            if (sign is '(' or '[' or '{') depth++;
            if (sign is ')' or ']' or '}') depth--;
        }
        throw new JsonataException("S0302", text.Length);
    }

    private Token RegexEnds(int position)
    {
        var pattern = text[(position + 1).._at];
        if (pattern.Length == 0) throw new JsonataException("S0301", _at);
        _at++;
        var flags = _at;
        while (_at < text.Length && text[_at] is 'i' or 'm') _at++;
        var set = text.AsSpan(flags, _at - flags);
        return new Token(TokenKind.Regex, pattern, position, 0, new Regex(pattern, set.Contains('i'), set.Contains('m')));
    }

    private string? PairHere()
    {
        if (_at + 1 >= text.Length) return null;
        foreach (var pair in Pairs)
        {
            if (text[_at] == pair[0] && text[_at + 1] == pair[1]) return pair;
        }
        return null;
    }

    private Token Take(TokenKind kind, string value, int start, int length)
    {
        _at = start + length;
        return new Token(kind, value, start);
    }

    private void SkipBlank()
    {
        while (_at < text.Length)
        {
            if (IsBlank(text[_at]))
            {
                _at++;
                continue;
            }
            if (text[_at] != '/' || _at + 1 >= text.Length || text[_at + 1] != '*') return;
            var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
            if (end < 0) throw new JsonataException("S0106", _at);
            _at = end + 2;
        }
    }

    private static bool IsBlank(char sign) => sign is ' ' or '\t' or '\n' or '\r' or '\v';

    private Token Quoted(char quote)
    {
        var start = _at++;
        var value = new StringBuilder();
        for (; _at < text.Length; _at++)
        {
            var sign = text[_at];
            if (sign == quote) return Take(TokenKind.Text, value.ToString(), start, _at + 1 - start);
            value.Append(sign == '\\' ? Escape() : sign);
        }
        throw new JsonataException("S0101", start);
    }

    private char Escape()
    {
        _at++;
        if (_at >= text.Length) throw new JsonataException("S0103", _at, "");
        switch (text[_at])
        {
            case '"' or '\\' or '/': return text[_at];
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u':
                if (_at + 4 >= text.Length || text.AsSpan(_at + 1, 4).IndexOfAnyExcept("0123456789abcdefABCDEF") >= 0)
                    throw new JsonataException("S0104", _at);
                var code = int.Parse(text.AsSpan(_at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                _at += 4;
                return (char)code;
            default: throw new JsonataException("S0103", _at, text[_at].ToString());
        }
    }

    private Token Backquoted()
    {
        var end = text.IndexOf('`', _at + 1);
        if (end < 0) throw new JsonataException("S0105", _at);
        return Take(TokenKind.Name, text[(_at + 1)..end], _at, end + 1 - _at);
    }

    private Token Number()
    {
        var start = _at;
        var end = text[start] == '0' ? start + 1 : Digits(start);
        if (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1])) end = Digits(end + 1);
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var exponent = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent])) end = Digits(exponent);
        }
        _at = end;
        var written = text[start..end];
        var number = double.Parse(written, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number)
            ? new Token(TokenKind.Number, written, start, number)
            : throw new JsonataException("S0102", start, written);
    }

    private int Digits(int from)
    {
        while (from < text.Length && char.IsAsciiDigit(text[from])) from++;
        return from;
    }

    private Token Name()
    {
        var start = _at;
        while (_at < text.Length && !IsBlank(text[_at]) && !Signs.Contains(text[_at], StringComparison.Ordinal)) _at++;
        var name = text[start.._at];
        if (name[0] == '$') return new Token(TokenKind.Variable, name[1..], start);
        return name switch
        {
            "and" or "or" or "in" => new Token(TokenKind.Operator, name, start),
            "true" or "false" or "null" => new Token(TokenKind.Word, name, start),
            _ => new Token(TokenKind.Name, name, start),
        };
    }
}
