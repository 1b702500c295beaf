using System.Diagnostics;
using IntegrationHub.SystemTests.Febrl;
using IntegrationHub.SystemTests.Fixtures;

namespace IntegrationHub.SystemTests.Kill;

internal enum KillKind
{
    /// <summary>Some milliseconds after a batch of writes was committed as attempted.</summary>
    AfterAttempt,

    /// <summary>While the file's next state lies beside it.</summary>
    DuringRewrite,

    /// <summary>Some time after the start, whatever the hub does then.</summary>
    AnyTime,
}

/// <summary>What is being done when the kills come.</summary>
internal enum KillPhase
{
    /// <summary>The first load: everything is read, matched, created and brought together.</summary>
    Load,

    /// <summary>People edit in both systems before each start.</summary>
    Edits,
}

/// <summary>How one process is started and when it is killed, drawn before it starts.</summary>
/// <param name="Command"><c>sync</c>, one worker after the other, or <c>run</c>, all workers beside each other.</param>
/// <param name="Occurrence">Of several such moments, which.</param>
/// <param name="Delay">How long after it.</param>
internal sealed record KillMoment(string Command, KillKind Kind, int Occurrence, TimeSpan Delay)
{
    /// <summary>A running hub does not end by itself: when its moment does not come, it is killed after so long.</summary>
    private static readonly TimeSpan RunPatience = TimeSpan.FromSeconds(10);

    public static KillMoment Draw(Random random, KillPhase phase)
    {
        var command = random.Next(2) == 0 ? "sync" : "run";
        // The file is written last in a first load: whoever waits for that passes by everything else.
        var (attempts, rewrites) = phase == KillPhase.Load ? (6, 1) : (5, 4);
        var draw = random.Next(10);
        if (draw < attempts)
            return new(command, KillKind.AfterAttempt, random.Next(1, 4), Milliseconds(random, 1, 40));
        return draw < attempts + rewrites
            ? new(command, KillKind.DuringRewrite, 1, Milliseconds(random, 0, 3))
            : new(command, KillKind.AnyTime, 1, Milliseconds(random, 300, 2_300));
    }

    /// <summary>Waits for the moment and kills.</summary>
    /// <returns>False when the process ended by itself before.</returns>
    public bool Strike(HubProcess process, PatientHub hub)
    {
        if (!WaitForIt(process, hub))
            return false;
        Spin(Delay);
        if (process.HasExited)
            return false;
        process.Kill();
        return true;
    }

    private bool WaitForIt(HubProcess process, PatientHub hub) => Kind switch
    {
        KillKind.AfterAttempt => WaitForAttempt(process, hub.Folder.DatabaseFile),
        KillKind.DuringRewrite => WaitForRewrite(process, hub.Registry.SuccessorPath),
        _ => true,
    };

    private static TimeSpan Milliseconds(Random random, int from, int to) => TimeSpan.FromMilliseconds(from + (random.NextDouble() * (to - from)));

    private bool IsOver(Stopwatch waiting) => Command == "run" && waiting.Elapsed > RunPatience;

    private bool WaitForAttempt(HubProcess process, string databaseFile)
    {
        AttemptWatch? watch = null;
        var waiting = Stopwatch.StartNew();
        try
        {
            var (seen, last) = (0, 0L);
            while (!process.HasExited)
            {
                watch ??= AttemptWatch.TryOpen(databaseFile, process.StartedAt);
                var batch = watch?.Batch() ?? 0;
                if (batch > last && ++seen == Occurrence)
                    return true;
                last = Math.Max(batch, last);
                if (IsOver(waiting))
                    return true;
                Thread.Sleep(1);
            }

            return false;
        }
        finally
        {
            watch?.Dispose();
        }
    }

    private bool WaitForRewrite(HubProcess process, string successor)
    {
        // One that an earlier process left behind is not this one's.
        File.Delete(successor);
        var (seen, wasThere) = (0, false);
        var waiting = Stopwatch.StartNew();
        while (!process.HasExited)
        {
            var isThere = File.Exists(successor);
            if (isThere && !wasThere && ++seen == Occurrence)
                return true;
            if (IsOver(waiting))
                return true;
            wasThere = isThere;
            Thread.Sleep(0);
        }

        return false;
    }

    // A sleep is late by as much as some of these moments are long.
    private static void Spin(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
            Thread.SpinWait(50);
    }
}
