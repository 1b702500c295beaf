using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Transforms of texts; of a set they change each member.</summary>
internal static class TextTransforms
{
    public static TransformKind Digits =>
        new("digits", "", false, "Keeps the digits alone; a text without any is refused.", static (string text, string? _, out string error) =>
    {
        error = "";
        return new Transform(text, static (FieldValue value, string? _, out FieldValue converted) =>
        {
            converted = Map(value, static text => string.Concat(text.Where(char.IsAsciiDigit)));
            return !converted.IsEmpty;
        })
        {
            ReadExpected = "at least one digit",
            Loss = "everything but digits",
        };
    });

    public static TransformKind Prefix =>
        new("prefix", "<text>", true, "Takes the text off the front; writing puts it there again.", static (string text, string? prefix, out string error) =>
    {
        error = "";
        return new Transform(text, (FieldValue value, string? _, out FieldValue converted) =>
        {
            converted = Map(value, member => member.StartsWith(prefix!, StringComparison.Ordinal) ? member[prefix!.Length..] : "");
            return !converted.IsEmpty && (value.Kind != FieldKind.Set || value.AsSet.Count == converted.AsSet.Count);
        })
        {
            Write = (FieldValue value, string? _, out FieldValue converted) =>
            {
                converted = Map(value, member => prefix + member);
                return true;
            },
            ReadExpected = $"a text that begins with '{prefix}' and goes on",
        };
    });

    public static TransformKind OneWay(string name, string help, string loss, Func<string, string> change) =>
        new(name, "", false, help, (string text, string? _, out string error) =>
    {
        error = "";
        return new Transform(text, (FieldValue value, string? _, out FieldValue converted) =>
        {
            converted = Map(value, change);
            return true;
        })
        {
            Loss = loss,
        };
    });

    public static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            var begins = result.Length == 0 || !(char.IsLetterOrDigit(result[^1]) || result[^1] is '\'' or '’');
            result.Append(begins ? char.ToUpperInvariant(character) : char.ToLowerInvariant(character));
        }

        return result.ToString();
    }

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static string Collapse(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text.Trim())
        {
            if (!char.IsWhiteSpace(character))
                result.Append(character);
            else if (result[^1] != ' ')
                result.Append(' ');
        }

        return result.ToString();
    }

    private static FieldValue Map(FieldValue value, Func<string, string> change)
    {
        if (value.Kind == FieldKind.Set)
            return FieldValue.Set(value.AsSet.Select(change).Where(static member => member.Length > 0));
        var before = value.AsText;
        var after = change(before);
        return value.Kind == FieldKind.Text && ReferenceEquals(before, after) ? value : FieldValue.Text(after);
    }
}
