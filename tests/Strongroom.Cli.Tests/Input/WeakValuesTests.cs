using System.Security.Cryptography;
using Strongroom.Cli.Input;

namespace Strongroom.Cli.Tests.Input;

public class WeakValuesTests
{
    [Theory]
    [InlineData("seven..")]
    [InlineData("aaaabbbb")]
    [InlineData("12345678")]
    [InlineData("1234567890")]
    [InlineData("zyxwvuts")]
    [InlineData("Password1!")]
    [InlineData("CHANGEME2024")]
    [InlineData("<your-api-key>")]
    [InlineData("${API_KEY_HERE}")]
    public void ProblemOf_finds_what_is_guessed_first(string weak)
    {
        using var value = SecretValue.FromText(weak);
        var problem = WeakValues.ProblemOf(value);
        Assert.NotNull(problem);
        Assert.DoesNotContain(weak, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ProblemOf_lets_made_up_values_pass()
    {
        for (var i = 0; i < 1000; i++)
        {
            using var value = SecretValue.FromText(Convert.ToBase64String(RandomNumberGenerator.GetBytes(12)));
            Assert.Null(WeakValues.ProblemOf(value));
        }
    }
}
