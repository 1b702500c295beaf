using System.Text;

namespace IntegrationHub.Hub.Matching;

/// <summary>Reads the rows of a CSV file one by one (RFC 4180), so that a file of any size takes the memory of a row. Lines that are empty
/// do not count.</summary>
internal sealed class CsvRows(string path) : IDisposable
{
    /// <summary>Characters of one field. A longer one is no customer's: most likely a quote is not closed.</summary>
    private const int FieldMax = 4 << 20;

    private readonly StreamReader reader = new(path, Encoding.UTF8);
    private readonly char[] buffer = new char[1 << 16];
    private readonly StringBuilder field = new();
    private int at;
    private int end;
    private int line;

    /// <summary>The row's fields, without blanks around them.</summary>
    public List<string> Fields { get; } = [];

    /// <summary>The line in which the row began, from 1.</summary>
    public int Line { get; private set; }

    /// <returns>False at the end of the file.</returns>
    public bool Read()
    {
        do
        {
            Fields.Clear();
            Line = ++line;
            if (Peek() < 0)
                return false;
            while (ReadField())
            {
            }
        }
        while (Fields is [""]);

        return true;
    }

    public void Dispose() => reader.Dispose();

    /// <returns>Whether another field follows in the row.</returns>
    private bool ReadField()
    {
        field.Clear();
        SkipBlanks();
        if (Peek() == '"')
            ReadQuoted();
        for (var next = Take(); ; next = Take())
        {
            switch (next)
            {
                case ',':
                    Add();
                    return true;
                case < 0 or '\n':
                    Add();
                    return false;
                case '\r':
                    break;
                default:
                    Append((char)next);
                    break;
            }
        }
    }

    private void ReadQuoted()
    {
        at++;
        for (var next = Take(); ; next = Take())
        {
            if (next < 0)
                throw new MatchInputException(
                    $"{path}, line {Line}: a quoted field is not closed. End it with a quote, and double quotes inside it.");
            if (next == '\n')
                line++;
            if (next != '"')
            {
                Append((char)next);
                continue;
            }

            if (Peek() != '"')
                return;
            at++;
            Append('"');
        }
    }

    private void Append(char character)
    {
        if (field.Length == FieldMax)
            throw new MatchInputException(
                $"{path}, line {Line}: a field is longer than {FieldMax} characters. Look for a quote that is not closed.");
        field.Append(character);
    }

    private void Add() => Fields.Add(field.ToString().Trim());

    private void SkipBlanks()
    {
        while (Peek() is ' ' or '\t')
            at++;
    }

    private int Take()
    {
        var next = Peek();
        if (next >= 0)
            at++;
        return next;
    }

    private int Peek()
    {
        if (at == end)
        {
            end = reader.Read(buffer);
            at = 0;
        }

        return end == 0 ? -1 : buffer[at];
    }
}
