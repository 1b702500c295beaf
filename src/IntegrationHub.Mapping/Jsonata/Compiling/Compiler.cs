using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Functions;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>Turns the parts of an expression into delegates, each holding those of its own parts.</summary>
internal sealed class Compiler
{
    // The stack is asked for room once in so many nested parts; what they use together is far less than the room asked for.
    private const int PartsPerGuard = 24;

    /// <summary>How many parts are around this one, up to the function's body or the whole expression.</summary>
    public int Depth { get; private set; }

    /// <summary>Compiles a whole expression.</summary>
    public static Op Whole(Node node, CompileScope scope) => new Compiler().Compile(node, scope);

    /// <param name="last">The part's value is its function's value: a call there is made by the function's caller.</param>
    public Op Compile(Node node, CompileScope scope, bool last = false)
    {
        Run.GuardStack();
        Depth++;
        var op = node.Stages is null && node.Group is null || node is PathNode
            ? Bare(node, scope, last)
            : WithStages(node, scope);
        if (Depth % PartsPerGuard == 0) op = Guarded(op);
        Depth--;
        return op;
    }

    /// <summary>Compiles a part without the predicates and grouping that follow it.</summary>
    public Op Bare(Node node, CompileScope scope, bool last = false)
    {
        switch (node)
        {
            case TextNode text: return Constant(Value.Of(text.Text));
            case NumberNode number: return Constant(Value.Of(number.Number));
            case WordNode word: return Constant(word.Word switch { "true" => Value.True, "false" => Value.False, _ => Value.Null });
            case RegexNode regex: return Constant(Value.Of(RegexFunction.Of(regex)));
            case NameNode name:
                var property = new PropertyName(name.Name);
                return (Run run, Scope _, in Value input) => Navigation.Lookup(run, input, property);
            case WildcardNode: return Kept(node, (Run run, Scope _, in Value input) => Navigation.Children(run, input));
            case DescendantsNode: return Kept(node, (Run run, Scope _, in Value input) => Navigation.Descendants(run, input));
            case VariableNode variable: return Variables.Read(variable.Name, scope);
            case ParentNode parent: return Variables.Read(parent.Slot.Label, scope);
            case PathNode path: return PathCode.Compile(this, path, scope);
            case BinaryNode binary: return Operators.Compile(this, binary, scope);
            case NegateNode negate: return Operators.Negate(Compile(negate.Operand, scope), negate.Position);
            case ArrayNode array: return Constructors.Array(this, array, scope);
            case GroupNode group: return Constructors.Object(this, group, scope);
            case BlockNode block: return Block(block, scope, last);
            case ConditionNode condition: return Operators.Condition(this, condition, scope, last);
            case BindNode bind: return Variables.Bind(this, bind, scope);
            case LambdaNode lambda: return Lambda(lambda, scope);
            case CallNode call: return Calls.Compile(this, call, scope, last);
            case ApplyNode apply: return Calls.Apply(this, apply, scope);
            case TransformNode transform: return Transforms.Compile(this, transform, scope);
            case SortNode: throw new System.Diagnostics.UnreachableException("A sort is always a step of a path.");
            default: throw new System.Diagnostics.UnreachableException($"No way to compile {node.GetType().Name}.");
        }
    }

    /// <summary>Compiles a step of a path: one level further in than the path.</summary>
    public Op Nested(Node step, CompileScope scope)
    {
        Depth++;
        var op = Bare(step, scope);
        Depth--;
        return op;
    }

    public static Op Constant(Value value) => (Run _, Scope _, in Value _) => value;

    /// <summary>A sequence of one becomes the one, unless the part is followed by [].</summary>
    public static Op Kept(Node node, Op op) => node.KeepsArray
        ? (Run run, Scope scope, in Value input) => Collapse(op(run, scope, input), true)
        : (Run run, Scope scope, in Value input) => Collapse(op(run, scope, input), false);

    public static Value Collapse(in Value value, bool keeps)
    {
        if (value.MadeArray is not { IsSequence: true } sequence) return value;
        if (keeps) sequence.KeepsSingleton = true;
        return sequence.Collapse();
    }

    private Op WithStages(Node node, CompileScope scope)
    {
        var bare = Bare(node, scope);
        var filters = Filter.All(this, node.Stages, scope);
        var group = node.Group is { } pairs ? new Grouping(this, pairs, scope) : null;
        var keeps = node.KeepsArray;
        return (Run run, Scope at, in Value input) =>
        {
            var value = bare(run, at, input);
            foreach (var filter in filters) value = filter.Apply(run, at, value);
            return group is null ? Collapse(value, keeps) : group.Make(run, at, value);
        };
    }

    private Op Block(BlockNode block, CompileScope scope, bool last)
    {
        var layout = new Layout();
        Names.Declare(layout, [.. block.Expressions]);
        var inner = layout.Count == 0 ? scope : new CompileScope(scope, layout);
        var parts = block.Expressions.Select((part, i) => Compile(part, inner, last && i == block.Expressions.Count - 1)).ToArray();
        if (layout.Count == 0 && parts.Length == 1) return parts[0];
        return (Run run, Scope at, in Value input) =>
        {
            var own = layout.Count == 0 ? at : new Scope(at, layout);
            var value = default(Value);
            foreach (var part in parts) value = part(run, own, input);
            return value;
        };
    }

    private Op Lambda(LambdaNode node, CompileScope scope)
    {
        var layout = new Layout();
        var parameters = node.Parameters.Select(layout.Declare).ToArray();
        var always = layout.Count;
        Names.Declare(layout, node.Body);
        var code = new LambdaCode(parameters, layout, node.Signature);
        var outer = Depth;
        Depth = 0;
        code.Body = Compile(node.Body, new CompileScope(scope, layout, always), last: true);
        Depth = outer;
        return (Run _, Scope at, in Value input) => Value.Of(new Lambda(code, at, input));
    }

    private static Op Guarded(Op op) => (Run run, Scope scope, in Value input) =>
    {
        Run.GuardStack();
        return op(run, scope, input);
    };
}
