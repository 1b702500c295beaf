using System.Globalization;
using System.Text;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>The language's regular expressions are ECMAScript's. What .NET writes or takes differently is translated: digits and word
/// characters are ASCII, $ is the very end, groups are numbered in order even when they have names, a dot stops at every line
/// end.</summary>
internal sealed class RegexSyntax(string pattern, bool isMultiline, int position)
{
    private readonly StringBuilder _made = new();
    private readonly List<string> _names = GroupNames(pattern);
    private int _at;

    public static string Translate(Regex regex, int position) => new RegexSyntax(regex.Pattern, regex.IsMultiline, position).Translate();

    /// <summary>The pattern has at most one repetition, and none of a group: it cannot take a text apart in many ways.</summary>
    public static bool IsStraight(string pattern)
    {
        var repeats = 0;
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
            {
                i++;
                continue;
            }
            if (pattern[i] == '[') inClass = true;
            if (pattern[i] == ']') inClass = false;
            if (inClass || pattern[i] is not ('*' or '+' or '?' or '{')) continue;
            repeats++;
            if (i > 0 && pattern[i - 1] is ')' or '(') return false;
        }
        return repeats <= 1;
    }

    private string Translate()
    {
        for (_at = 0; _at < pattern.Length; _at++)
        {
            switch (pattern[_at])
            {
                case '\\': Escape(inClass: false); break;
                case '[': Class(); break;
                case '.': _made.Append(@"[^\n\r\u2028\u2029]"); break;
                case '$': _made.Append(isMultiline ? @"(?=[\n\r\u2028\u2029]|\z)" : @"\z"); break;
                case '(' when NameAt(_at) is { } name:
                    _made.Append('(');
                    _at += name.Length + 3;
                    break;
                default: _made.Append(pattern[_at]); break;
            }
        }
        return _made.ToString();
    }

    private void Class()
    {
        _made.Append('[');
        _at++;
        if (_at < pattern.Length && pattern[_at] == '^')
        {
            _made.Append('^');
            _at++;
        }
        if (_at < pattern.Length && pattern[_at] == ']')
        {
            // [] matches nothing, [^] everything; .NET would take the bracket as a member.
            var all = _made[^1] == '^';
            _made.Length -= all ? 2 : 1;
            _made.Append(all ? @"[\s\S]" : "(?!)");
            return;
        }
        for (; _at < pattern.Length && pattern[_at] != ']'; _at++)
        {
            if (pattern[_at] == '\\') Escape(inClass: true);
            else if (pattern[_at] == '[') _made.Append(@"\[");
            else _made.Append(pattern[_at]);
        }
        _made.Append(']');
    }

    private void Escape(bool inClass)
    {
        if (++_at >= pattern.Length) throw new JsonataException("S0303", position, pattern);
        switch (pattern[_at])
        {
            case 'd': _made.Append(inClass ? "0-9" : "[0-9]"); break;
            case 'D': _made.Append(inClass ? @"\0-/:-\uFFFF" : "[^0-9]"); break;
            case 'w': _made.Append(inClass ? "a-zA-Z0-9_" : "[a-zA-Z0-9_]"); break;
            case 'W': _made.Append(inClass ? @"\0-/:-@\[-^`{-\uFFFF" : "[^a-zA-Z0-9_]"); break;
            case 'k' when Reference() is { } number: _made.Append(@"(?:\").Append(number).Append(')'); break;
            case '/' or '-' when !inClass: _made.Append(pattern[_at] == '/' ? "/" : @"\-"); break;
            case '/': _made.Append('/'); break;
            case 'z' or 'Z' or 'A' or 'G' or 'a' or 'e': _made.Append(pattern[_at]); break;
            default: _made.Append('\\').Append(pattern[_at]); break;
        }
    }

    // \k<name> after the k.
    private string? Reference()
    {
        var end = pattern.IndexOf('>', _at);
        if (end < 0 || pattern[_at + 1] != '<') return null;
        var index = _names.IndexOf(pattern[(_at + 2)..end]);
        if (index < 0) throw new JsonataException("S0303", position, pattern);
        _at = end;
        return (index + 1).ToString(CultureInfo.InvariantCulture);
    }

    private string? NameAt(int open) => NameAt(pattern, open);

    private static string? NameAt(string pattern, int open)
    {
        if (open + 3 >= pattern.Length || pattern[open + 1] != '?' || pattern[open + 2] != '<'
            || pattern[open + 3] is '=' or '!') return null;
        var end = pattern.IndexOf('>', open);
        return end < 0 ? null : pattern[(open + 3)..end];
    }

    // In the order of their opening brackets; a group without a name has the empty one.
    private static List<string> GroupNames(string pattern)
    {
        var names = new List<string>();
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\') i++;
            else if (pattern[i] == '[') inClass = true;
            else if (pattern[i] == ']') inClass = false;
            else if (pattern[i] == '(' && !inClass)
            {
                if (NameAt(pattern, i) is { } name) names.Add(name);
                else if (i + 1 >= pattern.Length || pattern[i + 1] != '?') names.Add("");
            }
        }
        return names;
    }
}
