namespace IntegrationHub.Identity;

/// <summary>What is wrong with one place of a policy file.</summary>
/// <param name="File">The file as its reader named it.</param>
/// <param name="Path">The place in the JSON, such as <c>rules[2].all[0]</c>; empty for the file as a whole.</param>
/// <param name="Message">What was expected, what was found, and what to write instead.</param>
public sealed record PolicyProblem(string File, string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? $"{File}: {Message}" : $"{File}, {Path}: {Message}";
}

/// <summary>The outcome of reading a policy: the policy, or every problem that was found, never both.</summary>
public sealed record PolicyParse<T>(T? Policy, IReadOnlyList<PolicyProblem> Problems)
    where T : class
{
    /// <summary>The policy, when a problem is not expected.</summary>
    /// <exception cref="FormatException">There are problems; the message holds them all, one a line.</exception>
    public T OrThrow() => Policy ?? throw new FormatException(string.Join('\n', Problems));
}
