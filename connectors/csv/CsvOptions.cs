using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>A connection's options, checked.</summary>
internal sealed record CsvOptions(string Folder, Encoding Encoding, char Delimiter, bool Trim, int FieldBytesMax)
{
    private const int FieldBytesMaxDefault = 1 << 20;
    private const int FieldBytesMaxLimit = 64 << 20;

    public static CsvOptions Read(ConnectorSetup setup)
    {
        var options = new OptionReader(setup.Options, $"the options of the connection '{setup.Connection}'");
        var folder = options.Text("folder") ?? throw options.Wrong("'folder' is missing. Write the folder of the files");
        var delimiter = options.Text("delimiter") ?? ",";
        if (delimiter.Length != 1 || !char.IsAscii(delimiter[0]) || delimiter[0] is '"' or '\r' or '\n')
            throw options.Wrong("'delimiter' is not one ASCII character other than a quote or a line end. Write \",\", \";\" or \"\\t\"");
        var read = new CsvOptions(
            Path.GetFullPath(folder, setup.BaseFolder),
            EncodingOf(options.Text("encoding") ?? "utf-8", options),
            delimiter[0],
            options.Flag("trim"),
            options.Number("fieldBytesMax", FieldBytesMaxDefault, 1, FieldBytesMaxLimit));
        options.RefuseOthers();
        return read;
    }

    private static Encoding EncodingOf(string name, OptionReader options)
    {
        try
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            // Strict: a byte that means nothing is an error at its place, never a replacement character in somebody's name.
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            throw options.Wrong($"the encoding '{name}' is unknown. Write a name such as utf-8, utf-16, windows-1252 or gb18030");
        }
    }
}

/// <summary>One stream: its file and the columns that mean something to the hub.</summary>
/// <param name="Columns">The columns of a file without a header row; null when the file has one.</param>
internal sealed record CsvStream(string Name, string File, string[]? Columns, string Key, string? Modified, string? Deleted, string? Correlation)
{
    public static CsvStream Read(StreamSetup setup, string folder)
    {
        var options = new OptionReader(setup.Options, $"the options of the stream '{setup.Name}'");
        var name = options.Text("file") ?? $"{setup.Name}.csv";
        var file = Path.GetFullPath(name, folder);
        if (!file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw options.Wrong($"the file '{name}' is not inside the connection's folder. Write a file name, or correct 'folder'");
        var stream = new CsvStream(setup.Name, file, options.Texts("columns"), setup.Key, setup.Modified, setup.Deleted, setup.Correlation);
        options.RefuseOthers();
        return stream;
    }
}

/// <summary>Reads an options object and refuses what it does not know.</summary>
internal sealed class OptionReader(JsonElement options, string place)
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value when value.GetString() is { Length: > 0 } text => text,
        _ => throw Wrong($"'{name}' is not a text. Write a text that is not empty"),
    };

    public bool Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw Wrong($"'{name}' is neither true nor false. Write one of them"),
    };

    public int Number(string name, int otherwise, int least, int most) => Find(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= least && number <= most => number,
        _ => throw Wrong($"'{name}' is not a whole number from {least} to {most}. Write one"),
    };

    public string[]? Texts(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw Wrong($"'{name}' is not a list of texts. Write one such as [\"id\", \"name\"]");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    public void RefuseOthers()
    {
        if (options.ValueKind != JsonValueKind.Object)
            return;
        foreach (var property in options.EnumerateObject())
        {
            if (!seen.Contains(property.Name))
                throw Wrong($"'{property.Name}' is unknown. Known are {string.Join(", ", seen)}. Correct it or leave it out");
        }
    }

    public ConnectorException Wrong(string what) => new(FailureKind.Blocked, "csv.options", $"In {place}: {what}.");

    private JsonElement? Find(string name)
    {
        seen.Add(name);
        return options.ValueKind == JsonValueKind.Object && options.TryGetProperty(name, out var value) ? value : null;
    }
}
