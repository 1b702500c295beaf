using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Single JSON values as field values.</summary>
internal static class JsonScalars
{
    /// <summary>Reads a text, a number, a boolean, null, or a list of texts. A number beyond a decimal is kept as its text.</summary>
    public static bool TryRead(JsonElement element, out FieldValue value)
    {
        value = FieldValue.Empty;
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                return true;
            case JsonValueKind.String:
                value = FieldValue.Text(element.GetString()!);
                return true;
            case JsonValueKind.True or JsonValueKind.False:
                value = FieldValue.Boolean(element.GetBoolean());
                return true;
            case JsonValueKind.Number:
                var text = element.GetRawText();
                value = ExactNumber.TryParse(text, out var number) ? FieldValue.Number(number) : FieldValue.Text(text);
                return true;
            case JsonValueKind.Array:
                var items = element.EnumerateArray().ToArray();
                var isTexts = Array.TrueForAll(items, item => item.ValueKind == JsonValueKind.String);
                if (isTexts)
                    value = FieldValue.Set(items.Select(item => item.GetString()!));
                return isTexts;
            default:
                return false;
        }
    }

    public static string ShapeOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => ValueShape.Of(element.GetString()),
        JsonValueKind.Number => $"number of {element.GetRawText().Length} characters",
        JsonValueKind.Array => $"list of {element.GetArrayLength()}",
        JsonValueKind.Object => "object",
        JsonValueKind.Null => "null",
        _ => "boolean",
    };
}
