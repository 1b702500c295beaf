using IntegrationHub.Identity.Policies;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Policies;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("name.given", "name.given", true)]
    [InlineData("name.given", "name.givenx", false)]
    [InlineData("name.*", "name.given", true)]
    [InlineData("name.*", "name", false)]
    [InlineData("name.*", "names.given", false)]
    [InlineData("*", "anything[a=b].x", true)]
    [InlineData("emails[*].value", "emails[type=work].value", true)]
    [InlineData("emails[*].value", "emails[type=work].verified", false)]
    [InlineData("emails[*].value", "emails[type=work].value.x", false)]
    [InlineData("emails[*].value", "emails.value", false)]
    [InlineData("emails[*].value", "emailsx[type=work].value", false)]
    [InlineData("emails[*].*", "emails[type=a.b].value", true)]
    [InlineData("emails[*]", "emails[type=work]", true)]
    [InlineData("emails[type=work].value", "emails[type=work].value", true)]
    [InlineData("emails[type=work].value", "emails[type=home].value", false)]
    [InlineData("consents[purpose=marketing,*].status", "consents[channel=email,purpose=marketing].status", true)]
    [InlineData("consents[purpose=marketing,*].status", "consents[channel=email,purpose=service].status", false)]
    [InlineData("consents[purpose=marketing,channel=email].status", "consents[channel=email,purpose=marketing].status", true)]
    [InlineData("a.b[*].c[*].d", "a.b[x=1].c[y=2].d", true)]
    [InlineData("a.b[*].c[*].d", "a.b[x=1].c.d", false)]
    public void APatternFitsTheseAndNotThose(string pattern, string path, bool fits) => Assert.Equal(fits, Parse(pattern).Fits(path));

    [Theory]
    [InlineData("*", "name.given", true)]
    [InlineData("name.*", "name.given", true)]
    [InlineData("name.*", "name.*", true)]
    [InlineData("name.given", "name.*", false)]
    [InlineData("emails[*].value", "emails[type=work].value", true)]
    [InlineData("emails[*].value", "emails[type=work,*].value", true)]
    [InlineData("emails[type=work,*].value", "emails[*].value", false)]
    [InlineData("emails[type=work].value", "emails[*].value", false)]
    [InlineData("emails[*].*", "emails[*].value", true)]
    [InlineData("emails[*]", "emails[*].value", false)]
    public void OnePatternCoversAnother(string pattern, string other, bool covers) =>
        Assert.Equal(covers, Parse(pattern).Covers(Parse(other)));

    [Theory]
    [InlineData("")]
    [InlineData("name.")]
    [InlineData("*.name")]
    [InlineData("na*")]
    [InlineData("emails[")]
    [InlineData("emails[*")]
    [InlineData("emails[]")]
    [InlineData("emails[type=*].value")]
    [InlineData("emails[*]x.value")]
    [InlineData("emails[*,type=work].value")]
    public void WhatIsNoPatternIsRefusedWithAnExample(string text)
    {
        Assert.False(PathPattern.TryParse(text, out _, out var problem));
        Assert.Contains("Write it like", problem);
    }

    private static PathPattern Parse(string text)
    {
        Assert.True(PathPattern.TryParse(text, out var pattern, out var problem), problem);
        return pattern;
    }
}
