using IntegrationHub.Identity.Normalise;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Normalise;

/// <summary>Vectors from Unicode's NormalizationTest.txt (fifth column, NFKD).</summary>
public sealed class DecompositionTests
{
    [Theory]
    [InlineData("\u1E0A", "D\u0307")]
    [InlineData("\u1E0A\u0323", "D\u0323\u0307")] // marks take the order of their classes
    [InlineData("D\u0307\u0323", "D\u0323\u0307")]
    [InlineData("\u00BD", "1\u20442")]
    [InlineData("\uFB01", "fi")]
    [InlineData("\u2460", "1")]
    [InlineData("\uAC00", "\u1100\u1161")]
    [InlineData("\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("\U0001D49C", "A")]
    [InlineData("\u212B", "A\u030A")]
    public void CompatibleFormsComeApart(string text, string apart) => Assert.Equal(apart, Decomposition.Of(text));

    [Fact]
    public void TextsThatNeedNoWorkAreNotCopied()
    {
        const string text = "Ada 尉迟";
        Assert.Same(text, Decomposition.Of(text));
    }
}
