namespace IntegrationHub.Mapping.Jsonata.Syntax;

/// <summary>A part of a parsed expression. What other parts hang on it while parsing (predicates, bindings, grouping) is in its
/// properties.</summary>
internal abstract class Node(int position)
{
    public int Position { get; } = position;

    /// <summary>A sequence of one stays an array: the part is followed by [].</summary>
    public bool KeepsArray { get; set; }

    /// <summary>Filters and index bindings that follow the part: applied per context item in a step, to the whole value
    /// otherwise.</summary>
    public List<Stage>? Stages { get; set; }

    public GroupNode? Group { get; set; }

    /// <summary>The step's results carry bindings along (@ # %).</summary>
    public bool IsTuple { get; set; }

    /// <summary>Variable that a step's @ binds.</summary>
    public string? Focus { get; set; }

    /// <summary>Variable that a step's # binds.</summary>
    public string? Index { get; set; }

    /// <summary>The % that asks for the context of this step.</summary>
    public ParentSlot? Ancestor { get; set; }

    /// <summary>An array constructor as first or last step of a path: its array is one item.</summary>
    public bool MakesItem { get; set; }

    /// <summary>Uses of % inside that look for their step further left.</summary>
    public List<ParentSlot>? Seeking { get; set; }
}

/// <param name="Filter">What a predicate has to hold; null for an index binding.</param>
/// <param name="Index">The variable that #$name binds; null for a filter.</param>
internal sealed record Stage(Node? Filter, string? Index, int Position);

/// <summary>A use of %: the name under which the step keeps its context, and how many steps up it looks.</summary>
internal sealed class ParentSlot(string label)
{
    public string Label { get; set; } = label;

    public int Level { get; set; } = 1;
}

internal sealed class TextNode(string text, int position) : Node(position)
{
    public string Text { get; } = text;
}

internal sealed class NumberNode(double number, int position) : Node(position)
{
    public double Number { get; } = number;
}

/// <summary>true, false or null.</summary>
internal sealed class WordNode(string word, int position) : Node(position)
{
    public string Word { get; } = word;
}

internal sealed class NameNode(string name, int position) : Node(position)
{
    public string Name { get; } = name;
}

internal sealed class VariableNode(string name, int position) : Node(position)
{
    public string Name { get; } = name;
}

internal sealed class RegexNode(Regex regex, int position) : Node(position)
{
    public Regex Regex { get; } = regex;
}

internal sealed class WildcardNode(int position) : Node(position);

internal sealed class DescendantsNode(int position) : Node(position);

internal sealed class ParentNode(ParentSlot slot, int position) : Node(position)
{
    public ParentSlot Slot { get; } = slot;
}

/// <summary>The expression ended where something had to come.</summary>
internal sealed class EndNode(int position) : Node(position);

internal sealed class PathNode(List<Node> steps, int position) : Node(position)
{
    public List<Node> Steps { get; } = steps;

    public bool KeepsSingleton { get; set; }
}

internal sealed class BinaryNode(string sign, Node left, Node right, int position) : Node(position)
{
    public string Sign { get; } = sign;

    public Node Left { get; } = left;

    public Node Right { get; } = right;
}

internal sealed class NegateNode(Node operand, int position) : Node(position)
{
    public Node Operand { get; } = operand;
}

internal sealed class ArrayNode(List<Node> items, int position) : Node(position)
{
    public List<Node> Items { get; } = items;
}

/// <summary>The pairs of {…}: an object, or a grouping when it follows something.</summary>
internal sealed class GroupNode(List<(Node Key, Node Value)> pairs, int position) : Node(position)
{
    public List<(Node Key, Node Value)> Pairs { get; } = pairs;
}

internal sealed class BlockNode(List<Node> expressions, int position) : Node(position)
{
    public List<Node> Expressions { get; } = expressions;
}

/// <summary>? : with both sides; the default operator ?: and the coalescing ?? when <see cref="Then"/> is null.</summary>
internal sealed class ConditionNode(Node condition, Node? then, Node? otherwise, bool coalesces, int position) : Node(position)
{
    public Node Condition { get; } = condition;

    public Node? Then { get; } = then;

    public Node? Otherwise { get; } = otherwise;

    /// <summary>??: the left side counts as soon as it is there, true or not.</summary>
    public bool Coalesces { get; } = coalesces;
}

internal sealed class BindNode(string name, Node value, int position) : Node(position)
{
    public string Name { get; } = name;

    public Node Value { get; } = value;
}

internal sealed class LambdaNode(List<string> parameters, Signature? signature, Node body, int position) : Node(position)
{
    public List<string> Parameters { get; } = parameters;

    public Signature? Signature { get; } = signature;

    public Node Body { get; } = body;
}

/// <summary>A call. An argument that is null is a ? placeholder, which makes the call a partial application.</summary>
internal sealed class CallNode(Node procedure, List<Node?> arguments, int position) : Node(position)
{
    public Node Procedure { get; } = procedure;

    public List<Node?> Arguments { get; } = arguments;

    public bool IsPartial => Arguments.Contains(null);
}

internal sealed class ApplyNode(Node left, Node right, int position) : Node(position)
{
    public Node Left { get; } = left;

    public Node Right { get; } = right;
}

internal sealed class TransformNode(Node pattern, Node update, Node? delete, int position) : Node(position)
{
    public Node Pattern { get; } = pattern;

    public Node Update { get; } = update;

    public Node? Delete { get; } = delete;
}

internal sealed class SortNode(List<SortTerm> terms, int position) : Node(position)
{
    public List<SortTerm> Terms { get; } = terms;
}

internal sealed record SortTerm(Node Expression, bool Descends);
