namespace IntegrationHub.Mapping.Jsonata.Syntax;

/// <summary>Joins what the parser reads: steps to paths, predicates, groupings and bindings to the step they belong to.</summary>
internal sealed class PathBuilder
{
    private int _parents;

    public static PathNode Name(string name, int position) => new([new NameNode(name, position)], position);

    public ParentNode Parent(int position)
    {
        var slot = new ParentSlot($"%{_parents++}");
        return new ParentNode(slot, position) { Seeking = [slot] };
    }

    public static Node Negate(Node operand, int position) => operand is NumberNode { Stages: null, Group: null } number
        ? new NumberNode(-number.Number, position)
        : Lift(new NegateNode(operand, position), operand);

    public static GroupNode Object(GroupNode pairs)
    {
        foreach (var (key, value) in pairs.Pairs) Lift(pairs, key, value);
        return pairs;
    }

    public static BlockNode Block(List<Node> expressions, int position)
    {
        var block = Lift(new BlockNode(expressions, position), [.. expressions]);
        block.MakesItem = expressions.Exists(part => part.MakesItem || part is PathNode { Steps: [{ MakesItem: true }, ..] });
        return block;
    }

    /// <summary>What the parts still seek, the whole seeks.</summary>
    public static T Lift<T>(T whole, params ReadOnlySpan<Node?> parts) where T : Node
    {
        foreach (var part in parts)
        {
            if (part?.Seeking is { } seeking) (whole.Seeking ??= []).AddRange(seeking);
        }
        return whole;
    }

    /// <summary>left . right</summary>
    public PathNode Step(Node left, Node right, int position)
    {
        var path = left as PathNode ?? Lift(new PathNode([left], position), left);
        // The steps before were looked at when they came; only a left side that was no path is new with its first step.
        var since = left is PathNode && path.Steps.Count > 1 ? path.Steps.Count : 0;
        if (right is PathNode rest) path.Steps.AddRange(rest.Steps);
        else path.Steps.Add(right);
        for (var i = since; i < path.Steps.Count; i++)
        {
            if (path.Steps[i] is NumberNode or WordNode) throw new JsonataException("S0213", path.Steps[i].Position,
                Literal(path.Steps[i]));
            if (path.Steps[i] is TextNode text) path.Steps[i] = AsName(text);
            path.KeepsSingleton |= path.Steps[i].KeepsArray;
        }
        if (path.Steps[0] is ArrayNode first) first.MakesItem = true;
        if (path.Steps[^1] is ArrayNode last) last.MakesItem = true;
        ResolveParents(path);
        return path;
    }

    /// <summary>left []</summary>
    public static Node KeepArray(Node left)
    {
        left.KeepsArray = true;
        if (left is PathNode path)
        {
            path.Steps[^1].KeepsArray = true;
            path.KeepsSingleton = true;
        }
        return left;
    }

    /// <summary>left [ filter ]</summary>
    public static Node Filter(Node left, Node filter, int position)
    {
        var step = left is PathNode path ? path.Steps[^1] : left;
        // A path's grouping comes after all predicates of its steps, also those that are written behind it.
        if (step.Group is not null) throw new JsonataException("S0209", position);
        SeekFrom(step, filter);
        (step.Stages ??= []).Add(new Stage(filter, null, position));
        return left;
    }

    /// <summary>left { pairs }</summary>
    public static Node GroupBy(Node left, GroupNode pairs, int position)
    {
        if (left.Group is not null) throw new JsonataException("S0210", position);
        if (left is PathNode { Steps: [.., NameNode or WildcardNode] } path)
        {
            foreach (var part in Parts.Own(pairs)) SeekFrom(path.Steps[^1], part);
        }
        left.Group = pairs;
        return left;
    }

    // What is evaluated at a step's results sees the step's own context one level up.
    private static void SeekFrom(Node step, Node part)
    {
        foreach (var slot in part.Seeking ?? [])
        {
            if (slot.Level == 1) Seek(step, slot);
            else slot.Level--;
            if (slot.Level > 0) (step.Seeking ??= []).Add(slot);
        }
    }

    /// <summary>left ^( terms )</summary>
    public static Node Sort(Node left, List<SortTerm> terms, int position)
    {
        var path = left as PathNode ?? Lift(new PathNode([left], position), left);
        var sort = new SortNode(terms, position);
        foreach (var term in terms) Lift(sort, term.Expression);
        path.Steps.Add(sort);
        ResolveParents(path);
        return path;
    }

    /// <summary>left @$name</summary>
    public static Node Focus(Node left, string name, int position)
    {
        var step = left is PathNode path ? path.Steps[^1] : left;
        if (step.Stages is not null) throw new JsonataException("S0215", position);
        if (step is SortNode) throw new JsonataException("S0216", position);
        step.Focus = name;
        step.IsTuple = true;
        return left;
    }

    /// <summary>left #$name</summary>
    public static Node Index(Node left, string name, int position)
    {
        var path = left as PathNode ?? Lift(new PathNode([left], position), left);
        var step = path.Steps[^1];
        if (step.Stages is null) step.Index = name;
        else step.Stages.Add(new Stage(null, name, position));
        step.IsTuple = true;
        return path;
    }

    /// <summary>left ~> right</summary>
    public static ApplyNode Apply(Node left, Node right, int position) =>
        Lift(new ApplyNode(left, right, position) { KeepsArray = left.KeepsArray || right.KeepsArray }, left, right);

    /// <summary>Refuses a % that found no step.</summary>
    public static void RefuseOrphans(Node whole)
    {
        if (whole.Seeking is { Count: > 0 }) throw new JsonataException("S0217", whole.Position);
    }

    private static NameNode AsName(TextNode text) => new(text.Text, text.Position)
    {
        KeepsArray = text.KeepsArray,
        Stages = text.Stages,
        Group = text.Group,
        IsTuple = text.IsTuple,
        Focus = text.Focus,
        Index = text.Index,
        Ancestor = text.Ancestor,
        Seeking = text.Seeking,
    };

    private static string Literal(Node node) => node is NumberNode number
        ? Data.NumberText.Of(number.Number)
        : ((WordNode)node).Word;

    // The last step's % walk left over the steps until they have gone up as many as they ask for.
    private static void ResolveParents(PathNode path)
    {
        if (path.Steps[^1].Seeking is not { } seeking) return;
        foreach (var slot in seeking)
        {
            var at = path.Steps.Count - 2;
            while (slot.Level > 0)
            {
                if (at < 0)
                {
                    path.Seeking ??= [];
                    if (!path.Seeking.Contains(slot)) path.Seeking.Add(slot);
                    break;
                }
                var step = path.Steps[at--];
                // Steps in a row that bind their focus stay at the same context: they count as one.
                while (at >= 0 && step.Focus is not null && path.Steps[at].Focus is not null) step = path.Steps[at--];
                Seek(step, slot);
            }
        }
    }

    private static void Seek(Node node, ParentSlot slot)
    {
        switch (node)
        {
            case NameNode or WildcardNode:
                slot.Level--;
                if (slot.Level > 0) return;
                if (node.Ancestor is null) node.Ancestor = slot;
                else slot.Label = node.Ancestor.Label;
                node.IsTuple = true;
                return;
            case ParentNode:
                slot.Level++;
                return;
            case BlockNode { Expressions.Count: 0 }: return;
            case BlockNode block:
                block.IsTuple = true;
                Seek(block.Expressions[^1], slot);
                return;
            case PathNode path:
                path.IsTuple = true;
                for (var at = path.Steps.Count - 1; at >= 0 && slot.Level > 0; at--) Seek(path.Steps[at], slot);
                return;
            default:
                throw new JsonataException("S0217", node.Position);
        }
    }
}
