using Quartz;

namespace IntegrationHub.Sync.Schedule;

/// <summary>When a stream is read next.</summary>
public static class DueTime
{
    /// <param name="schedule">By interval or by cron expression in UTC.</param>
    /// <param name="started">When the last read started: an interval counts from there, so a long read does not shift the schedule.</param>
    /// <param name="now">Reads that were missed are not made up for one by one.</param>
    public static DateTimeOffset After(Settings.Schedule schedule, DateTimeOffset started, DateTimeOffset now)
    {
        if (schedule.Cron is null)
        {
            var next = started + (schedule.Every ?? TimeSpan.FromMinutes(1));
            return next > now ? next : now;
        }

        var expression = new CronExpression(schedule.Cron, TimeZoneInfo.Utc);
        return expression.GetNextValidTimeAfter(now) ?? DateTimeOffset.MaxValue;
    }

    /// <summary>Whether Quartz understands a cron expression.</summary>
    public static bool IsCron(string text) => CronExpression.TryParse(text, out _);
}
