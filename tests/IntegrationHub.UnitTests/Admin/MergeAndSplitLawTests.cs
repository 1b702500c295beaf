using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Storage.Payloads;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Admin;

/// <summary>What each system itself said is kept per source record, so taking a merge back is exact, whatever the two said.</summary>
public sealed class MergeAndSplitLawTests
{
    private static readonly string[] Names = ["given", "family", "email", "phone", "title", "city"];
    private static readonly string[][] Values =
    [
        ["Ada", "Grace", "李雷", ""], ["Lovelace", "Hopper", "Łucka", ""], ["a@example.org", "b@example.org", ""], ["+442079460000", "+12025550143", ""],
        ["Countess", "Admiral", ""], ["London", "Arlington", ""],
    ];

    [Fact]
    public void AMergeThatIsTakenBackLeavesEachSideAsItWas()
    {
        var side = Gen.Choose(-1, 3).ArrayOf(Names.Length);
        var law = Prop.ForAll(Arb.From(side.Two()), sides => HoldsAsync(Json(sides.Item1), Json(sides.Item2)).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), law);
    }

    private static async Task<bool> HoldsAsync(string left, string right)
    {
        await using var hub = new HubHarness();
        hub.Add("crm").Create(left);
        hub.Add("shop").Create(right);
        await hub.StartAsync();
        foreach (var stream in hub.Context.Settings.Streams)
            await hub.Way.ReadAsync(stream, false, default);
        await hub.Way.RefineAsync(default);
        if ((await hub.GoldenAsync()).Count != 2)
            return true; // The two match by themselves: there is nothing to merge.
        var before = (await FieldsAsync(hub, 1), await FieldsAsync(hub, 2));

        await hub.Administration().CustomerActs.MergeAsync(1, 2, "ada", default);
        await hub.SettleAsync();
        await hub.Administration().CustomerActs.SplitAsync(1, [(await hub.RecordsOfAsync("shop"))[0].Id], "ada", default);
        await hub.Way.RefineAsync(default);

        var records = await hub.RecordsAsync();
        return before == (await FieldsAsync(hub, records[0].GoldenId), await FieldsAsync(hub, records[1].GoldenId));
    }

    private static async Task<string> FieldsAsync(HubHarness hub, long golden) => Convert.ToHexString(GoldenJson.WriteFields((await hub.ClusterAsync(golden)).Golden.Fields));

    // -1: the system does not show the field at all; the last value is the empty one.
    private static string Json(int[] choices)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < Names.Length; i++)
        {
            if (choices[i] >= 0)
                fields[Names[i]] = Values[i][choices[i] % Values[i].Length];
        }

        return JsonSerializer.Serialize(fields);
    }
}
