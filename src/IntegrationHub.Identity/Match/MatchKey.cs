namespace IntegrationHub.Identity;

/// <summary>One exact key of a record: two records of one entity that share a key are one, unless a guard says otherwise.</summary>
/// <param name="Rule">The rule of the policy that made it.</param>
/// <param name="Material">The normalised values, in clear text: turned into a keyed digest before it is stored, and never logged.</param>
public readonly record struct MatchKey(string Rule, string Material)
{
    /// <summary>The rule alone: the material is personal.</summary>
    public override string ToString() => Rule;
}

/// <summary>Why a rule gave a record no key, or one key fewer.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Field">The field that decided, as a path or as the rule's own pattern; empty when no single field did.</param>
/// <param name="Reason">Such as <c>absent</c>, <c>on the deny-list as 'none@*'</c> or <c>not an e-mail address (text of 4: a4)</c>; no personal value.</param>
public readonly record struct SkippedKey(string Rule, string Field, string Reason);
