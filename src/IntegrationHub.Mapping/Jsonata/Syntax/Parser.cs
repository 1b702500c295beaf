namespace IntegrationHub.Mapping.Jsonata.Syntax;

/// <summary>Reads an expression by operator precedence (Pratt). <see cref="PathBuilder"/> joins steps, predicates and bindings to paths as
/// the parts come.</summary>
internal sealed class Parser
{
    // Deeper than anybody writes, shallow enough for the stack.
    private const int NestingMax = 1_000;

    private readonly Lexer _lexer;
    private readonly PathBuilder _paths = new();
    private Token _token;
    private int _nesting;
    private bool _endedEarly;
    // Steps that do not fit together are reported only when the text is an expression at all.
    private JsonataException? _misfit;

    private Parser(string text)
    {
        _lexer = new Lexer(text);
        _token = _lexer.Next();
    }

    /// <exception cref="JsonataException">The text is no expression.</exception>
    public static Node Parse(string text)
    {
        var parser = new Parser(text);
        var whole = parser.Expression(0);
        if (parser._token.Kind != TokenKind.End) throw new JsonataException("S0201", parser._token.Position, parser._token.Text);
        if (parser._misfit is { } misfit) throw misfit;
        if (parser._endedEarly) throw new JsonataException("S0207", text.Length);
        PathBuilder.RefuseOrphans(whole);
        return whole;
    }

    private Node Expression(int power)
    {
        if (++_nesting > NestingMax || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new JsonataException("D1011", _token.Position);
        var left = Prefix(Take());
        while (power < Power(_token)) left = Infix(left, Take());
        _nesting--;
        return left;
    }

    private Token Take()
    {
        var token = _token;
        // A slash where a value begins opens a regular expression, and may hold anything: it is read when its place is known.
        if (!token.Is("/") && token.Kind != TokenKind.End) _token = _lexer.Next();
        return token;
    }

    private void Expect(string sign)
    {
        if (!_token.Is(sign))
        {
            throw _token.Kind == TokenKind.End
                ? new JsonataException("S0203", _token.Position, _token.Text, sign)
                : new JsonataException("S0202", _token.Position, _token.Text, sign);
        }
        _token = _lexer.Next();
    }

    private bool Accept(string sign)
    {
        if (!_token.Is(sign)) return false;
        _token = _lexer.Next();
        return true;
    }

    private static int Power(Token token) => token.Kind != TokenKind.Operator ? 0 : token.Text switch
    {
        "[" or "(" or "@" or "#" => 80,
        "." => 75,
        "{" => 70,
        "*" or "/" or "%" => 60,
        "+" or "-" or "&" => 50,
        "=" or "!=" or "<" or "<=" or ">" or ">=" or "in" or "^" or "~>" or "?:" or "??" => 40,
        "and" => 30,
        "or" => 25,
        "?" => 20,
        ":=" => 10,
        "!" or "~" => throw new JsonataException("S0204", token.Position, token.Text),
        _ => 0,
    };

    private Node Prefix(Token token)
    {
        var position = token.Position;
        switch (token.Kind)
        {
            case TokenKind.Name: return PathBuilder.Name(token.Text, position);
            case TokenKind.Variable: return new VariableNode(token.Text, position);
            case TokenKind.Text: return new TextNode(token.Text, position);
            case TokenKind.Number: return new NumberNode(token.Number, position);
            case TokenKind.Word: return new WordNode(token.Text, position);
            case TokenKind.End:
                _endedEarly = true;
                return new EndNode(position);
        }
        return token.Text switch
        {
            "and" or "or" or "in" => PathBuilder.Name(token.Text, position),
            "-" => PathBuilder.Negate(Expression(70), position),
            "*" => new WildcardNode(position),
            "**" => new DescendantsNode(position),
            "%" => _paths.Parent(position),
            "(" => Block(position),
            "[" => Array(position),
            "{" => PathBuilder.Object(Pairs(position)),
            "|" => Transform(position),
            "/" => RegexAt(position),
            "!" or "~" => throw new JsonataException("S0204", position, token.Text),
            _ => throw new JsonataException("S0211", position, token.Text),
        };
    }

    private Node Infix(Node left, Token token)
    {
        var position = token.Position;
        // Take left the token standing: here a slash divides.
        if (token.Is("/")) _token = _lexer.Next();
        switch (token.Text)
        {
            case ".":
                var step = Expression(75);
                return Fitted(() => _paths.Step(left, step, position), left);
            case "[":
                if (Accept("]")) return PathBuilder.KeepArray(left);
                var filter = Expression(0);
                Expect("]");
                return Fitted(() => PathBuilder.Filter(left, filter, position), left);
            case "{":
                var pairs = Pairs(position);
                return Fitted(() => PathBuilder.GroupBy(left, pairs, position), left);
            case "(": return IsFunctionKeyword(left) ? Lambda(position) : Call(left, position);
            case "^":
                var terms = SortTerms();
                return Fitted(() => PathBuilder.Sort(left, terms, position), left);
            case "@":
                var focus = Bound(token);
                return Fitted(() => PathBuilder.Focus(left, focus, position), left);
            case "#": return PathBuilder.Index(left, Bound(token), position);
            case "?": return Condition(left, position);
            case "?:": return PathBuilder.Lift(new ConditionNode(left, null, Expression(0), false, position), left);
            case "??": return PathBuilder.Lift(new ConditionNode(left, null, Expression(0), true, position), left);
            case ":=":
                if (left is not VariableNode { Stages: null, Group: null, Focus: null,
                    Index: null } variable) throw new JsonataException("S0212", left.Position);
                var value = Expression(9);
                return PathBuilder.Lift(new BindNode(variable.Name, value, position), value);
            case "~>":
                return PathBuilder.Apply(left, Expression(40), position);
            default:
                var right = Expression(Power(token));
                return PathBuilder.Lift(new BinaryNode(token.Text, left, right, position), left, right);
        }
    }

    private Node Fitted(Func<Node> join, Node otherwise)
    {
        try
        {
            return join();
        }
        catch (JsonataException exception)
        {
            _misfit ??= exception;
            return otherwise;
        }
    }

    private string Bound(Token sign) => Expression(80) is VariableNode variable
        ? variable.Name
        : throw new JsonataException("S0214", sign.Position, sign.Text);

    private Node RegexAt(int position)
    {
        var regex = _lexer.Regex(position).Regex!;
        _token = _lexer.Next();
        return new RegexNode(regex, position);
    }

    private Node Block(int position)
    {
        var expressions = new List<Node>();
        while (!_token.Is(")"))
        {
            expressions.Add(Expression(0));
            if (!Accept(";")) break;
        }
        Expect(")");
        return PathBuilder.Block(expressions, position);
    }

    private Node Array(int position)
    {
        var items = new List<Node>();
        while (items.Count > 0 || !_token.Is("]"))
        {
            var item = Expression(0);
            var sign = _token;
            if (Accept(".."))
            {
                var to = Expression(0);
                item = PathBuilder.Lift(new BinaryNode("..", item, to, sign.Position), item, to);
            }
            items.Add(item);
            if (!Accept(",")) break;
        }
        Expect("]");
        return PathBuilder.Lift(new ArrayNode(items, position), [.. items]);
    }

    private GroupNode Pairs(int position)
    {
        var pairs = new List<(Node, Node)>();
        while (pairs.Count > 0 || !_token.Is("}"))
        {
            var key = Expression(0);
            Expect(":");
            pairs.Add((key, Expression(0)));
            if (!Accept(",")) break;
        }
        Expect("}");
        return new GroupNode(pairs, position);
    }

    private List<SortTerm> SortTerms()
    {
        Expect("(");
        var terms = new List<SortTerm>();
        do
        {
            var descends = Accept(">");
            if (!descends) Accept("<");
            terms.Add(new SortTerm(Expression(0), descends));
        }
        while (Accept(","));
        Expect(")");
        return terms;
    }

    private Node Condition(Node condition, int position)
    {
        var then = Expression(0);
        var otherwise = Accept(":") ? Expression(0) : null;
        return PathBuilder.Lift(new ConditionNode(condition, then, otherwise, false, position), condition, then, otherwise);
    }

    private Node Transform(int position)
    {
        var pattern = Expression(0);
        Expect("|");
        var update = Expression(0);
        var delete = Accept(",") ? Expression(0) : null;
        Expect("|");
        return new TransformNode(pattern, update, delete, position);
    }

    private Node Call(Node procedure, int position)
    {
        var arguments = new List<Node?>();
        while (arguments.Count > 0 || !_token.Is(")"))
        {
            arguments.Add(Accept("?") ? null : Expression(0));
            if (!Accept(",")) break;
        }
        Expect(")");
        return PathBuilder.Lift(new CallNode(procedure, arguments, position), [.. arguments]);
    }

    private static bool IsFunctionKeyword(Node node) =>
        node is PathNode { Steps: [NameNode { Name: "function" or "λ", Stages: null }], KeepsSingleton: false, IsTuple: false };

    private Node Lambda(int position)
    {
        var parameters = new List<string>();
        while (parameters.Count > 0 || !_token.Is(")"))
        {
            var place = _token;
            parameters.Add(Expression(0) is VariableNode { Stages: null, Group: null } variable
                ? variable.Name
                : throw new JsonataException("S0208", place.Position, place.Text));
            if (!Accept(",")) break;
        }
        Expect(")");
        var signature = _token.Is("<") ? SignatureText() : null;
        Expect("{");
        var body = Expression(0);
        Expect("}");
        return new LambdaNode(parameters, signature, body, position);
    }

    private Signature SignatureText()
    {
        var start = _token.Position;
        var text = new System.Text.StringBuilder();
        var depth = 0;
        do
        {
            if (_token.Kind == TokenKind.End) throw new JsonataException("S0203", _token.Position, _token.Text, ">");
            if (_token.Is("<")) depth++;
            if (_token.Is(">")) depth--;
            text.Append(_token.Text);
            _token = _lexer.Next();
        }
        while (depth > 0);
        return Signature.Parse(text.ToString(), start);
    }
}
