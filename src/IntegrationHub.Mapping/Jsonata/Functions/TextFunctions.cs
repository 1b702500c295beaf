using System.Text;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>Functions on texts. Lengths and places count characters as people do, not halves of surrogate pairs.</summary>
internal static class TextFunctions
{
    public static Builtin[] All { get; } =
    [
        new("string", "<x-b?:s>", 1, String),
        new("length", "<s-:n>", 1, (_, a) => a[0].IsUndefined ? default : Value.Of(Length(a[0].Text))),
        new("substring", "<s-nn?:s>", 3, Substring),
        new("substringBefore", "<s-s:s>", 2, (_, a) => Cut(a, (text, at, _) => text[..at])),
        new("substringAfter", "<s-s:s>", 2, (_, a) => Cut(a, (text, at, length) => text[(at + length)..])),
        new("lowercase", "<s-:s>", 1, (_, a) => a[0].IsUndefined ? default : Value.Of(a[0].Text.ToLowerInvariant())),
        new("uppercase", "<s-:s>", 1, (_, a) => a[0].IsUndefined ? default : Value.Of(Upper(a[0].Text))),
        new("trim", "<s-:s>", 1, (_, a) => a[0].IsUndefined ? default : Value.Of(Trim(a[0].Text))),
        new("pad", "<s-ns?:s>", 3, Pad),
        new("join", "<a<s>s?:s>", 2, Join),
    ];

    public static int Length(string text)
    {
        var length = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i])) length--;
        }
        return length;
    }

    private static Value String(Run run, ReadOnlySpan<Value> arguments) =>
        arguments[0].IsUndefined ? default : Value.Of(TextForm.Of(run, arguments[0], arguments[1].IsTrue));

    private static Value Substring(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var text = arguments[0].Text;
        var length = Length(text);
        var start = arguments[1].IsUndefined ? 0 : Math.Truncate(arguments[1].Number);
        if (length + start < 0) start = 0;
        var from = start >= 0 ? Math.Min(start, length) : length + start;
        if (arguments[2].IsUndefined) return Value.Of(text[Offset(text, (int)from)..]);
        var count = arguments[2].Number;
        if (count <= 0) return Value.Of("");
        var to = Math.Truncate((start >= 0 ? start : length + start) + count);
        to = Math.Clamp(to, from, length);
        return Value.Of(text[Offset(text, (int)from)..Offset(text, (int)to)]);
    }

    // Where a character begins, in UTF-16 units.
    private static int Offset(string text, int character)
    {
        var at = 0;
        for (; character > 0 && at < text.Length; character--) at += at + 1 < text.Length && char.IsSurrogatePair(text[at],
            text[at + 1]) ? 2 : 1;
        return at;
    }

    private static Value Cut(ReadOnlySpan<Value> arguments, Func<string, int, int, string> part)
    {
        if (arguments[0].IsUndefined) return default;
        var text = arguments[0].Text;
        var mark = arguments[1].IsUndefined ? "undefined" : arguments[1].Text;
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        return Value.Of(at < 0 ? text : part(text, at, mark.Length));
    }

    // The invariant tables map one character to one; this letter is the one that people meet that becomes two.
    private static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    private static string Trim(string text)
    {
        var trimmed = new StringBuilder(text.Length);
        foreach (var sign in text)
        {
            if (sign is not (' ' or '\t' or '\n' or '\r')) trimmed.Append(sign);
            else if (trimmed.Length > 0 && trimmed[^1] != ' ') trimmed.Append(' ');
        }
        if (trimmed.Length > 0 && trimmed[^1] == ' ') trimmed.Length--;
        return trimmed.ToString();
    }

    private static Value Pad(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var text = arguments[0].Text;
        var width = arguments[1].IsUndefined ? 0 : Math.Truncate(arguments[1].Number);
        var with = arguments[2].IsUndefined || arguments[2].Text.Length == 0 ? " " : arguments[2].Text;
        var missing = Math.Abs(width) - Length(text);
        if (!(missing > 0)) return Value.Of(text);
        run.Size((long)Math.Min(missing, int.MaxValue) * with.Length);
        var unit = Length(with);
        var padding = new StringBuilder().Insert(0, with, ((int)missing / unit) + 1).ToString();
        padding = padding[..Offset(padding, (int)missing)];
        return Value.Of(width > 0 ? text + padding : padding + text);
    }

    private static Value Join(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var separator = arguments[1].IsUndefined ? "" : arguments[1].Text;
        var joined = new StringBuilder();
        var first = true;
        foreach (var item in arguments[0].Items())
        {
            run.Step();
            if (!first) joined.Append(separator);
            joined.Append(item.Text);
            first = false;
            if (joined.Length > run.Limits.Characters) run.Size(joined.Length);
        }
        return run.Sized(joined.ToString());
    }
}
