using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Syntax;

/// <summary>What a function takes, as in &lt;s-nn?:s&gt;: checks arguments, fills in the context, wraps single values as arrays.</summary>
internal sealed class Signature
{
    private const string AnyData = "asnblom";

    private readonly Parameter[] _parameters;

    private Signature(List<Parameter> parameters) => _parameters = [.. parameters];

    public int Count => _parameters.Length;

    /// <summary>Parses a signature with its angle brackets.</summary>
    /// <exception cref="JsonataException">S0401 or S0402: type parameters where they cannot be.</exception>
    public static Signature Parse(string text, int position = -1)
    {
        var parameters = new List<Parameter>();
        for (var i = 1; i < text.Length && text[i] is not (':' or '>'); i++)
        {
            switch (text[i])
            {
                case '-': parameters[^1] = parameters[^1] with { TakesContext = true }; break;
                case '?': parameters[^1] = parameters[^1] with { IsOptional = true }; break;
                case '+': parameters[^1] = parameters[^1] with { Repeats = true }; break;
                case '(':
                    var end = text.IndexOf(')', i);
                    if (end < 0) throw new JsonataException("S0202", position, text, ")");
                    var choice = text[(i + 1)..end];
                    if (choice.Contains('<', StringComparison.Ordinal)) throw new JsonataException("S0402", position, text);
                    parameters.Add(new Parameter(Accepted(choice), choice.Contains('a', StringComparison.Ordinal) && choice.Length == 1));
                    i = end;
                    break;
                case '<':
                    var close = Closing(text, i);
                    if (parameters.Count == 0 || !parameters[^1].HasSubtype) throw new JsonataException("S0401", position, text);
                    if (parameters[^1].IsArray) parameters[^1] = parameters[^1] with { Subtype = text[i + 1] };
                    i = close;
                    break;
                default: parameters.Add(Simple(text[i])); break;
            }
        }
        return new Signature(parameters);
    }

    /// <summary>Checks the first <paramref name="given"/> values of <paramref name="arguments"/>, which has room for every
    /// parameter.</summary>
    /// <returns>The arguments to call with: the same memory where nothing had to move.</returns>
    public Span<Value> Check(Span<Value> arguments, int given, scoped in Value context)
    {
        if (given > _parameters.Length) return Fit(arguments[..given], context);
        for (var i = 0; i < _parameters.Length; i++)
        {
            var parameter = _parameters[i];
            if (i >= given)
            {
                if (parameter.IsOptional) continue;
                return Fit(arguments[..given], context);
            }
            if (parameter.Repeats || !parameter.Accepts(arguments[i])) return Fit(arguments[..given], context);
        }
        // Only when all types fit are arrays looked into.
        for (var i = 0; i < given; i++)
        {
            if (_parameters[i].IsArray) arguments[i] = _parameters[i].AsArray(arguments[i], i);
        }
        return arguments[.._parameters.Length];
    }

    // The general way, as a regular expression over the types would match: each parameter takes what it can, and gives back if the rest
    // fails.
    private Value[] Fit(ReadOnlySpan<Value> arguments, in Value context)
    {
        var taken = new int[_parameters.Length];
        var furthest = 0;
        if (!Match(arguments, taken, 0, 0, ref furthest))
            throw new JsonataException("T0410", value: (furthest + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        var fitted = new List<Value>(_parameters.Length);
        var at = 0;
        for (var i = 0; i < _parameters.Length; i++)
        {
            var parameter = _parameters[i];
            if (taken[i] == 0 && parameter.TakesContext)
            {
                fitted.Add(Context(parameter, context, at));
                continue;
            }
            // An optional parameter that was passed over still stands for the argument at its place, as the language's suite has it.
            for (var n = 0; n < Math.Max(1, taken[i]); n++, at++)
            {
                var argument = at < arguments.Length ? arguments[at] : default;
                fitted.Add(parameter.IsArray && taken[i] > 0 ? parameter.AsArray(argument, at) : argument);
            }
        }
        return [.. fitted];
    }

    private static Value Context(Parameter parameter, in Value context, int at) => parameter.Accepts(context)
        ? context
        : throw new JsonataException("T0411", value: (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));

    private bool Match(ReadOnlySpan<Value> arguments, int[] taken, int parameter, int at, ref int furthest)
    {
        furthest = Math.Max(furthest, Math.Min(at, Math.Max(0, arguments.Length - 1)));
        if (parameter == _parameters.Length) return at == arguments.Length;
        var rule = _parameters[parameter];
        var most = 0;
        while (at + most < arguments.Length && (most == 0 || rule.Repeats) && rule.Accepts(arguments[at + most])) most++;
        for (var take = most; take >= (rule.IsOptional || rule.TakesContext ? 0 : 1); take--)
        {
            taken[parameter] = take;
            if (Match(arguments, taken, parameter + 1, at + take, ref furthest)) return true;
        }
        return false;
    }

    private static Parameter Simple(char symbol) => symbol switch
    {
        'a' => new Parameter(AnyData + "f", true),
        'f' => new Parameter("f", false, IsFunction: true),
        'j' => new Parameter(AnyData, false),
        'x' => new Parameter(AnyData + "f", false),
        _ => new Parameter(symbol + "m", false),
    };

    private static string Accepted(string choice) => string.Concat(choice.Select(symbol => symbol switch
    {
        'j' => AnyData,
        'x' => AnyData + "f",
        _ => symbol.ToString(),
    })) + "m";

    private static int Closing(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (text[i] == '<') depth++;
            if (text[i] == '>' && --depth == 0) return i;
        }
        return text.Length - 1;
    }

    private static char Symbol(in Value value) => value.Kind switch
    {
        Kind.Null => 'l',
        Kind.Boolean => 'b',
        Kind.Number => 'n',
        Kind.Text => 's',
        Kind.Array => 'a',
        Kind.Object => 'o',
        Kind.Function => 'f',
        _ => 'm',
    };

    private sealed record Parameter(string Symbols, bool IsArray, bool IsFunction = false)
    {
        public bool TakesContext { get; init; }

        public bool IsOptional { get; init; }

        public bool Repeats { get; init; }

        public char Subtype { get; init; }

        public bool HasSubtype => IsArray || IsFunction;

        public bool Accepts(in Value value) => Symbols.Contains(Symbol(value), StringComparison.Ordinal);

        public Value AsArray(in Value value, int at)
        {
            if (value.IsUndefined) return default;
            if (!value.IsArray)
            {
                if (Subtype != 0 && Symbol(value) != Subtype) throw Mismatch(at);
                return Value.Of(ArrayValue.Of([value]));
            }
            if (Subtype == 0) return value;
            foreach (var item in value.Items())
            {
                if (Symbol(item) != Subtype) throw Mismatch(at);
            }
            return value;
        }

        private static JsonataException Mismatch(int at) =>
            new("T0412", value: (at + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
