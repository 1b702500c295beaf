using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Functions;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>|pattern|update,delete|: a function that changes a copy of its argument.</summary>
internal static class Transforms
{
    public static Op Compile(Compiler compiler, TransformNode node, CompileScope scope)
    {
        var pattern = compiler.Compile(node.Pattern, scope);
        var update = compiler.Compile(node.Update, scope);
        var delete = node.Delete is { } part ? compiler.Compile(part, scope) : null;
        var clone = Variables.Read("clone", scope);
        return (Run _, Scope at, in Value _) => Value.Of(new TransformFunction(pattern, update, delete, clone, at, node.Position));
    }
}

/// <summary>A transform with the variables around it.</summary>
internal sealed class TransformFunction(Op pattern, Op update, Op? delete, Op clone, Scope scope, int position) : Function
{
    private static readonly Signature Takes = Signature.Parse("<(oa):o>");

    public override int Arity => 1;

    public override Value Invoke(Run run, ReadOnlySpan<Value> arguments, in Value context)
    {
        run.Descend();
        var room = arguments.ToArray();
        var subject = room.Length == 0 ? default : Takes.Check(room, room.Length, context)[0];
        if (subject.IsUndefined) return default;
        var copy = clone(run, scope, subject).Function is { } cloning
            ? cloning.Invoke(run, [subject], context)
            : throw new JsonataException("T2013", position);
        var matches = pattern(run, scope, copy);
        if (matches.IsUndefined) return copy;
        if (!matches.IsArray) Change(run, matches);
        else foreach (var match in matches.Items()) Change(run, match);
        return copy;
    }

    private void Change(Run run, in Value match)
    {
        run.Step();
        var target = match.MadeObject;
        var changes = update(run, scope, match);
        if (!changes.IsUndefined)
        {
            if (!changes.IsObject) throw new JsonataException("T2011", position);
            foreach (var (name, value) in changes.Properties()) target?.Set(name, value);
        }
        if (delete is null) return;
        var names = delete(run, scope, match);
        if (names.IsUndefined) return;
        if (!names.IsArray) Remove(target, names);
        else foreach (var name in names.Items()) Remove(target, name);
    }

    private void Remove(ObjectValue? target, in Value name)
    {
        if (!name.IsText) throw new JsonataException("T2012", position);
        target?.Remove(name.Text);
    }
}
