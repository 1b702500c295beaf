using System.Text;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>The registry's CSV file, read and edited by its owner. Nothing of the hub's reads it here.</summary>
internal sealed class RegistryFile(string path)
{
    private const string Separator = ", ";

    public string FilePath => path;

    /// <summary>Where the connector puts the file's next state until it takes its place.</summary>
    public string SuccessorPath { get; } = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.next");

    public byte[] Bytes => File.ReadAllBytes(path);

    /// <summary>Writes the file as FEBRL publishes it: a comma and a blank, CRLF, no line end after the last row.</summary>
    public void Create(IEnumerable<Patient> patients)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var rows = patients.Select(static patient => string.Join(Separator, [patient.Key, .. patient.Cells]));
        File.WriteAllText(path, string.Join("\r\n", [string.Join(Separator, [Patient.KeyColumn, .. Patient.Columns]), .. rows]));
    }

    /// <summary>Reads the file and refuses everything that a torn or half-written one would show.</summary>
    public IReadOnlyDictionary<string, Patient> Read()
    {
        var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(Bytes);
        if (text.Contains('\0') || text.Contains('"'))
            throw new InvalidDataException("The registry's file holds a byte that nobody wrote.");
        var lines = text.Split("\r\n");
        if (!lines[0].Split(',', StringSplitOptions.TrimEntries).SequenceEqual([Patient.KeyColumn, .. Patient.Columns]))
            throw new InvalidDataException("The registry's file has lost its header.");
        var patients = new Dictionary<string, Patient>(StringComparer.Ordinal);
        foreach (var (index, line) in lines.Index().Skip(1))
        {
            if (line.Length == 0 && index == lines.Length - 1)
                continue;
            var cells = line.Split(',', StringSplitOptions.TrimEntries);
            if (cells.Length != Patient.Columns.Count + 1 || line.Contains('\n') || line.Contains('\r'))
                throw new InvalidDataException($"Row {index + 1} of the registry's file has {cells.Length} cells or a torn end.");
            if (!patients.TryAdd(cells[0], new(cells[0], cells[1..])))
                throw new InvalidDataException($"Row {index + 1} of the registry's file has the key of an earlier one.");
        }

        return patients;
    }

    /// <summary>Edits rows the way a person does: the whole file is opened, changed and saved.</summary>
    public void Edit(params IReadOnlyList<Patient> changed)
    {
        var lines = File.ReadAllText(path).Split("\r\n");
        foreach (var patient in changed)
        {
            var index = Array.FindIndex(lines, line => line.StartsWith(patient.Key + ",", StringComparison.Ordinal));
            lines[index] = string.Join(Separator, [patient.Key, .. patient.Cells]);
        }

        File.WriteAllText(path, string.Join("\r\n", lines));
    }

    public void Delete(string key) =>
        File.WriteAllText(path, string.Join("\r\n", File.ReadAllText(path).Split("\r\n").Where(line => !line.StartsWith(key + ",", StringComparison.Ordinal))));
}
