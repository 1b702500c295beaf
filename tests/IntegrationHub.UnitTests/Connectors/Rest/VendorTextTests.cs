using System.Text.Json;
using IntegrationHub.Connectors.Rest;
using IntegrationHub.Connectors.Rest.Vocabulary;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Rest;

/// <summary>What the vendors' own error bodies (Salesforce, HubSpot, Zoho, Dataverse, Odoo, WooCommerce, Shopify, …) leave to be shown.</summary>
public sealed class VendorTextTests
{
    private static readonly ReadOnlyMemory<byte> Sent =
        """{"FirstName":"Ada","LastName":"Lovelace","Email":"ada@example.org","Phone":"+49 151 2345678","hub_Id__c":"ih-aaaaaaaaaaaaa"}"""u8.ToArray();

    [Theory]
    [InlineData("Required fields are missing: [LastName]")]
    [InlineData("The requested resource could not be found.")]
    [InlineData("duplicate value found: hub_Id__c duplicates value on record with id")]
    [InlineData("A record was not created or updated because a duplicate of the current record already exists.")]
    [InlineData("The version of the existing record doesn't match the RowVersion property provided.")]
    [InlineData("email is already associated with another Contact")]
    [InlineData("A customer with the same email address already exists in an associated website.")]
    [InlineData("One or more input exceptions have occurred.")]
    [InlineData("Validation failed: Text can't be blank")]
    [InlineData("The OAuth token used to make this call expired 7 second(s) ago.")]
    [InlineData("unable to obtain exclusive access to this record")]
    public void AVendorsSentenceStaysAsItIs(string text) => Assert.Equal(text, VendorText.Safe(text, Sent));

    [Theory]
    [InlineData("Contact already exists. Existing ID: 37765128953", "Contact already exists. Existing ID: ‹911›")]
    [InlineData("ada@example.org is already a list member.", "‹a3@a7.a3› is already a list member.")]
    [InlineData("Smith, John (john.smith@corp.example) already exists", "‹a5›, ‹a4› (‹a4.a5@a4.a7›) already exists")]
    [InlineData("No such entity with customerId = 999999", "No such entity with customerId = ‹96›")]
    [InlineData("The record in table Customer already exists. Identification fields and values: No.='C-1'",
        "The record in table Customer already exists. Identification fields and values: ‹a2.='a-9›'")]
    [InlineData("invalid email address: grace.hopper@navy.example", "invalid email address: ‹a5.a6@a4.a7›")]
    [InlineData("Property values were not valid: [{\"isValid\":false,\"message\":\"Email address müller@firma.example is invalid\"}]", null)]
    [InlineData("An account is already registered with Grace Hopper.", "An account is already registered with ‹a5› ‹a6›.")]
    [InlineData("客户 张伟 已存在", "‹字2› ‹字2› ‹字3›")]
    [InlineData("phone 0151-23456789 is used by Müller-Lüdenscheidt", "phone ‹94-98› is used by ‹a字a4-a字a10›")]
    [InlineData("'Lovelace' is no valid value of LastName", "‹a8›")]
    [InlineData("Will May exists", "‹a4› ‹a3› exists")]
    public void WhatMayBeAPersonsIsReplacedByItsShape(string text, string? shown)
    {
        var safe = VendorText.Safe(text, Sent)!;

        foreach (var personal in new[] { "37765128953", "ada@", "smith", "john", "999999", "hopper", "grace", "müller", "张伟", "0151", "23456789", "lovelace", "will" })
            Assert.DoesNotContain(personal, safe, StringComparison.OrdinalIgnoreCase);
        if (shown is not null)
            Assert.Contains(shown, safe, StringComparison.Ordinal);
    }

    [Fact]
    public void AValueThatWasSentIsNeverShownThoughItIsAWordOfTheVocabularyToo()
    {
        var sent = JsonSerializer.SerializeToUtf8Bytes(new { LastName = "Field", City = "Reading" });

        Assert.Equal("LastName ‹a5› is invalid", VendorText.Safe("LastName Field is invalid", sent));
    }

    [Theory]
    [InlineData("DUPLICATES_DETECTED")]
    [InlineData("FIELD_CUSTOM_VALIDATION_EXCEPTION")]
    [InlineData("UNABLE_TO_LOCK_ROW")]
    [InlineData("REQUEST_LIMIT_EXCEEDED")]
    [InlineData("0x80040333")]
    [InlineData("R11/124")]
    [InlineData("20404")]
    [InlineData("2190008")]
    [InlineData("601")]
    [InlineData("bad.credentials")]
    [InlineData("Application_TooManyRequests")]
    [InlineData("Internal_EntityWithSameKeyExists")]
    [InlineData("MANDATORY_NOT_FOUND")]
    [InlineData("werkzeug.exceptions.Unauthorized")]
    [InlineData("odoo.exceptions.ValidationError")]
    [InlineData("psycopg2.errors.UniqueViolation")]
    [InlineData("UNIQUE_CUST_ID_REQD")]
    [InlineData("registration-error-email-exists")]
    [InlineData("isv.invalid-parameter")]
    [InlineData("accesscontrol.limited-by-app-access-count")]
    [InlineData("undefinedField")]
    [InlineData("THROTTLED")]
    public void AVendorsCodeStaysAsItIs(string code) => Assert.Equal(code, VendorText.Code(code));

    [Theory]
    [InlineData("Lovelace", null)]
    [InlineData("ada.lovelace", null)]
    [InlineData("15123456789", null)]
    [InlineData("woocommerce_rest_customer_invalid_id", "…_rest_customer_invalid_id")]
    [InlineData("DUPLICATE_LOVELACE", "DUPLICATE_…")]
    [InlineData("the customer Ada exists", null)]
    [InlineData("ada@example.org", null)]
    [InlineData("张伟", null)]
    public void OfACodeNothingIsLeftThatMayBeAName(string code, string? shown) => Assert.Equal(shown, VendorText.Code(code));

    [Fact]
    public void ACodeThatTheDescriptionNamesIsKnown()
    {
        var rules = new AnswerRules([new() { Outcome = AnswerMeaning.Rejected, Path = "code", Same = JsonSerializer.SerializeToElement("isp.top-remote-gizmo") }]);
        var body = JsonSerializer.SerializeToElement(new { code = "isp.top-remote-gizmo", other = "isp.gizmo" });

        Assert.Equal("isp.top-remote-gizmo", rules.Code(body, "code"));
        Assert.Equal("isp.…", rules.Code(body, "other"));
    }
}
