using System.Runtime.InteropServices;
using System.Text;
using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>Values as text: a text is itself, all else is JSON.</summary>
internal sealed class TextForm(JsonataLimits limits, bool isResult, bool indents)
{
    private readonly StringBuilder _text = new();

    /// <summary>As $string and &amp; do: numbers are shown with 15 digits.</summary>
    public static string Of(Run run, in Value value, bool indents = false)
    {
        if (value.IsText) return value.Text;
        if (value.IsFunction) return "";
        if (value.IsNumber) return Number(value);
        var form = new TextForm(run.Limits, isResult: false, indents);
        form.Write(value, 0);
        run.Size(form._text.Length);
        return form._text.ToString();
    }

    /// <summary>The value as JSON, with every digit it has; what is only passed through keeps the digits of the input.</summary>
    public static string Json(JsonataLimits limits, in Value value)
    {
        var form = new TextForm(limits, isResult: true, indents: false);
        form.Write(value, 0);
        return form._text.ToString();
    }

    private static string Number(in Value value)
    {
        if (value.IsJson && WholeDigits(value) is { } digits) return digits;
        return double.IsFinite(value.Number) ? NumberText.Of(NumberText.Shown(value.Number)) : throw new JsonataException("D3001");
    }

    // A whole number of the input keeps all its digits: it may be an identifier.
    private static string? WholeDigits(in Value value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value.Json);
        return raw.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0 && !raw.SequenceEqual("-0"u8) ? Encoding.UTF8.GetString(raw) : null;
    }

    private void Write(in Value value, int depth)
    {
        Run.GuardStack();
        if (_text.Length > limits.Characters) throw new JsonataException("D2015");
        switch (value.Kind)
        {
            case Kind.Boolean: _text.Append(value.IsTrue ? "true" : "false"); break;
            case Kind.Number: WriteNumber(value); break;
            case Kind.Text: Quote(value.Text); break;
            case Kind.Function: _text.Append("\"\""); break;
            case Kind.Array: WriteArray(value, depth); break;
            case Kind.Object: WriteObject(value, depth); break;
            default: _text.Append("null"); break;
        }
    }

    private void WriteNumber(in Value value)
    {
        if (!isResult) _text.Append(Number(value));
        else if (value.IsJson) _text.Append(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value.Json)));
        else _text.Append(double.IsFinite(value.Number) ? NumberText.Of(value.Number) : throw new JsonataException("D1001"));
    }

    private void WriteArray(in Value value, int depth)
    {
        if (value.Count == 0)
        {
            _text.Append("[]");
            return;
        }
        var separator = '[';
        foreach (var item in value.Items())
        {
            _text.Append(separator);
            Line(depth + 1);
            Write(item, depth + 1);
            separator = ',';
        }
        Line(depth);
        _text.Append(']');
    }

    private void WriteObject(in Value value, int depth)
    {
        var separator = '{';
        foreach (var (name, property) in value.Properties())
        {
            _text.Append(separator);
            Line(depth + 1);
            Quote(name);
            _text.Append(indents ? ": " : ":");
            Write(property, depth + 1);
            separator = ',';
        }
        if (separator == '{')
        {
            _text.Append("{}");
            return;
        }
        Line(depth);
        _text.Append('}');
    }

    private void Line(int depth)
    {
        if (indents) _text.Append('\n').Append(' ', depth * 2);
    }

    private void Quote(string text)
    {
        _text.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var sign = text[i];
            switch (sign)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append("\\\\"); break;
                case '\b': _text.Append("\\b"); break;
                case '\f': _text.Append("\\f"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                default:
                    if (char.IsHighSurrogate(sign) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                    {
                        _text.Append(sign).Append(text[++i]);
                    }
                    else if (sign < ' ' || char.IsSurrogate(sign))
                    {
                        _text.Append("\\u").Append(((int)sign).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
                    }
                    else
                    {
                        _text.Append(sign);
                    }
                    break;
            }
        }
        _text.Append('"');
    }
}
