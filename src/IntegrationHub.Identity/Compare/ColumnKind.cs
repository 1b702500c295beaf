namespace IntegrationHub.Identity;

/// <summary>What kind of value a column holds: decides how it is normalised, compared and used to find candidates.</summary>
public enum ColumnKind
{
    /// <summary>Not compared.</summary>
    Ignore,

    /// <summary>A person's given name. With <see cref="FamilyName"/> it may stand in the other's place.</summary>
    GivenName,
    FamilyName,

    /// <summary>A person's whole name in any order, in Latin letters or in Chinese characters.</summary>
    FullName,

    /// <summary>A company's name; legal forms count little.</summary>
    Organisation,
    Email,

    /// <summary>A telephone number in any notation; <c>*</c> hides a digit.</summary>
    Phone,

    /// <summary>A calendar day, such as a date of birth.</summary>
    Date,

    /// <summary>A house number alone.</summary>
    HouseNumber,

    /// <summary>One line of an address, or a whole one.</summary>
    Address,
    City,

    /// <summary>A state, province or county.</summary>
    Region,
    Postcode,
    Country,

    /// <summary>A number given by an office or a company: an account, a tax or a social security number.</summary>
    Identifier,

    /// <summary>One of few values, such as a gender.</summary>
    Category,

    /// <summary>Anything else.</summary>
    Text,
}
