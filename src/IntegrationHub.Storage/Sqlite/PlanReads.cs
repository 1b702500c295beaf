using System.Globalization;
using IntegrationHub.Abstractions;
using IntegrationHub.Storage.Payloads;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Storage.Sqlite;

/// <summary>Reads of plans, their effects, and what streams are activated for.</summary>
internal static class PlanReads
{
    private const string PlanColumns = "id, made_at, actor, state, streams, approved_by, approved_at";
    private const string EffectColumns = "plan, delivery_id, stream, golden_id, source_record_id, operation, digest, fields, state";

    public static Dictionary<int, Rights> Activations(Statements db)
    {
        var activations = new Dictionary<int, Rights>();
        using var row = db.Query("SELECT stream, rights FROM activation");
        while (row.Read())
            activations[row.GetInt32(0)] = (Rights)row.GetInt32(1);
        return activations;
    }

    public static List<PlannedEffect> Approved(Statements db, IReadOnlyCollection<long> deliveries)
    {
        var effects = new List<PlannedEffect>();
        // Most hubs have no approved plan open: then nothing is looked up one by one.
        if (db.Scalar("SELECT 1 FROM plan_effect WHERE state = 1 LIMIT 1") is null)
            return effects;
        foreach (var delivery in deliveries)
        {
            using var row = db.Query($"SELECT {EffectColumns} FROM plan_effect WHERE state = 1 AND delivery_id = ?1 ORDER BY plan", delivery);
            while (row.Read())
                effects.Add(Effect(row));
        }

        return effects;
    }

    public static IReadOnlyList<WritePlan> Plans(Statements db, int limit) =>
        StoreQueries.List(db, $"SELECT {PlanColumns} FROM plan WHERE state <> 0 ORDER BY id DESC LIMIT ?1", [limit], Plan);

    public static WritePlan? Plan(Statements db, long id) =>
        StoreQueries.List(db, $"SELECT {PlanColumns} FROM plan WHERE id = ?1 AND state <> 0", [id], Plan).FirstOrDefault();

    public static IReadOnlyList<PlannedEffect> Effects(Statements db, long plan, ListPage page) => StoreQueries.List(
        db, $"SELECT {EffectColumns} FROM plan_effect WHERE plan = ?3 AND delivery_id > ?1 ORDER BY delivery_id LIMIT ?2", [page.After, page.Limit, plan], Effect);

    public static IReadOnlyList<EffectCount> Counts(Statements db, long plan) => StoreQueries.List(
        db, "SELECT stream, operation, state, COUNT(*) FROM plan_effect WHERE plan = ?1 GROUP BY stream, operation, state ORDER BY stream, operation, state", [plan],
        static row => new EffectCount(row.GetInt32(0), (DeliveryOperation)row.GetInt32(1), (EffectState)row.GetInt32(2), row.GetInt64(3)));

    public static IReadOnlyList<DueDelivery> Planned(Statements db, int stream, ListPage page)
    {
        var planned = StoreQueries.List(
            db, $"SELECT {Rows.DeliveryColumns} FROM delivery WHERE stream = ?3 AND state = 0 AND state <> 2 AND id > ?1 ORDER BY id LIMIT ?2",
            [page.After, page.Limit, stream], Rows.Delivery);
        var clusters = StoreReads.Clusters(db, [.. planned.Select(static row => row.GoldenId).Distinct()]);
        return [.. planned.Where(row => clusters.ContainsKey(row.GoldenId)).Select(row => new DueDelivery(row, clusters[row.GoldenId]))];
    }

    public static void Write(Statements db, WritePlan plan) => db.Run(
        $"INSERT INTO plan ({PlanColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET state = excluded.state, "
        + "streams = excluded.streams, approved_by = excluded.approved_by, approved_at = excluded.approved_at",
        plan.Id, Rows.Milliseconds(plan.MadeAt), plan.Actor, (int)plan.State, string.Join(',', plan.Streams), plan.ApprovedBy, Rows.Milliseconds(plan.ApprovedAt));

    public static void Write(Statements db, PlannedEffect effect) => db.Run(
        $"INSERT INTO plan_effect ({EffectColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        effect.Plan, effect.DeliveryId, effect.Stream, effect.GoldenId, effect.SourceRecordId, (int)effect.Operation, effect.Digest.ToBytes(),
        PayloadSeal.Seal(PayloadColumn.EffectFields, effect.DeliveryId, SmallJson.WriteChanges(effect.Fields)), (int)effect.State);

    public static void Write(Statements db, EffectChange change) => db.Run(
        "UPDATE plan_effect SET state = ?4 WHERE delivery_id = ?2 AND state = ?3 AND (?1 = 0 OR plan = ?1)",
        change.Plan, change.DeliveryId, (int)change.From, (int)change.To);

    public static void Forget(Statements db, DateTimeOffset before)
    {
        db.Run("DELETE FROM plan_effect WHERE plan IN (SELECT id FROM plan WHERE made_at < ?1)", Rows.Milliseconds(before));
        db.Run("DELETE FROM plan WHERE made_at < ?1", Rows.Milliseconds(before));
    }

    private static WritePlan Plan(SqliteRow row) => new()
    {
        Id = row.GetInt64(0),
        MadeAt = Rows.Time(row, 1),
        Actor = row.GetString(2),
        State = (WritePlanState)row.GetInt32(3),
        Streams = [.. row.GetString(4).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static number => int.Parse(number, CultureInfo.InvariantCulture))],
        ApprovedBy = row.IsDBNull(5) ? null : row.GetString(5),
        ApprovedAt = Rows.OptionalTime(row, 6),
    };

    private static PlannedEffect Effect(SqliteRow row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.GetInt64(3), row.GetInt64(4), (DeliveryOperation)row.GetInt32(5), Digest.Read(row.GetBytes(6)),
        SmallJson.ReadChanges(PayloadSeal.Open(PayloadColumn.EffectFields, row.GetInt64(1), row.GetBytes(7))), (EffectState)row.GetInt32(8));
}
