namespace IntegrationHub.Sandbox;

/// <summary>How a system came to have a party: what it never learnt, has from long ago, wrote otherwise or got wrong.</summary>
internal sealed class PartyViews(Random random)
{
    /// <summary>A view of the party, and what is odd about it in a word each.</summary>
    public (PartyView View, IReadOnlyList<string> Quirks) See(TrueParty party)
    {
        var quirks = new List<string>();
        var name = SeeName(party, quirks);
        var home = Odd(10, "olderAddress", quirks) ? party.FormerHome : party.Home;
        var view = new PartyView
        {
            IsOrganisation = party.IsOrganisation,
            Given = name.Given.Length == 0 ? null : name.Given,
            Family = name.Family,
            Email = Odd(8, "noEmail", quirks) ? null : SeeEmail(party, quirks),
            Phone = random.Percent(45) ? SeePhone(party.Landline, party, quirks) : null,
            Mobile = party.Mobile is null || Odd(20, "noMobile", quirks) ? null : SeePhone(party.Mobile, party, quirks),
            Street = home.Street,
            City = home.City,
            Postcode = home.Postcode,
            Country = party.Place.Code,
            BirthDate = party.BirthDate is null || Odd(30, "noBirthDate", quirks) ? null : party.BirthDate,
            Language = Odd(20, "noLanguage", quirks) ? null : party.Place.Language,
            TaxId = party.TaxId,
            EmailOptOut = party.EmailOptOut,
        };
        if (Odd(8, "noAddress", quirks))
            view = view with { Street = null, City = null, Postcode = null };
        return (random.Percent(3) ? Soil(view, quirks) : view, quirks);
    }

    private NameForm SeeName(TrueParty party, List<string> quirks)
    {
        var name = party.Name;
        if (party.OtherForms.Count > 0 && Odd(30, "otherScript", quirks))
            name = random.Pick(party.OtherForms);
        if (!PartyNames.IsChinese(name.Family) && Odd(4, "typo", quirks))
        {
            name = random.Percent(50) && name.Given.Length > 3
                ? name with { Given = Typo(name.Given) }
                : name with { Family = Typo(name.Family) };
        }
        if (!PartyNames.IsChinese(name.Family) && Odd(6, "letterCase", quirks))
        {
            name = random.Percent(50)
                ? new NameForm(name.Given.ToUpperInvariant(), name.Family.ToUpperInvariant())
                : new NameForm(name.Given.ToLowerInvariant(), name.Family.ToLowerInvariant());
        }
        if (!party.IsOrganisation && Odd(1.5, "nameSwapped", quirks))
            name = new NameForm(name.Family, name.Given);
        return name;
    }

    private string SeeEmail(TrueParty party, List<string> quirks)
    {
        if (!party.IsOrganisation && Odd(2, "genericEmail", quirks))
            return random.Pick(["noreply@kasse.example", "info@filiale.example", "unknown@mailbox.example"]);
        var email = Odd(12, "otherEmail", quirks) ? party.OtherEmail : party.Email;
        return Odd(8, "emailCase", quirks) ? char.ToUpperInvariant(email[0]) + email[1..] : email;
    }

    private string SeePhone(string number, TrueParty party, List<string> quirks) =>
        Odd(60, "phoneFormat", quirks) ? PhoneStyles.Vary(number, party.Place.Code, random) : number;

    private PartyView Soil(PartyView view, List<string> quirks)
    {
        switch (random.Next(3))
        {
            case 0 when view.Email is { } email:
                quirks.Add("invalidEmail");
                return view with { Email = email.Replace("@", random.Pick([" at ", "@@", "."]), StringComparison.Ordinal) };
            case 1 when view.BirthDate is { } day:
                quirks.Add("impossibleBirthDate");
                return view with { BirthDate = day[..5] + "02-30" };
            default:
                quirks.Add("badPhone");
                return view with { Phone = random.Pick(["123", "n/a", "tel. unbekannt", "+00 000"]), Mobile = null };
        }
    }

    // Two neighbours change places, or one letter gets lost.
    private string Typo(string name)
    {
        if (name.Length < 4)
            return name + name[^1];
        var at = random.Next(1, name.Length - 2);
        return random.Percent(50) ? name.Remove(at, 1) : name[..at] + name[at + 1] + name[at] + name[(at + 2)..];
    }

    private bool Odd(double percent, string quirk, List<string> quirks)
    {
        var odd = random.Percent(percent);
        if (odd && !quirks.Contains(quirk))
            quirks.Add(quirk);
        return odd;
    }
}
