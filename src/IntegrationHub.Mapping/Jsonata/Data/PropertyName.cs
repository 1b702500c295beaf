using System.Text;

namespace IntegrationHub.Mapping.Jsonata.Data;

/// <summary>A property's name as the expression writes it, ready to be looked up in both kinds of objects.</summary>
internal sealed class PropertyName(string text)
{
    public string Text { get; } = text;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(text);
}
