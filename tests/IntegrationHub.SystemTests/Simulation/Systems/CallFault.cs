namespace IntegrationHub.SystemTests.Simulation.Systems;

/// <summary>What can go wrong with one call.</summary>
internal enum CallFault
{
    None,

    /// <summary>The request never arrives, and nobody says so.</summary>
    LoseRequest,

    /// <summary>It is done, and nobody says so.</summary>
    LoseAnswer,

    /// <summary>The connection breaks, and the system goes on for some seconds and does it.</summary>
    ApplyLate,

    /// <summary>The system is busy with it for minutes, and has not done it.</summary>
    HangUndone,

    /// <summary>It is done, and the answer takes minutes.</summary>
    HangDone,

    /// <summary>It takes seconds.</summary>
    Delay,

    /// <summary>429, without a time.</summary>
    Throttle,

    /// <summary>429, with a time to wait.</summary>
    ThrottleFor,

    /// <summary>5xx before anything was done.</summary>
    ServerError,

    /// <summary>The account is not let in any more until somebody authorises it again.</summary>
    TokenExpired,

    /// <summary>Some records of the batch are refused.</summary>
    RefuseSome,

    /// <summary>Some records of the batch are locked.</summary>
    LockSome,

    /// <summary>All is done, and the answer does not mention some records.</summary>
    OmitSome,

    /// <summary>The results come in another order, without the records.</summary>
    ShuffleAnswer,

    /// <summary>A page cannot be read.</summary>
    BreakPage,

    /// <summary>The read ends in the middle without a word.</summary>
    TearRead,

    /// <summary>The list is empty, though it is not: a filter or a permission.</summary>
    ShowNothing,

    /// <summary>Rows of the last page come again.</summary>
    RepeatRows,
}
