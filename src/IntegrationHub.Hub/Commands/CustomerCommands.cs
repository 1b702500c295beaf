using System.CommandLine;
using IntegrationHub.Sync.Admin;

namespace IntegrationHub.Hub.Commands;

/// <summary><c>hub customer find|show|merge|split|pin|unpin</c>.</summary>
internal sealed class CustomerCommands(AdminCommand admin)
{
    private readonly Argument<string> Customer = new("customer") { Description = "Such as C-17." };
    private readonly Argument<string> Other = new("other") { Description = "The customer that is the same, such as C-18." };
    private readonly Argument<string[]> Records = new("records") { Description = "Source records that are somebody else, such as record/4711.", Arity = ArgumentArity.OneOrMore };
    private readonly Argument<string> Path = new("field") { Description = "A canonical path, such as name.given or emails[type=work].value." };
    private readonly Argument<string> Text = new("text") { Description = "C-17, record/4711, an e-mail address, a telephone number or an identifier." };
    private readonly Option<string?> Name = new("--name") { Description = "The customer's name, 'Given Family': most match keys join it with the address or number." };
    private readonly Option<bool> Scan = new("--scan") { Description = "Compare the text with every field of every customer, even where a key finds somebody. Slow in a large hub." };
    private readonly Option<string?> Value = new("--value") { Description = "The value to set; '' clears the field. Default: what the customer says now." };

    public Command Make() => admin.Group(
        "customer", "Finds and shows customers, and takes a steward's word on them.",
        admin.Make("find", "Finds customers; shows ids, no values.", FindAsync, Text, Name, Scan),
        admin.Make("show", "Shows a customer with the source of each value. The access is written to the audit log.", ShowAsync, Customer),
        admin.Make("merge", "Says that two customers are one.", MergeAsync, Customer, Other),
        admin.Make("split", "Says that some source records of a customer are somebody else.", SplitAsync, Customer, Records),
        admin.Make("pin", "Sets a field, or keeps it as it is, whatever the systems say.", PinAsync, Customer, Path, Value),
        admin.Make("unpin", "Gives a field back to the survivorship policy.", UnpinAsync, Customer, Path));

    private async Task<int> FindAsync(AdminCall call)
    {
        var found = await call.Administration.Customers.FindAsync(
            new(call.Parsed.GetRequiredValue(Text), call.Parsed.GetValue(Name), call.Parsed.GetValue(Scan)), call.CancellationToken);
        call.Report.Json(new
        {
            found = found.Select(static one => new { customer = Names.OfCustomer(one.GoldenId), status = one.Status, records = one.Records, by = one.By }),
        });
        if (found.Count > 0)
        {
            call.Report.Table(["Customer", "Status", "#Records", "Found by"], found.Select(static one => (IReadOnlyList<string>)
                [Names.OfCustomer(one.GoldenId), one.Status.ToString(), AdminText.Number(one.Records), one.By]));
            return ExitCode.Done;
        }

        call.Report.Line("No customer was found by that id, key or value. A value must be written as the customer has it; case does not matter.");
        return ExitCode.Findings;
    }

    private async Task<int> ShowAsync(AdminCall call)
    {
        var id = AdminText.Customer(call.Parsed.GetRequiredValue(Customer));
        var view = await call.Administration.Customers.ShowAsync(id, call.Actor, call.CancellationToken);
        CustomerReport.Write(call, view, id);
        return ExitCode.Done;
    }

    private async Task<int> MergeAsync(AdminCall call)
    {
        var (left, right) = (AdminText.Customer(call.Parsed.GetRequiredValue(Customer)), AdminText.Customer(call.Parsed.GetRequiredValue(Other)));
        await call.Administration.CustomerActs.MergeAsync(left, right, call.Actor, call.CancellationToken);
        call.Report.Json(new { merged = new[] { Names.OfCustomer(left), Names.OfCustomer(right) }, into = Names.OfCustomer(Math.Min(left, right)) });
        call.Report.Line($"{Names.OfCustomer(left)} and {Names.OfCustomer(right)} become {Names.OfCustomer(Math.Min(left, right))} when the hub runs next. To take it back: hub customer split.");
        return ExitCode.Done;
    }

    private async Task<int> SplitAsync(AdminCall call)
    {
        var id = AdminText.Customer(call.Parsed.GetRequiredValue(Customer));
        var records = call.Parsed.GetRequiredValue(Records).Select(AdminText.Record).ToArray();
        await call.Administration.CustomerActs.SplitAsync(id, records, call.Actor, call.CancellationToken);
        call.Report.Json(new { customer = Names.OfCustomer(id), leaving = records });
        call.Report.Line($"{string.Join(", ", records.Select(static record => $"record/{record}"))} leaves {Names.OfCustomer(id)} when the hub runs next, and is not matched with its other records again.");
        return ExitCode.Done;
    }

    private async Task<int> PinAsync(AdminCall call)
    {
        var (id, path) = (AdminText.Customer(call.Parsed.GetRequiredValue(Customer)), call.Parsed.GetRequiredValue(Path));
        await call.Administration.CustomerActs.PinAsync(id, path, call.Parsed.GetValue(Value), call.Actor, call.CancellationToken);
        call.Report.Json(new { customer = Names.OfCustomer(id), pinned = path });
        call.Report.Line($"'{path}' of {Names.OfCustomer(id)} is pinned. To give it back to the policy: hub customer unpin {Names.OfCustomer(id)} {path}");
        return ExitCode.Done;
    }

    private async Task<int> UnpinAsync(AdminCall call)
    {
        var (id, path) = (AdminText.Customer(call.Parsed.GetRequiredValue(Customer)), call.Parsed.GetRequiredValue(Path));
        await call.Administration.CustomerActs.UnpinAsync(id, path, call.Actor, call.CancellationToken);
        call.Report.Json(new { customer = Names.OfCustomer(id), unpinned = path });
        call.Report.Line($"'{path}' of {Names.OfCustomer(id)} follows the survivorship policy again.");
        return ExitCode.Done;
    }
}
